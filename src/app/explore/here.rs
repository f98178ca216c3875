//! Exploring from a moment of Step on rather than from the start of the program.

use crate::experiment::digits::grouped;
use crate::machine::State;
use crate::machine::run::Run;
use crate::machine::schedule::Schedule;

/// The moment from which everything is explored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// How things stand.
    pub(super) state: State,
    /// The way there from the program's start.
    pub(super) way: Schedule,
    /// How many operations lead there, and how many Step remembered.
    at: usize,
    of: usize,
}

impl Here {
    /// The moment that a run is at; `None` at its start, where there is nothing to tell apart.
    #[must_use]
    pub(in crate::app) fn of(run: &Run) -> Option<Here> {
        let (at, of) = (run.at(), run.steps().len());
        (at > 0).then(|| Here { state: run.state().clone(), way: run.schedule(), at, of })
    }

    /// Which moment it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        format!("from step {} of {}", grouped(self.at as u64), grouped(self.of as u64))
    }

    /// A schedule that goes on from here, as one from the start.
    pub(super) fn whole(&self, rest: &Schedule) -> Schedule {
        self.way.then(rest)
    }
}
