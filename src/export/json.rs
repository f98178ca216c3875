//! The JSON report of a batch of runs: one object.

use std::io::{self, Write};

use serde::Serialize;

use crate::experiment::{Protection, Settings};

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The program's version.
    pub racescope: &'static str,
    /// The settings as run.
    pub settings: SettingsAsRun,
    /// All runs together.
    pub summary: Summary,
    /// Each run.
    pub runs: Vec<RunFigures>,
    /// What recording does to the share of lost updates, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe_effect: Option<ProbeEffect>,
}

/// Settings with the names of the command line.
#[derive(Debug, Serialize)]
pub struct SettingsAsRun {
    kind: &'static str,
    threads: u16,
    iterations: u32,
    protection: String,
    /// Only under a semaphore.
    permits: Option<u16>,
    gap: String,
    /// Percent.
    jitter: u8,
    cores: String,
    /// Cores that the process may use.
    cores_available: usize,
    seed: u64,
}

impl SettingsAsRun {
    /// The settings, on a machine with so many cores for this process.
    #[must_use]
    pub fn new(settings: &Settings, cores_available: usize) -> Self {
        SettingsAsRun {
            kind: settings.kind.name(),
            threads: settings.threads,
            iterations: settings.iterations,
            protection: settings.protection.to_string(),
            permits: (settings.protection == Protection::Semaphore).then_some(settings.permits),
            gap: settings.gap.delay.to_string(),
            jitter: settings.gap.jitter,
            cores: settings.cores.to_string(),
            cores_available,
            seed: settings.seed,
        }
    }
}

/// All runs together.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Number of runs.
    pub runs: u64,
    /// Runs in which an update was lost.
    pub runs_with_losses: u64,
    /// What each run should have counted.
    pub expected: u64,
    /// Smallest, largest and mean final count.
    pub final_min: u64,
    /// Largest final count.
    pub final_max: u64,
    /// Mean final count.
    pub final_mean: f64,
    /// Increments lost in all runs, and their share, 0 to 1.
    pub lost: u64,
    /// Share of all increments that were lost, 0 to 1.
    pub lost_share: f64,
}

/// One run.
#[derive(Debug, Serialize)]
pub struct RunFigures {
    /// Which run, from 1.
    pub run: u64,
    /// What the counter should have reached: the increments completed; 0 where each worker has a counter of its own.
    pub expected: u64,
    /// Increments completed, on whichever counter.
    pub completed: u64,
    /// What it counted.
    #[serde(rename = "final")]
    pub final_count: u64,
    /// Increments that are not in the final count.
    pub lost: u64,
    /// Increments that built on another worker's store.
    pub hand_overs: u64,
    /// Compare-and-swaps that failed.
    pub retries: u64,
    /// Most workers inside the protection at once; null where there is no inside or it was not measured.
    pub most_holders: Option<u16>,
    /// From the barrier to the last store.
    pub nanoseconds: u64,
    /// Increments a second.
    pub increments_per_second: f64,
    /// Operations recorded, and not recorded for want of room.
    pub events_recorded: u64,
    /// Operations that were made but not recorded.
    pub events_dropped: u64,
    /// Each worker.
    pub workers: Vec<WorkerFigures>,
}

/// One worker in one run.
#[derive(Debug, Serialize)]
pub struct WorkerFigures {
    /// Its number, from 0.
    pub worker: u16,
    /// Increments it completed.
    pub completed: u32,
    /// Its increments that are not in the final count; null where the run was not recorded whole.
    pub lost: Option<u64>,
    /// Its increments that built on another worker's store.
    pub hand_overs: u64,
    /// Its compare-and-swaps that failed.
    pub retries: u64,
    /// What its own counter ended at, where it has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_final: Option<u64>,
    /// Its process, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// How its process ended, where it did in mid-run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Whether it may have made one more store than it told before it ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undecided: bool,
}

/// The same experiment with recording on and off, in turn.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProbeEffect {
    /// Runs of each kind.
    pub runs: u64,
    /// Share of increments lost while every operation was recorded, 0 to 1.
    pub lost_share_recorded: f64,
    /// Share of increments lost while nothing was recorded, 0 to 1.
    pub lost_share_unrecorded: f64,
    /// Median nanoseconds of a recorded run.
    pub nanoseconds_recorded: u64,
    /// Median nanoseconds of an unrecorded run.
    pub nanoseconds_unrecorded: u64,
}

/// Writes the report as one JSON object.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
