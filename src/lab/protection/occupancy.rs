//! How many are inside a protection, measured by those inside.

use std::sync::atomic::{AtomicU8, AtomicU16, Ordering};

use crate::platform::shared::shareable;

shareable! {
    /// Where only one may be inside: shows a second one, were there one. Where it stands is not its business: see
    /// [`Counter`](crate::lab::counter::Counter).
    ///
    /// Who enters counts itself in one instruction that reads and writes, though not indivisibly: a processor that reads to
    /// modify asks another for the cache lines once, and who loads and then stores asks twice.
    #[derive(Debug, Default)]
    pub(in crate::lab) struct Alone {
        /// Those inside, in the lower four bits; and whether anybody ever left.
        state: AtomicU8,
        met: AtomicU8,
    }
}

/// Nobody is inside; somebody was.
const LEFT: u8 = 0x10;
/// Of those inside: more than one.
const SECOND: u8 = 0x0E;

impl Alone {
    /// Enters.
    #[inline(always)]
    pub(in crate::lab) fn enter(&self) {
        self.state.store(self.state.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if self.state.load(Ordering::Relaxed) & SECOND != 0 {
            self.meet();
        }
    }

    #[cold]
    #[inline(never)]
    fn meet(&self) {
        self.met.store(2, Ordering::Relaxed);
    }

    /// Leaves.
    #[inline(always)]
    pub(in crate::lab) fn leave(&self) {
        self.state.store(LEFT, Ordering::Relaxed);
    }

    /// The most that were inside at once: none, one, or (never, if the lock is one) at least two.
    pub(in crate::lab) fn most(&self) -> u16 {
        let entered = u8::from(self.state.load(Ordering::Relaxed) != 0);
        u16::from(entered.max(self.met.load(Ordering::Relaxed)))
    }

    /// Starts afresh. Only while nobody is inside.
    pub(in crate::lab) fn forget(&self) {
        self.state.store(0, Ordering::Relaxed);
        self.met.store(0, Ordering::Relaxed);
    }

    /// Whoever was inside died there.
    #[cfg(target_os = "linux")]
    pub(in crate::lab) fn nobody_inside(&self) {
        if self.state.load(Ordering::Relaxed) & !LEFT != 0 {
            self.leave();
        }
    }
}

shareable! {
    /// Where several may be: counts who is inside, and the most there were. Alone on its cache lines.
    #[derive(Debug, Default)]
    #[repr(align(128))]
    pub(in crate::lab) struct Occupancy {
        inside: AtomicU16,
        most: AtomicU16,
    }
}

impl Occupancy {
    /// Enters.
    #[inline(always)]
    pub(in crate::lab) fn enter(&self) {
        let inside = self.inside.fetch_add(1, Ordering::Relaxed) + 1;
        if inside > self.most.load(Ordering::Relaxed) {
            self.most.fetch_max(inside, Ordering::Relaxed);
        }
    }

    /// Leaves.
    #[inline(always)]
    pub(in crate::lab) fn leave(&self) {
        self.inside.fetch_sub(1, Ordering::Relaxed);
    }

    /// The most that were inside at once.
    pub(in crate::lab) fn most(&self) -> u16 {
        self.most.load(Ordering::Relaxed)
    }

    /// Starts afresh. Only while nobody is inside.
    pub(in crate::lab) fn forget(&self) {
        self.most.store(0, Ordering::Relaxed);
    }

    /// Whoever was inside died there.
    #[cfg(target_os = "linux")]
    pub(in crate::lab) fn nobody_inside(&self) {
        self.inside.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_after_the_other_is_one_and_a_second_one_shows() {
        let alone = Alone::default();
        assert_eq!(alone.most(), 0);
        for _ in 0..3 {
            alone.enter();
            alone.leave();
        }
        assert_eq!(alone.most(), 1);
        alone.enter();
        alone.enter();
        alone.leave();
        alone.leave();
        assert_eq!(alone.most(), 2);
        alone.forget();
        assert_eq!(alone.most(), 0);
    }

    #[test]
    fn the_most_that_were_inside_stays_when_they_have_left() {
        let occupancy = Occupancy::default();
        (0..3).for_each(|_| occupancy.enter());
        (0..3).for_each(|_| occupancy.leave());
        occupancy.enter();
        occupancy.leave();
        assert_eq!(occupancy.most(), 3);
        occupancy.forget();
        assert_eq!(occupancy.most(), 0);
    }
}
