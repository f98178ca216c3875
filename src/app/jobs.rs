//! Jobs: what Race shows while its workers do something other than count. What is tried, what came of it so far, and which
//! job is looked at.
//!
//! Every change of a setting begins a run with it, and calls off the one before; what a run came to stays until the next.

mod act;
pub mod layout;
mod read;
pub mod words;

use std::time::Duration;

use super::message::Command;
use crate::analysis::jobs::Account;
use crate::experiment::Work;
use crate::experiment::jobs::JobSettings;
use crate::lab::jobs::live::Order;
pub use crate::lab::jobs::live::{Phase, Report};

/// How long a notice stays, in nanoseconds.
const NOTICE: u64 = 10_000_000_000;

/// The state of the jobs.
#[derive(Debug)]
pub struct Jobs {
    work: Work,
    /// The settings of each work that is jobs.
    settings: [JobSettings; Work::JOBS.len()],
    number: u64,
    /// The settings of the run that is shown.
    made: JobSettings,
    account: Account,
    phase: Phase,
    elapsed: u64,
    /// Nanoseconds since the last report.
    age: u64,
    selected: u32,
    first: u32,
    notice: Option<String>,
    notice_age: u64,
    /// Whether Race was paused for the jobs.
    pub(super) holds_race: bool,
}

impl Jobs {
    pub(super) fn new() -> Self {
        let settings = Work::JOBS.map(JobSettings::of);
        Jobs {
            work: Work::Count,
            settings,
            number: 0,
            made: settings[0],
            account: Account::default(),
            phase: Phase::Running,
            elapsed: 0,
            age: 0,
            selected: 0,
            first: 0,
            notice: None,
            notice_age: 0,
            holds_race: false,
        }
    }

    /// Whether workers do jobs rather than count.
    pub(super) fn is_on(&self) -> bool {
        self.work != Work::Count
    }

    fn settings_of(&mut self, work: Work) -> Option<&mut JobSettings> {
        let at = Work::JOBS.iter().position(|&other| other == work)?;
        self.settings.get_mut(at)
    }

    /// The next work, and a run of it; after the last comes counting again.
    pub(super) fn next_work(&mut self) -> Vec<Command> {
        self.work = self.work.next();
        if self.is_on() { self.begin() } else { vec![Command::Jobs(Order::CallOff(None))] }
    }

    /// Counting again.
    pub(super) fn leave(&mut self) -> Vec<Command> {
        let was_on = self.is_on();
        self.work = Work::Count;
        if was_on { vec![Command::Jobs(Order::CallOff(None))] } else { Vec::new() }
    }

    /// Begins a run with the settings that are wanted.
    fn begin(&mut self) -> Vec<Command> {
        let settings = *self.wanted();
        self.number += 1;
        self.made = settings;
        (self.account, self.phase) = (Account::default(), Phase::Running);
        (self.elapsed, self.age) = (0, 0);
        (self.selected, self.first) = (self.selected.min(settings.jobs - 1), 0);
        vec![Command::Jobs(Order::Start(self.number, settings))]
    }

    /// Takes what is reported of a run; says whether it is of the one that is shown.
    pub(super) fn take(&mut self, report: Report) -> bool {
        if report.number != self.number {
            return false;
        }
        for event in &report.events {
            self.account.push(event);
        }
        (self.phase, self.elapsed, self.age) = (report.phase, report.elapsed, 0);
        true
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        let mut changed = self.is_running();
        self.age = self.age.saturating_add(nanos);
        if self.notice.is_some() {
            self.notice_age = self.notice_age.saturating_add(nanos);
            if self.notice_age >= NOTICE {
                self.notice = None;
                changed = true;
            }
        }
        changed
    }

    /// After how long the next tick is wanted at the latest.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        match (self.is_running(), &self.notice) {
            (true, _) => Some(Duration::from_millis(33)),
            (false, Some(_)) => Some(Duration::from_millis(100)),
            (false, None) => None,
        }
    }

    /// Tells the user something for a while.
    pub(super) fn notice(&mut self, text: String) {
        self.notice = Some(text);
        self.notice_age = 0;
    }
}
