//! The shared counter, faster than any program: what can be said of it at any size, and an engine of its own for
//! the counter without protection.
//!
//! Nothing in that program compares the counter with anything, so only the differences between the counter and what
//! workers hold decide what can follow (`relative`). Witnesses need no search at all ([`witness`]).

pub(super) mod cell;
mod certain;
mod holds;
mod level;
mod loss;
mod relative;
mod rows;

pub use holds::holds;
pub use loss::next_loss;
pub(super) use relative::outcome;

use super::outcome::Exploration;
use super::{Options, Watch};
use crate::event::Worker;
use crate::experiment::{Kind, Protection};
use crate::machine::schedule::Schedule;
use crate::program::CounterShape;

/// All outcomes of a counter, where it has an engine of its own, with counts and probabilities if they are asked for.
#[must_use]
pub fn explore(shape: CounterShape, options: &Options, watch: &mut Watch) -> Option<Exploration> {
    certain::explore(shape, options).or_else(|| relative::explore(shape, options, watch))
}

/// The operations of one increment that nobody disturbs, and how many of them come before its store.
fn operations(shape: CounterShape) -> (u32, u32) {
    let (each, before) = match shape.protection {
        Protection::None => (2, 1),
        Protection::CompareAndSwap => (2, 1),
        Protection::FetchAdd => (1, 0),
        Protection::Lock
        | Protection::Guard
        | Protection::Semaphore
        | Protection::Spin
        | Protection::ReadLock
        | Protection::WriteLock => (4, 2),
    };
    match (shape.kind, shape.protection) {
        (Kind::Task { awaits: true }, Protection::FetchAdd) => (each + 1, before),
        // One after the load, one after the store.
        (Kind::Task { awaits: true }, _) => (each + 2, before + 1),
        _ => (each, before),
    }
}

/// Whether a worker can load while another one is between its load and its store, of the same counter.
fn loses(shape: CounterShape) -> bool {
    if matches!(shape.kind, Kind::Task { awaits: false } | Kind::Process { shared: false }) {
        return false;
    }
    match shape.protection {
        Protection::None | Protection::ReadLock => true,
        Protection::Semaphore => shape.permits > 1,
        _ => false,
    }
}

/// Whether the counter can end at this value.
#[must_use]
pub fn is_reachable(shape: CounterShape, value: u64) -> bool {
    let can_end = shape.protection != Protection::Semaphore || shape.permits > 0;
    can_end && (least(shape)..=shape.right()).contains(&value)
}

/// The lowest final count.
#[must_use]
pub fn least(shape: CounterShape) -> u64 {
    match (loses(shape), shape.threads, shape.iterations) {
        (false, _, _) | (_, 1, _) => shape.right(),
        (_, _, iterations) => u64::from(iterations.min(2)),
    }
}

/// A schedule after which the counter ends at this value, with as few switches as there can be; `None` if it can't.
///
/// All schedules of a counter that loses updates have the same length, so it is a shortest one too.
#[must_use]
pub fn witness(shape: CounterShape, value: u64) -> Option<Schedule> {
    if !is_reachable(shape, value) {
        return None;
    }
    let (workers, rounds) = (u64::from(shape.threads), u64::from(shape.iterations));
    let mut plan = Plan::new(shape);
    if value == shape.right() {
        plan.whole(0..shape.threads);
    } else if value.is_multiple_of(rounds) {
        // Worker 0 loads the 0, some others run and are lost when it stores, the rest follow it.
        let lost = (workers - value / rounds) as u16;
        plan.load(0);
        plan.whole(1..=lost);
        plan.finish(0);
        plan.whole(lost + 1..shape.threads);
    } else if value > rounds {
        // The same, but only a part of worker 1 is lost: it goes on once worker 0 is done.
        let after = (value / rounds - 1) as u16;
        plan.load(0);
        plan.increments(1, (rounds - value % rounds) as u32);
        plan.whole(2..shape.threads - after);
        plan.finish(0);
        plan.finish(1);
        plan.whole(shape.threads - after..shape.threads);
    } else {
        // Worker 0 takes everything back with its 1; worker 1 loads that 1, late in its rounds, and takes the rest of
        // worker 0 back.
        plan.load(0);
        plan.increments(1, (rounds + 1 - value) as u32);
        plan.whole(2..shape.threads);
        plan.complete(0);
        plan.load(1);
        plan.finish(0);
        plan.finish(1);
    }
    Some(plan.schedule)
}

/// A schedule that is being written, and how many operations each worker has left.
struct Plan {
    schedule: Schedule,
    left: Vec<u32>,
    each: u32,
    before: u32,
}

impl Plan {
    fn new(shape: CounterShape) -> Self {
        let (each, before) = operations(shape);
        let left = vec![each * shape.iterations; usize::from(shape.threads)];
        Plan { schedule: Schedule::default(), left, each, before }
    }

    fn push(&mut self, worker: u16, count: u32) {
        self.schedule.push(Worker(worker), count);
        self.left[usize::from(worker)] -= count;
    }

    /// Up to and including the next load, and what a task awaits after it.
    fn load(&mut self, worker: u16) {
        self.push(worker, self.before);
    }

    /// What follows the load in the same increment.
    fn complete(&mut self, worker: u16) {
        self.push(worker, self.each - self.before);
    }

    fn increments(&mut self, worker: u16, count: u32) {
        self.push(worker, self.each * count);
    }

    /// Everything that is left.
    fn finish(&mut self, worker: u16) {
        self.push(worker, self.left[usize::from(worker)]);
    }

    fn whole(&mut self, workers: impl Iterator<Item = u16>) {
        workers.for_each(|worker| self.finish(worker));
    }
}
