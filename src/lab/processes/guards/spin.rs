//! A lock of ours whose waiters spin: the system has none.

use std::sync::atomic::{AtomicU32, Ordering};

use crossbeam_utils::Backoff;

use crate::lab::hands::fast::EachStore;
use crate::lab::hands::{Hands, get_in, update};
use crate::lab::protection::Protect;

use super::{ASKING, INSIDE, LEAVING, OUT, Post};

/// The lock. Its waiters never sleep, but give their time slice away after a few rounds.
#[derive(Debug)]
pub(in crate::lab) struct Between(pub(super) Post);

/// The lock, held; released when this goes, also in a panic.
struct Held<'a>(&'a Post);

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.is(LEAVING);
        self.0.locks().spin.store(0, Ordering::Release);
        self.0.is(OUT);
    }
}

impl Between {
    fn word(&self) -> &AtomicU32 {
        &self.0.locks().spin
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Held<'_>> {
        let taken = self.word().compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok().then(|| {
            self.0.is(INSIDE);
            Held(&self.0)
        })
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
            while self.word().load(Ordering::Relaxed) != 0 {
                backoff.snooze();
                if self.0.is_called_aside() {
                    self.0.step_aside();
                }
            }
            if let Some(held) = self.try_lock() {
                return held;
            }
        }
    }
}

impl Protect for Between {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.is(ASKING);
        let held = get_in(hands, || self.try_lock(), || self.lock());
        let alone = &self.0.locks().alone;
        alone.enter();
        update(hands);
        hands.leave();
        alone.leave();
        drop(held);
        hands.left();
    }
}
