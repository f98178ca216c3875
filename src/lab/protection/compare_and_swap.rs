//! Compare-and-swap: whoever finds that the counter has moved on tries again with what it found.

use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;

/// Loads, then swaps until nobody came in between.
#[derive(Debug)]
pub(in crate::lab) struct CompareAndSwap;

impl Protect for CompareAndSwap {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let mut loaded = hands.load();
        loop {
            hands.gap();
            match hands.swap(loaded) {
                Ok(()) => return,
                Err(found) => loaded = found,
            }
        }
    }
}
