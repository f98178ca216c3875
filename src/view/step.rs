//! The Step screen.
//!
//! ```text
//! ─ program ──────────────────────────   ─ threads ───────────────────────────────────────────
//!       4  for _ in range(3):              0 T0  holds 0     stores 1 next  ⚠ stale: the counter is 2
//! T0▶   5      counter = counter + 1       1 T1  between     loads 2 next
//! T1▶   5      counter = counter + 1
//!   no protection, 2 threads × 3           memory  counter 2
//!
//! ─ so far ──────────────────────────────────────── ← → one step   home start   end last ──
//!   T0   L0━━━━━━━━━━━━━━━━━━│
//!   T1       L0━━S1··L1━━S2··│
//!   mem ─────────├1──────├2──│
//!   schedule  0 1x4 │
//!
//! ─ from here ──────────────────────────────────────────── all 61 states   z explores ──
//!   still reachable    2✗  3✗  4✗  5✗ ─6─   6 is out of reach: T0 holds 0, the counter is 2.
//! ```

mod line;
mod reach;
mod source;
mod threads;
mod track;

pub(crate) use line::draw as line;

use super::pen::Pen;
use crate::app::layout::Area;
use crate::app::model::Model;
use crate::app::step::Step;
use crate::app::step::panels::Panels;

/// Draws the screen between the header and the footer.
pub(crate) fn draw(step: &Step, model: &Model, whole: Area, pen: &mut Pen<'_>) {
    let Some(panels) = Panels::of(step, (whole.width, whole.height)) else { return };
    source::draw(step, model, panels.program, pen);
    threads::draw(step, &panels, pen);
    track::draw(step, &panels, pen);
    reach::draw(step, panels.reach, pen);
}
