//! What can be read of the Explore screen's state: by whoever draws it, and by the hints.

use super::layout::Panels;
use super::{Explore, Here, Stage, Under, Witness};
use crate::app::findings::{Findings, Row, grouped, short_time};
use crate::app::way::Way;
use crate::machine::Machine;

impl Explore {
    /// The program that is explored.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The moment of Step from which everything is explored; `None` for the program's start.
    #[must_use]
    pub fn here(&self) -> Option<&Here> {
        self.here.as_ref()
    }

    /// What is going on, in a few words.
    #[must_use]
    pub fn status(&self) -> String {
        match (&self.under, &self.findings) {
            (Some(under), _) if under.stage == Stage::Drawing => "≈ drawing schedules".into(),
            (Some(under), _) => format!("▶ searching  {}", short_time(under.seconds)),
            (None, _) if self.failed.is_some() => "✗ the search failed".into(),
            (None, Some(findings)) if findings.is_complete() => match &self.here {
                Some(here) => format!("✓ complete   {}", here.words()),
                None => "✓ complete   every schedule".into(),
            },
            (None, Some(findings)) if findings.drawn.is_some() => "≈ a part, and a sample".into(),
            (None, Some(_)) => "≈ a part".into(),
            (None, None) => "not searched yet".into(),
        }
    }

    /// The search that is going on.
    #[must_use]
    pub fn under(&self) -> Option<&Under> {
        self.under.as_ref()
    }

    /// What was found; of the search before while another goes on.
    #[must_use]
    pub fn findings(&self) -> Option<&Findings> {
        self.findings.as_ref()
    }

    /// What the search said when it crashed.
    #[must_use]
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// The outcomes found.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        self.findings.as_ref().map_or(&[], |findings| &findings.rows)
    }

    /// The selected outcome's number.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The first outcome that is drawn where there is room for so many.
    #[must_use]
    pub fn first_row(&self, room: u16) -> usize {
        let last = self.rows().len().saturating_sub(usize::from(room));
        let least = (self.selected + 1).saturating_sub(usize::from(room.max(1)));
        self.first.max(least).min(last.max(least))
    }

    /// The selected outcome's witness.
    #[must_use]
    pub fn witness(&self) -> Option<&Witness> {
        self.witness.as_ref()
    }

    /// Which of the two witnesses is shown, in words.
    #[must_use]
    pub fn witness_kind(&self) -> &'static str {
        if self.shortest { "shortest" } else { "fewest switches" }
    }

    /// The witness's schedule, to be shown as a whole.
    pub(in crate::app) fn whole_way(&self) -> Option<Way> {
        let (witness, row) = (self.witness.as_ref()?, self.rows().get(self.selected)?);
        Some(Way::new(format!("witness of {}, {}", row.label, self.witness_kind()), witness.rest.clone()))
    }

    /// The first lane that is drawn where there is room for so many.
    #[must_use]
    pub fn first_lane(&self, room: u16) -> u16 {
        let threads = self.machine.program().threads.len() as u16;
        self.lane.min(threads.saturating_sub(room))
    }

    /// The cell of the witness's lanes at the left edge of a track of so many columns.
    #[must_use]
    pub fn left(&self, track: u16) -> i64 {
        self.along.min(self.farthest(track))
    }

    /// The farthest cell that can be at the left edge: then the end is in sight.
    pub(super) fn farthest(&self, track: u16) -> i64 {
        let tail = self.witness.as_ref().map_or(0, |witness| witness.strip.tail());
        (tail + 1 - i64::from(track)).max(0)
    }

    /// Whether what was measured is shown at this size.
    #[must_use]
    pub fn shows_measured(&self, size: (u16, u16)) -> bool {
        self.wants_measured.unwrap_or(size.1 >= super::layout::AIRY)
    }

    /// What the user is told.
    #[must_use]
    pub fn notice_text(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// How far the search is, in words: states, speed, memory.
    #[must_use]
    pub fn pace(under: &Under) -> String {
        let rate = if under.seconds > 0.0 { under.progress.states as f64 / under.seconds } else { 0.0 };
        format!("{} states a second", grouped(&format!("{rate:.0}")))
    }

    /// Whether the panels fit at this size, and where they lie.
    #[must_use]
    pub fn panels(&self, size: (u16, u16)) -> Option<Panels> {
        Panels::new(size.0, size.1, self)
    }
}
