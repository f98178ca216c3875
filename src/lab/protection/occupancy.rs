//! How many are inside a protection, measured by those inside.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::platform::shared::shareable;

shareable! {
    /// Counts who is inside, and the most there were. Alone on its cache lines: those who wait for a lock keep reading
    /// the lock's, and a count beside it would cost who is inside another miss (a third of a contended mutex's time).
    #[derive(Debug, Default)]
    #[repr(align(128))]
    pub(in crate::lab) struct Occupancy {
        inside: AtomicU16,
        most: AtomicU16,
    }
}

impl Occupancy {
    /// Entered where only one may be: a plain load and store, which costs next to nothing and would still show a
    /// second one, were there one.
    #[inline(always)]
    pub(in crate::lab) fn enter_alone(&self) {
        let inside = self.inside.load(Ordering::Relaxed) + 1;
        self.inside.store(inside, Ordering::Relaxed);
        self.note(inside);
    }

    /// Leaves what [`Occupancy::enter_alone`] entered.
    #[inline(always)]
    pub(in crate::lab) fn leave_alone(&self) {
        self.inside.store(self.inside.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }

    /// Entered where several may be.
    #[inline(always)]
    pub(in crate::lab) fn enter(&self) {
        let inside = self.inside.fetch_add(1, Ordering::Relaxed) + 1;
        self.note_shared(inside);
    }

    /// Leaves what [`Occupancy::enter`] entered.
    #[inline(always)]
    pub(in crate::lab) fn leave(&self) {
        self.inside.fetch_sub(1, Ordering::Relaxed);
    }

    #[inline(always)]
    fn note(&self, inside: u16) {
        if inside > self.most.load(Ordering::Relaxed) {
            self.most.store(inside, Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn note_shared(&self, inside: u16) {
        if inside > self.most.load(Ordering::Relaxed) {
            self.most.fetch_max(inside, Ordering::Relaxed);
        }
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
