//! The line in which a schedule is entered.
//!
//! ```text
//! ─ schedule ───────────────────────────────── enter follows it   esc closes ─
//!   0x3 1 0x2_
//!         ^ column 5: expected a worker's number
//! ────────────────────────────────────────────────────────────────────────────
//! ```

use crate::app::layout::Area;
use crate::app::step::line::Line;
use crate::view::pen::{Pen, columns};

/// Draws the line over whatever is there.
pub(crate) fn draw(line: &Line, whole: Area, pen: &mut Pen<'_>) {
    let width = whole.width.min(92);
    let height = whole.height.min(6);
    let area = whole.middle(width, height);
    let end = area.x + width;
    pen.window(area, "schedule", "enter follows it   esc closes");
    let (dim, strong, alarm) = (pen.theme.dim(), pen.theme.strong(), pen.theme.alarm());
    let mut pen = pen.within(area);
    let room = usize::from(width.saturating_sub(5));
    // Of a long text its end is shown, or the place where something is wrong.
    let length = line.text().chars().count();
    let focus = line.error().map_or(length, |(column, _)| (column + room / 2).min(length));
    let skip = focus.saturating_sub(room);
    let shown: String = line.text().chars().skip(skip).take(room).collect();
    let x = pen.put(area.x + 2, area.y + 1, &shown, strong);
    pen.put(x, area.y + 1, "_", dim);
    match line.error() {
        None => {
            let text = "who moves, and how often in a row: 0x3 1 0x2";
            pen.put(area.x + 2, area.y + 3, text, dim);
        }
        Some((column, why)) => {
            let at = column.saturating_sub(1).saturating_sub(skip).min(room) as u16;
            pen.set(area.x + 2 + at, area.y + 2, '^', alarm.patch(strong));
            let text = format!("⚠ column {column}: {why}");
            let lines = Area { x: area.x + 2, y: area.y + 3, width: width.saturating_sub(4), height: 2 };
            if columns(&text) <= lines.width {
                pen.put(lines.x, lines.y, &text, alarm);
            } else {
                pen.wrap(lines, &text, alarm);
            }
        }
    }
    pen.fill(area.x, end, area.y + height.saturating_sub(1), '─', pen.theme.faint());
}
