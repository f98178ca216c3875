//! What is tried with jobs and what came of it, in words. Every sentence is made of the figures.

pub mod downloads;

use crate::analysis::jobs::{Account, End, Record};
use crate::app::findings::{grouped, short_time};
use crate::event::jobs::{Cause, Job};
use crate::experiment::jobs::{InRow, JobSettings, Outcome, Runner};
use crate::experiment::{Cores, Work};

/// From this on a run counts as faster than in a row.
const FASTER: f64 = 1.15;

/// A time in nanoseconds, in the unit that suits it.
#[must_use]
pub fn time(nanos: u64) -> String {
    short_time(nanos as f64 / 1e9)
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&number.to_string()), if number == 1 { one } else { many })
}

/// What the jobs are: `8 jobs that compute, 200 000 numbers each`.
#[must_use]
pub fn jobs(settings: &JobSettings) -> String {
    let jobs = count(settings.jobs.into(), "job", "jobs");
    let sizes: Vec<String> = settings.sizes.iter().map(|size| grouped(&size.to_string())).collect();
    let sizes_differ = sizes.len() > 1;
    let each = if sizes_differ { " in turn" } else { " each" };
    let sizes = sizes.join(", ");
    let jitter = if settings.jitter > 0 { format!(" ± {} %", settings.jitter) } else { String::new() };
    let s = if settings.jobs == 1 { "s" } else { "" };
    match settings.work {
        Work::Count => "counting".into(),
        Work::Say => {
            let texts = count(settings.texts.into(), "text", "texts");
            format!(
                "{jobs} that say{s} {texts} each, {sizes} ms{jitter} apart{}",
                if sizes_differ { each } else { "" }
            )
        }
        Work::Compute => format!("{jobs} that compute{s}, {sizes} numbers{each}{jitter}"),
        Work::Download => {
            let each = if sizes_differ { each } else { "" };
            format!("{} of {sizes} bytes{each}{jitter}", count(settings.jobs.into(), "download", "downloads"))
        }
        Work::Sleep => format!("{jobs} that sleep{s} {sizes} ms{each}{jitter}"),
    }
}

/// Who runs them: `thread pool of 4, all cores`.
#[must_use]
pub fn crew(settings: &JobSettings) -> String {
    let size = if settings.runner.is_pool() { format!(" of {}", settings.workers) } else { String::new() };
    let cores = if settings.cores == Cores::One { "one core" } else { "all cores" };
    format!("{}{size}, {cores}", settings.runner.title())
}

/// What there is to see in a run, before it has ended.
#[must_use]
pub fn about(settings: &JobSettings) -> &'static str {
    match (settings.work, settings.runner) {
        (Work::Say | Work::Count, Runner::Row) => "One job says all it has to say, then the next.",
        (Work::Say | Work::Count, _) => {
            "All speak at once: what is heard is each one's texts in its own order, mingled with the others'."
        }
        (_, Runner::Row) => "One worker takes one job after another.",
        (Work::Compute, Runner::Tasks) => {
            "Who computes awaits nothing, so its one thread makes one task after another."
        }
        (Work::Compute, _) => "Computing needs a core: no more can compute at once than there are cores.",
        (Work::Download, _) => {
            "Who downloads waits for a server: as many as have a permit wait at once, and the server serves as many as it can."
        }
        (Work::Sleep, _) => "Who sleeps needs no core: as many as there are workers can wait at once.",
    }
}

/// How a job ended, in a word or a few.
#[must_use]
pub fn ending(record: &Record) -> String {
    match record.ended {
        Some((_, End::Done(result))) => grouped(&result.to_string()),
        Some((_, End::Failed(cause))) => format!("✗ {cause}"),
        Some((_, End::Cancelled)) => "called off".into(),
        None if record.began.is_some() => "…".into(),
        None => String::new(),
    }
}

/// The same in a few columns.
#[must_use]
pub fn short_ending(record: &Record) -> String {
    match record.ended {
        Some((_, End::Failed(cause))) => format!("✗ {}", short_cause(cause)),
        _ => ending(record),
    }
}

/// Why a job failed, in twelve columns at the most.
#[must_use]
pub fn short_cause(cause: Cause) -> String {
    match cause {
        Cause::Panicked => "panicked".into(),
        Cause::Killed(6) => "aborted".into(),
        Cause::Killed(9) => "killed".into(),
        Cause::Killed(signal) => format!("signal {signal}"),
        Cause::Left(status) => format!("left: {status}"),
        Cause::Garbled => "garbled".into(),
        Cause::Transfer(fault) => downloads::short_fault(fault),
    }
}

/// The order in which they ended, where that differs from the order of submission: `1 0 3 2 …`.
#[must_use]
pub fn order(account: &Account, most: usize) -> Option<String> {
    let ended: Vec<Job> = account.finished().to_vec();
    if !account.is_out_of_order() {
        return None;
    }
    let mut text: Vec<String> = ended.iter().take(most).map(Job::to_string).collect();
    if ended.len() > most {
        text.push("…".into());
    }
    Some(text.join(" "))
}

/// The same work in a row, so short that it stands in a narrow panel: `in a row 48.0 ms: 1.99× as fast`.
#[must_use]
pub fn in_row(outcome: &Outcome) -> String {
    let row = match outcome.row {
        InRow::Itself => return "this is the row".into(),
        InRow::Unknown => return "in a row: not measured".into(),
        InRow::Measured(nanos) => format!("in a row {}", time(nanos)),
        InRow::Estimated { nanos, measured } => {
            format!("in a row about {}, inferred from {}", time(nanos), count(measured.into(), "job", "jobs"))
        }
    };
    match outcome.speed_up() {
        Some(times) => format!("{row}: {}× as fast", digits(times)),
        None => row,
    }
}

fn factor(times: f64) -> String {
    format!("{} times", digits(times))
}

/// A factor: with hundredths where they count.
fn digits(times: f64) -> String {
    if times < 100.0 { format!("{times:.2}") } else { grouped(&format!("{times:.0}")) }
}

/// What was found, in a sentence or two.
#[must_use]
pub fn found(settings: &JobSettings, account: &Account, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    if outcome.stopped {
        found.push("Called off before its end.".to_owned());
    } else if settings.work == Work::Say {
        found.push(mingled(settings, account));
    } else {
        found.extend(gained(settings, account, outcome));
    }
    found.extend(failures(account, outcome));
    found
}

/// How many failed and how many did not, where any did.
fn failures(account: &Account, outcome: &Outcome) -> Option<String> {
    let tally = account.tally();
    if tally.failed == 0 {
        return None;
    }
    let rest = count(tally.done.into(), "other was made", "others were made");
    let replaced = match outcome.replaced {
        0 => String::new(),
        more => format!("; {} replaced", count(more.into(), "worker was", "workers were")),
    };
    Some(format!("{} failed, and {rest}{replaced}.", count(tally.failed.into(), "job", "jobs")))
}

fn mingled(settings: &JobSettings, account: &Account) -> String {
    let least = (settings.jobs as usize).saturating_sub(1);
    let changes = account.changes();
    if changes <= least {
        return match settings.runner {
            Runner::Row => "Each job says all of its own before the next begins.".into(),
            Runner::Tasks => {
                "Each task says all of its own before the next: where nothing is awaited, no other task \
                              comes between."
                    .into()
            }
            _ => "Each job had said all of its own before the next spoke: this time. Nothing sees to that."
                .into(),
        };
    }
    let times = count(changes as u64, "time", "times");
    format!("The output changes {times} from one job to another; the next run will mingle it differently.")
}

/// What a run gained over the same in a row, and why.
fn gained(settings: &JobSettings, account: &Account, outcome: &Outcome) -> Option<String> {
    if settings.runner == Runner::Row {
        return Some("One after another: what every other runner is measured against.".into());
    }
    let times = outcome.speed_up()?;
    let fast = factor(times);
    let (most, cores) = (account.most_at_once(), account.cores().len());
    if most <= 1 && settings.jobs > 1 && times >= FASTER {
        return Some(format!(
            "{fast} as fast as in a row, but nothing overlapped: by chance, or others were busy."
        ));
    }
    if times < FASTER {
        let why = match (settings.work, settings.runner) {
            _ if settings.jobs == 1 => "there is only one job",
            (Work::Compute, Runner::Tasks) => {
                "tasks take turns on one thread, and who computes awaits nothing, so nothing overlaps"
            }
            (Work::Compute, _) if settings.cores == Cores::One => {
                "on one core workers take turns, and taking turns computes nothing"
            }
            (Work::Compute, Runner::Process) => "starting a process for each job costs what the cores gain",
            _ => {
                "the jobs are too small for what it costs to have them run by others, or the cores were busy"
            }
        };
        return Some(format!("{fast} as fast as in a row: {why}."));
    }
    let at_once = grouped(&most.to_string());
    let why = match settings.work {
        Work::Compute if cores == 0 => format!("up to {at_once} jobs computed at once"),
        Work::Compute => {
            format!("up to {at_once} jobs computed at once, on {}", count(cores as u64, "core", "cores"))
        }
        _ => format!("up to {at_once} waited at once, and waiting needs no core"),
    };
    Some(format!("{fast} as fast as in a row: {why}."))
}
