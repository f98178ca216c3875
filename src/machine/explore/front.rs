//! The states of a level that one part of a search has, in portions: whoever has none of its own left takes some of
//! another part's, so that all parts come to the end of a level together, however unevenly states were dealt out.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::key::Key;
use super::store::Pile;

/// Most states of a portion: what lies between two looks at the mail and at the bounds.
const MOST: usize = 2_048;
/// Fewest: about as many as are expanded while others are asked for some.
const FEWEST: usize = 64;

/// The states of the level that a part is at.
#[derive(Debug, Default)]
pub(super) struct Front<const N: usize>(RwLock<States<N>>);

#[derive(Debug, Default)]
struct States<const N: usize> {
    /// How many levels were opened before this one is closed again.
    opened: u64,
    keys: Pile<Key<N>>,
    /// The number of the first.
    first: u32,
    taken: AtomicUsize,
}

/// Some states to expand.
#[derive(Debug)]
pub(super) struct Portion<'a, const N: usize> {
    states: RwLockReadGuard<'a, States<N>>,
    range: Range<usize>,
}

impl<const N: usize> Front<N> {
    /// Opens the level at this depth: `fill` exchanges the states of the last one for its own and says the number of the
    /// first. Gives how many there are.
    pub(super) fn open(&self, depth: u64, fill: impl FnOnce(&mut Pile<Key<N>>) -> u32) -> usize {
        // A part that panicked ends the search.
        let mut states = self.0.write().unwrap_or_else(PoisonError::into_inner);
        states.first = fill(&mut states.keys);
        states.opened = depth + 1;
        states.taken = AtomicUsize::new(0);
        states.keys.len()
    }

    /// Takes states of the level at this depth, which so many parts share: the fewer are left, the fewer. `None` where
    /// none is left; nothing within that where the level is not open yet.
    pub(super) fn take(&self, depth: u64, parts: usize) -> Option<Option<Portion<'_, N>>> {
        let states = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if states.opened != depth + 1 {
            return Some(None);
        }
        let count = states.keys.len();
        let size = |taken: usize| match parts {
            1 => MOST.min(count - taken),
            _ => ((count - taken) / (2 * parts)).clamp(FEWEST, MOST).min(count - taken),
        };
        let next = |taken: usize| (taken < count).then(|| taken + size(taken));
        let from = states.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        Some(Some(Portion { range: from..from + size(from), states }))
    }
}

impl<const N: usize> Portion<'_, N> {
    /// The states, so many at a time, each time with the number of the first in its part.
    #[inline(always)]
    pub(super) fn bundles(&self, size: usize) -> impl Iterator<Item = (&[Key<N>], u32)> {
        let first = self.states.first + self.range.start as u32;
        self.states.keys[self.range.clone()].chunks(size).zip((first..).step_by(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_taken_once_by_whoever_asks_for_it() {
        let front = Front::<1>::default();
        assert!(matches!(front.take(0, 3), Some(None)), "not open yet");
        for (depth, count) in [0, 1, FEWEST, FEWEST + 1, 3 * MOST, 50_000].into_iter().enumerate() {
            let (depth, first) = (depth as u64, 7 * count as u32);
            let opened = front.open(depth, |keys| {
                keys.clear();
                (0..count).for_each(|i| keys.push([i as u64]));
                first
            });
            assert_eq!(opened, count);
            assert!(matches!(front.take(depth + 1, 3), Some(None)), "the next one is not open yet");
            let takes = || {
                let mut taken = Vec::new();
                while let Some(Some(portion)) = front.take(depth, 3) {
                    assert!(portion.range.len() <= MOST);
                    for (keys, number) in portion.bundles(10) {
                        taken.extend(keys.iter().map(|[key]| *key as u32).zip(number..));
                    }
                }
                taken
            };
            let mut taken = std::thread::scope(|scope| {
                let others = [scope.spawn(takes), scope.spawn(takes)];
                let mut taken = takes();
                others.into_iter().for_each(|other| taken.extend(other.join().unwrap()));
                taken
            });
            taken.sort_unstable();
            assert!(taken.into_iter().eq((0..count as u32).map(|i| (i, first + i))), "{count} states");
            assert!(front.take(depth, 3).is_none(), "none is left");
        }
    }
}
