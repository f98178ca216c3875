//! A part of the states: those whose hash falls to it. It knows them by number, and their edges.

use super::key::{self, Key};

/// Stands for no state.
pub(super) const NONE: u32 = u32::MAX;

/// A part of the states of a search.
#[derive(Debug)]
pub(super) struct Shard<const N: usize> {
    /// Open addressing: a packed state and its number here, [`NONE`] where nothing is.
    slots: Vec<(Key<N>, u32)>,
    edges: Vec<u32>,
    landings: Vec<u8>,
    parents: Vec<u32>,
    fresh: Vec<(Key<N>, u32)>,
    workers: usize,
    keeps_landings: bool,
}

impl<const N: usize> Shard<N> {
    /// An empty part, for so many workers; `keeps_landings` if some of them are exchangeable.
    pub(super) fn new(workers: usize, keeps_landings: bool) -> Self {
        Shard {
            slots: vec![([0; N], NONE); 1 << 10],
            edges: Vec::new(),
            landings: Vec::new(),
            parents: Vec::new(),
            fresh: Vec::new(),
            workers,
            keeps_landings,
        }
    }

    /// How many states it has.
    pub(super) fn len(&self) -> usize {
        self.parents.len()
    }

    /// The number of a state here; a new one remembers whence it was first reached.
    pub(super) fn insert(&mut self, key: Key<N>, parent: u32) -> u32 {
        if self.parents.len() * 8 >= self.slots.len() * 5 {
            self.grow();
        }
        let at = find(&self.slots, &key);
        let known = self.slots[at].1;
        if known != NONE {
            return known;
        }
        let number = self.parents.len() as u32;
        self.slots[at] = (key, number);
        self.fresh.push((key, number));
        self.parents.push(parent);
        self.edges.resize(self.edges.len() + self.workers, NONE);
        if self.keeps_landings {
            self.landings.resize(self.edges.len(), 0);
        }
        number
    }

    fn grow(&mut self) {
        let mut slots = vec![([0; N], NONE); self.slots.len() * 2];
        for (key, number) in self.slots.iter().filter(|(_, number)| *number != NONE) {
            let at = find(&slots, key);
            slots[at] = (*key, *number);
        }
        self.slots = slots;
    }

    /// The states that were new since this was last asked for.
    pub(super) fn take_fresh(&mut self) -> Vec<(Key<N>, u32)> {
        std::mem::take(&mut self.fresh)
    }

    /// Where the state's step at this position leads, and at which position the worker stands afterwards.
    pub(super) fn set_edge(&mut self, edge: usize, to: u32, landing: u8) {
        self.edges[edge] = to;
        if self.keeps_landings {
            self.landings[edge] = landing;
        }
    }

    /// Bytes held, and how many more the next growth needs for a moment.
    pub(super) fn bytes(&self) -> u64 {
        let slots = (self.slots.len() + self.fresh.capacity()) * std::mem::size_of::<(Key<N>, u32)>();
        let rest = (self.edges.capacity() + self.parents.capacity()) * 4 + self.landings.capacity();
        (slots + rest) as u64
    }

    /// Gives up the look-up by key and keeps what later passes need.
    pub(super) fn finish(self) -> Part {
        Part { edges: self.edges, landings: self.landings, parents: self.parents }
    }
}

fn find<const N: usize>(slots: &[(Key<N>, u32)], key: &Key<N>) -> usize {
    let mask = slots.len() - 1;
    let mut at = (key::hash(key) >> (64 - slots.len().trailing_zeros())) as usize;
    while slots[at].1 != NONE && slots[at].0 != *key {
        at = (at + 1) & mask;
    }
    at
}

/// What is left of a shard when the search is over.
#[derive(Debug)]
pub(super) struct Part {
    /// By state and position, the state that a step leads to.
    pub(super) edges: Vec<u32>,
    /// By state and position, where the worker stands afterwards; empty where it stays where it is.
    pub(super) landings: Vec<u8>,
    /// By state, the state from which it was first reached.
    pub(super) parents: Vec<u32>,
}
