//! A sweep as JSON, one object with every run in it, and as CSV, a line a row.

mod downloads;
mod kinds;

use std::fmt::Write;

use serde::Serialize;

use super::json::SettingsAsRun;
use crate::compare::findings::is_exact;
use crate::compare::plan::Sweep;
use crate::compare::table::{Figures, Row, Table};
use crate::experiment::Protection;
use crate::experiment::statistics::Spread;

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The program's version.
    pub racescope: &'static str,
    /// What was swept: `protections`, `permits`, `window`, `kinds` or `downloads`.
    pub sweep: &'static str,
    /// Whether every run was made.
    pub complete: bool,
    /// Whether it was stopped.
    pub stopped: bool,
    /// Runs made, watched ones included.
    pub runs_made: u64,
    /// Runs wanted, watched ones included.
    pub runs_wanted: u64,
    /// Runs that were void because a worker was lost, and made again.
    pub runs_void: u64,
    /// What it took.
    pub seconds: f64,
    /// The rows.
    pub rows: Vec<AnyRow>,
    /// What is commonly said of threads, processes and tasks, and what the figures say to it; absent from other sweeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Vec<kinds::ClaimFigures>>,
    /// What was found, in sentences.
    pub findings: Vec<String>,
}

/// One row of either sort.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum AnyRow {
    /// Of runs.
    Runs(Box<RowFigures>),
    /// Of what a kind of worker costs.
    Costs(kinds::CostFigures),
    /// Of downloads.
    Downloads(downloads::RowFigures),
}

/// One row.
#[derive(Debug, Serialize)]
pub struct RowFigures {
    /// The settings of its runs.
    pub settings: SettingsAsRun,
    /// Whether a run can lose anything; false where the protection, or what a worker is, rules it out.
    pub can_lose: bool,
    /// Runs that lost anything.
    pub runs_with_losses: u64,
    /// Between which bounds the probability lies that a run loses anything, at 95 % confidence (Wilson's interval).
    pub runs_with_losses_interval: (f64, f64),
    /// Increments of all runs.
    pub completed: u64,
    /// Those of them that are not in the final counts.
    pub lost: u64,
    /// Share of a run's increments that were lost, 0 to 1, over the runs.
    pub lost_share: Option<Quartiles>,
    /// Increments a second, over the runs.
    pub increments_per_second: Option<Quartiles>,
    /// The same over that of the row it is compared with, in the same round; null where there is none.
    pub relative: Option<Quartiles>,
    /// Most workers inside at once; null where there is no inside or they were not counted.
    pub most_holders: Option<u16>,
    /// Share of the workers' time in which they waited, 0 to 1, over the watched runs.
    pub waiting_share: Option<Quartiles>,
    /// Jain's index of the increments completed when the first worker was done, over the watched runs.
    pub fairness: Option<Quartiles>,
    /// Each run.
    pub runs: Vec<RunFigures>,
    /// Each run that was made only to be watched.
    pub watched_runs: Vec<WatchedFigures>,
}

/// How figures spread.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quartiles {
    min: f64,
    q1: f64,
    median: f64,
    q3: f64,
    max: f64,
}

/// One run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RunFigures {
    /// In which round, from 0.
    pub round: u32,
    /// Increments completed.
    pub completed: u64,
    /// Increments that are not in the final count.
    pub lost: u64,
    /// Increments that built on another worker's store.
    pub hand_overs: u64,
    /// Compare-and-swaps that failed.
    pub retries: u64,
    /// From the barrier to the last store.
    pub nanoseconds: u64,
    /// Most workers inside at once; null where it was not counted.
    pub most_holders: Option<u16>,
}

/// One watched run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WatchedFigures {
    /// In which round, from 0.
    pub round: u32,
    /// Nanoseconds that workers waited, all together; null where there is nothing to be let into.
    pub waited_nanoseconds: Option<u64>,
    /// How often one waited.
    pub waits: u64,
    /// Nanoseconds of all workers together.
    pub worked_nanoseconds: u64,
    /// Jain's index when the first worker was done; null for a single one.
    pub fairness: Option<f64>,
    /// Most workers inside at once.
    pub most_holders: Option<u16>,
}

impl From<Spread> for Quartiles {
    fn from(spread: Spread) -> Self {
        let Spread { least: min, lower: q1, median, upper: q3, most: max } = spread;
        Quartiles { min, q1, median, q3, max }
    }
}

/// The report of a table and of all the runs behind it, on a machine with so many cores for this process.
#[must_use]
pub fn report(table: &Table, figures: &[Figures], findings: Vec<String>, cores: usize) -> Report {
    let is_kinds = table.plan.sweep == Sweep::Kinds;
    let row = |(row, figures): (&Row, &Figures)| match table.plan.sweep {
        Sweep::Kinds => AnyRow::Costs(kinds::row(&table.plan, row, figures)),
        Sweep::Downloads => AnyRow::Downloads(downloads::row(&table.plan, row, figures)),
        _ => AnyRow::Runs(Box::new(row_figures(row, figures, cores))),
    };
    Report {
        racescope: env!("CARGO_PKG_VERSION"),
        sweep: table.plan.sweep.name(),
        complete: table.is_complete(),
        stopped: table.stopped,
        runs_made: table.progress.done,
        runs_wanted: table.progress.of,
        runs_void: table.void.as_ref().map_or(0, |(count, _)| *count),
        seconds: table.progress.elapsed.as_secs_f64(),
        rows: table.rows.iter().zip(figures).map(row).collect(),
        claims: is_kinds.then(|| kinds::claims(table)),
        findings,
    }
}

fn row_figures(row: &Row, figures: &Figures, cores: usize) -> RowFigures {
    let run = |run: &crate::compare::table::Sample| RunFigures {
        round: run.round,
        completed: run.completed,
        lost: run.lost,
        hand_overs: run.hand_overs,
        retries: run.retries,
        nanoseconds: run.nanos,
        most_holders: run.most_holders,
    };
    let watched = |run: &crate::compare::table::Watched| WatchedFigures {
        round: run.round,
        waited_nanoseconds: run.waited,
        waits: run.waits,
        worked_nanoseconds: run.worked,
        fairness: run.fairness,
        most_holders: run.most_holders,
    };
    RowFigures {
        settings: SettingsAsRun::new(&row.settings, cores),
        can_lose: !is_exact(&row.settings),
        runs_with_losses: row.losing,
        runs_with_losses_interval: row.losing_interval,
        completed: row.completed,
        lost: row.lost,
        lost_share: row.lost_share.map(Quartiles::from),
        increments_per_second: row.rate.map(Quartiles::from),
        relative: row.relative.map(Quartiles::from),
        most_holders: row.most_holders,
        waiting_share: row.waiting.map(Quartiles::from),
        fairness: row.fairness.map(Quartiles::from),
        runs: figures.samples.iter().map(run).collect(),
        watched_runs: figures.watched.iter().map(watched).collect(),
    }
}

/// The names of the CSV's columns.
pub const HEADER: &str = "sweep,stopped,kind,protection,permits,threads,iterations,gap,jitter,cores,runs,runs_wanted,runs_with_losses,\
runs_with_losses_low,runs_with_losses_high,completed,lost,lost_share_q1,lost_share_median,lost_share_q3,\
increments_per_second_q1,increments_per_second_median,increments_per_second_q3,relative_q1,relative_median,\
relative_q3,hand_overs,retries,most_holders,watched_runs,waiting_share_median,fairness_median";

/// The table as CSV: the header, then a line a row. What is not known is empty. No field needs quotes.
#[must_use]
pub fn csv(table: &Table) -> String {
    if table.plan.sweep == Sweep::Kinds {
        return kinds::csv(table);
    }
    if table.plan.sweep == Sweep::Downloads {
        return downloads::csv(table);
    }
    let mut text = format!("{HEADER}\n");
    for row in &table.rows {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}", line(table, row));
    }
    text
}

fn line(table: &Table, row: &Row) -> String {
    let settings = &row.settings;
    let quartiles = |spread: Option<Spread>| {
        spread.map_or_else(
            || ",,".to_owned(),
            |spread| format!("{},{},{}", spread.lower, spread.median, spread.upper),
        )
    };
    let median = |spread: Option<Spread>| spread.map_or_else(String::new, |spread| spread.median.to_string());
    let permits = match settings.protection {
        Protection::Semaphore => settings.permits.to_string(),
        _ => String::new(),
    };
    let (low, high) = row.losing_interval;
    [
        table.plan.sweep.to_string(),
        table.stopped.to_string(),
        settings.kind.to_string(),
        settings.protection.to_string(),
        permits,
        settings.threads.to_string(),
        settings.iterations.to_string(),
        settings.gap.delay.to_string(),
        settings.gap.jitter.to_string(),
        settings.cores.to_string(),
        row.runs.to_string(),
        table.plan.runs.to_string(),
        row.losing.to_string(),
        low.to_string(),
        high.to_string(),
        row.completed.to_string(),
        row.lost.to_string(),
        quartiles(row.lost_share),
        quartiles(row.rate),
        quartiles(row.relative),
        row.hand_overs.to_string(),
        row.retries.to_string(),
        row.most_holders.map_or_else(String::new, |most| most.to_string()),
        row.watched.to_string(),
        median(row.waiting),
        median(row.fairness),
    ]
    .join(",")
}
