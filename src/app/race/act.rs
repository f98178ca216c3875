//! What the keys and the mouse do on the Race screen.

use super::super::keymap::Action;
use super::super::layout::{GUTTER, Panels};
use super::super::message::Command;
use super::{Activity, Race, ladder};
use crate::event::Worker;
use crate::experiment::{Cores, Kind, MAX_PERMITS, Pace, Settings};
use crate::lab::check_kind;
use crate::lab::report::Order;

/// Runs of a burst.
const BURST: u32 = 200;

impl Race {
    /// Does what a key asks for.
    pub(in crate::app) fn act(&mut self, action: Action, size: (u16, u16)) -> Vec<Command> {
        if let Some(settings) = self.changed(action) {
            if settings.kind != self.wanted.kind && self.activity() != Activity::Failed {
                // What became of the workers before them no longer matters.
                self.notices.clear();
            }
            self.say_about(action);
            return self.change(settings);
        }
        match action {
            Action::Pace(by) => self.set_pace(by),
            Action::Pause => self.pause(!self.wanted_pause),
            Action::One => {
                self.scroll = 0;
                self.selected = None;
                let mut commands =
                    if self.wanted_pace == Pace::ByHand { Vec::new() } else { self.pause(true) };
                commands.push(Command::Lab(Order::Step(self.focus.map(Worker))));
                commands
            }
            Action::Finish => {
                let mut commands = self.pause(false);
                commands.push(Command::Lab(Order::Finish));
                commands
            }
            Action::Burst => {
                if self.burst().is_some() {
                    return vec![Command::Lab(Order::CancelBurst)];
                }
                let mut commands = self.pause(false);
                commands.push(Command::Lab(Order::Burst(BURST)));
                commands
            }
            Action::Follow => {
                self.follow = !self.follow;
                vec![Command::Lab(Order::Follow(self.follow))]
            }
            Action::Again => {
                self.notices.clear();
                vec![Command::Lab(Order::Again)]
            }
            Action::Back => self.back(),
            other => {
                self.look(other, size);
                Vec::new()
            }
        }
    }

    /// The settings after an action that changes them; `None` for any other.
    fn changed(&self, action: Action) -> Option<Settings> {
        let mut settings = self.wanted;
        match action {
            Action::Protect(protection) => settings.protection = protection,
            Action::Permits(by) => settings.permits = ladder::step(settings.permits, by, MAX_PERMITS),
            Action::Kind => {
                let next = next_kind(settings.kind);
                set_kind(&mut settings, next);
            }
            Action::Shared => {
                let other = settings.kind.otherwise().unwrap_or(settings.kind);
                set_kind(&mut settings, other);
            }
            Action::Threads(by) => {
                settings.threads = ladder::workers(settings.threads, by, settings.kind.most_workers())
            }
            Action::Iterations(by) => {
                let most = settings.kind.most_iterations();
                settings.iterations = ladder::iterations(settings.iterations, by).min(most);
            }
            Action::Gap(by) => {
                settings.gap.delay = ladder::gap(settings.gap.delay, by);
            }
            Action::Jitter => settings.gap.jitter = ladder::jitter(settings.gap.jitter),
            Action::Cores => {
                settings.cores = match settings.cores {
                    Cores::All => Cores::One,
                    Cores::One => Cores::All,
                }
            }
            _ => return None,
        }
        Some(settings)
    }

    /// Says why a key that was pressed changes nothing, or less than it might.
    fn say_about(&mut self, action: Action) {
        let kind = self.wanted.kind;
        if action == Action::Shared && kind == Kind::Thread {
            self.notice(
                "Threads share all memory and await nothing: K goes on to processes and tasks.".into(),
            );
        }
        if action == Action::Kind
            && kind == Kind::Thread
            && let Err(why) = check_kind(kind.next())
        {
            self.notice(format!("Processes are left out: {why}."));
        }
    }

    /// Wants these settings from now on.
    pub(in crate::app) fn change(&mut self, settings: Settings) -> Vec<Command> {
        self.change_age = 0;
        if settings == self.wanted {
            return Vec::new();
        }
        self.wanted = settings;
        vec![Command::Lab(Order::Change(settings))]
    }

    fn set_pace(&mut self, by: i8) -> Vec<Command> {
        let pace = if by > 0 { self.wanted_pace.faster() } else { self.wanted_pace.slower() };
        self.change_age = 0;
        if pace == self.wanted_pace {
            return Vec::new();
        }
        self.wanted_pace = pace;
        vec![Command::Lab(Order::Pace(pace))]
    }

    /// Holds the workers or lets them go, if they are not so already.
    fn pause(&mut self, pause: bool) -> Vec<Command> {
        self.change_age = 0;
        if !pause {
            self.scroll = 0;
            self.selected = None;
        }
        if self.wanted_pause == pause {
            return Vec::new();
        }
        self.wanted_pause = pause;
        vec![Command::Lab(Order::Pause(pause))]
    }

    /// Holds the workers for something else, or lets them go on after it; a burst ends.
    pub(in crate::app) fn stand_still(&mut self, hold: bool) -> Vec<Command> {
        let burst = self.burst().filter(|_| hold).map(|_| Command::Lab(Order::CancelBurst));
        burst.into_iter().chain(self.pause(hold)).collect()
    }

    /// Undoes whatever is uppermost.
    fn back(&mut self) -> Vec<Command> {
        if self.burst().is_some() {
            return vec![Command::Lab(Order::CancelBurst)];
        }
        if self.selected.is_some() {
            self.selected = None;
        } else if self.scroll != 0 {
            self.scroll = 0;
        } else if !self.notices.is_empty() && self.activity() != Activity::Failed {
            self.notices.clear();
        } else {
            self.focus = None;
        }
        Vec::new()
    }

    /// Does what only changes what is looked at.
    fn look(&mut self, action: Action, size: (u16, u16)) {
        match action {
            Action::Focus(lane) => {
                let same = self.focus == Some(lane);
                self.focus = (!same && lane < self.threads()).then_some(lane);
                self.reveal_lane(size);
            }
            Action::FocusBy(by) => {
                let last = i32::from(self.threads().saturating_sub(1));
                let lane = match self.focus {
                    Some(lane) => (i32::from(lane) + i32::from(by)).clamp(0, last.max(0)),
                    None if by > 0 => i32::from(self.first_lane),
                    None => last,
                };
                self.focus = u16::try_from(lane).ok();
                self.reveal_lane(size);
            }
            Action::Select(by) if self.is_still() => self.select_by(by, size),
            Action::SelectEnd(newest) if self.is_still() => self.select_end(newest, size),
            Action::Page(by) if self.is_still() => {
                let page = Panels::new(size.0, size.1, self.threads()).map_or(40, |panels| panels.track());
                self.scroll_by(-i64::from(by) * i64::from(page) * 3 / 4, size);
            }
            _ => {}
        }
    }

    /// Presses a cell of the screen: a lane is focused; while paused the increment under the pointer is selected.
    pub(in crate::app) fn click(&mut self, column: u16, row: u16, size: (u16, u16)) -> Vec<Command> {
        let Some(lane) = self.lane_at(column, row, size) else { return Vec::new() };
        let Some(panels) = Panels::new(size.0, size.1, self.threads()) else { return Vec::new() };
        let track = panels.lanes.body.x + GUTTER;
        if self.is_still() && column >= track {
            let cell = self.edge(panels.track()) - i64::from(panels.track()) + i64::from(column - track);
            self.select_at(Worker(lane), cell);
            return Vec::new();
        }
        self.look(Action::Focus(lane), size);
        Vec::new()
    }

    /// The lane drawn in this cell.
    fn lane_at(&self, column: u16, row: u16, size: (u16, u16)) -> Option<u16> {
        let panels = Panels::new(size.0, size.1, self.threads())?;
        if !panels.lanes.body.contains(column, row) {
            return None;
        }
        let shown = (row - panels.lanes.body.y) / panels.step.max(1);
        let lane = panels.first_lane(self.first_lane, self.threads()) + shown;
        (shown < panels.visible && lane < self.threads()).then_some(lane)
    }

    /// Turns the wheel over the lanes: scrolls through what was recorded. Turning it back while the workers run
    /// pauses them first, so that what one wants to see does not run away.
    pub(in crate::app) fn wheel(&mut self, column: u16, row: u16, by: i32, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = Panels::new(size.0, size.1, self.threads()) else { return Vec::new() };
        if !panels.lanes.body.contains(column, row) {
            return Vec::new();
        }
        let commands = if by < 0 && !self.is_still() { self.pause(true) } else { Vec::new() };
        if self.is_still() {
            self.scroll_by(i64::from(by).saturating_mul(-6), size);
        }
        commands
    }
}

/// Workers of this kind, as many and with as many iterations as they can be.
fn set_kind(settings: &mut Settings, kind: Kind) {
    settings.kind = kind;
    settings.threads = settings.threads.min(kind.most_workers());
    settings.iterations = settings.iterations.min(kind.most_iterations());
}

/// The next kind that can be had.
fn next_kind(kind: Kind) -> Kind {
    match kind.next() {
        missing if check_kind(missing).is_err() => missing.next(),
        next => next,
    }
}
