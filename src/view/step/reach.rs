//! What can still come of it.
//!
//! ```text
//! ─ from here ────────────────────────────────────────────── all 61 states   z explores ──
//!   still reachable     ▶ 2✗  3✗  4✗  5✗ ─6─   6 is out of reach: T0 holds 0, the counter is 2.
//!   shortest way to 2   0 1 0x4 1      h one step of it   ↑ ↓ another outcome
//!
//!   a lost update       ✗ certain  in 1 step at the earliest
//!   deadlock            ✓ excluded
//! ```
//! A chip that is struck is out of reach; one with a question mark was not found in the part that was searched.

use ratatui::style::{Modifier, Style};

use crate::app::layout::{Area, Panel};
use crate::app::step::reach::{Chip, Standing};
use crate::app::step::{FOR_EVER, Forecast, Step};
use crate::app::way::text;
use crate::event::Worker;
use crate::view::pen::{Pen, columns, grouped, lines};

/// Columns of the labels.
const LABELS: u16 = 22;
/// Most rows of the way to the selected outcome.
const WAY: u16 = 3;

/// Draws the panel.
pub(crate) fn draw(step: &Step, panel: Panel, pen: &mut Pen<'_>) {
    let mut note = covered(step);
    if step.moment().end.is_none() {
        note.push_str("   z explores");
    }
    pen.rule(panel.rule, "from here", &note);
    let body = panel.body;
    let pen = &mut pen.within(body);
    let airy = body.height >= 6;
    let row = |y: u16| Area { y: body.y + y, height: 1, ..body };
    let end = chips(step, row(0), pen);
    let said = sentence(step);
    let beside = end + 3;
    let mut next = 1;
    if let Some((text, style)) = said.map(|(said, alarm)| (said, tone(alarm, pen))) {
        let room = (body.x + body.width).saturating_sub(beside + 1);
        if columns(&text) <= room {
            pen.put(beside, body.y, &text, style);
        } else {
            let width = body.width.saturating_sub(4);
            let height = lines(&text, width).min(if airy || step.told().is_some() { 2 } else { 1 });
            pen.wrap(Area { x: body.x + 2, y: body.y + 1, width, height }, &text, style);
            next += height;
        }
    }
    let forecasts = step.forecasts();
    if airy || body.height > next + 1 {
        // One row less than is left over: the blank one.
        let below = if airy { forecasts.len() as u16 + 1 } else { 1 };
        let height = body.height.saturating_sub(next + below).clamp(1, WAY);
        next += way(step, Area { height, ..row(next) }, pen);
    }
    if airy && body.height >= next + 3 {
        next += 1;
    }
    if usize::from(body.height.saturating_sub(next)) >= forecasts.len() && airy {
        for (y, (name, forecast)) in (next..).zip(forecasts) {
            pen.put(body.x + 2, body.y + y, name, pen.theme.dim());
            verdict(step, (name, forecast), body.x + LABELS, body.y + y, true, pen);
            next = y + 1;
        }
        let left = body.height.saturating_sub(next + 1);
        ways(step, Area { y: body.y + next + 1, height: left, ..body }, pen);
        return;
    }
    let mut x = body.x + 2;
    for (name, forecast) in forecasts {
        let (text, _, steps) = standing(step, (name, forecast), false, pen);
        let width = columns(name) + 1 + columns(text) + columns(&steps);
        if x > body.x + 2 && x + width > body.x + body.width {
            (x, next) = (body.x + 2, next + 1);
        }
        x = pen.put(x, body.y + next, name, pen.theme.dim()) + 1;
        x = verdict(step, (name, forecast), x, body.y + next, false, pen) + 3;
    }
}

fn tone(alarm: bool, pen: &Pen<'_>) -> Style {
    if alarm { pen.theme.alarm() } else { pen.theme.text() }
}

/// How much was searched, for the rule.
fn covered(step: &Step) -> String {
    let (chips, all, searches) = step.chips();
    let (states, complete) = step.searched();
    let states = grouped(states);
    let is_known = |chip: &Chip| matches!(chip.standing, Standing::Reachable(_) | Standing::Excluded);
    if !complete && !searches && all && chips.iter().all(is_known) {
        // Of some programs they are known at any size.
        return "all outcomes are known".into();
    }
    match (complete, searches) {
        (true, _) if step.moment().end.is_some() => "nothing can follow".into(),
        (true, _) if states == "1" => "the only state".into(),
        (true, _) => format!("all {states} states"),
        (false, true) => format!("searching: {states} states so far, a part"),
        (false, false) => format!("a part: {states} states"),
    }
}

/// How an outcome is drawn: its text, its style.
fn chip(step: &Step, chip: &Chip, pen: &Pen<'_>) -> (String, Style) {
    let label = step.label(&chip.outcome);
    let good = chip.outcome.is_good();
    match chip.standing {
        Standing::Reachable(_) => {
            let style = if good { pen.theme.ok() } else { pen.theme.alarm() };
            let sign = if good { '✓' } else { '✗' };
            (format!(" {label}{sign}"), pen.theme.selected(style.patch(pen.theme.strong())))
        }
        Standing::Excluded => {
            (format!("─{label}─"), pen.theme.dim().add_modifier(Modifier::CROSSED_OUT | Modifier::DIM))
        }
        Standing::Unknown => (format!(" {label}?"), pen.theme.dim()),
    }
}

/// Draws the outcomes, as many as fit around the selected one; returns the column after them.
fn chips(step: &Step, area: Area, pen: &mut Pen<'_>) -> u16 {
    let (all, _, _) = step.chips();
    let (dim, strong) = (pen.theme.dim(), pen.theme.strong());
    let found = all.iter().any(|chip| matches!(chip.standing, Standing::Reachable(_)));
    let label = match (step.moment().end.is_some(), found) {
        (true, _) => "the outcome",
        (false, true) => "still reachable",
        (false, false) if step.searched().1 => "out of reach",
        (false, false) => "perhaps reachable",
    };
    pen.put(area.x + 2, area.y, label, dim);
    let mut x = area.x + LABELS;
    if all.is_empty() {
        return pen.put(x, area.y, "none found yet", dim);
    }
    let end = area.x + area.width.saturating_sub(12);
    let goal = step.goal_index().unwrap_or(0);
    let width = |index: usize| columns(&step.label(&all[index].outcome)) + 4;
    // From the selected one outwards, in turn to either side.
    let (mut from, mut to, mut used) = (goal, goal + 1, width(goal));
    loop {
        let room = end.saturating_sub(x);
        let left = from.checked_sub(1).filter(|&index| used + width(index) <= room);
        if let Some(index) = left {
            (from, used) = (index, used + width(index));
        }
        let right = Some(to).filter(|&index| index < all.len() && used + width(index) <= room);
        if let Some(index) = right {
            (to, used) = (index + 1, used + width(index));
        }
        if left.is_none() && right.is_none() {
            break;
        }
    }
    if from > 0 {
        x = pen.put(x, area.y, &format!("{} before …", grouped(from as u64)), dim) + 1;
    }
    for (index, outcome) in all.iter().enumerate().take(to).skip(from) {
        let (text, style) = chip(step, outcome, pen);
        pen.put(x, area.y, if index == goal { "▶" } else { " " }, strong);
        x = pen.put(x + 1, area.y, &text, style) + 1;
    }
    if to < all.len() {
        x = pen.put(x, area.y, &format!("… {} more", grouped((all.len() - to) as u64)), dim);
    }
    x
}

/// What there is to say, and whether it is a warning.
fn sentence(step: &Step) -> Option<(String, bool)> {
    if let Some(told) = step.told() {
        return Some((told.into(), false));
    }
    if let Some((text, good)) = step.end_words() {
        return Some(if good { (text, false) } else { (format!("✗ {text}"), true) });
    }
    step.out_of_reach().map(|text| (text, true))
}

/// Draws the shortest way to the selected outcome, in as many rows as it needs and there are; returns how many.
fn way(step: &Step, area: Area, pen: &mut Pen<'_>) -> u16 {
    let (Some(goal), Some(way)) = (step.goal(), step.way()) else { return 1 };
    if way.steps() == 0 {
        return 1;
    }
    let (dim, strong) = (pen.theme.dim(), pen.theme.strong());
    let label = step.label(goal);
    let end = pen.put(area.x + 2, area.y, "shortest way to ", dim);
    let end = pen.put(end, area.y, &label, strong);
    let row = Row { start: (area.x + LABELS).max(end + 2), end: area.x + area.width, rows: area.height };
    let wide = area.width >= 100;
    let hints = if wide { "h one step of it   ↑ ↓ another outcome" } else { "h one step" };
    let cut =
        if wide { "h one step of it   H all of it   ↑ ↓ another outcome" } else { "h one step   H all" };
    let fits = row.places(way.runs(), columns(hints) + 6).count() == way.runs().len();
    let hints = if fits { hints } else { cut };
    let (mut x, mut y) = (row.start, area.y);
    for (run, (column, line)) in way.runs().iter().zip(row.places(way.runs(), columns(hints) + 6)) {
        let style = pen.theme.worker(run.0.index()).patch(strong);
        (x, y) = (column, area.y + line);
        x = pen.put(x, y, &text(*run), style) + 1;
    }
    if !fits {
        x = pen.put(x, y, "…", dim) + 1;
    }
    if x + 2 + columns(hints) > row.end {
        (x, y) = (row.start.saturating_sub(2), y + 1);
    }
    pen.put(x + 2, y, hints, dim);
    y - area.y + 1
}

/// Rows for a schedule.
struct Row {
    start: u16,
    end: u16,
    rows: u16,
}

impl Row {
    /// Column and row of each run of a schedule, as far as they fit; in the last row so many columns stay free.
    fn places(&self, way: &[(Worker, u32)], free: u16) -> impl Iterator<Item = (u16, u16)> {
        let (mut x, mut y) = (self.start, 0);
        way.iter().map_while(move |run| {
            let width = columns(&text(*run));
            let limit = |y: u16| if y + 1 == self.rows { self.end.saturating_sub(free) } else { self.end };
            if x + width > limit(y) && y + 1 < self.rows {
                (x, y) = (self.start, y + 1);
            }
            let place = (x, y);
            x += width + 1;
            (place.0 + width <= limit(y)).then_some(place)
        })
    }
}

/// Lists the outcomes with the shortest way to each, where there is room: as many as fit around the selected one.
fn ways(step: &Step, area: Area, pen: &mut Pen<'_>) {
    let (all, _, _) = step.chips();
    let goal = step.goal_index().unwrap_or(0);
    let rows = usize::from(area.height);
    if rows < 3 || all.len() < 2 || step.moment().end.is_some() {
        return;
    }
    let first = goal.saturating_sub(rows / 2).min(all.len().saturating_sub(rows));
    // Of a counter's outcomes, of which there may be thousands, the last has the longest name.
    let shown = all.iter().skip(first).take(rows).chain(all.last());
    let widest = shown.map(|chip| columns(&step.label(&chip.outcome))).max().unwrap_or(0).min(30);
    for (y, (index, outcome)) in (area.y..).zip(all.iter().enumerate().skip(first).take(rows)) {
        let (text, style) = chip(step, outcome, pen);
        let (dim, strong) = (pen.theme.dim(), pen.theme.strong());
        pen.put(area.x + LABELS, y, if index == goal { "▶" } else { " " }, strong);
        pen.put(area.x + LABELS + 1, y, &text, style);
        let x = area.x + LABELS + widest + 6;
        let text = match outcome.standing {
            Standing::Excluded => "out of reach".into(),
            Standing::Unknown => "not found in the part that was searched".into(),
            Standing::Reachable(None) => "reachable".into(),
            Standing::Reachable(Some(steps)) => format!("{:>4} steps", grouped(steps)),
        };
        let x = pen.put(x, y, &text, dim) + 3;
        if let Some(way) = step.way_to(&outcome.outcome) {
            let text = way.to_string();
            let room = usize::from((area.x + area.width).saturating_sub(x + 3));
            let short: String = text.chars().take(room).collect();
            let end = pen.put(x, y, &short, pen.theme.text());
            if short.len() < text.len() {
                pen.put(end, y, "…", dim);
            }
        }
    }
}

/// Draws whether something can still happen; returns the column after it.
fn verdict(step: &Step, named: (&str, Forecast), x: u16, y: u16, wide: bool, pen: &mut Pen<'_>) -> u16 {
    let (text, style, steps) = standing(step, named, wide, pen);
    let end = pen.put(x, y, text, style);
    pen.put(end, y, &steps, pen.theme.dim())
}

/// Whether something can still happen, how that is drawn, and in how many steps.
fn standing(
    step: &Step,
    (name, forecast): (&str, Forecast),
    wide: bool,
    pen: &Pen<'_>,
) -> (&'static str, Style, String) {
    let ended = step.moment().end.is_some();
    let (text, style) = match forecast {
        Forecast::Excluded if ended => ("✓ did not happen", pen.theme.ok()),
        Forecast::Excluded => ("✓ excluded", pen.theme.ok()),
        Forecast::Certain(0) => ("✗ happened", pen.theme.alarm()),
        Forecast::Certain(_) => ("✗ certain", pen.theme.alarm()),
        Forecast::Possible(_) => ("⚠ possible", pen.theme.alarm()),
        Forecast::Unknown => ("? not found so far", pen.theme.dim()),
    };
    let style = style.patch(pen.theme.strong());
    // What never ends is not at its end after so many steps.
    let steps = match forecast {
        Forecast::Certain(_) if name == FOR_EVER => return (text, style, String::new()),
        Forecast::Certain(steps @ 1..) | Forecast::Possible(steps) => steps,
        _ => return (text, style, String::new()),
    };
    let plural = if steps == 1 { "" } else { "s" };
    let when = match (steps, wide) {
        (0, true) => "  from here on".into(),
        (0, false) => " from here".into(),
        (_, true) => format!("  in {} step{plural} at the earliest", grouped(steps)),
        (_, false) => format!(" in {} step{plural}", grouped(steps)),
    };
    (text, style, when)
}
