//! A compare-and-swap that finds something else than it expected, and what the record has room to say of it.

use std::sync::atomic::Ordering;

use super::{CHUNK, Fast, Teller, WORDS_A_CHUNK, WORDS_AN_INCREMENT};
use crate::lab::gap::Filler;
use crate::lab::raw::{self, Kind, Stamp};
use crate::lab::word::Word;

impl<F: Filler, T: Teller, const RECORD: bool, const SEEN: bool> Fast<'_, F, T, RECORD, SEEN> {
    /// Replaces one word by the other, or says what the counter holds instead: a retry.
    #[inline(always)]
    pub(super) fn exchange(&mut self, loaded: u64, stored: u64) -> Result<(), Word> {
        match self.counter.word.compare_exchange(loaded, stored, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(found) => {
                self.retries += 1;
                if RECORD {
                    self.tell_retry(loaded, found);
                }
                Err(Word(found))
            }
        }
    }

    #[cold]
    fn tell_retry(&mut self, loaded: u64, found: u64) {
        if !self.tells {
            self.tells = true;
            self.told_retries = 0;
            self.tell(loaded);
        }
        // Room is kept for the rest of the chunk's usual words; a retry takes what is beyond.
        let usual = CHUNK as usize * WORDS_AN_INCREMENT + WORDS_A_CHUNK;
        if self.tail + usual + 2 <= self.end {
            self.put(raw::marker(Kind::Retry, Stamp { time: 0, core: None }));
            self.put(found);
            self.told_retries += 1;
        } else {
            self.rebase(found);
        }
    }

    /// No room for more retries: the increment is recorded as if it had loaded only what it found last.
    fn rebase(&mut self, found: u64) {
        self.tail = self.began;
        self.tell(found);
        self.untold += 1 + std::mem::take(&mut self.told_retries);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::Hands;
    use super::super::{Fast, Quiet};
    use crate::event::{Op, Worker};
    use crate::experiment::{Protection, Settings};
    use crate::lab::counter::Counter;
    use crate::lab::decode::Decoder;
    use crate::lab::gap::Nothing;
    use crate::lab::own::{Own, operations};
    use crate::lab::plan::Clock;
    use crate::lab::seat::Seat;
    use crate::lab::word::{Layout, Word};

    /// Makes an increment that is retried so often in a ring of 512 words; gives what was recorded, dropped, and read.
    fn retried(times: u32) -> (u64, u64, Vec<Op>) {
        let seat = Arc::new(Seat::new(512));
        let mut own = Own::new(Worker(0), Arc::clone(&seat), Layout::THREADS);
        own.ledger.operations = operations(Protection::CompareAndSwap);
        let other = Layout::THREADS.author(Worker(1));
        let counter = Counter::new();
        let mut hands =
            Fast::<Nothing, Quiet, true, true>::open((&counter, Clock::start(), &seat), Nothing, &own.ledger);
        hands.begin();
        let mut loaded = hands.load();
        for retry in 1..=times {
            counter.set(loaded.succ(other + u64::from(retry)));
            loaded = hands.swap(loaded).expect_err("another came first");
        }
        hands.swap(loaded).expect("nobody comes in between");
        hands.close(&mut own.ledger);
        let mut words = Vec::new();
        seat.ring.copy(&mut words);
        let settings = Settings { protection: Protection::CompareAndSwap, ..Settings::default() };
        let mut decoder = Decoder::new(Worker(0));
        decoder.begin(&settings, Word::START);
        let mut read = Vec::new();
        decoder.read(&words, |event| read.push(event.op));
        assert_eq!(own.ledger.retries, u64::from(times));
        (own.ledger.recorded, own.ledger.dropped, read)
    }

    #[test]
    fn a_retry_is_recorded_or_counted_as_dropped() {
        for times in [0, 1, 5, 100, 123, 124, 125, 126, 300, 1_000] {
            let (recorded, dropped, read) = retried(times);
            assert_eq!(recorded + dropped, 2 + u64::from(times), "{times} retries");
            assert_eq!(recorded, read.len() as u64, "{times} retries");
            assert_eq!(read.last(), Some(&Op::Swap(i64::from(times) + 1)), "{times} retries");
            assert!(times > 100 || dropped == 0);
        }
    }
}
