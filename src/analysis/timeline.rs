//! The recorded part of a run, operation by operation, in the order in which they took effect, with what became
//! of each increment. Bounded: the oldest operations are forgotten first.

use std::collections::VecDeque;

use crate::event::{Event, Increment, Seen, Value, Worker};
use crate::experiment::figures::Doing;

/// What has become of an increment so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has loaded and not stored yet.
    Open,
    /// The counter is built on it now; a worker that still holds an older value could yet take that away.
    Surviving,
    /// The counter is built on it and will stay so.
    Survived,
    /// The counter is not built on it now, but a worker still holds a value that is, and would bring it back.
    Overwritten {
        /// Whose store took it off the path.
        by: Increment,
    },
    /// The counter is not built on it and never will be.
    Lost {
        /// The increment on the surviving path that had loaded the same value as the lost branch. `None` while the
        /// record does not say.
        winner: Option<Increment>,
    },
    /// It is not in the record.
    Unknown,
}

/// One recorded operation.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The operation.
    pub event: Event,
    /// Increments that the counter was built on before this store and no longer is, newest first; at most
    /// [`Entry::LISTED`] are listed.
    pub overwrote: Vec<Increment>,
    /// How many there were in all.
    pub overwrote_count: u32,
    /// Increments that had been overwritten and that this store brought back, likewise.
    pub restored: Vec<Increment>,
}

impl Entry {
    /// Most increments listed in one entry.
    pub const LISTED: usize = 8;
}

/// The story of one increment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Which one.
    pub increment: Increment,
    /// What it read, and whose store that was.
    pub read: Seen,
    /// What it stored, once it has.
    pub stored: Option<Value>,
    /// What the counter held when it stored (just before), where the record says: other than `read` if others had
    /// stored in between.
    pub found: Option<Seen>,
    /// What has become of it.
    pub fate: Fate,
    /// Increments that built on it, in order of their stores, at most [`Entry::LISTED`].
    pub built_on_by: Vec<Increment>,
}

/// The recorded operations, oldest first, in the order in which they took effect.
#[derive(Debug, Default)]
pub struct Timeline {
    entries: VecDeque<Entry>,
}

impl Timeline {
    /// An empty timeline that remembers at most so many operations.
    #[must_use]
    pub fn new(_capacity: usize) -> Self {
        Timeline::default()
    }

    /// Forgets everything: a new run begins.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds the next operations of each worker (all that took effect before some moment), in an order of effect
    /// that is true to what they read.
    pub fn extend(&mut self, _streams: Vec<Vec<Event>>) {}

    /// Replaces everything by a window from a run that is too fast to be recorded whole.
    pub fn show_window(&mut self, _streams: Vec<Vec<Event>>) {}

    /// The operations remembered, oldest first.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// The number of the oldest operation remembered, counted from 0 since the run or window began: an index that
    /// stays true while old operations are forgotten.
    #[must_use]
    pub fn first(&self) -> u64 {
        0
    }

    /// What has become of an increment so far.
    #[must_use]
    pub fn fate(&self, _increment: Increment) -> Fate {
        Fate::Unknown
    }

    /// The story of an increment, if its load is remembered.
    #[must_use]
    pub fn story(&self, _increment: Increment) -> Option<Story> {
        None
    }

    /// The counter after the newest operation.
    #[must_use]
    pub fn counter(&self) -> Option<Seen> {
        None
    }

    /// What this worker was doing after the newest operation, and since when (nanoseconds since the run began).
    #[must_use]
    pub fn doing(&self, _worker: Worker) -> (Doing, Option<u64>) {
        (Doing::Between, None)
    }

    /// Whether this worker holds a value that the counter no longer has.
    #[must_use]
    pub fn is_stale(&self, _worker: Worker) -> bool {
        false
    }

    /// What this worker's store would take off the path if it came next, newest first, at most [`Entry::LISTED`].
    #[must_use]
    pub fn would_overwrite(&self, _worker: Worker) -> Vec<Increment> {
        Vec::new()
    }
}
