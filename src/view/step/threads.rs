//! What each worker holds and does next, what memory holds, and who holds what.
//!
//! ```text
//! ─ threads ──────────────────────────────────────────────────────────────
//!   0 T0  holds 0      stores 1 next    ⚠ stale: the counter is 2
//!   1 T1  between      loads 2 next
//!
//!   memory  counter 2
//!   lock    held by T0
//! ```
//! The digit is a key that moves the worker; one that can't move has none.

use crate::app::layout::Area;
use crate::app::step::panels::Panels;
use crate::app::step::{Row, Stand, Step};
use crate::view::pen::{Pen, columns, grouped};

/// From this width on, sentences are written out.
const WIDE: u16 = 58;

/// Draws the panel.
pub(crate) fn draw(step: &Step, panels: &Panels, pen: &mut Pen<'_>) {
    pen.rule(panels.threads.rule, step.program().kind.plural(), "");
    let body = panels.threads.body;
    let moment = step.moment();
    let pen = &mut pen.within(body);
    let memory = memory_rows(step, body.width);
    let spread = panels.spread.max(1);
    let room = body.height.saturating_sub(memory.min(body.height / 2)) / spread;
    let shown = (moment.rows.len() as u16).min(room.max(1));
    let skip = usize::from(step.first_shown(shown));
    for (index, row) in moment.rows.iter().skip(skip).take(usize::from(shown)).enumerate() {
        let y = body.y + index as u16 * spread;
        worker(row, Area { y, height: 1, ..body }, pen);
    }
    let left = moment.rows.len() - usize::from(shown);
    let mut y = body.y + shown * spread;
    if left > 0 {
        y = y.saturating_sub(u16::from(spread > 1));
        pen.put(body.x + 6, y, &format!("and {left} more"), pen.theme.dim());
        y += 1;
    } else if spread == 1 && body.height > shown + memory {
        y += 1;
    }
    self::memory(step, Area { y, height: (body.y + body.height).saturating_sub(y), ..body }, pen);
}

fn worker(row: &Row, area: Area, pen: &mut Pen<'_>) {
    let Area { x, y, width, .. } = area;
    let (dim, strong, text) = (pen.theme.dim(), pen.theme.strong(), pen.theme.text());
    let own = pen.theme.worker(row.worker.index()).patch(strong);
    if row.stand == Stand::Ready && row.worker.0 < 10 {
        let style = pen.theme.selected(own);
        pen.put(x + 2, y, &row.worker.0.to_string(), style);
    }
    let name = if row.stand == Stand::Ready { own } else { pen.theme.worker(row.worker.index()) };
    pen.put(x + 4, y, &row.worker.to_string(), name);
    let wide = width >= WIDE;
    let (holds, next) = (x + 8, x + if wide { 22 } else { 18 });
    let quiet = matches!(row.stand, Stand::Waits | Stand::Idle | Stand::Done);
    let end = match row.stand {
        Stand::Done => pen.put(holds, y, "done", dim),
        Stand::Failed => {
            let alarm = pen.theme.alarm().patch(strong);
            pen.put(holds, y, "✗ failed", alarm)
        }
        Stand::Waits | Stand::Idle if row.holds == "between" => {
            let end = if row.stand == Stand::Waits { pen.put(holds, y, "░ ", own) } else { holds };
            pen.put(end, y, &row.next, text)
        }
        _ => {
            let end = pen.put(holds, y, &row.holds, if quiet { dim } else { text });
            let next = next.max(end + 2);
            let end = pen.put(next, y, &row.next, if quiet { text } else { dim });
            if row.stand == Stand::Ready && wide { pen.put(end, y, " next", dim) } else { end }
        }
    };
    if let Some(warning) = &row.warning {
        let alarm = pen.theme.alarm().patch(strong);
        let at = (x + if wide { 39 } else { 31 }).max(end + 2);
        let full = format!("⚠ {warning}");
        let short = full.split(':').next().unwrap_or_default();
        let text = if at + columns(&full) <= x + width { &full } else { short };
        pen.put(at, y, text, alarm);
        return;
    }
    let mut at = (x + 39).max(end + 2);
    for (name, value) in &row.registers {
        if at + columns(name) + columns(value) + 1 > x + width {
            break;
        }
        at = pen.put(at, y, name, dim);
        at = pen.put(at + 1, y, value, text) + 2;
    }
}

/// Rows that memory takes at this width.
fn memory_rows(step: &Step, width: u16) -> u16 {
    let mut rows = 0;
    lay(step, width, |_, row, _, _| rows = rows.max(row + 1));
    rows + u16::from(step.counts().is_some())
}

/// Places the shared variables and the lines about locks: column, row, name, value.
fn lay(step: &Step, width: u16, mut each: impl FnMut(u16, u16, &str, (&str, bool))) {
    let moment = step.moment();
    let (mut x, mut y) = (10, 0);
    for (name, value, written) in &moment.variables {
        let needed = columns(name) + columns(value) + 1;
        if x > 10 && x + needed > width {
            (x, y) = (10, y + 1);
        }
        each(x, y, name, (value, *written));
        x += needed + 3;
    }
    for hold in &moment.holds {
        y += 1;
        each(2, y, &hold.name, (&hold.text, false));
    }
}

/// Draws memory, locks, and what was lost so far.
fn memory(step: &Step, area: Area, pen: &mut Pen<'_>) {
    let mut pen = pen.within(area);
    let (dim, strong, text) = (pen.theme.dim(), pen.theme.strong(), pen.theme.text());
    let mut last = 0;
    pen.put(area.x + 2, area.y, "memory", dim);
    lay(step, area.width, |x, row, name, (value, written)| {
        last = row;
        let y = area.y + row;
        if x == 2 {
            let end = pen.put(area.x + x, y, name, dim);
            pen.put((area.x + 10).max(end + 1), y, value, text);
            return;
        }
        let end = pen.put(area.x + x, y, name, text) + 1;
        let style = if written { pen.theme.selected(strong) } else { strong };
        pen.put(end, y, value, style);
    });
    let Some((completed, counter)) = step.counts() else { return };
    let y = area.y + last + 1;
    let end = pen.put(area.x + 2, y, "done", dim);
    let end = pen.put((area.x + 10).max(end + 1), y, &grouped(completed), strong);
    let lost = i64::try_from(completed).unwrap_or(i64::MAX).saturating_sub(counter);
    if lost > 0 {
        let alarm = pen.theme.alarm().patch(strong);
        let word = if step.moment().end.is_some() { "lost" } else { "overwritten" };
        pen.put(end + 2, y, &format!("✗ {} {word}", grouped(lost.unsigned_abs())), alarm);
    } else {
        pen.put(end + 2, y, "nothing overwritten", dim);
    }
}
