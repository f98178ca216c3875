//! One order of effect out of one list of events a worker.
//!
//! Nothing sequences the workers while they run; what they *read* does, afterwards. Map each access to a store: a
//! read to the store that it read, a write to itself. Coherence says that for each worker the sequence of stores so
//! obtained never goes back in the memory's modification order. Those steps are all the constraints that a single
//! location puts, so any topological order of the stores is a legal modification order, and each read then belongs
//! after the store it read and before the next one. Where several orders are legal, time stamps choose.
//!
//! `stores` finds the modification order, `merge` lays all events along it, `hints` supplies times where no clock
//! was read. Everything is O(n log n), and no event is ever lost or doubled: where the record contradicts itself,
//! program order still holds, and the contradiction is counted.

mod hints;
mod merge;
mod stores;
#[cfg(test)]
mod tests;

use crate::event::{Event, Seen, Source};

use hints::Hints;
use stores::Stores;

/// What is known of the counter before the first event of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing: the batch is a window into something longer.
    Anything,
    /// Nobody has stored yet.
    Start,
    /// This was the last store.
    Store(Seen),
}

/// Puts batch after batch into one order of effect. Everything in a batch took effect after everything in the batch
/// before it, so no more than the last store is carried from one to the next.
#[derive(Clone, Debug)]
pub struct Linearizer {
    before: Before,
    /// The last time known of each worker, in nanoseconds since the run began.
    clocks: Vec<Option<u64>>,
    violations: u64,
}

impl Default for Linearizer {
    fn default() -> Self {
        Linearizer::from_start()
    }
}

impl Linearizer {
    /// For a run that is recorded whole, from its beginning.
    #[must_use]
    pub fn from_start() -> Self {
        Linearizer { before: Before::Start, clocks: Vec::new(), violations: 0 }
    }

    /// For a record that begins with the counter holding this.
    #[must_use]
    pub fn from(base: Seen) -> Self {
        let before = if base.source == Source::Start { Before::Start } else { Before::Store(base) };
        Linearizer { before, ..Linearizer::from_start() }
    }

    /// For a record that begins somewhere in a run.
    #[must_use]
    pub fn in_midst() -> Self {
        Linearizer { before: Before::Anything, ..Linearizer::from_start() }
    }

    /// The events of the next batch in an order in which they can have taken effect. `streams` holds one list a
    /// worker, each in program order. A source that was not recorded but follows from the values is filled in.
    ///
    /// Which of several stores that nobody has read yet was the batch's last one only its stamps can say; without
    /// them the next batch may turn out to build on another.
    #[must_use]
    pub fn next(&mut self, streams: &[Vec<Event>]) -> Vec<Event> {
        self.batch(streams, Source::Unknown)
    }

    /// Likewise for the batch with which a run ends, or comes to rest, when it is known whose store is then in the
    /// counter.
    #[must_use]
    pub fn finish(&mut self, streams: &[Vec<Event>], last: Source) -> Vec<Event> {
        self.batch(streams, last)
    }

    fn batch(&mut self, streams: &[Vec<Event>], last: Source) -> Vec<Event> {
        if streams.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let hints = Hints::of(streams, &mut self.clocks);
        let stores = Stores::of(streams, &hints, self.before, last);
        let (events, bent) = merge::merge(streams, &hints, &stores);
        self.violations += stores.violations + bent;
        self.remember(&events);
        events
    }

    /// How often the record contradicted itself so far. Anything but 0 is a fault of who recorded.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.violations
    }

    fn remember(&mut self, events: &[Event]) {
        let word = events.iter().rev().find_map(|event| match (event.op.stored(), event.op.seen()) {
            (Some(value), _) => Some(Seen { value, source: Source::Store(event.increment) }),
            (None, Some(seen)) if matches!(seen.source, Source::Store(_)) => Some(seen),
            _ => None,
        });
        if let Some(seen) = word {
            self.before = Before::Store(seen);
        }
    }
}
