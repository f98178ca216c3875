//! Counters of which nothing has to be searched, at any size: their workers never come between each other's operations,
//! or never touch the same counter. There is one final count, and how many schedules lead to it is known.

use num_bigint::BigUint;

use super::relative::{self, MOST_INCREMENTS};
use super::{operations, witness};
use crate::experiment::{Kind, Protection};
use crate::machine::explore::Options;
use crate::machine::explore::outcome::{Count, Coverage, Endless, Exploration, Found};
use crate::program::CounterShape;

/// All outcomes, of which there is one; `None` for any other counter.
pub(super) fn explore(shape: CounterShape, options: &Options) -> Option<Exploration> {
    let has_guard =
        !matches!(shape.protection, Protection::None | Protection::CompareAndSwap | Protection::FetchAdd);
    let all = shape.increments();
    let schedules = match shape.kind {
        _ if has_guard => return None,
        // Whoever begins goes on to its end; only who comes next is open.
        Kind::Task { awaits: false } => Count::Exact((1..=u64::from(shape.threads)).product::<BigUint>()),
        Kind::Process { shared: false } if all <= MOST_INCREMENTS => Count::Exact(relative::schedules(shape)),
        Kind::Process { shared: false } => Count::Unknown,
        _ => return None,
    };
    let schedules = if options.counts { schedules } else { Count::Unknown };
    let shortest = witness(shape, shape.right())?;
    Some(Exploration {
        outcomes: vec![Found {
            outcome: relative::outcome(shape, shape.right()),
            schedules: schedules.clone(),
            probability: options.counts.then_some(1.0),
            fewest_switches: Some(shortest.clone()),
            shortest,
        }],
        schedules,
        coverage: Coverage::Complete,
        endless: Endless::Impossible,
        endless_probability: options.counts.then_some(0.0),
        states: 0,
        transitions: 0,
        depth: u64::from(operations(shape).0) * all,
        bytes: 0,
    })
}
