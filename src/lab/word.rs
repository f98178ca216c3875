//! The one word of memory that all workers share: the counter's value together with its provenance.
//!
//! ```text
//! 63            32 31    26 25              0
//! [     value     ][ worker ][   iteration   ]
//! ```
//!
//! Whoever loads the word learns whose store it read. The value stays below [`Word::VALUES`], so that words whose
//! top four bits are all set never occur; the recorder uses those for its markers.

use crate::event::{Increment, Seen, Source, Value, Worker};
use crate::experiment::{MAX_ITERATIONS, MAX_THREADS};

const WORKER_SHIFT: u32 = 26;
const VALUE_SHIFT: u32 = 32;
const ITERATION_MASK: u64 = (1 << WORKER_SHIFT) - 1;
const WORKER_MASK: u64 = (1 << (VALUE_SHIFT - WORKER_SHIFT)) - 1;

/// A value and whose store it was, in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word(pub(super) u64);

impl Word {
    /// The counter before anybody has stored: value 0, written by nobody.
    pub(super) const START: Word = Word(0);
    /// What a fetch-and-add adds: one to the value, nothing to the provenance.
    pub(super) const ONE: u64 = 1 << VALUE_SHIFT;
    /// The bits that say whose store it was.
    pub(super) const AUTHOR: u64 = Word::ONE - 1;
    /// A bound that no value reaches.
    pub(super) const VALUES: u64 = 0xF000_0000;

    /// The bits that say who: the worker and the iteration 0, to which iterations are added.
    pub(super) fn author(worker: Worker) -> u64 {
        u64::from(worker.0) << WORKER_SHIFT
    }

    /// A word with this value, written by this increment.
    #[cfg(test)]
    pub(super) fn new(value: u32, by: Increment) -> Word {
        Word((u64::from(value) << VALUE_SHIFT) | Word::author(by.worker) | u64::from(by.iteration))
    }

    /// The value.
    pub(super) fn value(self) -> u32 {
        (self.0 >> VALUE_SHIFT) as u32
    }

    /// The word that an increment which loaded this one stores: one more, under its own name. `author` is
    /// [`Word::author`] plus the iteration.
    pub(super) fn succ(self, author: u64) -> Word {
        Word((((self.0 >> VALUE_SHIFT) + 1) << VALUE_SHIFT) | author)
    }

    /// Whose store it was.
    pub(super) fn source(self) -> Source {
        let iteration = (self.0 & ITERATION_MASK) as u32;
        if iteration == 0 {
            return Source::Start;
        }
        let worker = Worker(((self.0 >> WORKER_SHIFT) & WORKER_MASK) as u16);
        Source::Store(Increment { worker, iteration })
    }

    /// Value and source, as an event carries them.
    pub(super) fn seen(self) -> Seen {
        Seen { value: Value::from(self.value()), source: self.source() }
    }
}

const _: () = assert!(MAX_THREADS as u64 <= WORKER_MASK + 1);
const _: () = assert!(MAX_ITERATIONS as u64 <= ITERATION_MASK);
const _: () = assert!((MAX_THREADS as u64) * (MAX_ITERATIONS as u64) < Word::VALUES);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_largest_of_everything() {
        let by = Increment { worker: Worker(MAX_THREADS - 1), iteration: MAX_ITERATIONS };
        let value = u32::from(MAX_THREADS) * MAX_ITERATIONS;
        let word = Word::new(value, by);
        assert_eq!(word.value(), value);
        assert_eq!(word.source(), Source::Store(by));
    }

    #[test]
    fn successor_counts_on_under_its_own_name() {
        let first = Increment { worker: Worker(3), iteration: 1 };
        let next = Word::START.succ(Word::author(first.worker) + 1);
        assert_eq!(next, Word::new(1, first));
        assert_eq!(Word::START.source(), Source::Start);
    }
}
