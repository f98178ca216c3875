//! The help overlay: all keys, searchable.
//!
//! ```text
//! ┌ keys ─────────────────────────────────────────────┐   (no frame: a cleared block between two rules)
//!   search: lock_                     enter runs  esc closes
//!
//!   n          no protection: load, add, store
//! > l          a lock around the increment, acquired and released by hand
//!
//!   L41 loads 41   S42 stores 42   ━ between load and store   ░ waits   ✗ lost   ✗? overwritten
//! ```

use super::pen::{Pen, columns};
use crate::app::help::Help;
use crate::app::layout::Area;

/// What the lanes' signs mean, in lines.
const LEGEND: [&str; 5] = [
    "L41 loads 41   S42 stores 42   R42 failed, tries again with 42   +42 adds",
    "━ from load to store   [ ─ ] inside the protection   ░ waits to be let in",
    "✗ lost for good   ✗? overwritten: a worker could still bring it back",
    "⚠ ╍ stale: holds a value that the counter no longer has",
    "hand-over: a load that read another worker's store",
];
/// Columns for the keys.
const KEYS: u16 = 12;

/// Draws the overlay over whatever is there.
pub(crate) fn draw(help: &Help, whole: Area, pen: &mut Pen<'_>) {
    let width = whole.width.min(92);
    let height = whole.height.saturating_sub(2).min(46);
    let area = whole.middle(width, height);
    let end = area.x + area.width;
    let row = |y: u16| Area { x: area.x, y: area.y + y, width, height: 1 };
    pen.window(area, "keys", "enter runs it   esc closes");
    let (dim, strong) = (pen.theme.dim(), pen.theme.strong());
    {
        let mut pen = pen.within(area);
        let x = pen.put(area.x + 2, area.y + 1, "search: ", dim);
        let x = pen.put(x, area.y + 1, help.query(), strong);
        pen.put(x, area.y + 1, "_", dim);
    }
    let legend = if height >= 18 { LEGEND.len() as u16 + 1 } else { 0 };
    let list = Area { x: area.x, y: area.y + 3, width, height: height.saturating_sub(4 + legend) };
    entries(help, list, pen);
    for (y, line) in (0..legend.saturating_sub(1)).zip(LEGEND) {
        let at = row(height.saturating_sub(legend) + y);
        pen.within(at).put(at.x + 2, at.y, line, dim);
    }
    pen.fill(area.x, end, area.y + height.saturating_sub(1), '─', pen.theme.faint());
}

/// Draws the entries that match, so that the selected one is visible.
fn entries(help: &Help, area: Area, pen: &mut Pen<'_>) {
    let mut pen = pen.within(area);
    let rows = usize::from(area.height);
    // The selected one may take a second row.
    let first = help.selected().saturating_sub(rows.saturating_sub(2));
    let mut none = true;
    let (mut y, last) = (area.y, area.y + area.height);
    for (index, press) in help.entries().enumerate().skip(first) {
        if y >= last {
            break;
        }
        none = false;
        let selected = index == help.selected();
        let key = pen.theme.strong();
        let text = if selected { pen.theme.selected(pen.theme.text()) } else { pen.theme.text() };
        pen.put(area.x, y, if selected { "▶" } else { " " }, key);
        pen.put(area.x + 2, y, press.shown, key);
        let x = area.x + 2 + KEYS.max(columns(press.shown) + 1);
        let said = Area { x, y, width: (area.x + area.width).saturating_sub(x), height: last - y };
        y += pen.entry(said, help.said(press), text, selected);
    }
    if none {
        pen.put(area.x + 2, area.y, "No key does that.", pen.theme.dim());
    }
}
