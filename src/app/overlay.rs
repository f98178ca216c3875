//! What lies over the screen, and what keys do to it.

use super::help::{self, Help};
use super::keymap::{self, Action};
use super::layout::Area;
use super::message::{Command, Key};
use super::programs::{self, Programs};
use super::step::line::{self, Line};
use super::way::{self, Way};
use super::{App, Screen};

/// What lies over the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys, searchable.
    Help(Help),
    /// All programs, searchable.
    Programs(Programs),
    /// A schedule is being entered.
    Line(Line),
    /// A whole schedule.
    Way(Way),
}

impl App {
    /// Opens an overlay, where the action is to open one.
    pub(super) fn open(&mut self, action: Action) -> bool {
        self.overlay = Some(match action {
            Action::Help => Overlay::Help(Help::of(self.screen)),
            Action::Programs => Overlay::Programs(Programs::new(&self.model.program().name)),
            Action::Paste => Overlay::Line(Line::default()),
            Action::Whole => match self.whole() {
                Some(way) => Overlay::Way(way),
                None => {
                    self.notice("There is no way to be shown: none is known, or nothing follows.".into());
                    return true;
                }
            },
            _ => return false,
        });
        true
    }

    /// The schedule that the screen has no room for.
    fn whole(&self) -> Option<Way> {
        match self.screen {
            Screen::Race | Screen::Jobs | Screen::Compare => None,
            Screen::Step => self.step.whole_way(),
            Screen::Explore => self.explore.whole_way(),
        }
    }

    /// Applies a key to the overlay, if there is one.
    pub(super) fn overlay_key(&mut self, key: Key) -> Option<Vec<Command>> {
        let mut overlay = self.overlay.take()?;
        let quit = keymap::action(key, self.screen).filter(|_| matches!(key, Key::Ctrl('c' | 'z')));
        if let Some(action) = quit {
            return Some(self.act(action));
        }
        let stays = match &mut overlay {
            Overlay::Help(help) => {
                let outcome = help.key(key);
                return Some(self.helped(overlay, outcome));
            }
            Overlay::Programs(list) => {
                let outcome = list.key(key);
                return Some(self.listed(overlay, outcome));
            }
            Overlay::Way(shown) => match shown.key(key, self.size) {
                way::Outcome::Stay => true,
                way::Outcome::Close => false,
                way::Outcome::Copy => return Some(vec![Command::Copy(shown.schedule().to_string())]),
            },
            Overlay::Line(entered) => match entered.key(key) {
                line::Outcome::Stay => true,
                line::Outcome::Close => false,
                line::Outcome::Follow(schedule) => match self.step.follow(&schedule) {
                    Ok(()) => false,
                    Err((operation, why)) => {
                        entered.refuse(operation, why);
                        true
                    }
                },
            },
        };
        if stays {
            self.overlay = Some(overlay);
        }
        Some(Vec::new())
    }

    /// Applies a click to the overlay, if there is one.
    pub(super) fn overlay_click(&mut self, column: u16, row: u16) -> Option<Vec<Command>> {
        let mut overlay = self.overlay.take()?;
        let whole = Area { x: 0, y: 0, width: self.size.0, height: self.size.1 };
        Some(match &mut overlay {
            Overlay::Help(help) => {
                let outcome = help.click(column, row, whole);
                self.helped(overlay, outcome)
            }
            Overlay::Programs(list) => {
                let outcome = list.click(column, row, whole);
                self.listed(overlay, outcome)
            }
            Overlay::Line(_) | Overlay::Way(_) => Vec::new(),
        })
    }

    /// What comes of the keys' overlay.
    fn helped(&mut self, overlay: Overlay, outcome: help::Outcome) -> Vec<Command> {
        match outcome {
            help::Outcome::Stay => self.overlay = Some(overlay),
            help::Outcome::Close => {}
            help::Outcome::Run(action) => return self.act(action),
        }
        Vec::new()
    }

    /// What comes of the list of programs.
    fn listed(&mut self, overlay: Overlay, outcome: programs::Outcome) -> Vec<Command> {
        match outcome {
            programs::Outcome::Stay => self.overlay = Some(overlay),
            programs::Outcome::Close => {}
            programs::Outcome::Choose(entry) => self.choose(entry),
        }
        Vec::new()
    }

    /// Takes what was pasted: a schedule, unless something is being searched for.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Command> {
        self.dirty = true;
        match &mut self.overlay {
            Some(Overlay::Line(line)) => line.paste(text),
            Some(Overlay::Help(_) | Overlay::Programs(_)) => {
                return text.chars().flat_map(|c| self.overlay_key(Key::Char(c))).flatten().collect();
            }
            Some(Overlay::Way(_)) => {}
            None if self.screen == Screen::Step => {
                let mut line = Line::default();
                line.paste(text);
                self.overlay = Some(Overlay::Line(line));
            }
            None => self.notice("A schedule can be pasted on the Step screen.".into()),
        }
        Vec::new()
    }

    /// Turns the wheel over the overlay, if there is one.
    pub(super) fn overlay_wheel(&mut self, by: i32) -> bool {
        match &mut self.overlay {
            None => return false,
            Some(Overlay::Help(help)) => help.scroll(by),
            Some(Overlay::Programs(list)) => list.scroll(by),
            Some(Overlay::Way(way)) => way.scroll(by, self.size),
            Some(Overlay::Line(_)) => {}
        }
        true
    }

    /// Opens the recorded run in Step, or says why that can't be.
    pub(super) fn open_real(&mut self) -> Vec<Command> {
        if !self.race.is_still() {
            self.notice("Paused: z again opens this run in Step.".into());
            return self.race.act(Action::Pause, self.size);
        }
        match super::step::real::schedule(&self.race) {
            Ok((program, schedule)) => self.open_in_step(program, &schedule),
            Err(why) => self.notice(why),
        }
        debug_assert!(matches!(self.screen, Screen::Race | Screen::Step));
        Vec::new()
    }
}
