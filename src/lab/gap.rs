//! The gap between a load and its store, made real.

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::event::Worker;
use crate::experiment::{Delay, Gap};

use super::control::Control;

/// A worker's own source of jitter: the same seed gives the same jitter, next year too.
#[derive(Clone, Debug)]
pub(super) struct Jitter(Xoshiro256PlusPlus);

impl Jitter {
    pub(super) fn new(seed: u64, run: u64, worker: Worker) -> Self {
        let stream = run.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::from(worker.0) << 48);
        Jitter(Xoshiro256PlusPlus::seed_from_u64(seed ^ stream))
    }

    /// `length`, up to so many percent shorter or longer.
    pub(super) fn around(&mut self, length: u64, percent: u8) -> u64 {
        let by = (u128::from(length) * u128::from(percent.min(100)) / 100) as u64;
        if by == 0 { length } else { self.0.random_range(length - by..=length.saturating_add(by)) }
    }

    pub(super) fn coin(&mut self) -> bool {
        self.0.random_range(0..2_u8) == 1
    }
}

/// What fills the time between load and store. A trait, so that no gap costs nothing.
pub(super) trait Filler {
    /// Whether there is no gap at all.
    const NOTHING: bool = false;

    /// Spends the gap. Ends early when the workers are called to the meeting point.
    fn fill(&mut self);
}

/// No gap.
#[derive(Debug)]
pub(super) struct Nothing;

impl Filler for Nothing {
    const NOTHING: bool = true;

    #[inline(always)]
    fn fill(&mut self) {}
}

/// Any gap.
#[derive(Debug)]
pub(super) struct Wide<'a> {
    pub(super) gap: Gap,
    pub(super) jitter: &'a mut Jitter,
    pub(super) control: &'a Control,
}

impl Filler for Wide<'_> {
    fn fill(&mut self) {
        let Gap { delay, jitter } = self.gap;
        match delay {
            Delay::None => {}
            Delay::Spin(nanos) => {
                let nanos = self.jitter.around(u64::from(nanos), jitter);
                spin(Duration::from_nanos(nanos), self.control);
            }
            Delay::Yield => {
                std::thread::yield_now();
                if jitter > 0 && self.jitter.coin() {
                    std::thread::yield_now();
                }
            }
            Delay::Sleep(micros) => {
                let nanos = self.jitter.around(u64::from(micros) * 1_000, jitter);
                sleep(Duration::from_nanos(nanos), self.control);
            }
        }
    }
}

fn spin(length: Duration, control: &Control) {
    let begin = Instant::now();
    while begin.elapsed() < length && !control.hurry() {
        std::hint::spin_loop();
    }
}

/// Sleeps, but comes back as soon as it is woken for a meeting.
fn sleep(length: Duration, control: &Control) {
    let begin = Instant::now();
    loop {
        let wakes = control.wakes();
        match length.checked_sub(begin.elapsed()) {
            Some(rest) if !rest.is_zero() && !control.hurry() => control.rest(wakes, Some(rest)),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, run: u64, worker: u16) -> Vec<u64> {
        let mut jitter = Jitter::new(seed, run, Worker(worker));
        (0..20).map(|_| jitter.around(1_000, 50)).collect()
    }

    #[test]
    fn the_same_seed_is_the_same_jitter_and_each_worker_and_run_has_its_own() {
        assert_eq!(drawn(7, 1, 0), drawn(7, 1, 0));
        for other in [drawn(8, 1, 0), drawn(7, 2, 0), drawn(7, 1, 1)] {
            assert_ne!(other, drawn(7, 1, 0));
        }
        // Also next year: what a seed means is part of what a lecturer writes down.
        assert_eq!(drawn(7, 1, 0)[..3], [1_035, 1_009, 580]);
    }

    #[test]
    fn jitter_stays_within_its_percentage() {
        let mut jitter = Jitter::new(7, 1, Worker(0));
        for percent in [0, 25, 50, 100, 200] {
            let by = 10 * u64::from(percent.min(100));
            assert!((0..1_000).all(|_| (1_000 - by..=1_000 + by).contains(&jitter.around(1_000, percent))));
        }
    }
}
