//! The states that a search found and how they hang together, and an order in which each comes after all that
//! lead to it, as far as there is one.

use super::outcome::Met;
use super::pass::{GivenUp, Pass};
use super::shard::{NONE, Part};
use super::tables::Crew;

/// A state in which nobody can move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) state: u32,
    /// The operations on a shortest way to it.
    pub(super) depth: u64,
    /// The number of what is shared in it.
    pub(super) shared: u32,
    /// Whether workers are left that wait.
    pub(super) anyone_left: bool,
}

/// How states are numbered that lie in several parts: the lower bits say in which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbering {
    bits: u32,
}

impl Numbering {
    pub(super) fn new(parts: usize) -> Self {
        Numbering { bits: parts.next_power_of_two().trailing_zeros() }
    }

    /// The number of a state that has this number in its part.
    #[inline(always)]
    pub(super) fn number(self, part: usize, state: u32) -> u32 {
        state << self.bits | part as u32
    }

    /// The part that a state lies in, and its number there.
    #[inline(always)]
    pub(super) fn place(self, number: u32) -> (usize, u32) {
        ((number & ((1 << self.bits) - 1)) as usize, number >> self.bits)
    }
}

/// All states found.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) crew: Crew,
    pub(super) parts: Vec<Part>,
    /// The state from which everything is reached.
    pub(super) start: u32,
    /// Nearest first.
    pub(super) terminals: Vec<Terminal>,
    /// Whether every step leads to a state that is one operation further from the start, as far as is known.
    pub(super) is_levelled: bool,
    /// Whether no step leads back: that is known where states have levels, or from what each worker does.
    pub(super) has_no_rounds: bool,
    pub(super) transitions: u64,
    pub(super) depth: u64,
    pub(super) bytes: u64,
    /// The outcomes found.
    pub(super) met: Met,
}

impl Graph {
    /// How many states there are.
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(Part::len).sum()
    }

    /// All numbers are below this; where there are several parts, not every one is a state's.
    pub(super) fn numbers(&self) -> usize {
        let longest = self.parts.iter().map(Part::len).max().unwrap_or(0);
        longest << self.numbering().bits
    }

    fn numbering(&self) -> Numbering {
        Numbering::new(self.parts.len())
    }

    /// The part that a state lies in, and its number there.
    #[inline(always)]
    pub(super) fn place(&self, number: u32) -> (usize, u32) {
        self.numbering().place(number)
    }

    #[inline(always)]
    fn part(&self, state: u32) -> (&Part, u32) {
        let (part, state) = self.place(state);
        (&self.parts[part], state)
    }

    /// The numbers of the states of a level.
    pub(super) fn level(&self, level: u64) -> impl DoubleEndedIterator<Item = u32> {
        let numbering = self.numbering();
        self.parts.iter().enumerate().flat_map(move |(index, part)| {
            part.level(level as usize).map(move |state| numbering.number(index, state))
        })
    }

    /// The numbers of all states, nearest first.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        (0..=self.depth).flat_map(|level| self.level(level))
    }

    /// By position, the state that a step leads to, or [`NONE`].
    #[inline(always)]
    pub(super) fn edges(&self, state: u32) -> &[u32] {
        let (part, state) = self.part(state);
        part.edges(state)
    }

    /// The states that a step leads to, one for each worker that can move.
    #[inline(always)]
    pub(super) fn successors(&self, state: u32) -> impl Iterator<Item = u32> + '_ {
        self.edges(state).iter().copied().filter(|to| *to != NONE)
    }

    /// At which position the worker stands after its step.
    #[inline(always)]
    pub(super) fn landing(&self, state: u32, position: usize) -> usize {
        let (part, state) = self.part(state);
        part.landing(state, position)
    }

    /// The positions of the steps on a shortest way to a state.
    pub(super) fn way_to(&self, state: u32) -> Vec<usize> {
        let mut way = Vec::new();
        let mut at = state;
        while at != self.start {
            let (part, state) = self.part(at);
            let (parent, position) = part.origin(state);
            way.push(position);
            at = parent;
        }
        way.reverse();
        way
    }

    /// Bytes that the states take.
    pub(super) fn bytes(&self) -> u64 {
        self.parts.iter().map(Part::bytes).sum()
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
        let mut waits_for = vec![0_u32; self.numbers()];
        self.all().flat_map(|state| self.successors(state)).for_each(|to| waits_for[to as usize] += 1);
        let mut ready = Vec::new();
        if waits_for[self.start as usize] == 0 {
            ready.push(self.start);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_where_a_state_is() {
        for parts in 1..9 {
            let numbering = Numbering::new(parts);
            let mut known = std::collections::HashSet::new();
            for (part, state) in (0..parts).flat_map(|part| (0..9).map(move |state| (part, state))) {
                let number = numbering.number(part, state);
                assert_eq!(numbering.place(number), (part, state));
                assert!(known.insert(number));
            }
        }
    }
}
