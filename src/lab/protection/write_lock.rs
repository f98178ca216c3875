//! A readers-writer lock used rightly: the update happens under the write lock.

use parking_lot::RwLock;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update_alone};

/// A parking_lot readers-writer lock, held for writing.
#[derive(Debug, Default)]
pub(in crate::lab) struct WriteLock {
    lock: RwLock<()>,
}

impl Protect for WriteLock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.lock.try_write(), || self.lock.write());
        update_alone(hands);
        drop(held);
        hands.left();
    }

    fn most_holders(&self, alone: &Alone) -> Option<u16> {
        Some(alone.most())
    }
}
