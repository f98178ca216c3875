//! What jobs ask of the other screens: Race stands still while its workers do them.

use super::keymap::Action;
use super::{App, Command, Screen};

impl App {
    /// The next work: Race and its jobs take turns on the same tab.
    pub(super) fn next_work(&mut self) -> Vec<Command> {
        let mut commands = self.jobs.next_work();
        self.screen = if self.jobs.is_on() { Screen::Jobs } else { Screen::Race };
        if self.jobs.is_on() && !self.jobs.holds_race && !self.race.wants_pause() {
            self.jobs.holds_race = true;
            let mut first = self.race.stand_still(true);
            first.append(&mut commands);
            return first;
        }
        if !self.jobs.is_on() && std::mem::take(&mut self.jobs.holds_race) {
            commands.extend(self.race.stand_still(false));
        }
        commands
    }

    /// The tab beside; that of Race shows jobs while there are some.
    pub(super) fn turn(&mut self, by: i8) {
        self.screen = self.screen.beside(by);
        if self.screen == Screen::Race && self.jobs.is_on() {
            self.screen = Screen::Jobs;
        }
    }

    /// A sweep measures: what is going on is called off, and Race goes on standing still after it.
    pub(super) fn jobs_make_way(&mut self) -> Vec<Command> {
        if self.jobs.is_on() && self.jobs.is_going_on() {
            return self.jobs.act(Action::Pause, self.size);
        }
        Vec::new()
    }
}
