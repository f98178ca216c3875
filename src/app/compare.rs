//! The Compare screen's state: which sweep is shown, at which sizes it would be made, what was measured, and the
//! selected row.
//!
//! A sweep runs elsewhere; this says what is to be swept and takes what is reported. Each sweep has sizes of its own:
//! what shows a race best is not what shows best what a lock costs. Changing them leaves what was measured as it is
//! until the next sweep.

mod act;
pub mod columns;
pub mod layout;
pub mod leaves;
pub mod legend;
pub mod read;
pub mod words;

use std::time::Duration;

use super::message::Command;
use super::notice::Notice;
use crate::compare::service::{News, Order, Report};
use crate::experiment::Settings;

pub use crate::compare::plan::{Plan, Sweep};
pub use crate::compare::table::{Row, Table};

/// The sweep that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Under {
    number: u64,
    sweep: Sweep,
    stopping: bool,
}

/// What belongs to one of the sweeps.
#[derive(Clone, Debug)]
struct Page {
    /// The sizes at which it would be made.
    plan: Plan,
    /// Its rows, as long as nothing was measured.
    outline: Table,
    table: Option<Table>,
    failed: Option<String>,
    /// Whether something else ran while it was made.
    disturbed: bool,
    selected: usize,
    first: usize,
    /// Which of its columns are shown, where there is no room for all.
    leaf: usize,
}

/// The state of the Compare screen.
#[derive(Debug)]
pub struct Compare {
    shown: Sweep,
    pages: [Page; Sweep::ALL.len()],
    under: Option<Under>,
    number: u64,
    opened: Option<Settings>,
    notice: Notice,
    /// Nanoseconds since the last report, so that the time that remains goes down evenly.
    report_age: u64,
    /// Whether the sweep has begun and the others have not made way for it yet.
    is_new: bool,
    /// Whether Race was paused for the sweep.
    pub(super) holds_race: bool,
}

impl Compare {
    pub(super) fn new() -> Self {
        let page = |sweep| Page {
            plan: Plan::of(sweep),
            outline: Table::planned(Plan::of(sweep)),
            table: None,
            failed: None,
            disturbed: false,
            selected: 0,
            first: 0,
            leaf: 0,
        };
        Compare {
            shown: Sweep::Protections,
            pages: Sweep::ALL.map(page),
            under: None,
            number: 0,
            opened: None,
            notice: Notice::default(),
            report_age: 0,
            is_new: false,
            holds_race: false,
        }
    }

    fn page(&self) -> &Page {
        &self.pages[self.shown as usize]
    }

    fn page_mut(&mut self) -> &mut Page {
        &mut self.pages[self.shown as usize]
    }

    /// Begins the sweep that is shown.
    fn sweep(&mut self) -> Command {
        self.number += 1;
        self.report_age = 0;
        self.is_new = true;
        if let Some(table) = self.under.and_then(|under| self.pages[under.sweep as usize].table.as_mut()) {
            // One that makes way for another; of what it says from now on nothing is taken.
            table.stopped = true;
        }
        let (sweep, page) = (self.shown, self.page_mut());
        (page.table, page.failed, page.disturbed) = (None, None, false);
        let plan = page.plan;
        self.under = Some(Under { number: self.number, sweep, stopping: false });
        Command::Compare(Order::Start(self.number, plan))
    }

    /// Ends the sweep that is being made, if one is.
    fn stop(&mut self) -> Vec<Command> {
        match &mut self.under {
            Some(under) => {
                under.stopping = true;
                vec![Command::Compare(Order::Stop)]
            }
            None => Vec::new(),
        }
    }

    /// Takes what is reported of a sweep; says whether it is of the one that is being made.
    pub(super) fn take(&mut self, report: Report) -> bool {
        let Some(under) = self.under.filter(|under| under.number == report.number) else { return false };
        let page = &mut self.pages[under.sweep as usize];
        self.report_age = 0;
        match report.news {
            News::Going(table) => page.table = Some(table),
            News::Ended(table) => {
                page.table = Some(table);
                self.under = None;
            }
            News::Failed(why) => {
                page.failed = Some(why);
                self.under = None;
            }
        }
        true
    }

    /// Whether the sweep has begun since this was asked last.
    pub(super) fn is_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// Something else runs beside the sweep that is being made.
    pub(super) fn disturb(&mut self) {
        if let Some(under) = self.under {
            self.pages[under.sweep as usize].disturbed = true;
        }
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        let mut changed = false;
        if self.under.is_some() {
            let second = self.report_age / 1_000_000_000;
            self.report_age = self.report_age.saturating_add(nanos);
            changed |= self.report_age / 1_000_000_000 != second;
        }
        changed | self.notice.tick(nanos)
    }

    /// After how long the next tick is wanted at the latest.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        (self.notice.get().is_some() || self.under.is_some()).then(|| Duration::from_millis(100))
    }

    /// Tells the user something for a while.
    pub(super) fn notice(&mut self, text: String) {
        self.notice.tell(text);
    }

    /// Whether what is measured can be opened in Race: downloads are no counter.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.shown != Sweep::Downloads
    }

    /// The settings that are to be opened in Race, if that was asked for since this was asked last.
    pub(super) fn take_opened(&mut self) -> Option<Settings> {
        self.opened.take()
    }
}
