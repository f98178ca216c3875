//! What became of increments, shared by those to whom the same happened. A lot can join another lot, never part from
//! it, so an answer is found by following a few links; what nobody asks for any more is swept out.

use std::collections::VecDeque;

use crate::analysis::ids::ByIncrement;
use crate::event::Increment;

use super::tree::Place;

/// The number of a lot.
pub(super) type LotId = u32;

/// The lot of what has survived for good.
pub(super) const SURVIVED: LotId = 0;
/// The lot of what the record can't tell.
pub(super) const UNKNOWN: LotId = 1;

/// What became of some increments.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lot {
    /// The same as of those in another lot.
    Joined(LotId),
    /// Not settled: they are in this living segment.
    Living(Place),
    /// The counter is built on them and will stay so.
    Survived,
    /// The record can't tell.
    Unknown,
    /// The counter is not built on them and never will be.
    Lost(Winner),
    /// Nobody in sight holds a value built on them; somebody out of sight might.
    Doubtful {
        /// Where they go if nobody did.
        then: LotId,
        /// Whose store took them off the path.
        by: Option<Increment>,
    },
}

/// How it is found who won over a lost branch.
#[derive(Clone, Copy, Debug)]
pub(super) enum Winner {
    /// Found.
    Is(Increment),
    /// Several branches are left where this one hung.
    Undecided,
    /// Never: the record does not say what the branch was built on.
    Hidden,
    /// The only branch left begins with `rival`; it wins if its trunk survives.
    Rival { rival: Increment, trunk: LotId },
    /// Whoever wins over that lot.
    Over(LotId),
}

/// All lots that are still asked for, and which increment is in which.
#[derive(Clone, Debug)]
pub(super) struct Lots {
    lots: Vec<Lot>,
    of: ByIncrement<LotId>,
    /// Doubtful lots by the time of their doubt, oldest first.
    doubts: VecDeque<(u64, LotId)>,
    /// How many lots there may be before the next sweep.
    room: usize,
}

impl Lots {
    /// Sweeping is rare; in tests it is not, so that they see it.
    const ROOM: usize = if cfg!(test) { 4 } else { 1024 };

    pub(super) fn new() -> Self {
        let lots = vec![Lot::Survived, Lot::Unknown];
        Lots { lots, of: ByIncrement::default(), doubts: VecDeque::new(), room: Lots::ROOM }
    }

    pub(super) fn add(&mut self, lot: Lot) -> LotId {
        let id = u32::try_from(self.lots.len()).unwrap_or(UNKNOWN);
        self.lots.push(lot);
        id
    }

    pub(super) fn set(&mut self, id: LotId, lot: Lot) {
        self.lots[id as usize] = lot;
    }

    pub(super) fn join(&mut self, id: LotId, other: LotId) {
        if id != other {
            self.set(id, Lot::Joined(other));
        }
    }

    pub(super) fn reserve(&mut self, increments: usize) {
        self.of.reserve(increments);
    }

    pub(super) fn remember(&mut self, increment: Increment, lot: LotId) {
        self.of.insert(increment, lot);
    }

    pub(super) fn forget(&mut self, increment: Increment) {
        self.of.remove(&increment);
    }

    /// The lot of an increment, if it is remembered.
    pub(super) fn lot_of(&self, increment: Increment) -> Option<Lot> {
        self.of.get(&increment).map(|id| self.get(*id))
    }

    /// The chain of links is short: a lot only ever joins that of an ancestor, and there are a few a worker.
    fn find(&self, mut id: LotId) -> LotId {
        while let Lot::Joined(other) = self.lots[id as usize] {
            id = other;
        }
        id
    }

    fn get(&self, id: LotId) -> Lot {
        self.lots[self.find(id) as usize]
    }

    /// Who won, if that is settled.
    pub(super) fn winner(&self, mut winner: Winner) -> Option<Increment> {
        loop {
            let (trunk, rival) = match winner {
                Winner::Is(increment) => return Some(increment),
                Winner::Undecided | Winner::Hidden => return None,
                Winner::Rival { rival, trunk } => (trunk, Some(rival)),
                Winner::Over(trunk) => (trunk, None),
            };
            match self.get(trunk) {
                Lot::Survived => return rival,
                Lot::Lost(next) => winner = next,
                _ => return None,
            }
        }
    }

    pub(super) fn doubt(&mut self, now: u64, id: LotId) {
        self.doubts.push_back((now, id));
    }

    /// Nobody has been out of sight since before `oldest`, so older doubts are cleared.
    pub(super) fn clear_doubts(&mut self, oldest: Option<u64>) {
        while let Some((since, id)) = self.doubts.front().copied()
            && oldest.is_none_or(|oldest| since < oldest)
        {
            self.doubts.pop_front();
            if let Lot::Doubtful { then, .. } = self.lots[id as usize] {
                self.join(id, then);
            }
        }
    }

    /// Somebody out of sight has stored, on top of what may have been any of the doubtful.
    pub(super) fn give_up_doubts(&mut self) {
        for (_, id) in std::mem::take(&mut self.doubts) {
            self.set(id, Lot::Unknown);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lots.len()
    }

    pub(super) fn is_crowded(&self) -> bool {
        self.lots.len() > self.room
    }

    /// Keeps the lots that somebody can still ask for. `held` are those that the tree refers to; they get their new
    /// numbers.
    pub(super) fn sweep<'a>(&mut self, held: impl Iterator<Item = &'a mut LotId>) {
        let mut kept = Kept { new: vec![None; self.lots.len()], old: Vec::new() };
        kept.keep(SURVIVED);
        kept.keep(UNKNOWN);
        for id in held {
            *id = kept.keep(self.find(*id));
        }
        let mut of = std::mem::take(&mut self.of);
        of.values_mut().for_each(|id| *id = kept.keep(self.find(*id)));
        self.of = of;
        let mut lots = Vec::new();
        while let Some(old) = kept.old.get(lots.len()) {
            let lot = match self.lots[*old as usize] {
                Lot::Doubtful { then, by } => Lot::Doubtful { then: kept.keep(self.find(then)), by },
                Lot::Lost(Winner::Rival { rival, trunk }) => {
                    Lot::Lost(Winner::Rival { rival, trunk: kept.keep(self.find(trunk)) })
                }
                Lot::Lost(Winner::Over(other)) => Lot::Lost(Winner::Over(kept.keep(self.find(other)))),
                other => other,
            };
            lots.push(lot);
        }
        self.doubts.retain_mut(|(_, id)| {
            let new = kept.new[*id as usize];
            *id = new.unwrap_or(UNKNOWN);
            new.is_some()
        });
        self.lots = lots;
        self.room = Lots::ROOM.max(self.lots.len() * 2);
    }
}

/// The lots that a sweep has found to be in use.
struct Kept {
    new: Vec<Option<LotId>>,
    old: Vec<LotId>,
}

impl Kept {
    fn keep(&mut self, id: LotId) -> LotId {
        let next = u32::try_from(self.old.len()).unwrap_or(UNKNOWN);
        *self.new[id as usize].get_or_insert_with(|| {
            self.old.push(id);
            next
        })
    }
}
