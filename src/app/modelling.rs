//! The program that Step and Explore share: how it follows the settings, and how schedules of it are opened.

use super::keymap::Action;
use super::{App, Command, Screen};
use crate::machine::schedule::Schedule;
use crate::program::Program;
use crate::program::library::Entry;

impl App {
    /// Changes the settings from Step or Explore; the real workers change with them.
    pub(super) fn set(&mut self, action: Action) -> Vec<Command> {
        let chosen = matches!(action, Action::Protect(_));
        if !chosen && !self.model.is_counter() {
            self.notice("This program has its own sizes. n, l, s and others go back to the counter.".into());
            return Vec::new();
        }
        if let Action::Iterations(by) = action
            && let Some(changed) = self.model.climb(by)
        {
            if changed {
                self.remodel();
            }
            return Vec::new();
        }
        let commands = self.race.act(action, self.size);
        self.follow(true);
        commands
    }

    /// Brings the program in line with the settings that are wanted.
    pub(super) fn follow(&mut self, anyway: bool) {
        if self.model.follow(self.race.wanted(), anyway) {
            self.remodel();
        }
    }

    /// Tells the screens that the program is another.
    pub(super) fn remodel(&mut self) {
        self.step.set_machine(self.model.machine().clone());
        self.explore.set_machine(self.model.machine().clone());
        self.dirty = true;
    }

    /// Opens a schedule of a program in Step, at its end.
    pub fn open_in_step(&mut self, program: Program, schedule: &Schedule) {
        self.model.give(program);
        self.remodel();
        self.screen = Screen::Step;
        self.follow_schedule(schedule);
    }

    pub(super) fn follow_schedule(&mut self, schedule: &Schedule) {
        if let Err((_, why)) = self.step.follow(schedule) {
            self.notice(why);
        }
    }

    /// Another program for Step and Explore; `None` is the counter.
    pub(super) fn choose(&mut self, entry: Option<&'static Entry>) {
        match entry {
            Some(entry) => self.model.ship(entry),
            None => {
                self.model.follow(self.race.wanted(), true);
            }
        }
        self.remodel();
    }

    /// Explores from the moment on that Step looks at.
    pub(super) fn explore_from_here(&mut self) {
        self.explore.begin_at(self.step.here());
        self.screen = Screen::Explore;
    }

    /// Opens in Step what was asked for in Explore. The program is the same, so Explore keeps what it has found.
    pub(super) fn open_explored(&mut self) {
        if let Some(schedule) = self.explore.take_opened() {
            self.screen = Screen::Step;
            self.step.set_machine(self.model.machine().clone());
            self.follow_schedule(&schedule);
        }
    }
}
