//! The states after so many operations, each with what is known of every value of the counter in it.

use super::rows::Rows;
use crate::machine::explore::key::{self, Key};

const EMPTY: u32 = u32::MAX;

/// All states of one level. Every state has exactly one level, so nothing need be looked for in another.
pub(super) struct Level<R, const N: usize> {
    slots: Vec<(Key<N>, u32)>,
    pub(super) keys: Vec<Key<N>>,
    /// By state, the least and the largest value of the counter.
    pub(super) spans: Vec<(u32, u32)>,
    /// By state, a row of as many cells as there may be values of the counter.
    pub(super) rows: R,
    width: usize,
}

impl<R: Rows, const N: usize> Level<R, N> {
    /// An empty level with room for values of the counter below `width`.
    pub(super) fn new(rows: R, width: usize) -> Self {
        Level { slots: vec![([0; N], EMPTY); 64], keys: Vec::new(), spans: Vec::new(), rows, width }
    }

    /// The level of one state, which a worker that has done nothing stands in; the counter is 0.
    pub(super) fn start(rows: R, key: Key<N>) -> Self {
        let mut level = Level::new(rows, 1);
        level.state(key);
        level.spans[0] = (0, 0);
        level.rows.start();
        level
    }

    /// Empties it, and makes room for other values.
    pub(super) fn clear(&mut self, width: usize) {
        self.slots.fill(([0; N], EMPTY));
        self.keys.clear();
        self.spans.clear();
        self.rows.clear();
        self.width = width;
    }

    /// The number of a state, which is added if it is new.
    #[inline(always)]
    pub(super) fn state(&mut self, key: Key<N>) -> usize {
        if self.keys.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let at = find(&self.slots, &key);
        if self.slots[at].1 == EMPTY {
            self.slots[at] = (key, self.keys.len() as u32);
            self.keys.push(key);
            self.spans.push((u32::MAX, 0));
            self.rows.extend(self.width);
        }
        self.slots[at].1 as usize
    }

    #[cold]
    fn grow(&mut self) {
        self.slots = vec![([0; N], EMPTY); self.slots.len() * 4];
        for (i, known) in self.keys.iter().enumerate() {
            let at = find(&self.slots, known);
            self.slots[at] = (*known, i as u32);
        }
    }

    /// Adds what is known of a state of the level before to what is known of this one, the counter shifted by `shift`.
    #[inline(always)]
    pub(super) fn add(&mut self, state: usize, before: (&Self, usize), shift: i32, times: u32, share: f64) {
        let (before, from) = before;
        let span = before.spans[from];
        let to = (span.0.wrapping_add_signed(shift), span.1.wrapping_add_signed(shift));
        let known = &mut self.spans[state];
        *known = (known.0.min(to.0), known.1.max(to.1));
        debug_assert!((to.1 as usize) < self.width);
        let cells = from * before.width + span.0 as usize..from * before.width + span.1 as usize + 1;
        self.rows.add(state * self.width + to.0 as usize, &before.rows, cells, times, share);
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        let slots = self.slots.len() * std::mem::size_of::<(Key<N>, u32)>();
        let states = self.keys.capacity() * (std::mem::size_of::<Key<N>>() + 8);
        (slots + states + self.rows.bytes()) as u64
    }
}

#[inline(always)]
fn find<const N: usize>(slots: &[(Key<N>, u32)], key: &Key<N>) -> usize {
    let mask = slots.len() - 1;
    let mut at = (key::hash(key) >> (64 - slots.len().trailing_zeros())) as usize;
    while slots[at].1 != EMPTY && slots[at].0 != *key {
        at = (at + 1) & mask;
    }
    at
}
