//! The Step screen's state: a run of the program, one operation at a time, and what can still come of it.

use std::time::Duration;

use super::keymap::Action;
use super::message::Command;
use crate::machine::Machine;
use crate::machine::run::Run;
use crate::machine::schedule::Schedule;

/// The state of the Step screen.
#[derive(Debug)]
pub struct Step {
    run: Run,
}

impl Step {
    pub(super) fn new(machine: Machine) -> Self {
        Step { run: Run::new(machine) }
    }

    /// Another program from now on, at its start.
    pub(super) fn set_machine(&mut self, machine: Machine) {
        *self = Step::new(machine);
    }

    /// Follows a schedule from the start.
    pub(super) fn follow(&mut self, schedule: &Schedule) {
        if let Ok(run) = Run::replay(self.run.machine().clone(), schedule) {
            self.run = run;
        }
    }

    /// What is going on, in a few words.
    #[must_use]
    pub fn status(&self) -> String {
        format!("step {} of {}", self.run.at(), self.run.steps().len())
    }

    /// The scheduler's name.
    #[must_use]
    pub fn scheduler_name(&self) -> String {
        "random".into()
    }

    /// Whether it runs on by itself.
    #[must_use]
    pub fn runs(&self) -> bool {
        false
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn act(&mut self, _action: Action, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    pub(super) fn click(&mut self, _column: u16, _row: u16, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    pub(super) fn wheel(&mut self, _column: u16, _row: u16, _by: i32, _size: (u16, u16)) -> Vec<Command> {
        Vec::new()
    }

    pub(super) fn tick(&mut self, _nanos: u64) -> bool {
        false
    }

    pub(super) fn next_wake(&self) -> Option<Duration> {
        None
    }

    pub(super) fn notice(&mut self, _text: String) {}
}
