//! What the keys and the mouse do on the Step screen.

use super::super::keymap::Action;
use super::super::message::Command;
use super::panels::Panels;
use super::picture::moment;
use super::{Branch, Step};
use crate::app::findings::grouped;
use crate::event::Worker;
use crate::machine::run::Run;

/// Operations of a page where the screen is too small to tell.
const PAGE: u16 = 10;
/// Most operations that are done at once on the way to the end, for up to sixteen workers; with more it takes longer to
/// find out who can move.
const TO_THE_END: usize = 20_000;

/// What is said where nobody can bring a run to its end.
const NEVER: &str = "From here it goes on for ever: whoever moves, no end is reached.";

impl Step {
    /// Does what a key asks for. Settings never come here: the program changes instead.
    pub(in crate::app) fn act(&mut self, action: Action, size: (u16, u16)) -> Vec<Command> {
        let had_notice = self.notice.dismiss();
        match action {
            Action::Focus(worker) => {
                self.runs = false;
                self.step(Worker(worker));
            }
            Action::One => {
                self.runs = false;
                self.one();
            }
            Action::Pause => self.pause(),
            Action::Pace(by) => self.pace = if by > 0 { self.pace.faster() } else { self.pace.slower() },
            Action::Select(by) => self.go(i64::from(by)),
            Action::Page(by) => {
                let page = Panels::of(self, size).map_or(PAGE, |panels| panels.track() / 6).max(1);
                self.go(i64::from(by) * i64::from(page));
            }
            Action::SelectEnd(last) => self.go(if last { i64::MAX } else { i64::MIN }),
            Action::Finish => self.finish(),
            Action::Again => self.again(),
            Action::FocusBy(by) => self.choose_goal(by),
            Action::Scheduler => {
                self.who = self.who.next();
                self.plan.clear();
            }
            Action::Hint => self.hint(),
            Action::Branch => self.switch_branch(),
            Action::Copy => return vec![Command::Copy(self.run.schedule().to_string())],
            Action::Back if !had_notice => {
                self.runs = false;
                self.goal = None;
                self.judge();
            }
            _ => {}
        }
        Vec::new()
    }

    /// Says why a worker can't move.
    pub(super) fn refuse(&mut self, worker: Worker) {
        let row = self.moment.rows.get(worker.index());
        let text = match row {
            None => format!("There is no {worker}."),
            Some(row) if row.next.starts_with("not ") => format!("{worker} can't move: {}.", row.next),
            Some(row) => format!("{worker} can't move: it {}.", row.next),
        };
        self.say(text);
    }

    fn one(&mut self) {
        match self.chosen() {
            Some(worker) => {
                self.step(worker);
            }
            None if self.notice.get().is_none() => self.say("Nobody can move: the run has ended.".into()),
            None => {}
        }
    }

    fn pause(&mut self) {
        self.runs = !self.runs && !self.enabled.is_empty();
        self.waited = 0;
        if self.enabled.is_empty() {
            self.say("Nobody can move: the run has ended. home goes to its start.".into());
        } else if self.runs {
            self.one();
        }
    }

    /// So many operations forward, or back, of those that are remembered.
    pub(super) fn go(&mut self, by: i64) {
        self.runs = false;
        let to = (self.run.at() as i64).saturating_add(by).max(0);
        if to as usize > self.run.steps().len() && by == 1 {
            self.say("This is the last operation so far: digits, space or o go on.".into());
        }
        self.run.scrub(usize::try_from(to).unwrap_or(usize::MAX));
        self.look(false);
    }

    /// Runs on to the end at once.
    fn finish(&mut self) {
        self.runs = false;
        if self.never_ends() {
            return self.say(NEVER.into());
        }
        let most = TO_THE_END * 16 / self.moment.rows.len().max(16);
        for done in 0.. {
            if done == most {
                let most = grouped(&most.to_string());
                self.say(format!("Not at its end after {most} more operations; enter goes on."));
                break;
            }
            let Some(worker) = self.chosen() else { break };
            self.advance(worker);
            self.enabled = self.run.machine().enabled(self.run.state());
        }
        self.look(false);
        if self.never_ends() {
            self.say(NEVER.into());
        }
    }

    /// Whether it is known that no end can be reached any more.
    fn never_ends(&self) -> bool {
        self.reach.never_ends() && !self.enabled.is_empty()
    }

    /// From the start, with the next seed.
    fn again(&mut self) {
        self.runs = false;
        self.seed += 1;
        self.leave_branch(0);
        self.run = Run::new(self.run.machine().clone());
        self.plan.clear();
        self.look(true);
    }

    /// One step of the shortest way to the selected outcome.
    fn hint(&mut self) {
        self.runs = false;
        // From here on it is this one, also where a search no longer finds it.
        self.goal = self.goal().cloned();
        match self.way.as_ref().map(|way| way.workers().next()) {
            Some(next) => match next {
                Some(worker) => {
                    self.step(worker);
                }
                None => self.say("This is that outcome: the run has ended.".into()),
            },
            None => self.say("No way to that outcome is known from here; ← goes back.".into()),
        }
    }

    /// Selects the outcome so many further on.
    fn choose_goal(&mut self, by: i8) {
        let (chips, ..) = self.chips();
        if chips.is_empty() {
            return;
        }
        let here = self.goal_index().unwrap_or(0) as i64;
        let to = (here + i64::from(by)).clamp(0, chips.len() as i64 - 1);
        self.goal = Some(chips[to as usize].outcome.clone());
        self.find_way();
    }

    /// To where this branch began; from there over to the one that it left.
    fn switch_branch(&mut self) {
        self.runs = false;
        let Some(branch) = self.branch.clone() else {
            return self
                .say("There is one branch only: go back and on another way to begin a second.".into());
        };
        if self.run.at() != branch.at {
            self.run.scrub(branch.at);
            return self.look(false);
        }
        let left: Vec<Worker> = self.run.ahead();
        self.picture.cut(branch.at);
        for &worker in &branch.rest {
            if self.run.step(worker).is_none() {
                break;
            }
        }
        self.branch = (!left.is_empty()).then_some(Branch { at: branch.at, rest: left });
        self.plan.clear();
        self.look(false);
    }

    /// Presses a cell of the screen: a worker moves, the bar is scrubbed.
    pub(in crate::app) fn click(&mut self, column: u16, row: u16, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = Panels::of(self, size) else { return Vec::new() };
        self.grabbed = panels.bar_at(column, row).is_some();
        if let Some(worker) = panels.worker_at(column, row) {
            return self.act(Action::Focus(worker), size);
        }
        let on_bar = panels.bar_at(column, row).map(|(cell, cells)| self.scale(cells).moment(cell));
        let to = on_bar.or_else(|| self.pointed(panels.track_at(column, row)?, panels.track()));
        if let Some(to) = to {
            self.runs = false;
            self.run.scrub(to);
            self.look(false);
        }
        Vec::new()
    }

    /// Moves the mouse with its button down: the bar goes along, if it was pressed. Says whether that changed anything.
    pub(in crate::app) fn drag(&mut self, column: u16, size: (u16, u16)) -> bool {
        let Some(panels) = Panels::of(self, size).filter(|_| self.grabbed) else { return false };
        let (cell, cells) = panels.on_bar(column);
        let to = self.scale(cells).moment(cell);
        let moved = to != self.run.at();
        if moved {
            self.run.scrub(to);
            self.look(false);
        }
        moved
    }

    /// The moment after the operation that is drawn in this cell of a track of so many, or before it.
    fn pointed(&self, cell: u16, track: u16) -> Option<usize> {
        let strip = self.strip(track);
        let left = (self.edge(track) - i64::from(track)).max(0);
        let cell = left + i64::from(cell);
        if cell > strip.tail() {
            return None;
        }
        let last = strip.index_at(cell + 1).checked_sub(1).map(|index| moment(&strip.items()[index].event));
        Some(last.unwrap_or(0))
    }

    /// Turns the wheel: over the workers' names other workers are shown, elsewhere it goes back and forward, one operation
    /// a notch.
    pub(in crate::app) fn wheel(&mut self, column: u16, row: u16, by: i32, size: (u16, u16)) -> Vec<Command> {
        if let Some(panels) = Panels::of(self, size).filter(|panels| panels.is_name(column, row)) {
            let by = i16::try_from(by).unwrap_or(0);
            self.scrolled = Some(self.first_shown(panels.visible).saturating_add_signed(by));
            return Vec::new();
        }
        self.runs = false;
        let to = (self.run.at() as i64).saturating_add(i64::from(by)).max(0);
        self.run.scrub(usize::try_from(to).unwrap_or(0));
        self.look(false);
        Vec::new()
    }
}
