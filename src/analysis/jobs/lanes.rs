//! What one worker did, as spans of time.

use crate::event::download::Stage;
use crate::event::jobs::{Job, JobEvent, JobOp};

/// What a worker does with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It works.
    Works,
    /// It has nothing to do for a while.
    Sleeps,
    /// It waits for a permit.
    Awaits,
    /// It is at this stage of a transfer.
    Transfers(Stage),
}

/// A stretch in which a worker did one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// With which job.
    pub job: Job,
    /// What.
    pub doing: Doing,
    /// From when on.
    pub from: u64,
    /// Until when; `None` while it goes on.
    pub to: Option<u64>,
    /// The core on which it began; of a process, which tells that only then, on which it ended. `None` where neither is
    /// known.
    pub core: Option<u16>,
    /// Whether the job ended here, and without a result.
    pub failed: bool,
    /// Whether the job ended here.
    pub is_last: bool,
}

impl Span {
    /// Its length in nanoseconds; of one that goes on 0.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.to.map_or(0, |to| to.saturating_sub(self.from))
    }
}

/// What one worker did, in order of time.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    spans: Vec<Span>,
}

impl Lane {
    /// The spans; between two of them the worker was idle.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// What it does now, if anything.
    #[must_use]
    pub fn now(&self) -> Option<&Span> {
        self.spans.last().filter(|span| span.to.is_none())
    }

    /// How long it worked, not counting how long it slept and waited for permits, nor what goes on.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.spans.iter().filter(|span| span.doing == Doing::Works).map(Span::length).sum()
    }

    /// How many jobs it has ended.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.spans.iter().filter(|span| span.is_last).count()
    }

    /// Takes an event of this worker.
    pub(super) fn follow(&mut self, event: &JobEvent) {
        let doing = match event.op {
            JobOp::Begin { .. } | JobOp::Wake => Doing::Works,
            JobOp::Sleep(_) => Doing::Sleeps,
            JobOp::Await => Doing::Awaits,
            JobOp::Stage(stage) => Doing::Transfers(stage),
            JobOp::Queued | JobOp::Say(_) => return,
            JobOp::Done(_) => return self.close(event, true, false),
            JobOp::Failed(_) | JobOp::Cancelled => return self.close(event, true, true),
        };
        self.close(event, false, false);
        let (from, to) = (event.time, None);
        let span = Span { job: event.job, doing, from, to, core: event.core, failed: false, is_last: false };
        self.spans.push(span);
    }

    fn close(&mut self, event: &JobEvent, is_last: bool, failed: bool) {
        if let Some(span) = self.spans.last_mut().filter(|span| span.to.is_none()) {
            (span.to, span.is_last, span.failed) = (Some(event.time), is_last, failed);
            span.core = span.core.or(event.core);
        }
    }
}
