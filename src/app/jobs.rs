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
use super::notice::Notice;
use crate::analysis::jobs::Account;
use crate::analysis::jobs::transfers::Transfers;
use crate::event::download::Served;
use crate::experiment::Work;
use crate::experiment::jobs::JobSettings;
use crate::lab::jobs::live::Order;
pub use crate::lab::jobs::live::{Phase, Report};

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
    /// What downloads were at, and when; of other jobs nothing.
    transfers: Transfers,
    /// What the server of our own has counted.
    served: Option<Served>,
    phase: Phase,
    elapsed: u64,
    /// Nanoseconds since the last report.
    age: u64,
    selected: u32,
    first: u32,
    notice: Notice,
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
            transfers: Transfers::default(),
            served: None,
            phase: Phase::Running,
            elapsed: 0,
            age: 0,
            selected: 0,
            first: 0,
            notice: Notice::default(),
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
        (self.transfers, self.served) = (Transfers::default(), None);
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
            if self.made.work == Work::Download {
                self.transfers.push(event);
            }
        }
        self.served = report.served.or(self.served);
        (self.phase, self.elapsed, self.age) = (report.phase, report.elapsed, 0);
        true
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        let changed = self.is_running();
        self.age = self.age.saturating_add(nanos);
        changed | self.notice.tick(nanos)
    }

    /// After how long the next tick is wanted at the latest.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        match (self.is_running(), self.notice.get()) {
            (true, _) => Some(Duration::from_millis(25)),
            (false, Some(_)) => Some(Duration::from_millis(100)),
            (false, None) => None,
        }
    }

    /// Tells the user something for a while.
    pub(super) fn notice(&mut self, text: String) {
        self.notice.tell(text);
    }
}
