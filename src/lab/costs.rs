//! What workers cost, by kind: small real experiments of their own, with threads, child processes and tasks.
//!
//! | measure | what is done |
//! |---|---|
//! | [`Measure::Start`] | several are started one after another; from asking for one to its first action |
//! | [`Measure::Memory`], [`Measure::Threads`] | many are kept waiting after their first action, in a fresh process: what it and its children have more than before, for each |
//! | [`Measure::Switch`] | two hand a turn to and fro on one core: threads wake each other, processes write into pipes, tasks notify each other |
//! | [`Measure::Compute`] | work that needs a core, one piece a core: how many times as fast as the same in a row |
//! | [`Measure::Small`] | the same with pieces of some microseconds: what starting a worker for each makes of it |
//! | [`Measure::Sleep`] | work that only waits: how many times as fast as the same in a row |
//! | [`Measure::Many`] | so many waits at once that workers themselves begin to count |
//! | [`Measure::Network`] | so many downloads at once from the server of our own |
//! | [`Measure::Shared`] | two workers increment under a lock: what of it is in the counter of who started them |
//!
//! What is measured runs free of bookkeeping: a clock is read before and after. Work starts when its workers are asked
//! for and ends when all of them have, as somebody would do it who starts and joins them. Starting the tasks' runtime
//! does not count; there is one, as there is a process.

mod child;
mod network;
mod processes;
mod tasks;
mod threads;
mod work;

use std::time::Duration;

use super::batch::{Batch, Record};
use super::error::LabError;
use crate::experiment::{Cores, Gap, Kind, Protection, Settings};
use crate::platform::{affinity, process};
pub(super) use child::serve;
use work::Work;

/// Pieces of [`Measure::Small`], and the steps of each: some five microseconds.
const SMALL: (u16, u32) = (16, 2_500);
/// How long a worker of [`Measure::Sleep`] waits.
const SLEEP: Duration = Duration::from_millis(10);
/// Workers of [`Measure::Many`], and how long each waits.
pub const MANY: (u16, Duration) = (1_000, Duration::from_millis(20));

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Nanoseconds from asking for a worker to its first action.
    Start,
    /// Bytes that a waiting worker takes.
    Memory,
    /// Nanoseconds from one worker to the other.
    Switch,
    /// Of work that needs a core: the time of all in a row over that of all together.
    Compute,
    /// The same of very small pieces.
    Small,
    /// The same of work that only waits.
    Sleep,
    /// Nanoseconds until [`MANY`] waits that began together have ended.
    Many,
    /// Nanoseconds until all the downloads that began together have ended.
    Network,
    /// Threads of the operating system that a waiting worker takes.
    Threads,
    /// Of the increments that workers made, the share that whoever started them finds in the counter.
    Shared,
}

impl Measure {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Measure; 10] = [
        Measure::Start,
        Measure::Memory,
        Measure::Switch,
        Measure::Compute,
        Measure::Small,
        Measure::Sleep,
        Measure::Many,
        Measure::Network,
        Measure::Threads,
        Measure::Shared,
    ];

    /// The name in CSV and JSON, with the unit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Measure::Start => "start_nanoseconds",
            Measure::Memory => "memory_bytes",
            Measure::Switch => "switch_nanoseconds",
            Measure::Compute => "compute_speedup",
            Measure::Small => "small_jobs_speedup",
            Measure::Sleep => "sleep_speedup",
            Measure::Many => "many_waits_nanoseconds",
            Measure::Network => "downloads_nanoseconds",
            Measure::Threads => "system_threads",
            Measure::Shared => "shared_share",
        }
    }
}

/// How much is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Workers that sleep together.
    pub sleepers: u16,
    /// Steps of each piece of work that needs a core.
    pub steps: u32,
    /// On which cores everything runs.
    pub cores: Cores,
}

/// What one repetition came to, by measure; `None` where the system does not tell or does not allow it.
pub type Cost = [Option<f64>; Measure::ALL.len()];

/// The kinds that are measured.
pub const KINDS: [Kind; 3] = [Kind::Thread, Kind::Process { shared: false }, Kind::Task { awaits: true }];

/// How many pieces of work that needs a core there are: one for each core, and two at least.
#[must_use]
pub fn pieces(cores: Cores) -> u16 {
    let all = u16::try_from(affinity::available()).unwrap_or(u16::MAX);
    if cores == Cores::One { 2 } else { all.clamp(2, 64) }
}

/// Measures a kind of worker once, in every respect.
///
/// # Errors
/// A thread or process that can't be had or that fails; that it was told to stop, which it asks in between.
pub fn measure(kind: Kind, sizes: Sizes, stop: &dyn Fn() -> bool) -> Result<Cost, LabError> {
    let all = || {
        let mut cost = Cost::default();
        for measure in Measure::ALL {
            if stop() {
                return Err(LabError::Stopped);
            }
            match measure {
                // Both are looked up while the same workers wait.
                Measure::Threads => {}
                Measure::Memory => {
                    let held = processes::held_by(kind)?;
                    cost[Measure::Memory as usize] = held.memory;
                    cost[Measure::Threads as usize] = held.threads;
                }
                measure => cost[measure as usize] = one(kind, measure, sizes, stop)?,
            }
        }
        Ok(cost)
    };
    if sizes.cores == Cores::One { on_one_core(all) } else { all() }
}

fn one(kind: Kind, measure: Measure, sizes: Sizes, stop: &dyn Fn() -> bool) -> Result<Option<f64>, LabError> {
    let faster = |count: u16, work: Work| {
        let row = work.in_a_row(count, stop)?;
        let together = together(kind, count, work)?;
        Ok(Some(row as f64 / together.max(1) as f64))
    };
    match measure {
        Measure::Start => match kind {
            Kind::Thread => threads::start(),
            Kind::Process { .. } => processes::start(),
            Kind::Task { .. } => tasks::start(),
        }
        .map(Some),
        Measure::Memory => Ok(processes::held_by(kind)?.memory),
        Measure::Threads => Ok(processes::held_by(kind)?.threads),
        Measure::Switch => {
            let both = || match kind {
                Kind::Thread => threads::switch(),
                Kind::Process { .. } => processes::switch(),
                Kind::Task { .. } => tasks::switch(),
            };
            if sizes.cores == Cores::One { both() } else { on_one_core(both) }.map(Some)
        }
        Measure::Compute => faster(pieces(sizes.cores), Work::Compute(sizes.steps)),
        Measure::Small => faster(SMALL.0, Work::Compute(SMALL.1)),
        Measure::Sleep => faster(sizes.sleepers, Work::Sleep(SLEEP)),
        Measure::Many => Ok(many(kind)),
        Measure::Network => Ok(network::downloads(kind)),
        Measure::Shared => shared(kind),
    }
}

/// Has two workers increment under a lock, so that nothing can be lost, and looks for it in the counter of this process.
fn shared(kind: Kind) -> Result<Option<f64>, LabError> {
    if matches!(kind, Kind::Process { .. }) && process::check().is_err() {
        return Ok(None);
    }
    let (threads, iterations, protection, gap) = (2, 100, Protection::Lock, Gap::NONE);
    let settings = Settings { kind, threads, iterations, protection, gap, ..Settings::default() };
    let mut batch = Batch::new(settings, Record::Off)?;
    let made = batch.run()?.counts.completed;
    Ok((made > 0).then(|| f64::from(batch.counter()) / made as f64))
}

/// What a waiting worker takes: bytes of memory, and threads of the system. `None` where the platform does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Held {
    memory: Option<f64>,
    threads: Option<f64>,
}

/// Nanoseconds from asking for the first of so many workers to the last one's end.
fn together(kind: Kind, count: u16, work: Work) -> Result<u64, LabError> {
    match kind {
        Kind::Thread => threads::together(count, work),
        Kind::Process { .. } => processes::together(count, work),
        Kind::Task { .. } => tasks::together(count, work),
    }
}

/// So many processes are refused elsewhere in this program, and so many threads by some systems.
fn many(kind: Kind) -> Option<f64> {
    if matches!(kind, Kind::Process { .. }) {
        return None;
    }
    together(kind, MANY.0, Work::Sleep(MANY.1)).ok().map(|nanos| nanos as f64)
}

/// Does something, and what it starts, on one core, where the platform has such a thing.
fn on_one_core<T>(what: impl FnOnce() -> T) -> T {
    let pinned = affinity::pin_to_one().is_ok();
    let done = what();
    if pinned {
        // It was had a moment ago; what the system takes back it need not give again.
        let _ = affinity::release();
    }
    done
}

#[cfg(test)]
mod tests;
