//! Who moves next when nobody is asked.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::event::Worker;

/// A way to choose among the workers that can move.
#[derive(Clone, Debug)]
pub enum Scheduler {
    /// Each is equally likely; the same seed chooses the same again.
    Random(Box<Xoshiro256PlusPlus>),
    /// In turn, one operation each.
    RoundRobin {
        /// Who moved last.
        last: Option<Worker>,
    },
}

impl Scheduler {
    /// The random one.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        Scheduler::Random(Box::new(Xoshiro256PlusPlus::seed_from_u64(seed)))
    }

    /// The one that takes turns.
    #[must_use]
    pub fn round_robin() -> Self {
        Scheduler::RoundRobin { last: None }
    }

    /// Chooses one of these, given in rising order; `None` if there is none.
    pub fn choose(&mut self, enabled: &[Worker]) -> Option<Worker> {
        let first = *enabled.first()?;
        match self {
            Scheduler::Random(generator) => Some(enabled[below(generator, enabled.len())]),
            Scheduler::RoundRobin { last } => {
                let next = enabled.iter().copied().find(|worker| last.is_none_or(|last| *worker > last));
                *last = Some(next.unwrap_or(first));
                *last
            }
        }
    }
}

/// A number below `count`, each equally likely to within 2⁻⁵⁰ for the counts of workers that there are.
pub(super) fn below(generator: &mut impl Rng, count: usize) -> usize {
    ((u128::from(generator.next_u64()) * count as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_robin_takes_turns_and_skips_who_waits() {
        let mut scheduler = Scheduler::round_robin();
        let all = [Worker(0), Worker(1), Worker(2)];
        let mut choose = |enabled: &[Worker]| scheduler.choose(enabled).map(|worker| worker.0);
        assert_eq!(
            [choose(&all), choose(&all), choose(&all), choose(&all)],
            [Some(0), Some(1), Some(2), Some(0)]
        );
        assert_eq!(choose(&[Worker(0), Worker(2)]), Some(2));
        assert_eq!(choose(&[]), None);
    }

    #[test]
    fn a_seed_chooses_the_same_again_and_reaches_everyone() {
        let all = [Worker(0), Worker(1), Worker(2)];
        let draw = |seed| {
            let mut scheduler = Scheduler::random(seed);
            (0..100).map(|_| scheduler.choose(&all)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        all.iter().for_each(|worker| assert!(draw(7).contains(&Some(*worker))));
    }
}
