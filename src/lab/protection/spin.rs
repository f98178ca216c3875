//! A lock whose waiters spin.

use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_utils::Backoff;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update};

/// A test-and-test-and-set lock. Its waiters never sleep; after a few rounds they give their time slice away, so
/// that on one core the holder comes to run.
#[derive(Debug, Default)]
pub(in crate::lab) struct SpinLock {
    taken: AtomicBool,
    alone: Alone,
}

/// Releases the lock when it goes, also in a panic.
struct Held<'a>(&'a AtomicBool);

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl SpinLock {
    #[inline(always)]
    fn try_lock(&self) -> Option<Held<'_>> {
        let taken = self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then(|| Held(&self.taken))
    }

    #[inline(always)]
    fn lock(&self) -> Held<'_> {
        match self.try_lock() {
            Some(held) => held,
            None => self.spin(),
        }
    }

    #[cold]
    fn spin(&self) -> Held<'_> {
        let backoff = Backoff::new();
        loop {
            while self.taken.load(Ordering::Relaxed) {
                backoff.snooze();
            }
            if let Some(held) = self.try_lock() {
                return held;
            }
        }
    }
}

impl Protect for SpinLock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.try_lock(), || self.lock());
        self.alone.enter();
        update(hands);
        hands.leave();
        self.alone.leave();
        drop(held);
        hands.left();
    }

    fn most_holders(&self) -> Option<u16> {
        Some(self.alone.most())
    }

    fn forget_holders(&self) {
        self.alone.forget();
    }
}
