//! How what was recorded becomes the picture: a strip that flows with time, or a still window.

use super::strip::Strip;
use super::waiting::Waiting;
use super::{Race, remembered};
use crate::analysis::timeline::Timeline;
use crate::event::{Event, Seen, Source};
use crate::lab::report::Recording;

/// More workers than this have more lanes than a screen has rows.
const CROWD: u16 = 128;
/// Cells before the place that is most worth seeing whose workers are shown too.
const LEAD: i64 = 30;

/// Recorded operations that stand alone: a window into a run that is too fast to be recorded whole.
#[derive(Debug)]
pub struct Window {
    /// The run that it is from.
    pub run: u64,
    /// As in [`Recording::Window`].
    pub streams: Vec<Vec<Event>>,
    /// Likewise.
    pub base: Option<Seen>,
    /// Likewise.
    pub last: Source,
    /// Likewise.
    pub left_out: u64,
}

impl Window {
    /// Operations from which on it is made into a picture elsewhere, if anybody can.
    const LARGE: usize = 256;

    /// How many operations there are in it.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.streams.iter().map(Vec::len).sum()
    }
}

/// Whether a window is being made into a picture elsewhere.
#[derive(Debug, Default)]
pub(super) enum Making {
    #[default]
    No,
    /// It waits to be fetched.
    Wanted(Window),
    /// It was fetched, and the picture has not come yet.
    Given,
}

/// A window, put in order and laid out. Making one takes longer than a frame may; whoever draws frames can fetch the window
/// with [`App::take_window`](crate::app::App::take_window), make its picture elsewhere and hand that to
/// [`App::show`](crate::app::App::show).
#[derive(Debug)]
pub struct Picture {
    run: u64,
    timeline: Timeline,
    strip: Strip,
    turn: Option<u64>,
    left_out: u64,
}

impl Picture {
    /// The picture of a window.
    #[must_use]
    pub fn of(window: Window) -> Self {
        let Window { run, streams, base, last, left_out } = window;
        let mut timeline = Timeline::new(remembered(streams.len()));
        match base {
            Some(base) => timeline.show_stretch(streams, base, last),
            None => timeline.show_window(streams),
        }
        let mut strip = Strip::default();
        strip.window(&timeline);
        let turn = turn(&timeline, timeline.first());
        Picture { run, timeline, strip, turn, left_out }
    }
}

impl Race {
    /// A window whose picture is to be made elsewhere.
    pub(in crate::app) fn take_window(&mut self) -> Option<Window> {
        match std::mem::take(&mut self.making) {
            Making::Wanted(window) => {
                self.making = Making::Given;
                Some(window)
            }
            other => {
                self.making = other;
                None
            }
        }
    }

    /// Shows a picture that was made elsewhere, unless something that followed has been shown since.
    pub(in crate::app) fn show(&mut self, picture: Picture) {
        if self.is_making() {
            self.adopt(picture);
            self.tell();
            self.keep_lane_in_range();
        }
    }

    /// Whether a picture is being made elsewhere.
    pub(super) fn is_making(&self) -> bool {
        !matches!(self.making, Making::No)
    }

    /// Shows a window: at once, or when its picture has come.
    fn show_window(&mut self, window: Window) {
        if self.beside && window.operations() >= Window::LARGE {
            self.making = Making::Wanted(window);
            // If no picture comes for as long as a window stands still, something newer is shown.
            self.window_age = 0;
        } else {
            self.adopt(Picture::of(window));
            self.tell();
        }
    }

    /// Brings what was recorded into the picture, and what is told up to date with it.
    pub(super) fn show_waiting(&mut self) {
        // Where each has a counter of its own nothing but the clock tells an order.
        let apart = !self.report.settings.kind.shares_memory();
        self.making = Making::No;
        let (recording, run) = match std::mem::take(&mut self.waiting) {
            Waiting::Nothing => return self.tell(),
            Waiting::Next(next) => next.recording(),
            Waiting::Window(window) => return self.show_window(window),
        };
        match recording {
            Recording::Fresh(streams) if apart => {
                self.timeline = Timeline::new(remembered(streams.len())).apart();
                self.forget_picture();
                self.timeline.push(by_time(streams));
            }
            Recording::More(streams) if apart => {
                if !self.timeline.is_apart() {
                    self.timeline = Timeline::new(remembered(streams.len())).apart();
                    self.forget_picture();
                }
                self.timeline.push(by_time(streams));
            }
            Recording::Nothing => return self.tell(),
            Recording::Window { streams, base, last, left_out } => {
                return self.show_window(Window { run, streams, base, last, left_out });
            }
            Recording::Fresh(streams) => {
                self.timeline = Timeline::new(remembered(streams.len()));
                self.forget_picture();
                self.timeline.extend(streams);
            }
            Recording::More(streams) => {
                if self.timeline.is_apart() {
                    self.timeline = Timeline::new(remembered(streams.len()));
                    self.forget_picture();
                }
                if self.had_window {
                    // The timeline knows by itself that nothing follows on a window.
                    self.forget_picture();
                }
                self.timeline.extend(streams);
            }
        }
        let from = self.placed.max(self.timeline.first());
        self.turn = turn(&self.timeline, from).or(self.turn);
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
        if self.flows() {
            self.strip.flow(&self.timeline, from, self.report.pace);
            self.anchor = None;
        } else {
            self.strip.window(&self.timeline);
            self.hold_still();
        }
        self.pictured = run;
        self.window_age = 0;
        self.tell();
    }

    fn adopt(&mut self, picture: Picture) {
        self.making = Making::No;
        self.forget_picture();
        self.timeline = picture.timeline;
        self.strip = picture.strip;
        self.turn = picture.turn;
        self.left_out = picture.left_out;
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
        self.had_window = true;
        self.hold_still();
        self.pictured = picture.run;
        self.window_age = 0;
    }

    fn hold_still(&mut self) {
        let place = self.best_place();
        self.anchor = Some(place);
        self.show_crowd(place);
        self.edge = self.strip.end() as f64;
    }

    /// Of many workers shows the lanes of those who move at this place, unless the user looks at one.
    fn show_crowd(&mut self, place: i64) {
        if self.focus.is_some() || self.threads() <= CROWD {
            return;
        }
        let there = self.strip.index_at(place.saturating_sub(LEAD));
        if let Some(item) = self.strip.items().get(there) {
            self.first_lane = item.event.worker().0.saturating_sub(1);
        }
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
        self.left_out = 0;
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
}

/// The newest operation, from this one on, that took something off the path or brought it back.
fn turn(timeline: &Timeline, from: u64) -> Option<u64> {
    let first = timeline.first();
    let skip = usize::try_from(from - first).unwrap_or(usize::MAX);
    let newest = timeline.entries().iter().enumerate().skip(skip).rev();
    let found = newest.into_iter().find(|(_, entry)| entry.overwrote_count > 0 || !entry.restored.is_empty());
    found.map(|(index, _)| first + index as u64)
}

/// Operations of all workers in the order of their times.
fn by_time(streams: Vec<Vec<Event>>) -> Vec<Event> {
    let mut events: Vec<Event> = streams.into_iter().flatten().collect();
    events.sort_by_key(|event| event.time);
    events
}

#[cfg(test)]
mod tests;
