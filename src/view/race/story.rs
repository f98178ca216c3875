//! What happened, in plain sentences.
//!
//! ```text
//! ─ what happened ─────────────────────────────────
//!   ⚠ worker 3 crashed: …
//!   T1 had loaded 41 before T0 stored 42. Its own
//!   store of 42 now stands in its place.
//!   ✗ T0's update 11 is lost; T1 won over it.
//! ```

use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::view::pen::{Pen, lines};
use crate::view::words::{self, Tone};

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let (title, sentences) = words::story(race);
    pen.rule(panel.rule, &title, "");
    let body = panel.body;
    let end = body.y.saturating_add(body.height);
    let mut y = body.y;
    let alarm = pen.theme.alarm().patch(pen.theme.strong());
    let below = |y: u16| Area {
        x: body.x + 2,
        y,
        width: body.width.saturating_sub(2),
        height: end.saturating_sub(y),
    };
    for notice in race.notices().iter().rev() {
        y += pen.wrap(below(y), &format!("⚠ {notice}"), alarm);
    }
    for (tone, text) in sentences {
        // A sentence is said whole or not at all, unless it is the first.
        if y >= end || (y > body.y && y.saturating_add(lines(&text, body.width.saturating_sub(2))) > end) {
            return;
        }
        let style = match tone {
            Tone::Plain => pen.theme.text(),
            Tone::Aside => pen.theme.dim(),
            Tone::Alarm => alarm,
            Tone::Good => pen.theme.ok(),
        };
        y = y.saturating_add(pen.wrap(below(y), &text, style));
    }
    if race.selected().is_some() || race.other_run().is_some() || y + 3 > end {
        return;
    }
    let width = body.width.saturating_sub(2);
    for (before, (_, text)) in words::earlier(race).enumerate() {
        let heading = if before == 0 { 2 } else { 0 };
        if y.saturating_add(heading + lines(&text, width)) > end {
            return;
        }
        if before == 0 {
            pen.wrap(below(y + 1), "before that", pen.theme.dim());
        }
        y += heading;
        y += pen.wrap(below(y), &text, pen.theme.dim());
    }
}
