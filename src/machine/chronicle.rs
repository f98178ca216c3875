//! From steps to events: the words that the lab speaks too.
//!
//! The watched variable's loads and stores become increments that know whose store they read; what is taken and
//! given back becomes holding and waiting. Steps that those words have no word for leave no event.

use super::{Act, Machine, State, Step};
use crate::event::{Event, Increment, Op as Happened, Seen, Source, Worker};
use crate::program::value::Value;
use crate::program::{ConditionId, GuardId, Op, VarId};

/// What has to be remembered from step to step.
#[derive(Clone, Debug)]
pub struct Chronicle {
    watched: Option<VarId>,
    /// Whose store the watched variable holds: one for all workers, or one of each worker's own.
    sources: Vec<Source>,
    workers: Vec<Progress>,
    holders: Vec<Vec<Worker>>,
}

#[derive(Clone, Copy, Debug)]
struct Progress {
    iteration: u32,
    has_stored: bool,
    is_waiting: bool,
}

impl Chronicle {
    /// Nothing has happened yet; workers that can't get in at once wait from the beginning.
    #[must_use]
    pub fn new(machine: &Machine, start: &State) -> (Self, Vec<Event>) {
        let fresh = Progress { iteration: 1, has_stored: false, is_waiting: false };
        let mut chronicle = Chronicle {
            watched: machine.program().watched,
            sources: vec![Source::Start; if machine.watches_own() { start.locals.len() } else { 1 }],
            workers: vec![fresh; start.locals.len()],
            holders: vec![Vec::new(); start.shared.guards.len()],
        };
        let mut events = Vec::new();
        chronicle.requests(machine, start, &mut events);
        (chronicle, events)
    }

    /// The workers that have taken this guard and not given it back, longest first. A semaphore's permit that
    /// one worker took and another gave back counts as its taker's until nobody is left to give it.
    #[must_use]
    pub fn holders(&self, guard: GuardId) -> &[Worker] {
        &self.holders[guard.index()]
    }

    /// The workers that hold this guard after these steps, which follow on what is remembered. It costs far less than to
    /// record them: who has to wait makes no difference.
    #[must_use]
    pub fn holders_after(&self, machine: &Machine, steps: &[Step], guard: GuardId) -> Vec<Worker> {
        let mut holders = self.holders(guard).to_vec();
        let lock = |condition: &ConditionId| machine.program().conditions[condition.index()].lock;
        for step in steps {
            match &step.act {
                Act::Acquire(taken, _) if *taken == guard => enter(&mut holders, step.worker),
                Act::Release(given, _) if *given == guard => leave(&mut holders, step.worker),
                Act::Wake(condition) if lock(condition) == guard => enter(&mut holders, step.worker),
                Act::Wait(condition) if lock(condition) == guard => leave(&mut holders, step.worker),
                _ => {}
            }
        }
        holders
    }

    /// Adds the events of one step to `events`: what the worker did, then who has to wait from now on.
    pub fn record(&mut self, machine: &Machine, step: &Step, after: &State, events: &mut Vec<Event>) {
        let worker = step.worker;
        match &step.act {
            Act::Load(variable, value) if self.watches(*variable) => {
                let seen = self.seen(worker, value);
                self.begin(worker, Happened::Load(seen), events);
            }
            Act::Store(variable, value) if self.watches(*variable) => {
                self.complete(worker, Happened::Store(value.as_int()), events);
            }
            Act::Swap { variable, found, stored } if self.watches(*variable) => match stored {
                Some(value) => self.complete(worker, Happened::Swap(value.as_int()), events),
                None => {
                    let seen = self.seen(worker, found);
                    self.begin(worker, Happened::Retry(seen), events);
                }
            },
            Act::FetchAdd { variable, found, stored } if self.watches(*variable) => {
                let seen = self.seen(worker, found);
                if stored.as_int() == seen.value + 1 {
                    self.open(worker);
                    self.complete(worker, Happened::FetchAdd(seen), events);
                } else {
                    self.begin(worker, Happened::Load(seen), events);
                    self.complete(worker, Happened::Store(stored.as_int()), events);
                }
            }
            Act::Acquire(guard, _) => self.acquire(worker, *guard, events),
            Act::Wake(condition) => {
                self.acquire(worker, machine.program().conditions[condition.index()].lock, events);
            }
            Act::Release(guard, _) => self.release(worker, *guard, events),
            Act::Wait(condition) => {
                self.release(worker, machine.program().conditions[condition.index()].lock, events);
            }
            Act::Refused(_) => self.wait(worker, events),
            _ => {}
        }
        self.requests(machine, after, events);
    }

    fn watches(&self, variable: VarId) -> bool {
        self.watched == Some(variable)
    }

    /// The place of the source of what this worker reads.
    fn whose(&self, worker: Worker) -> usize {
        if self.sources.len() == 1 { 0 } else { worker.index() }
    }

    fn seen(&self, worker: Worker, value: &Value) -> Seen {
        Seen { value: value.as_int(), source: self.sources[self.whose(worker)] }
    }

    fn increment(&self, worker: Worker) -> Increment {
        Increment { worker, iteration: self.workers[worker.index()].iteration }
    }

    /// The worker's next increment begins, if the one before is complete.
    fn open(&mut self, worker: Worker) {
        let progress = &mut self.workers[worker.index()];
        if progress.has_stored {
            progress.iteration += 1;
            progress.has_stored = false;
        }
    }

    fn push(&self, worker: Worker, op: Happened, events: &mut Vec<Event>) {
        events.push(Event { increment: self.increment(worker), op, time: None, core: None });
    }

    fn begin(&mut self, worker: Worker, op: Happened, events: &mut Vec<Event>) {
        self.open(worker);
        self.push(worker, op, events);
    }

    fn complete(&mut self, worker: Worker, op: Happened, events: &mut Vec<Event>) {
        self.open(worker);
        self.push(worker, op, events);
        self.workers[worker.index()].has_stored = true;
        let whose = self.whose(worker);
        self.sources[whose] = Source::Store(self.increment(worker));
    }

    fn acquire(&mut self, worker: Worker, guard: GuardId, events: &mut Vec<Event>) {
        self.workers[worker.index()].is_waiting = false;
        self.begin(worker, Happened::Acquire, events);
        enter(&mut self.holders[guard.index()], worker);
    }

    fn release(&mut self, worker: Worker, guard: GuardId, events: &mut Vec<Event>) {
        self.push(worker, Happened::Release, events);
        leave(&mut self.holders[guard.index()], worker);
    }

    fn wait(&mut self, worker: Worker, events: &mut Vec<Event>) {
        if !self.workers[worker.index()].is_waiting {
            self.begin(worker, Happened::Request, events);
            self.workers[worker.index()].is_waiting = true;
        }
    }

    /// Workers that stand before a guard that is not free wait from now on.
    fn requests(&mut self, machine: &Machine, state: &State, events: &mut Vec<Event>) {
        for thread in 0..self.workers.len() {
            let worker = Worker(thread as u16);
            if self.workers[thread].is_waiting || !machine.is_alive(state, worker) {
                continue;
            }
            let Some(pc) = machine.position(state, worker) else { continue };
            let op = &machine.program().code(thread).sites[pc as usize].op;
            if matches!(op, Op::Acquire(..) | Op::Wake(_)) && machine.has_to_wait(state, worker) {
                self.wait(worker, events);
            }
        }
    }
}

/// The worker has taken a guard that these hold.
fn enter(holders: &mut Vec<Worker>, worker: Worker) {
    holders.push(worker);
}

/// The worker has given it back: its own, else that of whoever has held it longest.
fn leave(holders: &mut Vec<Worker>, worker: Worker) {
    let own = holders.iter().position(|holder| *holder == worker);
    if !holders.is_empty() {
        holders.remove(own.unwrap_or(0));
    }
}
