//! A part of the states: those that fall to it. It knows them by number, and their edges where those are kept.

use super::key::Key;
use super::mail::{Edge, Found};
use super::store::Pile;
use super::table::Table;

/// Stands for no state.
pub(super) const NONE: u32 = u32::MAX;

/// What a search keeps of its states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keeps {
    /// Where every step leads, and not only by which one a state was first reached.
    pub(super) edges: bool,
    /// Whether some workers are exchangeable, so that a step may change where they stand.
    pub(super) landings: bool,
    /// Whether it knows again only what is new since the last level began: a table that fits the cache, where the
    /// whole would not.
    pub(super) only_newest: bool,
}

/// A part of the states of a search. Numbers are its own here, in the order in which states were found.
#[derive(Debug)]
pub(super) struct Shard<const N: usize> {
    table: Table<N>,
    part: Part,
    fresh: Pile<Key<N>>,
    is_levelled: bool,
    keeps: Keeps,
}

/// What is left of a shard when the search is over.
#[derive(Debug)]
pub(super) struct Part {
    workers: usize,
    /// By state and position, the state that a step leads to; nothing where edges are not kept.
    edges: Pile<u32>,
    /// The same, where the worker stands afterwards; empty where it stays where it is.
    landings: Pile<u8>,
    /// By state, the state from which it was first reached and the position of the step.
    parents: Pile<u32>,
    positions: Pile<u8>,
    /// By level, the number of its first state here.
    levels: Vec<u32>,
}

impl<const N: usize> Shard<N> {
    /// An empty part, for so many workers.
    pub(super) fn new(workers: usize, keeps: Keeps) -> Self {
        let part = Part {
            workers,
            edges: Pile::default(),
            landings: Pile::default(),
            parents: Pile::default(),
            positions: Pile::default(),
            levels: Vec::new(),
        };
        Shard { table: Table::new(keeps.edges), part, fresh: Pile::default(), is_levelled: true, keeps }
    }

    /// What it keeps.
    pub(super) fn keeps(&self) -> Keeps {
        self.keeps
    }

    /// How many states it has.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.part.len()
    }

    /// Brings the places where these states would be into the cache.
    #[inline(always)]
    pub(super) fn touch(&self, some: &[Found<N>]) {
        self.table.touch(some);
    }

    /// The number of a state here; a new one remembers how it was first reached. Of one that is known it is only told
    /// where edges are kept.
    #[inline(always)]
    pub(super) fn insert(&mut self, found: &Found<N>) -> u32 {
        let number = self.part.len() as u32;
        if let Some(known) = self.table.enter(&found.key, number) {
            self.is_levelled &= known as usize >= self.part.len() - self.fresh.len();
            return known;
        }
        self.fresh.push(found.key);
        self.part.parents.push(found.parent);
        self.part.positions.push(found.position);
        number
    }

    /// Expects so many states in all. When parts that are about as large grow at about the same time, none waits for
    /// another one to do so.
    pub(super) fn expect(&mut self, count: usize) {
        if !self.keeps.only_newest {
            self.table.make_room(count);
        }
    }

    /// Begins the next level: swaps the states of the last one for those that were new in it, and gives the number of
    /// the first.
    pub(super) fn next_level(&mut self, level: &mut Pile<Key<N>>) -> u32 {
        level.clear();
        std::mem::swap(level, &mut self.fresh);
        let first = (self.part.len() - level.len()) as u32;
        self.part.levels.push(first);
        if self.keeps.only_newest {
            // The next level is likely to be about as large as this one.
            self.table.clear(level.len());
        }
        if self.keeps.edges {
            self.part.edges.fill_up(self.part.parents.len() * self.part.workers, NONE);
        }
        if self.keeps.edges && self.keeps.landings {
            self.part.landings.fill_up(self.part.edges.len(), 0);
        }
        first
    }

    /// Where a step leads from a state here, whose number is given.
    #[inline(always)]
    pub(super) fn set_edge(&mut self, state: u32, edge: &Edge) {
        let at = state as usize * self.part.workers + usize::from(edge.position);
        self.part.edges[at] = edge.to;
        if self.keeps.landings {
            self.part.landings[at] = edge.landing;
        }
    }

    /// Bytes held, and how many more the next growth needs for a moment.
    pub(super) fn bytes(&self) -> u64 {
        self.table.bytes() + self.fresh.bytes() as u64 + self.part.bytes()
    }

    /// Whether every step so far has led to a state of the level after its own, as far as is known here.
    pub(super) fn is_levelled(&self) -> bool {
        self.keeps.only_newest || self.keeps.edges && self.is_levelled
    }

    /// What is left of it.
    pub(super) fn into_part(self) -> Part {
        self.part
    }
}

impl Part {
    /// How many states there are here.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.parents.len()
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        let piles =
            self.edges.bytes() + self.parents.bytes() + self.landings.bytes() + self.positions.bytes();
        (piles + self.levels.capacity() * 4) as u64
    }

    /// The states of a level here.
    pub(super) fn level(&self, level: usize) -> std::ops::Range<u32> {
        let first = |level: usize| self.levels.get(level).map_or(self.len() as u32, |first| *first);
        first(level)..first(level + 1)
    }

    /// By position, the state that a step leads to, or [`NONE`].
    #[inline(always)]
    pub(super) fn edges(&self, state: u32) -> &[u32] {
        &self.edges[state as usize * self.workers..][..self.workers]
    }

    /// At which position the worker stands after its step.
    #[inline(always)]
    pub(super) fn landing(&self, state: u32, position: usize) -> usize {
        match self.landings.get(state as usize * self.workers + position) {
            Some(landing) => usize::from(*landing),
            None => position,
        }
    }

    /// The state from which one was first reached, and the position of the step.
    pub(super) fn origin(&self, state: u32) -> (u32, usize) {
        (self.parents[state as usize], usize::from(self.positions[state as usize]))
    }
}
