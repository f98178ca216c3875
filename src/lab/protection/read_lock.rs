//! A readers-writer lock used wrongly: the update happens under the read lock, which lets everybody in.

use parking_lot::RwLock;

use super::occupancy::{Alone, Occupancy};
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update};

/// A parking_lot readers-writer lock, held for reading.
#[derive(Debug, Default)]
pub(in crate::lab) struct ReadLock {
    lock: RwLock<()>,
    occupancy: Occupancy,
}

impl Protect for ReadLock {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let held = get_in(hands, || self.lock.try_read(), || self.lock.read());
        if H::COUNTS_HOLDERS {
            self.occupancy.enter();
        }
        update(hands);
        hands.leave();
        if H::COUNTS_HOLDERS {
            self.occupancy.leave();
        }
        drop(held);
        hands.left();
    }

    fn most_holders(&self, _: &Alone) -> Option<u16> {
        Some(self.occupancy.most()).filter(|&most| most > 0)
    }

    fn forget_holders(&self) {
        self.occupancy.forget();
    }
}
