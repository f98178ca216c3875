//! The readable report of a sweep. Plain text: it may be piped.
//!
//! ```text
//! Semaphore limits: 8 threads × 100, gap sleep 100 µs, 20 runs of each in turn
//!
//!    permits   lost  quartiles  runs that lose  a second  relative  one more buys  inside
//! ✓        1  0.0 %  0.0–0.0 %         0 of 20    6.04 k      1.00              –       1
//! ✗        2  …
//!
//! increments a second over 1 permit's, █▒ the quartiles
//!   1  █████▒
//!   2  ██████████▒
//!
//! With 1 permit nothing was lost; the losses begin at 2 permits, with 48.1 % of the updates.
//! ```

use crate::app::compare::columns::{Column, bars, bars_show, columns, sign};
use crate::app::compare::legend::legend;
use crate::app::compare::words;
use crate::cli::table;
use crate::compare::table::Table;

/// Cells of the longest bar.
const BAR: u16 = 50;

/// The report.
pub(super) fn text(swept: &Table) -> String {
    let mut out = format!("{}: {}\n", swept.plan.sweep.title(), words::plan(&swept.plan));
    if let Some(partial) = words::partial(swept) {
        out.push_str(&partial);
        out.push('\n');
    }
    out.push('\n');
    let rows = || 0..swept.rows.len();
    let column = |column: &Column| table::Column {
        heading: column.heading.to_owned(),
        is_right: column.is_right,
        cells: rows().map(|row| (column.cell)(swept, row)).collect(),
    };
    let all: Vec<table::Column> = columns(swept.plan.sweep).iter().map(column).collect();
    let signs: Vec<char> = swept.rows.iter().map(sign).collect();
    table::table(&mut out, &all, &signs);
    chart(&mut out, swept);
    out.push('\n');
    let entries = legend(swept.plan.sweep);
    let width = entries.iter().map(|(heading, _)| heading.chars().count()).max().unwrap_or(0);
    for (heading, means) in entries {
        out.push_str(&format!("{heading:width$}  {means}\n"));
    }
    if let Some(note) = words::note(&swept.plan, Some(swept)) {
        out.push_str(&format!("{note}\n"));
    }
    out.push('\n');
    if let Some(void) = words::void(swept) {
        out.push_str(&format!("{void}\n"));
    }
    let found = words::found_within(swept, words::GROUPED);
    if found.is_empty() {
        out.push_str("Nothing was measured.\n");
    }
    for sentence in found {
        out.push_str(&sentence);
        out.push('\n');
    }
    out
}

/// The chart: a bar a row.
fn chart(out: &mut String, swept: &Table) {
    let shown = bars_show(swept).into_iter().next().unwrap_or_default();
    out.push_str(&format!("\n{shown}\n"));
    let label = |row: usize| {
        let first = (columns(swept.plan.sweep)[0].cell)(swept, row);
        match swept.plan.sweep {
            crate::compare::plan::Sweep::Protections => {
                format!("{first} {}", swept.rows[row].settings.threads)
            }
            _ => first,
        }
    };
    let labels: Vec<String> = (0..swept.rows.len()).map(label).collect();
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    for (label, bar) in labels.iter().zip(bars(swept)) {
        let (full, more) = bar.map_or((0, 0), |bar| bar.cells(BAR));
        let drawn = "█".repeat(full.into()) + &"▒".repeat(more.into());
        let room = " ".repeat(width - label.chars().count());
        out.push_str(format!("  {room}{label}  {drawn}").trim_end());
        out.push('\n');
    }
}
