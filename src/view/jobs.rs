//! The Race screen while workers do jobs.
//!
//! ```text
//! ─ jobs ─────────────────────────────   ─ results, in the order of submission ──────────────
//!   8 jobs that compute, 200 000 …         job  worker   waited      ran  result
//!   thread pool of 4, all cores              0       1     46 µs  24.1 ms  17 984
//!   done 5  failed 0  called off 0           1       2    2.2 ms  12.0 ms  ✗ panicked
//!   queue 2, most 8  busy 3 of 4
//!   time 96.3 ms  in a row 190.2 ms: 1.97 times as fast
//!
//! ─ workers ──────────────────────────────────── ━ works  ░ sleeps  · idle  cell 2 ms ──
//!   W0    3━━━━━━━━━7━━━━━━━━━━
//!   W1    0━━━━4━━━━━━━✗·······
//!   core 0  0000011111
//!   queue   ▇▇▅▅▂▂▁
//!         0         20 ms       40 ms
//!
//! ─ ended, in this order ──────   ─ what that shows ────────────────────────────────────
//!   ✗0 panicked 1 3 2               1.97 times as fast as in a row: up to 4 …
//! ```
//! Of downloads the list names what each is at and how long it was, and in place of the cores stands how many went on and
//! how many waited for a permit.

mod lanes;
mod list;
mod output;
mod sums;

use super::pen::{Pen, lines};
use crate::app::jobs::{Jobs, Phase, words};
use crate::app::layout::Area;
use crate::experiment::jobs::InRow;

/// Columns of the name before a bar, and of the time after it; longest bar.
const LABEL: u16 = 10;
const FIGURE: u16 = 11;
const LONGEST: u16 = 60;

/// Draws what lies between the header and the footer.
pub(crate) fn draw(jobs: &Jobs, whole: Area, pen: &mut Pen<'_>) {
    let Some(panels) = jobs.panels((whole.width, whole.height)) else { return };
    sums::draw(jobs, panels.sums, pen);
    list::draw(jobs, panels.list, pen);
    lanes::draw(jobs, &panels, pen);
    output::draw(jobs, panels.output, pen);
    pen.rule(panels.story.rule, "what that shows", "");
    let (said, is_alarm) = jobs.story();
    let style = match jobs.phase() {
        _ if is_alarm => pen.theme.alarm(),
        // What came out, before anything else.
        Phase::Ended(_) => pen.theme.strong(),
        _ => pen.theme.text(),
    };
    let area = inside(panels.story.body);
    let mut used = pen.wrap(area, &said, style) + 1;
    let below = |used: u16| Area { y: area.y + used, height: area.height.saturating_sub(used), ..area };
    // Where there is room: how long it took beside the same in a row, and what to look for.
    if let Some(outcome) = jobs.outcome().filter(|outcome| !outcome.stopped && outcome.row != InRow::Itself)
        && let Some(row) = outcome.row_nanos()
        && used + 2 <= area.height
    {
        let sign = if matches!(outcome.row, InRow::Estimated { .. }) { "≈ " } else { "" };
        beside(outcome.nanos, row, sign, below(used), pen);
        used += 3;
    }
    let about = words::about(jobs.made());
    if matches!(jobs.phase(), Phase::Ended(_)) && used + lines(about, area.width) <= area.height {
        pen.wrap(below(used), about, pen.theme.dim());
    }
}

/// Two bars: this run, and the same in a row.
fn beside(run: u64, row: u64, sign: &str, area: Area, pen: &mut Pen<'_>) {
    let room = area.width.saturating_sub(LABEL + FIGURE).min(LONGEST);
    let bars = [("this run", run, ""), ("in a row", row, sign)];
    for (y, (name, nanos, sign)) in (area.y..).zip(bars) {
        pen.put(area.x, y, name, pen.theme.dim());
        let share = nanos as f64 / run.max(row).max(1) as f64;
        let cells = ((share * f64::from(room)).round() as u16).max(1);
        pen.fill(area.x + LABEL, area.x + LABEL + cells, y, '█', pen.theme.text());
        let figure = format!("{sign}{}", words::time(nanos));
        pen.put(area.x + LABEL + cells + 1, y, &figure, pen.theme.strong());
    }
}

/// A panel's content, set in a little.
fn inside(body: Area) -> Area {
    Area { x: body.x + 2, width: body.width.saturating_sub(3), ..body }
}
