//! The search: how far it is, or what it came to, and the verdict.
//!
//! ```text
//! ─ search ─────────────────────────────
//!   924 schedules, counted exactly
//!   60 states, 0.1 ms, nothing left out
//!   ✗ Only 20 of 924 count right.
//! ```

use ratatui::style::Style;

use crate::app::explore::{Explore, Under};
use crate::app::findings::{
    Findings, brief, bytes, coverage, endless, may_never_end, rightness, short_time, total,
};
use crate::app::layout::{Area, Panel};
use crate::view::pen::{Pen, columns, grouped, lines};

/// Draws the panel.
pub(super) fn draw(explore: &Explore, panel: Panel, pen: &mut Pen<'_>) {
    let note = match (explore.under(), explore.here()) {
        (Some(_), _) => "space stops it",
        (None, Some(_)) => "esc explores from the start",
        (None, None) => "space searches again",
    };
    pen.rule(panel.rule, "search", note);
    let area = Area { x: panel.body.x + 2, width: panel.body.width.saturating_sub(3), ..panel.body };
    let pen = &mut pen.within(panel.body);
    let (text, alarm) = (pen.theme.text(), pen.theme.alarm().patch(pen.theme.strong()));
    if let Some(notice) = explore.notice_text() {
        pen.wrap(area, notice, text);
        return;
    }
    match (explore.under(), explore.findings(), explore.failed()) {
        (Some(under), _, _) => going_on(under, area, pen),
        (None, _, Some(why)) => {
            pen.wrap(
                area,
                &format!("✗ The search failed: {why}. This is a mistake of ours; space searches again."),
                alarm,
            );
        }
        (None, Some(findings), None) => found(findings, area, pen),
        (None, None, None) => {
            pen.put(area.x, area.y, "Nothing has been searched yet.", pen.theme.dim());
        }
    }
}

/// Draws how far a search is.
fn going_on(under: &Under, area: Area, pen: &mut Pen<'_>) {
    let Area { x, y, width, .. } = area;
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    let progress = &under.progress;
    let what = if under.stopping { "stopping" } else { "so far" };
    if under.is_drawing() {
        let time = short_time(under.seconds);
        let long = format!("operations of schedules drawn at random, {time}, {what}");
        let end = pen.put(x, y, &grouped(progress.transitions), strong) + 1;
        pen.put(end, y, fitting(&long, &format!("operations drawn, {time}"), x + width - end), dim);
        met(under, x, y + 1, pen);
        if area.height > 2 {
            let (long, brief) = match under.was_stopped {
                true => ("The search was stopped; this is a sample.", "stopped: a sample"),
                false => ("It was too much to search; this is a sample.", "too much to search: a sample"),
            };
            pen.put(x, y + 2, fitting(long, brief, width), dim);
        }
        return;
    }
    let end = pen.put(x, y, &grouped(progress.states), strong) + 1;
    let (depth, time) = (grouped(progress.depth), short_time(under.seconds));
    let long = format!("states, {time}, depth {depth}, {what}");
    pen.put(end, y, fitting(&long, &format!("states, {time}, {what}"), x + width - end), dim);
    met(under, x, y + 1, pen);
    if area.height < 3 {
        return;
    }
    let share = progress.bytes as f64 / under.memory.max(1) as f64;
    let text = format!("{} of {}", bytes(progress.bytes), bytes(under.memory));
    let cells = width.saturating_sub(22).min(24);
    let full = ((share * f64::from(cells)).ceil() as u16).min(cells);
    pen.fill(x, x + full, y + 2, '█', dim);
    pen.fill(x + full, x + cells, y + 2, '░', pen.theme.faint());
    pen.put(x + cells + 1, y + 2, &text, dim);
    if area.height > 3 {
        pen.put(x, y + 3, &Explore::pace(under), dim);
    }
    if area.height > 4 {
        pen.put(x, y + 4, "space stops it; what was found is kept", dim);
    }
}

/// The longer of two texts where it fits.
fn fitting<'a>(long: &'a str, brief: &'a str, room: u16) -> &'a str {
    if columns(long) <= room { long } else { brief }
}

/// Draws the outcomes so far.
fn met(under: &Under, x: u16, y: u16, pen: &mut Pen<'_>) {
    let met = under.progress.met;
    let end = pen.put(x, y, &grouped(met.outcomes), pen.theme.strong());
    let end = pen.put(
        end + 1,
        y,
        if met.outcomes == 1 { "outcome so far" } else { "outcomes so far" },
        pen.theme.dim(),
    );
    if met.bad > 0 {
        pen.put(end, y, &format!(", {} of them ✗ wrong", grouped(met.bad)), pen.theme.alarm());
    }
}

/// Draws what a search came to: the verdict always, the rest as there is room.
fn found(findings: &Findings, area: Area, pen: &mut Pen<'_>) {
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    let (sign, style) = verdict(findings, pen);
    let said = format!("{sign} {}", rightness(findings));
    let rows = lines(&said, area.width).min(area.height);
    let gap = u16::from(area.height >= 4 + rows);
    let mut y = area.y;
    let last = area.y + area.height.saturating_sub(rows);
    if findings.is_complete() {
        let (figure, rest) = total(findings);
        if y < last {
            let end = pen.put(area.x, y, &figure, strong) + 1;
            let fits = end + columns(&rest) <= area.x + area.width;
            let rest = if fits { rest } else { rest.replace(", counted exactly", ", exact") };
            pen.put(end, y, &rest, dim);
            y += 1;
        }
        if y < last {
            let time = short_time(findings.seconds);
            if findings.states == 0 {
                pen.put(area.x, y, &format!("known without a search, {time}, nothing left out"), dim);
            } else {
                let end = pen.put(area.x, y, &grouped(findings.states), strong);
                pen.put(end + 1, y, &format!("states, {time}, nothing left out"), dim);
            }
            y += 1;
        }
        if let Some(text) = endless(findings).filter(|_| y < last) {
            let brief = text.replace(", if the scheduler is unfair.", " if unfair.");
            pen.put(area.x, y, fitting(&text, &brief, area.width), dim);
            y += 1;
        }
    } else {
        let room = last.saturating_sub(y);
        let whole = coverage(findings);
        let text = if lines(&whole, area.width) <= room { whole } else { brief(findings) };
        pen.wrap(Area { height: room, ..area }, &text, dim);
        y += lines(&text, area.width).min(room);
    }
    let y = (y + gap).min(last);
    pen.wrap(Area { y, height: rows, ..area }, &said, style);
}

/// The verdict's sign and colour.
fn verdict(findings: &Findings, pen: &Pen<'_>) -> (char, Style) {
    if findings.bad().next().is_some() || may_never_end(findings) {
        ('✗', pen.theme.alarm().patch(pen.theme.strong()))
    } else if findings.lists_all {
        ('✓', pen.theme.ok().patch(pen.theme.strong()))
    } else {
        ('≈', pen.theme.strong())
    }
}
