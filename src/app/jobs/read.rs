//! What is shown of jobs.

use super::layout::Panels;
use super::{Jobs, Phase, words};
use crate::analysis::jobs::Account;
use crate::analysis::jobs::transfers::Transfers;
use crate::app::findings::grouped;
use crate::event::download::Served;
use crate::experiment::Work;
use crate::experiment::jobs::{JobSettings, Outcome};

impl Jobs {
    /// What workers do.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// The settings that are wanted; while workers count, those of the first work.
    #[must_use]
    pub fn wanted(&self) -> &JobSettings {
        let at = Work::JOBS.iter().position(|&work| work == self.work).unwrap_or(0);
        &self.settings[at]
    }

    /// The settings of the run that is shown.
    #[must_use]
    pub fn made(&self) -> &JobSettings {
        &self.made
    }

    /// Everything that has happened in it.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// What its downloads were at, and when.
    #[must_use]
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// What the server of our own has counted, where the run downloads from it.
    #[must_use]
    pub fn served(&self) -> Option<Served> {
        self.served
    }

    /// How far it is.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// What came of it, once all jobs have ended.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.phase {
            Phase::InRow(outcome) | Phase::Ended(outcome) => Some(outcome),
            Phase::Running | Phase::Failed(_) => None,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.is_on() && self.phase == Phase::Running
    }

    /// Whether something can be called off.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::InRow(_))
    }

    /// Nanoseconds since the first job was handed in, or until the last had ended.
    #[must_use]
    pub fn now(&self) -> u64 {
        match (&self.phase, self.outcome()) {
            (_, Some(outcome)) => outcome.nanos,
            // Nothing has been handed in yet.
            (Phase::Running, _) if self.account.records().is_empty() => 0,
            (Phase::Running, _) => self.elapsed.max(self.account.last()) + self.age,
            _ => self.account.last(),
        }
    }

    /// The job that is looked at.
    #[must_use]
    pub fn selected(&self) -> u32 {
        self.selected
    }

    /// The first job that is listed.
    #[must_use]
    pub fn first(&self) -> u32 {
        self.first
    }

    /// The first lane of so many that is shown: that of the selected job is among them.
    #[must_use]
    pub fn first_lane(&self, visible: u16) -> u16 {
        let record = self.account.records().get(self.selected as usize);
        let lane = record.and_then(|record| record.worker).map_or(0, |worker| worker.0);
        let last = self.made.crew().saturating_sub(visible);
        lane.saturating_sub(visible.saturating_sub(1)).min(last)
    }

    /// Where the panels lie, if there is room for them.
    #[must_use]
    pub fn panels(&self, (columns, rows): (u16, u16)) -> Option<Panels> {
        let cores = u16::try_from(self.account.cores_seen().len()).unwrap_or(u16::MAX);
        Panels::new(columns, rows, &self.made, cores)
    }

    /// What is going on, for the header.
    #[must_use]
    pub fn status(&self) -> String {
        let (ended, of) = (self.account.tally().ended(), self.made.jobs);
        match &self.phase {
            Phase::Running => {
                format!("▶ running  {} of {} ended", grouped(&ended.to_string()), grouped(&of.to_string()))
            }
            Phase::InRow(_) => "▶ the same in a row".into(),
            Phase::Ended(outcome) if outcome.stopped => "■ called off".into(),
            Phase::Ended(_) => "■ ended".into(),
            Phase::Failed(_) => "✗ stopped".into(),
        }
    }

    /// What that shows, or what keeps it from being shown; whether it is an alarm.
    #[must_use]
    pub fn story(&self) -> (String, bool) {
        if let Some(notice) = self.notice.get() {
            return (notice.to_owned(), false);
        }
        match &self.phase {
            Phase::Failed(why) => (format!("✗ {why}"), true),
            Phase::Running => (words::about(&self.made).into(), false),
            Phase::InRow(_) => (
                "All have ended. Now the same work is done in a row, on one thread, to compare.".into(),
                false,
            ),
            Phase::Ended(outcome) if self.made.work == Work::Download => {
                let (account, transfers) = (&self.account, &self.transfers);
                let found = words::downloads::found(&self.made, account, transfers, self.served, outcome);
                (found.join(" "), false)
            }
            Phase::Ended(outcome) => (words::found(&self.made, &self.account, outcome).join(" "), false),
        }
    }
}
