//! One bit for each increment of a run.

use crate::event::Increment;

pub(super) struct Bits {
    workers: Vec<Vec<u64>>,
}

impl Bits {
    /// All clear, for so many increments of each worker.
    pub(super) fn new(lengths: impl Iterator<Item = usize>) -> Self {
        Bits { workers: lengths.map(|length| vec![0; length.div_ceil(64)]).collect() }
    }

    /// The increment must be one of those that there is room for.
    pub(super) fn has(&self, increment: Increment) -> bool {
        let index = increment.iteration as usize - 1;
        self.workers[increment.worker.index()][index / 64] >> (index % 64) & 1 == 1
    }

    /// The increment must be one of those that there is room for.
    pub(super) fn set(&mut self, increment: Increment) {
        let index = increment.iteration as usize - 1;
        self.workers[increment.worker.index()][index / 64] |= 1 << (index % 64);
    }

    /// How many are set, for each worker.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.workers.iter().map(|words| words.iter().map(|word| u64::from(word.count_ones())).sum()).collect()
    }
}
