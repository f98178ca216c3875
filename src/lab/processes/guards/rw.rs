//! A readers-writer lock of ours: the system's is not handed on when its holder is killed.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::lab::hands::fast::EachStore;
use crate::lab::hands::{Hands, get_in, update};
use crate::lab::protection::Protect;
use crate::platform::process;
use crate::platform::shared::shareable;

use super::{ASKING, INSIDE, LEAVING, OUT, Post};

/// Says in [`Words::state`] that a writer is inside; else it is the number of readers.
const WRITER: u32 = 1 << 31;

shareable! {
    /// The lock.
    #[derive(Debug)]
    #[repr(align(128))]
    pub(in crate::lab) struct Words {
        state: AtomicU32,
        /// How many sleep until the state changes, or are about to.
        sleepers: AtomicU32,
    }
}

impl Words {
    /// Nobody has it, nobody waits.
    pub(super) fn free(&self) {
        self.state.store(0, Ordering::Relaxed);
        self.sleepers.store(0, Ordering::Relaxed);
    }

    /// Who sleeps wakes up and looks.
    pub(in crate::lab) fn wake(&self) {
        process::wake_all(&self.state);
    }

    /// Lets one in as a reader or as the writer, if that can be at once.
    #[inline(always)]
    fn enter(&self, writes: bool) -> Result<(), u32> {
        let state = self.state.load(Ordering::Relaxed);
        if state & WRITER != 0 || (writes && state != 0) {
            return Err(state);
        }
        let next = if writes { WRITER } else { state + 1 };
        match self.state.compare_exchange(state, next, Ordering::SeqCst, Ordering::Relaxed) {
            Ok(_) => Ok(()),
            Err(found) => Err(found),
        }
    }

    #[inline(always)]
    fn leave(&self, writes: bool) {
        if writes {
            self.state.store(0, Ordering::SeqCst);
        } else {
            self.state.fetch_sub(1, Ordering::SeqCst);
        }
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
    }
}

/// Held; given back when this goes, also in a panic.
struct Held<'a> {
    post: &'a Post,
    writes: bool,
}

impl Drop for Held<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.post.is(LEAVING);
        self.post.locks().rw.leave(self.writes);
        self.post.is(OUT);
    }
}

#[inline(always)]
fn try_enter(post: &Post, writes: bool) -> Option<Held<'_>> {
    // Readers who meet at the word are let in, one after the other.
    loop {
        match post.locks().rw.enter(writes) {
            Ok(()) => {
                post.is(INSIDE);
                return Some(Held { post, writes });
            }
            Err(found) if !writes && found & WRITER == 0 => {}
            Err(_) => return None,
        }
    }
}

#[inline(always)]
fn enter(post: &Post, writes: bool) -> Held<'_> {
    match try_enter(post, writes) {
        Some(held) => held,
        None => wait(post, writes),
    }
}

#[cold]
fn wait(post: &Post, writes: bool) -> Held<'_> {
    let words = &post.locks().rw;
    loop {
        words.sleepers.fetch_add(1, Ordering::SeqCst);
        let state = words.state.load(Ordering::SeqCst);
        if (state & WRITER != 0 || (writes && state != 0)) && !post.is_called_aside() {
            process::sleep_on(&words.state, state, None);
        }
        words.sleepers.fetch_sub(1, Ordering::SeqCst);
        if post.is_called_aside() {
            post.step_aside();
        }
        if let Some(held) = try_enter(post, writes) {
            return held;
        }
    }
}

/// The lock used wrongly: the update happens under the read lock, which lets everybody in.
#[derive(Debug)]
pub(in crate::lab) struct Read(pub(super) Post);

impl Protect for Read {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.is(ASKING);
        let held = get_in(hands, || try_enter(&self.0, false), || enter(&self.0, false));
        let occupancy = &self.0.locks().occupancy;
        occupancy.enter();
        update(hands);
        hands.leave();
        occupancy.leave();
        drop(held);
        hands.left();
    }
}

/// The lock used rightly.
#[derive(Debug)]
pub(in crate::lab) struct Write(pub(super) Post);

impl Protect for Write {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.is(ASKING);
        let held = get_in(hands, || try_enter(&self.0, true), || enter(&self.0, true));
        let mark = hands.mark();
        self.0.alone().enter(mark);
        update(hands);
        hands.leave();
        self.0.alone().leave(mark);
        drop(held);
        hands.left();
    }
}
