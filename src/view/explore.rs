//! The Explore screen: every outcome of the program.
//!
//! ```text
//! ─ outcomes ───────────────────────────────────────────────────────────────
//!   The shared counter: no protection.
//! ```

use super::pen::Pen;
use crate::app::explore::Explore;
use crate::app::layout::{Area, Panel};

/// Draws the screen between the header and the footer.
pub(crate) fn draw(explore: &Explore, whole: Area, pen: &mut Pen<'_>) {
    let width = whole.width.saturating_sub(2);
    let panel = Panel {
        rule: Area { x: whole.x + 1, y: whole.y + 1, width, height: 1 },
        body: Area { x: whole.x + 1, y: whole.y + 2, width, height: whole.height.saturating_sub(3) },
    };
    pen.rule(panel.rule, "outcomes", "");
    let text = pen.theme.text();
    pen.within(panel.body).put(panel.body.x + 2, panel.body.y, &explore.machine().program().title, text);
}
