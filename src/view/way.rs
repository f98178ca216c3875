//! A whole schedule, as long as it is.
//!
//! ```text
//! ─ shortest way to 12 ──────────────────────────── y copies   esc closes ─
//!
//!   0x2 1x4 2x4 3x8 2x4 1x4 0x8 1x4 2x4 3x8 2x4 1x4 0x8
//!
//! ──────────────────────────────────────────────────────── 64 operations ─
//! ```

use super::pen::{Pen, columns, grouped};
use crate::app::layout::Area;
use crate::app::way::{FRAME, Way, text};

/// Draws it over whatever is there.
pub(crate) fn draw(way: &Way, whole: Area, screen: (u16, u16), pen: &mut Pen<'_>) {
    let (width, height) = way.size(screen);
    let (width, height) = (width.min(whole.width), height.min(whole.height));
    let area = whole.middle(width, height);
    let end = area.x + width;
    let rows = way.rows(width.saturating_sub(FRAME.0));
    let (first, room) = (way.first(screen), usize::from(height.saturating_sub(FRAME.1)));
    let note =
        if rows.len() > room { "↑ ↓ scroll   y copies   esc closes" } else { "y copies   esc closes" };
    pen.window(area, way.title(), note);
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    let mut inside = pen.within(area);
    for (y, row) in (area.y + 2..).zip(first..(first + room).min(rows.len())) {
        let until = rows.get(row + 1).copied().unwrap_or(way.schedule().runs().len());
        let mut x = area.x + 2;
        for run in &way.schedule().runs()[rows[row]..until] {
            let style = inside.theme.worker(run.0.index()).patch(strong);
            x = inside.put(x, y, &text(*run), style) + 1;
        }
    }
    let last = area.y + height.saturating_sub(1);
    inside.fill(area.x, end, last, '─', inside.theme.faint());
    let shown = if rows.len() > room {
        format!(" rows {} to {} of {} ", first + 1, (first + room).min(rows.len()), rows.len())
    } else {
        String::new()
    };
    let said = format!("{shown} {} operations ", grouped(way.schedule().steps()));
    if columns(&said) + 4 < width {
        inside.put_right(end - 2, last, &said, dim);
    }
}
