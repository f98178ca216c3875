//! What is known of one value of the counter in one state: that it can be, or how often and how likely.

use num_bigint::BigUint;

use crate::machine::explore::outcome::Count;

/// What is added up along the way.
pub(in crate::machine::explore) trait Cell: Copy + Send {
    /// Before anything leads here.
    const EMPTY: Self;
    /// At the start.
    const START: Self;

    /// Adds what comes from a state in which `ways` workers can move, by a step that `times` of them can take.
    fn add(&mut self, from: &Self, times: u32, share: f64);

    /// The same for every value of the counter in a row.
    #[inline(always)]
    fn add_row(row: &mut [Self], from: &[Self], times: u32, share: f64) {
        row.iter_mut().zip(from).for_each(|(cell, from)| cell.add(from, times, share));
    }

    /// Whether anything leads here.
    fn is_reached(&self) -> bool;

    /// The number of schedules, where it is counted.
    fn count(&self) -> Count;

    /// The probability, where it is computed.
    fn probability(&self) -> Option<f64>;
}

/// Only whether it can be: 0 or 1.
impl Cell for u8 {
    const EMPTY: Self = 0;
    const START: Self = 1;

    #[inline(always)]
    fn add(&mut self, from: &Self, _: u32, _: f64) {
        *self |= from;
    }

    #[inline(always)]
    fn add_row(row: &mut [Self], from: &[Self], _: u32, _: f64) {
        // So many at once, whatever the compiler thinks of loops that may be of any length.
        const AT_ONCE: usize = 16;
        let (mut row, mut from) = (row.chunks_exact_mut(AT_ONCE), from.chunks_exact(AT_ONCE));
        for (row, from) in row.by_ref().zip(from.by_ref()) {
            let all = |bytes: &[u8]| u128::from_ne_bytes(bytes.try_into().unwrap_or_default());
            row.copy_from_slice(&(all(row) | all(from)).to_ne_bytes());
        }
        row.into_remainder().iter_mut().zip(from.remainder()).for_each(|(cell, from)| *cell |= from);
    }

    fn is_reached(&self) -> bool {
        *self != 0
    }

    fn count(&self) -> Count {
        Count::Unknown
    }

    fn probability(&self) -> Option<f64> {
        None
    }
}

/// A number of schedules in words of 64 bits, lowest first, and a probability.
#[derive(Clone, Copy, Debug)]
pub(in crate::machine::explore) struct Weight<const WORDS: usize> {
    count: [u64; WORDS],
    probability: f64,
}

impl<const WORDS: usize> Cell for Weight<WORDS> {
    const EMPTY: Self = Weight { count: [0; WORDS], probability: 0.0 };
    const START: Self = {
        let mut count = [0; WORDS];
        count[0] = 1;
        Weight { count, probability: 1.0 }
    };

    #[inline(always)]
    fn add(&mut self, from: &Self, times: u32, share: f64) {
        // The sum of all counts has its place in the words, so the last carry is 0.
        let mut carry = 0;
        for (to, from) in self.count.iter_mut().zip(&from.count) {
            let sum = u128::from(*to) + u128::from(*from) * u128::from(times) + carry;
            *to = sum as u64;
            carry = sum >> 64;
        }
        self.probability += from.probability * share;
    }

    fn is_reached(&self) -> bool {
        self.count.iter().any(|word| *word != 0)
    }

    fn count(&self) -> Count {
        let halves = self.count.iter().flat_map(|word| [*word as u32, (word >> 32) as u32]);
        Count::Exact(BigUint::new(halves.collect()))
    }

    fn probability(&self) -> Option<f64> {
        Some(self.probability)
    }
}
