//! The meeting point: where workers rest between two stretches, and where the one who directs them waits for them.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::event::Worker;

use super::crew::Bell;
use super::plan::Plan;

/// A worker that panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crash {
    pub(super) worker: Worker,
    /// The panic's own words.
    pub(super) message: String,
}

/// The meeting point.
pub(super) struct Meeting<G> {
    state: Mutex<State<G>>,
    workers: Condvar,
    director: Condvar,
    /// Rung whenever the last one has come.
    bell: Bell,
}

#[derive(Debug)]
struct State<G> {
    /// The stretch that workers are let go on to; they wait for one newer than the one they come from.
    round: u64,
    plan: Option<Arc<Plan<G>>>,
    /// Workers with this number or a higher one are sent home.
    crew: u16,
    /// How many threads there are, and how many are at rest here.
    threads: usize,
    here: usize,
    crashes: Vec<Crash>,
}

impl<G: std::fmt::Debug> std::fmt::Debug for Meeting<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meeting").field("state", &self.state).finish_non_exhaustive()
    }
}

impl<G> Meeting<G> {
    pub(super) fn new(bell: Bell) -> Self {
        let state = State { round: 0, plan: None, crew: 0, threads: 0, here: 0, crashes: Vec::new() };
        Meeting { state: Mutex::new(state), workers: Condvar::new(), director: Condvar::new(), bell }
    }

    /// Worker: rests here until the next stretch. `None`: go home. `round` is the worker's own note of the stretch it
    /// comes from, `None` at first.
    pub(super) fn meet(&self, worker: Worker, round: &mut Option<u64>) -> Option<Arc<Plan<G>>> {
        let mut state = self.state.lock();
        let from = *round.get_or_insert(state.round);
        state.here += 1;
        self.ring_if_complete(&state);
        while state.round == from && worker.0 < state.crew {
            self.workers.wait(&mut state);
        }
        if worker.0 >= state.crew {
            return None;
        }
        *round = Some(state.round);
        state.plan.clone()
    }

    /// Worker: will not come again, because it panicked.
    pub(super) fn crashed(&self, crash: Crash) {
        let mut state = self.state.lock();
        state.threads = state.threads.saturating_sub(1);
        state.crashes.push(crash);
        self.ring_if_complete(&state);
    }

    /// Worker: tells of another one's crash, and stays.
    pub(super) fn tell(&self, crash: Crash) {
        self.state.lock().crashes.push(crash);
        (self.bell)();
    }

    fn ring_if_complete(&self, state: &State<G>) {
        if state.here >= state.threads {
            self.director.notify_all();
            (self.bell)();
        }
    }

    /// Director: a thread is about to be started, with this many in all; its own first act is to come here.
    pub(super) fn expect(&self, threads: usize) {
        let mut state = self.state.lock();
        state.threads = threads;
        state.crew = state.crew.max(u16::try_from(threads).unwrap_or(u16::MAX));
    }

    /// Director: sends home all workers from this number on. They must be at rest.
    pub(super) fn send_home(&self, crew: u16) {
        let mut state = self.state.lock();
        let leaving = state.threads.saturating_sub(usize::from(crew));
        state.crew = crew;
        state.threads -= leaving;
        state.here = state.here.saturating_sub(leaving);
        self.workers.notify_all();
    }

    /// Director: whether all are at rest.
    pub(super) fn is_complete(&self) -> bool {
        let state = self.state.lock();
        state.here >= state.threads
    }

    /// Director: waits until all are at rest.
    pub(super) fn wait(&self) {
        let mut state = self.state.lock();
        while state.here < state.threads {
            self.director.wait(&mut state);
        }
    }

    /// Director: waits until all are at rest, but no longer than this; says whether they are.
    pub(super) fn wait_for(&self, most: Duration) -> bool {
        let mut state = self.state.lock();
        if state.here < state.threads {
            self.director.wait_for(&mut state, most);
        }
        state.here >= state.threads
    }

    /// Director: lets all go on. They must be at rest.
    pub(super) fn release(&self, plan: Arc<Plan<G>>) {
        let mut state = self.state.lock();
        state.plan = Some(plan);
        state.round += 1;
        state.here = 0;
        self.workers.notify_all();
    }

    /// Director: the crashes since it last asked.
    pub(super) fn take_crashes(&self) -> Vec<Crash> {
        std::mem::take(&mut self.state.lock().crashes)
    }
}
