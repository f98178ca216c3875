//! A run that remembers where it has been: any worker, one operation; back, to the start, to any moment.

use std::collections::VecDeque;
use std::fmt;

use super::chronicle::Chronicle;
use super::schedule::Schedule;
use super::{Machine, State, Step};
use crate::event::{Event, Op, Worker};
use crate::experiment::digits::grouped;
use crate::program::{self, GuardId};

/// Most operations that a run remembers, so that its memory is bounded however long somebody steps.
pub const MOST_STEPS: usize = 200_000;
/// Operations from one mark of the chronicle to the next.
const MARK: usize = 128;

/// A machine, every state it was in, and which of them is looked at.
#[derive(Clone, Debug)]
pub struct Run {
    machine: Machine,
    states: Vec<State>,
    steps: Vec<Step>,
    events: Vec<Event>,
    /// By state, how many events lead to it.
    counts: Vec<usize>,
    chronicle: Chronicle,
    /// The chronicle after every [`MARK`]th operation, so that any moment is near one that is known.
    marks: Vec<Chronicle>,
    at: usize,
}

impl Run {
    /// A run at its start.
    #[must_use]
    pub fn new(machine: Machine) -> Self {
        let start = machine.start();
        let (chronicle, events) = Chronicle::new(&machine, &start);
        let counts = vec![events.len()];
        let marks = vec![chronicle.clone()];
        Run { machine, states: vec![start], steps: Vec::new(), events, counts, chronicle, marks, at: 0 }
    }

    /// A run that has followed a schedule to its end.
    ///
    /// # Errors
    /// Names the first operation that the schedule asks for and that can't take effect.
    pub fn replay(machine: Machine, schedule: &Schedule) -> Result<Self, ReplayError> {
        let mut run = Run::new(machine);
        for worker in schedule.workers() {
            if run.step(worker).is_none() {
                return Err(run.refusal(worker));
            }
        }
        Ok(run)
    }

    /// A run in which the same happens as in these events of a counter's real run, in their order of effect: the same
    /// operations with the same values. To wait is not an operation; to await is one, and is not recorded. Where stamps
    /// are so close that somebody seems to be let in before another has left, leaving comes first. `None` if the
    /// events do not fit the program.
    #[must_use]
    pub fn of_events(machine: Machine, events: &[Event]) -> Option<Self> {
        let mut run = Run::new(machine);
        let mut rest: VecDeque<Event> =
            events.iter().filter(|event| event.op != Op::Request).copied().collect();
        while let Some(&event) = rest.front() {
            let can_move = |worker| run.machine.can_move(run.state(), worker);
            let next = if can_move(event.worker()) {
                0
            } else {
                rest.iter().position(|later| later.op == Op::Release && can_move(later.worker()))?
            };
            let event = rest.remove(next)?;
            // Workers that wait for a spin lock look again and again; only that they were let in is recorded.
            let before = run.at();
            run.step(event.worker())?;
            let happened = run.events_of(before).iter().find(|other| other.worker() == event.worker())?;
            if happened.increment != event.increment || happened.op != event.op {
                return None;
            }
            while run.is_about_to_await(event.worker()) && run.step(event.worker()).is_some() {}
        }
        Some(run)
    }

    fn is_about_to_await(&self, worker: Worker) -> bool {
        let sites = &self.machine.program().code(worker.index()).sites;
        let next = self.machine.position(self.state(), worker);
        next.is_some_and(|pc| sites[pc as usize].op == program::Op::Await)
    }

    fn refusal(&self, worker: Worker) -> ReplayError {
        let (machine, state) = (&self.machine, self.state());
        let workers = state.locals.len();
        let why = if worker.index() >= workers {
            Refusal::NoSuchWorker(workers)
        } else if machine.can_move(state, worker) {
            Refusal::TooLong
        } else if let Some(other) = machine.running(state).filter(|_| machine.is_alive(state, worker)) {
            Refusal::NotItsTurn(other)
        } else if machine.is_alive(state, worker) {
            Refusal::HasToWait(machine.enabled(state))
        } else {
            Refusal::IsNotRunning(machine.enabled(state))
        };
        ReplayError { step: self.at as u64 + 1, worker, why }
    }

    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The state that is looked at.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.states[self.at]
    }

    /// How many operations lead to the state that is looked at.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// All operations remembered, those ahead of the state that is looked at included.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The events up to the state that is looked at.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events[..self.counts[self.at]]
    }

    /// Whether other operations are remembered beyond the state that is looked at.
    #[must_use]
    pub fn has_ahead(&self) -> bool {
        self.at < self.steps.len()
    }

    /// Who moved in the operations that are remembered beyond the state that is looked at.
    #[must_use]
    pub fn ahead(&self) -> Vec<Worker> {
        self.steps[self.at..].iter().map(|step| step.worker).collect()
    }

    /// The events that this operation (counted from 0) gave rise to.
    #[must_use]
    pub fn events_of(&self, step: usize) -> &[Event] {
        &self.events[self.counts[step]..self.counts[step + 1]]
    }

    /// The events before the first operation: who has to wait from the beginning.
    #[must_use]
    pub fn first_events(&self) -> &[Event] {
        &self.events[..self.counts[0]]
    }

    /// The schedule up to the state that is looked at.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        self.steps[..self.at].iter().map(|step| step.worker).collect()
    }

    /// Who holds this guard in the state that is looked at.
    #[must_use]
    pub fn holders(&self, guard: GuardId) -> Vec<Worker> {
        if self.at == self.steps.len() {
            return self.chronicle.holders(guard).to_vec();
        }
        let mark = self.at / MARK;
        self.marks[mark].holders_after(&self.machine, &self.steps[mark * MARK..self.at], guard)
    }

    /// One operation of a worker. If others had been remembered from here on, they are forgotten: a new branch.
    /// `None`, and no change, if the worker can't move or the run is as long as it may be.
    pub fn step(&mut self, worker: Worker) -> Option<&Step> {
        if self.at == MOST_STEPS {
            return None;
        }
        let (state, step) = self.machine.next(self.state(), worker)?;
        if self.at < self.steps.len() {
            self.chronicle = self.chronicle_at(self.at);
            self.states.truncate(self.at + 1);
            self.counts.truncate(self.at + 1);
            self.steps.truncate(self.at);
            self.marks.truncate(self.at / MARK + 1);
            self.events.truncate(self.counts[self.at]);
        }
        self.chronicle.record(&self.machine, &step, &state, &mut self.events);
        self.counts.push(self.events.len());
        self.states.push(state);
        self.steps.push(step);
        self.at += 1;
        if self.at.is_multiple_of(MARK) {
            self.marks.push(self.chronicle.clone());
        }
        self.steps.last()
    }

    fn chronicle_at(&self, at: usize) -> Chronicle {
        let from = at / MARK * MARK;
        let mut chronicle = self.marks[at / MARK].clone();
        let mut events = Vec::new();
        for step in from..at {
            chronicle.record(&self.machine, &self.steps[step], &self.states[step + 1], &mut events);
        }
        chronicle
    }

    /// Back one operation; false at the start.
    pub fn back(&mut self) -> bool {
        let can = self.at > 0;
        self.at -= usize::from(can);
        can
    }

    /// Forward again one operation that is remembered; false where nothing is.
    pub fn forward(&mut self) -> bool {
        let can = self.at < self.steps.len();
        self.at += usize::from(can);
        can
    }

    /// To the moment after so many operations, or to the last one remembered.
    pub fn scrub(&mut self, at: usize) {
        self.at = at.min(self.steps.len());
    }
}

/// A schedule that the program does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayError {
    /// Which operation of the schedule, counted from 1.
    pub step: u64,
    /// Who was to move.
    pub worker: Worker,
    /// Why that can't be.
    pub why: Refusal,
}

/// Why a worker did not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There are only so many workers.
    NoSuchWorker(usize),
    /// It has to wait; these can move.
    HasToWait(Vec<Worker>),
    /// It can't before this one awaits something or ends.
    NotItsTurn(Worker),
    /// It has no operation left, or was not started; these can move.
    IsNotRunning(Vec<Worker>),
    /// A run remembers at most [`MOST_STEPS`] operations.
    TooLong,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation {} of the schedule: ", grouped(self.step))?;
        let worker = self.worker;
        let (why, enabled) = match &self.why {
            Refusal::NoSuchWorker(count) => {
                return write!(f, "there is no {worker}, workers are T0 to T{}", count - 1);
            }
            Refusal::NotItsTurn(other) => {
                return write!(f, "{worker} can't move before {other} awaits something or ends");
            }
            Refusal::TooLong => {
                return write!(f, "a run has at most {} operations", grouped(MOST_STEPS as u64));
            }
            Refusal::HasToWait(enabled) => ("has to wait", enabled),
            Refusal::IsNotRunning(enabled) => ("has no operation left, or is not started", enabled),
        };
        write!(f, "{worker} {why}; ")?;
        if enabled.is_empty() {
            return f.write_str("nobody can move");
        }
        let names: Vec<String> = enabled.iter().map(Worker::to_string).collect();
        write!(f, "who can move: {}", names.join(", "))
    }
}

impl std::error::Error for ReplayError {}
