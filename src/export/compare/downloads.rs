//! Downloads under more and more permits, as JSON and as CSV.

use std::fmt::Write;

use serde::Serialize;

use super::Quartiles;
use crate::compare::plan::Plan;
use crate::compare::table::{Figures, Row, Table};
use crate::experiment::statistics::Spread;

/// One row: a number of permits.
#[derive(Debug, Serialize)]
pub struct RowFigures {
    permits: u16,
    /// Downloads of a run.
    downloads: u32,
    /// How many requests the server serves at once.
    capacity: u16,
    delay_milliseconds: u32,
    /// Over the runs.
    downloads_per_second: Option<Quartiles>,
    /// The same over that of 1 permit in the same round.
    relative: Option<Quartiles>,
    /// Most requests that the server served at once, in any run.
    most_served: Option<u32>,
    /// Most requests that waited there at once, in any run.
    most_queued: Option<u32>,
    runs: Vec<RunFigures>,
}

/// One run, from a new server.
#[derive(Debug, Serialize)]
struct RunFigures {
    round: u32,
    nanoseconds: u64,
    done: u64,
    failed: u64,
    most_served: u32,
    most_queued: u32,
}

pub(super) fn row(plan: &Plan, row: &Row, figures: &Figures) -> RowFigures {
    let run = |run: &crate::compare::downloads::Sample| RunFigures {
        round: run.round,
        nanoseconds: run.nanos,
        done: run.done,
        failed: run.failed,
        most_served: run.served,
        most_queued: run.queued,
    };
    RowFigures {
        permits: row.settings.permits,
        downloads: plan.iterations,
        capacity: plan.permits,
        delay_milliseconds: plan.downloads(1).net.delay,
        downloads_per_second: row.rate.map(Quartiles::from),
        relative: row.relative.map(Quartiles::from),
        most_served: row.downloads.map(|server| server.served),
        most_queued: row.downloads.map(|server| server.queued),
        runs: figures.downloads.iter().map(run).collect(),
    }
}

/// The header, then a line a number of permits.
pub(super) fn csv(table: &Table) -> String {
    let mut text = String::from(
        "sweep,stopped,permits,downloads,capacity,delay_milliseconds,runs,runs_wanted,downloads_per_second_q1,\
         downloads_per_second_median,downloads_per_second_q3,relative_q1,relative_median,relative_q3,most_served,\
         most_queued,failed\n",
    );
    let plan = &table.plan;
    let quartiles = |spread: Option<Spread>| {
        spread.map_or_else(
            || ",,".to_owned(),
            |spread| format!("{},{},{}", spread.lower, spread.median, spread.upper),
        )
    };
    for row in &table.rows {
        let server = row.downloads;
        let server = server.map_or_else(
            || ",,".to_owned(),
            |server| format!("{},{},{}", server.served, server.queued, server.failed),
        );
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{server}",
            plan.sweep,
            table.stopped,
            row.settings.permits,
            plan.iterations,
            plan.permits,
            plan.downloads(1).net.delay,
            row.runs,
            plan.runs,
            quartiles(row.rate),
            quartiles(row.relative),
        );
    }
    text
}
