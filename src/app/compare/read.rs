//! What can be read of the Compare screen's state: by whoever draws it, and by the hints.

use super::layout::{Content, Panels};
use super::words::Duel;
use super::{Compare, Row, Sweep, Table, words};
use crate::app::layout::lines;

/// From this height on claims have headings.
const AIRIER: u16 = 50;

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

/// The claims with their bars, what is told before them and what they come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Duels {
    /// What has to be known.
    pub before: Vec<String>,
    /// A claim each.
    pub duels: Vec<Duel>,
    /// What they come to.
    pub summary: String,
}

impl Duels {
    /// Lines that they take, with two for each heading where there are headings.
    #[must_use]
    pub fn height(&self, width: u16, headed: bool) -> u16 {
        let heads = self.duels.iter().filter(|duel| headed && duel.heading.is_some()).count();
        let rest = self.before.iter().chain([&self.summary]).map(|said| lines(said, width)).sum::<u16>();
        let claims: u16 = self.duels.iter().map(Duel::height).sum();
        claims + 2 * heads as u16 + rest
    }
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

    /// What was measured, and as long as nothing was, the rows that will be.
    #[must_use]
    pub fn shown_table(&self) -> &Table {
        self.table().unwrap_or(&self.page().outline)
    }

    /// How many runs it took and how long, once it has ended.
    #[must_use]
    pub fn took(&self) -> Option<String> {
        let going = self.under.is_some_and(|under| under.sweep == self.shown);
        let progress = self.table().filter(|_| !going)?.progress;
        let runs = if progress.done == 1 { "run" } else { "runs" };
        let (done, seconds) = (words::count(progress.done), clock(progress.elapsed.as_secs_f64()));
        Some(format!("measured in {seconds}: {done} {runs}"))
    }

    /// The rows of it.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.shown_table().rows
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
        let Some(table) = self.table() else {
            let mut said = vec![words::about(self.shown).into()];
            said.extend(words::claims(&self.page().plan, columns));
            return said;
        };
        let mut said = self.before();
        said.extend(words::found_within(table, columns));
        said
    }

    /// What the figures are, for where there is room.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        words::note(&self.shown_table().plan, self.table())
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
        let (columns, rows) = size;
        let width = columns.saturating_sub(5);
        let sentences: u16 = self.found(columns).iter().map(|sentence| lines(sentence, width)).sum();
        let said = match self.duels(columns) {
            // Where there is no room for them the claims are sentences.
            Some(duels) if rows >= words::TALL => duels.height(width, rows >= AIRIER),
            _ => sentences,
        };
        Panels::new(
            columns,
            rows,
            Content { count: self.rows().len(), is_airy: self.table().is_some(), said },
        )
    }

    /// The claims with bars, where they are wide enough.
    #[must_use]
    pub fn duels(&self, columns: u16) -> Option<Duels> {
        if columns < words::WIDE {
            return None;
        }
        let (duels, summary) = words::duels(self.table()?)?;
        Some(Duels { before: self.before(), duels, summary })
    }

    /// What has to be known about what was measured.
    fn before(&self) -> Vec<String> {
        let mut said = Vec::new();
        if self.page().disturbed {
            said.push("⚠ Something else ran meanwhile on these cores; speeds may be off.".into());
        }
        said.extend(self.table().and_then(words::void));
        said
    }
}

/// Minutes and seconds: `0:07`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.ceil().min(359_999.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
