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

use super::pen::Pen;
use crate::app::help::{self, Help};
use crate::app::layout::{Area, List};

/// What the lanes' signs mean, in lines.
const LEGEND: [&str; help::LEGEND as usize] = [
    "L41 loads 41   S42 stores 42   R42 failed, tries again with 42   +42 adds",
    "━ from load to store   [ ─ ] inside the protection   ░ waits to be let in",
    "✗ lost for good   ✗? overwritten: a worker could still bring it back",
    "⚠ ╍ stale: holds a value that the counter no longer has",
    "hand-over: a load that read another worker's store",
];

/// Draws the overlay over whatever is there.
pub(crate) fn draw(help: &Help, whole: Area, pen: &mut Pen<'_>) {
    let area = Help::area(whole);
    let Area { width, height, .. } = area;
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
    let legend = Help::legend(whole);
    entries(help, help.list(whole), pen);
    for (y, line) in (0..legend.saturating_sub(1)).zip(LEGEND) {
        let at = row(height.saturating_sub(legend) + y);
        pen.within(at).put(at.x + 2, at.y, line, dim);
    }
    pen.fill(area.x, end, area.y + height.saturating_sub(1), '─', pen.theme.faint());
}

/// Draws the entries that match, so that the selected one is visible.
fn entries(help: &Help, list: List, pen: &mut Pen<'_>) {
    let area = list.area;
    let mut pen = pen.within(area);
    let mut none = true;
    let (mut y, last) = (area.y, area.y + area.height);
    for (index, press) in help.entries().enumerate().skip(list.first) {
        if y >= last {
            break;
        }
        none = false;
        let entry = Area { y, height: list.rows(index), ..area };
        pen.entry(entry, press.shown, Help::column(press), help.said(press), index == help.selected());
        y += entry.height;
    }
    if none {
        pen.put(area.x + 2, area.y, "No key does that.", pen.theme.dim());
    }
}
