//! What is known of one job, of one text, and of all jobs at one moment.

use crate::event::Worker;
use crate::event::jobs::{Cause, Job, Text};

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this result.
    Done(u64),
    /// Without one.
    Failed(Cause),
    /// It was called off.
    Cancelled,
}

/// What is known of a job. Times are nanoseconds since the first job was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was handed in.
    pub queued: u64,
    /// When a worker took it up.
    pub began: Option<u64>,
    /// When it ended, and how.
    pub ended: Option<(u64, End)>,
    /// Who has it, or had it.
    pub worker: Option<Worker>,
    /// That worker's process, where it is not our own.
    pub process: Option<u32>,
    /// The core on which it began.
    pub core: Option<u16>,
    /// How long it has slept and waited for permits, not counting what it is in the midst of.
    pub paused: u64,
    /// How many texts it has said.
    pub texts: u32,
}

impl Record {
    /// How long it waited for a worker; until now, if none has taken it up and it has not been called off.
    #[must_use]
    pub fn wait(&self, now: u64) -> u64 {
        let until = self.began.or(self.ended.map(|(time, _)| time)).unwrap_or(now);
        until.saturating_sub(self.queued)
    }

    /// How long it ran, or has been running; `None` if it never began.
    #[must_use]
    pub fn run(&self, now: u64) -> Option<u64> {
        let until = self.ended.map_or(now, |(time, _)| time);
        self.began.map(|began| until.saturating_sub(began))
    }

    /// Its result, if it has one.
    #[must_use]
    pub fn result(&self) -> Option<u64> {
        match self.ended {
            Some((_, End::Done(result))) => Some(result),
            _ => None,
        }
    }

    /// Whether a worker has it now.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.began.is_some() && self.ended.is_none()
    }
}

/// A text that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// When it was heard.
    pub time: u64,
    /// By which job.
    pub job: Job,
    /// By whom.
    pub worker: Option<Worker>,
    /// What.
    pub text: Text,
}

/// How many jobs wait and run from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// From when on.
    pub time: u64,
    /// Jobs that no worker has taken up.
    pub queued: u32,
    /// Jobs that workers have: as many workers are busy.
    pub busy: u32,
}

/// How many jobs there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ended with a result.
    pub done: u32,
    /// Ended without one.
    pub failed: u32,
    /// Called off.
    pub cancelled: u32,
}

impl Tally {
    /// All that have ended.
    #[must_use]
    pub fn ended(self) -> u32 {
        self.done + self.failed + self.cancelled
    }
}
