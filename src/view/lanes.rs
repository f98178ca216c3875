//! Lanes: one for each worker, the newest operation on the right, and memory under them. The same on every screen.
//!
//! ```text
//!   T0   L41━━━━━━━S42✗·········[L43━━━━S44]·····
//!   T1   ·····L41━━━━━━━━S42····░░░░░░░░░░░[─────
//!   mem  ──────────├42───├42──────────├44────────
//!                        └ 42 again: T0's update is gone
//! ```
//! This is the hot loop of the program: it writes straight to the buffer and allocates nothing.

mod memory;
mod stores;

use std::ops::Range;

use ratatui::style::Style;

use super::pen::Pen;
use crate::analysis::timeline::{Fate, Timeline};
use crate::app::layout::{Area, GUTTER};
use crate::app::race::strip::{Item, Lane, Strip};
use crate::event::{Increment, Op, Spelling, Value, Worker};
use stores::Stores;

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
/// What is known about a lane up to a column.
struct Known {
    /// The column up to which it has been drawn; `None` before its first operation.
    drawn: Option<i64>,
    state: Lane,
    /// While it holds a value that the counter no longer has: the column of the first store by another since.
    stale: Option<i64>,
}

/// What is drawn, and where.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The operations, and what became of them.
    pub(crate) timeline: &'a Timeline,
    /// The same, laid out.
    pub(crate) strip: &'a Strip,
    /// The worker that is looked at; the others stand back.
    pub(crate) focus: Option<u16>,
    /// The increment that is looked at.
    pub(crate) selected: Option<Increment>,
    /// How many workers there are.
    pub(crate) threads: u16,
    /// The first lane that is drawn.
    pub(crate) first: u16,
    /// How many lanes are drawn.
    pub(crate) visible: u16,
    /// Rows from one lane to the next.
    pub(crate) step: u16,
    /// The strip's cell at the right edge of the track.
    pub(crate) edge: i64,
    /// Columns of the track, up to "now".
    pub(crate) width: u16,
    /// Where: from the workers' names to the room for the newest label.
    pub(crate) body: Area,
}

/// Draws the lanes and, under them, memory; returns where "now" is: its column, and the row of memory.
pub(crate) fn draw(scene: &Scene<'_>, pen: &mut Pen<'_>) -> (u16, u16) {
    let body = scene.body;
    let pen = &mut pen.within(body);
    let x = body.x + GUTTER;
    let track = Track {
        x,
        now: x + scene.width,
        end: body.x + body.width,
        left: scene.edge - i64::from(scene.width),
    };
    let from = scene.strip.index_at(track.left.saturating_sub(RUN_UP));
    let to = scene.strip.index_at(track.left + i64::from(track.end - track.x));
    let mut stores = Stores::new(scene.strip, to);
    for worker in scene.first..scene.first.saturating_add(scene.visible).min(scene.threads) {
        let y = body.y + (worker - scene.first) * scene.step;
        // The names of thousands take the margin, too.
        let margin = if scene.threads > 1_000 { 1 } else { 2 };
        name(scene, Worker(worker), body.x + margin, y, pen);
        lane(scene, Worker(worker), from..to, &mut stores, y, &track, pen);
    }
    let y = body.y + scene.visible * scene.step;
    memory::draw(scene, from..to, &track, y, pen);
    (track.now, y)
}

fn name(scene: &Scene<'_>, worker: Worker, x: u16, y: u16, pen: &mut Pen<'_>) {
    let style = pen.theme.worker(worker.index()).patch(pen.theme.strong());
    let style = if scene.focus == Some(worker.0) { pen.theme.selected(style) } else { style };
    let mut digits = [0; 24];
    pen.put(x, y, "T", style);
    pen.put(x + 1, y, decimal(i64::from(worker.0), &mut digits), style);
}

/// Draws one lane: its operations among these, what it shows between them and after the last.
fn lane(
    scene: &Scene<'_>,
    worker: Worker,
    among: Range<usize>,
    stores: &mut Stores<'_>,
    y: u16,
    track: &Track,
    pen: &mut Pen<'_>,
) {
    let items = scene.strip.items();
    let mut known = Known { drawn: None, state: Lane::Between, stale: None };
    let mut later = None;
    for index in scene.strip.lane(worker, among.start) {
        let item = &items[index];
        if index >= among.end {
            later = Some(item);
            break;
        }
        let end = operation(scene, item, &known, y, track, pen);
        // Where each has a counter of its own, another's store makes nothing stale.
        let may_be_stale = item.after == Lane::Holding && !scene.timeline.is_apart();
        let store = if may_be_stale { stores.after(index) } else { None };
        let stale = store.map(|store| track.column(items[store].at));
        known = Known { drawn: Some(end), state: item.after, stale };
    }
    let (from, state) = match known.drawn {
        Some(reach) => (reach, known.state),
        None => {
            let state = later.map_or_else(|| scene.strip.state(worker), |item| item.before);
            (begin(scene, state, y, track, pen), state)
        }
    };
    let end = if among.end < items.len() { track.end } else { track.now };
    run(state, known.stale, from..i64::from(end), y, track, tint(scene, worker, pen), pen);
}

/// Draws an operation and the lane before it; returns the column after it.
fn operation(scene: &Scene<'_>, item: &Item, known: &Known, y: u16, track: &Track, pen: &mut Pen<'_>) -> i64 {
    let x = track.column(item.at);
    let selected = scene.selected == Some(item.event.increment);
    let tint = tint(scene, item.event.worker(), pen);
    let before = if known.drawn.is_some() { known.state } else { item.before };
    let from = known.drawn.unwrap_or_else(|| begin(scene, before, y, track, pen));
    let style = mark(tint, selected && before == Lane::Holding, pen);
    run(before, known.stale, from..x, y, track, style, pen);
    // Half a label would be read as another value.
    if x < i64::from(track.x) {
        return i64::from(track.x);
    }
    label(scene, item, x, y, track, mark(tint.patch(pen.theme.strong()), selected, pen), pen)
}

/// The column from which on it is known what a lane shows before its first operation: where the record begins. What lies
/// before that is drawn as if nothing had been there.
fn begin(scene: &Scene<'_>, before: Lane, y: u16, track: &Track, pen: &mut Pen<'_>) -> i64 {
    let start = i64::from(track.x);
    let first = scene.strip.items().front().map_or(start, |item| track.column(item.at));
    if before == Lane::Between || first <= start {
        return start;
    }
    run(Lane::Between, None, start..first, y, track, Style::new(), pen);
    first
}

/// A worker's colour, or a quiet one while another worker has the focus.
fn tint(scene: &Scene<'_>, worker: Worker, pen: &Pen<'_>) -> Style {
    match scene.focus {
        Some(focus) if focus != worker.0 => pen.theme.dim(),
        _ => pen.theme.worker(worker.index()),
    }
}

fn mark(style: Style, selected: bool, pen: &Pen<'_>) -> Style {
    if selected { pen.theme.selected(style) } else { style }
}

/// Draws what a lane shows between two operations, `stale` from that column on.
fn run(
    lane: Lane,
    stale: Option<i64>,
    span: Range<i64>,
    y: u16,
    track: &Track,
    style: Style,
    pen: &mut Pen<'_>,
) {
    let from = span.start.max(i64::from(track.x));
    let to = span.end.min(i64::from(track.end));
    if from >= to {
        return;
    }
    let (c, style) = match lane {
        Lane::Between => ('·', pen.theme.faint()),
        // Quiet: who waits stands back behind who is inside.
        Lane::Waiting => ('░', pen.theme.dim()),
        Lane::Inside => ('─', style),
        Lane::Holding => ('━', style),
    };
    let fresh = match stale {
        Some(since) if lane == Lane::Holding => since.clamp(from, to),
        _ => to,
    };
    pen.fill(from as u16, fresh as u16, y, c, style);
    pen.fill(fresh as u16, to as u16, y, '╍', style);
}

/// Draws an operation's label; returns the column after it.
fn label(
    scene: &Scene<'_>,
    item: &Item,
    x: i64,
    y: u16,
    track: &Track,
    style: Style,
    pen: &mut Pen<'_>,
) -> i64 {
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
        for c in written(value, scene.strip.spelling(), &mut digits).chars() {
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
    match scene.timeline.fate(item.event.increment) {
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

/// A value as it is written: its word, or its digits in a buffer.
pub(crate) fn written(value: Value, spelling: Spelling, into: &mut [u8; 24]) -> &str {
    match spelling.word(value) {
        Some(word) => word,
        None => decimal(value, into),
    }
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
