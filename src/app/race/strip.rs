//! The strip: the recorded operations laid out along one axis of cells, ready to be drawn by any lane. In slow
//! motion it grows on the right as time goes by, otherwise it is a still window, ordered by effect.
//!
//! ```text
//! slow:    L41━━━━━━S42      L43        one cell is a fixed part of a step: what is far apart took long
//! window:  L41━S42 L42━━━S853 ×811      evenly spaced: long stretches of one worker are drawn together
//! ```

use std::collections::VecDeque;
use std::ops::Range;

use crate::analysis::timeline::{Entry, Timeline};
use crate::event::{Event, Op, Spelling, Worker};
use crate::experiment::Pace;

/// Cells to one step of the pace, where labels are short; longer labels get more.
const STEP: i64 = 8;
/// Cells from one operation of a window to the next.
const APART: i64 = 3;
/// No silence is drawn longer than this many steps: nobody wants to scroll through a pause.
const LONGEST: f64 = 2.0;
/// From so many increments in a row by one worker on, a window draws them together.
const STRETCH: usize = 4;

/// What a lane shows between two operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// Nothing.
    #[default]
    Between,
    /// Waiting to be let in.
    Waiting,
    /// Inside the protection, with nothing loaded.
    Inside,
    /// Between load and store.
    Holding,
}

/// One operation, or a stretch of them, in its place.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The operation's number in the timeline.
    pub entry: u64,
    /// The operation.
    pub event: Event,
    /// Its cell, counted from the strip's origin.
    pub at: i64,
    /// How many increments in a row it stands for; 1 for a single operation.
    pub times: u32,
    /// What the lane shows before it.
    pub before: Lane,
    /// What the lane shows after it.
    pub after: Lane,
    /// How many items lie from the worker's one before to this one; 0 if there is none.
    back: u32,
    /// How many items lie from this one to the worker's next; 0 if there is none.
    ahead: u32,
}

/// The laid-out operations, by cell.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    items: VecDeque<Item>,
    /// How many have been forgotten in front of these.
    gone: u64,
    /// Which of the items took something off the path, counted as `gone` counts.
    overwriting: VecDeque<u64>,
    lanes: Vec<Track>,
    /// Time as cells, before labels pushed each other aside.
    clock: f64,
    time: u64,
    end: i64,
    tail: i64,
    step: i64,
    /// Whether the first operation on it is the first of all, so that nothing led to it.
    is_whole: bool,
    /// Whether operations lie evenly, so that a long silence is as long as it was.
    is_even: bool,
    spelling: Spelling,
}

/// Where a lane stands.
#[derive(Clone, Copy, Debug, Default)]
struct Track {
    state: Lane,
    /// Its newest item, counted as `gone` counts; `None` before its first.
    last: Option<u64>,
    /// First cell that is free for a label.
    free: i64,
    /// How often it went in and has not come out.
    inside: u32,
}

/// Cells that an operation's label takes, its mark for a loss included.
#[must_use]
pub fn label_width(op: Op, spelling: Spelling) -> i64 {
    let written = |value| spelling.word(value).map_or_else(|| digits(value), |word| word.len() as i64);
    match op {
        Op::Request | Op::Acquire | Op::Release => 1,
        Op::Load(seen) | Op::Retry(seen) => 1 + written(seen.value),
        Op::Store(value) | Op::Swap(value) => 2 + written(value),
        Op::FetchAdd(seen) => 2 + written(seen.value + 1),
    }
}

fn digits(value: i64) -> i64 {
    i64::from(value.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1 + i64::from(value < 0)
}

impl Strip {
    /// An empty strip of a run that is told from its beginning.
    #[must_use]
    pub fn from_the_start() -> Self {
        Strip { is_whole: true, ..Strip::default() }
    }

    /// The same for operations that come so many steps of the pace after one another, the first of them in the first cell.
    #[must_use]
    pub fn even(self, steps: f64) -> Self {
        Strip { is_even: true, clock: -steps * STEP as f64, ..self }
    }

    /// The same with values written so.
    #[must_use]
    pub fn spelled(self, spelling: Spelling) -> Self {
        Strip { spelling, ..self }
    }

    /// How values are written on it.
    #[must_use]
    pub fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let (is_whole, spelling) = (self.is_whole, self.spelling);
        let (items, overwriting) = (std::mem::take(&mut self.items), std::mem::take(&mut self.overwriting));
        *self = Strip { items, overwriting, is_whole, spelling, ..Strip::default() };
        self.items.clear();
        self.overwriting.clear();
    }

    /// The operations, by cell.
    #[must_use]
    pub fn items(&self) -> &VecDeque<Item> {
        &self.items
    }

    /// The cell after the newest operation's beginning.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.end
    }

    /// The cell after the last label.
    #[must_use]
    pub fn tail(&self) -> i64 {
        self.tail
    }

    /// Index of the first operation at or after this cell.
    #[must_use]
    pub fn index_at(&self, cell: i64) -> usize {
        self.items.partition_point(|item| item.at < cell)
    }

    /// Indices of a worker's operations, in order, from this index on. A lane among thousands is found without a look at
    /// the others.
    pub fn lane(&self, worker: Worker, from: usize) -> impl Iterator<Item = usize> {
        let mut first = self.newest(worker).filter(|&newest| newest >= from);
        while let Some(earlier) = first.and_then(|at| self.earlier(at)).filter(|&earlier| earlier >= from) {
            first = Some(earlier);
        }
        std::iter::successors(first, |&at| match self.items[at].ahead {
            0 => None,
            ahead => Some(at + ahead as usize),
        })
    }

    /// Index of the worker's newest operation that is remembered.
    fn newest(&self, worker: Worker) -> Option<usize> {
        let last = self.lanes.get(worker.index())?.last?;
        usize::try_from(last.checked_sub(self.gone)?).ok()
    }

    /// Index of the same worker's operation before this one.
    fn earlier(&self, at: usize) -> Option<usize> {
        match self.items[at].back {
            0 => None,
            back => at.checked_sub(back as usize),
        }
    }

    /// Indices of the operations among these that took something off the path, newest first.
    pub fn overwriting(&self, among: Range<usize>) -> impl Iterator<Item = usize> {
        let [from, to] = [among.start, among.end].map(|index| {
            let number = self.gone + index as u64;
            self.overwriting.partition_point(|&overwriting| overwriting < number)
        });
        self.overwriting.range(from..to).rev().map(|number| (number - self.gone) as usize)
    }

    /// What a lane shows after its newest operation.
    #[must_use]
    pub fn state(&self, worker: Worker) -> Lane {
        self.lanes.get(worker.index()).map_or(Lane::Between, |track| track.state)
    }

    /// Cells to a step at present.
    #[must_use]
    pub fn cells_per_step(&self) -> i64 {
        self.step.max(STEP)
    }

    /// Adds what the timeline has beyond what was added before, in slow motion, and forgets what it forgot.
    pub fn flow(&mut self, timeline: &Timeline, from: u64, pace: Pace) {
        let first = timeline.first();
        while self.items.front().is_some_and(|item| item.entry < first) {
            self.items.pop_front();
            self.gone += 1;
        }
        while self.overwriting.front().is_some_and(|&number| number < self.gone) {
            self.overwriting.pop_front();
        }
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        for (entry, number) in timeline.entries().iter().skip(skip).zip(from.max(first)..) {
            self.pass(entry.event.time, pace);
            let at = self.clock.floor() as i64;
            self.place(number, entry, at, 1);
        }
    }

    /// Moves the clock on to an operation's time.
    fn pass(&mut self, time: Option<u64>, pace: Pace) {
        let cells = self.cells_per_step() as f64;
        let steps = match (pace, time) {
            (Pace::Every(step), Some(time)) => time.saturating_sub(self.time) as f64 / step.max(1) as f64,
            (Pace::ByHand, _) => 0.75,
            _ => 0.25,
        };
        self.clock += if self.is_even { steps } else { steps.min(LONGEST) } * cells;
        // Labels that pushed each other aside must not let the picture fall behind for good.
        self.clock = self.clock.max((self.end - 3 * self.cells_per_step()) as f64);
        self.time = self.time.max(time.unwrap_or(0));
    }

    /// The cell that stands for this moment, given in nanoseconds since the run began.
    #[must_use]
    pub fn moment(&self, elapsed: u64, pace: Pace) -> f64 {
        let steps = match pace {
            Pace::Every(step) => elapsed.saturating_sub(self.time) as f64 / step.max(1) as f64,
            Pace::ByHand | Pace::Full => 0.0,
        };
        (self.clock + steps.min(LONGEST) * self.cells_per_step() as f64).max(self.end as f64)
    }

    /// The worker has come to its end: whatever it read last, it holds nothing any more.
    pub fn leave(&mut self, worker: Worker) {
        let Some(track) = self.lanes.get_mut(worker.index()).filter(|track| track.state != Lane::Between)
        else {
            return;
        };
        track.state = Lane::Between;
        if let Some(last) = self.newest(worker) {
            self.items[last].after = Lane::Between;
        }
    }

    /// Lays out the whole timeline as a still window.
    pub fn window(&mut self, timeline: &Timeline) {
        self.window_apart(timeline, APART);
    }

    /// The same with so many cells from one operation's beginning to the next one's at least.
    pub fn window_apart(&mut self, timeline: &Timeline, apart: i64) {
        self.clear();
        let entries = timeline.entries();
        let mut at = 0;
        let mut index = 0;
        while let Some(entry) = entries.get(index) {
            let worker = entry.event.worker();
            let run = entries.range(index..).take_while(|other| other.event.worker() == worker);
            let (mut length, mut stores, mut last_store) = (0, 0, 0);
            for other in run {
                if other.event.op.stored().is_some() {
                    stores += 1;
                    last_store = length;
                }
                length += 1;
            }
            let number = timeline.first() + index as u64;
            if stores >= STRETCH {
                self.place(number, entry, at, 1);
                let last = &entries[index + last_store];
                at = self.end + apart;
                self.place(number + last_store as u64, last, at, stores as u32);
                index += last_store + 1;
            } else {
                self.place(number, entry, at, 1);
                index += 1;
            }
            at = self.end + apart;
        }
    }

    fn place(&mut self, number: u64, entry: &Entry, at: i64, times: u32) {
        let event = entry.event;
        let index = self.items.len();
        let before = self.newest(event.worker());
        let back = before.map_or(0, |before| (index - before) as u32);
        if let Some(before) = before {
            self.items[before].ahead = back;
        }
        if entry.overwrote_count > 0 {
            self.overwriting.push_back(self.gone + index as u64);
        }
        let worker = event.worker().index();
        if self.lanes.len() <= worker {
            self.lanes.resize(worker + 1, Track::default());
        }
        let track = &mut self.lanes[worker];
        track.last = Some(self.gone + index as u64);
        let at = at.max(self.end).max(track.free);
        let before = track.state;
        let after = after(event.op, track);
        track.state = after;
        let width = label_width(event.op, self.spelling);
        let times_width = if times > 1 { 3 + digits(i64::from(times)) } else { 0 };
        track.free = at + width + times_width + i64::from(width > 1);
        let track_end = track.free;
        if !self.is_even {
            self.step = self.step.max(width + 3);
        }
        let unknown = before == Lane::Between && !self.is_whole;
        let before = if unknown { led_from(event.op) } else { before };
        self.items.push_back(Item { entry: number, event, at, times, before, after, back, ahead: 0 });
        self.end = at;
        self.tail = self.tail.max(track_end);
    }
}

/// What a lane shows after an operation.
fn after(op: Op, track: &mut Track) -> Lane {
    match op {
        Op::Request => Lane::Waiting,
        Op::Acquire => {
            track.inside += 1;
            Lane::Inside
        }
        Op::Load(_) | Op::Retry(_) => Lane::Holding,
        Op::Release => {
            track.inside = track.inside.saturating_sub(1);
            out(track)
        }
        Op::FetchAdd(_) | Op::Swap(_) | Op::Store(_) => out(track),
    }
}

/// What a lane shows with nothing loaded.
fn out(track: &Track) -> Lane {
    if track.inside > 0 { Lane::Inside } else { Lane::Between }
}

/// What a lane must have shown before an operation, where the record begins with it.
fn led_from(op: Op) -> Lane {
    match op {
        Op::Store(_) | Op::Swap(_) | Op::Retry(_) => Lane::Holding,
        Op::Release => Lane::Inside,
        Op::Request | Op::Acquire | Op::Load(_) | Op::FetchAdd(_) => Lane::Between,
    }
}

#[cfg(test)]
mod tests;
