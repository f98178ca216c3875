//! The interleaving: a lane for each worker, the newest operation on the right.
//!
//! ```text
//! ─ interleaving ───────────────────────────── 1 step = 250 ms   newest on the right ─
//!   T0   L41━━━━━━━S42✗·········[L43━━━━S44]·····
//!   T1   ·····L41━━━━━━━━S42····░░░░░░░░░░░[─────
//!   mem  ──────────├42───├42──────────├44────────
//!                        └ 42 again: T0's update is gone
//! ```
//! This is the hot loop of the program: it writes straight to the buffer and allocates nothing.

use std::ops::Range;

use ratatui::style::Style;

use super::memory;
use crate::analysis::timeline::Fate;
use crate::app::layout::{GUTTER, Panels};
use crate::app::race::Race;
use crate::app::race::strip::{Item, Lane};
use crate::event::{Op, Value, Worker};
use crate::experiment::{MAX_THREADS, Pace};
use crate::view::pen::{Pen, columns, grouped};

/// How cells of the strip map to columns of the screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    /// First column.
    pub(crate) x: u16,
    /// Column of the right edge, where "now" is.
    pub(crate) now: u16,
    /// Column after the last.
    pub(crate) end: u16,
    /// The strip's cell at the first column.
    pub(crate) left: i64,
}

impl Track {
    /// The column of a cell, which may lie outside.
    pub(crate) fn column(&self, cell: i64) -> i64 {
        i64::from(self.x) + (cell - self.left)
    }
}

/// Cells before the first column from which operations are followed, so that what a lane shows there is known.
const RUN_UP: i64 = 80;
const MOST: usize = MAX_THREADS as usize;

/// What is known about each lane while it is drawn.
struct Lanes {
    /// The column up to which it has been drawn; `None` before its first operation.
    drawn: [Option<i64>; MOST],
    state: [Lane; MOST],
    /// While it holds a value whose load was seen: the column of the first store by another since.
    stale: [Stale; MOST],
}

/// Whether a lane holds a value that the counter no longer has, as far as is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stale {
    Unknown,
    Not,
    From(i64),
}

impl Lanes {
    fn new() -> Self {
        Lanes { drawn: [None; MOST], state: [Lane::Between; MOST], stale: [Stale::Unknown; MOST] }
    }

    /// Takes note of an operation in this column, after its lane was drawn up to it.
    fn follow(&mut self, item: &Item, index: usize, x: i64) {
        self.state[index] = item.after;
        if item.event.op.stored().is_some() {
            for stale in self.stale.iter_mut().filter(|stale| **stale == Stale::Not) {
                *stale = Stale::From(x);
            }
        }
        self.stale[index] = if item.after == Lane::Holding { Stale::Not } else { Stale::Unknown };
    }
}

/// Draws the panel.
pub(crate) fn draw(race: &Race, panels: &Panels, pen: &mut Pen<'_>) {
    let body = panels.lanes.body;
    let first = panels.first_lane(race.first_lane(), race.threads());
    let mut title =
        race.other_run().map_or_else(|| "interleaving".into(), |run| format!("interleaving in run {run}"));
    if panels.visible < race.threads() {
        let last = first + panels.visible.saturating_sub(1);
        title.push_str(&format!(", T{first} to T{last}, ↑↓ of {}", race.threads()));
    }
    let room = panels.lanes.rule.width.saturating_sub(columns(&title) + 8);
    pen.rule(panels.lanes.rule, &title, &axis(race, room));
    let pen = &mut pen.within(body);
    let width = panels.track();
    let x = body.x + GUTTER;
    let edge = race.edge(width);
    let track = Track { x, now: x + width, end: body.x + body.width, left: edge - i64::from(width) };
    let strip = race.strip();
    let from = strip.index_at(track.left.saturating_sub(RUN_UP));
    let to = strip.index_at(track.left + i64::from(track.end - track.x));
    let row = |worker: usize| {
        let shown = worker.checked_sub(usize::from(first))?;
        (shown < usize::from(panels.visible)).then(|| body.y + shown as u16 * panels.step)
    };
    let mut lanes = Lanes::new();
    for item in strip.items().range(from..to) {
        let index = item.event.worker().index();
        if index >= MOST {
            continue;
        }
        let x = track.column(item.at);
        if let Some(y) = row(index) {
            operation(race, item, x, &track, y, &mut lanes, pen);
        }
        lanes.follow(item, index, x);
    }
    for worker in first..first.saturating_add(panels.visible).min(race.threads()) {
        let Some(y) = row(usize::from(worker)) else { continue };
        name(race, Worker(worker), body.x + 2, y, pen);
        rest(race, Worker(worker), to, y, &track, &lanes, pen);
    }
    let y = body.y + panels.visible * panels.step;
    memory::draw(race, from..to, &track, y, pen);
}

/// The note at the right end of the rule: what the axis shows, and what is not on it.
fn axis(race: &Race, room: u16) -> String {
    let (recorded, dropped) = race.recorded();
    let scrolled = if race.is_scrolled() { "end: the newest   " } else { "" };
    let axis: [String; 2] = if race.is_window() || !race.flows() {
        [
            "order of effect, from what each load read · not to scale".into(),
            "order of effect · not to scale".into(),
        ]
    } else {
        let step = match race.pace() {
            Pace::Every(step) if step >= 1_000_000_000 => format!("1 step = {} s", step / 1_000_000_000),
            Pace::Every(step) => format!("1 step = {} ms", step / 1_000_000),
            Pace::ByHand | Pace::Full => "one operation after another".into(),
        };
        [format!("{scrolled}{step}   newest on the right"), format!("{scrolled}{step}")]
    };
    let part = if dropped == 0 {
        [String::new(), String::new()]
    } else {
        let (part, all) = (grouped(recorded), grouped(recorded.saturating_add(dropped)));
        [format!("recorded {part} of {all}, the rest is counted   "), format!("{part} of {all} shown   ")]
    };
    let candidates = [(0, 0), (0, 1), (1, 1)]
        .map(|(part_index, axis_index): (usize, usize)| format!("{}{}", part[part_index], axis[axis_index]));
    let [full, short, shortest] = candidates;
    [full, short].into_iter().find(|text| columns(text) <= room).unwrap_or(shortest)
}

fn name(race: &Race, worker: Worker, x: u16, y: u16, pen: &mut Pen<'_>) {
    let style = pen.theme.worker(worker.index()).patch(pen.theme.strong());
    let style = if race.focus() == Some(worker.0) { pen.theme.selected(style) } else { style };
    let mut digits = [0; 24];
    pen.put(x, y, "T", style);
    pen.put(x + 1, y, decimal(i64::from(worker.0), &mut digits), style);
}

/// Draws an operation and the lane before it.
fn operation(race: &Race, item: &Item, x: i64, track: &Track, y: u16, lanes: &mut Lanes, pen: &mut Pen<'_>) {
    let index = item.event.worker().index();
    let selected = race.selected() == Some(item.event.increment);
    let tint = tint(race, item.event.worker(), pen);
    let before = if lanes.drawn[index].is_some() { lanes.state[index] } else { item.before };
    let from = lanes.drawn[index].unwrap_or(i64::from(track.x));
    let style = mark(tint, selected && before == Lane::Holding, pen);
    run(before, lanes.stale[index], from..x, y, track, style, pen);
    // Half a label would be read as another value.
    let end = if x < i64::from(track.x) {
        i64::from(track.x)
    } else {
        label(race, item, x, y, track, mark(tint.patch(pen.theme.strong()), selected, pen), pen)
    };
    lanes.drawn[index] = Some(end);
}

/// A worker's colour, or a quiet one while another worker has the focus.
fn tint(race: &Race, worker: Worker, pen: &Pen<'_>) -> Style {
    match race.focus() {
        Some(focus) if focus != worker.0 => pen.theme.dim(),
        _ => pen.theme.worker(worker.index()),
    }
}

fn mark(style: Style, selected: bool, pen: &Pen<'_>) -> Style {
    if selected { pen.theme.selected(style) } else { style }
}

/// Draws what a lane shows between two operations.
fn run(lane: Lane, stale: Stale, span: Range<i64>, y: u16, track: &Track, style: Style, pen: &mut Pen<'_>) {
    let from = span.start.max(i64::from(track.x));
    let to = span.end.min(i64::from(track.end));
    if from >= to {
        return;
    }
    let (c, style) = match lane {
        Lane::Between => ('·', pen.theme.faint()),
        Lane::Waiting => ('░', style),
        Lane::Inside => ('─', style),
        Lane::Holding => ('━', style),
    };
    let fresh = match stale {
        Stale::From(since) if lane == Lane::Holding => since.clamp(from, to),
        _ => to,
    };
    pen.fill(from as u16, fresh as u16, y, c, style);
    pen.fill(fresh as u16, to as u16, y, '╍', style);
}

/// Draws the lane after its last visible operation, of which this is the number of the next on the strip.
fn rest(race: &Race, worker: Worker, next: usize, y: u16, track: &Track, lanes: &Lanes, pen: &mut Pen<'_>) {
    let index = worker.index().min(MOST - 1);
    let (from, lane) = match lanes.drawn[index] {
        Some(reach) => (reach, lanes.state[index]),
        None => {
            let later = race.strip().items().range(next..).find(|item| item.event.worker() == worker);
            (i64::from(track.x), later.map_or_else(|| race.strip().state(worker), |item| item.before))
        }
    };
    let end = if next < race.strip().items().len() { track.end } else { track.now };
    run(lane, lanes.stale[index], from..i64::from(end), y, track, tint(race, worker, pen), pen);
}

/// Draws an operation's label; returns the column after it.
fn label(race: &Race, item: &Item, x: i64, y: u16, track: &Track, style: Style, pen: &mut Pen<'_>) -> i64 {
    let (sign, value) = match item.event.op {
        Op::Request => return x,
        Op::Acquire => ('[', None),
        Op::Release => (']', None),
        Op::Load(seen) => ('L', Some(seen.value)),
        Op::Retry(seen) => ('R', Some(seen.value)),
        Op::Store(value) | Op::Swap(value) => ('S', Some(value)),
        Op::FetchAdd(seen) => ('+', Some(seen.value.saturating_add(1))),
    };
    let mut digits = [0; 24];
    let mut x = letters(x, y, track, sign, style, pen);
    if let Some(value) = value {
        for c in decimal(value, &mut digits).chars() {
            x = letters(x, y, track, c, style, pen);
        }
    }
    if item.times > 1 {
        for c in " ×".chars().chain(decimal(i64::from(item.times), &mut digits).chars()) {
            x = letters(x, y, track, c, style, pen);
        }
        return x;
    }
    if item.event.op.stored().is_none() {
        return x;
    }
    let alarm = pen.theme.alarm();
    match race.timeline().fate(item.event.increment) {
        Fate::Lost { .. } => letters(x, y, track, '✗', alarm.patch(pen.theme.strong()), pen),
        Fate::Overwritten { .. } => {
            let x = letters(x, y, track, '✗', alarm, pen);
            letters(x, y, track, '?', alarm, pen)
        }
        Fate::Open | Fate::Surviving | Fate::Survived | Fate::Unknown => x,
    }
}

/// Draws one character of a label if it is on the track; returns the next column.
fn letters(x: i64, y: u16, track: &Track, c: char, style: Style, pen: &mut Pen<'_>) -> i64 {
    if (i64::from(track.x)..i64::from(track.end)).contains(&x) {
        pen.set(x as u16, y, c, style);
    }
    x + 1
}

/// Writes a number into a buffer.
pub(crate) fn decimal(value: Value, into: &mut [u8; 24]) -> &str {
    let mut at = into.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        into[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        into[at] = b'-';
    }
    std::str::from_utf8(&into[at..]).unwrap_or_default()
}
