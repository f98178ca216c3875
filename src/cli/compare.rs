//! `racescope compare`: a sweep from the command line, its progress, and how it is interrupted.

mod report;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::args::CompareArgs;
use super::{Verdict, print};
use crate::app::compare::words;
use crate::compare::plan::{Plan, Sweep};
use crate::compare::sweep::{self, Collected};
use crate::compare::table::Progress;
use crate::experiment::Delay;
use crate::export::compare as export;
use crate::export::explore::json;
use crate::platform::{affinity, interrupt};

/// How often progress is shown.
const SHOWN: Duration = Duration::from_millis(500);

/// Sweeps, and reports what was measured; after an interrupt, what there is of it.
pub(super) fn run(args: &CompareArgs) -> anyhow::Result<Verdict> {
    let plan = plan(args)?;
    plan.check()?;
    let interrupted = interrupt::flag();
    let mut shown = Shown::new();
    let stop = || interrupted.load(Ordering::Relaxed);
    let made = sweep::run(&plan, &stop, &mut |collected| shown.show(&collected.progress()));
    shown.clear();
    let collected = made?;
    print(&text(args, &collected)?)?;
    Ok(Verdict::Done)
}

fn text(args: &CompareArgs, collected: &Collected) -> anyhow::Result<Vec<u8>> {
    let table = collected.table();
    if !args.json && !args.csv {
        return Ok(report::text(&table).into_bytes());
    }
    if let Some(partial) = words::partial(&table) {
        let _ = writeln!(io::stderr(), "racescope: {partial}");
    }
    if args.csv {
        return Ok(export::csv(&table).into_bytes());
    }
    let found = words::found(&table);
    Ok(json(&export::report(&table, collected.figures(), found, affinity::available()))?)
}

/// What is asked for; its limits are not checked yet.
fn plan(args: &CompareArgs) -> anyhow::Result<Plan> {
    if args.sweep == Sweep::Window && args.gap.is_some() {
        bail!("window goes through the gaps itself, from none to sleep:1000; leave --gap out");
    }
    if args.sweep == Sweep::Kinds && (args.gap.is_some() || args.permits.is_some() || args.jitter.is_some()) {
        bail!("kinds has no counter, so no gap and no semaphore; leave --gap, --jitter and --permits out");
    }
    if args.sweep != Sweep::Protections && args.permits.is_some() {
        let why = if matches!(args.sweep, Sweep::Permits | Sweep::Downloads) {
            "goes through the permits itself"
        } else {
            "has no semaphore"
        };
        bail!("{} {why}; leave --permits out", args.sweep);
    }
    if args.sweep == Sweep::Kinds && args.kind.is_some() {
        bail!("kinds goes through the kinds of workers itself; leave --kind out");
    }
    if args.sweep == Sweep::Downloads && (args.kind.is_some() || args.gap.is_some() || args.jitter.is_some())
    {
        bail!("downloads are made by tasks, and have no counter; leave --kind, --gap and --jitter out");
    }
    if args.sweep != Sweep::Downloads && (args.capacity.is_some() || args.delay.is_some()) {
        bail!("{} downloads nothing; leave --capacity and --delay out", args.sweep);
    }
    let usual = Plan::of(args.sweep);
    let kind = args.kind.unwrap_or(usual.kind);
    let delay = args.delay.map(|millis| match millis {
        0 => Delay::None,
        millis => Delay::Sleep(millis.saturating_mul(1_000)),
    });
    Ok(Plan {
        sweep: args.sweep,
        kind,
        threads: args.threads.unwrap_or(usual.threads),
        iterations: args.iterations.unwrap_or(usual.iterations.min(kind.most_iterations())),
        runs: args.runs.unwrap_or(usual.runs),
        gap: args.gap.or(delay).unwrap_or(usual.gap),
        jitter: args.jitter.unwrap_or(usual.jitter),
        permits: args.permits.or(args.capacity).unwrap_or(usual.permits),
        cores: args.cores,
        seed: args.seed,
    })
}

/// Progress on the terminal's error output, if it is one.
struct Shown {
    is_terminal: bool,
    last: Instant,
    is_there: bool,
}

impl Shown {
    fn new() -> Self {
        Shown { is_terminal: io::stderr().is_terminal(), last: Instant::now(), is_there: false }
    }

    fn show(&mut self, progress: &Progress) {
        if !self.is_terminal || self.last.elapsed() < SHOWN {
            return;
        }
        (self.last, self.is_there) = (Instant::now(), true);
        let left = progress
            .remaining
            .map_or_else(String::new, |left| format!(", about {} s left", left.as_secs_f64().ceil() as u64));
        let _ = write!(
            io::stderr(),
            "\r\x1b[K{} of {} runs{left}; ctrl-c stops with what there is",
            progress.done,
            progress.of
        );
    }

    fn clear(&self) {
        if self.is_there {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
