//! The states after so many operations, each with what is known of every value of the counter in it.

use super::cell::Cell;
use crate::machine::explore::key::{self, Key};

const EMPTY: u32 = u32::MAX;

/// All states of one level. Every state has exactly one level, so nothing need be looked for in another.
pub(super) struct Level<C, const N: usize> {
    slots: Vec<(Key<N>, u32)>,
    pub(super) keys: Vec<Key<N>>,
    /// By state, the least and the largest value of the counter.
    pub(super) spans: Vec<(u32, u32)>,
    cells: Vec<C>,
    width: usize,
}

impl<C: Cell, const N: usize> Level<C, N> {
    /// An empty level with room for values of the counter below `width`.
    pub(super) fn new(width: usize) -> Self {
        Level {
            slots: vec![([0; N], EMPTY); 64],
            keys: Vec::new(),
            spans: Vec::new(),
            cells: Vec::new(),
            width,
        }
    }

    /// Empties it, and makes room for other values.
    pub(super) fn clear(&mut self, width: usize) {
        self.slots.fill(([0; N], EMPTY));
        self.keys.clear();
        self.spans.clear();
        self.cells.clear();
        self.width = width;
    }

    /// What is known of a state.
    #[inline(always)]
    pub(super) fn row(&self, state: usize) -> &[C] {
        &self.cells[state * self.width..][..self.width]
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
            self.cells.resize(self.cells.len() + self.width, C::EMPTY);
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

    /// Adds a row to that of a state, the counter shifted by `shift`.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        state: usize,
        row: &[C],
        span: (u32, u32),
        shift: i32,
        times: u32,
        share: f64,
    ) {
        let to = (span.0.wrapping_add_signed(shift), span.1.wrapping_add_signed(shift));
        let known = &mut self.spans[state];
        *known = (known.0.min(to.0), known.1.max(to.1));
        let cells = &mut self.cells[state * self.width..][..self.width];
        let cells = &mut cells[to.0 as usize..=to.1 as usize];
        C::add_row(cells, &row[span.0 as usize..=span.1 as usize], times, share);
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        let slots = self.slots.len() * std::mem::size_of::<(Key<N>, u32)>();
        let states = self.keys.capacity() * (std::mem::size_of::<Key<N>>() + 8);
        (slots + states + self.cells.capacity() * std::mem::size_of::<C>()) as u64
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
