//! What is added up in a state: nothing, or how many schedules lead to it and how likely it is.

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

    /// The number of schedules, where it is counted.
    fn count(&self) -> Count;

    /// The probability, where it is computed.
    fn probability(&self) -> Option<f64>;
}

/// Nothing is added up.
impl Cell for u8 {
    const EMPTY: Self = 0;
    const START: Self = 1;

    #[inline(always)]
    fn add(&mut self, from: &Self, _: u32, _: f64) {
        *self |= from;
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

    fn count(&self) -> Count {
        let halves = self.count.iter().flat_map(|word| [*word as u32, (word >> 32) as u32]);
        Count::Exact(BigUint::new(halves.collect()))
    }

    fn probability(&self) -> Option<f64> {
        Some(self.probability)
    }
}
