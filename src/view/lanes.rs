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

use std::ops::Range;

use ratatui::style::Style;

use super::pen::Pen;
use crate::analysis::timeline::{Fate, Timeline};
use crate::app::layout::{Area, GUTTER};
use crate::app::race::strip::{Item, Lane, Strip};
use crate::event::{Increment, Op, Spelling, Value, Worker};

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
/// Most lanes that are drawn at once, however many workers there are and however tall the screen is.
const MOST: usize = 128;

/// What is known about each lane that is drawn, from the first that is.
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

    /// Takes note of an operation in this column, after its lane was drawn up to it, if it is drawn.
    /// Where each worker has a counter of its own, `apart`, another's store makes nothing stale.
    fn follow(&mut self, item: &Item, lane: Option<usize>, x: i64, apart: bool) {
        if !apart && item.event.op.stored().is_some() {
            for stale in self.stale.iter_mut().filter(|stale| **stale == Stale::Not) {
                *stale = Stale::From(x);
            }
        }
        let Some(index) = lane else { return };
        self.state[index] = item.after;
        self.stale[index] = if item.after == Lane::Holding { Stale::Not } else { Stale::Unknown };
    }
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
    let visible = scene.visible.min(MOST as u16);
    let lane = |worker: Worker| {
        worker.index().checked_sub(usize::from(scene.first)).filter(|&lane| lane < usize::from(visible))
    };
    let row = |lane: usize| body.y + lane as u16 * scene.step;
    let mut lanes = Lanes::new();
    for item in scene.strip.items().range(from..to) {
        let lane = lane(item.event.worker());
        let x = track.column(item.at);
        if let Some(lane) = lane {
            operation(scene, item, x, &track, (lane, row(lane)), &mut lanes, pen);
        }
        lanes.follow(item, lane, x, scene.timeline.is_apart());
    }
    for worker in scene.first..scene.first.saturating_add(visible).min(scene.threads) {
        let lane = usize::from(worker - scene.first);
        // The names of thousands take the margin, too.
        let margin = if scene.threads > 1_000 { 1 } else { 2 };
        name(scene, Worker(worker), body.x + margin, row(lane), pen);
        rest(scene, Worker(worker), to, (lane, row(lane)), &track, &lanes, pen);
    }
    let y = body.y + visible * scene.step;
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

/// Draws an operation and the lane before it.
fn operation(
    scene: &Scene<'_>,
    item: &Item,
    x: i64,
    track: &Track,
    (index, y): (usize, u16),
    lanes: &mut Lanes,
    pen: &mut Pen<'_>,
) {
    let selected = scene.selected == Some(item.event.increment);
    let tint = tint(scene, item.event.worker(), pen);
    let before = if lanes.drawn[index].is_some() { lanes.state[index] } else { item.before };
    let from = lanes.drawn[index].unwrap_or_else(|| begin(scene, before, y, track, pen));
    let style = mark(tint, selected && before == Lane::Holding, pen);
    run(before, lanes.stale[index], from..x, y, track, style, pen);
    // Half a label would be read as another value.
    let end = if x < i64::from(track.x) {
        i64::from(track.x)
    } else {
        label(scene, item, x, y, track, mark(tint.patch(pen.theme.strong()), selected, pen), pen)
    };
    lanes.drawn[index] = Some(end);
}

/// The column from which on it is known what a lane shows before its first operation: where the record begins. What lies
/// before that is drawn as if nothing had been there.
fn begin(scene: &Scene<'_>, before: Lane, y: u16, track: &Track, pen: &mut Pen<'_>) -> i64 {
    let start = i64::from(track.x);
    let first = scene.strip.items().front().map_or(start, |item| track.column(item.at));
    if before == Lane::Between || first <= start {
        return start;
    }
    run(Lane::Between, Stale::Unknown, start..first, y, track, Style::new(), pen);
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

/// Draws what a lane shows between two operations.
fn run(lane: Lane, stale: Stale, span: Range<i64>, y: u16, track: &Track, style: Style, pen: &mut Pen<'_>) {
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
        Stale::From(since) if lane == Lane::Holding => since.clamp(from, to),
        _ => to,
    };
    pen.fill(from as u16, fresh as u16, y, c, style);
    pen.fill(fresh as u16, to as u16, y, '╍', style);
}

/// Draws the lane after its last visible operation, of which this is the number of the next on the strip.
fn rest(
    scene: &Scene<'_>,
    worker: Worker,
    next: usize,
    (index, y): (usize, u16),
    track: &Track,
    lanes: &Lanes,
    pen: &mut Pen<'_>,
) {
    let (from, lane) = match lanes.drawn[index] {
        Some(reach) => (reach, lanes.state[index]),
        None => {
            let later = scene.strip.items().range(next..).find(|item| item.event.worker() == worker);
            let lane = later.map_or_else(|| scene.strip.state(worker), |item| item.before);
            (begin(scene, lane, y, track, pen), lane)
        }
    };
    let end = if next < scene.strip.items().len() { track.end } else { track.now };
    run(lane, lanes.stale[index], from..i64::from(end), y, track, tint(scene, worker, pen), pen);
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
