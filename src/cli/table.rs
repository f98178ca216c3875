//! The readable table of `racescope explore`. Plain text: it may be piped.
//!
//! ```text
//! no protection, 2 threads × 3
//!
//!   final  schedules  probability  fewest switches  shortest witness
//! ✗     2          8       0.45 %                5  0 1x4 0 1 0x4 1  4 lost
//! ✓     6         20       6.58 %                1  0x6 1x6
//!
//! Only 20 of 924 count right.
//! complete: 195 states in 0.1 ms, nothing left out
//! ```

use crate::app::findings::{Findings, Row, coverage, endless, probability, program_words, rightness, round};
use crate::machine::Machine;
use crate::program::Program;
use crate::view::pen::short;

/// A heading longer than this is cut.
const LONGEST: usize = 36;

/// A column: its heading, whether it is set to the right, and its cells.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) is_right: bool,
    pub(super) cells: Vec<String>,
}

/// The whole report.
pub(super) fn text(machine: &Machine, findings: &Findings) -> String {
    let mut out = heading(machine.program());
    out.push('\n');
    if findings.rows.is_empty() {
        out.push_str("No outcome was found.\n");
    } else {
        let signs = findings.rows.iter().map(|row| if row.is_right() { '✓' } else { '✗' });
        table(&mut out, &columns(findings), &signs.collect::<Vec<char>>());
    }
    out.push('\n');
    out.push_str(&rightness(findings));
    out.push('\n');
    out.push_str(&for_ever(findings));
    out.push_str(&coverage(findings));
    out.push('\n');
    out
}

/// Whether and how it can go on for ever: a line, or nothing.
pub(super) fn for_ever(findings: &Findings) -> String {
    match (endless(findings), round(findings)) {
        (Some(said), Some(way)) => format!("{said} A schedule that does: {way}.\n"),
        _ => String::new(),
    }
}

/// What was explored.
pub(super) fn heading(program: &Program) -> String {
    match program.shape {
        Some(_) => format!("{}\n", program_words(program)),
        None if program.title == program.name => format!("{}\n", program.name),
        None => format!("{}: {}\n", program.name, program.title),
    }
}

fn columns(findings: &Findings) -> Vec<Column> {
    let rows = || findings.rows.iter();
    let column = |heading: &str, is_right, cell: &dyn Fn(&Row) -> String| Column {
        heading: heading.to_owned(),
        is_right,
        cells: rows().map(cell).collect(),
    };
    // A name may be long; JSON has all of it.
    let heading = short(&findings.heading, LONGEST);
    let mut columns = vec![column(&heading, findings.is_counter, &|row| row.label.clone())];
    if rows().any(|row| row.schedules_text != "–") {
        columns.push(column("schedules", true, &|row| row.schedules_text.clone()));
    }
    if rows().any(|row| row.probability.is_some()) {
        columns.push(column("probability", true, &|row| row.probability.map_or_else(dash, probability)));
    }
    if rows().any(|row| row.hits.is_some()) {
        columns.push(column("drawn", true, &|row| row.hits.map_or_else(dash, |hits| hits.hits.to_string())));
        columns.push(column("95 % interval", true, &|row| row.interval().unwrap_or_else(dash)));
    }
    if rows().any(|row| row.fewest_switches.is_some()) {
        let switches =
            |row: &Row| row.fewest_switches.as_ref().map_or_else(dash, |way| way.switches().to_string());
        columns.push(column("fewest switches", true, &switches));
    }
    columns.push(column("shortest witness", false, &|row| row.shortest.to_string()));
    columns.push(column("", false, &|row| row.why.clone()));
    columns
}

fn dash() -> String {
    "–".into()
}

/// Writes a table with a sign before each row.
pub(super) fn table(out: &mut String, columns: &[Column], signs: &[char]) {
    let width = |column: &Column| {
        let cells = column.cells.iter().chain([&column.heading]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let mut line = |sign: char, cell: &dyn Fn(&Column) -> String| {
        let mut text = sign.to_string();
        for (column, width) in columns.iter().zip(&widths) {
            let cell = cell(column);
            let room = " ".repeat(width - cell.chars().count());
            text.push_str("  ");
            if column.is_right {
                text.push_str(&room);
                text.push_str(&cell);
            } else {
                text.push_str(&cell);
                text.push_str(&room);
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(' ', &|column| column.heading.clone());
    for (at, sign) in signs.iter().enumerate() {
        line(*sign, &|column| column.cells[at].clone());
    }
}
