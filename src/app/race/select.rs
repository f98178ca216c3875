//! Looking at what was recorded: which part of the strip is visible, which increment is selected.

use super::super::layout::{HEAD, Panels};
use super::Race;
use super::strip::Item;
use crate::event::{Increment, Worker};

impl Race {
    /// The cell at the right edge of a track of so many columns, with all scrolling.
    #[must_use]
    pub fn edge(&self, track: u16) -> i64 {
        self.rest(track) - self.scroll.min(self.farthest(track))
    }

    /// The edge when nothing is scrolled: the newest, or the place of a window that is most worth seeing.
    fn rest(&self, track: u16) -> i64 {
        match self.anchor {
            Some(anchor) => {
                let beside = anchor + i64::from(track) / 3;
                beside.max(i64::from(track)).min(self.newest())
            }
            None => self.edge.floor() as i64,
        }
    }

    /// How far back one can scroll: to where the oldest operation is at the left edge.
    fn farthest(&self, track: u16) -> i64 {
        let oldest = self.strip.items().front().map_or(0, |item| item.at);
        (self.rest(track) - i64::from(track) - oldest + 1).max(0)
    }

    /// Scrolls back by so many cells; forwards where negative.
    pub(super) fn scroll_by(&mut self, cells: i64, size: (u16, u16)) {
        let track = track(self, size);
        let ahead = self.rest(track) - self.newest();
        self.scroll = (self.scroll + cells).min(self.farthest(track)).max(ahead.min(0));
    }

    /// The cell of the newest operation, or of now.
    fn newest(&self) -> i64 {
        if self.anchor.is_some() { self.strip.tail() - i64::from(HEAD) } else { self.edge.floor() as i64 }
    }

    /// Whether the newest is off the screen.
    #[must_use]
    pub fn is_scrolled(&self) -> bool {
        self.scroll != 0
    }

    /// Selects the increment so many further on, of the focused worker or of anyone.
    pub(super) fn select_by(&mut self, by: i8, size: (u16, u16)) {
        let edge = self.edge(track(self, size));
        let begins = |item: &&Item| self.begins(item);
        let items = self.strip.items();
        let here = self.selected.and_then(|increment| {
            items.iter().position(|item| item.event.increment == increment && self.may_begin(item))
        });
        let found = match (here, by < 0) {
            (None, _) => {
                let visible = items.iter().rev().filter(|item| item.at <= edge);
                visible.into_iter().find(|item| self.begins(item))
            }
            (Some(here), true) => items.range(..here).rev().find(begins),
            (Some(here), false) => items.range(here + 1..).find(begins),
        };
        if let Some(item) = found.copied() {
            self.select(item, size);
        }
    }

    /// Selects the newest increment or the oldest, of the focused worker or of anyone.
    pub(super) fn select_end(&mut self, newest: bool, size: (u16, u16)) {
        let mut items = self.strip.items().iter().filter(|item| self.begins(item));
        let found = if newest { items.next_back() } else { items.next() };
        if let Some(item) = found.copied() {
            self.select(item, size);
        }
    }

    /// Selects the increment of this worker that lies in this cell of the strip, or the last before it.
    pub(super) fn select_at(&mut self, worker: Worker, cell: i64) {
        let until = self.strip.index_at(cell.saturating_add(1));
        let mut before = self.strip.items().range(..until).rev();
        let found = before.find(|item| item.event.worker() == worker);
        self.selected = found.map(|item| item.event.increment);
    }

    /// Whether an increment that may be selected now begins with this item.
    fn begins(&self, item: &Item) -> bool {
        self.may_begin(item) && self.focus.is_none_or(|lane| item.event.worker() == Worker(lane))
    }

    fn may_begin(&self, item: &Item) -> bool {
        use crate::event::Op;
        matches!(item.event.op, Op::Load(_) | Op::FetchAdd(_))
    }

    fn select(&mut self, item: Item, size: (u16, u16)) {
        let increment: Increment = item.event.increment;
        self.selected = Some(increment);
        let track = track(self, size);
        let last = self.strip.items().iter().rev().find(|other| other.event.increment == increment);
        let (from, to) = (item.at, last.map_or(item.at, |last| last.at));
        let edge = self.edge(track);
        let left = edge - i64::from(track);
        if to > edge {
            self.scroll_by(edge - to, size);
        } else if from < left {
            self.scroll_by(left - from + i64::from(track) / 4, size);
        }
        self.focus_stays_visible(increment.worker, size);
    }

    fn focus_stays_visible(&mut self, worker: Worker, size: (u16, u16)) {
        let focus = self.focus.replace(worker.0);
        self.reveal_lane(size);
        self.focus = focus;
    }

    /// Scrolls the lanes so that the focused one is visible.
    pub(super) fn reveal_lane(&mut self, size: (u16, u16)) {
        let Some(lane) = self.focus else { return };
        let Some(panels) = Panels::new(size.0, size.1, self.threads()) else { return };
        let first = panels.first_lane(self.first_lane, self.threads());
        self.first_lane = if lane < first {
            lane
        } else if lane >= first.saturating_add(panels.visible) {
            lane + 1 - panels.visible.min(lane + 1)
        } else {
            first
        };
    }

    /// Forgets a focus on a worker that is no more.
    pub(super) fn keep_lane_in_range(&mut self) {
        let threads = self.threads();
        self.focus = self.focus.filter(|&lane| lane < threads);
        self.first_lane = self.first_lane.min(threads.saturating_sub(1));
    }
}

fn track(race: &Race, size: (u16, u16)) -> u16 {
    Panels::new(size.0, size.1, race.threads()).map_or(40, |panels| panels.track())
}
