//! The same lock, released by its scope.

use parking_lot::Mutex;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update_alone};

/// A parking_lot mutex that is released where the scope of its guard ends, as in `with lock:`.
#[derive(Debug, Default)]
pub(in crate::lab) struct Guard {
    mutex: Mutex<()>,
}

impl Protect for Guard {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        {
            let _scope = get_in(hands, || self.mutex.try_lock(), || self.mutex.lock());
            update_alone(hands);
        }
        hands.left();
    }

    fn most_holders(&self, alone: &Alone) -> Option<u16> {
        Some(alone.most())
    }
}
