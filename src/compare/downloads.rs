//! Downloads under more and more permits: a run of each, from a new server, and what that server counted.

use crate::event::jobs::JobOp;
use crate::lab::error::LabError;
use crate::lab::jobs::{Load, Run};

use super::plan::Plan;

/// One run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// In which round, from 0.
    pub round: u32,
    /// From handing in the first download to the end of the last, in nanoseconds.
    pub nanos: u64,
    /// Downloads that have what they wanted.
    pub done: u64,
    /// Downloads that failed; none should.
    pub failed: u64,
    /// Most requests that the server served at once.
    pub served: u32,
    /// Most requests that waited there at once.
    pub queued: u32,
}

/// What all runs of a row came to, beside their speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Downloads {
    /// Most requests that the server served at once.
    pub served: u32,
    /// Most requests that waited there at once.
    pub queued: u32,
    /// Downloads that failed.
    pub failed: u64,
}

impl Downloads {
    /// Of these runs; `None` if there are none.
    #[must_use]
    pub fn of(samples: &[Sample]) -> Option<Downloads> {
        let most = |of: fn(&Sample) -> u32| samples.iter().map(of).max();
        let failed = samples.iter().map(|sample| sample.failed).sum();
        Some(Downloads { served: most(|one| one.served)?, queued: most(|one| one.queued)?, failed })
    }
}

/// Makes a run with so many permits.
pub(super) fn run(
    plan: &Plan,
    permits: u16,
    round: u32,
    stop: &dyn Fn() -> bool,
) -> Result<Sample, LabError> {
    let run = Run::new(Load::new(plan.downloads(permits))?);
    let outcome = run.go_unless(stop)?;
    if outcome.stopped {
        return Err(LabError::Stopped);
    }
    let events = run.take_events();
    let count = |is: fn(JobOp) -> bool| events.iter().filter(|event| is(event.op)).count() as u64;
    let served = run.served().unwrap_or_default();
    Ok(Sample {
        round,
        nanos: outcome.nanos,
        done: count(|op| matches!(op, JobOp::Done(_))),
        failed: count(|op| matches!(op, JobOp::Failed(_))),
        served: served.most,
        queued: served.most_queued,
    })
}
