//! The Explore screen: every outcome of the program.
//!
//! ```text
//! ─ program ─────────────────────────  ─ search ────────────────────────────────────────
//!   1  for _ in range(3):                924 schedules, counted exactly
//!   2      counter += 1                  60 states, 0.1 ms, nothing left out
//!   no protection, 2 threads × 3         ✗ Only 20 of 924 count right.
//! ─ outcomes ──────────────────────────────────────────────── schedules, log scale ─
//!       final                     schedules  probability  fewest switches
//!     ✗     2  ████████                   8      0.39 %                5
//!   ▶ ✗     3  █████████████████        300     23.83 %                2
//! ─ witness of 3 ──────────────────────────────── 0 1x6 0x5   fewest switches ─
//!   T0   L0━━━━━━━━━━━━━━━━━━━━━━━━━S1····L1━━S2····
//!   T1   ·····L0━━S1✗··L1━━S2✗·············
//!   mem  ────────├1────────├2───────├1──────├2──
//!   ✗ T0 had loaded 0 and stored 1 where 3 stood: 3 of T1's updates are gone.
//! ─ measured here ───────────────────────────────────── 200 real runs, gap yield ─
//!   6 in 61 %, 5 in 30 %, 4 in 9 %.  2, 3 are possible but were never seen.
//! ```

mod measured;
mod outcomes;
mod program;
mod search;
mod witness;

use super::pen::Pen;
use crate::app::App;
use crate::app::explore::Measured;
use crate::app::layout::Area;

/// Draws the screen between the header and the footer.
pub(crate) fn draw(app: &App, whole: Area, pen: &mut Pen<'_>) {
    let explore = app.explore();
    let Some(panels) = explore.panels((whole.width, whole.height)) else { return };
    let measured = panels.measured.and_then(|_| Measured::of(explore, app.race()));
    program::draw(app, panels.program, pen);
    search::draw(explore, panels.search, pen);
    outcomes::draw(explore, measured.as_ref(), &panels, pen);
    witness::draw(explore, &panels, pen);
    if let Some(panel) = panels.measured {
        measured::draw(app, measured.as_ref(), panel, pen);
    }
}
