//! What jobs do: the second vocabulary, for workers that do something other than count.
//!
//! A *job* is a piece of work that is handed in once: it is queued, a worker begins it, and it ends: done with a
//! result, failed with a cause, or cancelled. Between the two it says texts, sleeps, waits for a permit, or transfers
//! something in stages. Values are small and flat. Whoever obtained them tells them in order of time; everything that judges or draws jobs reads these
//! and nothing else.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Worker;
use super::download::{Fault, Stage};

/// A job's number, in the order in which the jobs were handed in, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Job(pub u32);

impl Job {
    /// The number as an index into tables of jobs.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Most bytes of a text that is said.
const LONGEST: usize = 23;

/// A short text that is said: a value like any other, without memory of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    length: u8,
    bytes: [u8; LONGEST],
}

impl Text {
    /// The text, or as many of its first characters as there is room for.
    pub fn new(text: &str) -> Text {
        let mut length = text.len().min(LONGEST);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        Text { length: length as u8, bytes }
    }

    /// The same as a string.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'a> Deserialize<'a> for Text {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Text::new(&String::deserialize(deserializer)?))
    }
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// It panicked.
    Panicked,
    /// Its process was ended by this signal.
    Killed(i32),
    /// Its process left with this exit status in the midst of it.
    Left(i32),
    /// Its process said something that can't be understood.
    Garbled,
    /// It was a transfer, and this became of it.
    Transfer(Fault),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Panicked => f.write_str("panicked"),
            Cause::Killed(6) => f.write_str("its process aborted"),
            Cause::Killed(9) => f.write_str("its process was killed"),
            Cause::Killed(signal) => write!(f, "its process was ended by signal {signal}"),
            Cause::Left(status) => write!(f, "its process left with status {status}"),
            Cause::Garbled => f.write_str("its process said what can't be understood"),
            Cause::Transfer(fault) => fault.fmt(f),
        }
    }
}

/// What happened to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JobOp {
    /// It was handed in; no worker has it yet.
    Queued,
    /// A worker took it up.
    Begin {
        /// The worker's process, where that is not our own.
        process: Option<u32>,
    },
    /// It said this.
    Say(Text),
    /// It has nothing to do for so many nanoseconds.
    Sleep(u64),
    /// It waits for a permit.
    Await,
    /// It goes on: it has slept enough, has its permit, or finds itself on another core.
    Wake,
    /// It is a transfer, and begins this.
    Stage(Stage),
    /// It ended with this result.
    Done(u64),
    /// It ended without one.
    Failed(Cause),
    /// It was called off, before it began or in its midst.
    Cancelled,
}

impl JobOp {
    /// Whether nothing comes after it.
    pub fn is_end(self) -> bool {
        matches!(self, JobOp::Done(_) | JobOp::Failed(_) | JobOp::Cancelled)
    }
}

/// One thing that happened to one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobEvent {
    /// Which job.
    pub job: Job,
    /// The worker that has it; `None` while no one has.
    pub worker: Option<Worker>,
    /// What happened.
    pub op: JobOp,
    /// When, in nanoseconds since the first job was handed in.
    pub time: u64,
    /// The core it ran on, where that is known.
    pub core: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_long_ones_are_cut_between_characters() {
        assert_eq!(Text::new("Good day, Ines!").as_str(), "Good day, Ines!");
        assert_eq!(Text::new("").as_str(), "");
        let long = "ää".repeat(10);
        assert_eq!(Text::new(&long).as_str(), "ä".repeat(11));
    }
}
