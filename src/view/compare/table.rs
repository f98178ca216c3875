//! The table and, beside each of its rows, a bar of the chart.
//!
//! ```text
//!       gap          runs that lose    share  95 % interval
//!     ✗ none               3 of 200    1.5 %      0.5–4.3 %  ▒▒
//!   ▶ ✗ spin 1 µs        181 of 200   90.5 %    85.6–93.8 %  ████████████████████▒▒
//! ```

use ratatui::style::Style;

use crate::app::compare::columns::{self, Bar};
use crate::app::compare::layout::Panels;
use crate::app::compare::leaves::{GAP, SIGNS, Wide};
use crate::app::compare::{Compare, Sweep, Table};
use crate::app::layout::Area;
use crate::view::pen::{Pen, columns as width_of};

/// Most columns for the charts, and least for one of two; for losses beside speeds fewer will do.
const MOST: u16 = 120;
const HALF: u16 = 32;
const NARROW: u16 = 15;

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
    let took = compare.took();
    let title = match (compare.table(), compare.going()) {
        (Some(_), _) => took.as_deref().unwrap_or("measured"),
        (None, Some(_)) if compare.elsewhere().is_none() => "measured: the first runs are being made",
        (None, _) => "to be measured",
    };
    pen.rule(rule, title, &hidden);
    let table = compare.shown_table();
    let leaf = compare.leaf(area.width + 2);
    let (shown, used) = (&leaf.columns, leaf.used);
    let notes = leaf.notes(table.plan.sweep).into_iter();
    let mut notes = notes.map(|note| if hidden.is_empty() { note } else { format!("{note} · {hidden}") });
    // As long as there is room for it.
    if let Some(note) = notes.find(|note| width_of(note) + width_of(title) + 8 <= rule.width) {
        pen.rule(rule, title, &note);
    }
    let pen = &mut pen.within(area);
    let bar =
        Area { x: area.x + used + GAP, width: area.width.saturating_sub(used + GAP + 1).min(MOST), ..area };
    let (bar, beside) = split(bar, table.plan.sweep);
    heading(shown, area, pen);
    let (one, other) = columns::bars_are_losses(table.plan.sweep);
    let mut charts = vec![
        (columns::bars_show(table), columns::bars(table), one, bar),
        (columns::more_bars_show(table), columns::more_bars(table), other, beside),
    ];
    if beside.width == 0 {
        // One at a time: what the other shows is on the next leaf.
        let at = usize::from(leaf.is_other_chart());
        charts = vec![charts.swap_remove(at)];
        charts[0].3 = bar;
    }
    for (texts, _, _, at) in charts.iter().filter(|_| compare.table().is_some()) {
        if let Some(text) = texts.iter().find(|text| width_of(text) <= at.width) {
            pen.put(at.x, area.y, text, pen.theme.dim());
        }
    }
    for (y, index) in (panels.lines().y..).step_by(panels.step.into()).zip(first..last) {
        let here = index == compare.selected();
        row(table, index, (here, index == first), shown, Area { y, height: 1, ..area }, pen);
        for (_, drawn, is_loss, at) in &charts {
            if let Some(drawn) = drawn.get(index).copied().flatten() {
                // Rows that stand apart have bars of twice the height.
                for more in 0..(panels.step - 1).max(1) {
                    let ground = if here && more == 0 { pen.theme.bar() } else { pen.theme.text() };
                    let style = if *is_loss { ground.patch(pen.theme.alarm()) } else { ground };
                    self::bar(drawn, Area { y: y + more, height: 1, ..*at }, style, pen);
                }
            }
        }
    }
}

/// Room for one chart, and for a second beside it where there is enough.
fn split(area: Area, sweep: Sweep) -> (Area, Area) {
    // Losses beside speeds are worth a narrow chart, where there is room for two.
    let half = if matches!(sweep, Sweep::Protections | Sweep::Permits) { NARROW } else { HALF };
    if area.width < 2 * half + GAP {
        return (area, Area { width: 0, ..area });
    }
    let width = (area.width - GAP) / 2;
    (Area { width, ..area }, Area { x: area.x + width + GAP, width, ..area })
}

fn heading(shown: &[Wide], area: Area, pen: &mut Pen<'_>) {
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

fn row(
    table: &Table,
    index: usize,
    (here, is_top): (bool, bool),
    shown: &[Wide],
    area: Area,
    pen: &mut Pen<'_>,
) {
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
        let cell = (column.cell)(table, index);
        // What is said again is not said louder.
        let is_again = column.heading == "workers" && !is_top && cell == (column.cell)(table, index - 1);
        let style = match () {
            () if at == 0 => base.patch(theme.strong()),
            () if table.rows[index].runs == 0 => base.patch(theme.dim()),
            () if column.is_loss && table.rows[index].lost > 0 => base.patch(theme.alarm()),
            () if is_again => base.patch(theme.dim()),
            () => base,
        };
        if column.is_right {
            pen.put_right(x + width, y, &cell, style);
        } else {
            pen.put(x, y, &cell, style);
        }
        x += width + GAP;
    }
}

/// Draws a bar: full up to where three quarters of the runs reach, lighter as far as a quarter does.
pub(super) fn bar(bar: Bar, area: Area, style: Style, pen: &mut Pen<'_>) {
    let (full, more) = bar.cells(area.width);
    pen.fill(area.x, area.x + full, area.y, '█', style);
    pen.fill(area.x + full, area.x + full + more, area.y, '▒', style);
}
