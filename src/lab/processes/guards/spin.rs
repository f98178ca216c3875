//! The lock whose waiters spin, between processes: the system has none, so it is the word of the threads' own.

use crate::lab::hands::fast::EachStore;
use crate::lab::hands::{Hands, get_in, update};
use crate::lab::protection::Protect;

use super::{ASKING, INSIDE, LEAVING, OUT, Post};

/// The lock.
#[derive(Debug)]
pub(in crate::lab) struct Between(pub(super) Post);

/// The lock, held; released when this goes, also in a panic.
struct Held<'a>(&'a Post);

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.is(LEAVING);
        self.0.locks().spin.give();
        self.0.is(OUT);
    }
}

impl Between {
    #[inline(always)]
    fn taken(&self) -> Held<'_> {
        self.0.is(INSIDE);
        Held(&self.0)
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Held<'_>> {
        self.0.locks().spin.try_take().then(|| self.taken())
    }

    #[inline(always)]
    fn lock(&self) -> Held<'_> {
        self.0.locks().spin.take(|| {
            if self.0.is_called_aside() {
                self.0.step_aside();
            }
        });
        self.taken()
    }
}

impl Protect for Between {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.is(ASKING);
        let held = get_in(hands, || self.try_lock(), || self.lock());
        let mark = hands.mark();
        self.0.alone().enter(mark);
        update(hands);
        hands.leave();
        self.0.alone().leave(mark);
        drop(held);
        hands.left();
    }
}
