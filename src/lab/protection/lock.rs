//! A mutual-exclusion lock, acquired and released by hand.

use parking_lot::Mutex;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update_alone};

/// A parking_lot mutex whose release is a statement of its own, as in `lock.acquire()` … `lock.release()`.
#[derive(Debug, Default)]
pub(in crate::lab) struct Lock {
    mutex: Mutex<()>,
}

impl Protect for Lock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.mutex.try_lock(), || self.mutex.lock());
        update_alone(hands);
        drop(held);
        hands.left();
    }

    fn most_holders(&self, alone: &Alone) -> Option<u16> {
        Some(alone.most())
    }
}
