//! What can be read of the Compare screen's state: by whoever draws it, and by the hints.

use super::layout::Panels;
use super::{Compare, Row, Sweep, Table, words};

/// A sweep that is being made: runs made, runs in all, and the seconds that the rest will take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Going {
    /// Runs made.
    pub done: u64,
    /// Runs to be made in all.
    pub of: u64,
    /// Seconds that remain, where that is known.
    pub remaining: Option<f64>,
    /// Whether it was told to stop.
    pub stopping: bool,
}

impl Compare {
    /// The sweep that is shown.
    #[must_use]
    pub fn shown(&self) -> Sweep {
        self.shown
    }

    /// Whether any sweep is being made.
    #[must_use]
    pub fn is_sweeping(&self) -> bool {
        self.under.is_some()
    }

    /// The sweep that is being made, if it is not the one that is shown.
    #[must_use]
    pub fn elsewhere(&self) -> Option<Sweep> {
        self.under.map(|under| under.sweep).filter(|sweep| *sweep != self.shown)
    }

    /// How far the sweep is that is being made.
    #[must_use]
    pub fn going(&self) -> Option<Going> {
        let under = self.under?;
        let page = &self.pages[under.sweep as usize];
        let progress = page.table.as_ref().map(|table| table.progress);
        let since = self.report_age as f64 / 1e9;
        let remaining = progress.and_then(|progress| progress.remaining);
        Some(Going {
            done: progress.map_or(0, |progress| progress.done),
            of: progress.map_or_else(|| page.plan.all_runs(), |progress| progress.of),
            remaining: remaining.map(|left| (left.as_secs_f64() - since).max(0.0)),
            stopping: under.stopping,
        })
    }

    /// What is going on, in a few words.
    #[must_use]
    pub fn status(&self) -> String {
        let page = self.page();
        match (self.going(), &page.table) {
            (Some(Going { stopping: true, .. }), _) => "stopping".into(),
            (Some(going), _) => match going.remaining {
                Some(seconds) => format!("▶ {} of {}  {} left", going.done, going.of, clock(seconds)),
                None => format!("▶ {} of {}", going.done, going.of),
            },
            (None, _) if page.failed.is_some() => "✗ the sweep failed".into(),
            (None, Some(table)) if table.stopped => "≈ partial".into(),
            (None, Some(_)) => "✓ complete".into(),
            (None, None) => "not measured yet".into(),
        }
    }

    /// What was measured for the sweep that is shown.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.page().table.as_ref()
    }

    /// The rows of it.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        self.table().map_or(&[], |table| &table.rows)
    }

    /// Why the sweep that is shown could not go on.
    #[must_use]
    pub fn failed(&self) -> Option<&str> {
        self.page().failed.as_deref()
    }

    /// Whether something else ran while what is shown was measured.
    #[must_use]
    pub fn is_disturbed(&self) -> bool {
        self.page().disturbed
    }

    /// Whether what is shown was measured at other sizes than those that are wanted now.
    #[must_use]
    pub fn is_other(&self) -> bool {
        self.table().is_some_and(|table| table.plan != self.page().plan)
    }

    /// That what is shown is a part, if it is.
    #[must_use]
    pub fn partial(&self) -> Option<String> {
        self.table().and_then(words::partial)
    }

    /// What was found, in sentences for so many columns, after what has to be known about it.
    #[must_use]
    pub fn found(&self, columns: u16) -> Vec<String> {
        let Some(table) = self.table() else { return vec![words::about(self.shown).into()] };
        let mut said = Vec::new();
        if self.page().disturbed {
            said.push("⚠ Something else ran meanwhile on these cores; speeds may be off.".into());
        }
        said.extend(words::void(table));
        said.extend(words::found_within(table, columns));
        said
    }

    /// What the figures are, for where there is room.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let plan = self.table().map_or(&self.page().plan, |table| &table.plan);
        words::note(plan, self.table())
    }

    /// The selected row's number.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.page().selected
    }

    /// The first row that is drawn where there is room for so many.
    #[must_use]
    pub fn first_row(&self, room: u16) -> usize {
        let page = self.page();
        let last = self.rows().len().saturating_sub(usize::from(room));
        let least = (page.selected + 1).saturating_sub(usize::from(room.max(1)));
        page.first.max(least).min(last.max(least)).min(self.rows().len())
    }

    /// What the user is told.
    #[must_use]
    pub fn notice_text(&self) -> Option<&str> {
        self.notice.get()
    }

    /// Where the panels lie, if they fit at this size.
    #[must_use]
    pub fn panels(&self, size: (u16, u16)) -> Option<Panels> {
        Panels::new(size.0, size.1, self.rows().len(), &self.found(size.0), self.note().as_deref())
    }
}

/// Minutes and seconds: `0:07`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.ceil().min(359_999.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
