//! What happened to the transfers of a run, in order of time: workers write, one reads.
//!
//! The clock is read under the lock under which an event is written, so that the order of the events is that of their
//! times whoever wrote them. A transfer takes some ten thousand times as long as that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::event::Worker;
use crate::event::jobs::{Job, JobEvent, JobOp};

/// Events that have not been read.
#[derive(Debug)]
pub(super) struct Journal {
    began: Instant,
    last: AtomicU64,
    events: Mutex<Vec<JobEvent>>,
    bell: Condvar,
}

impl Journal {
    /// An empty one; its clock begins now.
    pub(super) fn new() -> Self {
        Journal {
            began: Instant::now(),
            last: AtomicU64::new(0),
            events: Mutex::default(),
            bell: Condvar::new(),
        }
    }

    /// This happens now.
    pub(super) fn tell(&self, job: Job, worker: Option<Worker>, op: JobOp) {
        let mut events = self.events.lock();
        let time = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        events.push(JobEvent { job, worker, op, time, core: None });
        self.last.store(time, Ordering::Relaxed);
        drop(events);
        self.bell.notify_one();
    }

    /// When the last event was, in nanoseconds since the beginning.
    pub(super) fn last(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    /// What has happened since last asked, in order; waits for the first of it, but no longer than this.
    pub(super) fn read(&self, patience: Duration) -> Vec<JobEvent> {
        let mut events = self.events.lock();
        if events.is_empty() {
            self.bell.wait_for(&mut events, patience);
        }
        std::mem::take(&mut *events)
    }
}
