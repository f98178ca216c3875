//! How wide a table of the findings has to be, reckoned once rather than in every frame.

use super::{Row, probability};
use crate::machine::explore::outcome::Count;

/// The longest of each kind of text in the rows, in characters; 0 where no row has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widths {
    /// Of the labels.
    pub label: usize,
    /// Of what is wrong.
    pub why: usize,
    /// Of the numbers of schedules.
    pub schedules: usize,
    /// Of the probabilities.
    pub probability: usize,
    /// Of the intervals of what was drawn.
    pub interval: usize,
    /// Of the numbers of switches.
    pub switches: usize,
}

impl Widths {
    pub(super) fn of(rows: &[Row]) -> Self {
        let longest = |text: &dyn Fn(&Row) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let length = |text: Option<String>| text.map_or(0, |text| text.chars().count());
        Widths {
            label: longest(&|row| row.label.chars().count()),
            why: longest(&|row| row.why.chars().count()),
            schedules: longest(&|row| {
                if row.schedules == Count::Unknown { 0 } else { row.schedules_text.chars().count() }
            }),
            probability: longest(&|row| length(row.probability.map(probability))),
            interval: longest(&|row| length(row.interval())),
            switches: longest(&|row| length(row.switches())),
        }
    }
}
