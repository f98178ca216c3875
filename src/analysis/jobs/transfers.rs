//! Transfers: how long each waited for a permit and how long each of its stages took, how many there were at once, and
//! what they failed of.

use crate::event::download::Stage;
use crate::event::jobs::{Cause, JobEvent, JobOp};
use crate::sort;

use super::{Account, End};

/// What a job that transfers is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It waits for a permit.
    Permit,
    /// It has whatever it needs to have, and is at this stage.
    Stage(Stage),
}

/// How long one transfer was at what, in nanoseconds, not counting what it is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Waiting for a permit.
    pub permit: u64,
    /// In each stage, in their order.
    pub stages: [u64; 3],
    /// What it is at, and since when; `None` before and after.
    pub now: Option<(At, u64)>,
}

impl Times {
    /// How long it has waited for a permit until now.
    #[must_use]
    pub fn permit_until(&self, now: u64) -> u64 {
        match self.now {
            Some((At::Permit, since)) => self.permit + now.saturating_sub(since),
            _ => self.permit,
        }
    }

    /// How long it has been at this stage until now.
    #[must_use]
    pub fn stage_until(&self, stage: Stage, now: u64) -> u64 {
        let so_far = self.stages[stage as usize];
        match self.now {
            Some((At::Stage(at), since)) if at == stage => so_far + now.saturating_sub(since),
            _ => so_far,
        }
    }
}

/// How many transfers go on, and how many wait for a permit, from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From when on.
    pub time: u64,
    /// Transfers that go on.
    pub going: u32,
    /// Jobs that wait for a permit.
    pub waiting: u32,
}

/// The times of all transfers of a run, and how many there were at once.
#[derive(Clone, Debug, Default)]
pub struct Transfers {
    times: Vec<Times>,
    traffic: Vec<Traffic>,
    most: u32,
    most_waiting: u32,
}

impl Transfers {
    /// Of these events, in order of time.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a JobEvent>) -> Self {
        let mut transfers = Transfers::default();
        for event in events {
            transfers.push(event);
        }
        transfers
    }

    /// Takes the next event.
    pub fn push(&mut self, event: &JobEvent) {
        let index = event.job.index();
        if event.op == JobOp::Queued && index == self.times.len() {
            self.times.push(Times::default());
        }
        let Some(times) = self.times.get_mut(index) else { return };
        let next = match event.op {
            JobOp::Await => Some(At::Permit),
            JobOp::Stage(stage) => Some(At::Stage(stage)),
            JobOp::Wake => None,
            op if op.is_end() => None,
            _ => return,
        };
        let before = times.now.take();
        match before {
            Some((At::Permit, since)) => times.permit += event.time.saturating_sub(since),
            Some((At::Stage(stage), since)) => {
                times.stages[stage as usize] += event.time.saturating_sub(since);
            }
            None => {}
        }
        times.now = next.map(|at| (at, event.time));
        let count = |at: Option<At>| {
            (u32::from(matches!(at, Some(At::Stage(_)))), u32::from(matches!(at, Some(At::Permit))))
        };
        let (was, is) = (count(before.map(|(at, _)| at)), count(next));
        let so_far = self.traffic.last().copied().unwrap_or_default();
        let (going, waiting) = (so_far.going + is.0 - was.0, so_far.waiting + is.1 - was.1);
        let traffic = Traffic { time: event.time, going, waiting };
        self.most = self.most.max(going);
        self.most_waiting = self.most_waiting.max(waiting);
        match self.traffic.last_mut() {
            Some(last) if last.time == event.time => *last = traffic,
            _ => self.traffic.push(traffic),
        }
    }

    /// The times of each, in the order in which they were handed in.
    #[must_use]
    pub fn times(&self) -> &[Times] {
        &self.times
    }

    /// How many are going on.
    #[must_use]
    pub fn now(&self) -> u32 {
        self.traffic.last().map_or(0, |traffic| traffic.going)
    }

    /// Most that were ever going on at once.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.most
    }

    /// How many wait for a permit.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.traffic.last().map_or(0, |traffic| traffic.waiting)
    }

    /// Most that ever waited for a permit at once.
    #[must_use]
    pub fn most_waiting(&self) -> u32 {
        self.most_waiting
    }

    /// How many went on and waited at this time.
    #[must_use]
    pub fn at(&self, time: u64) -> Traffic {
        let after = self.traffic.partition_point(|traffic| traffic.time <= time);
        after.checked_sub(1).map(|at| self.traffic[at]).unwrap_or_default()
    }

    /// How long all were going on, together.
    #[must_use]
    pub fn together(&self) -> u64 {
        self.times.iter().map(|times| times.stages.iter().sum::<u64>()).sum()
    }
}

/// What a cause is called where causes are counted: without its figures.
#[must_use]
pub fn name(cause: Cause) -> &'static str {
    match cause {
        Cause::Transfer(fault) => fault.name(),
        Cause::Panicked => "panicked",
        Cause::Killed(_) => "killed",
        Cause::Left(_) => "left",
        Cause::Garbled => "garbled",
    }
}

/// What jobs failed of, and how many of each; the most frequent first, then by name.
#[must_use]
pub fn causes(account: &Account) -> Vec<(&'static str, u32)> {
    let mut causes: Vec<(&'static str, u32)> = Vec::new();
    for record in account.records() {
        let Some((_, End::Failed(cause))) = record.ended else { continue };
        match causes.iter_mut().find(|(other, _)| *other == name(cause)) {
            Some((_, count)) => *count += 1,
            None => causes.push((name(cause), 1)),
        }
    }
    sort::by(&mut causes, |a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Worker;
    use crate::event::download::Fault;
    use crate::event::jobs::Job;

    #[test]
    fn times_add_up_and_nobody_is_counted_twice() {
        let event = |job, time, op| JobEvent { job: Job(job), worker: Some(Worker(0)), op, time, core: None };
        let begin = JobOp::Begin { process: None };
        let events = [
            event(0, 0, JobOp::Queued),
            event(1, 0, JobOp::Queued),
            event(0, 1, begin),
            event(0, 1, JobOp::Stage(Stage::Connecting)),
            event(1, 2, begin),
            event(1, 2, JobOp::Await),
            event(0, 5, JobOp::Stage(Stage::Asking)),
            event(0, 9, JobOp::Failed(Cause::Transfer(Fault::Status(500)))),
            event(1, 10, JobOp::Wake),
            event(1, 11, JobOp::Stage(Stage::Connecting)),
            event(1, 12, JobOp::Stage(Stage::Asking)),
            event(1, 15, JobOp::Stage(Stage::Receiving)),
        ];
        let mut transfers = Transfers::of(&events);
        assert_eq!((transfers.now(), transfers.most(), transfers.most_waiting()), (1, 1, 1));
        assert_eq!(transfers.times()[1].now, Some((At::Stage(Stage::Receiving), 15)));
        let stages =
            [Stage::Asking, Stage::Receiving].map(|stage| transfers.times()[1].stage_until(stage, 20));
        assert_eq!(stages, [3, 5]);
        transfers.push(&event(1, 35, JobOp::Done(7)));
        assert_eq!(transfers.times()[0], Times { permit: 0, stages: [4, 4, 0], now: None });
        assert_eq!(transfers.times()[1], Times { permit: 8, stages: [1, 3, 20], now: None });
        assert_eq!((transfers.now(), transfers.waiting(), transfers.together()), (0, 0, 32));
        let at = |time: u64| (transfers.at(time).going, transfers.at(time).waiting);
        assert_eq!(
            [0, 1, 2, 9, 10, 34, 35].map(at),
            [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (0, 0)]
        );
        assert_eq!(transfers.times()[1].permit_until(99), 8);
        assert_eq!(causes(&Account::of(&events)), [("status", 1)]);
    }
}
