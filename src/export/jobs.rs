//! Jobs: a run as one JSON object, and its events as JSON Lines.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::jobs::{Account, End, Record};
use crate::event::jobs::{Cause, JobEvent, JobOp};
use crate::experiment::jobs::{InRow, JobSettings, Outcome};

/// What each field of a trace means.
pub const FIELDS: &str = "\
A trace is JSON Lines: an event a line, in order of time. Its fields:
  job      which job, from 0, in the order in which they were handed in
  worker   the worker that has it, from 0; null while no one has
  op       queued, begin, say, sleep, await (a permit), wake, done, failed,
           cancelled, or a stage of a transfer
  text     what it says
  value    what the job came to; of a sleep its nanoseconds
  cause    why it failed
  process  the process that has it, where that is not our own
  time_ns  when, in nanoseconds since the first job was handed in; what a
           process does counts from when its parent hears of it
  core     the processor core, where it was asked; else null
In the JSON object wait_ns is from a job's being handed in to its being taken
up, run_ns from there to its end, paused_ns how much of that it slept or
waited; workers' work_ns leaves that out. row_ns is the same work done one job
after another on one thread, measured right after the run, or inferred from the
jobs that there was time for.";

/// A run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The program's version.
    pub racescope: &'static str,
    settings: SettingsAsRun,
    summary: Summary,
    /// In the order of submission.
    jobs: Vec<JobFigures>,
    workers: Vec<WorkerFigures>,
    /// Everything that was said, in the order in which it was heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    found: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SettingsAsRun {
    work: &'static str,
    runner: &'static str,
    jobs: u32,
    workers: u16,
    sizes: Vec<u32>,
    jitter: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'static str>,
    fail: Option<u32>,
    cores: String,
    cores_available: usize,
    seed: u64,
}

#[derive(Debug, Serialize)]
struct Summary {
    done: u32,
    failed: u32,
    called_off: u32,
    stopped: bool,
    nanoseconds: u64,
    row: &'static str,
    row_ns: Option<u64>,
    row_jobs_measured: Option<u32>,
    times_as_fast: Option<f64>,
    most_at_once: u32,
    longest_queue: u32,
    workers_replaced: u32,
    /// The jobs in the order in which they ended.
    ended: Vec<u32>,
}

#[derive(Debug, Serialize)]
struct JobFigures {
    job: u32,
    size: Option<u32>,
    worker: Option<u16>,
    process: Option<u32>,
    core: Option<u16>,
    wait_ns: u64,
    run_ns: Option<u64>,
    paused_ns: u64,
    ended: &'static str,
    result: Option<u64>,
    cause: Option<String>,
    texts: u32,
}

#[derive(Debug, Serialize)]
struct WorkerFigures {
    worker: u16,
    jobs: usize,
    work_ns: u64,
}

/// The report of a run that has ended, on a machine with so many cores for this process.
#[must_use]
pub fn report(
    settings: &JobSettings,
    account: &Account,
    outcome: &Outcome,
    found: Vec<String>,
    cores_available: usize,
) -> Report {
    let said = !account.said().is_empty();
    let workers = account.lanes().iter().enumerate().map(|(worker, lane)| WorkerFigures {
        worker: worker as u16,
        jobs: lane.ended(),
        work_ns: lane.worked(),
    });
    Report {
        racescope: env!("CARGO_PKG_VERSION"),
        settings: as_run(settings, cores_available),
        summary: summary(account, outcome),
        jobs: (0..)
            .zip(account.records())
            .map(|(job, record)| figures(settings, account, job, record))
            .collect(),
        workers: workers.collect(),
        output: said.then(|| account.output()),
        found,
    }
}

fn as_run(settings: &JobSettings, cores_available: usize) -> SettingsAsRun {
    let says = settings.work == crate::experiment::Work::Say;
    SettingsAsRun {
        work: settings.work.name(),
        runner: settings.runner.name(),
        jobs: settings.jobs,
        workers: settings.crew(),
        sizes: settings.sizes.iter().collect(),
        jitter: settings.jitter,
        texts: says.then_some(settings.texts),
        script: says.then(|| settings.script.name()),
        fail: settings.crash,
        cores: settings.cores.to_string(),
        cores_available,
        seed: settings.seed,
    }
}

fn summary(account: &Account, outcome: &Outcome) -> Summary {
    let tally = account.tally();
    Summary {
        done: tally.done,
        failed: tally.failed,
        called_off: tally.cancelled,
        stopped: outcome.stopped,
        nanoseconds: outcome.nanos,
        row: match outcome.row {
            InRow::Itself => "itself",
            InRow::Measured(_) => "measured",
            InRow::Estimated { .. } => "inferred",
            InRow::Unknown => "unknown",
        },
        row_ns: outcome.row_nanos(),
        row_jobs_measured: match outcome.row {
            InRow::Estimated { measured, .. } => Some(measured),
            _ => None,
        },
        times_as_fast: outcome.speed_up(),
        most_at_once: account.most_at_once(),
        longest_queue: account.longest_queue(),
        workers_replaced: outcome.replaced,
        ended: account.finished().iter().map(|job| job.0).collect(),
    }
}

fn figures(settings: &JobSettings, account: &Account, job: u32, record: &Record) -> JobFigures {
    let now = account.last();
    let (ended, cause) = match record.ended.map(|(_, end)| end) {
        Some(End::Done(_)) => ("done", None),
        Some(End::Failed(cause)) => ("failed", Some(cause.to_string())),
        Some(End::Cancelled) => ("called off", None),
        None => ("not", None),
    };
    JobFigures {
        job,
        size: Some(settings.size(job)),
        worker: record.worker.map(|worker| worker.0),
        process: record.process,
        core: record.core,
        wait_ns: record.wait(now),
        run_ns: record.run(now),
        paused_ns: record.paused,
        ended,
        result: record.result(),
        cause,
        texts: record.texts,
    }
}

#[derive(Serialize)]
struct Line<'a> {
    job: u32,
    worker: Option<u16>,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    time_ns: u64,
    core: Option<u16>,
}

fn name(op: &JobOp) -> &'static str {
    match op {
        JobOp::Queued => "queued",
        JobOp::Begin { .. } => "begin",
        JobOp::Say(_) => "say",
        JobOp::Stage(stage) => stage.name(),
        JobOp::Sleep(_) => "sleep",
        JobOp::Await => "await",
        JobOp::Wake => "wake",
        JobOp::Done(_) => "done",
        JobOp::Failed(_) => "failed",
        JobOp::Cancelled => "cancelled",
    }
}

/// Writes events, given in their order of time.
///
/// # Errors
/// What the writer says.
pub fn trace(out: &mut impl Write, events: &[JobEvent]) -> io::Result<()> {
    for event in events {
        let cause = |cause: &Cause| cause.to_string();
        let line = Line {
            job: event.job.0,
            worker: event.worker.map(|worker| worker.0),
            op: name(&event.op),
            text: if let JobOp::Say(text) = &event.op { Some(text.as_str()) } else { None },
            value: match event.op {
                JobOp::Done(value) | JobOp::Sleep(value) => Some(value),
                _ => None,
            },
            cause: if let JobOp::Failed(why) = &event.op { Some(cause(why)) } else { None },
            process: if let JobOp::Begin { process } = event.op { process } else { None },
            time_ns: event.time,
            core: event.core,
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
