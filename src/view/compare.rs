//! The Compare screen: sweeps, measured.
//!
//! ```text
//! ─ compare ─────────────────────────────────────────────────── space sweeps ─
//!   Protections   Semaphore limits   Race window
//!   1, 2, 4 and 8 threads × 20 000, no gap, 20 runs of each in turn
//! ─ measured ──────────────────────────────────────────────────────── 1 to 11 of 36 ─
//!       protection  workers     lost  a second  relative  waiting  fairness  speed
//!   ▶ ✗ none              8   61.3 %     152 M      1.00        –      0.61  ████████▒▒▒▒
//!     ✓ lock              8    0.0 %    21.0 M      0.14   61.2 %      0.98  █▒
//! ─ found ─────────────────────────────────────────────────────────────────────
//!   Nothing was lost under any of the 6 protections that are exact, in 480 runs; …
//! ```

mod claims;
mod table;

use super::pen::{Pen, columns as width_of, grouped, lines};
use crate::app::compare::layout::Panels;
use crate::app::compare::{Compare, legend, words};
use crate::app::layout::{Area, Panel};

/// Columns of how far a sweep is.
const PROGRESS: u16 = 24;

/// Draws the screen between the header and the footer.
pub(crate) fn draw(compare: &Compare, whole: Area, pen: &mut Pen<'_>) {
    let Some(panels) = compare.panels((whole.width, whole.height)) else { return };
    sweeps(compare, &panels, pen);
    table::draw(compare, &panels, pen);
    found(compare, whole.width, panels.found, pen);
}

/// Draws the sweeps' names, and how the one that is shown is or would be made.
fn sweeps(compare: &Compare, panels: &Panels, pen: &mut Pen<'_>) {
    let panel = panels.sweeps;
    let note = match (compare.is_sweeping(), compare.is_other()) {
        (true, _) => "space stops it",
        (false, true) => "space measures at these sizes",
        (false, false) if compare.table().is_none() => "space begins; Race pauses meanwhile",
        (false, false) => "space sweeps again",
    };
    pen.rule(panel.rule, "compare", note);
    let (theme, area) = (pen.theme, panel.body);
    let pen = &mut pen.within(area);
    for (x, sweep, name) in panels.names() {
        let here = sweep == compare.shown();
        let style = if here { theme.selected(theme.strong()) } else { theme.dim() };
        let x = pen.put(x, area.y, " ", style);
        let x = pen.put(x, area.y, name, style);
        pen.put(x, area.y, " ", style);
    }
    let (x, y) = (area.x + 2, area.y + 1);
    match compare.going() {
        Some(going) if compare.elsewhere().is_none() => {
            let share = going.done as f64 / going.of.max(1) as f64;
            let full = ((share * f64::from(PROGRESS)) as u16).min(PROGRESS);
            pen.fill(x, x + full, y, '█', theme.text());
            pen.fill(x + full, x + PROGRESS, y, '░', theme.faint());
            let text = format!("{} of {} runs", grouped(going.done), grouped(going.of));
            let x = pen.put(x + PROGRESS + 2, y, &text, theme.text());
            if let Some(seconds) = going.remaining {
                pen.put(x, y, &format!(", about {} s left", grouped(seconds.ceil() as u64)), theme.dim());
            }
        }
        _ => {
            let said = words::plan_within(compare.plan(), area.width.saturating_sub(4));
            let x = pen.put(x, y, &said, theme.text());
            if let Some(sweep) = compare.elsewhere() {
                pen.put(x + 3, y, &format!("{} is being swept", sweep.title()), theme.dim());
            }
        }
    }
}

/// Draws what was found, or what is to be told first.
fn found(compare: &Compare, columns: u16, panel: Panel, pen: &mut Pen<'_>) {
    let note = compare.partial().map(|partial| format!("≈ {partial}"));
    let opens = if compare.opens() { "enter opens the selected row in Race" } else { "" };
    let title = if compare.table().is_some() { "found" } else { "what for" };
    pen.rule(panel.rule, title, note.as_deref().unwrap_or(opens));
    let area = Area { x: panel.body.x + 2, width: panel.body.width.saturating_sub(3), ..panel.body };
    let (theme, pen) = (pen.theme, &mut pen.within(panel.body));
    if let Some(notice) = compare.notice_text() {
        pen.wrap(area, notice, theme.text());
        return;
    }
    if let Some(why) = compare.failed() {
        pen.wrap(area, &format!("✗ The sweep could not go on: {why}."), theme.alarm().patch(theme.strong()));
        return;
    }
    if let Some(duels) = compare.duels(columns) {
        let fits = |headed: &bool| duels.height(area.width, *headed) <= area.height;
        if let Some(headed) = [true, false].into_iter().find(fits) {
            let y = claims::draw(&duels, headed, area, pen);
            let end = area.y + area.height;
            if let Some(note) = compare.note().filter(|note| y + lines(note, area.width) <= end) {
                let y = if end - y > lines(&note, area.width) { y + 1 } else { y };
                pen.wrap(Area { y, ..area }, &note, theme.dim());
            }
            return;
        }
    }
    let said = compare.found(columns);
    let end = area.y + area.height;
    let all: u16 = said.iter().map(|sentence| lines(sentence, area.width)).sum();
    // What there is no room for is told of, in the last line.
    let hidden = if all > area.height { all + 1 - area.height } else { 0 };
    let last = if hidden > 0 { end - 1 } else { end };
    let mut y = area.y;
    for sentence in said {
        let is_verdict = words::is_verdict(&sentence);
        let alarm = !is_verdict && sentence.starts_with(['✗', '⚠']);
        let left = last.saturating_sub(y);
        let style = match () {
            () if alarm => theme.alarm(),
            // What came out, before anything else.
            () if compare.table().is_some() && !is_verdict => theme.strong(),
            () => theme.text(),
        };
        pen.wrap(Area { y, height: left, ..area }, &sentence, style);
        if let Some(sign) = sentence.chars().next().filter(|_| is_verdict && left > 0) {
            let style = match sign {
                '✓' => theme.ok(),
                '✗' => theme.alarm(),
                _ => theme.dim(),
            };
            pen.set(area.x, y, sign, style.patch(theme.strong()));
        }
        y = y.saturating_add(lines(&sentence, area.width));
    }
    if hidden > 0 {
        let more = if hidden == 1 { "line" } else { "lines" };
        pen.put(area.x, last, &format!("… {hidden} {more} more where there is room"), theme.dim());
        return;
    }
    below(compare, Area { y, height: end.saturating_sub(y), ..area }, pen);
}

/// Draws what the figures are, as far as there is room for whole entries.
fn below(compare: &Compare, area: Area, pen: &mut Pen<'_>) {
    let dim = pen.theme.dim();
    let end = area.y + area.height;
    let mut y = area.y;
    if let Some(note) = compare.note().filter(|note| lines(note, area.width) <= area.height) {
        y += pen.wrap(area, &note, dim);
    }
    let entries = legend::legend(compare.shown());
    let indent = entries.iter().map(|(heading, _)| width_of(heading)).max().unwrap_or(0) + 2;
    y += 1;
    for (heading, means) in entries {
        let at = Area {
            x: area.x + indent,
            y,
            width: area.width.saturating_sub(indent),
            height: end.saturating_sub(y),
        };
        if lines(means, at.width) > at.height {
            return;
        }
        pen.put(area.x, y, heading, dim.patch(pen.theme.strong()));
        y += pen.wrap(at, means, dim);
    }
}
