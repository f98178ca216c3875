//! Steps that were asked for before, by what the worker has to itself and what is shared.

use rustc_hash::FxHashMap;

use super::tables::{Crew, Move, TooNarrow};
use crate::platform::shared::Row;

/// Most steps of a group that lie in rows whatever is known of them: what fits the cache.
const MOST_IN_ROWS: usize = 1 << 18;
/// Beyond that they do if one in so many is known.
const SPARSE: usize = 8;
/// A step as it lies in a row: nothing but zeros where it was not asked for.
type Packed = [u64; 1];
const UNASKED: Packed = [0];

#[inline(always)]
fn pack(step: Move) -> Packed {
    [u64::from(!step.shared) << 32 | u64::from(step.local)]
}

#[inline(always)]
fn unpack([step]: Packed) -> Move {
    Move { shared: !(step >> 32) as u32, local: step as u32 }
}

/// What is known of one group.
#[derive(Debug, Default)]
struct Steps {
    /// A row for each local, with a place for each number of what is shared: a number of places that is a power of two.
    rows: Row<Packed>,
    width: u32,
    /// What would make the rows too long, by local and by what is shared.
    others: FxHashMap<u64, Move>,
    /// The largest numbers among these.
    farthest: (u32, u32),
    /// How many steps are known.
    known: usize,
}

/// Remembers steps.
#[derive(Debug)]
pub(super) struct Memo {
    groups: Vec<Steps>,
}

impl Memo {
    pub(super) fn new(crew: &Crew) -> Self {
        let groups = crew.groups.iter().max().map_or(0, |group| group + 1);
        Memo { groups: (0..groups).map(|_| Steps::default()).collect() }
    }

    /// The step, from memory or else from `ask`.
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        group: usize,
        local: u32,
        shared: u32,
        ask: impl FnOnce() -> Result<Move, TooNarrow>,
    ) -> Result<Move, TooNarrow> {
        if let Some(known) = self.known(group, local, shared) {
            return Ok(known);
        }
        let step = ask()?;
        self.learn(group, local, shared, step);
        Ok(step)
    }

    /// The step, if it is remembered.
    #[inline(always)]
    pub(super) fn known(&self, group: usize, local: u32, shared: u32) -> Option<Move> {
        let steps = &self.groups[group];
        if let Some(at) = steps.place(local, shared)
            && let Some(known) = steps.rows.get(at)
            && *known != UNASKED
        {
            return Some(unpack(*known));
        }
        steps.other(local, shared)
    }

    /// Remembers a step that was not known.
    pub(super) fn learn(&mut self, group: usize, local: u32, shared: u32, step: Move) {
        self.groups[group].learn(local, shared, step);
    }

    /// Roughly how much memory it takes, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = |steps: &Steps| steps.rows.len() * 8 + steps.others.capacity() * 17;
        self.groups.iter().map(bytes).sum::<usize>() as u64
    }
}

impl Steps {
    /// Where the step lies if the row is long enough.
    #[inline(always)]
    fn place(&self, local: u32, shared: u32) -> Option<usize> {
        (shared >> self.width == 0).then_some((local as usize) << self.width | shared as usize)
    }

    #[cold]
    fn other(&self, local: u32, shared: u32) -> Option<Move> {
        self.others.get(&pair(local, shared)).copied()
    }

    #[cold]
    fn learn(&mut self, local: u32, shared: u32, step: Move) {
        self.known += 1;
        let most = MOST_IN_ROWS.max(self.known.saturating_mul(SPARSE));
        if let Some(at) = self.make_room(local, shared, most) {
            self.rows[at] = pack(step);
        } else {
            self.others.insert(pair(local, shared), step);
            self.farthest = (self.farthest.0.max(local), self.farthest.1.max(shared));
        }
        // Into rows with all others as soon as these are filled well enough.
        if !self.others.is_empty() && self.make_room(self.farthest.0, self.farthest.1, most).is_some() {
            for (pair, step) in std::mem::take(&mut self.others) {
                if let Some(at) = self.place((pair >> 32) as u32, pair as u32) {
                    self.rows[at] = pack(step);
                }
            }
            self.farthest = (0, 0);
        }
    }

    /// Where the step is to lie; nothing if the rows would become longer than this and than they are.
    fn make_room(&mut self, local: u32, shared: u32, most: usize) -> Option<usize> {
        let width = self.width.max(u32::BITS - shared.leading_zeros());
        let locals = (local as usize + 1).max(self.rows.len() >> self.width);
        if locals.checked_mul(1 << width)? > most.max(self.rows.len()) {
            return None;
        }
        if width > self.width {
            let mut rows = Row::new();
            rows.lengthen(locals << width);
            for (i, row) in self.rows.chunks_exact(1 << self.width).enumerate() {
                rows[i << width..][..row.len()].copy_from_slice(row);
            }
            (self.rows, self.width) = (rows, width);
        }
        if locals << width > self.rows.len() {
            // In large steps, for what is not mapped yet has to be copied.
            self.rows.lengthen((locals + locals / 2) << width);
        }
        self.place(local, shared)
    }
}

fn pair(local: u32, shared: u32) -> u64 {
    u64::from(local) << 32 | u64::from(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_asked_for_once() {
        let mut memo = Memo::new(&Crew { threads: vec![0], groups: vec![0] });
        // Some fit the rows, some don't; rows are made longer on the way.
        let pairs = || (0..900_u32).flat_map(|i| [(i % 30, i), (i * 7, i % 5), (i, 1 << 20 | i)]);
        let mut asked = 0;
        for round in 0..2 {
            for (local, shared) in pairs() {
                let step = Move { shared: shared ^ 5, local: local + 1 };
                let found = memo.step(0, local, shared, || {
                    asked += 1;
                    Ok(step)
                });
                assert_eq!(found, Ok(step), "round {round}");
            }
        }
        let different: std::collections::HashSet<_> = pairs().collect();
        assert_eq!(asked, different.len());
        assert!(!memo.groups[0].others.is_empty() && !memo.groups[0].rows.is_empty());
    }
}
