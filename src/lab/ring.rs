//! One worker's record: a preallocated ring of words, written by that worker alone and emptied by one collector.
//!
//! The writer never waits, allocates or enters the kernel. When there is no room it goes unrecorded; counting what
//! was dropped is the writer's business, since only it knows what the words stand for.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::platform::shared::{Padded, Place, shareable};

/// The ring. Positions count up for ever; a slot is a position modulo the capacity. Where its parts stand is not its
/// business: see [`Place`].
#[derive(Debug)]
pub(super) struct Ring {
    slots: Place<[AtomicU64]>,
    ends: Place<Ends>,
}

shareable! {
    /// Up to where it was emptied and filled.
    #[derive(Debug, Default)]
    pub(super) struct Ends {
        /// Everything before this position has been collected.
        head: Padded<AtomicUsize>,
        /// Everything before this position may be collected.
        tail: Padded<AtomicUsize>,
    }
}

impl Ring {
    /// A ring with room for at least so many words, every page of it touched, so that recording never faults.
    pub(super) fn new(words: usize) -> Self {
        let slots = Place::own_row((0..Ring::room_for(words)).map(|_| AtomicU64::new(0)));
        let ring = Ring::at(slots, Place::own(Ends::default()));
        ring.touch();
        ring
    }

    /// How many slots a ring with room for so many words has.
    pub(super) fn room_for(words: usize) -> usize {
        words.max(2).next_power_of_two()
    }

    /// The ring whose parts stand there. There must be as many slots as [`Ring::room_for`] says.
    pub(super) fn at(slots: Place<[AtomicU64]>, ends: Place<Ends>) -> Self {
        debug_assert!(slots.len().is_power_of_two());
        Ring { slots, ends }
    }

    /// Touches every page of it. Only its writer, while it rests.
    pub(super) fn touch(&self) {
        for slot in self.slots.iter().step_by(512) {
            slot.store(1, Ordering::Relaxed);
        }
    }

    /// How many words it holds.
    pub(super) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Writer: where it stands.
    pub(super) fn position(&self) -> usize {
        self.ends.tail.load(Ordering::Relaxed)
    }

    /// Writer: how many words it may put from `tail` on. Never less than it says, until they are put.
    pub(super) fn room(&self, tail: usize) -> usize {
        self.slots.len() - tail.wrapping_sub(self.ends.head.load(Ordering::Acquire))
    }

    /// Writer: whether everything that was put has been collected.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.head.load(Ordering::Acquire) == self.ends.tail.load(Ordering::Relaxed)
    }

    /// Writer: puts a word at a position that [`Ring::room`] has granted.
    #[inline(always)]
    pub(super) fn put(&self, at: usize, raw: u64) {
        self.slots[at & (self.slots.len() - 1)].store(raw, Ordering::Relaxed);
    }

    /// What was put at this position, also where it was not published.
    pub(super) fn peek(&self, at: usize) -> u64 {
        self.slots[at & (self.slots.len() - 1)].load(Ordering::Relaxed)
    }

    /// Writer: everything before `tail` may be collected.
    pub(super) fn publish(&self, tail: usize) {
        self.ends.tail.store(tail, Ordering::Release);
    }

    /// Collector: appends what was published to `into`; says up to where, for [`Ring::free`].
    pub(super) fn copy(&self, into: &mut Vec<u64>) -> usize {
        let tail = self.ends.tail.load(Ordering::Acquire);
        let head = self.ends.head.load(Ordering::Relaxed);
        let mask = self.slots.len() - 1;
        into.extend(
            (0..tail.wrapping_sub(head))
                .map(|n| self.slots[head.wrapping_add(n) & mask].load(Ordering::Relaxed)),
        );
        tail
    }

    /// Collector: the slots before `head` may be written again.
    pub(super) fn free(&self, head: usize) {
        self.ends.head.store(head, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_comes_out_in_order_and_room_comes_back() {
        let ring = Ring::new(4);
        let mut tail = ring.position();
        for round in 0..10_u64 {
            assert_eq!(ring.room(tail), 4);
            for n in 0..3 {
                ring.put(tail, round * 10 + n);
                tail += 1;
            }
            assert_eq!(ring.room(tail), 1);
            ring.publish(tail);
            let mut out = Vec::new();
            ring.free(ring.copy(&mut out));
            assert_eq!(out, [round * 10, round * 10 + 1, round * 10 + 2]);
        }
    }

    #[test]
    fn a_reader_beside_the_writer_misses_nothing() {
        const WORDS: u64 = 200_000;
        let ring = Ring::new(64);
        let mut seen = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut tail = ring.position();
                for word in 0..WORDS {
                    while ring.room(tail) == 0 {
                        std::thread::yield_now();
                    }
                    ring.put(tail, word);
                    tail += 1;
                    ring.publish(tail);
                }
            });
            while (seen.len() as u64) < WORDS {
                ring.free(ring.copy(&mut seen));
            }
        });
        assert!(seen.iter().copied().eq(0..WORDS));
    }
}
