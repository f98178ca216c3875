//! The lock: the system's mutex, which it hands on when its holder is killed.

use std::sync::atomic::Ordering;

use crate::lab::hands::fast::EachStore;
use crate::lab::hands::{Hands, get_in, update};
use crate::lab::protection::Protect;
use crate::platform::between;

use super::{ASKING, INSIDE, LEAVING, OUT, Post};

/// The lock, acquired and released by hand or by a scope.
#[derive(Debug)]
pub(in crate::lab) struct Between(pub(super) Post);

/// The lock, held; released when this goes, also in a panic.
struct Held<'a> {
    post: &'a Post,
    lock: Option<between::Held<'a>>,
}

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.post.is(LEAVING);
        self.lock = None;
        self.post.is(OUT);
    }
}

impl Between {
    /// It is this worker's now, also if the one before died with it.
    #[inline(always)]
    fn taken<'a>(&'a self, lock: between::Held<'a>) -> Held<'a> {
        self.0.is(INSIDE);
        if lock.inherited {
            self.0.locks().inherited.fetch_add(1, Ordering::Relaxed);
        }
        Held { post: &self.0, lock: Some(lock) }
    }
}

impl Protect for Between {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let locks = self.0.locks();
        self.0.is(ASKING);
        let at_once = || locks.lock.try_lock().map(|lock| self.taken(lock));
        let held = get_in(hands, at_once, || self.taken(locks.lock.lock()));
        let mark = hands.mark();
        self.0.alone().enter(mark);
        update(hands);
        hands.leave();
        self.0.alone().leave(mark);
        drop(held);
        hands.left();
    }
}
