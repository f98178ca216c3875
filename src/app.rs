//! The program's state, and how messages change it. Knows no terminal.
//!
//! The shell around it turns what the terminal and the lab say into [`Message`]s, applies them with
//! [`App::update`], carries out the [`Command`]s it gets back, draws when [`App::take_dirty`] says so, and sends
//! a [`Message::Tick`] at the latest after [`App::next_wake`].

pub mod findings;
#[cfg(test)]
pub(crate) mod fixture;
pub mod help;
pub mod hints;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod race;

pub use message::{Command, Key, Message};

use std::time::Duration;

use crate::experiment::{Pace, Settings};
use help::Help;
use keymap::Action;
use race::Race;

/// The colours to draw with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// True colour on a dark ground.
    #[default]
    Dark,
    /// True colour on a light ground.
    Light,
    /// The terminal's own sixteen colours.
    Sixteen,
    /// No colour at all: bold, dim, underlined and reversed only.
    Mono,
}

impl Palette {
    /// The palette that comes after this one when the user asks for another.
    #[must_use]
    pub fn next(self) -> Palette {
        match self {
            Palette::Dark => Palette::Light,
            Palette::Light => Palette::Sixteen,
            Palette::Sixteen => Palette::Mono,
            Palette::Mono => Palette::Dark,
        }
    }

    /// Its name, as it is shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Palette::Dark => "dark",
            Palette::Light => "light",
            Palette::Sixteen => "16 colours",
            Palette::Mono => "no colour",
        }
    }
}

/// How the program looks; the shell chooses the first one from the terminal and the flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The colours.
    pub palette: Palette,
    /// Whether only ASCII characters may be drawn.
    pub ascii: bool,
}

/// The screens there are, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Real threads on one counter, live.
    Race,
}

impl Screen {
    /// All of them.
    pub const ALL: [Screen; 1] = [Screen::Race];

    /// The name on the tab.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Screen::Race => "Race",
        }
    }

    fn beside(self, by: i8) -> Screen {
        let here = Screen::ALL.iter().position(|&screen| screen == self).unwrap_or(0);
        let count = Screen::ALL.len() as i64;
        let there = (here as i64 + i64::from(by)).rem_euclid(count);
        Screen::ALL[there as usize]
    }
}

/// What lies over the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys, searchable.
    Help(Help),
}

/// The whole state.
#[derive(Debug)]
pub struct App {
    screen: Screen,
    overlay: Option<Overlay>,
    look: Look,
    race: Race,
    size: (u16, u16),
    dirty: bool,
}

impl App {
    /// The state before anything has happened. The lab is expected to start with the same settings and pace.
    #[must_use]
    pub fn new(settings: Settings, pace: Pace, look: Look) -> Self {
        App {
            screen: Screen::Race,
            overlay: None,
            look,
            race: Race::new(settings, pace),
            size: (80, 24),
            dirty: true,
        }
    }

    /// Applies a message; says what is to be done about it.
    pub fn update(&mut self, message: Message) -> Vec<Command> {
        match message {
            Message::Key(key) => self.key(key),
            Message::Click { column, row } => self.click(column, row),
            Message::Wheel { column, row, by } => self.wheel(column, row, by),
            Message::Resize { columns, rows } => {
                self.size = (columns, rows);
                self.dirty = true;
                Vec::new()
            }
            Message::Tick(nanos) => {
                let moved = self.race.tick(nanos);
                self.dirty |= moved;
                Vec::new()
            }
            Message::Lab(report) => {
                self.race.take(*report);
                self.dirty = true;
                Vec::new()
            }
            // No screen asks for searches yet.
            Message::Search(_) => Vec::new(),
        }
    }

    fn key(&mut self, key: Key) -> Vec<Command> {
        self.dirty = true;
        if let Some(Overlay::Help(help)) = &mut self.overlay {
            return match help.key(key) {
                help::Outcome::Stay => Vec::new(),
                help::Outcome::Close => {
                    self.overlay = None;
                    Vec::new()
                }
                help::Outcome::Run(action) => {
                    self.overlay = None;
                    self.act(action)
                }
            };
        }
        keymap::action(key).map_or_else(Vec::new, |action| self.act(action))
    }

    fn act(&mut self, action: Action) -> Vec<Command> {
        self.dirty = true;
        match action {
            Action::Quit => vec![Command::Quit],
            Action::Suspend => vec![Command::Suspend],
            Action::Help => {
                self.overlay = Some(Overlay::Help(Help::default()));
                Vec::new()
            }
            Action::Theme => {
                self.look.palette = self.look.palette.next();
                Vec::new()
            }
            Action::Screen(by) => {
                self.screen = self.screen.beside(by);
                Vec::new()
            }
            other => match self.screen {
                Screen::Race => self.race.act(other, self.size),
            },
        }
    }

    fn click(&mut self, column: u16, row: u16) -> Vec<Command> {
        self.dirty = true;
        if self.overlay.is_some() {
            self.overlay = None;
            return Vec::new();
        }
        if let Some(action) = hints::at(self, column, row) {
            return self.act(action);
        }
        match self.screen {
            Screen::Race => self.race.click(column, row, self.size),
        }
    }

    fn wheel(&mut self, column: u16, row: u16, by: i32) -> Vec<Command> {
        self.dirty = true;
        if let Some(Overlay::Help(help)) = &mut self.overlay {
            help.scroll(by);
            return Vec::new();
        }
        match self.screen {
            Screen::Race => self.race.wheel(column, row, by, self.size),
        }
    }

    /// Tells the user something that the shell found out.
    pub fn notice(&mut self, text: String) {
        self.race.notice(text);
        self.dirty = true;
    }

    /// Whether anything has changed since this was asked last, so that a frame is due.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Asks for a frame whatever has changed: the terminal's content is gone.
    pub fn mark_dirty(&mut self) {
        self.dirty = true;
    }

    /// After how long the next tick is wanted at the latest; `None` while nothing moves by itself.
    #[must_use]
    pub fn next_wake(&self) -> Option<Duration> {
        match self.screen {
            Screen::Race => self.race.next_wake(),
        }
    }

    /// The screen that is shown.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// What lies over it.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// How it looks.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The state of the Race screen.
    #[must_use]
    pub fn race(&self) -> &Race {
        &self.race
    }

    /// The size of the terminal as last heard of: columns, rows.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }
}

#[cfg(test)]
mod tests;
