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
//! ─ ended, in this order ───────────────   ─ what that shows ────────────────────────────────
//!   1 0 3 2                                  1.97 times as fast as in a row: up to 4 …
//! ```

mod lanes;
mod list;
mod output;
mod sums;

use super::pen::Pen;
use crate::app::jobs::Jobs;
use crate::app::jobs::layout::Panels;
use crate::app::layout::Area;

/// Draws what lies between the header and the footer.
pub(crate) fn draw(jobs: &Jobs, whole: Area, pen: &mut Pen<'_>) {
    let Some(panels) = Panels::new(whole.width, whole.height, jobs.made().crew()) else { return };
    sums::draw(jobs, panels.sums, pen);
    list::draw(jobs, panels.list, pen);
    lanes::draw(jobs, &panels, pen);
    output::draw(jobs, panels.output, pen);
    pen.rule(panels.story.rule, "what that shows", "");
    let (said, is_alarm) = jobs.story();
    let style = if is_alarm { pen.theme.alarm() } else { pen.theme.text() };
    pen.wrap(inside(panels.story.body), &said, style);
}

/// A panel's content, set in a little.
fn inside(body: Area) -> Area {
    Area { x: body.x + 2, width: body.width.saturating_sub(3), ..body }
}
