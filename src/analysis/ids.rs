//! Tables keyed by increments. They are asked several times an event and sixty times a second, so the keys are
//! mixed with one multiplication; nobody outside chooses them, so there is nobody to defend against.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::event::Increment;

/// A table with one row an increment.
pub(super) type ByIncrement<T> = HashMap<Increment, T, BuildHasherDefault<Mix>>;

/// Multiplicative hashing, as in Knuth's TAOCP 6.4, folded so that high and low bits both depend on every input.
#[derive(Clone, Debug, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
