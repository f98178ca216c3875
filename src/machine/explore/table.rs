//! The states that are known, by their keys: open addressing, in as little room as can be, since nearly every look into a
//! large table waits for memory.

use super::key::{self, Key};
use super::mail::Found;
use crate::platform::shared::Row;

/// Fewest slots of a table.
const LEAST: usize = 1 << 10;

/// A set of states, with a number of each where that is wanted.
#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    /// Keys with every bit turned over, 0 where none is: no key is all ones in its first word, for nothing shared has so
    /// large a number. What lies beyond is left over from when there were more.
    slots: Row<Key<N>>,
    /// By slot; none where numbers are not wanted.
    numbers: Row<u32>,
    has_numbers: bool,
    /// How many slots there are, as a power of two.
    bits: u32,
    /// How many have ever been written.
    used: usize,
    filled: usize,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(has_numbers: bool) -> Self {
        let mut table =
            Table { slots: Row::new(), numbers: Row::new(), has_numbers, bits: 0, used: 0, filled: 0 };
        table.clear(0);
        table
    }

    /// Where a state is looked for first.
    #[inline(always)]
    fn place(&self, key: &Key<N>) -> usize {
        (key::hash(key) >> (64 - self.bits)) as usize
    }

    /// Brings the places where these states would be into the cache.
    #[inline(always)]
    pub(super) fn touch(&self, some: &[Found<N>]) {
        let mut sum = 0;
        if self.has_numbers {
            for found in some {
                let at = self.place(&found.key);
                sum ^= self.slots[at][0] ^ u64::from(self.numbers[at]);
            }
        } else {
            some.iter().for_each(|found| sum ^= self.slots[self.place(&found.key)][0]);
        }
        std::hint::black_box(sum);
    }

    /// Enters a state with its number, unless it is there already: then gives the number that it has, or 0 where numbers
    /// are not wanted.
    #[inline(always)]
    pub(super) fn enter(&mut self, key: &Key<N>, number: u32) -> Option<u32> {
        let turned = key.map(|word| !word);
        let mask = (1 << self.bits) - 1;
        let mut at = self.place(key);
        loop {
            let slot = &mut self.slots[at];
            if *slot == turned {
                return Some(if self.has_numbers { self.numbers[at] } else { 0 });
            }
            if slot[0] == 0 {
                *slot = turned;
                break;
            }
            at = (at + 1) & mask;
        }
        if self.has_numbers {
            self.numbers[at] = number;
        }
        self.filled += 1;
        if self.filled * 4 > mask * 3 {
            self.grow();
        }
        None
    }

    /// Makes it long enough for so many.
    pub(super) fn make_room(&mut self, count: usize) {
        while count * 4 > ((1 << self.bits) - 1) * 3 {
            self.grow();
        }
    }

    /// Makes it twice as long. Where a state lies goes by the upper bits of its hash, so that each moves to about twice as
    /// far from the beginning: from the end on they can be moved within the same memory, those without an empty slot
    /// between them at once.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let before = 1 << self.bits;
        self.lengthen(self.bits + 1);
        let mut moved = Vec::new();
        // Those that went on looking at the beginning belong at the end.
        let begin = (0..before).find(|at| self.slots[*at][0] == 0).unwrap_or(before);
        let mut first = Vec::new();
        (0..begin).for_each(|at| first.push(self.take(at)));
        for at in (begin..before).rev() {
            if self.slots[at][0] == 0 {
                self.put(&mut moved);
            } else {
                moved.push(self.take(at));
            }
        }
        self.put(&mut first);
    }

    fn take(&mut self, at: usize) -> (Key<N>, u32) {
        let slot = std::mem::replace(&mut self.slots[at], [0; N]);
        (slot, if self.has_numbers { self.numbers[at] } else { 0 })
    }

    fn put(&mut self, moved: &mut Vec<(Key<N>, u32)>) {
        for (turned, number) in moved.drain(..) {
            let mask = (1 << self.bits) - 1;
            let mut at = self.place(&turned.map(|word| !word));
            while self.slots[at][0] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = turned;
            if self.has_numbers {
                self.numbers[at] = number;
            }
        }
    }

    /// Forgets all states; there will be about so many.
    pub(super) fn clear(&mut self, about: usize) {
        self.filled = 0;
        self.bits = (about * 2).next_power_of_two().max(LEAST).trailing_zeros();
        self.slots[..self.used.min(1 << self.bits)].fill([0; N]);
        self.lengthen(self.bits);
    }

    /// As many slots as that; those that are new are empty.
    fn lengthen(&mut self, bits: u32) {
        let slots = 1 << bits;
        if self.used > 1 << self.bits {
            self.slots[1 << self.bits..self.used.min(slots)].fill([0; N]);
        }
        self.bits = bits;
        self.used = self.used.max(slots);
        self.slots.lengthen(slots);
        if self.has_numbers {
            self.numbers.lengthen(slots);
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        let slot = std::mem::size_of::<Key<N>>() + if self.has_numbers { 4 } else { 0 };
        (self.used * slot) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Keys with long runs of neighbours among them, at the beginning and at the end too.
    fn keys() -> Vec<Key<1>> {
        let mut keys: Vec<Key<1>> = (0..20_000).map(|i| [((i * i % 7_919) << 20) | i]).collect();
        keys.extend((0..3_000).map(|i| [i << 32]));
        let crowded = |key: &Key<1>| matches!(key::hash(key) >> 54, 0 | 1 | 1_023);
        let more: Vec<Key<1>> = (1_u64 << 40..).map(|i| [i]).filter(crowded).take(1_500).collect();
        keys.extend(more);
        keys
    }

    #[test]
    fn what_was_entered_is_known_again_whatever_was_forgotten_before() {
        for has_numbers in [true, false] {
            let mut table = Table::<1>::new(has_numbers);
            for about in [0, 5_000, 0, 40_000, 100] {
                table.clear(about);
                let mut known = HashMap::new();
                for (i, key) in keys().into_iter().enumerate().skip(about / 50) {
                    let before = known.get(&key).map(|number| if has_numbers { *number } else { 0 });
                    assert_eq!(table.enter(&key, i as u32), before, "{key:?} is new");
                    known.entry(key).or_insert(i as u32);
                }
                for (key, number) in known {
                    let number = if has_numbers { number } else { 0 };
                    assert_eq!(table.enter(&key, u32::MAX), Some(number), "{key:?} is known");
                }
            }
        }
    }
}
