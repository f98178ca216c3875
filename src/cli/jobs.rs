//! `racescope jobs`: a run of jobs, watched to its end or until it is interrupted.

mod report;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::Context;

use super::args::jobs::JobsArgs;
use super::{Verdict, print};
use crate::analysis::jobs::Account;
use crate::app::jobs::words;
use crate::event::jobs::JobEvent;
use crate::experiment::jobs::{JobSettings, Outcome};
use crate::export::explore::json;
use crate::export::jobs as export;
use crate::lab::error::LabError;
use crate::lab::jobs::deed::numbers_in;
use crate::lab::jobs::{Load, Run, in_row};
use crate::platform::{affinity, interrupt};

/// How often it is asked whether somebody has interrupted it.
const ASKED: Duration = Duration::from_millis(20);

/// Everything that came of a run.
pub(super) struct Results {
    pub(super) settings: JobSettings,
    pub(super) account: Account,
    pub(super) outcome: Outcome,
}

/// Runs the jobs and reports.
pub(super) fn run(args: &JobsArgs) -> anyhow::Result<Verdict> {
    let settings = args.settings(|millis| numbers_in(Duration::from_millis(millis.into())).max(1));
    let load = Load::new(settings)?;
    // Found out before the work rather than after it.
    let file = args.trace.as_deref().map(create).transpose()?;
    let interrupted = interrupt::flag();
    let stop = || interrupted.load(Ordering::Relaxed);
    let (mut outcome, events) = watch(&Run::new(load.clone()), &stop)?;
    if args.row > 0 && !outcome.stopped {
        outcome.row = in_row(&load, Duration::from_secs(args.row), &stop);
    }
    if let (Some(file), Some(path)) = (file, &args.trace) {
        write(file, &events).with_context(|| format!("can't write the trace {}", path.display()))?;
    }
    let results = Results { settings, account: Account::of(&events), outcome };
    print(&text(args, &results)?)?;
    Ok(if results.account.tally().failed > 0 && args.fail.is_none() { Verdict::Fails } else { Verdict::Done })
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("can't write the trace {}", path.display()))
}

fn write(file: File, events: &[JobEvent]) -> std::io::Result<()> {
    let mut out = BufWriter::new(file);
    export::trace(&mut out, events)?;
    out.flush()
}

/// A run to its end; an interrupt calls off what has not ended.
fn watch(run: &Run, stop: &dyn Fn() -> bool) -> Result<(Outcome, Vec<JobEvent>), LabError> {
    let outcome = thread::scope(|scope| {
        let going = scope.spawn(|| run.go());
        while !going.is_finished() {
            thread::park_timeout(ASKED);
            if stop() {
                run.call_off(None);
            }
        }
        going.join().unwrap_or_else(|_| Err(LabError::Process("the run crashed: a mistake of ours".into())))
    })?;
    Ok((outcome, run.take_events()))
}

fn text(args: &JobsArgs, results: &Results) -> anyhow::Result<Vec<u8>> {
    if !args.json {
        return Ok(report::text(results).into_bytes());
    }
    let Results { settings, account, outcome } = results;
    let found = words::found(settings, account, outcome);
    Ok(json(&export::report(settings, account, outcome, found, affinity::available()))?)
}
