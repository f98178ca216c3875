//! Threads, processes and tasks beside each other, as JSON and as CSV. Figures are named with their units.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::Quartiles;
use crate::compare::claims::{self, Claim, Verdict};
use crate::compare::costs::{self, What};
use crate::compare::plan::Plan;
use crate::compare::table::{Figures, Row, Table};

/// One row: a kind of worker.
#[derive(Debug, Serialize)]
pub struct CostFigures {
    /// The kind.
    pub kind: &'static str,
    /// How many slept together.
    pub sleepers: u16,
    /// Pieces of computing, and the steps of each.
    pub pieces: u16,
    /// Steps of a piece.
    pub steps: u32,
    /// Cores that were used: all or one.
    pub cores: String,
    /// How the figures spread; null where the system does not tell.
    #[serde(flatten)]
    pub figures: BTreeMap<&'static str, Option<Quartiles>>,
    /// Each repetition.
    pub runs: Vec<BTreeMap<&'static str, Option<f64>>>,
}

/// A claim and what the figures say to it.
#[derive(Debug, Serialize)]
pub struct ClaimFigures {
    /// Which.
    pub claim: &'static str,
    /// `confirmed`, `refuted`, `undecided` (the quartiles overlap), or `unknown` where nothing was measured.
    pub verdict: &'static str,
    /// The measure by which it is judged.
    pub measure: &'static str,
    /// The median of what the claim speaks for; null where nothing was measured.
    pub figure: Option<f64>,
    /// The median that it is held against; 1 for the same work in a row.
    pub against: Option<f64>,
}

pub(super) fn row(plan: &Plan, row: &Row, figures: &Figures) -> CostFigures {
    let spread =
        |measure: What| (measure.name(), row.costs.and_then(|costs| costs.get(measure)).map(Quartiles::from));
    let run = |sample: &costs::Sample| {
        What::ALL.into_iter().map(|measure| (measure.name(), sample.cost[measure as usize])).collect()
    };
    CostFigures {
        kind: row.settings.kind.name(),
        sleepers: plan.threads,
        pieces: costs::pieces(plan),
        steps: plan.iterations,
        cores: plan.cores.to_string(),
        figures: What::ALL.into_iter().map(spread).collect(),
        runs: figures.costs.iter().map(run).collect(),
    }
}

pub(super) fn claims(table: &Table) -> Vec<ClaimFigures> {
    let one = |judged: &claims::Judged| ClaimFigures {
        claim: name(judged.claim),
        verdict: match judged.verdict {
            Verdict::Confirmed => "confirmed",
            Verdict::Refuted => "refuted",
            Verdict::Open => "undecided",
            Verdict::Unknown => "unknown",
        },
        measure: judged.claim.measure().name(),
        figure: judged.figures.map(|(ours, _)| ours.median),
        against: judged.figures.map(|(_, theirs)| theirs.median),
    };
    claims::judge(table).judged.iter().map(one).collect()
}

fn name(claim: Claim) -> &'static str {
    match claim {
        Claim::ThreadStartsFaster => "thread_starts_faster_than_process",
        Claim::ThreadSwitchesFaster => "threads_switch_faster_than_processes",
        Claim::ThreadIsSmaller => "thread_takes_less_memory_than_process",
        Claim::ThreadsForWaiting => "threads_for_what_waits",
        Claim::ProcessesForComputing => "processes_rather_than_threads_for_computing",
        Claim::ThreadsCanBeTooMany => "small_jobs_in_threads_slower_than_in_a_row",
        Claim::TaskIsSmaller => "task_takes_less_memory_than_thread",
        Claim::TasksForManyWaiting => "tasks_faster_than_threads_where_many_wait",
        Claim::TasksForTheNetwork => "tasks_faster_than_threads_where_many_download",
        Claim::ThreadsShareMemory => "threads_share_memory_and_processes_do_not",
        Claim::TasksNeedNoThreads => "tasks_need_no_threads_of_their_own",
    }
}

/// The header, then a line a kind.
pub(super) fn csv(table: &Table) -> String {
    let mut text = String::from("sweep,stopped,kind,sleepers,pieces,steps,cores,runs,runs_wanted");
    for measure in What::ALL {
        for part in ["q1", "median", "q3"] {
            // Writing to a string can't fail.
            let _ = write!(text, ",{}_{part}", measure.name());
        }
    }
    text.push('\n');
    let plan = &table.plan;
    let (pieces, stopped) = (costs::pieces(plan), table.stopped);
    for row in &table.rows {
        let kind = row.settings.kind.name();
        let sizes = format!("{},{pieces},{},{}", plan.threads, plan.iterations, plan.cores);
        let _ = write!(text, "{},{stopped},{kind},{sizes},{},{}", plan.sweep, row.runs, plan.runs);
        for measure in What::ALL {
            let _ = match row.costs.and_then(|costs| costs.get(measure)) {
                Some(spread) => write!(text, ",{},{},{}", spread.lower, spread.median, spread.upper),
                None => write!(text, ",,,"),
            };
        }
        text.push('\n');
    }
    text
}
