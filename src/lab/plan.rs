//! What workers agree on before they leave the barrier.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crossbeam_utils::Backoff;

use crate::experiment::Settings;
use crate::platform::shared::{Padded, Place};
use crate::platform::{affinity, clock};

use super::control::Control;
use super::raw::Stamp;
use super::seat::Seat;

/// The time of a run: nanoseconds since it began, never 0. All processes read it alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    began: u64,
}

impl Clock {
    pub(super) fn start() -> Self {
        Clock { began: clock::nanos() }
    }

    /// The clock of a run that began then.
    #[cfg(target_os = "linux")]
    pub(super) fn began_at(began: u64) -> Self {
        Clock { began }
    }

    /// When it was started.
    #[cfg(target_os = "linux")]
    pub(super) fn began(self) -> u64 {
        self.began
    }

    /// A clock that was started long ago.
    #[cfg(test)]
    pub(super) fn started_long_ago() -> Self {
        Clock { began: clock::nanos().saturating_sub(60_000_000_000) }
    }

    pub(super) fn nanos(self) -> u64 {
        clock::nanos().saturating_sub(self.began).max(1)
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
    pub(super) ready: Place<Padded<AtomicU32>>,
}

/// A run that is watched: workers clock their waiting and tell every increment, and the first one that is done notes
/// how far all have come.
#[derive(Debug)]
pub(super) struct Watch {
    seats: Vec<Arc<Seat>>,
    /// Whether somebody is noting, 2 when it is noted; then one word a worker.
    progress: Place<[AtomicU32]>,
}

impl Watch {
    pub(super) fn new(seats: Vec<Arc<Seat>>) -> Self {
        let progress = Place::own_row((0..=seats.len()).map(|_| AtomicU32::new(0)));
        Watch { seats, progress }
    }

    /// With a place for the progress that others have made.
    #[cfg(target_os = "linux")]
    pub(super) fn at(seats: Vec<Arc<Seat>>, progress: Place<[AtomicU32]>) -> Self {
        Watch { seats, progress }
    }

    /// Worker: has made all its increments.
    pub(super) fn note_done(&self) {
        if self.progress[0].compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        for (seat, place) in self.seats.iter().zip(&self.progress[1..]) {
            place.store(seat.tally.completed.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        self.progress[0].store(2, Ordering::Release);
    }

    /// Increments that each had completed when the first one was done.
    pub(super) fn progress(&self) -> Option<Vec<u32>> {
        let noted = self.progress[0].load(Ordering::Acquire) == 2;
        let of = |place: &AtomicU32| place.load(Ordering::Relaxed);
        noted.then(|| self.progress[1..=self.seats.len()].iter().map(of).collect())
    }
}

impl<G> Plan<G> {
    /// Comes back when all are here, to all at the same moment; or when they are called away before.
    pub(super) fn barrier(&self, control: &Control) {
        self.ready.fetch_add(1, Ordering::AcqRel);
        let backoff = Backoff::new();
        while self.ready.load(Ordering::Acquire) < self.crew && !control.hurry() {
            backoff.snooze();
        }
    }
}
