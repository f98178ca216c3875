//! What is known of every value of the counter in every state of a level: that it can be, or how often and how likely.

use std::ops::Range;

use num_bigint::BigUint;

use crate::machine::explore::outcome::Count;

/// Cells, one a value and state, that are added up along the way.
pub(super) trait Rows: Clone {
    /// Forgets all.
    fn clear(&mut self);

    /// So many cells more, which nothing leads to.
    fn extend(&mut self, cells: usize);

    /// The first cell is where everything starts.
    fn start(&mut self);

    /// Adds these cells of a level in which so many workers take the same step, each with this share of what is likely, to
    /// as many from `at` on.
    fn add(&mut self, at: usize, before: &Self, cells: Range<usize>, times: u32, share: f64);

    /// Whether anything leads here.
    fn is_reached(&self, cell: usize) -> bool;

    /// The number of schedules, where it is counted.
    fn count(&self, cell: usize) -> Count;

    /// The probability, where it is computed.
    fn probability(&self, cell: usize) -> Option<f64>;

    /// Bytes held.
    fn bytes(&self) -> usize;
}

/// Only whether it can be: 0 or 1.
#[derive(Clone, Default)]
pub(super) struct Reached(Vec<u8>);

impl Rows for Reached {
    fn clear(&mut self) {
        self.0.clear();
    }

    #[inline(always)]
    fn extend(&mut self, cells: usize) {
        self.0.resize(self.0.len() + cells, 0);
    }

    fn start(&mut self) {
        self.0[0] = 1;
    }

    #[inline(always)]
    fn add(&mut self, at: usize, before: &Self, cells: Range<usize>, _: u32, _: f64) {
        // So many at once, whatever the compiler thinks of loops that may be of any length.
        const AT_ONCE: usize = 16;
        let (row, from) = (&mut self.0[at..][..cells.len()], &before.0[cells]);
        let (row, from) = (row.as_chunks_mut::<AT_ONCE>(), from.as_chunks::<AT_ONCE>());
        for (row, from) in row.0.iter_mut().zip(from.0) {
            *row = (u128::from_ne_bytes(*row) | u128::from_ne_bytes(*from)).to_ne_bytes();
        }
        row.1.iter_mut().zip(from.1).for_each(|(cell, from)| *cell |= from);
    }

    fn is_reached(&self, cell: usize) -> bool {
        self.0[cell] != 0
    }

    fn count(&self, _: usize) -> Count {
        Count::Unknown
    }

    fn probability(&self, _: usize) -> Option<f64> {
        None
    }

    fn bytes(&self) -> usize {
        self.0.capacity()
    }
}

/// Numbers of schedules, each in so many words of 64 bits, lowest first, and after them the bits of a probability.
#[derive(Clone)]
pub(super) struct Weights {
    /// Words of a cell.
    each: usize,
    cells: Vec<u64>,
}

impl Weights {
    /// No cells yet; the number of all schedules must have its place in so many words.
    pub(super) fn of(words: usize) -> Self {
        Weights { each: words + 1, cells: Vec::new() }
    }

    fn number(&self, cell: usize) -> &[u64] {
        &self.cells[cell * self.each..][..self.each - 1]
    }
}

impl Rows for Weights {
    fn clear(&mut self) {
        self.cells.clear();
    }

    #[inline(always)]
    fn extend(&mut self, cells: usize) {
        // The bits of 0.0 are 0.
        self.cells.resize(self.cells.len() + cells * self.each, 0);
    }

    fn start(&mut self) {
        self.cells[0] = 1;
        self.cells[self.each - 1] = 1.0_f64.to_bits();
    }

    #[inline(always)]
    fn add(&mut self, at: usize, before: &Self, cells: Range<usize>, times: u32, share: f64) {
        let each = self.each;
        let to = &mut self.cells[at * each..][..cells.len() * each];
        let from = &before.cells[cells.start * each..cells.end * each];
        // How wide a cell is, is told to the compiler where it is narrow, as it nearly always is.
        match each {
            2 => add_narrow::<2>(to, from, times, share),
            3 => add_narrow::<3>(to, from, times, share),
            5 => add_narrow::<5>(to, from, times, share),
            _ => add_wide(to, from, each, times, share),
        }
    }

    fn is_reached(&self, cell: usize) -> bool {
        self.number(cell).iter().any(|word| *word != 0)
    }

    fn count(&self, cell: usize) -> Count {
        let halves = self.number(cell).iter().flat_map(|word| [*word as u32, (word >> 32) as u32]);
        Count::Exact(BigUint::new(halves.collect()))
    }

    fn probability(&self, cell: usize) -> Option<f64> {
        Some(f64::from_bits(self.cells[(cell + 1) * self.each - 1]))
    }

    fn bytes(&self) -> usize {
        self.cells.capacity() * 8
    }
}

#[inline(always)]
fn add_narrow<const EACH: usize>(to: &mut [u64], from: &[u64], times: u32, share: f64) {
    let (to, from) = (to.as_chunks_mut::<EACH>().0, from.as_chunks::<EACH>().0);
    to.iter_mut().zip(from).for_each(|(to, from)| add_one(to, from, times, share));
}

#[inline(never)]
fn add_wide(to: &mut [u64], from: &[u64], each: usize, times: u32, share: f64) {
    let (to, from) = (to.chunks_exact_mut(each), from.chunks_exact(each));
    to.zip(from).for_each(|(to, from)| add_one(to, from, times, share));
}

/// Adds a number as often as it says, and a share of its probability.
#[inline(always)]
fn add_one(to: &mut [u64], from: &[u64], times: u32, share: f64) {
    let (Some((likely, to)), Some((likely_from, from))) = (to.split_last_mut(), from.split_last()) else {
        return;
    };
    *likely = (f64::from_bits(*likely) + f64::from_bits(*likely_from) * share).to_bits();
    // The sum of all has its place in the words, so the last carry is 0.
    if times == 1 {
        return add_once(to, from);
    }
    let mut carry = 0;
    for (to, from) in to.iter_mut().zip(from) {
        let sum = u128::from(*to) + u128::from(*from) * u128::from(times) + carry;
        *to = sum as u64;
        carry = sum >> 64;
    }
}

/// What is done most of the time, two words at once.
#[inline(always)]
fn add_once(to: &mut [u64], from: &[u64]) {
    let ((pairs, rest), (pairs_from, rest_from)) = (to.as_chunks_mut::<2>(), from.as_chunks::<2>());
    let mut carry = false;
    for (to, from) in pairs.iter_mut().zip(pairs_from) {
        let (sum, over) = pair(to).overflowing_add(pair(from));
        let (sum, again) = sum.overflowing_add(u128::from(carry));
        *to = [sum as u64, (sum >> 64) as u64];
        carry = over | again;
    }
    if let ([to], [from]) = (rest, rest_from) {
        *to = to.wrapping_add(*from).wrapping_add(u64::from(carry));
    }
}

#[inline(always)]
fn pair(words: &[u64; 2]) -> u128 {
    u128::from(words[0]) | u128::from(words[1]) << 64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against numbers of any size: two cells of so many words, with room for what comes out.
        #[test]
        fn numbers_of_any_width_are_added_exactly(
            words in 1_usize..9,
            known in any::<[[u64; 9]; 2]>(),
            times in prop_oneof![Just(1_u32), 1_u32..99],
        ) {
            let filled = |numbers: &[[u64; 9]; 2]| {
                let mut rows = Weights::of(words);
                rows.extend(2);
                for (cell, number) in numbers.iter().enumerate() {
                    rows.cells[cell * rows.each..][..words].copy_from_slice(&number[..words]);
                    // The highest word has room for the sum.
                    rows.cells[cell * rows.each + words - 1] >>= 8;
                }
                rows.cells[rows.each - 1] = 0.5_f64.to_bits();
                rows
            };
            let number = |rows: &Weights, cell| match rows.count(cell) {
                Count::Exact(count) => count,
                other => panic!("{other:?} is not exact"),
            };
            let (mut to, from) = (filled(&known), filled(&[known[1], known[0]]));
            let expected: Vec<BigUint> =
                (0..2).map(|cell| number(&to, cell) + number(&from, cell) * times).collect();
            to.add(0, &from, 0..2, times, 0.25);
            prop_assert_eq!(expected, vec![number(&to, 0), number(&to, 1)]);
            prop_assert_eq!(to.probability(0), Some(0.625));
        }
    }
}
