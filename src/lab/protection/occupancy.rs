//! How many are inside a protection, measured by those inside.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use crate::platform::shared::shareable;

shareable! {
    /// Where only one may be inside: shows a second one, were there one. Where it stands is not its business: see
    /// [`Counter`](crate::lab::counter::Counter).
    ///
    /// Who enters leaves its mark, and finds it when it leaves unless another has entered meanwhile. So a store and a load
    /// are all it takes, and neither has to wait for what the counter's line holds: a count is read to be raised and read again.
    #[derive(Debug, Default)]
    pub(in crate::lab) struct Alone {
        /// The mark of who entered last, 0 before anybody has.
        entered: AtomicU32,
        /// 2 once two were inside.
        met: AtomicU32,
    }
}

impl Alone {
    /// Enters, with a mark that is not 0 and nobody else's.
    #[inline(always)]
    pub(in crate::lab) fn enter(&self, mark: u32) {
        self.entered.store(mark, Ordering::Relaxed);
    }

    /// Leaves. Who entered before another did, and is still inside, finds the other's mark.
    #[inline(always)]
    pub(in crate::lab) fn leave(&self, mark: u32) {
        if self.entered.load(Ordering::Relaxed) != mark {
            self.met.store(2, Ordering::Relaxed);
        }
    }

    /// The most that were inside at once: none, one, or (never, if the lock is one) at least two.
    pub(in crate::lab) fn most(&self) -> u16 {
        let entered = u32::from(self.entered.load(Ordering::Relaxed) != 0);
        entered.max(self.met.load(Ordering::Relaxed)) as u16
    }

    /// Starts afresh. Only while nobody is inside.
    pub(in crate::lab) fn forget(&self) {
        self.entered.store(0, Ordering::Relaxed);
        self.met.store(0, Ordering::Relaxed);
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
        for mark in 1..4 {
            alone.enter(mark);
            alone.leave(mark);
        }
        assert_eq!(alone.most(), 1);
        for (first, second) in [(4, 5), (5, 4)] {
            alone.forget();
            assert_eq!(alone.most(), 0);
            alone.enter(4);
            alone.enter(5);
            alone.leave(first);
            alone.leave(second);
            assert_eq!(alone.most(), 2);
        }
    }

    #[test]
    fn who_died_inside_is_not_met_by_who_comes_next() {
        let alone = Alone::default();
        alone.enter(1);
        alone.enter(2);
        alone.leave(2);
        assert_eq!(alone.most(), 1);
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
