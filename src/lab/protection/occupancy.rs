//! How many are inside a protection, measured by those inside.

use std::sync::atomic::{AtomicU8, AtomicU16, Ordering};

use crate::platform::shared::shareable;

shareable! {
    /// Where only one may be inside: shows a second one, were there one. Alone on its cache lines: those who wait for a
    /// lock keep reading the lock's, and a flag beside it would cost who is inside another miss.
    ///
    /// What is stored never depends on what is loaded. A count would, and would keep the lock taken for as long as it
    /// takes to read what another core wrote: a third of a contended lock's time.
    #[derive(Debug, Default)]
    #[repr(align(128))]
    pub(in crate::lab) struct Alone {
        state: AtomicU8,
        met: AtomicU16,
    }
}

/// Nobody has been inside yet; one is; one was.
const NEVER: u8 = 0;
const INSIDE: u8 = 1;
const LEFT: u8 = 2;

impl Alone {
    /// Enters.
    #[inline(always)]
    pub(in crate::lab) fn enter(&self) {
        if self.state.load(Ordering::Relaxed) == INSIDE {
            self.meet();
        }
        self.state.store(INSIDE, Ordering::Relaxed);
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
        let entered = u16::from(self.state.load(Ordering::Relaxed) != NEVER);
        entered.max(self.met.load(Ordering::Relaxed))
    }

    /// Starts afresh. Only while nobody is inside.
    pub(in crate::lab) fn forget(&self) {
        self.state.store(NEVER, Ordering::Relaxed);
        self.met.store(0, Ordering::Relaxed);
    }

    /// Whoever was inside died there.
    #[cfg(target_os = "linux")]
    pub(in crate::lab) fn nobody_inside(&self) {
        if self.state.load(Ordering::Relaxed) == INSIDE {
            self.leave();
        }
    }
}

shareable! {
    /// Where several may be: counts who is inside, and the most there were. Alone on its cache lines, like [`Alone`].
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
