//! No protection: the race.

use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::update;

/// Guards nothing.
#[derive(Debug)]
pub(in crate::lab) struct Unprotected;

impl Protect for Unprotected {
    type Teller = Quiet;

    const PLAIN: bool = true;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        update(hands);
    }
}
