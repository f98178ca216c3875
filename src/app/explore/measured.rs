//! What the lab has really measured at the sizes that are explored, beside what is possible.

use super::Explore;
use crate::analysis::finals::Finals;
use crate::app::race::Race;
use crate::experiment::{Protection, Settings};

/// What was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How many real runs.
    pub runs: u64,
    /// The gap of these runs, in words.
    pub gap: String,
    /// By outcome of the findings, how many runs ended so.
    pub seen: Vec<u64>,
    /// Runs that ended as no outcome that is listed.
    pub elsewhere: u64,
}

impl Measured {
    /// What was measured of the program that is explored; `None` if that is no counter, or nothing was.
    #[must_use]
    pub fn of(explore: &Explore, race: &Race) -> Option<Measured> {
        let finals = finals(explore, race)?;
        let mut seen = vec![0; explore.rows().len()];
        let mut elsewhere = 0;
        // Values that share a bin can't be told apart; that many different ones no counter here has.
        let is_own = explore.findings().is_some_and(|findings| findings.own_memory.is_some());
        for (value, runs) in finals.values() {
            // What the processes counted is not the parent's, which stays as it was.
            let value = if is_own { 0 } else { value };
            match explore.rows().binary_search_by(|row| row.value().cmp(&Some(value))) {
                Ok(row) => seen[row] += runs,
                Err(_) => elsewhere += runs,
            }
        }
        Some(Measured { runs: finals.runs(), gap: race.wanted().gap.words(), seen, elsewhere })
    }

    /// What share of the runs ended as this outcome.
    #[must_use]
    pub fn share(&self, row: usize) -> f64 {
        self.seen.get(row).map_or(0.0, |seen| *seen as f64 / self.runs.max(1) as f64)
    }
}

/// The settings under which the lab does what is explored.
#[must_use]
pub(super) fn settings(explore: &Explore, race: &Race) -> Option<Settings> {
    // Real runs begin at the start.
    let shape = explore.machine().program().shape.filter(|_| explore.here().is_none())?;
    let wanted = race.wanted();
    let permits = if shape.protection == Protection::Semaphore { shape.permits } else { wanted.permits };
    let (threads, iterations, protection) = (shape.threads, shape.iterations, shape.protection);
    Some(Settings { kind: shape.kind, threads, iterations, protection, permits, ..*wanted })
}

fn finals<'a>(explore: &Explore, race: &'a Race) -> Option<&'a Finals> {
    race.history().of(&settings(explore, race)?).filter(|finals| finals.runs() > 0)
}

impl Explore {
    /// The settings under which the lab does what is explored; `None` if that is no counter.
    #[must_use]
    pub fn lab_settings(&self, race: &Race) -> Option<Settings> {
        settings(self, race)
    }

    /// Why the lab can't do what is explored, in a sentence, if it can't.
    #[must_use]
    pub fn not_measurable(&self) -> Option<String> {
        let program = self.machine().program();
        let workers = program.kind.plural();
        if self.here().is_some() {
            return Some(format!("Real {workers} begin at the start: esc explores from there."));
        }
        let is_counter = program.shape.is_some();
        let why = format!("Real {workers} run only the counter: n, l, s and others go back to it.");
        (!is_counter).then_some(why)
    }
}
