//! What can be read of the Explore screen's state: by whoever draws it, and by the hints.

use std::ops::Range;

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

    /// The outcomes that are drawn where there is room for so many, in order: those around the selected one, and always
    /// one that is right, if any is.
    #[must_use]
    pub fn shown(&self, room: u16) -> Vec<usize> {
        let rows = self.rows();
        let window = self.window(room);
        let is_right = |row: &usize| rows[*row].is_right();
        if room < 2 || window.clone().any(|row| is_right(&row)) {
            return window.collect();
        }
        let fewer = self.window(room - 1);
        let after = (fewer.end..rows.len()).find(is_right);
        let before = (0..fewer.start).rev().find(is_right);
        match (after, before) {
            (Some(right), _) => fewer.chain([right]).collect(),
            (None, Some(right)) => [right].into_iter().chain(fewer).collect(),
            (None, None) => window.collect(),
        }
    }

    /// So many outcomes in a row, among them the selected one.
    fn window(&self, room: u16) -> Range<usize> {
        let (count, room) = (self.rows().len(), usize::from(room));
        let last = count.saturating_sub(room);
        let least = (self.selected + 1).saturating_sub(room.max(1));
        let first = self.first.max(least).min(last.max(least));
        first..(first + room).min(count)
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
        Some(Way::new(format!("witness of {}, {}", row.name(), self.witness_kind()), witness.rest.clone()))
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
        let tail = self.witness.as_ref().map_or(0, |witness| witness.laid(track).strip.tail());
        (tail + 1 - i64::from(track)).max(0)
    }

    /// Whether what was measured is shown at this size.
    #[must_use]
    pub fn shows_measured(&self, size: (u16, u16)) -> bool {
        self.panels(size).is_some_and(|panels| panels.measured.is_some())
    }

    /// Whether real workers can do what is explored.
    pub(super) fn can_measure(&self) -> bool {
        self.here.is_none() && self.machine.program().shape.is_some()
    }

    /// What the user is told.
    #[must_use]
    pub fn notice_text(&self) -> Option<&str> {
        self.notice.get()
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
