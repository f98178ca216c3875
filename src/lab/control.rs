//! What workers look up while they run: whether they are held back, by how much, and whether they shall come to
//! the meeting point. Written by the one who directs them, read by all.

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::event::Worker;
use crate::experiment::Pace;
#[cfg(target_os = "linux")]
use crate::platform::process;
use crate::platform::shared::{Padded, shareable};

/// How a worker goes about its next increments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// As fast as it can.
    Full,
    /// Held back before each operation.
    Held,
    /// To the meeting point.
    Meet,
}

const FULL: u8 = 0;
const HELD: u8 = 1;
const MEET: u8 = 2;
const BY_HAND: u64 = u64::MAX;
/// No particular worker.
const ANYONE: u32 = u32::MAX;

shareable! {
    /// The controls.
    #[derive(Debug, Default)]
    pub(super) struct Control {
        /// One byte that says it all, looked up at every safe point.
        mode: Padded<AtomicU8>,
        /// Nanoseconds between operations, 0 for full speed, [`BY_HAND`] for steps asked for one by one.
        pace: AtomicU64,
        paused: Flag,
        meet: Flag,
        finish: Flag,
        /// Whether those who are held back are processes: then they sleep on `wakes`, threads are parked.
        processes: Flag,
        /// Steps asked for and not yet taken, and who shall take them.
        steps: AtomicU32,
        stepper: AtomicU32,
        /// How often sleeping processes have been woken.
        wakes: AtomicU32,
    }
}

shareable! {
    /// Yes or no.
    #[derive(Debug, Default)]
    pub(super) struct Flag {
        set: AtomicU8,
    }
}

impl Flag {
    pub(super) fn set(&self, set: bool) {
        self.set.store(set.into(), Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.set.load(Ordering::Relaxed) != 0
    }
}

/// What a held worker has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Go on at once.
    Go,
    /// Wait for so many nanoseconds after the operation before.
    Wait(u64),
    /// Wait until told.
    Stay,
}

impl Control {
    pub(super) fn new(pace: Pace) -> Self {
        let control = Control::default();
        control.set_pace(pace);
        control
    }

    /// Those who are held back are processes.
    #[cfg(target_os = "linux")]
    pub(super) fn set_processes(&self) {
        self.processes.set(true);
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        let nanos = match pace {
            Pace::ByHand => BY_HAND,
            Pace::Every(nanos) => nanos.clamp(1, BY_HAND - 1),
            Pace::Full => 0,
        };
        self.pace.store(nanos, Ordering::Relaxed);
        self.refresh();
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.paused.set(paused);
        self.steps.store(0, Ordering::Relaxed);
        self.refresh();
    }

    /// Whether the present run goes to its end at full speed, whatever the pace.
    pub(super) fn set_finish(&self, finish: bool) {
        self.finish.set(finish);
        self.refresh();
    }

    /// Calls the workers to the meeting point, or lets them go on from it.
    pub(super) fn set_meet(&self, meet: bool) {
        self.meet.set(meet);
        self.refresh();
    }

    /// Lets one operation happen: this worker's, or that of whoever comes first.
    pub(super) fn step(&self, worker: Option<Worker>) {
        self.stepper.store(worker.map_or(ANYONE, |worker| u32::from(worker.0)), Ordering::Relaxed);
        self.steps.store(1, Ordering::Release);
    }

    fn refresh(&self) {
        let paused = self.paused.get();
        let mode = if self.meet.get() {
            MEET
        } else if !paused && (self.finish.get() || self.pace.load(Ordering::Relaxed) == 0) {
            FULL
        } else {
            HELD
        };
        self.mode.store(mode, Ordering::Release);
    }

    /// Worker: reads this before it asks whether it must stay, and hands it to [`Control::rest`].
    pub(super) fn wakes(&self) -> u32 {
        self.wakes.load(Ordering::Acquire)
    }

    /// Worker: stays until it is woken, or for so long at the most; not at all if it was woken since `wakes` was read.
    pub(super) fn rest(&self, wakes: u32, most: Option<Duration>) {
        #[cfg(target_os = "linux")]
        if self.processes.get() {
            process::sleep_on(&self.wakes, wakes, most);
            return;
        }
        // A thread that was woken before it is parked does not stay.
        let _ = wakes;
        match most {
            Some(most) => std::thread::park_timeout(most),
            None => std::thread::park(),
        }
    }

    /// Wakes all processes that rest. Threads are woken one by one, by who has them.
    #[cfg(target_os = "linux")]
    pub(super) fn wake_processes(&self) {
        self.wakes.fetch_add(1, Ordering::Release);
        process::wake_all(&self.wakes);
    }

    /// Worker: what to do at a safe point.
    #[inline(always)]
    pub(super) fn mode(&self) -> Mode {
        match self.mode.load(Ordering::Relaxed) {
            FULL => Mode::Full,
            HELD => Mode::Held,
            _ => Mode::Meet,
        }
    }

    /// Worker: whether it shall end what it has begun without being held back and without a gap.
    pub(super) fn hurry(&self) -> bool {
        self.meet.get()
    }

    /// Worker: whether it may make its next operation.
    pub(super) fn hold(&self, worker: Worker) -> Hold {
        match self.mode() {
            Mode::Full | Mode::Meet => return Hold::Go,
            Mode::Held => {}
        }
        let pace = self.pace.load(Ordering::Relaxed);
        if self.paused.get() || pace == BY_HAND {
            return if self.takes_step(worker) { Hold::Go } else { Hold::Stay };
        }
        Hold::Wait(pace)
    }

    fn takes_step(&self, worker: Worker) -> bool {
        let stepper = self.stepper.load(Ordering::Relaxed);
        (stepper == ANYONE || stepper == u32::from(worker.0))
            && self.steps.compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}
