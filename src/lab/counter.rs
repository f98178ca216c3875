//! The counter, and beside it what shows whether who is inside a lock is alone there.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::platform::shared::shareable;

use super::protection::occupancy::Alone;
use super::word::Word;

shareable! {
    /// Alone on its cache lines. Whoever is inside a lock is about to fetch these anyway, and who waits for one doesn't look
    /// at them: a flag here costs nothing, where one on lines of its own costs another miss at each hand-over, and one
    /// beside the lock is taken away by those who wait.
    #[derive(Debug, Default)]
    #[repr(align(128))]
    pub(super) struct Counter {
        pub(super) word: AtomicU64,
        pub(super) alone: Alone,
    }
}

impl Counter {
    /// One that nobody has stored in.
    pub(super) fn new() -> Self {
        let counter = Counter::default();
        counter.word.store(Word::START.0, Ordering::Relaxed);
        counter
    }

    /// What it holds.
    pub(super) fn get(&self) -> Word {
        Word(self.word.load(Ordering::Relaxed))
    }

    /// Gives it another word. Only while all workers are at rest.
    pub(super) fn set(&self, word: Word) {
        self.word.store(word.0, Ordering::Relaxed);
    }
}
