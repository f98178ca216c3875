//! The selected outcome's witness: lanes, memory, and a sentence.
//!
//! ```text
//! ─ witness of 3 ──────────────────────────── 0 1x6 0x5   fewest switches ─
//!   T0   L0━━━━━━━━━━━━━━━━━━━━━━━━━S1····L1━━S2····
//!   mem  ────────├1────────├2───────├1──────├2──
//!   ✗ T0 had loaded 0 and stored 1 where 3 stood: 3 of T1's updates are gone.
//! ```

use crate::app::explore::Explore;
use crate::app::explore::layout::Panels;
use crate::app::layout::{Area, GUTTER};
use crate::view::lanes::{self, Scene};
use crate::view::pen::{Pen, short};

/// Draws the panel.
pub(super) fn draw(explore: &Explore, panels: &Panels, pen: &mut Pen<'_>) {
    let panel = panels.witness;
    let body = panel.body;
    let (Some(witness), Some(row)) = (explore.witness(), explore.rows().get(explore.selected())) else {
        pen.rule(panel.rule, "witness", "");
        return;
    };
    let threads = explore.machine().program().threads.len() as u16;
    let visible = panels.lanes.min(threads);
    let first = explore.first_lane(visible);
    let mut title = format!("witness of {}", short(&row.name(), 24));
    if visible < threads {
        title.push_str(&format!(", T{first} to T{} of {threads}", first + visible.saturating_sub(1)));
    }
    let width = panels.track();
    let left = explore.left(width);
    let laid = witness.laid(width);
    let tail = laid.strip.tail();
    if tail >= i64::from(width) {
        title.push_str("   ← → scroll");
    }
    let kind = explore.witness_kind();
    let room = usize::from(panel.rule.width).saturating_sub(title.chars().count() + kind.len() + 12);
    pen.rule(panel.rule, &title, &format!("{}   {kind}", short(&witness.rest.to_string(), room)));
    let sentence = Area {
        x: body.x + 2,
        y: body.y + body.height.saturating_sub(panels.sentence),
        width: body.width.saturating_sub(3),
        height: panels.sentence,
    };
    let lanes_body = Area { height: body.height.saturating_sub(panels.sentence), ..body };
    let edge = left + i64::from(width);
    let scene = Scene {
        timeline: &witness.timeline,
        strip: &laid.strip,
        focus: None,
        selected: None,
        threads,
        first,
        visible,
        step: panels.step,
        edge,
        width,
        body: lanes_body,
    };
    let (_, memory) = lanes::draw(&scene, &mut pen.within(lanes_body));
    let begin = i64::from(body.x + GUTTER) + laid.begin - left - 1;
    if laid.begin > 0 && (i64::from(body.x + GUTTER)..i64::from(body.x + body.width)).contains(&begin) {
        let cursor = ratatui::style::Style::reset().patch(pen.theme.strong());
        for y in body.y..=memory.min(lanes_body.y + lanes_body.height.saturating_sub(1)) {
            pen.set(begin as u16, y, '│', cursor);
        }
    }
    if left > 0 {
        pen.put(body.x + GUTTER - 1, body.y, "…", pen.theme.dim());
    }
    if witness.is_part || tail > left + i64::from(body.width.saturating_sub(GUTTER)) {
        pen.put_right(body.x + body.width, body.y, "…", pen.theme.dim());
    }
    let style = if witness.sentence.starts_with('✗') { pen.theme.alarm() } else { pen.theme.text() };
    pen.within(sentence).wrap(sentence, &witness.sentence, style);
}
