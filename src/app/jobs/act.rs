//! What keys, clicks and the wheel do to jobs.

use super::{Jobs, Phase};
use crate::app::keymap::Action;
use crate::app::message::Command;
use crate::app::race::ladder;
use crate::event::jobs::Job;
use crate::experiment::download::Net;
use crate::experiment::jobs::JobSettings;
use crate::experiment::{Cores, Work};
use crate::lab::jobs::live::Order;

/// Share of the downloads that fail, where some are to, in percent.
const FAILURES: u8 = 30;

impl Jobs {
    pub(in crate::app) fn act(&mut self, action: Action, size: (u16, u16)) -> Vec<Command> {
        let last = self.made.jobs.saturating_sub(1);
        match action {
            Action::Again => return self.begin(),
            Action::Pause if self.is_under_way() => return vec![Command::Jobs(Order::CallOff(None))],
            Action::Pause => return self.begin(),
            Action::CallOff => return vec![Command::Jobs(Order::CallOff(Some(Job(self.selected))))],
            Action::Back if !self.notice.dismiss() && self.is_under_way() => {
                return vec![Command::Jobs(Order::CallOff(None))];
            }
            Action::FocusBy(by) => self.selected = self.selected.saturating_add_signed(by.into()).min(last),
            Action::SelectEnd(newest) => self.selected = if newest { last } else { 0 },
            Action::Page(by) => {
                let page = i64::from(self.listed(size).max(1)) * i64::from(by);
                self.selected = (i64::from(self.selected) + page).clamp(0, last.into()) as u32;
            }
            other => {
                let changed = change(*self.wanted(), other);
                return if changed == *self.wanted() { Vec::new() } else { self.try_with(changed) };
            }
        }
        self.keep_in_view(size);
        Vec::new()
    }

    /// Begins a run with these settings, if they can be had.
    fn try_with(&mut self, changed: JobSettings) -> Vec<Command> {
        if let Err(why) = changed.check() {
            self.notice(why.to_string());
            return Vec::new();
        }
        let work = self.work;
        if let Some(settings) = self.settings_of(work) {
            *settings = changed;
        }
        self.begin()
    }

    /// A click selects the job in whose row it is.
    pub(in crate::app) fn click(&mut self, column: u16, row: u16, size: (u16, u16)) -> Vec<Command> {
        if let Some(panels) = self.panels(size)
            && panels.list.body.contains(column, row)
            && row > panels.list.body.y
        {
            let job = self.first + u32::from(row - panels.list.body.y - 1);
            self.selected = job.min(self.made.jobs.saturating_sub(1));
        }
        Vec::new()
    }

    pub(in crate::app) fn wheel(&mut self, by: i32, size: (u16, u16)) -> Vec<Command> {
        let last = self.made.jobs.saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
        self.keep_in_view(size);
        Vec::new()
    }

    fn listed(&self, size: (u16, u16)) -> u16 {
        self.panels(size).map_or(1, |panels| panels.listed())
    }

    fn keep_in_view(&mut self, size: (u16, u16)) {
        let rows = u32::from(self.listed(size).max(1));
        self.first = self.first.clamp((self.selected + 1).saturating_sub(rows), self.selected);
    }

    fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::InRow(_))
    }
}

/// The settings after a key.
fn change(settings: JobSettings, action: Action) -> JobSettings {
    let runner = settings.runner;
    let (least, most) = settings.size_range();
    match action {
        Action::Kind => settings.with_runner(runner.next()),
        Action::Threads(by) if runner.is_pool() => {
            JobSettings { workers: ladder::step(settings.workers, by, runner.most_workers()), ..settings }
        }
        Action::Threads(by) => with_jobs(settings, settings.jobs.saturating_add_signed(by.into())),
        Action::Iterations(by) => with_jobs(settings, ladder::iterations(settings.jobs, by)),
        Action::Gap(by) => {
            let sizes = settings.sizes.map(|size| larger(size, by).clamp(least, most));
            JobSettings { sizes, ..settings }
        }
        Action::Jitter => JobSettings { jitter: ladder::jitter(settings.jitter), ..settings },
        Action::Cores => {
            let cores = if settings.cores == Cores::All { Cores::One } else { Cores::All };
            JobSettings { cores, ..settings }
        }
        Action::Permits(by) if settings.work == Work::Download => {
            let most = settings.crew();
            let permits = ladder::step(settings.net.permits.unwrap_or(most), by, most);
            let net = Net { permits: (permits < most).then_some(permits), ..settings.net };
            JobSettings { net, ..settings }
        }
        Action::Crash if settings.work == Work::Download => {
            let net = Net { failures: if settings.net.failures > 0 { 0 } else { FAILURES }, ..settings.net };
            JobSettings { net, ..settings }
        }
        Action::Crash => {
            let crash = if settings.crash.is_some() { None } else { Some(settings.jobs / 2) };
            JobSettings { crash, ..settings }
        }
        _ => settings,
    }
}

/// The next size up or down; between nothing and something lies one step.
fn larger(size: u32, by: i8) -> u32 {
    if size == 0 || (size == 1 && by < 0) { u32::from(by > 0) } else { ladder::iterations(size, by) }
}

fn with_jobs(settings: JobSettings, jobs: u32) -> JobSettings {
    let jobs = jobs.clamp(1, settings.runner.most_jobs());
    let crash = settings.crash.map(|job| job.min(jobs - 1));
    JobSettings { jobs, crash, ..settings }
}
