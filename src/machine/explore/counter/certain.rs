//! Counters of which nothing has to be searched, at any size: their workers never come between each other's operations,
//! or never touch the same counter. There is one final count, and how many schedules lead to it is known as a rule.
//!
//! Processes with a memory of their own share nothing but what protects their counters. Each increment takes that once
//! and gives it back before it takes it again, so whoever has it can always go on: nobody waits for ever, every schedule
//! ends, and the parent's counter, which nobody touches, is as it was. Where only one can have it, increments come one
//! after another as if each were a single operation; where all can, nobody ever waits.

use num_bigint::BigUint;

use super::relative::{self, MOST_INCREMENTS};
use super::{operations, witness};
use crate::experiment::{Kind, Protection};
use crate::machine::explore::Options;
use crate::machine::explore::outcome::{Count, Coverage, Endless, Exploration, Found};
use crate::program::CounterShape;

/// Most operations whose merges are counted.
const MOST_MOVES: u64 = 2 * MOST_INCREMENTS;
/// Below so many states the schedules are counted by a search where there is no other way.
const SEARCHED: f64 = 1e7;

/// All outcomes, of which there is one; `None` for any other counter.
pub(super) fn explore(shape: CounterShape, options: &Options) -> Option<Exploration> {
    let schedules = match shape.kind {
        _ if !always_ends(shape) => return None,
        // Whoever begins goes on to its end; only who comes next is open.
        Kind::Task { awaits: false } if is_bare(shape) => {
            Count::Exact((1..=u64::from(shape.threads)).product::<BigUint>())
        }
        Kind::Process { shared: false } => match in_one_go(shape) {
            // Nobody knows but by counting, which is done where it can be.
            None if options.counts && steps(shape) < SEARCHED => return None,
            Some(moves) if shape.increments() * moves <= MOST_MOVES => {
                Count::Exact(relative::merges(shape, moves))
            }
            _ => Count::Unknown,
        },
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
        depth: u64::from(operations(shape).0) * shape.increments(),
        bytes: 0,
    })
}

/// Whether the counter has nothing to wait for.
fn is_bare(shape: CounterShape) -> bool {
    matches!(shape.protection, Protection::None | Protection::CompareAndSwap | Protection::FetchAdd)
}

/// Whether every schedule comes to its end: nobody tries again and again, and there are permits to be had.
fn always_ends(shape: CounterShape) -> bool {
    match shape.protection {
        Protection::Spin => false,
        Protection::Semaphore => shape.permits > 0,
        _ => true,
    }
}

/// How many operations of an increment others can come between, at least one, where that is the same whoever else is on
/// the way: as many as there are if nobody ever waits, one if only one at a time is let in.
fn in_one_go(shape: CounterShape) -> Option<u64> {
    let each = Some(u64::from(operations(shape).0));
    match shape.protection {
        Protection::None | Protection::CompareAndSwap | Protection::FetchAdd | Protection::ReadLock => each,
        Protection::Semaphore if shape.permits >= shape.threads => each,
        Protection::Semaphore if shape.permits > 1 => None,
        _ => Some(1),
    }
}

/// At most so many states has a counter each, as workers are told apart.
fn steps(shape: CounterShape) -> f64 {
    let each = f64::from(operations(shape).0) * f64::from(shape.iterations) + 1.0;
    each.powi(i32::from(shape.threads))
}
