//! Increments with neither protection nor gap, told by nobody: the bare race.

use std::sync::atomic::Ordering;

use super::{Fast, NEXT, Teller};
use crate::lab::gap::Filler;
use crate::lab::word::Word;

/// Increments on a worker's own stores that are made without counting them one by one.
const ROW: u64 = 16;

impl<F: Filler, T: Teller, const RECORD: bool, const SEEN: bool> Fast<'_, F, T, RECORD, SEEN> {
    /// Makes unprotected increments with nothing between load and store.
    ///
    /// Whatever a worker does between a store and its next load, or once it has found another's store, lengthens the
    /// time in which it can't have the cache line: the plain loop costs a contended race twice as much as this one.
    #[inline(never)]
    pub(super) fn plain(&mut self, increments: u32) {
        let counter = &self.counter.word;
        let end = self.author + u64::from(increments);
        // Kept in registers: as constants they would take an instruction more for each increment. All four at once, so that
        // the compiler doesn't add them up beforehand to sixteen, for which there are no registers.
        let four = std::hint::black_box([NEXT, 2 * NEXT, 3 * NEXT, 4 * NEXT]);
        let (mut mine, mut author, mut hand_overs) = (self.mine, self.author, self.hand_overs);
        'others: while author < end {
            let loaded = counter.load(Ordering::Relaxed);
            author += 1;
            let others = loaded != mine;
            mine = Word(loaded).succ(author).0;
            counter.store(mine, Ordering::Relaxed);
            if others {
                hand_overs += u64::from(loaded != Word::START.0);
                if RECORD {
                    self.author = author;
                    self.tell(loaded);
                }
            }
            // As long as it finds its own last store; what it finds else is left to the load above. The word counts.
            // Written out, so that it is unrolled however small the program is made.
            macro_rules! own {
                ($first:ident, $($next:expr),*) => {$(
                    if counter.load(Ordering::Relaxed) != mine {
                        author = mine & Word::AUTHOR;
                        continue 'others;
                    }
                    mine = $first + $next;
                    counter.store(mine, Ordering::Relaxed);
                )*};
            }
            let mut rows = (end - author) / ROW;
            while rows > 0 {
                let first = mine;
                own!(first, four[0], four[1], four[2], four[3]);
                let first = mine;
                own!(first, four[0], four[1], four[2], four[3]);
                let first = mine;
                own!(first, four[0], four[1], four[2], four[3]);
                let first = mine;
                own!(first, four[0], four[1], four[2], four[3]);
                rows -= 1;
            }
            author = mine & Word::AUTHOR;
        }
        self.mine = mine;
        self.author = author;
        self.hand_overs = hand_overs;
    }
}
