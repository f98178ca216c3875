//! What workers agree on before they leave the barrier.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crossbeam_utils::{Backoff, CachePadded};

use crate::experiment::Settings;
use crate::platform::affinity;

use super::raw::Stamp;
use super::seat::Seat;

/// The time of a run: nanoseconds since it began, never 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Clock(Instant::now())
    }

    /// A clock that was started long ago.
    #[cfg(test)]
    pub(super) fn started_long_ago() -> Self {
        Clock(Instant::now() - std::time::Duration::from_secs(60))
    }

    pub(super) fn nanos(self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
    }

    /// Now, and on which core.
    pub(super) fn stamp(self) -> Stamp {
        Stamp { time: self.nanos(), core: affinity::current_core() }
    }
}

/// One stretch of a run: from one meeting of all workers to the next. `G` guards their increments.
#[derive(Debug)]
pub(super) struct Plan<G> {
    /// Which run it belongs to.
    pub(super) run: u64,
    pub(super) settings: Settings,
    pub(super) protection: Arc<G>,
    /// Whether increments at full speed are recorded.
    pub(super) record: bool,
    pub(super) clock: Clock,
    /// What those who watch the run want to know; `None` leaves it alone.
    pub(super) watch: Option<Watch>,
    /// How many leave the barrier together, and how many have come to it.
    pub(super) crew: u32,
    pub(super) ready: CachePadded<AtomicU32>,
}

/// A run that is watched: workers clock their waiting and tell every increment, and the first one that is done notes
/// how far all have come.
#[derive(Debug)]
pub(super) struct Watch {
    seats: Vec<Arc<Seat>>,
    progress: OnceLock<Vec<u32>>,
}

impl Watch {
    pub(super) fn new(seats: Vec<Arc<Seat>>) -> Self {
        Watch { seats, progress: OnceLock::new() }
    }

    /// Worker: has made all its increments.
    pub(super) fn note_done(&self) {
        let completed = |seat: &Arc<Seat>| seat.tally.completed.load(Ordering::Relaxed);
        self.progress.get_or_init(|| self.seats.iter().map(completed).collect());
    }

    /// Increments that each had completed when the first one was done.
    pub(super) fn progress(&self) -> Option<&[u32]> {
        self.progress.get().map(Vec::as_slice)
    }
}

impl<G> Plan<G> {
    /// Comes back when all are here, to all at the same moment.
    pub(super) fn barrier(&self) {
        self.ready.fetch_add(1, Ordering::AcqRel);
        let backoff = Backoff::new();
        while self.ready.load(Ordering::Acquire) < self.crew {
            backoff.snooze();
        }
    }
}
