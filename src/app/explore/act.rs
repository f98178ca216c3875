//! What the keys and the mouse do on the Explore screen.

use super::super::keymap::Action;
use super::super::message::Command;
use super::layout::Panels;
use super::{Explore, Order};

/// Cells that an arrow key scrolls, and a notch of the wheel.
const ARROW: i64 = 12;
const NOTCH: i64 = 6;

impl Explore {
    /// Does what a key asks for. Settings never come here: the program changes instead.
    pub(in crate::app) fn act(&mut self, action: Action, size: (u16, u16)) -> Vec<Command> {
        let page = Panels::new(size.0, size.1, self).map_or(10, |panels| i32::from(panels.rows()).max(1));
        match action {
            Action::Pause => return self.search_or_stop(),
            Action::Again => {
                self.due = true;
                self.pending.extend(self.ticket.take().map(|ticket| Command::Search(Order::Cancel(ticket))));
            }
            Action::Finish => self.open(),
            Action::FocusBy(by) => self.select_by(i32::from(by)),
            Action::Page(by) => self.select_by(i32::from(by) * page),
            Action::SelectEnd(last) => self.select(if last { usize::MAX } else { 0 }),
            Action::Select(by) => self.scroll(i64::from(by) * ARROW, size),
            Action::Pace(by) => {
                self.lane = self.lane.saturating_add_signed(i16::from(by)).min(self.last_lane())
            }
            Action::Hint => {
                self.shortest = !self.shortest;
                self.select(self.selected);
            }
            Action::Measured => self.wants_measured = Some(!self.shows_measured(size)),
            Action::Copy => return self.copy(),
            Action::Back if self.notice.get().is_none() && self.here.is_some() => self.begin_at(None),
            Action::Back => _ = self.notice.dismiss(),
            _ => {}
        }
        self.reveal(size);
        Vec::new()
    }

    /// Scrolls the witness's lanes by so many cells, towards the end where positive.
    fn scroll(&mut self, by: i64, size: (u16, u16)) {
        let Some(panels) = Panels::new(size.0, size.1, self) else { return };
        let track = panels.track();
        self.along = (self.left(track) + by).clamp(0, self.farthest(track));
    }

    /// Shows what is about to be measured.
    pub(in crate::app) fn expect_measured(&mut self) {
        self.wants_measured = Some(true);
    }

    fn last_lane(&self) -> u16 {
        (self.machine.program().threads.len() as u16).saturating_sub(1)
    }

    /// Stops the search that goes on, or begins one.
    fn search_or_stop(&mut self) -> Vec<Command> {
        let (Some(ticket), Some(under)) = (self.ticket, &mut self.under) else {
            return vec![self.search()];
        };
        under.stopping = true;
        vec![Command::Search(Order::Stop(ticket))]
    }

    fn open(&mut self) {
        match self.witness.as_ref().map(|witness| witness.schedule.clone()) {
            Some(schedule) => self.opened = Some(schedule),
            None => self.notice("There is no outcome to open yet.".into()),
        }
    }

    fn copy(&mut self) -> Vec<Command> {
        let Some(witness) = &self.witness else { return Vec::new() };
        vec![Command::Copy(witness.schedule.to_string())]
    }

    fn select_by(&mut self, by: i32) {
        let distance = by.unsigned_abs() as usize;
        let row = if by < 0 { self.selected.saturating_sub(distance) } else { self.selected + distance };
        self.select(row);
    }

    /// Scrolls so that the selected outcome is visible.
    fn reveal(&mut self, size: (u16, u16)) {
        let Some(panels) = Panels::new(size.0, size.1, self) else { return };
        let rows = usize::from(panels.rows()).max(1);
        self.first = self.first.clamp((self.selected + 1).saturating_sub(rows), self.selected);
    }

    /// Presses a cell of the screen: an outcome is selected, the selected one is opened.
    pub(in crate::app) fn click(&mut self, column: u16, row: u16, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = Panels::new(size.0, size.1, self) else { return Vec::new() };
        let table = panels.table();
        if !table.contains(column, row) {
            return Vec::new();
        }
        match self.shown(panels.rows()).get(usize::from(row - table.y)) {
            Some(clicked) if *clicked == self.selected => self.open(),
            Some(clicked) => self.select(*clicked),
            None => {}
        }
        Vec::new()
    }

    /// Turns the wheel over a cell.
    pub(in crate::app) fn wheel(&mut self, column: u16, row: u16, by: i32, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = Panels::new(size.0, size.1, self) else { return Vec::new() };
        if panels.outcomes.body.contains(column, row) {
            self.select_by(by);
            self.reveal(size);
        } else if panels.witness.body.contains(column, row) {
            self.scroll(i64::from(by) * NOTCH, size);
        }
        Vec::new()
    }
}
