//! A lock whose waiters spin, between threads, and the word that it is, which processes share too.

use std::sync::atomic::{AtomicU32, Ordering};

use crossbeam_utils::Backoff;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update_alone};
use crate::platform::shared::shareable;

shareable! {
    /// The word: taken or not. Who waits for it never sleeps, but gives the time slice away after a few rounds, so that on
    /// one core the holder comes to run.
    #[derive(Debug, Default)]
    pub(in crate::lab) struct Word {
        taken: AtomicU32,
    }
}

/// How often a core is told to pause before it looks again at a lock that it found taken. Each look takes the cache line
/// from who is inside, and lets it leave later: looking at once, two cores hand the lock over twenty times as often, and
/// both together make half as many increments.
const PAUSES: u32 = 16;

impl Word {
    /// Takes it, if it is free.
    #[inline(always)]
    pub(in crate::lab) fn try_take(&self) -> bool {
        self.taken.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes it as soon as it is free. Between two looks at it `between` is called.
    #[inline(always)]
    pub(in crate::lab) fn take(&self, between: impl FnMut()) {
        if !self.try_take() {
            self.spin(between);
        }
    }

    #[cold]
    fn spin(&self, mut between: impl FnMut()) {
        (0..PAUSES).for_each(|_| std::hint::spin_loop());
        let backoff = Backoff::new();
        loop {
            while self.taken.load(Ordering::Relaxed) != 0 {
                backoff.snooze();
                between();
            }
            if self.try_take() {
                return;
            }
        }
    }

    /// Gives it back.
    #[inline(always)]
    pub(in crate::lab) fn give(&self) {
        self.taken.store(0, Ordering::Release);
    }
}

/// The lock: a test-and-test-and-set lock.
#[derive(Debug, Default)]
pub(in crate::lab) struct SpinLock {
    word: Word,
}

/// Releases the lock when it goes, also in a panic.
struct Held<'a>(&'a Word);

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.give();
    }
}

impl SpinLock {
    #[inline(always)]
    fn try_lock(&self) -> Option<Held<'_>> {
        self.word.try_take().then(|| Held(&self.word))
    }

    #[inline(always)]
    fn lock(&self) -> Held<'_> {
        self.word.take(|| {});
        Held(&self.word)
    }
}

impl Protect for SpinLock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.try_lock(), || self.lock());
        update_alone(hands);
        drop(held);
        hands.left();
    }

    fn most_holders(&self, alone: &Alone) -> Option<u16> {
        Some(alone.most())
    }
}
