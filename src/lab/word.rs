//! The one word of memory that all workers share: the counter's value together with its provenance.
//!
//! ```text
//!              63            32 31                          0
//!              [     value     ][ worker ][   iteration   ]
//! threads                            6           26
//! processes                          8           24
//! tasks                             14           18
//! ```
//!
//! Whoever loads the word learns whose store it read. How many bits say who and how many say which of its increments
//! depends on what the workers are: see [`Layout`]. The value stays below [`Word::VALUES`], so that words whose
//! top four bits are all set never occur; the recorder uses those for its markers.

use crate::event::{Increment, Seen, Source, Value, Worker};
use crate::experiment::Kind;

const VALUE_SHIFT: u32 = 32;

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

    /// The value.
    pub(super) fn value(self) -> u32 {
        (self.0 >> VALUE_SHIFT) as u32
    }

    /// The word that an increment which loaded this one stores: one more, under its own name. `author` is
    /// [`Layout::author`] plus the iteration.
    #[inline(always)]
    pub(super) fn succ(self, author: u64) -> Word {
        // All author's bits set, plus one, is the next value with none of them set: two steps from load to store.
        Word((self.0 | Word::AUTHOR) + (author + 1))
    }
}

/// Where in a word the worker's bits begin and the iteration's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    iteration_bits: u32,
}

impl Layout {
    /// For threads.
    pub(super) const THREADS: Layout = Layout { iteration_bits: 26 };

    /// For workers of this kind: room for as many as there can be, and for all increments of each.
    pub(super) const fn of(kind: Kind) -> Layout {
        match kind {
            Kind::Thread => Layout::THREADS,
            Kind::Process { .. } => Layout { iteration_bits: 24 },
            Kind::Task { .. } => Layout { iteration_bits: 18 },
        }
    }

    /// The bits that say who: the worker and the iteration 0, to which iterations are added.
    pub(super) const fn author(self, worker: Worker) -> u64 {
        (worker.0 as u64) << self.iteration_bits
    }

    /// Whose store the word was.
    pub(super) fn source(self, Word(word): Word) -> Source {
        let iteration = (word & ((1 << self.iteration_bits) - 1)) as u32;
        if iteration == 0 {
            return Source::Start;
        }
        let worker = Worker(((word & Word::AUTHOR) >> self.iteration_bits) as u16);
        Source::Store(Increment { worker, iteration })
    }

    /// The word's value and source, as an event carries them.
    pub(super) fn seen(self, word: Word) -> Seen {
        Seen { value: Value::from(word.value()), source: self.source(word) }
    }

    /// Whether all increments of all workers of this kind have names and values of their own.
    const fn holds_all(self, kind: Kind) -> bool {
        let (workers, iterations) = (kind.most_workers() as u64, kind.most_iterations() as u64);
        workers <= 1 << (VALUE_SHIFT - self.iteration_bits)
            && iterations < 1 << self.iteration_bits
            && workers * iterations < Word::VALUES
    }
}

const _: () = {
    let mut at = 0;
    while at < Kind::ALL.len() {
        assert!(Layout::of(Kind::ALL[at]).holds_all(Kind::ALL[at]));
        at += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_largest_of_everything() {
        for kind in Kind::ALL {
            let layout = Layout::of(kind);
            let by = Increment { worker: Worker(kind.most_workers() - 1), iteration: kind.most_iterations() };
            let value = u32::from(kind.most_workers()) * kind.most_iterations();
            let author = layout.author(by.worker) + u64::from(by.iteration);
            let word = Word(u64::from(value - 1) << VALUE_SHIFT).succ(author);
            assert_eq!(layout.seen(word), Seen { value: value.into(), source: Source::Store(by) });
            assert!(word.0 >> 60 != 0xF, "the recorder's markers are told from words");
        }
    }

    #[test]
    fn successor_counts_on_under_its_own_name() {
        for kind in Kind::ALL {
            let layout = Layout::of(kind);
            let first = Increment { worker: Worker(3), iteration: 1 };
            let next = Word::START.succ(layout.author(first.worker) + 1);
            assert_eq!(layout.seen(next), Seen { value: 1, source: Source::Store(first) });
            assert_eq!(layout.source(Word::START), Source::Start);
        }
    }
}
