//! The outcomes: a histogram of schedules on a logarithmic scale, and a table.
//!
//! ```text
//!       final                      schedules  probability  fewest switches  seen here
//!     ✗     2  ████████                    8      0.39 %                5      never
//!   ▶ ✓     6  ███████████   right        20      6.64 %                1     61.0 %
//! ```

use ratatui::style::{Modifier, Style};

use crate::app::explore::layout::Panels;
use crate::app::explore::{Explore, Measured};
use crate::app::findings::{Findings, Kind, Row, probability};
use crate::app::layout::Area;
use crate::view::pen::{Pen, columns, grouped, percent, short};

/// Columns before the labels: the selection and the verdict's sign.
const SIGNS: u16 = 6;
/// Least columns of a bar.
const LEAST: u16 = 8;
/// Columns between two columns of the table.
const GAP: u16 = 2;
/// What is wrong has so many columns at least, where it is said at all.
const BRIEF: u16 = 9;
/// Columns that a heading may take which is longer than what stands below it.
const SHORT: u16 = 14;
const LONG: u16 = 24;
/// A label longer than this is cut.
const LONGEST: u16 = 36;

/// What a column says of a row.
type Cell = fn(&Row) -> String;

/// A column of the table, set to the right.
struct Column {
    heading: &'static str,
    width: u16,
    cell: Cell,
}

/// Where everything goes in a row.
struct Grid {
    label: u16,
    bar: u16,
    /// Columns for what is wrong, in words.
    why: u16,
    columns: Vec<Column>,
    seen: bool,
}

const SEEN: u16 = 9;

/// Draws the panel.
pub(super) fn draw(explore: &Explore, measured: Option<&Measured>, panels: &Panels, pen: &mut Pen<'_>) {
    let panel = panels.outcomes;
    let rows = explore.rows();
    let room = panels.rows();
    let shown = explore.shown(room);
    let bars = match explore.findings() {
        Some(findings) if findings.bars_count => "schedules, log scale",
        Some(_) => "probability",
        None => "",
    };
    let note = match shown.len() < rows.len() {
        true => format!("{} of {}   {bars}", which(&shown), grouped(rows.len() as u64)),
        false => bars.to_owned(),
    };
    let title =
        explore.here().map_or_else(|| "outcomes".to_owned(), |here| format!("outcomes {}", here.words()));
    pen.rule(panel.rule, &title, &note);
    let pen = &mut pen.within(panel.body);
    let Some(findings) = explore.findings() else {
        let said = if explore.under().is_some() {
            "They are listed once the search ends or is stopped."
        } else {
            "None yet."
        };
        pen.put(panel.body.x + 2, panel.body.y, said, pen.theme.dim());
        return;
    };
    let grid = Grid::new(findings, measured.is_some(), panel.body.width);
    heading(findings, &grid, panel.body, pen);
    let table = panels.table();
    for (at, (y, &index)) in (table.y..table.y + table.height).zip(&shown).enumerate() {
        let area = Area { y, height: 1, ..table };
        row(&rows[index], index, explore, measured, &grid, area, pen);
        if gaps(&shown).any(|gap| gap == at) {
            pen.put(area.x + 2, y, "…", pen.theme.dim());
        }
    }
}

/// Where outcomes are left out between a row and the one before or after it, and it stands there alone.
fn gaps(shown: &[usize]) -> impl Iterator<Item = usize> {
    let last = shown.len().saturating_sub(1);
    let before = shown.first_chunk().is_some_and(|[a, b]| a + 1 < *b).then_some(0);
    let after = shown.last_chunk().is_some_and(|[a, b]| a + 1 < *b).then_some(last);
    before.into_iter().chain(after)
}

/// Which outcomes are shown: `1 to 9 and 11`.
fn which(shown: &[usize]) -> String {
    let said = |from: usize, to: usize| match to - from {
        0 => grouped(from as u64 + 1),
        _ => format!("{} to {}", grouped(from as u64 + 1), grouped(to as u64 + 1)),
    };
    let runs = shown.chunk_by(|a, b| a + 1 == *b);
    let runs: Vec<String> = runs.map(|run| said(run[0], run[run.len() - 1])).collect();
    runs.join(" and ")
}

impl Grid {
    fn new(findings: &Findings, seen: bool, width: u16) -> Grid {
        let narrow = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
        let widths = &findings.widths;
        // A name may be long; what it holds is worth the room.
        let heading = columns(&findings.heading).min(if width < 100 { SHORT } else { LONG });
        let label = narrow(widths.label).max(heading).min(LONGEST);
        let switches = if width < 100 { "switches" } else { "fewest switches" };
        let all: [(&'static str, usize, Cell); 4] = [
            ("schedules", widths.schedules, |row| row.schedules_text.clone()),
            ("probability", widths.probability, |row| row.probability.map_or_else(dash, probability)),
            ("95 % interval", widths.interval, |row| row.interval().unwrap_or_else(dash)),
            (switches, widths.switches, |row| row.switches().unwrap_or_else(dash)),
        ];
        let known = all.into_iter().filter(|(_, longest, _)| *longest > 0);
        let column =
            |(heading, longest, cell)| Column { heading, width: narrow(longest).max(columns(heading)), cell };
        let mut wanted: Vec<Column> = known.map(column).collect();
        let seen_width = if seen { SEEN + GAP } else { 0 };
        let used = |columns: &[Column]| {
            SIGNS + label + GAP + seen_width + columns.iter().map(|column| column.width + GAP).sum::<u16>()
        };
        while !wanted.is_empty() && used(&wanted) + LEAST > width {
            wanted.pop();
        }
        let rest = width.saturating_sub(used(&wanted) + GAP);
        let words = narrow(widths.why).max(columns(if findings.own_memory.is_some() {
            "untouched"
        } else {
            "right"
        }));
        // Where not all of it has room, its beginning says enough: the bars are what is looked at first.
        let room = rest.saturating_sub(GAP + LEAST.max(rest / 3));
        let why = if room >= words.min(BRIEF) { words.min(room) + GAP } else { 0 };
        Grid { label, bar: rest.saturating_sub(why), why, columns: wanted, seen }
    }
}

/// What is said beside a bar: what is wrong, or that it is right.
fn why<'a>(row: &'a Row, findings: &Findings) -> &'a str {
    match (row.is_right(), findings.own_memory) {
        (true, None) => "right",
        (true, Some(_)) => "untouched",
        (false, _) => &row.why,
    }
}

fn dash() -> String {
    "–".into()
}

fn heading(findings: &Findings, grid: &Grid, area: Area, pen: &mut Pen<'_>) {
    let (y, dim) = (area.y, pen.theme.dim());
    let x = area.x + SIGNS;
    if findings.is_counter {
        pen.put_right(x + grid.label, y, &findings.heading, dim);
    } else {
        pen.put(x, y, &short(&findings.heading, usize::from(grid.label)), dim);
    }
    let mut x = x + grid.label + GAP + grid.bar + grid.why;
    for column in &grid.columns {
        x += GAP + column.width;
        pen.put_right(x, y, column.heading, dim);
    }
    if grid.seen {
        pen.put_right(x + GAP + SEEN, y, "seen here", dim);
    }
}

fn row(
    row: &Row,
    index: usize,
    explore: &Explore,
    measured: Option<&Measured>,
    grid: &Grid,
    area: Area,
    pen: &mut Pen<'_>,
) {
    let theme = pen.theme;
    let Area { y, width, .. } = area;
    let here = index == explore.selected();
    let base = if here { theme.bar() } else { theme.text() };
    let colour = if row.is_right() { theme.ok() } else { theme.alarm() };
    if here {
        pen.fill(area.x, area.x + width, y, ' ', base);
        pen.put(area.x + 2, y, "▶", base.patch(theme.strong()));
    }
    pen.put(area.x + 4, y, if row.is_right() { "✓" } else { "✗" }, base.patch(colour));
    let x = area.x + SIGNS;
    let label = Area { x, y, width: grid.label, height: 1 };
    let strong = base.patch(theme.strong());
    if row.value().is_some() && explore.findings().is_some_and(|findings| findings.is_counter) {
        pen.within(label).put_right(x + grid.label, y, &row.label, strong);
    } else {
        pen.put(x, y, &short(&row.label, usize::from(grid.label)), strong);
    }
    let x = x + grid.label + GAP;
    let cells = (row.height * f64::from(grid.bar)).round() as u16;
    let cells = if row.height > 0.0 { cells.max(1) } else { 0 };
    // Where what is selected is drawn in reverse, a full block would be a hole in it.
    let block = if colour.fg.is_some() { Style::reset().patch(colour) } else { base.patch(colour) };
    pen.fill(x, x + cells.min(grid.bar), y, '█', block);
    if grid.why > 0 {
        let why = explore.findings().map_or("", |findings| why(row, findings));
        let room = usize::from(grid.why - GAP);
        let why = match row.kind {
            Kind::Deadlock if why.len() > room => "deadlock".into(),
            _ => short(why, room),
        };
        // In reverse the colour would be the ground; the sign has it already.
        let is_reverse = base.add_modifier.contains(Modifier::REVERSED) && colour.fg.is_some();
        pen.put(x + grid.bar + GAP, y, &why, if is_reverse { base } else { base.patch(colour) });
    }
    let mut x = x + grid.bar + grid.why;
    for (at, column) in grid.columns.iter().enumerate() {
        x += GAP + column.width;
        pen.put_right(x, y, &(column.cell)(row), if at == 0 { strong } else { base });
    }
    if let Some(measured) = measured {
        let seen = measured.seen.get(index).is_some_and(|seen| *seen > 0);
        let text = if seen { percent(measured.share(index)) } else { "never".into() };
        pen.put_right(x + GAP + SEEN, y, &text, if seen { base } else { base.patch(theme.dim()) });
    }
}
