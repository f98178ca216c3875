//! The states that a search found and how they hang together, and an order in which each comes after all that
//! lead to it, as far as there is one.

use super::outcome::Met;
use super::pass::{GivenUp, Pass};
use super::shard::{NONE, Part};
use super::tables::Crew;

/// The number of the state from which everything is reached.
pub(super) const START: u32 = 0;

/// A state in which nobody can move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) state: u32,
    /// The number of what is shared in it.
    pub(super) shared: u32,
    /// Whether workers are left that wait.
    pub(super) anyone_left: bool,
}

/// All states found, by number; nearer ones have lower numbers, the start has 0.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) crew: Crew,
    pub(super) states: Part,
    /// Nearest first.
    pub(super) terminals: Vec<Terminal>,
    /// Whether every step leads to a state that is one operation further from the start: then there are no rounds.
    pub(super) is_levelled: bool,
    pub(super) transitions: u64,
    pub(super) depth: u64,
    pub(super) bytes: u64,
    /// The outcomes found.
    pub(super) met: Met,
}

impl Graph {
    /// How many states there are.
    pub(super) fn size(&self) -> usize {
        self.states.parents.len()
    }

    /// The numbers of all states.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.size() as u32
    }

    /// By position, the state that a step leads to, or [`NONE`].
    pub(super) fn edges(&self, state: u32) -> &[u32] {
        let workers = self.crew.threads.len();
        &self.states.edges[state as usize * workers..][..workers]
    }

    /// The states that a step leads to, one for each worker that can move.
    pub(super) fn successors(&self, state: u32) -> impl Iterator<Item = u32> + '_ {
        self.edges(state).iter().copied().filter(|to| *to != NONE)
    }

    /// At which position the worker stands after its step.
    pub(super) fn landing(&self, state: u32, position: usize) -> usize {
        match self.states.landings.get(state as usize * self.crew.threads.len() + position) {
            Some(landing) => usize::from(*landing),
            None => position,
        }
    }

    /// The positions of the steps on a shortest way to a state.
    pub(super) fn way_to(&self, state: u32) -> Vec<usize> {
        let mut way = Vec::new();
        let mut at = state;
        while at != START {
            let parent = self.states.parents[at as usize];
            let step = self.edges(parent).iter().position(|to| *to == at);
            way.push(step.expect("the state was first reached by a step from there"));
            at = parent;
        }
        way.reverse();
        way
    }

    /// Calls `each` with every state after all that lead to it. States on rounds, and states that rounds lead to,
    /// are left out; says which those are, if there are any.
    pub(super) fn in_order(
        &self,
        pass: &mut Pass,
        mut each: impl FnMut(u32),
    ) -> Result<Option<Vec<bool>>, GivenUp> {
        if self.is_levelled {
            for state in self.all() {
                pass.visit()?;
                each(state);
            }
            return Ok(None);
        }
        pass.needs(8)?;
        let mut waits_for = vec![0_u32; self.size()];
        self.all().flat_map(|state| self.successors(state)).for_each(|to| waits_for[to as usize] += 1);
        let mut ready = Vec::new();
        if waits_for[START as usize] == 0 {
            ready.push(START);
        }
        let mut done = 0;
        while let Some(state) = ready.pop() {
            pass.visit()?;
            each(state);
            done += 1;
            for to in self.successors(state) {
                let count = &mut waits_for[to as usize];
                *count -= 1;
                if *count == 0 {
                    ready.push(to);
                }
            }
        }
        if done == self.size() {
            return Ok(None);
        }
        // The start waits for nobody unless it is on a round itself.
        Ok(Some(waits_for.into_iter().map(|count| count > 0).collect()))
    }
}
