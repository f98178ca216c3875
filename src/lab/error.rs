//! What the lab can't do, and why.

use std::fmt;

use crate::event::Worker;
use crate::experiment::digits::grouped;
use crate::experiment::{Kind, SettingError};

/// What went wrong in the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabError {
    /// A setting is out of its range.
    Setting(SettingError),
    /// Workers of this kind can't be had here.
    Kind(Kind),
    /// Workers can't be processes here, and why.
    Processes(String),
    /// The system refused a worker; those that had been started for it were put away.
    Start {
        /// What the worker would have been.
        kind: Kind,
        /// Which one, counted from 1.
        number: usize,
        /// How many were wanted.
        of: usize,
        /// What the system said.
        why: String,
    },
    /// The workers can't be put on the cores asked for.
    Cores(String),
    /// A worker panicked; its run is void.
    Crash {
        /// Which worker.
        worker: Worker,
        /// What the panic said.
        message: String,
    },
    /// A child process could not be had, or did not do what it was started for.
    Process(String),
    /// Tasks can't be had: why their runtime could not be started.
    Tasks(String),
    /// The server of our own could not be started: what the system said.
    Server(String),
    /// So many transfers at once need more open files than the system allows.
    Files {
        /// Files that are needed.
        needed: u64,
        /// Files that are allowed.
        allowed: u64,
    },
    /// The run was stopped before its end; it is void.
    Stopped,
    /// A whole record of a run would need more room than is allowed.
    Record {
        /// Words of eight bytes that it might need.
        words: u64,
        /// Words that are allowed.
        limit: u64,
    },
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LabError::Setting(why) => why.fmt(f),
            LabError::Processes(why) => {
                write!(f, "workers can't be processes here: {why}; use --kind thread")
            }
            LabError::Kind(kind) => write!(f, "{} can't be run here; use --kind thread", kind.plural()),
            LabError::Start { kind, number, of, why } => {
                let (noun, plural) = (kind.noun(), kind.plural());
                // Of a child its parent keeps files open; a thread has a stack of its own.
                let other =
                    if matches!(kind, Kind::Process { .. }) { "for open files -n" } else { "for memory -v" };
                write!(
                    f,
                    "{noun} {number} of {of} could not be started: {why}; use fewer {plural}, or raise the limit (ulimit -u, {other})"
                )
            }
            LabError::Cores(why) => write!(f, "the workers can't be put on one core: {why}"),
            LabError::Crash { worker, message } => {
                write!(f, "worker {} crashed: {message}; its run is void", worker.0)
            }
            LabError::Process(why) => f.write_str(why),
            LabError::Tasks(why) => write!(f, "the runtime of the tasks could not be started: {why}"),
            LabError::Server(why) => {
                write!(f, "the server to download from could not be started: {why}; use --url for another")
            }
            LabError::Files { needed, allowed } => write!(
                f,
                "so many transfers at once need {needed} open files, and the system allows {allowed}; use --permits for \
                 fewer at once, or raise the limit (ulimit -n)"
            ),
            LabError::Stopped => f.write_str("the run was stopped before its end"),
            LabError::Record { words, limit } => write!(
                f,
                "a whole record of a run may need {} words of 8 bytes, and the limit is {}; use fewer workers or \
                 iterations, or raise --record-limit",
                grouped(*words),
                grouped(*limit)
            ),
        }
    }
}

impl std::error::Error for LabError {}

impl From<SettingError> for LabError {
    fn from(why: SettingError) -> Self {
        LabError::Setting(why)
    }
}
