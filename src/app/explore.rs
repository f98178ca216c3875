//! The Explore screen's state: every outcome of the program. So far it only knows the program.

use std::time::Duration;

use super::keymap::Action;
use super::message::Command;
use crate::machine::Machine;
use crate::machine::schedule::Schedule;

/// The state of the Explore screen.
#[derive(Debug)]
pub struct Explore {
    machine: Machine,
    opened: Option<Schedule>,
}

impl Explore {
    pub(super) fn new(machine: Machine) -> Self {
        Explore { machine, opened: None }
    }

    /// Another program from now on.
    pub(super) fn set_machine(&mut self, machine: Machine) {
        self.machine = machine;
    }

    /// The program that is explored.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// What is going on, in a few words.
    #[must_use]
    pub fn status(&self) -> String {
        String::new()
    }

    /// Does what a key asks for. Settings never come here: the program changes instead.
    pub(super) fn act(&mut self, _action: Action, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    /// Presses a cell of the screen.
    pub(super) fn click(&mut self, _column: u16, _row: u16, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    /// Turns the wheel over a cell.
    pub(super) fn wheel(&mut self, _column: u16, _row: u16, _by: i32, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, _nanos: u64) -> bool {
        false
    }

    /// After how long the next tick is wanted at the latest.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        None
    }

    /// Tells the user something.
    pub(super) fn notice(&mut self, _text: String) {}

    /// The schedule that is to be opened in Step, if one was asked for since this was asked last.
    pub(super) fn take_opened(&mut self) -> Option<Schedule> {
        self.opened.take()
    }
}
