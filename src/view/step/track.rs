//! The run so far: the lanes up to the moment that is looked at, and the schedule that led there.
//!
//! ```text
//! ─ so far ──────────────────────────────────────── ← → one step   home start   end last ──
//!   T0   L0━━━━━━━━━━━━━━━━━━│
//!   T1       L0━━S1··L1━━S2··│
//!   mem ─────────├1──────├2──│
//!       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄│▄▄▄▄▄▄
//!   schedule  0 1x4 │ 0x2                                            y copies   p enters another
//! ```

use crate::app::layout::Area;
use crate::app::step::Step;
use crate::app::step::panels::Panels;
use crate::app::way::text;
use crate::view::lanes::{self, Scene};
use crate::view::pen::{Pen, columns, grouped};

/// Draws the lanes and the schedule.
pub(crate) fn draw(step: &Step, panels: &Panels, pen: &mut Pen<'_>) {
    let threads = step.moment().rows.len() as u16;
    let first = step.first_shown(panels.visible);
    let mut title = String::from("so far");
    if panels.visible < threads {
        title.push_str(&format!(", T{first} to T{} of {threads}", first + panels.visible.saturating_sub(1)));
    }
    pen.rule(panels.lanes.rule, &title, "← → one step   home start   end last");
    let body = panels.lanes.body;
    let strip = step.strip(panels.track());
    let edge = step.edge(panels.track());
    let width = u16::try_from(edge).unwrap_or(u16::MAX).min(panels.track());
    let scene = Scene {
        timeline: step.timeline(),
        strip,
        focus: None,
        selected: None,
        threads,
        first,
        visible: panels.visible,
        step: panels.step,
        edge: edge.max(i64::from(width)),
        width,
        body,
    };
    let (now, memory) = lanes::draw(&scene, pen);
    let blank = ratatui::style::Style::reset();
    let cursor = blank.patch(pen.theme.strong());
    pen.fill(now, body.x + body.width, memory, ' ', blank);
    for y in body.y..=memory.min(body.y + body.height.saturating_sub(1)) {
        pen.set(now, y, '│', cursor);
    }
    if let Some(area) = panels.scrub {
        scrub(step, area, pen);
    }
    bar(step, panels.bar, pen);
}

/// Draws the schedule as a bar: a few cells for each operation in its worker's colour, or one for several; what is remembered
/// beyond the moment stands back.
fn scrub(step: &Step, area: Area, pen: &mut Pen<'_>) {
    let scale = step.scale(area.width);
    let cells = scale.cells();
    if cells < 2 {
        return;
    }
    let strong = pen.theme.strong();
    let now = scale.cell(step.position().0);
    for cell in 0..cells {
        let x = area.x + cell;
        if cell == now {
            pen.set(x, area.y, '│', strong);
            continue;
        }
        let Some(worker) = step.worker_of(scale.operation(cell, now)) else { continue };
        let style = if cell < now { pen.theme.worker(worker.index()) } else { pen.theme.faint() };
        pen.set(x, area.y, '▄', style);
    }
}

/// Draws the schedule: what was, the moment, what is remembered beyond it.
fn bar(step: &Step, area: Area, pen: &mut Pen<'_>) {
    let (dim, strong, faint) = (pen.theme.dim(), pen.theme.strong(), pen.theme.faint());
    let end = area.x + area.width;
    let mut pen = pen.within(area);
    let y = area.y;
    let hints = match step.branch() {
        Some((at, _)) if area.width >= 100 => {
            format!("y copies   p enters another   d the branch left at step {}", grouped(at as u64))
        }
        _ => "y copies   p enters another".into(),
    };
    let hints = if area.width >= 70 { hints } else { String::new() };
    pen.put_right(end - 1, y, &hints, dim);
    let x = pen.put(area.x + 2, y, "schedule", dim) + 2;
    let room = end.saturating_sub(columns(&hints) + 4).saturating_sub(x);
    let (past, ahead) = step.schedule();
    let beyond = if ahead.steps() > 0 { (room / 4).max(6) } else { 0 };
    let budget = room.saturating_sub(beyond + 2);
    let mut used = 0;
    let mut from = past.runs().len();
    for (index, run) in past.runs().iter().enumerate().rev() {
        let width = columns(&text(*run)) + 1;
        if used + width > budget.saturating_sub(2) {
            break;
        }
        used += width;
        from = index;
    }
    let mut x = if from > 0 { pen.put(x, y, "… ", dim) } else { x };
    for run in &past.runs()[from..] {
        let style = pen.theme.worker(run.0.index()).patch(strong);
        x = pen.put(x, y, &text(*run), style) + 1;
    }
    pen.put(x, y, "│", strong);
    x += 2;
    let limit = end.saturating_sub(columns(&hints) + 4);
    for run in ahead.runs() {
        let run = text(*run);
        if x + columns(&run) + 2 > limit {
            pen.put(x, y, "…", faint);
            break;
        }
        x = pen.put(x, y, &run, dim) + 1;
    }
}
