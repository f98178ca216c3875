//! The semaphore: the system's, whose permits are counted afresh when a worker is killed.

use crate::lab::hands::fast::EachStore;
use crate::lab::hands::{Hands, get_in, update};
use crate::lab::protection::Protect;

use super::{ASKING, INSIDE, LEAVING, OUT, Post};

/// The semaphore.
#[derive(Debug)]
pub(in crate::lab) struct Between(pub(super) Post);

/// A permit; given back when this goes, also in a panic.
struct Permit<'a>(&'a Post);

impl Drop for Permit<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.is(LEAVING);
        self.0.locks().semaphore.give();
        self.0.is(OUT);
    }
}

impl Between {
    #[inline(always)]
    fn permit(&self) -> Permit<'_> {
        self.0.is(INSIDE);
        Permit(&self.0)
    }

    /// What comes while permits are counted afresh is none: it was given so that who waits wakes up.
    #[inline(always)]
    fn wait(&self) -> Permit<'_> {
        loop {
            self.0.locks().semaphore.take();
            if !self.0.is_called_aside() {
                return self.permit();
            }
            self.0.step_aside();
        }
    }

    fn at_once(&self) -> Option<Permit<'_>> {
        if !self.0.locks().semaphore.try_take() {
            return None;
        }
        if self.0.is_called_aside() {
            self.0.step_aside();
            return None;
        }
        Some(self.permit())
    }
}

impl Protect for Between {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.is(ASKING);
        let permit = get_in(hands, || self.at_once(), || self.wait());
        let occupancy = &self.0.locks().occupancy;
        occupancy.enter();
        update(hands);
        hands.leave();
        occupancy.leave();
        drop(permit);
        hands.left();
    }
}
