//! Finals of several experiments side by side.

use std::collections::BTreeMap;

use crate::experiment::Settings;
use crate::experiment::figures::Finished;

use super::Finals;

/// One line of the table: the experiment, or `None` for runs whose settings were changed on the way.
pub type Row<'a> = (Option<&'a Settings>, &'a Finals);

#[derive(Debug)]
struct Kept {
    finals: Finals,
    used: u64,
}

/// The finals of each experiment that was run. Bounded: the experiment that was run longest ago is forgotten first.
#[derive(Debug, Default)]
pub struct History {
    kept: BTreeMap<Settings, Kept>,
    mixed: Finals,
    used: u64,
}

impl History {
    /// Most experiments remembered.
    pub const EXPERIMENTS: usize = 256;

    /// Adds a run that has ended.
    pub fn add(&mut self, run: &Finished) {
        let Some(settings) = run.settings else {
            self.mixed.add(&run.counts);
            return;
        };
        self.used += 1;
        let kept =
            self.kept.entry(settings.key()).or_insert_with(|| Kept { finals: Finals::default(), used: 0 });
        kept.finals.add(&run.counts);
        kept.used = self.used;
        if self.kept.len() > History::EXPERIMENTS {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| *key);
            oldest.and_then(|key| self.kept.remove(&key));
        }
    }

    /// The finals of one experiment.
    #[must_use]
    pub fn of(&self, settings: &Settings) -> Option<&Finals> {
        self.kept.get(&settings.key()).map(|kept| &kept.finals)
    }

    /// The finals of runs whose settings were changed on the way.
    #[must_use]
    pub fn mixed(&self) -> &Finals {
        &self.mixed
    }

    /// All of them in the order of their settings, which further runs don't change; the mixed ones, if there are
    /// any, last.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let mixed = (self.mixed.runs() > 0).then_some((None, &self.mixed));
        self.kept.iter().map(|(settings, kept)| (Some(settings), &kept.finals)).chain(mixed)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = History::default();
    }
}
