//! The states that a search found and how they hang together, and an order in which each comes after all that
//! lead to it, as far as there is one.

use super::shard::{NONE, Part};
use super::tables::Crew;

/// A state in which nobody can move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) state: u32,
    /// The number of what is shared in it.
    pub(super) shared: u32,
    /// Whether workers are left that wait.
    pub(super) anyone_left: bool,
    /// Operations on the shortest way to it.
    pub(super) depth: u64,
}

/// All states found, by number. Numbers are not contiguous where there are several parts.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) crew: Crew,
    pub(super) parts: Vec<Part>,
    pub(super) start: u32,
    /// Nearest first.
    pub(super) terminals: Vec<Terminal>,
    pub(super) transitions: u64,
    pub(super) depth: u64,
    pub(super) bytes: u64,
}

impl Graph {
    /// One more than the largest number.
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(|part| part.parents.len()).max().unwrap_or(0) * self.parts.len()
    }

    /// How many states there are.
    pub(super) fn states(&self) -> u64 {
        self.parts.iter().map(|part| part.parents.len() as u64).sum()
    }

    fn split(&self, state: u32) -> (&Part, usize) {
        match self.parts.as_slice() {
            [part] => (part, state as usize),
            parts => (&parts[state as usize % parts.len()], state as usize / parts.len()),
        }
    }

    /// The numbers of all states.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> + '_ {
        let count = self.parts.len();
        (0..self.size()).filter(move |i| i / count < self.parts[i % count].parents.len()).map(|i| i as u32)
    }

    /// By position, the state that a step leads to, or [`NONE`].
    pub(super) fn edges(&self, state: u32) -> &[u32] {
        let (part, index) = self.split(state);
        let workers = self.crew.threads.len();
        &part.edges[index * workers..][..workers]
    }

    /// The states that a step leads to, one for each worker that can move.
    pub(super) fn successors(&self, state: u32) -> impl Iterator<Item = u32> + '_ {
        self.edges(state).iter().copied().filter(|to| *to != NONE)
    }

    /// At which position the worker stands after its step.
    pub(super) fn landing(&self, state: u32, position: usize) -> usize {
        let (part, index) = self.split(state);
        match part.landings.get(index * self.crew.threads.len() + position) {
            Some(landing) => usize::from(*landing),
            None => position,
        }
    }

    /// The positions of the steps on a shortest way to a state.
    pub(super) fn way_to(&self, state: u32) -> Vec<usize> {
        let mut way = Vec::new();
        let mut at = state;
        while at != self.start {
            let (part, index) = self.split(at);
            let parent = part.parents[index];
            let step = self.edges(parent).iter().position(|to| *to == at);
            way.push(step.expect("the state was first reached by a step from there"));
            at = parent;
        }
        way.reverse();
        way
    }

    /// Calls `each` with every state after all that lead to it. States on rounds, and states that rounds lead to,
    /// are left out; says which those are, if there are any.
    pub(super) fn in_order(&self, mut each: impl FnMut(u32)) -> Option<Vec<bool>> {
        let mut waits_for = vec![0_u32; self.size()];
        self.all().flat_map(|state| self.successors(state)).for_each(|to| waits_for[to as usize] += 1);
        let mut ready = Vec::new();
        if waits_for[self.start as usize] == 0 {
            ready.push(self.start);
        }
        let mut done = 0;
        while let Some(state) = ready.pop() {
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
        if done == self.states() {
            return None;
        }
        // The start waits for nobody unless it is on a round itself.
        Some(waits_for.into_iter().map(|count| count > 0).collect())
    }
}
