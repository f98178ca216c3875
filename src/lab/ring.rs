//! One worker's record: a preallocated ring of words, written by that worker alone and emptied by one collector.
//!
//! The writer never waits, allocates or enters the kernel. When there is no room it goes unrecorded; counting what
//! was dropped is the writer's business, since only it knows what the words stand for.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;

/// The ring. Positions count up for ever; a slot is a position modulo the capacity.
#[derive(Debug)]
pub(super) struct Ring {
    slots: Box<[AtomicU64]>,
    /// Everything before this position has been collected.
    head: CachePadded<AtomicUsize>,
    /// Everything before this position may be collected.
    tail: CachePadded<AtomicUsize>,
}

impl Ring {
    /// A ring with room for at least so many words, every page of it touched, so that recording never faults.
    pub(super) fn new(words: usize) -> Self {
        let capacity = words.max(2).next_power_of_two();
        let slots: Box<[AtomicU64]> = (0..capacity).map(|_| AtomicU64::new(0)).collect();
        for slot in slots.iter().step_by(512) {
            slot.store(1, Ordering::Relaxed);
        }
        Ring { slots, head: CachePadded::default(), tail: CachePadded::default() }
    }

    /// How many words it holds.
    pub(super) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Writer: where it stands.
    pub(super) fn position(&self) -> usize {
        self.tail.load(Ordering::Relaxed)
    }

    /// Writer: how many words it may put from `tail` on. Never less than it says, until they are put.
    pub(super) fn room(&self, tail: usize) -> usize {
        self.slots.len() - tail.wrapping_sub(self.head.load(Ordering::Acquire))
    }

    /// Writer: whether everything that was put has been collected.
    pub(super) fn is_empty(&self) -> bool {
        self.head.load(Ordering::Acquire) == self.tail.load(Ordering::Relaxed)
    }

    /// Writer: puts a word at a position that [`Ring::room`] has granted.
    #[inline(always)]
    pub(super) fn put(&self, at: usize, raw: u64) {
        self.slots[at & (self.slots.len() - 1)].store(raw, Ordering::Relaxed);
    }

    /// Writer: everything before `tail` may be collected.
    pub(super) fn publish(&self, tail: usize) {
        self.tail.store(tail, Ordering::Release);
    }

    /// Collector: appends what was published to `into`; says up to where, for [`Ring::free`].
    pub(super) fn copy(&self, into: &mut Vec<u64>) -> usize {
        let tail = self.tail.load(Ordering::Acquire);
        let head = self.head.load(Ordering::Relaxed);
        let mask = self.slots.len() - 1;
        into.extend(
            (0..tail.wrapping_sub(head))
                .map(|n| self.slots[head.wrapping_add(n) & mask].load(Ordering::Relaxed)),
        );
        tail
    }

    /// Collector: the slots before `head` may be written again.
    pub(super) fn free(&self, head: usize) {
        self.head.store(head, Ordering::Release);
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
