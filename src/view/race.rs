//! The Race screen.
//!
//! ```text
//! ─ counter ──────────────────────────   ─ now ─────────────────────────────────────────────
//!   █▄▄█ ▄▄▄█   expected     46            T0  ○  between increments
//!      █ █▄▄▄   survived     42            T1  ●  holds 41       ⚠ stale: the counter is 42 now
//!   no protection · gap yield              If T1 stores next, T0's update is gone.
//!
//! ─ interleaving ──────────────────────────────── 1 step = 250 ms   newest on the right ──
//!   T0   L41━━━━━━━S42
//!   T1      L41━━━━━━━━━━━━━
//!   mem ───────────├42──────
//!
//! ─ final counts of 4 × 1 000 ────────   ─ what happened ───────────────────────────────────
//!   none       ▁▂▅█▇▃   2 310 – 3 998      T1 loaded 41 before T0 stored 42.
//! ```

mod counter;
mod finals;
mod interleaving;
mod now;
mod story;

use super::pen::Pen;
use crate::app::layout::{Area, Panels};
use crate::app::race::Race;

/// Draws the screen between the header and the footer.
pub(crate) fn draw(race: &Race, whole: Area, pen: &mut Pen<'_>) {
    let Some(panels) = Panels::new(whole.width, whole.height, race.threads()) else { return };
    counter::draw(race, panels.counter, pen);
    now::draw(race, panels.now, pen);
    interleaving::draw(race, &panels, pen);
    finals::draw(race, panels.finals, pen);
    story::draw(race, panels.story, pen);
}
