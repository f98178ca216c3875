//! Fetch-and-add: load and store in one indivisible operation, so that there is no gap to race in.

use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;

/// Adds one, indivisibly.
#[derive(Debug)]
pub(in crate::lab) struct FetchAdd;

impl Protect for FetchAdd {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        hands.fetch_add();
    }
}
