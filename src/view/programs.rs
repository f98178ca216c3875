//! The list of programs, searchable.
//!
//! ```text
//! ─ programs ────────────────────────────────────── enter chooses   esc closes ─
//!   search: lock_
//!
//! ▶ counter               The shared counter, as it is set up in Race.
//!   withdraw              Check, then act: two withdrawals from one account.
//! ──────────────────────────────────────────────────────────────────────────────
//! ```

use super::pen::Pen;
use crate::app::layout::Area;
use crate::app::programs::{Programs, TITLES};

/// Draws the list over whatever is there.
pub(crate) fn draw(list: &Programs, whole: Area, pen: &mut Pen<'_>) {
    let area = list.area(whole);
    let end = area.x + area.width;
    pen.window(area, "programs", "enter chooses   esc closes");
    let (dim, strong) = (pen.theme.dim(), pen.theme.strong());
    let mut pen = pen.within(area);
    let x = pen.put(area.x + 2, area.y + 1, "search: ", dim);
    let x = pen.put(x, area.y + 1, list.query(), strong);
    pen.put(x, area.y + 1, "_", dim);
    let rows = list.list(whole);
    let (first, mut y, last) = (rows.first, rows.area.y, rows.area.y + rows.area.height);
    let mut shown = first;
    for (index, item) in list.matching().enumerate().skip(first) {
        if y >= last {
            break;
        }
        shown += 1;
        let entry = Area { x: area.x, y, width: end.saturating_sub(area.x), height: rows.rows(index) };
        pen.entry(entry, item.name, TITLES, &item.title, index == list.selected());
        y += entry.height;
    }
    if shown == 0 {
        pen.put(area.x + 2, area.y + 3, "No program is called that.", dim);
    }
    let bottom = area.y + area.height.saturating_sub(1);
    pen.fill(area.x, end, bottom, '─', pen.theme.faint());
    let parts = [(first, "above"), (list.matching().count() - shown, "below")];
    let left_out = parts.into_iter().filter(|(count, _)| *count > 0);
    let left_out: Vec<String> = left_out.map(|(count, place)| format!("{count} more {place}")).collect();
    if !left_out.is_empty() {
        pen.put_right(end.saturating_sub(2), bottom, &format!(" {} ", left_out.join(", ")), dim);
    }
}
