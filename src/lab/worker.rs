//! One worker: a thread that makes its increments and comes to the meeting point when it is called or done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::event::{Increment, Worker};
use crate::experiment::figures::Doing;
use crate::experiment::{Cores, Delay};
use crate::platform::affinity;
use crate::platform::shared::Place;

use super::board;
use super::control::{Control, Mode};
use super::counter::Counter;
use super::gap::{Nothing, Wide};
use super::hands::fast::{self, Teller};
use super::hands::held::Held;
use super::hands::watched;
use super::meeting::Crash;
use super::own::{self, Own};
use super::plan::Plan;
use super::protection::{AnyProtection, Guards, Protect, ProtectionJob};
use super::seat::Seat;
use super::word::Layout;

type Shared = board::Shared<AnyProtection>;

/// A worker's own state, whether it is a thread or a process.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) own: Own,
    counter: Place<Counter>,
    control: Place<Control>,
    ground: Ground,
}

/// Where a worker may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    /// On the one core that all share.
    Shared,
    /// On a core that no other worker has. A scheduler that wakes a worker likes to do so where it was woken from: left to it,
    /// two that fight for a lock end up on one core, fight no more, and are twice as fast as the same two a moment later.
    Own,
    /// Anywhere, after beginning on the core whose turn it is: there are more workers than cores, and whoever is left
    /// without others shall not keep to one.
    Spread,
    /// Anywhere.
    Any,
}

impl Ground {
    fn of(cores: Cores, crew: usize) -> Ground {
        match (cores, crew) {
            (Cores::One, _) => Ground::Shared,
            (Cores::All, ..=1) => Ground::Any,
            (Cores::All, crew) if crew <= affinity::available() => Ground::Own,
            (Cores::All, _) => Ground::Spread,
        }
    }
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
        counter: Place<Counter>,
        control: Place<Control>,
    ) -> Self {
        Work { own: Own::new(worker, seat, layout), counter, control, ground: Ground::Any }
    }

    /// A thread's life between meetings.
    fn with_meetings(mut self, shared: &Shared) {
        let mut round = None;
        while let Some(plan) = shared.meeting.meet(self.own.worker, &mut round) {
            self.go(&plan);
        }
    }

    /// One stretch, from the barrier to coming to rest.
    pub(super) fn go<G: Guards>(&mut self, plan: &Plan<G>) {
        self.adopt(plan);
        plan.barrier(&self.control);
        self.own.seat.tally.began.fetch_min(plan.clock.nanos(), Ordering::Relaxed);
        self.stretch(plan);
        self.own.seat.tally.ended.fetch_max(plan.clock.nanos(), Ordering::Relaxed);
    }

    /// Takes over what the plan changes.
    fn adopt<G>(&mut self, plan: &Plan<G>) {
        self.own.adopt(plan);
        let before = std::mem::replace(&mut self.ground, Ground::of(plan.settings.cores, plan.crew as usize));
        let index = self.own.worker.index();
        // Where it can't be had, the system may still see that there are several cores; of one the director has said so
        // before.
        let _ = match self.ground {
            Ground::Spread => affinity::spread(index),
            ground if ground == before => Ok(()),
            Ground::Shared => affinity::pin_to_one(),
            Ground::Own => affinity::pin(index),
            Ground::Any => affinity::release(),
        };
    }

    /// Works until it is called or done.
    fn stretch<G: Guards>(&mut self, plan: &Plan<G>) {
        loop {
            let left = plan.settings.iterations.saturating_sub(self.own.iteration());
            if left == 0 {
                self.own.seat.tally.set_doing(Doing::Done, plan.clock.nanos());
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
        let mut increments = self.own.before_fault(left.min(own::chunk(&plan.settings)));
        let record = plan.record && self.own.has_room(increments);
        let is_silent = !record && plan.watch.is_none() && plan.settings.gap.delay == Delay::None;
        if is_silent && !self.own.is_faulty() {
            let is_bare = own::is_bare(&plan.settings);
            increments = left.min(if is_bare { fast::UNSAID_CHUNK } else { fast::SILENT_CHUNK });
        }
        self.own.begin_chunk(plan.settings.protection);
        plan.protection.with(FullSpeed { thread: self, plan, increments, record });
        self.own.publish();
    }

    fn held<G: Guards>(&mut self, plan: &Plan<G>) {
        let increment = self.own.next_held();
        if plan.protection.with(OneHeld { thread: self, plan, increment }) {
            self.own.made_held();
        }
    }
}

/// A chunk at full speed.
struct FullSpeed<'a, G> {
    thread: &'a mut Work,
    plan: &'a Plan<G>,
    increments: u32,
    record: bool,
}

impl<G> ProtectionJob for FullSpeed<'_, G> {
    type Output = ();

    fn run<P: Protect>(self, protection: &P) {
        let FullSpeed { thread, plan, increments, record } = self;
        let place = (&*thread.counter, plan.clock, &*thread.own.seat);
        let gap = plan.settings.gap;
        let control = &thread.control;
        let ledger = &mut thread.own.ledger;
        if gap.delay == Delay::None {
            if record {
                fast::chunk::<P, _, true, true>(protection, place, Nothing, ledger, increments);
            } else if plan.watch.is_some() {
                watched::chunk(protection, place, Nothing, ledger, increments);
            } else if ledger.seen || P::Teller::TELLS {
                fast::chunk::<P, _, false, true>(protection, place, Nothing, ledger, increments);
            } else {
                fast::chunk::<P, _, false, false>(protection, place, Nothing, ledger, increments);
            }
        } else {
            let wide = Wide { gap, jitter: &mut thread.own.jitter, control };
            if record {
                fast::chunk::<P, _, true, true>(protection, place, wide, ledger, increments);
            } else {
                // Whether anybody watches or not: beside a gap it costs nothing.
                watched::chunk(protection, place, wide, ledger, increments);
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
            seat: &thread.own.seat,
            clock: plan.clock,
            increment,
            author: thread.own.ledger.author + 1,
            mine: &mut thread.own.ledger.mine,
            jitter: &mut thread.own.jitter,
            rhythm: &mut thread.own.rhythm,
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
