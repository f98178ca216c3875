//! What the keys and the mouse do on the Compare screen.

use super::{Compare, Plan, Sweep, Table};
use crate::app::keymap::Action;
use crate::app::message::Command;
use crate::app::race::ladder;
use crate::experiment::jobs::Runner;
use crate::experiment::{Cores, MAX_PERMITS, Settings};

impl Compare {
    /// Does what a key asks for.
    pub(in crate::app) fn act(&mut self, action: Action, size: (u16, u16)) -> Vec<Command> {
        let page = self.panels(size).map_or(10, |panels| i32::from(panels.rows()).max(1));
        let mut commands = Vec::new();
        match action {
            Action::Pause if self.is_sweeping() => commands = self.stop(),
            Action::Pause | Action::Again => commands.push(self.sweep()),
            Action::Select(by) => self.shown = self.shown.beside(by),
            Action::FocusBy(by) => self.select_by(i32::from(by)),
            Action::Page(by) => self.select_by(i32::from(by) * page),
            Action::SelectEnd(last) => self.select_by(if last { i32::MAX } else { i32::MIN }),
            Action::Finish => commands = self.open(),
            Action::Back if self.notice.dismiss() => {}
            Action::Back => commands = self.stop(),
            Action::Copy => commands.extend(self.copy()),
            Action::Pace(by) => self.turn(by, size.0),
            other => self.resize(other),
        }
        self.reveal(size);
        commands
    }

    /// Changes the sizes at which the sweep that is shown would be made.
    fn resize(&mut self, action: Action) {
        let mut plan = self.page().plan;
        let has_counter = plan.sweep != Sweep::Kinds;
        match action {
            Action::Kind | Action::Shared if !has_counter => {
                self.notice(
                    "This sweep goes through the kinds of workers: threads, processes and tasks.".into(),
                );
            }
            Action::Kind | Action::Shared | Action::Gap(_) | Action::Jitter
                if plan.sweep == Sweep::Downloads =>
            {
                self.notice("These are downloads by tasks: there is no counter, and no other worker.".into());
            }
            Action::Shared if plan.kind.otherwise().is_none() => {
                self.notice(
                    "Threads share all memory and await nothing: K goes on to processes and tasks.".into(),
                );
            }
            Action::Kind | Action::Shared => {
                plan.kind = match action {
                    Action::Kind => plan.kind.next(),
                    _ => plan.kind.otherwise().unwrap_or(plan.kind),
                };
                plan.threads = plan.threads.min(plan.kind.most_workers());
                plan.iterations = plan.iterations.min(plan.kind.most_iterations());
            }
            Action::Iterations(by) if plan.sweep == Sweep::Downloads => {
                plan.iterations = ladder::iterations(plan.iterations, by).min(Runner::Tasks.most_jobs());
            }
            Action::Permits(by) if plan.sweep == Sweep::Downloads => {
                plan.permits = ladder::step(plan.permits, by, MAX_PERMITS);
            }
            Action::Threads(by) => {
                plan.threads = ladder::step(plan.threads, by, plan.kind.most_workers());
            }
            Action::Iterations(by) => {
                plan.iterations = ladder::iterations(plan.iterations, by).min(plan.kind.most_iterations());
            }
            Action::Gap(_) | Action::Jitter | Action::Permits(_) if !has_counter => {
                self.notice("There is no counter in this sweep, so no gap and no semaphore: workers themselves are measured.".into());
            }
            Action::Gap(_) if plan.sweep == Sweep::Window => {
                self.notice("This sweep goes through the gaps, from none to a sleep.".into());
            }
            Action::Gap(by) => plan.gap = ladder::gap(plan.gap, by),
            Action::Jitter => plan.jitter = ladder::jitter(plan.jitter),
            Action::Permits(_) if plan.sweep != Sweep::Protections => {
                let why = if plan.sweep == Sweep::Permits {
                    "This sweep goes through the permits, from 1 to the number of workers."
                } else {
                    "There is no semaphore in this sweep: nothing protects the counter."
                };
                self.notice(why.into());
            }
            Action::Permits(by) => plan.permits = ladder::step(plan.permits, by, MAX_PERMITS),
            Action::Cores => {
                plan.cores = match plan.cores {
                    Cores::All => Cores::One,
                    Cores::One => Cores::All,
                }
            }
            _ => {}
        }
        let page = self.page_mut();
        if page.plan != plan {
            (page.plan, page.outline) = (plan, Table::planned(plan));
            let last = page.outline.rows.len().saturating_sub(1);
            if page.table.is_none() {
                page.selected = page.selected.min(last);
            }
        }
    }

    /// Opens the selected row in Race, where the workers then run; a sweep ends before.
    fn open(&mut self) -> Vec<Command> {
        let Some(settings) = self.rows().get(self.selected()).map(|row| row.settings) else {
            return Vec::new();
        };
        if !self.opens() {
            self.notice(
                "Downloads are no counter that Race could open; `racescope download` makes them one by one."
                    .into(),
            );
            return Vec::new();
        }
        self.opened = Some(settings);
        self.stop()
    }

    fn copy(&mut self) -> Option<Command> {
        let Some(table) = self.page().table.as_ref() else {
            self.notice("There is nothing to copy yet: space begins the sweep.".into());
            return None;
        };
        Some(Command::Copy(crate::export::compare::csv(table)))
    }

    fn select_by(&mut self, by: i32) {
        let last = self.rows().len().saturating_sub(1);
        let page = self.page_mut();
        let distance = by.unsigned_abs() as usize;
        let row = if by < 0 {
            page.selected.saturating_sub(distance)
        } else {
            page.selected.saturating_add(distance)
        };
        page.selected = row.min(last);
    }

    /// Scrolls so that the selected row is visible.
    fn reveal(&mut self, size: (u16, u16)) {
        let Some(panels) = self.panels(size) else { return };
        let rows = usize::from(panels.rows()).max(1);
        let page = self.page_mut();
        page.first = page.first.clamp((page.selected + 1).saturating_sub(rows), page.selected);
    }

    /// Presses a cell of the screen: a sweep's name shows it, a row is selected, the selected one is opened.
    pub(in crate::app) fn click(&mut self, column: u16, row: u16, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = self.panels(size) else { return Vec::new() };
        if row == panels.sweeps.body.y {
            let hit = panels.names().find(|(x, _, name)| (*x..x + name.len() as u16 + 2).contains(&column));
            if let Some((_, sweep, _)) = hit {
                self.shown = sweep;
            }
            return Vec::new();
        }
        let lines = panels.lines();
        if !lines.contains(column, row) {
            return Vec::new();
        }
        let clicked = self.first_row(panels.rows()) + usize::from((row - lines.y) / panels.step);
        if clicked >= self.rows().len() {
            return Vec::new();
        }
        if clicked == self.page().selected {
            return self.open();
        }
        self.page_mut().selected = clicked;
        Vec::new()
    }

    /// Turns the wheel over a cell.
    pub(in crate::app) fn wheel(&mut self, column: u16, row: u16, by: i32, size: (u16, u16)) -> Vec<Command> {
        let Some(panels) = self.panels(size) else { return Vec::new() };
        if panels.table.body.contains(column, row) {
            self.select_by(by);
            self.reveal(size);
        }
        Vec::new()
    }

    /// The same as settings.
    #[must_use]
    pub fn sizes(&self) -> Settings {
        self.page().plan.settings()
    }

    /// The sizes at which the sweep that is shown would be made.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.page().plan
    }
}
