//! What many runs came to: the distribution of final counts of one experiment, and of several side by side.
//!
//! Final counts here are by how much the counter rose, so that runs compare wherever they began.

mod history;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::experiment::figures::Counts;

pub use history::{History, Row};

/// The final counts of many runs. Memory is bounded: from [`Finals::BINS`] distinct values on, values are kept in
/// bins of two, four, eight and so on. Totals stay exact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finals {
    runs: u64,
    exact: u64,
    least: Option<u64>,
    most: Option<u64>,
    sum: u128,
    completed: u128,
    /// Runs by the value shifted right by `shift`.
    bins: BTreeMap<u64, u64>,
    shift: u32,
}

impl Finals {
    /// Most bins that are kept.
    pub const BINS: usize = 1024;

    /// Adds a run that has ended.
    pub fn add(&mut self, counts: &Counts) {
        let value = counts.survived;
        self.runs += 1;
        self.exact += u64::from(counts.lost() == 0);
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = Some(self.most.map_or(value, |most| most.max(value)));
        self.sum += u128::from(value);
        self.completed += u128::from(counts.completed);
        *self.bins.entry(value >> self.shift).or_default() += 1;
        while self.bins.len() > Finals::BINS {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        self.shift += 1;
        for (bin, runs) in std::mem::take(&mut self.bins) {
            *self.bins.entry(bin >> 1).or_default() += runs;
        }
    }

    /// How many runs.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How many of them lost nothing.
    #[must_use]
    pub fn exact(&self) -> u64 {
        self.exact
    }

    /// The smallest final count.
    #[must_use]
    pub fn min(&self) -> Option<u64> {
        self.least
    }

    /// The largest final count.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        self.most
    }

    /// All final counts together.
    #[must_use]
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// All increments completed in these runs together; what is missing of them in [`Finals::sum`] was lost.
    #[must_use]
    pub fn completed(&self) -> u128 {
        self.completed
    }

    /// The mean final count.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.sum as f64 / self.runs as f64)
    }

    /// How many neighbouring values share a bin: 1 as long as every value is kept by itself.
    #[must_use]
    pub fn bin_width(&self) -> u64 {
        1 << self.shift
    }

    /// Each value with its runs, smallest first; of a bin of several, the smallest that it can hold and that is not
    /// below the smallest there was.
    pub fn values(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let least = self.least.unwrap_or(0);
        self.bins.iter().map(move |(bin, runs)| ((bin << self.shift).max(least), *runs))
    }

    /// How many runs ended in each of so many equal parts of a range of values. Runs outside the range are left
    /// out; a bin of several values counts where its smallest lies.
    #[must_use]
    pub fn histogram(&self, range: RangeInclusive<u64>, columns: usize) -> Vec<u64> {
        let mut heights = vec![0; columns];
        let width = u128::from(range.end().saturating_sub(*range.start())) + 1;
        for (value, runs) in self.values().filter(|(value, _)| range.contains(value)) {
            let column = u128::from(value - range.start()) * columns as u128 / width;
            if let Some(height) = usize::try_from(column).ok().and_then(|column| heights.get_mut(column)) {
                *height += runs;
            }
        }
        heights
    }

    /// The smallest value that at least this share of the runs did not exceed; `share` is 0 to 1. Exact while
    /// [`Finals::bin_width`] is 1, else less than that too small.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let wanted = (share.clamp(0.0, 1.0) * self.runs as f64).ceil().max(1.0) as u64;
        let mut passed = 0;
        let reaches = |(_, runs): &(u64, u64)| {
            passed += runs;
            passed >= wanted
        };
        self.values().find(reaches).map(|(value, _)| value).or(self.most)
    }
}
