//! The final counts of the runs so far, by protection, on one common axis.
//!
//! ```text
//! ─ final counts of 4 × 1 000 ──────────────── gap yield ─
//! ▶ none            ▁▂▅█▇▃▁▁         2 310 – 3 998   200 runs  ✗ loses
//!   lock                   █                 4 000    12 runs  ✓ exact
//! ```

use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::app::race::finals::Tally;
use crate::experiment::{Cores, Settings};
use crate::view::pen::{Pen, columns, grouped};

/// Heights of a bar, from few runs to most.
const BARS: [char; 7] = ['▁', '▂', '▃', '▅', '▆', '▇', '█'];
/// Most parts of the axis.
const MOST_BINS: usize = 24;
/// Columns of the protection's name.
const NAME: u16 = 14;

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let settings = race.settings();
    let size = format!("{} × {}", settings.threads, grouped(u64::from(settings.iterations)));
    let cores = if settings.cores == Cores::One { ", one core" } else { "" };
    pen.rule(panel.rule, &format!("final counts of {size}"), &format!("{}{cores}", settings.gap.words()));
    let Area { x, y, width, height } = panel.body;
    let pen = &mut pen.within(panel.body);
    let rows: Vec<(&Settings, &Tally)> = race.finals().beside(settings).collect();
    if rows.is_empty() {
        empty(Area { x: x + 2, y, width, height }, pen);
        return;
    }
    let here = rows.iter().position(|(other, _)| **other == settings.key()).unwrap_or(0);
    let skip = (here + 1).saturating_sub(usize::from(height));
    let most = settings.increments();
    let least = rows.iter().map(|(_, tally)| tally.least).min().unwrap_or(0);
    let axis = (least.min(most - most / 10), most);
    for (y, (index, (other, tally))) in
        (y..).zip(rows.iter().enumerate().skip(skip).take(usize::from(height)))
    {
        let line = Area { x, y, width, height: 1 };
        row(other, tally, axis, index == here && **other == settings.key(), line, pen);
    }
}

/// Says how to get final counts.
fn empty(area: Area, pen: &mut Pen<'_>) {
    let (text, strong) = (pen.theme.dim(), pen.theme.strong());
    pen.put(area.x, area.y, "No run of this kind has ended yet.", text);
    for (y, key, does) in
        [(1, "enter", "finishes this one at full speed"), (2, "b", "makes 200 at full speed")]
    {
        pen.put(area.x, area.y + y, key, strong);
        pen.put(area.x + 7, area.y + y, does, text);
    }
}

/// Draws the final counts under one protection.
fn row(settings: &Settings, tally: &Tally, axis: (u64, u64), here: bool, area: Area, pen: &mut Pen<'_>) {
    let Area { x, y, width, .. } = area;
    let theme = pen.theme;
    let wide = width >= 56;
    let exact = tally.exact == tally.runs;
    let colour = if exact { theme.ok() } else { theme.alarm() };
    pen.put(x, y, if here { "▶" } else { " " }, theme.dim());
    pen.put(x + 2, y, &settings.protection_name(), if here { theme.strong() } else { theme.text() });
    let verdict = match (exact, wide) {
        (true, true) => "✓ exact",
        (false, true) => "✗ loses",
        (true, false) => "✓",
        (false, false) => "✗",
    };
    let end = x + width;
    let verdict_x = end.saturating_sub(columns(verdict) + 1);
    pen.put(verdict_x, y, verdict, colour);
    let mut right = verdict_x.saturating_sub(if wide { 2 } else { 1 });
    if wide {
        let runs = if tally.runs == 1 { "1 run".into() } else { format!("{} runs", grouped(tally.runs)) };
        pen.put_right(right, y, &runs, theme.dim());
        right = right.saturating_sub(columns(&runs).max(9) + 1);
    }
    let range = if tally.least == tally.most {
        grouped(tally.most)
    } else {
        format!("{} – {}", grouped(tally.least), grouped(tally.most))
    };
    let start = x + 2 + NAME;
    let longest = columns(&grouped(axis.1)) * 2 + 3;
    let room = right.saturating_sub(start + longest.max(columns(&range)) + 1);
    pen.put_right(right, y, &range, theme.text());
    histogram(tally, axis, Area { x: start, y, width: room, height: 1 }, colour, pen);
}

/// Draws how the final counts are spread over the axis.
fn histogram(tally: &Tally, axis: (u64, u64), area: Area, style: ratatui::style::Style, pen: &mut Pen<'_>) {
    let mut bins = [0; MOST_BINS];
    let Some(bins) = bins.get_mut(..usize::from(area.width).min(MOST_BINS)) else { return };
    tally.fill(axis.0, axis.1, bins);
    let tallest = bins.iter().copied().max().unwrap_or(0).max(1);
    for (x, &bin) in (area.x..).zip(bins.iter()) {
        if bin > 0 {
            let height = (bin as usize * BARS.len()).div_ceil(tallest as usize);
            pen.set(x, area.y, BARS[height.saturating_sub(1).min(BARS.len() - 1)], style);
        }
    }
}
