//! The Race screen's state: what the user wants, what the lab last said, and the picture of what was recorded.
//!
//! Keys act on what is *wanted*, so that fast repeats add up; what *holds* comes from the lab's reports. While
//! the pace is slow the picture flows with time; otherwise it is a still window that is replaced now and then.

mod act;
pub mod ladder;
pub mod picture;
mod read;
mod select;
pub mod strip;
mod waiting;

use std::time::Duration;

use crate::analysis::finals::History;
use crate::analysis::timeline::Timeline;
use crate::event::{Increment, Seen, Source, Worker};
use crate::experiment::figures::{Counts, Doing, WorkerNow};
use crate::experiment::{Pace, Settings};
use crate::lab::report::{Phase, Recording, Report};
use picture::Making;
use strip::Strip;
use waiting::Waiting;

/// Operations that the picture remembers, and of how many for each of many workers.
const REMEMBERED: usize = 8_192;
const OF_EACH: usize = 6;
/// How long a still window stays, in nanoseconds.
const STILL: u64 = 1_200_000_000;
/// Most notices shown at once.
const NOTICES: usize = 3;
/// After how long without a run that ended, in nanoseconds, the counts of the last one make way for what goes on.
const HELD: u64 = 1_500_000_000;
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
    waiting: Waiting,
    /// Whether somebody makes pictures of large windows elsewhere, and whether one is being made.
    beside: bool,
    making: Making,
    had_window: bool,
    /// Operations that were recorded in the window and left out of it.
    left_out: u64,
    /// The run that the picture is of.
    pictured: u64,
    /// Nanoseconds since the window was replaced, since the last change by a key, and since the last report.
    window_age: u64,
    change_age: u64,
    report_age: u64,
    /// The cell at the picture's right edge: what is "now".
    edge: f64,
    anchor: Option<i64>,
    /// The counts of the last run that ended at full speed, and its number.
    newest: Option<(Counts, u64)>,
    newest_age: u64,
    /// Those that are shown: they stay as long as the window does.
    held: Option<(Counts, u64)>,
    /// What the words in the panel are about; they stay as long as the window does.
    told: (Counts, bool),
    /// The newest operation at which something was lost or came back.
    turn: Option<u64>,
    /// When the settings changed in this run, in nanoseconds since it began, as near as the reports tell; 0 if they
    /// did not.
    cut: u64,
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
            timeline: Timeline::new(remembered(settings.threads.into())),
            placed: 0,
            strip: Strip::default(),
            waiting: Waiting::Nothing,
            beside: false,
            making: Making::No,
            had_window: false,
            left_out: 0,
            pictured: 0,
            window_age: STILL,
            change_age: 0,
            report_age: 0,
            edge: 0.0,
            anchor: None,
            newest: None,
            newest_age: HELD,
            held: None,
            told: (Counts::default(), true),
            turn: None,
            cut: 0,
            scroll: 0,
            focus: None,
            first_lane: 0,
            selected: None,
            notices: Vec::new(),
            notice_age: 0,
        }
    }

    /// Somebody makes pictures of large windows elsewhere.
    pub(super) fn make_beside(&mut self) {
        self.beside = true;
    }

    /// Takes what the lab reports.
    pub(super) fn take(&mut self, mut report: Report) {
        let recording = std::mem::take(&mut report.recording);
        let held = self.held.is_some();
        if self.report.settings.key() == report.settings.key() {
            self.hold(&report);
        }
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
        if self.started && report.run == self.report.run && report.settings != self.report.settings {
            self.cut = report.elapsed;
        } else if report.run != self.report.run {
            self.cut = 0;
        }
        let others = self.started && report.settings.key() != self.report.settings.key();
        self.started = true;
        self.report_age = 0;
        self.report = report;
        if !held && self.held.is_some() {
            // The words are about what the counter shows.
            self.tell();
        }
        if others {
            // What was counted and pictured under other settings makes way as soon as there is something newer.
            self.newest = None;
            self.tell();
            self.window_age = STILL;
        }
        self.agree();
        self.waiting.add(recording, self.report.run, !self.is_making());
        if self.may_replace() {
            self.show_waiting();
        }
        self.bury();
        self.keep_lane_in_range();
    }

    /// Whoever is no more holds nothing any more, whatever was recorded last.
    fn bury(&mut self) {
        let gone = |now: &WorkerNow| matches!(now.doing, Doing::Crashed | Doing::Killed);
        for (_, worker) in self.report.workers.iter().zip((0..).map(Worker)).filter(|(now, _)| gone(now)) {
            self.strip.leave(worker);
        }
    }

    /// Shows a notice for a while; of many only the newest.
    pub(super) fn notice(&mut self, text: String) {
        // What is said again counts as new, once.
        self.notices.retain(|told| *told != text);
        if self.notices.len() == NOTICES {
            self.notices.remove(0);
        }
        self.notices.push(text);
        self.notice_age = 0;
    }

    /// Keeps the counts of a run that has just ended if the next one is about to replace them.
    fn hold(&mut self, report: &Report) {
        if report.pace.is_slow() || report.paused || !self.follow {
            self.newest = None;
            self.held = None;
        } else if let Some(last) = report.finished.last() {
            let over = u64::from(!matches!(report.phase, Phase::Ended));
            self.newest = Some((last.counts, report.run.saturating_sub(over)));
            self.newest_age = 0;
            if self.held.is_none() {
                self.held = self.newest;
            }
        }
    }

    /// Brings what is shown and spoken of up to date, all at once so that the figures agree.
    fn tell(&mut self) {
        self.held = self.newest;
        self.told = self.counts();
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
        if self.is_making() && self.window_age < STILL {
            return false;
        }
        let due = self.anchor.is_none() || self.report.paused || over || self.window_age >= STILL;
        due && !self.waiting.is_empty()
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        self.window_age = self.window_age.saturating_add(nanos);
        self.change_age = self.change_age.saturating_add(nanos);
        self.newest_age = self.newest_age.saturating_add(nanos);
        let mut changed = false;
        if self.newest_age >= HELD && self.newest.take().is_some() {
            self.held = None;
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
        if !matches!(self.waiting, Waiting::Nothing) && self.may_replace() {
            self.show_waiting();
            changed = true;
        } else if self.newest.is_some() && self.newest != self.held && self.window_age >= STILL {
            // Nothing was recorded of the newest run: its figures are shown all the same.
            self.tell();
            self.window_age = 0;
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
        // No longer than the longest tick: time must not be lost.
        let lazy = Duration::from_millis(100);
        let gliding = self.anchor.is_none() && self.edge < self.target();
        if gliding || (self.moves() && self.flows()) {
            return Some(frame);
        }
        let busy = match self.report.phase {
            Phase::Running => self.moves(),
            Phase::Burst { .. } => true,
            Phase::Ended => self.follow && !self.report.paused,
            Phase::Failed => false,
        };
        let pending = self.started && (self.wanted != self.report.settings || !self.waiting.is_empty());
        (busy || pending || !self.notices.is_empty()).then_some(lazy)
    }
}

/// How many operations of so many workers the picture remembers.
fn remembered(workers: usize) -> usize {
    REMEMBERED.max(workers * OF_EACH)
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
        pids: Vec::new(),
        recording: Recording::Nothing,
        recorded: 0,
        dropped: 0,
        finished: Vec::new(),
        notices: Vec::new(),
    }
}
