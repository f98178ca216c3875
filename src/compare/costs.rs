//! What workers of each kind cost, as a sweep sees it: the lab's experiments repeated, and how far they spread.

use crate::experiment::Kind;
use crate::experiment::statistics::Spread;
use crate::lab::costs::{self, Cost, Measure, Sizes};
use crate::lab::error::LabError;

use super::plan::Plan;

pub use crate::lab::costs::{KINDS, MANY, Measure as What};

/// One repetition of all experiments with one kind of worker.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// In which round, from 0.
    pub round: u32,
    /// What it came to.
    pub cost: Cost,
}

/// How the figures of one kind spread over the repetitions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs([Option<Spread>; Measure::ALL.len()]);

impl Costs {
    /// Of these repetitions.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Self {
        let spread = |measure: Measure| {
            Spread::of(samples.iter().filter_map(|sample| sample.cost[measure as usize]).collect())
        };
        Costs(Measure::ALL.map(spread))
    }

    /// How the figures of one measure spread; `None` where nobody could tell.
    #[must_use]
    pub fn get(&self, measure: Measure) -> Option<Spread> {
        self.0[measure as usize]
    }
}

/// Repeats all experiments once with one kind of worker.
pub(super) fn repeat(
    plan: &Plan,
    kind: Kind,
    round: u32,
    stop: &dyn Fn() -> bool,
) -> Result<Sample, LabError> {
    let sizes = Sizes { sleepers: plan.threads, steps: plan.iterations, cores: plan.cores };
    Ok(Sample { round, cost: costs::measure(kind, sizes, stop)? })
}

/// How many pieces of work that needs a core are done together.
#[must_use]
pub fn pieces(plan: &Plan) -> u16 {
    costs::pieces(plan.cores)
}
