//! The final counts of the runs so far, by what was tried.

use std::collections::BTreeMap;

use crate::experiment::figures::Finished;
use crate::experiment::{Protection, Settings};

/// Final counts that are kept for each experiment; older ones make room.
const KEPT: usize = 2_000;

/// The final counts of one experiment.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Runs made.
    pub runs: u64,
    /// Runs that lost nothing.
    pub exact: u64,
    /// Smallest final count.
    pub least: u64,
    /// Greatest final count.
    pub most: u64,
    values: Vec<u64>,
}

/// The final counts of all experiments.
#[derive(Debug, Default)]
pub struct Finals {
    tallies: BTreeMap<Settings, Tally>,
}

impl Finals {
    /// Adds a run that has ended. One whose settings were changed on the way belongs to no experiment.
    pub fn add(&mut self, finished: &Finished) {
        let Some(settings) = finished.settings else { return };
        let survived = finished.counts.survived;
        let tally = self.tallies.entry(settings.key()).or_default();
        if tally.values.len() == KEPT {
            let oldest = usize::try_from(tally.runs).unwrap_or(0) % KEPT;
            tally.values[oldest] = survived;
        } else {
            tally.values.push(survived);
        }
        tally.least = if tally.runs == 0 { survived } else { tally.least.min(survived) };
        tally.most = tally.most.max(survived);
        tally.runs += 1;
        tally.exact += u64::from(finished.counts.lost() == 0);
    }

    /// The experiments that differ from these settings only in their protection, in the order of the protections.
    pub fn beside(&self, settings: &Settings) -> impl Iterator<Item = (&Settings, &Tally)> {
        let key = settings.key();
        self.tallies.iter().filter(move |(other, _)| {
            let same = Settings { protection: key.protection, permits: key.permits, ..**other };
            same == key && Protection::ALL.contains(&other.protection)
        })
    }
}

impl Tally {
    /// How many runs ended in each of the equal parts of `from ..= to`.
    pub fn fill(&self, from: u64, to: u64, bins: &mut [u32]) {
        let span = to.saturating_sub(from).saturating_add(1);
        let count = bins.len() as u64;
        for &value in &self.values {
            let part = u128::from(value.saturating_sub(from)) * u128::from(count) / u128::from(span);
            let index = usize::try_from(part).unwrap_or(usize::MAX).min(bins.len().saturating_sub(1));
            if let Some(bin) = bins.get_mut(index) {
                *bin += 1;
            }
        }
    }
}
