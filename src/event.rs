//! What happened: one operation of one worker, with its values and its time.
//!
//! This is the vocabulary that every engine speaks and that everything which judges or draws reads.
//! Values are small and flat; trees, lanes and verdicts are built from them in higher rooms. Nothing here
//! knows how an event was obtained.

pub mod download;
pub mod jobs;

use std::fmt;

/// A value of the shared counter.
pub type Value = i64;

/// How the values of what is shared are written. An event has a number either way; what stands for it is the program's to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// In digits.
    #[default]
    Digits,
    /// `False` and `True`, of 0 and 1.
    Truth,
}

impl Spelling {
    /// The word that stands for a value; `None` where its digits do.
    #[must_use]
    pub fn word(self, value: Value) -> Option<&'static str> {
        match (self, value) {
            (Spelling::Truth, 0) => Some("False"),
            (Spelling::Truth, 1) => Some("True"),
            _ => None,
        }
    }

    /// The value in a sentence.
    #[must_use]
    pub fn write(self, value: Value) -> String {
        self.word(value).map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// A worker's number, counted from 0. Lanes, digit keys and provenance use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Worker(pub u16);

impl Worker {
    /// The number as an index into per-worker tables.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}", self.0)
    }
}

/// Names one increment of one run: the worker, and which of its increments it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Increment {
    /// Whose increment.
    pub worker: Worker,
    /// Which of its increments, counted from 1.
    pub iteration: u32,
}

impl fmt::Display for Increment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.worker, self.iteration)
    }
}

/// Whose store a load read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Nobody's: the value that the counter had when the run began.
    Start,
    /// The store of this increment.
    Store(Increment),
    /// Not known: the record has a hole here.
    Unknown,
}

/// What a load found: the value, and whose store it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The value.
    pub value: Value,
    /// Whose store put it there.
    pub source: Source,
}

/// One operation, as it took effect on the counter or on what protects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Asked for the protection and was not let in at once: the worker waits from here to its [`Op::Acquire`].
    Request,
    /// Was let in.
    Acquire,
    /// Read the counter: the increment begins.
    Load(Seen),
    /// Wrote this value: the increment ends.
    Store(Value),
    /// A compare-and-swap that failed. What it found instead is what the worker now holds.
    Retry(Seen),
    /// A compare-and-swap that succeeded and wrote this value: the increment ends.
    Swap(Value),
    /// A fetch-and-add that found this and wrote one more, indivisibly: a whole increment.
    FetchAdd(Seen),
    /// Left the protection.
    Release,
}

impl Op {
    /// What this operation read of the counter, if it read.
    pub fn seen(self) -> Option<Seen> {
        match self {
            Op::Load(seen) | Op::Retry(seen) | Op::FetchAdd(seen) => Some(seen),
            Op::Request | Op::Acquire | Op::Store(_) | Op::Swap(_) | Op::Release => None,
        }
    }

    /// What this operation left in the counter, if it wrote.
    pub fn stored(self) -> Option<Value> {
        match self {
            Op::Store(value) | Op::Swap(value) => Some(value),
            Op::FetchAdd(seen) => Some(seen.value + 1),
            Op::Request | Op::Acquire | Op::Load(_) | Op::Retry(_) | Op::Release => None,
        }
    }
}

/// One operation of one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// The increment that the operation belongs to.
    pub increment: Increment,
    /// The operation.
    pub op: Op,
    /// When it was seen to have taken effect, in nanoseconds since the run began. `None` where no clock was
    /// read: at full speed only every so many operations are stamped.
    pub time: Option<u64>,
    /// The core it ran on, where that is known: asked at the operation, or alike before and after it.
    pub core: Option<u16>,
}

impl Event {
    /// Who did it.
    pub fn worker(&self) -> Worker {
        self.increment.worker
    }
}
