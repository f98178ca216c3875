//! A worker that was lost: a process that somebody or something ended in mid-run.

use std::fmt;

use crate::event::Worker;
use crate::experiment::Protection;
use crate::platform::process::End;

/// Where it was on its way through an increment when it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// At rest, between two runs.
    AtRest,
    /// Neither inside the protection nor asking.
    Outside,
    /// It waited to be let in.
    Waiting,
    /// It was inside, holding the lock or a permit.
    Inside,
    /// It was just being let in or out, and it is not known whether it held anything.
    OnTheWay,
}

/// A lost worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Which worker.
    pub worker: Worker,
    /// The process.
    pub pid: u32,
    /// How it ended.
    pub end: End,
    /// Whether it was ended here, because somebody had stopped it and the others could not wait for it any longer.
    pub stopped: bool,
    /// Where it was.
    pub whereabouts: Whereabouts,
    /// What guarded its increments.
    pub protection: Protection,
    /// Increments it had completed.
    pub completed: u32,
    /// Whether it may have made one more store, of which nothing is left to tell.
    pub undecided: bool,
}

impl Loss {
    /// How it ended, in words.
    #[must_use]
    pub fn ended(&self) -> String {
        if self.stopped {
            return "was stopped from outside (SIGSTOP) and, as it kept the others waiting, ended".into();
        }
        self.end.to_string()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = match self.protection {
            Protection::Semaphore => "a permit",
            _ => "the lock",
        };
        write!(f, "process {} (pid {}) {}", self.worker.0, self.pid, self.ended())?;
        match self.whereabouts {
            Whereabouts::AtRest => f.write_str(" while it was at rest")?,
            Whereabouts::Outside => {}
            Whereabouts::Waiting => write!(f, " while it waited for {held}")?,
            Whereabouts::Inside => write!(f, " while it held {held}")?,
            Whereabouts::OnTheWay => write!(f, " while it was getting or giving back {held}")?,
        }
        if self.undecided {
            f.write_str("; whether it made one more store than it told can't be known")?;
        }
        Ok(())
    }
}
