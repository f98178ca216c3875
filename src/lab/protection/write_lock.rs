//! A readers-writer lock used rightly: the update happens under the write lock.

use parking_lot::RwLock;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update};

/// A parking_lot readers-writer lock, held for writing.
#[derive(Debug, Default)]
pub(in crate::lab) struct WriteLock {
    lock: RwLock<()>,
    alone: Alone,
}

impl Protect for WriteLock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.lock.try_write(), || self.lock.write());
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
