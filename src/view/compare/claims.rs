//! The claims with the two figures that decide each, as bars from 0 on.
//!
//! ```text
//!   ✓ confirmed: threads start faster, 45.7 times     threads    35.2 µs (30.2–37.6 µs)  █
//!     from asking for a worker to its first action    processes  1.61 ms (1.53–1.76 ms)  ███████████████████▒▒▒
//! ```

use crate::app::compare::read::Duels;
use crate::app::compare::words::{Duel, Side};
use crate::app::layout::Area;
use crate::view::pen::{Pen, columns as width_of, lines};

/// Columns between what stands beside each other, and most for a bar.
const GAP: u16 = 2;
const BAR: u16 = 64;

/// Draws them; says in which row what follows may stand.
pub(super) fn draw(found: &Duels, headed: bool, area: Area, pen: &mut Pen<'_>) -> u16 {
    let theme = pen.theme;
    let mut y = area.y;
    for sentence in &found.before {
        pen.wrap(Area { y, ..area }, sentence, theme.alarm());
        y += lines(sentence, area.width);
    }
    pen.wrap(Area { y, ..area }, &found.summary, theme.strong());
    y += lines(&found.summary, area.width);
    let sides = || found.duels.iter().flat_map(|duel| duel.sides.iter().flatten());
    let widest = |of: fn(&Side) -> &str| sides().map(|side| width_of(of(side))).max().unwrap_or(0);
    let (names, figures) = (widest(|side| side.name), widest(|side| &side.figure));
    let claim = found.duels.iter().map(|duel| width_of(duel.verdict) + 2 + width_of(&duel.claim)).max();
    let bar = (area.width / 3).min(BAR);
    // The claims have what names, figures and bars leave, and at least what they need.
    let left = area.width.saturating_sub(names + figures + bar + 3 * GAP).max(claim.unwrap_or(0));
    let at = area.x + left + GAP;
    let places = [at, at + names + GAP, at + names + GAP + figures + GAP];
    for duel in &found.duels {
        if let Some(heading) = duel.heading.filter(|_| headed) {
            y += 1;
            pen.put(area.x, y, heading, theme.dim());
            y += 1;
        }
        one(duel, Area { y, width: left, ..area }, places, area.x + area.width, pen);
        y += duel.height();
    }
    y
}

fn one(duel: &Duel, area: Area, [name, figure, bar]: [u16; 3], end: u16, pen: &mut Pen<'_>) {
    let theme = pen.theme;
    let colour = match duel.verdict.chars().next() {
        Some('✓') => theme.ok(),
        Some('✗') => theme.alarm(),
        _ => theme.dim(),
    };
    let x = pen.put(area.x, area.y, duel.verdict, colour.patch(theme.strong()));
    pen.put(x, area.y, &format!(": {}", duel.claim), theme.text());
    if duel.sides.is_some() && width_of(duel.measure) + GAP <= area.width {
        pen.put(area.x + GAP, area.y + 1, duel.measure, theme.dim());
    }
    for (index, side) in duel.sides.iter().flatten().enumerate() {
        let y = area.y + index as u16;
        let style = if index == duel.better { theme.text() } else { theme.dim() };
        pen.put(name, y, side.name, style);
        pen.put(figure, y, &side.figure, style);
        super::table::bar(
            side.bar,
            Area { x: bar, y, width: end.saturating_sub(bar), height: 1 },
            style,
            pen,
        );
    }
}
