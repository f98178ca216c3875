//! What Compare asks of the other screens: quiet while it measures, and Race for what was selected.

use super::{App, Command, Screen};

impl App {
    /// While a sweep is made nothing else runs: Race is paused and goes on after it, what Explore searches for is put off.
    /// Who starts something all the same is told that the figures may be off.
    pub(super) fn make_way(&mut self) -> Vec<Command> {
        let sweeping = self.compare.is_sweeping();
        if !sweeping {
            let holds = std::mem::take(&mut self.compare.holds_race);
            if holds && self.jobs.is_on() {
                // Its workers are still doing jobs.
                self.jobs.holds_race = true;
                return Vec::new();
            }
            return if holds { self.race.stand_still(false) } else { Vec::new() };
        }
        if self.compare.is_new() {
            let mut commands = self.explore.put_off();
            commands.extend(self.jobs_make_way());
            self.compare.holds_race = !self.race.wants_pause();
            commands.extend(self.race.stand_still(true));
            return commands;
        }
        if (self.jobs.is_on() && self.jobs.is_going_on())
            || !self.race.wants_pause()
            || self.race.burst().is_some()
        {
            self.compare.disturb();
        }
        if self.explore.under().is_some() || self.screen == Screen::Step {
            self.compare.disturb();
        }
        Vec::new()
    }

    /// Opens in Race what was asked for in Compare.
    pub(super) fn open_compared(&mut self, mut commands: Vec<Command>) -> Vec<Command> {
        if let Some(settings) = self.compare.take_opened() {
            self.screen = Screen::Race;
            commands.extend(self.jobs.leave());
            commands.extend(self.race.change(settings));
            self.follow(false);
        }
        commands
    }
}
