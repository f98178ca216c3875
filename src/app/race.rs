//! The Race screen's state: what the user wants, what the lab last said, and the picture of what was recorded.
//!
//! Keys act on what is *wanted*, so that fast repeats add up; what *holds* comes from the lab's reports. While
//! the pace is slow the picture flows with time; otherwise it is a still window that is replaced now and then.

mod act;
pub mod ladder;
mod select;
pub mod strip;

use std::time::Duration;

use crate::analysis::finals::History;
use crate::analysis::timeline::Timeline;
use crate::event::{Increment, Seen, Source, Value};
use crate::experiment::figures::{Counts, Segment, WorkerNow};
use crate::experiment::{Pace, Settings};
use crate::lab::report::{Phase, Recording, Report};
use strip::Strip;

/// Operations that the picture remembers.
const REMEMBERED: usize = 8_192;
/// How long a still window stays, in nanoseconds.
const STILL: u64 = 1_200_000_000;
/// Most notices shown at once.
const NOTICES: usize = 3;
/// How long the counts of a run that has ended stay, in nanoseconds, while runs follow each other too fast to be
/// read; and after how long without another such run they make way for what is going on.
const HELD: u64 = 400_000_000;
const HELD_LONGEST: u64 = 1_500_000_000;
/// How long a notice stays, in nanoseconds.
const NOTICE: u64 = 10_000_000_000;
/// After so many nanoseconds without a change, what holds is taken for what is wanted: the lab could not do it.
const GIVE_UP: u64 = 1_000_000_000;
/// The picture trails the reports by about this many nanoseconds, so that it moves evenly.
const TRAIL: f64 = 60_000_000.0;

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// The lab has not reported yet.
    Starting,
    /// A run is going on.
    Running,
    /// A burst: so many runs of so many are done.
    Burst {
        /// Runs made.
        done: u32,
        /// Runs asked for.
        of: u32,
    },
    /// The run has ended.
    Ended,
    /// The lab can't go on until it is told to try again.
    Failed,
}

/// The state of the Race screen.
#[derive(Debug)]
pub struct Race {
    wanted: Settings,
    wanted_pace: Pace,
    wanted_pause: bool,
    follow: bool,
    started: bool,
    report: Report,
    history: History,
    timeline: Timeline,
    /// Operations of the timeline that are on the strip.
    placed: u64,
    strip: Strip,
    waiting: Recording,
    had_window: bool,
    /// Nanoseconds since the window was replaced, since the last change by a key, and since the last report.
    window_age: u64,
    change_age: u64,
    report_age: u64,
    /// The cell at the picture's right edge: what is "now".
    edge: f64,
    anchor: Option<i64>,
    /// The counts of the last run that ended at full speed, its number, and for how long they have been shown.
    held: Option<(Counts, u64)>,
    held_age: u64,
    /// What the words in the panel are about; they stay as long as the window does.
    told: (Counts, bool),
    /// The newest operation at which something was lost or came back.
    turn: Option<u64>,
    scroll: i64,
    focus: Option<u16>,
    first_lane: u16,
    selected: Option<Increment>,
    notices: Vec<String>,
    notice_age: u64,
}

impl Race {
    pub(super) fn new(settings: Settings, pace: Pace) -> Self {
        Race {
            wanted: settings,
            wanted_pace: pace,
            wanted_pause: false,
            follow: true,
            started: false,
            report: nothing_yet(settings, pace),
            history: History::default(),
            timeline: Timeline::new(REMEMBERED),
            placed: 0,
            strip: Strip::default(),
            waiting: Recording::Nothing,
            had_window: false,
            window_age: STILL,
            change_age: 0,
            report_age: 0,
            edge: 0.0,
            anchor: None,
            held: None,
            held_age: 0,
            told: (Counts::default(), true),
            turn: None,
            scroll: 0,
            focus: None,
            first_lane: 0,
            selected: None,
            notices: Vec::new(),
            notice_age: 0,
        }
    }

    /// Takes what the lab reports.
    pub(super) fn take(&mut self, mut report: Report) {
        let recording = std::mem::take(&mut report.recording);
        self.hold(&report);
        for finished in report.finished.drain(..) {
            self.history.add(&finished);
        }
        if !report.notices.is_empty() {
            // Something could not be had: no use in wanting it any longer.
            self.change_age = GIVE_UP;
        }
        for notice in report.notices.drain(..) {
            self.notice(notice);
        }
        self.started = true;
        self.report_age = 0;
        self.report = report;
        self.agree();
        merge(&mut self.waiting, recording);
        if self.may_replace() {
            self.told = self.counts();
            self.show_waiting();
        }
        self.keep_lane_in_range();
    }

    /// Shows a notice for a while; of many only the newest.
    pub(super) fn notice(&mut self, text: String) {
        if self.notices.len() == NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(text);
        self.notice_age = 0;
    }

    /// Keeps the counts of a run that has just ended on the screen if the next one is about to replace them.
    fn hold(&mut self, report: &Report) {
        if report.pace.is_slow() || report.paused || !self.follow {
            self.held = None;
        } else if let Some(last) = report.finished.last()
            && (self.held.is_none() || self.held_age >= HELD)
        {
            let over = u64::from(!matches!(report.phase, Phase::Ended));
            self.held = Some((last.counts, report.run.saturating_sub(over)));
            self.held_age = 0;
        }
    }

    /// Gives up wishes that the lab has not fulfilled for a while.
    fn agree(&mut self) {
        if self.change_age >= GIVE_UP {
            self.wanted = self.report.settings;
            self.wanted_pace = self.report.pace;
            self.wanted_pause = self.report.paused;
        }
    }

    /// Whether what was recorded may be shown at once, or the still window must stay a little longer.
    fn may_replace(&self) -> bool {
        let over = match self.report.phase {
            Phase::Ended => !self.follow,
            Phase::Failed => true,
            Phase::Running | Phase::Burst { .. } => false,
        };
        if self.flows() {
            return true;
        }
        let due = self.anchor.is_none() || self.report.paused || over || self.window_age >= STILL;
        due && !is_empty(&self.waiting)
    }

    /// Brings what was recorded into the picture.
    fn show_waiting(&mut self) {
        match std::mem::take(&mut self.waiting) {
            Recording::Nothing => return,
            Recording::Fresh(streams) => {
                self.forget();
                self.timeline.extend(streams);
            }
            Recording::More(streams) => {
                if self.had_window {
                    // The timeline knows by itself that nothing follows on a window.
                    self.forget_picture();
                }
                self.timeline.extend(streams);
            }
            Recording::Window(streams) => {
                self.forget();
                self.timeline.show_window(streams);
                self.had_window = true;
            }
        }
        let from = self.placed.max(self.timeline.first());
        self.find_turn(from);
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
        if self.flows() && !self.had_window {
            self.strip.flow(&self.timeline, from, self.report.pace);
            self.anchor = None;
        } else {
            self.strip.window(&self.timeline);
            self.anchor = Some(self.best_place());
            self.edge = self.strip.end() as f64;
        }
        self.window_age = 0;
    }

    fn forget(&mut self) {
        self.timeline.clear();
        self.forget_picture();
    }

    fn forget_picture(&mut self) {
        self.strip.clear();
        self.placed = 0;
        self.edge = 0.0;
        self.anchor = None;
        self.turn = None;
        self.scroll = 0;
        self.selected = None;
        self.had_window = false;
    }

    /// Remembers the newest operation, from this one on, that took something off the path or brought it back.
    fn find_turn(&mut self, from: u64) {
        let first = self.timeline.first();
        let skip = usize::try_from(from - first).unwrap_or(usize::MAX);
        let newest = self.timeline.entries().iter().enumerate().skip(skip).rev();
        let found =
            newest.into_iter().find(|(_, entry)| entry.overwrote_count > 0 || !entry.restored.is_empty());
        if let Some((index, _)) = found {
            self.turn = Some(first + index as u64);
        }
    }

    /// The cell of a window that is most worth seeing: the newest loss, else the newest hand-over, else its end.
    fn best_place(&self) -> i64 {
        let items = self.strip.items();
        let at = |entry: u64| items.iter().rev().find(|item| item.entry <= entry).map(|item| item.at);
        let hand_over = || {
            items.iter().rev().find(|item| {
                item.event.op.seen().is_some_and(|seen| match seen.source {
                    Source::Store(by) => by.worker != item.event.worker(),
                    Source::Start | Source::Unknown => false,
                })
            })
        };
        self.turn.and_then(at).or_else(|| hand_over().map(|item| item.at)).unwrap_or(self.strip.end())
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        self.window_age = self.window_age.saturating_add(nanos);
        self.change_age = self.change_age.saturating_add(nanos);
        self.held_age = self.held_age.saturating_add(nanos);
        let mut changed = false;
        if self.held_age >= HELD_LONGEST && self.held.take().is_some() {
            changed = true;
        }
        if !self.notices.is_empty() && self.activity() != Activity::Failed {
            self.notice_age = self.notice_age.saturating_add(nanos);
            if self.notice_age >= NOTICE {
                self.notices.clear();
                changed = true;
            }
        }
        if self.moves() {
            let second = self.elapsed() / 1_000_000_000;
            self.report_age = self.report_age.saturating_add(nanos).min(500_000_000);
            changed |= self.elapsed() / 1_000_000_000 != second;
        }
        if !matches!(self.waiting, Recording::Nothing) && self.may_replace() {
            self.told = self.counts();
            self.show_waiting();
            changed = true;
        }
        changed | self.glide(nanos)
    }

    /// Moves the right edge towards now; says whether it has reached another cell.
    fn glide(&mut self, nanos: u64) -> bool {
        if self.anchor.is_some() {
            return false;
        }
        let target = self.target();
        let before = self.edge.floor();
        let ahead = target - self.edge;
        if ahead > 4.0 * self.strip.cells_per_step() as f64 {
            self.edge = target;
        } else if ahead > 0.0 {
            self.edge += ahead * (1.0 - (-(nanos as f64) / TRAIL).exp());
            if target - self.edge < 0.05 {
                self.edge = target;
            }
        }
        before != self.edge.floor()
    }

    /// Where the right edge should be.
    fn target(&self) -> f64 {
        if self.moves() {
            self.strip.moment(self.elapsed(), self.report.pace)
        } else {
            self.strip.end() as f64
        }
    }

    /// Whether the workers move by themselves.
    fn moves(&self) -> bool {
        self.started
            && !self.report.paused
            && matches!(self.report.phase, Phase::Running)
            && self.report.pace != Pace::ByHand
    }

    pub(super) fn next_wake(&self) -> Option<Duration> {
        let frame = Duration::from_nanos(16_666_667);
        let lazy = Duration::from_millis(250);
        let gliding = self.anchor.is_none() && self.edge < self.target();
        if gliding || (self.moves() && self.flows()) {
            return Some(frame);
        }
        let busy = self.moves() || matches!(self.report.phase, Phase::Burst { .. });
        let pending = self.started && (self.wanted != self.report.settings || !is_empty(&self.waiting));
        (busy || pending || !self.notices.is_empty()).then_some(lazy)
    }

    /// Whether the picture flows with time.
    #[must_use]
    pub fn flows(&self) -> bool {
        self.report.pace.is_slow()
    }

    /// Whether the picture is a still window, ordered by effect.
    #[must_use]
    pub fn is_window(&self) -> bool {
        self.anchor.is_some()
    }

    /// What is going on.
    #[must_use]
    pub fn activity(&self) -> Activity {
        match self.report.phase {
            _ if !self.started => Activity::Starting,
            Phase::Running => Activity::Running,
            Phase::Burst { done, of } => Activity::Burst { done, of },
            Phase::Ended => Activity::Ended,
            Phase::Failed => Activity::Failed,
        }
    }

    /// The burst that is going on: runs done, runs asked for.
    #[must_use]
    pub fn burst(&self) -> Option<(u32, u32)> {
        match self.activity() {
            Activity::Burst { done, of } => Some((done, of)),
            _ => None,
        }
    }

    /// The settings that were asked for last.
    #[must_use]
    pub fn wanted(&self) -> &Settings {
        &self.wanted
    }

    /// The pace that was asked for last.
    #[must_use]
    pub fn wanted_pace(&self) -> Pace {
        self.wanted_pace
    }

    /// Whether a pause was asked for last.
    #[must_use]
    pub fn wants_pause(&self) -> bool {
        self.wanted_pause
    }

    /// Whether another run follows when one has ended.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.follow
    }

    /// The settings that hold.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.report.settings
    }

    /// The pace that holds.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.report.pace
    }

    /// Whether the workers are held.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.report.paused
    }

    /// Nanoseconds since the run began.
    #[must_use]
    pub fn elapsed(&self) -> u64 {
        self.report.elapsed.saturating_add(if self.moves() { self.report_age } else { 0 })
    }

    /// The counter as it stands.
    #[must_use]
    pub fn counter(&self) -> Seen {
        self.report.counter
    }

    /// The counts of the run, and whether they are exact. While runs at full speed follow each other these are the
    /// counts of one that has ended: see [`Race::held_run`].
    #[must_use]
    pub fn counts(&self) -> (Counts, bool) {
        self.held.map_or((self.report.counts, self.report.exact), |(counts, _)| (counts, true))
    }

    /// The number of the run that has ended and whose counts are shown, if it is not the present one's.
    #[must_use]
    pub fn held_run(&self) -> Option<u64> {
        self.held.map(|(_, run)| run)
    }

    /// The counter's value, of the run whose counts are shown.
    #[must_use]
    pub fn value(&self) -> Value {
        match self.held {
            Some((counts, _)) => Value::try_from(counts.survived).unwrap_or(Value::MAX),
            None => self.report.counter.value,
        }
    }

    /// The counts that are spoken of, and whether they are exact: those of the moment when the still window was
    /// taken, or the newest in slow motion.
    #[must_use]
    pub fn told(&self) -> (Counts, bool) {
        if self.is_window() { self.told } else { self.counts() }
    }

    /// The number of the present run, counted from 1.
    #[must_use]
    pub fn run(&self) -> u64 {
        self.report.run
    }

    /// The stretch since the last change of the settings; `None` if they were not changed in this run.
    #[must_use]
    pub fn segment(&self) -> Option<&Segment> {
        let changed = self.report.segments.len() > 1 || self.report.segments_dropped > 0;
        self.report.segments.last().filter(|_| changed)
    }

    /// Most workers that were inside the protection at once since the settings changed, where it has an inside.
    #[must_use]
    pub fn most_holders(&self) -> Option<u16> {
        self.report.segments.last().and_then(|segment| segment.most_holders)
    }

    /// Each worker, in order of its number.
    #[must_use]
    pub fn workers(&self) -> &[WorkerNow] {
        &self.report.workers
    }

    /// The number of workers shown.
    #[must_use]
    pub fn threads(&self) -> u16 {
        let reported = u16::try_from(self.report.workers.len()).unwrap_or(u16::MAX);
        if reported == 0 { self.report.settings.threads } else { reported }
    }

    /// Operations of this run: recorded, and not recorded for want of room.
    #[must_use]
    pub fn recorded(&self) -> (u64, u64) {
        (self.report.recorded, self.report.dropped)
    }

    /// The final counts of the runs so far.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What was recorded.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What was recorded, laid out.
    #[must_use]
    pub fn strip(&self) -> &Strip {
        &self.strip
    }

    /// The newest operation at which something was lost or came back.
    #[must_use]
    pub fn turn(&self) -> Option<u64> {
        self.turn
    }

    /// The focused worker.
    #[must_use]
    pub fn focus(&self) -> Option<u16> {
        self.focus
    }

    /// The first lane to be shown, before what is visible is taken into account.
    #[must_use]
    pub fn first_lane(&self) -> u16 {
        self.first_lane
    }

    /// The selected increment.
    #[must_use]
    pub fn selected(&self) -> Option<Increment> {
        self.selected
    }

    /// What went wrong or can't be had.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

fn nothing_yet(settings: Settings, pace: Pace) -> Report {
    Report {
        settings,
        pace,
        paused: false,
        phase: Phase::Running,
        run: 0,
        elapsed: 0,
        counter: Seen { value: 0, source: Source::Start },
        counts: Counts::default(),
        exact: true,
        segments: Vec::new(),
        segments_dropped: 0,
        workers: Vec::new(),
        recording: Recording::Nothing,
        recorded: 0,
        dropped: 0,
        finished: Vec::new(),
        notices: Vec::new(),
    }
}

/// Whether there is no operation in a recording.
fn is_empty(recording: &Recording) -> bool {
    match recording {
        Recording::Nothing => true,
        Recording::Fresh(streams) | Recording::More(streams) | Recording::Window(streams) => {
            streams.iter().all(Vec::is_empty)
        }
    }
}

/// Adds a newer recording to one that has not been shown yet.
fn merge(waiting: &mut Recording, newer: Recording) {
    match (&mut *waiting, newer) {
        (_, Recording::Nothing) => {}
        (Recording::Fresh(streams) | Recording::More(streams), Recording::More(more)) => {
            let held: usize = streams.iter().map(Vec::len).sum();
            if held > 8 * REMEMBERED {
                // Nobody has looked for long; only the newest matter, and they stand alone.
                *waiting = Recording::Window(more);
                return;
            }
            if streams.len() < more.len() {
                streams.resize_with(more.len(), Vec::new);
            }
            for (stream, more) in streams.iter_mut().zip(more) {
                stream.extend(more);
            }
        }
        (Recording::Window(_), Recording::More(more)) => *waiting = Recording::Window(more),
        (_, newer) => *waiting = newer,
    }
}
