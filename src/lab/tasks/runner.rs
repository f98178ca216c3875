//! The tasks' thread: rests at the meeting point between stretches, and in each lets all tasks take turns until every
//! one is called or done.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet, LocalSet};

use super::KIND;
use super::gate::Gate;
use super::turns::{Awaits, Quick, Slow, Turns};
use crate::event::Worker;
use crate::experiment::Cores;
use crate::experiment::figures::Doing;
use crate::lab::board::Shared;
use crate::lab::control::Mode;
use crate::lab::gap::Nothing;
use crate::lab::hands::fast::{Fast, Quiet};
use crate::lab::hands::held::Held;
use crate::lab::hands::watched::Watched;
use crate::lab::meeting::Crash;
use crate::lab::own::{self, Own};
use crate::lab::plan::Plan;
use crate::lab::seat::Seat;
use crate::lab::word::Layout;
use crate::lab::worker::panic_message;
use crate::platform::affinity;

/// The thread's state.
pub(super) struct Runner {
    runtime: Runtime,
    common: Arc<Common>,
    seats: Arc<Mutex<Vec<Arc<Seat>>>>,
    /// Each task's own, while it rests; `None` for one that crashed.
    own: Vec<Option<Own>>,
    cores: Cores,
}

/// What every task looks up.
struct Common {
    shared: Arc<Shared<Gate>>,
    wake: Arc<Notify>,
}

impl Runner {
    pub(super) fn new(
        runtime: Runtime,
        shared: Arc<Shared<Gate>>,
        wake: Arc<Notify>,
        seats: Arc<Mutex<Vec<Arc<Seat>>>>,
    ) -> Self {
        let common = Arc::new(Common { shared, wake });
        Runner { runtime, common, seats, own: Vec::new(), cores: Cores::All }
    }

    /// The thread's whole life.
    pub(super) fn live(mut self) {
        let mut round = None;
        let common = Arc::clone(&self.common);
        // At the meeting point all tasks together are one.
        while let Some(plan) = common.shared.meeting.meet(Worker(0), &mut round) {
            self.find_core(plan.settings.cores);
            self.stretch(&plan);
        }
    }

    fn find_core(&mut self, cores: Cores) {
        if self.cores != cores {
            self.cores = cores;
            // Where it can't be had the director has said so before.
            let _ = match cores {
                Cores::One => affinity::pin_to_one(),
                Cores::All => affinity::release(),
            };
        }
    }

    /// Has as many tasks work as the plan says, each until it is called or done.
    fn stretch(&mut self, plan: &Arc<Plan<Gate>>) {
        let tasks = plan.crew as usize;
        self.own.resize_with(self.own.len().max(tasks), || None);
        for (number, own) in self.own.iter_mut().enumerate().take(tasks) {
            let seat = || Arc::clone(&self.seats.lock()[number]);
            own.get_or_insert_with(|| Own::new(Worker(number as u16), seat(), Layout::of(KIND)));
        }
        let Runner { runtime, common, seats, own, .. } = self;
        LocalSet::new().block_on(runtime, async {
            let mut all = JoinSet::new();
            let mut ids = Vec::with_capacity(tasks);
            for own in own.iter_mut().take(tasks).filter_map(Option::take) {
                let (common, plan) = (Arc::clone(common), Arc::clone(plan));
                ids.push(all.spawn_local(async move { work(own, &common, &plan).await }).id());
            }
            while let Some(ended) = all.join_next().await {
                match ended {
                    Ok(back) => {
                        let number = back.worker.index();
                        own[number] = Some(back);
                    }
                    Err(why) => crashed(common, seats, &ids, why),
                }
            }
        });
    }
}

/// Tells of a task that panicked.
fn crashed(common: &Common, seats: &Mutex<Vec<Arc<Seat>>>, ids: &[Id], why: JoinError) {
    let number = ids.iter().position(|&id| id == why.id()).unwrap_or_default();
    seats.lock()[number].tally.set_doing(Doing::Crashed, 0);
    let message = match why.try_into_panic() {
        Ok(panic) => panic_message(panic.as_ref()),
        Err(why) => why.to_string(),
    };
    common.shared.meeting.tell(Crash { worker: Worker(number as u16), message });
}

/// A task: works until it is called or done.
async fn work(mut own: Own, common: &Common, plan: &Plan<Gate>) -> Own {
    own.adopt(plan);
    own.seat.tally.began.fetch_min(plan.clock.nanos(), Ordering::Relaxed);
    let Common { shared, wake } = common;
    let awaits = Awaits { awaits: plan.settings.kind.awaits(), control: &shared.control, wake };
    loop {
        let left = plan.settings.iterations.saturating_sub(own.iteration());
        if left == 0 {
            own.seat.tally.set_doing(Doing::Done, plan.clock.nanos());
            if let Some(watch) = &plan.watch {
                watch.note_done();
            }
            break;
        }
        match shared.control.mode() {
            Mode::Full => full_speed(&mut own, shared, plan, awaits, left).await,
            Mode::Held => held(&mut own, shared, plan, awaits).await,
            Mode::Meet => break,
        }
        awaits.others().await;
    }
    own.seat.tally.ended.fetch_max(plan.clock.nanos(), Ordering::Relaxed);
    own
}

/// Increments up to the next look at the controls.
async fn full_speed(own: &mut Own, shared: &Shared<Gate>, plan: &Plan<Gate>, awaits: Awaits<'_>, left: u32) {
    let mut most = own::chunk(&plan.settings);
    if plan.record {
        // Small rings have no room for long chunks.
        most = most.min((own.seat.ring.capacity() / 4) as u32).max(1);
    }
    let increments = own.before_fault(left.min(most));
    let record = plan.record && own.has_room(increments);
    own.begin_chunk(plan.settings.protection);
    let gap = plan.settings.gap;
    let Own { seat, jitter, ledger, .. } = own;
    let place = (&*shared.counter, plan.clock, &**seat);
    if record {
        let hands = Fast::<Nothing, Quiet, true, true>::open(place, Nothing, ledger);
        let mut task = Quick { hands, gap, jitter, awaits };
        for _ in 0..increments {
            task.hands.begin();
            plan.protection.increment(&mut task).await;
        }
        task.hands.close(ledger);
    } else if plan.watch.is_some() {
        let mut task =
            Quick { hands: Watched::<Nothing, Quiet>::open(place, Nothing, ledger), gap, jitter, awaits };
        for _ in 0..increments {
            task.hands.begin();
            plan.protection.increment(&mut task).await;
        }
        task.hands.close(ledger);
    } else {
        let hands = Fast::<Nothing, Quiet, false, true>::open(place, Nothing, ledger);
        let mut task = Quick { hands, gap, jitter, awaits };
        for _ in 0..increments {
            task.hands.begin();
            plan.protection.increment(&mut task).await;
        }
        task.hands.close(ledger);
    }
    own.publish();
}

/// One increment, operation by operation.
async fn held(own: &mut Own, shared: &Shared<Gate>, plan: &Plan<Gate>, awaits: Awaits<'_>) {
    let increment = own.next_held();
    let held = Held {
        counter: &shared.counter,
        control: &shared.control,
        seat: &own.seat,
        clock: plan.clock,
        increment,
        author: own.ledger.author + 1,
        mine: &mut own.ledger.mine,
        jitter: &mut own.jitter,
        rhythm: &mut own.rhythm,
        gap: plan.settings.gap,
        tail: 0,
        recording: false,
        inside: false,
        may_go: false,
    };
    let mut task = Slow { held, awaits };
    task.turn().await;
    // Before its first operation a task can be called away.
    let goes = if awaits.awaits {
        task.held.may_go = shared.control.mode() == Mode::Held;
        task.held.may_go
    } else {
        task.held.hold_between()
    };
    if goes {
        task.held.begin();
        plan.protection.increment(&mut task).await;
        own.made_held();
    }
}
