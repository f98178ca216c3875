//! A counting semaphore of our own, on parking_lot's mutex and condition variables.
//!
//! Waiters queue in order of arrival. A freed permit goes to whoever takes it first, which is fast; but once the
//! first in the queue has been passed over [`PATIENCE`] times, the next permit is kept for it, so that nobody starves.

use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::occupancy::Alone;
use super::{Hands, Protect};
use crate::lab::hands::fast::Quiet;
use crate::lab::hands::{get_in, update};

/// How often the first in the queue may be passed over before the next permit is kept for it.
pub const PATIENCE: u32 = 32;

/// The semaphore. Permits may be added and taken away while workers hold and wait.
#[derive(Debug)]
pub struct Semaphore {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    permits: u16,
    holders: u16,
    most_holders: u16,
    queue: VecDeque<Arc<Waiter>>,
    /// How often the first in the queue has been passed over.
    passed_over: u32,
}

#[derive(Debug, Default)]
struct Waiter {
    wake: Condvar,
}

/// A permit; given back when it goes.
#[derive(Debug)]
pub struct Permit<'a>(&'a Semaphore);

impl Drop for Permit<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Permit<'_> {
    /// Gives it back, in the caller's own loop: what a scope drops is dropped by a function.
    #[inline(always)]
    fn give_back(self) {
        ManuallyDrop::new(self).0.release();
    }
}

impl State {
    #[inline(always)]
    fn enter(&mut self) {
        self.holders += 1;
        if self.holders > self.most_holders {
            self.most_holders = self.holders;
        }
    }

    /// Whether a permit is free and nobody waits for one.
    #[inline(always)]
    fn is_free(&self) -> bool {
        self.holders < self.permits && self.queue.is_empty()
    }

    /// Whether one who has just come may enter. It passes over those who wait, up to a point.
    fn admits_newcomer(&mut self) -> bool {
        if self.holders >= self.permits {
            return false;
        }
        if self.queue.is_empty() {
            return true;
        }
        // One permit is kept for a first in the queue that has lost its patience.
        let kept = u16::from(self.passed_over >= PATIENCE);
        if self.permits - self.holders <= kept {
            return false;
        }
        self.passed_over += 1;
        true
    }

    #[inline(always)]
    fn wake_first(&self) {
        if !self.queue.is_empty() {
            self.wake();
        }
    }

    #[cold]
    #[inline(never)]
    fn wake(&self) {
        if self.holders < self.permits
            && let Some(first) = self.queue.front()
        {
            first.wake.notify_one();
        }
    }
}

/// Enters past those who wait, or waits in the queue and then enters. Apart from who finds a permit and nobody waiting,
/// whose way in and out is short enough to stand in the caller's loop: what is pushed on a stack in between counts while
/// two cores fight for the state.
#[cold]
#[inline(never)]
fn enter_late(mut state: MutexGuard<'_, State>) {
    if state.admits_newcomer() {
        state.enter();
        state.wake_first();
        return;
    }
    let me = Arc::new(Waiter::default());
    state.queue.push_back(Arc::clone(&me));
    let is_first = |state: &State| state.queue.front().is_some_and(|first| Arc::ptr_eq(first, &me));
    while !(is_first(&state) && state.holders < state.permits) {
        me.wake.wait(&mut state);
    }
    state.queue.pop_front();
    state.passed_over = 0;
    state.enter();
    state.wake_first();
}

impl Semaphore {
    /// A semaphore with so many permits, all free.
    #[must_use]
    pub fn new(permits: u16) -> Self {
        Semaphore {
            state: Mutex::new(State {
                permits,
                holders: 0,
                most_holders: 0,
                queue: VecDeque::new(),
                passed_over: 0,
            }),
        }
    }

    /// A permit, if one can be had at once.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock();
        if !state.admits_newcomer() {
            return None;
        }
        state.enter();
        Some(Permit(self))
    }

    /// A permit, as soon as one can be had.
    #[must_use]
    #[inline(always)]
    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock();
        if state.is_free() {
            state.enter();
        } else {
            enter_late(state);
        }
        Permit(self)
    }

    #[inline(always)]
    fn release(&self) {
        let mut state = self.state.lock();
        state.holders -= 1;
        state.wake_first();
    }

    /// Changes the number of permits. More let waiters in at once; with fewer, nobody enters until enough have left.
    pub fn set_permits(&self, permits: u16) {
        let mut state = self.state.lock();
        state.permits = permits;
        state.wake_first();
    }

    /// Most that held a permit at once.
    fn most(&self) -> u16 {
        self.state.lock().most_holders
    }

    /// How many hold a permit and how many wait for one, at this moment.
    #[must_use]
    pub fn load(&self) -> (u16, usize) {
        let state = self.state.lock();
        (state.holders, state.queue.len())
    }
}

impl Protect for Semaphore {
    type Teller = Quiet;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        let permit = get_in(hands, || self.try_acquire(), || self.acquire());
        update(hands);
        hands.leave();
        permit.give_back();
        hands.left();
    }

    fn most_holders(&self, _: &Alone) -> Option<u16> {
        Some(self.most())
    }

    fn forget_holders(&self) {
        let mut state = self.state.lock();
        state.most_holders = state.holders;
    }
}

#[cfg(test)]
mod tests;
