//! Compare-and-swap: whoever finds that the counter has moved on tries again with what it found.

use super::{Hands, Protect};

/// Loads, then swaps until nobody came in between.
#[derive(Debug)]
pub(in crate::lab) struct CompareAndSwap;

impl Protect for CompareAndSwap {
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
