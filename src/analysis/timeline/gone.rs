//! What became, all together, of the increments that one store took off the path. Each is built on the one before, so the
//! oldest and the newest speak for those between them.

use crate::event::{Increment, Worker};

use super::{Entry, Fate, Timeline};

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// All are lost for good, with who won over the oldest, where that is known.
    Lost(Option<Increment>),
    /// All came back with a later store.
    Back,
    /// The oldest came back, the newest did not.
    PartlyBack,
    /// The newest is lost for good, the oldest could yet come back.
    PartlyLost,
    /// None is lost for good, as far as is known, and none came back.
    Overwritten,
}

impl Timeline {
    /// What became of what this store took off the path; `None` if that was nothing.
    #[must_use]
    pub fn gone(&self, store: &Entry) -> Option<Gone> {
        let (newest, oldest) = (*store.overwrote.first()?, *store.overwrote.last()?);
        let on_path = |fate| matches!(fate, Fate::Surviving | Fate::Survived);
        Some(match (self.fate(oldest), self.fate(newest)) {
            (Fate::Lost { winner }, _) => Gone::Lost(winner),
            (_, newest) if on_path(newest) => Gone::Back,
            (oldest, _) if on_path(oldest) => Gone::PartlyBack,
            (_, Fate::Lost { .. }) => Gone::PartlyLost,
            _ => Gone::Overwritten,
        })
    }

    /// The oldest increment that this worker's store would take off the path if it came next, and how many it would take in
    /// all; `None` if none.
    #[must_use]
    pub fn threatened(&self, worker: Worker) -> Option<(Increment, u32)> {
        let (listed, count) = self.books(worker).would_overwrite(worker);
        Some((*listed.last()?, count))
    }
}
