//! The program's state, and how messages change it. Knows no terminal.
//!
//! The shell around it turns what the terminal and the lab say into [`Message`]s, applies them with
//! [`App::update`], carries out the [`Command`]s it gets back, draws when [`App::take_dirty`] says so, and sends
//! a [`Message::Tick`] at the latest after [`App::next_wake`].

pub mod compare;
mod comparing;
pub mod explore;
pub mod findings;
#[cfg(test)]
pub(crate) mod fixture;
pub mod help;
pub mod hints;
pub mod jobs;
pub mod keymap;
pub mod layout;
mod look;
pub mod message;
pub mod model;
mod modelling;
mod notice;
mod overlay;
pub mod programs;
pub mod race;
pub mod step;
pub mod way;
mod working;

pub use look::{Look, Palette};
pub use message::{Command, Key, Message};
pub use overlay::Overlay;
pub use race::picture;

use std::time::Duration;

use crate::experiment::{Pace, Settings};
use compare::Compare;
use explore::Explore;
use jobs::Jobs;
use keymap::Action;
use model::Model;
use race::Race;
use race::picture::Picture;
use step::Step;

/// How often time passes for what is not on screen.
const LAZY: Duration = Duration::from_millis(100);

/// The screens there are, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Real workers on one counter, live.
    Race,
    /// The same tab while workers do something other than count.
    Jobs,
    /// The same as a value, one operation at a time.
    Step,
    /// Every interleaving of it.
    Explore,
    /// What changes when one thing is changed, measured.
    Compare,
}

impl Screen {
    /// Those that have a tab.
    pub const ALL: [Screen; 4] = [Screen::Race, Screen::Step, Screen::Explore, Screen::Compare];
    /// All of them.
    pub const PLACES: [Screen; 5] =
        [Screen::Race, Screen::Jobs, Screen::Step, Screen::Explore, Screen::Compare];

    /// The name on the tab.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Screen::Race => "Race",
            Screen::Jobs => "Jobs",
            Screen::Step => "Step",
            Screen::Explore => "Explore",
            Screen::Compare => "Compare",
        }
    }

    /// The one on whose tab it is.
    #[must_use]
    pub fn tab(self) -> Screen {
        if self == Screen::Jobs { Screen::Race } else { self }
    }

    /// Whether it is of the program that is stepped and explored.
    fn has_model(self) -> bool {
        matches!(self, Screen::Step | Screen::Explore)
    }

    fn beside(self, by: i8) -> Screen {
        let here = Screen::ALL.iter().position(|&screen| screen == self.tab()).unwrap_or(0);
        let count = Screen::ALL.len() as i64;
        let there = (here as i64 + i64::from(by)).rem_euclid(count);
        Screen::ALL[there as usize]
    }
}

/// The whole state.
#[derive(Debug)]
pub struct App {
    screen: Screen,
    overlay: Option<Overlay>,
    look: Look,
    race: Race,
    jobs: Jobs,
    model: Model,
    step: Step,
    explore: Explore,
    compare: Compare,
    size: (u16, u16),
    dirty: bool,
}

impl App {
    /// The state before anything has happened. The lab is expected to start with the same settings and pace.
    #[must_use]
    pub fn new(settings: Settings, pace: Pace, look: Look) -> Self {
        let model = Model::new(&settings);
        App {
            screen: Screen::Race,
            overlay: None,
            look,
            race: Race::new(settings, pace),
            jobs: Jobs::new(),
            step: Step::new(model.machine().clone()),
            explore: Explore::new(model.machine().clone()),
            compare: Compare::new(),
            model,
            size: (80, 24),
            dirty: true,
        }
    }

    /// Applies a message; says what is to be done about it.
    pub fn update(&mut self, message: Message) -> Vec<Command> {
        let mut commands = self.apply(message);
        commands.extend(self.explore.commands(self.screen == Screen::Explore));
        if self.screen == Screen::Step {
            commands.extend(self.step.ask());
        }
        // Others stand still before a sweep begins.
        let mut first = self.make_way();
        first.extend(commands);
        first
    }

    fn apply(&mut self, message: Message) -> Vec<Command> {
        match message {
            Message::Key(key) => self.key(key),
            Message::Click { column, row } => self.click(column, row),
            Message::Drag { column, .. } => {
                self.drag(column);
                Vec::new()
            }
            Message::Paste(text) => self.paste(&text),
            Message::Wheel { column, row, by } => self.wheel(column, row, by),
            Message::Resize { columns, rows } => {
                self.size = (columns, rows);
                self.dirty = true;
                Vec::new()
            }
            Message::Ground { light } => {
                if self.look.assumed {
                    self.look.palette = self.look.palette.on(light);
                    self.dirty = true;
                }
                Vec::new()
            }
            Message::Tick(nanos) => {
                let race = self.race.tick(nanos) && self.screen == Screen::Race;
                let step = self.screen == Screen::Step && self.step.tick(nanos);
                let jobs = self.jobs.tick(nanos) && self.screen == Screen::Jobs;
                let explore = self.explore.tick(nanos);
                let compare = self.compare.tick(nanos) && self.screen == Screen::Compare;
                self.dirty |= race | jobs | step | explore | compare;
                Vec::new()
            }
            Message::Lab(report) => {
                // Explore shows what real runs came to.
                let counts = self.screen == Screen::Explore && !report.finished.is_empty();
                self.race.take(*report);
                // What the lab could not do is no longer wanted here either.
                self.follow(false);
                self.dirty |= counts || self.screen == Screen::Race;
                Vec::new()
            }
            Message::Search(report) => {
                let step = self.step.take(&report) && self.screen == Screen::Step;
                let explore = self.explore.take(*report) && self.screen == Screen::Explore;
                self.dirty |= step | explore;
                Vec::new()
            }
            Message::Compare(report) => {
                self.dirty |= self.compare.take(*report) && self.screen == Screen::Compare;
                Vec::new()
            }
            Message::Jobs(report) => {
                self.dirty |= self.jobs.take(*report) && self.screen == Screen::Jobs;
                Vec::new()
            }
        }
    }

    fn key(&mut self, key: Key) -> Vec<Command> {
        self.dirty = true;
        if let Some(commands) = self.overlay_key(key) {
            return commands;
        }
        keymap::action(key, self.screen).map_or_else(Vec::new, |action| self.act(action))
    }

    fn act(&mut self, action: Action) -> Vec<Command> {
        self.dirty = true;
        match action {
            Action::Quit => vec![Command::Quit],
            Action::Suspend => vec![Command::Suspend],
            Action::Onward if self.screen == Screen::Step => {
                self.explore_from_here();
                Vec::new()
            }
            Action::Onward => self.open_real(),
            opening if self.open(opening) => Vec::new(),
            Action::Theme => {
                self.look.palette = self.look.palette.next();
                self.look.assumed = false;
                Vec::new()
            }
            Action::Screen(by) => {
                self.turn(by);
                Vec::new()
            }
            Action::Work => self.next_work(),
            setting if self.screen.has_model() && setting.is_setting() => self.set(setting),
            other => match self.screen {
                Screen::Race => self.race.act(other, self.size),
                Screen::Jobs => self.jobs.act(other, self.size),
                Screen::Step => self.step.act(other, self.size),
                Screen::Explore if other == Action::Burst => self.measure(),
                Screen::Explore => {
                    let commands = self.explore.act(other, self.size);
                    self.open_explored();
                    commands
                }
                Screen::Compare => {
                    let commands = self.compare.act(other, self.size);
                    self.open_compared(commands)
                }
            },
        }
    }

    /// A burst of real runs at the sizes that are explored, or the end of one.
    fn measure(&mut self) -> Vec<Command> {
        let Some(settings) = self.explore.lab_settings(&self.race) else {
            self.explore.not_measurable().into_iter().for_each(|why| self.notice(why));
            return Vec::new();
        };
        self.explore.expect_measured();
        let mut commands = self.race.change(settings);
        commands.extend(self.race.act(Action::Burst, self.size));
        self.follow(false);
        commands
    }

    fn click(&mut self, column: u16, row: u16) -> Vec<Command> {
        self.dirty = true;
        if let Some(commands) = self.overlay_click(column, row) {
            return commands;
        }
        if let Some(action) = hints::at(self, column, row) {
            return self.act(action);
        }
        match self.screen {
            Screen::Race => self.race.click(column, row, self.size),
            Screen::Jobs => self.jobs.click(column, row, self.size),
            Screen::Step => self.step.click(column, row, self.size),
            Screen::Explore => {
                let commands = self.explore.click(column, row, self.size);
                self.open_explored();
                commands
            }
            Screen::Compare => {
                let commands = self.compare.click(column, row, self.size);
                self.open_compared(commands)
            }
        }
    }

    /// Moves the mouse with its button down: what was pressed goes along, whatever row it is in.
    fn drag(&mut self, column: u16) {
        if self.overlay.is_none() && self.screen == Screen::Step {
            self.dirty |= self.step.drag(column, self.size);
        }
    }

    fn wheel(&mut self, column: u16, row: u16, by: i32) -> Vec<Command> {
        self.dirty = true;
        if self.overlay_wheel(by) {
            return Vec::new();
        }
        match self.screen {
            Screen::Race => self.race.wheel(column, row, by, self.size),
            Screen::Jobs => self.jobs.wheel(by, self.size),
            Screen::Step => self.step.wheel(column, row, by, self.size),
            Screen::Explore => self.explore.wheel(column, row, by, self.size),
            Screen::Compare => self.compare.wheel(column, row, by, self.size),
        }
    }

    /// From now on large windows wait for somebody to fetch them and to make their pictures elsewhere.
    #[must_use]
    pub fn make_beside(mut self) -> Self {
        self.race.make_beside();
        self
    }

    /// A large window that is to be shown: its picture is awaited by [`App::show`].
    pub fn take_window(&mut self) -> Option<picture::Window> {
        self.race.take_window()
    }

    /// Shows a window whose picture was made elsewhere.
    pub fn show(&mut self, picture: Picture) {
        self.race.show(picture);
        self.dirty |= self.screen == Screen::Race;
    }

    /// Tells the user something that the shell found out.
    pub fn notice(&mut self, text: String) {
        match self.screen {
            Screen::Race => self.race.notice(text),
            Screen::Jobs => self.jobs.notice(text),
            Screen::Step => self.step.notice(text),
            Screen::Explore => self.explore.notice(text),
            Screen::Compare => self.compare.notice(text),
        }
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
        // Away from the Race screen its state goes on, but nothing of it glides.
        let race = match self.screen {
            Screen::Race => self.race.next_wake(),
            _ => self.race.next_wake().map(|_| LAZY),
        };
        let jobs = self.jobs.next_wake();
        let jobs = if self.screen == Screen::Jobs { jobs } else { jobs.map(|_| LAZY) };
        let step = self.step.next_wake().filter(|_| self.screen == Screen::Step);
        [race, jobs, step, self.explore.next_wake(), self.compare.next_wake()].into_iter().flatten().min()
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

    /// The state of the jobs.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The state of the Step screen.
    #[must_use]
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// The state of the Explore screen.
    #[must_use]
    pub fn explore(&self) -> &Explore {
        &self.explore
    }

    /// The state of the Compare screen.
    #[must_use]
    pub fn compare(&self) -> &Compare {
        &self.compare
    }

    /// The program that Step and Explore are of.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Iterations of each worker on the screen that is shown.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        match self.screen {
            Screen::Race | Screen::Jobs => self.race.wanted().iterations,
            Screen::Step | Screen::Explore => self.model.iterations(),
            Screen::Compare => self.compare.plan().iterations,
        }
    }

    /// The size of the terminal as last heard of: columns, rows.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }
}

#[cfg(test)]
mod tests;
