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
use crate::app::programs::Programs;

/// Rows around the list: its rule, what is searched for, a blank one, one more for the selected title, the rule below.
const AROUND: u16 = 5;
/// Columns for the names.
const NAMES: u16 = 22;

/// Draws the list over whatever is there.
pub(crate) fn draw(list: &Programs, whole: Area, pen: &mut Pen<'_>) {
    let width = whole.width.min(116);
    let height = whole.height.saturating_sub(2).min(list.longest() + AROUND);
    let area = whole.middle(width, height);
    let end = area.x + area.width;
    pen.window(area, "programs", "enter chooses   esc closes");
    let (dim, strong, text) = (pen.theme.dim(), pen.theme.strong(), pen.theme.text());
    let mut pen = pen.within(area);
    let x = pen.put(area.x + 2, area.y + 1, "search: ", dim);
    let x = pen.put(x, area.y + 1, list.query(), strong);
    pen.put(x, area.y + 1, "_", dim);
    let rows = height.saturating_sub(AROUND - 1);
    // The selected one may take a second row.
    let first = list.selected().saturating_sub(usize::from(rows.saturating_sub(2)));
    let (mut y, last) = (area.y + 3, area.y + 3 + rows);
    let mut shown = first;
    for (index, item) in list.matching().enumerate().skip(first) {
        if y >= last {
            break;
        }
        shown += 1;
        let selected = index == list.selected();
        let style = if selected { pen.theme.selected(text) } else { text };
        pen.put(area.x, y, if selected { "▶" } else { " " }, strong);
        pen.put(area.x + 2, y, item.name, strong);
        let x = area.x + 2 + NAMES;
        let title = Area { x, y, width: end.saturating_sub(x), height: last - y };
        y += pen.entry(title, &item.title, style, selected);
    }
    if shown == 0 {
        pen.put(area.x + 2, area.y + 3, "No program is called that.", dim);
    }
    let bottom = area.y + height.saturating_sub(1);
    pen.fill(area.x, end, bottom, '─', pen.theme.faint());
    let parts = [(first, "above"), (list.matching().count() - shown, "below")];
    let left_out = parts.into_iter().filter(|(count, _)| *count > 0);
    let left_out: Vec<String> = left_out.map(|(count, place)| format!("{count} more {place}")).collect();
    if !left_out.is_empty() {
        pen.put_right(end.saturating_sub(2), bottom, &format!(" {} ", left_out.join(", ")), dim);
    }
}
