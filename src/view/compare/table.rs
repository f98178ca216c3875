//! The table and, beside each of its rows, a bar of the chart.
//!
//! ```text
//!       gap          runs that lose    share  95 % interval
//!     ✗ none               3 of 200    1.5 %      0.5–4.3 %  ▒▒
//!   ▶ ✗ spin 1 µs        181 of 200   90.5 %    85.6–93.8 %  ████████████████████▒▒
//! ```

use crate::app::compare::columns::{self, Bar, Column};
use crate::app::compare::layout::Panels;
use crate::app::compare::{Compare, Table};
use crate::app::layout::Area;
use crate::view::pen::{Pen, columns as width_of};

/// Columns before the first column of the table: the selection and the sign.
const SIGNS: u16 = 6;
/// Columns between two of the table's.
const GAP: u16 = 2;
/// Most columns for the charts, and least for one of two.
const MOST: u16 = 120;
const HALF: u16 = 32;

/// A column and how wide it is.
type Wide<'a> = (&'a Column, u16);

/// Draws the panel.
pub(super) fn draw(compare: &Compare, panels: &Panels, pen: &mut Pen<'_>) {
    let area = panels.table.body;
    let room = panels.rows();
    let first = compare.first_row(room);
    let count = compare.rows().len();
    let last = (first + usize::from(room)).min(count);
    let hidden =
        if last - first < count { format!("{} to {last} of {count}", first + 1) } else { String::new() };
    let rule = panels.table.rule;
    pen.rule(rule, "measured", &hidden);
    let Some(table) = compare.table() else {
        let text = match compare.going() {
            Some(_) if compare.elsewhere().is_none() => "The first runs are being made.",
            Some(_) => "Nothing has been measured yet; another sweep is being made.",
            None => "Nothing has been measured yet: space begins. Race pauses meanwhile.",
        };
        let dim = pen.theme.dim();
        pen.within(area).put(area.x + 2, area.y, text, dim);
        return;
    };
    let (shown, used) = chosen(table, area.width);
    if let Some(left_out) = left_out(table, &shown) {
        let note = if hidden.is_empty() { left_out } else { format!("{left_out} · {hidden}") };
        // The longer note is drawn only where there is room for it.
        if width_of(&note) + 16 <= rule.width {
            pen.rule(rule, "measured", &note);
        }
    }
    let pen = &mut pen.within(area);
    let bar =
        Area { x: area.x + used + GAP, width: area.width.saturating_sub(used + GAP + 1).min(MOST), ..area };
    let (bar, beside) = split(bar);
    heading(&shown, area, pen);
    for (texts, at) in [(columns::bars_show(table), bar), (columns::more_bars_show(table), beside)] {
        if let Some(text) = texts.iter().find(|text| width_of(text) <= at.width) {
            pen.put(at.x, area.y, text, pen.theme.dim());
        }
    }
    let charts = [columns::bars(table), columns::more_bars(table)];
    let charts = if beside.width > 0 { &charts[..] } else { &charts[..1] };
    for (y, index) in (panels.lines().y..).step_by(panels.step.into()).zip(first..last) {
        let here = index == compare.selected();
        row(table, index, here, &shown, Area { y, height: 1, ..area }, pen);
        for (drawn, at) in charts.iter().zip([bar, beside]) {
            if let Some(drawn) = drawn.get(index).copied().flatten() {
                chart(drawn, Area { y, height: 1, ..at }, here, pen);
            }
        }
    }
}

/// Room for one chart, and for a second beside it where there is enough.
fn split(area: Area) -> (Area, Area) {
    if area.width < 2 * HALF + GAP {
        return (area, Area { width: 0, ..area });
    }
    let width = (area.width - GAP) / 2;
    (Area { width, ..area }, Area { x: area.x + width + GAP, width, ..area })
}

/// The columns for which there is room beside the shortest bars, and how much they take.
fn chosen(table: &Table, width: u16) -> (Vec<Wide<'static>>, u16) {
    let longest = |column: &Column| {
        let cells = (0..table.rows.len()).map(|row| width_of(&(column.cell)(table, row)));
        cells.chain([width_of(column.heading)]).max().unwrap_or(0)
    };
    let mut wide: Vec<Wide<'static>> =
        columns::columns(table.plan.sweep).iter().map(|column| (column, longest(column))).collect();
    let used = |wide: &[Wide<'_>]| SIGNS + wide.iter().map(|(_, width)| width + GAP).sum::<u16>() - GAP;
    let least = if width < 100 { 10 } else { width / 4 };
    while used(&wide) + GAP + least > width {
        let worst = wide.iter().map(|(column, _)| column.rank).max().unwrap_or(0);
        match wide.iter().rposition(|(column, _)| column.rank == worst) {
            Some(at) if worst > 0 => wide.remove(at),
            _ => break,
        };
    }
    let used = used(&wide);
    (wide, used)
}

/// Which columns there is no room for, quartiles and the number of runs apart.
fn left_out(table: &Table, shown: &[Wide<'_>]) -> Option<String> {
    let is_shown = |heading: &str| shown.iter().any(|(column, _)| column.heading == heading);
    let all = columns::columns(table.plan.sweep).iter().map(|column| column.heading);
    let names: Vec<&str> =
        all.filter(|&heading| !is_shown(heading) && !matches!(heading, "quartiles" | "runs")).collect();
    (!names.is_empty()).then(|| format!("no room for {}", names.join(", ")))
}

fn heading(shown: &[Wide<'_>], area: Area, pen: &mut Pen<'_>) {
    let dim = pen.theme.dim();
    let mut x = area.x + SIGNS;
    for (column, width) in shown {
        if column.is_right {
            pen.put_right(x + width, area.y, column.heading, dim);
        } else {
            pen.put(x, area.y, column.heading, dim);
        }
        x += width + GAP;
    }
}

fn row(table: &Table, index: usize, here: bool, shown: &[Wide<'_>], area: Area, pen: &mut Pen<'_>) {
    let theme = pen.theme;
    let y = area.y;
    let base = if here { theme.bar() } else { theme.text() };
    if here {
        pen.fill(area.x, area.x + area.width, y, ' ', base);
        pen.put(area.x + 2, y, "▶", base.patch(theme.strong()));
    }
    let sign = columns::sign(&table.rows[index]);
    let colour = match sign {
        '✗' => theme.alarm(),
        '✓' => theme.ok(),
        _ => theme.dim(),
    };
    pen.set(area.x + 4, y, sign, base.patch(colour));
    let mut x = area.x + SIGNS;
    for (at, (column, width)) in shown.iter().enumerate() {
        let style = if at == 0 { base.patch(theme.strong()) } else { base };
        let cell = (column.cell)(table, index);
        if column.is_right {
            pen.put_right(x + width, y, &cell, style);
        } else {
            pen.put(x, y, &cell, style);
        }
        x += width + GAP;
    }
}

/// Draws a bar: full up to where three quarters of the runs reach, lighter as far as a quarter does.
fn chart(bar: Bar, area: Area, here: bool, pen: &mut Pen<'_>) {
    let style = if here { pen.theme.bar() } else { pen.theme.text() };
    let (full, more) = bar.cells(area.width);
    pen.fill(area.x, area.x + full, area.y, '█', style);
    pen.fill(area.x + full, area.x + full + more, area.y, '▒', style);
}
