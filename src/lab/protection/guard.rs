//! The same lock, released by its scope.

use parking_lot::Mutex;

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update};

/// A parking_lot mutex that is released where the scope of its guard ends, as in `with lock:`.
#[derive(Debug, Default)]
pub(in crate::lab) struct Guard {
    mutex: Mutex<()>,
    alone: Alone,
}

impl Protect for Guard {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        {
            let _scope = get_in(hands, || self.mutex.try_lock(), || self.mutex.lock());
            self.alone.enter();
            update(hands);
            hands.leave();
            self.alone.leave();
        }
        hands.left();
    }

    fn most_holders(&self) -> Option<u16> {
        Some(self.alone.most())
    }

    fn forget_holders(&self) {
        self.alone.forget();
    }
}
