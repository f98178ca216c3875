//! What a schedule can lead to, and what exploring finds out about it.

use num_bigint::BigUint;

use crate::machine::schedule::Schedule;
use crate::machine::{Failure, Machine, Shared};
use crate::program::library::Verdict;
use crate::program::value::Value;

/// How a schedule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Every worker that was started has ended.
    Done,
    /// Workers are left, and all of them wait.
    Deadlock,
    /// An assertion or an operation failed.
    Failed(Failure),
}

/// What a schedule leads to. Schedules that lead to the same are not told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// What the observed variables hold, in the program's order.
    pub values: Vec<Value>,
    /// What has been printed.
    pub output: Vec<Value>,
    /// How it ended.
    pub end: End,
    /// Whether every check at the end holds; after a failure or a deadlock there is nothing to check.
    pub holds: bool,
}

impl Outcome {
    /// The outcome of a state in which nobody can move.
    #[must_use]
    pub fn of(machine: &Machine, shared: &Shared, anyone_left: bool) -> Self {
        let end = match shared.failure {
            Some(failure) => End::Failed(failure),
            None if anyone_left => End::Deadlock,
            None => End::Done,
        };
        let program = machine.program();
        Outcome {
            values: program
                .observed
                .iter()
                .map(|variable| shared.variables[variable.index()].clone())
                .collect(),
            output: shared.output.clone(),
            end,
            holds: end != End::Done || machine.violated(shared).is_empty(),
        }
    }

    /// Whether this is what the program is meant to do.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.end == End::Done && self.holds
    }
}

/// How many different outcomes are known while others may still come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// All of them.
    pub outcomes: u64,
    /// Those that are not what the program is meant to do.
    pub bad: u64,
}

impl Met {
    /// One more that was not known before.
    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.outcomes += 1;
        self.bad += u64::from(!outcome.is_good());
    }
}

/// A number of schedules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// Exactly so many.
    Exact(BigUint),
    /// More than any number: there are ways round and round before the end.
    Infinite,
    /// Not counted.
    Unknown,
}

impl Count {
    /// The number in digits, where there is one.
    #[must_use]
    pub fn digits(&self) -> Option<String> {
        match self {
            Count::Exact(number) => Some(number.to_string()),
            Count::Infinite | Count::Unknown => None,
        }
    }
}

/// An outcome that is reachable, and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The outcome.
    pub outcome: Outcome,
    /// How many schedules lead to it.
    pub schedules: Count,
    /// How likely it is when each worker that can move is equally likely to; `None` if not computed. Exact up to
    /// rounding, 1 part in 10⁹ or better.
    pub probability: Option<f64>,
    /// A schedule that leads to it; if the search was complete, none is shorter.
    pub shortest: Schedule,
    /// One with the fewest switches, where that was asked for and neither stopped nor too large.
    pub fewest_switches: Option<Schedule>,
}

/// A way to go on for ever: once the first schedule, then the second over and over, with workers that do the same
/// perhaps in each other's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The way there.
    pub prefix: Schedule,
    /// The way round, once.
    pub round: Schedule,
}

/// Whether a program can go on for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endless {
    /// Every schedule ends.
    Impossible,
    /// Some don't; this is one.
    Possible(Round),
    /// The search was stopped before it could tell.
    Unknown,
}

impl Endless {
    /// A way to go on for ever, if there is one.
    #[must_use]
    pub fn round(&self) -> Option<&Round> {
        match self {
            Endless::Possible(round) => Some(round),
            Endless::Impossible | Endless::Unknown => None,
        }
    }
}

/// How much of the program was covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of it: outcomes that are not listed are impossible.
    Complete,
    /// A part, until this stopped it: outcomes that are not listed may still be possible.
    Partial(Limit),
}

/// What stopped a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The memory that it may use.
    Memory,
    /// The number of states that it may visit.
    States,
    /// Whoever watches it.
    Stopped,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Exploration {
    /// The outcomes, in order of what the observed variables hold.
    pub outcomes: Vec<Found>,
    /// How many schedules there are in all.
    pub schedules: Count,
    /// How much was covered.
    pub coverage: Coverage,
    /// Whether it can go on for ever.
    pub endless: Endless,
    /// How likely it is never to end, under the uniform scheduler; 0 unless there is no way out of some round.
    pub endless_probability: Option<f64>,
    /// States visited. States that only exchange workers which do the same are one; where neither counts nor switches
    /// were asked for, some are left out that lead to no other outcomes.
    pub states: u64,
    /// Transitions followed.
    pub transitions: u64,
    /// Operations on the longest of the shortest ways to a state.
    pub depth: u64,
    /// Most memory that the search held at once, in bytes, as far as it is counted.
    pub bytes: u64,
}

impl Exploration {
    /// Whether all of it was covered.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.coverage == Coverage::Complete
    }

    /// The outcome that holds these values in the end, if it was found.
    #[must_use]
    pub fn find(&self, values: &[Value]) -> Option<&Found> {
        self.outcomes.iter().find(|found| found.outcome.values == values)
    }

    /// What can happen; of a part, what happened in it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let any = |test: fn(&Outcome) -> bool| self.outcomes.iter().any(|found| test(&found.outcome));
        Verdict {
            can_fail: any(|outcome| matches!(outcome.end, End::Failed(_)) || !outcome.holds),
            can_deadlock: any(|outcome| outcome.end == End::Deadlock),
            can_go_on_for_ever: self.endless.round().is_some(),
        }
    }

    /// The outcomes that are not what the program is meant to do.
    pub fn bad(&self) -> impl Iterator<Item = &Found> {
        self.outcomes.iter().filter(|found| !found.outcome.is_good())
    }
}
