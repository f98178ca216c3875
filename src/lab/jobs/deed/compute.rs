//! Computing: prime numbers are counted. Who runs it decides how long it takes, never what comes of it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Halt, Hands};

/// After so many numbers it looks whether it was called off: far under a millisecond for any.
const BETWEEN: u32 = 64;

/// Numbers to look at. The result is how many of them are prime, so that all jobs of a run together count the primes up
/// to where the last one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compute {
    /// The first number to look at.
    pub from: u32,
    /// How many.
    pub count: u32,
}

impl Compute {
    pub(super) fn make(self, hands: &Hands<'_>) -> Result<u64, Halt> {
        let mut primes = 0;
        for at in 0..self.count {
            if at % BETWEEN == 0 {
                hands.check()?;
            }
            if at == self.count / 2 {
                hands.midst();
            }
            primes += u64::from(is_prime(self.from + at));
        }
        Ok(primes)
    }

    pub(super) fn size(self) -> u64 {
        self.count.into()
    }
}

/// Whether it can be divided by nothing but 1 and itself; by trying.
fn is_prime(number: u32) -> bool {
    if number < 4 {
        return number > 1;
    }
    if number.is_multiple_of(2) || number.is_multiple_of(3) {
        return false;
    }
    let mut divisor = 5;
    while divisor <= number / divisor {
        if number.is_multiple_of(divisor) || number.is_multiple_of(divisor + 2) {
            return false;
        }
        divisor += 6;
    }
    true
}

/// About how many numbers can be looked at in so long, here and now, by one job that begins at the first.
#[must_use]
pub fn numbers_in(time: Duration) -> u32 {
    let began = Instant::now();
    let mut number = 0;
    while began.elapsed() < time && number < u32::MAX {
        for _ in 0..BETWEEN {
            black_box(is_prime(black_box(number)));
            number += 1;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_those_that_everybody_knows() {
        let count = |below| (0..below).filter(|&number| is_prime(number)).count();
        assert_eq!((count(10), count(100), count(10_000), count(100_000)), (4, 25, 1_229, 9_592));
        assert!(is_prime(4_294_967_291) && !is_prime(u32::MAX));
    }
}
