//! `racescope race`: runs, their figures, and what was asked of them.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use crate::analysis::fates::{Parents, Verdict as Fates};
use crate::analysis::finals::Finals;
use crate::analysis::order::Linearizer;
use crate::event::{Op, Source, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Protection, Settings};
use crate::export::json::{self, ProbeEffect, Report, RunFigures, SettingsAsRun, Summary, WorkerFigures};
use crate::export::trace;
use crate::lab::batch::{Batch, Record, Run};
use crate::lab::error::LabError;
use crate::platform::affinity;
use crate::platform::whole::Whole;
use crate::view::pen::grouped;

use super::args::RaceArgs;
use super::{Verdict, print, report};

/// Everything that came of the runs.
pub(super) struct Results {
    pub(super) settings: Settings,
    pub(super) finals: Finals,
    pub(super) runs: Vec<RunFigures>,
    pub(super) probe_effect: Option<ProbeEffect>,
}

/// Makes the experiment.
pub(super) fn run(args: &RaceArgs) -> anyhow::Result<Verdict> {
    let settings = args.settings.settings();
    settings.check()?;
    let mut batch = start(args, settings)?;
    let mut trace = args.trace.as_deref().map(Trace::create).transpose()?;
    let mut unrecorded = args.probe_effect.then(|| Batch::new(settings, Record::Off)).transpose()?;
    let mut plain_runs = Vec::new();
    let mut finals = Finals::default();
    let mut runs = Vec::new();
    for _ in 0..args.runs {
        let run = batch.run()?;
        finals.add(&parents(&run));
        for loss in &run.losses {
            let _ = writeln!(std::io::stderr(), "racescope: run {}: {loss}; the others went on", run.number);
        }
        runs.push(figures(&run));
        if let Some(trace) = &mut trace {
            trace.write(&run)?;
        }
        if let Some(batch) = &mut unrecorded {
            plain_runs.push(batch.run()?);
        }
    }
    if let Some(trace) = trace {
        trace.finish()?;
    }
    let probe_effect = unrecorded.is_some().then(|| probe_effect(&runs, &plain_runs));
    let results = Results { settings, finals, runs, probe_effect };
    show(args, results)
}

/// Starts the workers; records whole runs if there is room, which a trace insists on.
fn start(args: &RaceArgs, settings: Settings) -> anyhow::Result<Batch> {
    let whole = Record::Whole { limit: args.record_limit };
    match Batch::new(settings, whole) {
        Err(LabError::Record { .. }) if args.trace.is_none() && !args.probe_effect => {
            Ok(Batch::new(settings, Record::Off)?)
        }
        other => Ok(other?),
    }
}

fn show(args: &RaceArgs, results: Results) -> anyhow::Result<Verdict> {
    let lost: u64 = results.runs.iter().map(|run| run.lost).sum();
    let text = if args.json {
        let mut text = Vec::new();
        json::write(&mut text, &object(results))?;
        text
    } else {
        report::text(&results).into_bytes()
    };
    print(&text)?;
    if args.expect_no_loss && lost > 0 {
        let _ =
            writeln!(std::io::stderr(), "racescope: no loss was expected, and {} lost", updates_were(lost));
        return Ok(Verdict::Fails);
    }
    Ok(Verdict::Done)
}

/// So many updates, and the verb that goes with them.
fn updates_were(count: u64) -> String {
    if count == 1 { "1 update was".into() } else { format!("{} updates were", grouped(count)) }
}

fn object(results: Results) -> Report {
    let Results { settings, finals, runs, probe_effect } = results;
    let lost: u64 = runs.iter().map(|run| run.lost).sum();
    let completed: u64 = runs.iter().map(|run| run.expected).sum();
    let summary = Summary {
        runs: finals.runs(),
        runs_with_losses: finals.runs() - finals.exact(),
        expected: if settings.kind.shares_memory() { settings.increments() } else { 0 },
        final_min: finals.min().unwrap_or_default(),
        final_max: finals.max().unwrap_or_default(),
        final_mean: finals.mean().unwrap_or_default(),
        lost,
        lost_share: lost as f64 / completed.max(1) as f64,
    };
    let settings = SettingsAsRun::new(&settings, affinity::available());
    Report { racescope: env!("CARGO_PKG_VERSION"), settings, summary, runs, probe_effect }
}

/// What of a run's counts the parent's counter shows: nothing, where each worker has a counter of its own.
fn parents(run: &Run) -> Counts {
    if run.settings.kind.shares_memory() { run.counts } else { Counts::default() }
}

/// A run's figures; who lost how much follows from the whole record, if there is one.
fn figures(run: &Run) -> RunFigures {
    let fates = judge(run);
    let lost_of = |worker: usize| match &fates {
        Some(fates) => fates.lost.get(worker).copied(),
        None => (run.lost() == 0).then_some(0),
    };
    let workers = run.parts.iter().enumerate().map(|(worker, part)| WorkerFigures {
        worker: worker as u16,
        completed: part.completed,
        lost: lost_of(worker),
        hand_overs: part.hand_overs,
        retries: part.retries,
        own_final: part.own_final,
        pid: part.pid,
        ended: run.losses.iter().find(|loss| loss.worker.index() == worker).map(|loss| loss.ended()),
        undecided: run.losses.iter().any(|loss| loss.worker.index() == worker && loss.undecided),
    });
    RunFigures {
        run: run.number,
        expected: parents(run).completed,
        final_count: parents(run).survived,
        completed: run.counts.completed,
        lost: run.lost(),
        hand_overs: run.counts.hand_overs,
        retries: run.counts.retries,
        most_holders: run.most_holders,
        nanoseconds: run.nanos,
        increments_per_second: run.rate(),
        events_recorded: run.parts.iter().map(|part| part.recorded).sum(),
        events_dropped: run.parts.iter().map(|part| part.dropped).sum(),
        workers: workers.collect(),
    }
}

/// The verdict on each increment of a run that was recorded whole. Fetch-and-adds, of which none can be lost and
/// whose words name nobody, need none; nor do workers that have a counter each.
fn judge(run: &Run) -> Option<Fates> {
    let is_certain = run.settings.protection == Protection::FetchAdd || !run.settings.kind.shares_memory();
    if !run.is_whole() || is_certain {
        return None;
    }
    let workers = run.parts.len() as u16;
    let mut parents = Parents::new(workers, run.settings.iterations);
    for worker in (0..workers).map(Worker) {
        let mut built_on = Source::Start;
        run.tell(worker, |event| match event.op {
            Op::Load(seen) | Op::Retry(seen) => built_on = seen.source,
            Op::Store(_) | Op::Swap(_) => parents.push(worker, built_on),
            Op::FetchAdd(_) | Op::Request | Op::Acquire | Op::Release => {}
        });
    }
    parents.judge(run.last).ok()
}

fn probe_effect(recorded: &[RunFigures], plain: &[Run]) -> ProbeEffect {
    let share = |lost: u64, all: u64| lost as f64 / all.max(1) as f64;
    let median = |mut values: Vec<u64>| {
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    ProbeEffect {
        runs: recorded.len() as u64,
        lost_share_recorded: share(
            recorded.iter().map(|run| run.lost).sum(),
            recorded.iter().map(|run| run.completed).sum(),
        ),
        lost_share_unrecorded: share(
            plain.iter().map(Run::lost).sum(),
            plain.iter().map(|run| run.counts.completed).sum(),
        ),
        nanoseconds_recorded: median(recorded.iter().map(|run| run.nanoseconds).collect()),
        nanoseconds_unrecorded: median(plain.iter().map(|run| run.nanos).collect()),
    }
}

/// The trace file being written.
struct Trace<'a> {
    path: &'a Path,
    out: Whole,
}

impl<'a> Trace<'a> {
    fn create(path: &'a Path) -> anyhow::Result<Self> {
        let out = Whole::create(path).with_context(|| format!("can't write the trace {}", path.display()))?;
        Ok(Trace { path, out })
    }

    fn write(&mut self, run: &Run) -> anyhow::Result<()> {
        if !run.is_whole() {
            bail!("run {} could not be recorded whole; its trace would have holes", run.number);
        }
        let pids: Vec<Option<u32>> = run.parts.iter().map(|part| part.pid).collect();
        let streams = run.events();
        let complaint = format!("can't write the trace {}", self.path.display());
        if run.settings.kind.shares_memory() {
            let events = Linearizer::from_start().finish(&streams, run.last);
            return trace::write(&mut self.out, run.number, &events, &pids).context(complaint);
        }
        // What each did with a counter of its own has an order of its own, and no other.
        for events in &streams {
            trace::write(&mut self.out, run.number, events, &pids).with_context(|| complaint.clone())?;
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        let Trace { path, out } = self;
        out.finish().with_context(|| format!("can't write the trace {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_is_said_as_everywhere_else() {
        assert_eq!(
            [1, 2, 58_874].map(updates_were),
            ["1 update was", "2 updates were", "58 874 updates were"]
        );
    }
}
