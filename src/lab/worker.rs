//! One worker: a thread that makes its increments and comes to the meeting point when it is called or done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::{Increment, Worker};
use crate::experiment::figures::Doing;
use crate::experiment::{Cores, Delay, Protection, Settings};
use crate::platform::shared::{Padded, Place};
use crate::platform::{affinity, fault};

use super::board;
use super::control::{Control, Mode};
use super::gap::{Jitter, Nothing, Wide};
use super::hands::fast::{self, Ledger};
use super::hands::held::{Held, Rhythm};
use super::hands::watched;
use super::meeting::Crash;
use super::plan::Plan;
use super::protection::{AnyProtection, Guards, Protect, ProtectionJob};
use super::seat::{NO_WORD, Seat};
use super::word::Layout;

type Shared = board::Shared<AnyProtection>;

/// A worker's own state, whether it is a thread or a process.
#[derive(Debug)]
pub(super) struct Work {
    worker: Worker,
    pub(super) seat: Arc<Seat>,
    counter: Place<Padded<AtomicU64>>,
    control: Place<Control>,
    run: u64,
    cores: Cores,
    ledger: Ledger,
    jitter: Jitter,
    rhythm: Rhythm,
    /// Whether the ring was found full and has not been emptied since.
    full: bool,
    /// Increments that the ring has been asked to hold since it was empty.
    row: usize,
    /// The increment in which this worker panics, for the tests.
    fault: Option<u32>,
}

/// The thread's whole life.
pub(super) fn live(worker: Worker, seat: Arc<Seat>, shared: Arc<Shared>) {
    let meeting = Arc::clone(&shared);
    let tally = Arc::clone(&seat);
    let (counter, control) = (shared.counter.clone(), shared.control.clone());
    let work = Work::new(worker, Layout::THREADS, seat, counter, control);
    let work = AssertUnwindSafe(|| work.with_meetings(&shared));
    if let Err(panic) = catch_unwind(work) {
        tally.tally.set_doing(Doing::Crashed, 0);
        meeting.meeting.crashed(Crash { worker, message: panic_message(panic.as_ref()) });
    }
}

/// What a panic said.
pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}

impl Work {
    /// Before its first increment.
    pub(super) fn new(
        worker: Worker,
        layout: Layout,
        seat: Arc<Seat>,
        counter: Place<Padded<AtomicU64>>,
        control: Place<Control>,
    ) -> Self {
        let ledger = Ledger {
            nobody: layout.author(worker),
            author: layout.author(worker),
            mine: NO_WORD,
            hand_overs: 0,
            retries: 0,
            recorded: 0,
            dropped: 0,
            told: false,
        };
        Work {
            worker,
            seat,
            counter,
            control,
            run: 0,
            cores: Cores::All,
            ledger,
            jitter: Jitter::new(0, 0, worker),
            rhythm: Rhythm { last: 0, part: 0 },
            full: false,
            row: 0,
            fault: fault::get()
                .worker
                .filter(|&(number, _)| number == worker.index())
                .map(|(_, increment)| u32::try_from(increment + 1).unwrap_or(u32::MAX)),
        }
    }

    /// A thread's life between meetings.
    fn with_meetings(mut self, shared: &Shared) {
        let mut round = None;
        while let Some(plan) = shared.meeting.meet(self.worker, &mut round) {
            self.go(&plan);
        }
    }

    /// One stretch, from the barrier to coming to rest.
    pub(super) fn go<G: Guards>(&mut self, plan: &Plan<G>) {
        self.adopt(plan);
        plan.barrier(&self.control);
        self.seat.tally.began.fetch_min(plan.clock.nanos(), Ordering::Relaxed);
        self.stretch(plan);
        self.seat.tally.ended.fetch_max(plan.clock.nanos(), Ordering::Relaxed);
    }

    /// Takes over what the plan changes.
    fn adopt<G>(&mut self, plan: &Plan<G>) {
        if self.run != plan.run {
            self.run = plan.run;
            let tally = &self.seat.tally;
            // A worker that was sent home and came back in mid-run goes on where it was.
            let completed = tally.completed.load(Ordering::Relaxed);
            self.ledger.author = self.ledger.nobody + u64::from(completed);
            self.jitter = Jitter::new(plan.settings.seed, plan.run, self.worker);
            self.rhythm = Rhythm { last: plan.clock.nanos(), part: self.jitter.around(500, 100) };
        }
        self.ledger.mine = self.seat.tally.last_word.load(Ordering::Relaxed);
        self.ledger.told = false;
        self.take_counts();
        if self.cores != plan.settings.cores {
            self.cores = plan.settings.cores;
            // Where it can't be had the director has said so before.
            let _ = match self.cores {
                Cores::One => affinity::pin_to_one(),
                Cores::All => affinity::release(),
            };
        }
        if self.cores == Cores::All && (2..=affinity::available()).contains(&(plan.crew as usize)) {
            // There is a core for each; where they can't be told so, the system may still see it.
            let _ = affinity::spread(self.worker.index());
        }
    }

    /// The tally is the truth between stretches; the ledger is it within one.
    fn take_counts(&mut self) {
        let tally = &self.seat.tally;
        self.ledger.hand_overs = tally.hand_overs.load(Ordering::Relaxed);
        self.ledger.retries = tally.retries.load(Ordering::Relaxed);
        self.ledger.recorded = tally.recorded.load(Ordering::Relaxed);
        self.ledger.dropped = tally.dropped.load(Ordering::Relaxed);
    }

    fn iteration(&self) -> u32 {
        (self.ledger.author - self.ledger.nobody) as u32
    }

    /// Works until it is called or done.
    fn stretch<G: Guards>(&mut self, plan: &Plan<G>) {
        loop {
            let left = plan.settings.iterations.saturating_sub(self.iteration());
            if left == 0 {
                self.seat.tally.set_doing(Doing::Done, plan.clock.nanos());
                if let Some(watch) = &plan.watch {
                    watch.note_done();
                }
                return;
            }
            match self.control.mode() {
                Mode::Full => self.full_speed(plan, left),
                Mode::Held => self.held(plan),
                Mode::Meet => return,
            }
        }
    }

    fn full_speed<G: Guards>(&mut self, plan: &Plan<G>, left: u32) {
        let mut most = chunk(&plan.settings);
        if let Some(fault) = self.fault {
            most = most.min(fault.saturating_sub(self.iteration() + 1).max(1));
            assert!(fault != self.iteration() + 1, "a fault was asked for");
        }
        let mut increments = left.min(most);
        let record = plan.record && self.has_room(increments);
        if is_bare(&plan.settings) && !record && plan.watch.is_none() && self.fault.is_none() {
            increments = left.min(fast::UNSAID_CHUNK);
        }
        plan.protection.with(FullSpeed { thread: self, plan, increments, record });
        self.publish();
    }

    /// Whether so many increments can be recorded. A ring that was once full is left alone until it has been emptied, so
    /// that what it holds has no holes within; and it never stands for more increments than it has room for words, however
    /// little they need, so that reading it is bounded.
    fn has_room(&mut self, increments: u32) -> bool {
        if self.seat.ring.is_empty() {
            self.full = false;
            self.row = 0;
        }
        self.row += increments as usize;
        self.full |= self.row > self.seat.ring.capacity() || !fast::has_room(&self.seat, increments);
        !self.full
    }

    fn publish(&self) {
        let (tally, ledger) = (&self.seat.tally, &self.ledger);
        tally.completed.store(self.iteration(), Ordering::Relaxed);
        tally.hand_overs.store(ledger.hand_overs, Ordering::Relaxed);
        tally.retries.store(ledger.retries, Ordering::Relaxed);
        tally.recorded.store(ledger.recorded, Ordering::Relaxed);
        tally.dropped.store(ledger.dropped, Ordering::Relaxed);
        tally.last_word.store(ledger.mine, Ordering::Relaxed);
    }

    fn held<G: Guards>(&mut self, plan: &Plan<G>) {
        let increment = Increment { worker: self.worker, iteration: self.iteration() + 1 };
        assert!(self.fault != Some(increment.iteration), "a fault was asked for");
        self.ledger.told = false;
        if plan.protection.with(OneHeld { thread: self, plan, increment }) {
            self.ledger.author += 1;
            self.take_counts();
        }
    }
}

/// Most increments between two looks at the controls: the wider the gap, the fewer, so that a meeting is never kept
/// waiting.
pub(super) fn chunk(settings: &Settings) -> u32 {
    match settings.gap.delay {
        Delay::None if is_bare(settings) => fast::BARE_CHUNK,
        Delay::None | Delay::Spin(..=1_000) => fast::CHUNK,
        Delay::Yield => fast::CHUNK / 4,
        Delay::Spin(_) | Delay::Sleep(_) => 1,
    }
}

/// Whether an increment is a load and a store and nothing else.
fn is_bare(settings: &Settings) -> bool {
    settings.protection == Protection::None && settings.gap.delay == Delay::None
}

/// A chunk at full speed.
struct FullSpeed<'a, G> {
    thread: &'a mut Work,
    plan: &'a Plan<G>,
    increments: u32,
    record: bool,
}

/// Operations of an increment in which nobody waits or retries.
pub(super) fn operations(protection: Protection) -> u64 {
    match protection {
        Protection::FetchAdd => 1,
        _ if protection.has_holders() => 4,
        _ => 2,
    }
}

impl<G> ProtectionJob for FullSpeed<'_, G> {
    type Output = ();

    fn run<P: Protect>(self, protection: &P) {
        let FullSpeed { thread, plan, increments, record } = self;
        let place = (&**thread.counter, plan.clock, &*thread.seat);
        let operations = operations(plan.settings.protection);
        let gap = plan.settings.gap;
        let control = &thread.control;
        let ledger = &mut thread.ledger;
        if gap.delay == Delay::None {
            if record {
                fast::chunk::<P, _, true>(protection, place, Nothing, ledger, increments, operations);
            } else if plan.watch.is_some() {
                watched::chunk(protection, place, Nothing, ledger, increments, operations);
            } else {
                fast::chunk::<P, _, false>(protection, place, Nothing, ledger, increments, operations);
            }
        } else {
            let wide = Wide { gap, jitter: &mut thread.jitter, control };
            if record {
                fast::chunk::<P, _, true>(protection, place, wide, ledger, increments, operations);
            } else if plan.watch.is_some() {
                watched::chunk(protection, place, wide, ledger, increments, operations);
            } else {
                fast::chunk::<P, _, false>(protection, place, wide, ledger, increments, operations);
            }
        }
    }
}

/// One increment, operation by operation.
struct OneHeld<'a, G> {
    thread: &'a mut Work,
    plan: &'a Plan<G>,
    increment: Increment,
}

impl<G> ProtectionJob for OneHeld<'_, G> {
    /// Whether it was made: before its first operation a worker can be called away.
    type Output = bool;

    fn run<P: Protect>(self, protection: &P) -> bool {
        let OneHeld { thread, plan, increment } = self;
        let mut hands = Held {
            counter: &thread.counter,
            control: &thread.control,
            seat: &thread.seat,
            clock: plan.clock,
            increment,
            author: thread.ledger.author + 1,
            mine: &mut thread.ledger.mine,
            jitter: &mut thread.jitter,
            rhythm: &mut thread.rhythm,
            gap: plan.settings.gap,
            tail: 0,
            recording: false,
            inside: false,
            may_go: false,
        };
        if !hands.hold_between() {
            return false;
        }
        hands.begin();
        protection.increment(&mut hands);
        true
    }
}
