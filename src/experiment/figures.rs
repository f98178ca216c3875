//! What is measured of a run: counts, and what each worker is doing.

use crate::event::Value;

use super::Settings;

/// What a worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Neither inside the protection nor between a load and its store.
    Between,
    /// Asked for the protection and was not let in yet.
    Waiting,
    /// Was let in and has not loaded yet.
    Inside,
    /// Has loaded this value and not stored yet.
    Holding(Value),
    /// Has stored this value and not left the protection yet.
    Leaving(Value),
    /// Has made all its increments.
    Done,
    /// Panicked.
    Crashed,
    /// Its process was ended from outside.
    Killed,
}

/// One worker, as it was when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerNow {
    /// What it is doing.
    pub doing: Doing,
    /// Since when, in nanoseconds since the run began. At full speed only waiting is dated.
    pub since: Option<u64>,
    /// Increments it has completed in this run.
    pub completed: u32,
}

/// The counts of a run or of a stretch of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Increments completed: what the counter would have risen by if none had been lost.
    pub completed: u64,
    /// By how much the counter rose.
    pub survived: u64,
    /// Loads that read another worker's store.
    pub hand_overs: u64,
    /// Compare-and-swaps that failed and were tried again.
    pub retries: u64,
}

impl Counts {
    /// Increments that the counter is not built on. Exact once no worker is between its load and its store.
    pub fn lost(&self) -> u64 {
        self.completed.saturating_sub(self.survived)
    }

    /// The share of completed increments that were lost, 0 to 1.
    pub fn lost_share(&self) -> f64 {
        if self.completed == 0 { 0.0 } else { self.lost() as f64 / self.completed as f64 }
    }
}

/// The stretch of a run between two changes of its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The settings in force.
    pub settings: Settings,
    /// What was counted while they were; exact for a segment that has ended.
    pub counts: Counts,
    /// Most workers that were inside the protection at once, where it has an inside.
    pub most_holders: Option<u16>,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Its settings, when they were the same from beginning to end; `None` when they were changed on the way.
    pub settings: Option<Settings>,
    /// Its counts, exact.
    pub counts: Counts,
    /// Most workers that were inside the protection at once, where it has an inside.
    pub most_holders: Option<u16>,
    /// How long it took, in nanoseconds, from the barrier to the last store. Holds and pauses included.
    pub nanos: u64,
}
