//! What a worker keeps for itself from stretch to stretch, whatever it is: which increment it is at, its counts, its
//! jitter and rhythm, and whether its record has room.

use std::sync::Arc;
use std::sync::atomic::{Ordering, compiler_fence};

use crate::event::{Increment, Worker};
use crate::experiment::figures::Doing;
use crate::experiment::{Delay, Protection, Settings};
use crate::platform::fault;

use super::gap::Jitter;
use super::hands::fast::{self, Ledger};
use super::hands::held::Rhythm;
use super::plan::Plan;
use super::seat::{NO_WORD, Seat};
use super::word::Layout;

/// A worker's own.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) worker: Worker,
    pub(super) seat: Arc<Seat>,
    pub(super) ledger: Ledger,
    pub(super) jitter: Jitter,
    pub(super) rhythm: Rhythm,
    run: u64,
    /// Whether the ring was found full and has not been emptied since.
    full: bool,
    /// Increments that the ring has been asked to hold since it was empty.
    row: usize,
    /// The increment in which this worker panics, for the tests.
    fault: Option<u32>,
}

impl Own {
    pub(super) fn new(worker: Worker, seat: Arc<Seat>, layout: Layout) -> Self {
        let ledger = Ledger {
            nobody: layout.author(worker),
            author: layout.author(worker),
            mine: NO_WORD,
            hand_overs: 0,
            retries: 0,
            recorded: 0,
            dropped: 0,
            told: false,
            seen: true,
            operations: 0,
        };
        Own {
            worker,
            seat,
            ledger,
            jitter: Jitter::new(0, 0, worker),
            rhythm: Rhythm { last: 0, part: 0 },
            run: 0,
            full: false,
            row: 0,
            fault: fault::get()
                .worker
                .filter(|&(number, _)| number == worker.index())
                .map(|(_, increment)| u32::try_from(increment + 1).unwrap_or(u32::MAX)),
        }
    }

    /// Takes over what the plan changes.
    pub(super) fn adopt<G>(&mut self, plan: &Plan<G>) {
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
        self.ledger.seen = plan.record || plan.watch.is_some();
        self.ledger.operations = operations(plan.settings.protection);
        self.take_counts();
    }

    /// The tally is the truth between stretches; the ledger is it within one.
    pub(super) fn take_counts(&mut self) {
        let tally = &self.seat.tally;
        self.ledger.hand_overs = tally.hand_overs.load(Ordering::Relaxed);
        self.ledger.retries = tally.retries.load(Ordering::Relaxed);
        self.ledger.recorded = tally.recorded.load(Ordering::Relaxed);
        self.ledger.dropped = tally.dropped.load(Ordering::Relaxed);
    }

    /// The newest increment's iteration.
    pub(super) fn iteration(&self) -> u32 {
        (self.ledger.author - self.ledger.nobody) as u32
    }

    /// Of at most so many increments, how many can be made before one that is to panic.
    pub(super) fn before_fault(&self, most: u32) -> u32 {
        let Some(fault) = self.fault else { return most };
        assert!(fault != self.iteration() + 1, "a fault was asked for");
        most.min(fault.saturating_sub(self.iteration() + 1).max(1))
    }

    /// Whether it is to panic some time.
    pub(super) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }

    /// Whether so many increments can be recorded. A ring that was once full is left alone until it has been emptied, so
    /// that what it holds has no holes within; and it never stands for more increments than it has room for words, however
    /// little they need, so that reading it is bounded.
    pub(super) fn has_room(&mut self, increments: u32) -> bool {
        if self.seat.ring.is_empty() {
            self.full = false;
            self.row = 0;
        }
        self.row += increments as usize;
        self.full |= self.row > self.seat.ring.capacity() || !fast::has_room(&self.seat, increments);
        !self.full
    }

    /// A chunk at full speed is about to begin: who has to be let in asks for it. What is said in a chunk, see
    /// [`Hands`](super::hands::Hands).
    pub(super) fn begin_chunk(&self, protection: Protection) {
        if self.ledger.seen && protection.has_holders() {
            self.seat.tally.glance(Doing::Waiting);
        }
    }

    /// Says in the tally what the ledger holds.
    pub(super) fn publish(&self) {
        let (tally, ledger) = (&self.seat.tally, &self.ledger);
        if ledger.seen {
            tally.glance(Doing::Between);
        }
        tally.hand_overs.store(ledger.hand_overs, Ordering::Relaxed);
        tally.retries.store(ledger.retries, Ordering::Relaxed);
        tally.recorded.store(ledger.recorded, Ordering::Relaxed);
        tally.dropped.store(ledger.dropped, Ordering::Relaxed);
        tally.last_word.store(ledger.mine, Ordering::Relaxed);
        // Killed in between, it is found to have told more stores than it has counted.
        compiler_fence(Ordering::SeqCst);
        tally.completed.store(self.iteration(), Ordering::Relaxed);
    }

    /// The increment that comes next, one held-back operation at a time.
    pub(super) fn next_held(&mut self) -> Increment {
        let increment = Increment { worker: self.worker, iteration: self.iteration() + 1 };
        assert!(self.fault != Some(increment.iteration), "a fault was asked for");
        self.ledger.told = false;
        increment
    }

    /// That increment was made.
    pub(super) fn made_held(&mut self) {
        self.ledger.author += 1;
        self.take_counts();
    }
}

/// Operations of an increment in which nobody waits or retries.
pub(super) fn operations(protection: Protection) -> u64 {
    match protection {
        Protection::FetchAdd => 1,
        _ if protection.has_holders() => 4,
        _ => 2,
    }
}

/// Most increments between two looks at the controls: the wider the gap, the fewer, so that a meeting is never kept
/// waiting.
pub(super) fn chunk(settings: &Settings) -> u32 {
    match settings.gap.delay {
        _ if settings.kind.awaits() => 1,
        Delay::None if is_bare(settings) => fast::BARE_CHUNK,
        Delay::None | Delay::Spin(..=1_000) => fast::CHUNK,
        Delay::Yield => fast::CHUNK / 4,
        Delay::Spin(_) | Delay::Sleep(_) => 1,
    }
}

/// Whether an increment is a load and a store and nothing else.
pub(super) fn is_bare(settings: &Settings) -> bool {
    settings.protection == Protection::None && settings.gap.delay == Delay::None
}
