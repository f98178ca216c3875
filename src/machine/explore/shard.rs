//! A part of the states: those whose hash falls to it. It knows them by number, and their edges.

use std::ops::Range;

use super::key::{self, Key};

/// Fewest slots of a table.
const LEAST: usize = 1 << 10;

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
    /// By level, the number of its first state here.
    levels: Vec<usize>,
    is_levelled: bool,
    /// Whether only the newest level is looked up.
    forgets: bool,
    workers: usize,
    keeps_landings: bool,
}

impl<const N: usize> Shard<N> {
    /// An empty part, for so many workers; `keeps_landings` if some of them are exchangeable. One that `forgets` knows
    /// again only what is new since the last level began: a table that fits the cache, where the whole would not.
    pub(super) fn new(workers: usize, keeps_landings: bool, forgets: bool) -> Self {
        Shard {
            slots: empty(LEAST),
            edges: Vec::new(),
            landings: Vec::new(),
            parents: Vec::new(),
            fresh: Vec::new(),
            levels: Vec::new(),
            is_levelled: true,
            forgets,
            workers,
            keeps_landings,
        }
    }

    /// How many states it has.
    pub(super) fn len(&self) -> usize {
        self.parents.len()
    }

    /// Brings the places where these states would be into the cache.
    pub(super) fn touch<'a>(&self, keys: impl Iterator<Item = &'a Key<N>>) {
        let sum = keys.fold(0_u32, |sum, key| sum.wrapping_add(self.slots[place(&self.slots, key)].1));
        std::hint::black_box(sum);
    }

    /// The number of a state here; a new one remembers whence it was first reached.
    pub(super) fn insert(&mut self, key: Key<N>, parent: u32) -> u32 {
        let filled = if self.forgets { self.fresh.len() } else { self.parents.len() };
        if filled * 8 >= self.slots.len() * 5 {
            self.grow();
        }
        let at = find(&self.slots, &key);
        let known = self.slots[at].1;
        if known != NONE {
            self.is_levelled &= self.levels.last().is_some_and(|first| known as usize >= *first);
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
        let mut slots = empty(self.slots.len() * 2);
        for (key, number) in self.slots.iter().filter(|(_, number)| *number != NONE) {
            let at = find(&slots, key);
            slots[at] = (*key, *number);
        }
        self.slots = slots;
    }

    /// How many states are new since the next level was last asked for.
    pub(super) fn fresh(&self) -> usize {
        self.fresh.len()
    }

    /// The states that were new since this was last asked for: the next level.
    pub(super) fn take_fresh(&mut self) -> Vec<(Key<N>, u32)> {
        self.levels.push(self.parents.len());
        if self.forgets {
            // The next level is likely to be about as large as this one.
            let slots = (self.fresh.len() * 2).next_power_of_two().max(LEAST);
            if slots == self.slots.len() {
                self.slots.fill(([0; N], NONE));
            } else {
                self.slots = empty(slots);
            }
        }
        std::mem::take(&mut self.fresh)
    }

    /// Where the state's step at this position leads, and at which position the worker stands afterwards.
    pub(super) fn set_edge(&mut self, state: u32, position: u8, to: u32, landing: u8) {
        let edge = state as usize * self.workers + usize::from(position);
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

    /// Whether every step so far has led to a state of the level after its own.
    pub(super) fn is_levelled(&self) -> bool {
        self.is_levelled
    }
}

fn empty<const N: usize>(slots: usize) -> Vec<(Key<N>, u32)> {
    vec![([0; N], NONE); slots]
}

/// Where a state is looked for first.
fn place<const N: usize>(slots: &[(Key<N>, u32)], key: &Key<N>) -> usize {
    (key::hash(key) >> (64 - slots.len().trailing_zeros())) as usize
}

fn find<const N: usize>(slots: &[(Key<N>, u32)], key: &Key<N>) -> usize {
    let mask = slots.len() - 1;
    let mut at = place(slots, key);
    while slots[at].1 != NONE && slots[at].0 != *key {
        at = (at + 1) & mask;
    }
    at
}

/// What is left of shards when the search is over.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// By state and position, the state that a step leads to.
    pub(super) edges: Vec<u32>,
    /// By state and position, where the worker stands afterwards; empty where it stays where it is.
    pub(super) landings: Vec<u8>,
    /// By state, the state from which it was first reached.
    pub(super) parents: Vec<u32>,
}

impl Part {
    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        ((self.edges.capacity() + self.parents.capacity()) * 4 + self.landings.capacity()) as u64
    }
}

/// Puts the parts together, level by level; gives also, by shard, the new numbers of its states.
pub(super) fn merge<const N: usize>(mut shards: Vec<Shard<N>>) -> (Part, Vec<Vec<u32>>) {
    shards.iter_mut().for_each(|shard| shard.slots = Vec::new());
    if let [only] = shards.as_mut_slice() {
        let numbers = (0..only.len() as u32).collect();
        let (edges, landings) = (std::mem::take(&mut only.edges), std::mem::take(&mut only.landings));
        return (Part { edges, landings, parents: std::mem::take(&mut only.parents) }, vec![numbers]);
    }
    let mut numbers: Vec<Vec<u32>> = shards.iter().map(|shard| Vec::with_capacity(shard.len())).collect();
    let levels = shards.iter().map(|shard| shard.levels.len()).max().unwrap_or(0);
    let mut next = 0;
    // One more than there are levels: what was found after the last one began.
    let order: Vec<(usize, Range<usize>)> = (0..=levels)
        .flat_map(|level| shards.iter().enumerate().map(move |(index, shard)| (index, shard.level(level))))
        .collect();
    for (index, states) in &order {
        numbers[*index].extend(states.clone().map(|_| {
            next += 1;
            next - 1
        }));
    }
    let mut part = Part {
        edges: vec![0; next as usize * shards[0].workers],
        landings: vec![0; shards.iter().map(|shard| shard.landings.len()).sum()],
        parents: vec![0; next as usize],
    };
    let shares = deal(&mut part, &order, &shards);
    std::thread::scope(|scope| {
        for share in shares {
            let (shards, numbers) = (&shards, &numbers);
            scope.spawn(move || share.into_iter().for_each(|piece| piece.fill(shards, numbers)));
        }
    });
    (part, numbers)
}

/// States of one shard and level, and where they come to lie in the whole.
struct Piece<'a> {
    shard: usize,
    states: Range<usize>,
    edges: &'a mut [u32],
    landings: &'a mut [u8],
    parents: &'a mut [u32],
}

impl Piece<'_> {
    fn fill<const N: usize>(self, shards: &[Shard<N>], numbers: &[Vec<u32>]) {
        let count = shards.len();
        let renumber = |state: u32| {
            if state == NONE { NONE } else { numbers[state as usize % count][state as usize / count] }
        };
        let shard = &shards[self.shard];
        let edges = self.states.start * shard.workers..self.states.end * shard.workers;
        self.landings.copy_from_slice(shard.landings.get(edges.clone()).unwrap_or_default());
        self.edges.iter_mut().zip(&shard.edges[edges]).for_each(|(to, from)| *to = renumber(*from));
        self.parents.iter_mut().zip(&shard.parents[self.states]).for_each(|(to, from)| *to = renumber(*from));
    }
}

/// Cuts the whole into pieces in this order, and deals them out to as many threads as there are shards, about as many
/// states to each.
fn deal<'a, const N: usize>(
    part: &'a mut Part,
    order: &[(usize, Range<usize>)],
    shards: &[Shard<N>],
) -> Vec<Vec<Piece<'a>>> {
    let (workers, total) = (shards[0].workers, part.parents.len());
    let (mut edges, mut landings) = (part.edges.as_mut_slice(), part.landings.as_mut_slice());
    let mut parents = part.parents.as_mut_slice();
    let mut shares: Vec<Vec<Piece>> = shards.iter().map(|_| Vec::new()).collect();
    for (shard, states) in order {
        let thread = (total - parents.len()) * shards.len() / total.max(1);
        let kept = if landings.is_empty() { 0 } else { states.len() * workers };
        shares[thread.min(shards.len() - 1)].push(Piece {
            shard: *shard,
            states: states.clone(),
            edges: edges.split_off_mut(..states.len() * workers).unwrap_or_default(),
            landings: landings.split_off_mut(..kept).unwrap_or_default(),
            parents: parents.split_off_mut(..states.len()).unwrap_or_default(),
        });
    }
    shares
}

impl<const N: usize> Shard<N> {
    /// The states of a level here.
    fn level(&self, level: usize) -> Range<usize> {
        let begin =
            if level == 0 { 0 } else { self.levels.get(level - 1).map_or(self.len(), |first| *first) };
        begin..self.levels.get(level).map_or(self.len(), |first| *first)
    }
}
