//! The readable report of a run of jobs. Plain text: it may be piped.
//!
//! ```text
//! 8 jobs that compute, 200 000 numbers each: thread pool of 4, all cores
//!
//!     job  worker   waited      ran  result
//!       0       1    0 µs   24.1 ms  17 984
//! ✗     1       0    0 µs   12.0 ms  ✗ panicked
//!
//! ended   1 0 2 3 4 5 6 7; results stand in the order of submission
//! queue   at most 4 waited and 4 ran at once
//! time    96.3 ms; in a row 190.2 ms: 1.97 times as fast
//!
//! 1.97 times as fast as in a row: up to 4 jobs computed at once, on 2 cores.
//! ```

use std::fmt::Write;

use super::Results;
use crate::analysis::jobs::{End, Record};
use crate::app::findings::grouped;
use crate::app::jobs::words;
use crate::cli::table::{self, Column};

/// Jobs that are listed.
const LISTED: usize = 24;
/// Columns of what was said.
const WIDE: u16 = 100;

/// The report.
pub(super) fn text(results: &Results) -> String {
    let mut out = format!("{}: {}\n\n", words::jobs(&results.settings), words::crew(&results.settings));
    jobs(&mut out, results);
    output(&mut out, results);
    // Writing to a string can't fail.
    let _ = totals(&mut out, results);
    let found = words::found(&results.settings, &results.account, &results.outcome);
    if !found.is_empty() {
        let _ = writeln!(out, "\n{}", found.join("\n"));
    }
    out
}

/// Those that are listed: the first ones, and all that failed further down.
fn listed(records: &[Record]) -> Vec<usize> {
    let failed = |at: &usize| matches!(records[*at].ended, Some((_, End::Failed(_))));
    let first = records.len().min(LISTED);
    (0..first).chain((first..records.len()).filter(failed).take(LISTED)).collect()
}

fn jobs(out: &mut String, results: &Results) {
    let (records, now) = (results.account.records(), results.account.last());
    let shown = listed(records);
    let column = |heading: &str, is_right, cell: &dyn Fn(usize) -> String| Column {
        heading: heading.into(),
        is_right,
        cells: shown.iter().map(|&at| cell(at)).collect(),
    };
    let dash = || "–".to_owned();
    let worker = |at: usize| records[at].worker.map_or_else(dash, |worker| worker.0.to_string());
    let process = |at: usize| records[at].process.map_or_else(dash, |process| process.to_string());
    let mut columns = vec![column("job", true, &|at| at.to_string()), column("worker", true, &worker)];
    if results.settings.runner.has_processes() {
        columns.push(column("process", true, &process));
    }
    columns.push(column("waited", true, &|at| words::time(records[at].wait(now))));
    columns.push(column("ran", true, &|at| records[at].run(now).map_or_else(dash, words::time)));
    columns.push(column("result", false, &|at| words::ending(&records[at])));
    let sign = |&at: &usize| if matches!(records[at].ended, Some((_, End::Done(_)))) { ' ' } else { '✗' };
    table::table(out, &columns, &shown.iter().map(sign).collect::<Vec<char>>());
    if shown.len() < records.len() {
        let more = grouped(&(records.len() - shown.len()).to_string());
        out.push_str(&format!("   and {more} more, see --json\n"));
    }
    out.push('\n');
}

/// What was said, broken into lines.
fn output(out: &mut String, results: &Results) {
    let text = results.account.output();
    if text.is_empty() {
        return;
    }
    let mut at = 0;
    crate::app::layout::flow(&text, WIDE, |column, line, word| {
        if line > at {
            out.push('\n');
            at = line;
        } else if column > 0 {
            out.push(' ');
        }
        out.push_str(word);
    });
    out.push_str("\n\n");
}

fn totals(out: &mut String, results: &Results) -> std::fmt::Result {
    let (account, outcome) = (&results.account, &results.outcome);
    if let Some(order) = words::order(account, LISTED) {
        writeln!(out, "ended   {order}; results stand in the order of submission")?;
    }
    writeln!(
        out,
        "queue   at most {} waited and {} ran at once",
        grouped(&account.longest_queue().to_string()),
        grouped(&account.most_at_once().to_string())
    )?;
    writeln!(out, "time    {}; {}", words::time(outcome.nanos), words::in_row(outcome))
}
