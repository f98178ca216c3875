//! What the tree says when it is asked. Nothing here changes it.

use crate::analysis::ledger::lots::Lot;
use crate::analysis::timeline::Fate;
use crate::event::Increment;

use super::{Place, Tree, end_with};

impl Tree {
    /// What has become of an increment, if it is remembered.
    pub(in crate::analysis::ledger) fn fate(&self, increment: Increment) -> Option<Fate> {
        Some(match self.lots.lot_of(increment)? {
            Lot::Survived => Fate::Survived,
            Lot::Unknown | Lot::Joined(_) => Fate::Unknown,
            Lot::Lost(winner) => Fate::Lost { winner: self.lots.winner(winner) },
            Lot::Doubtful { by, .. } => by.map_or(Fate::Unknown, |by| Fate::Overwritten { by }),
            Lot::Living(place) => self.living(place),
        })
    }

    fn living(&self, place: Place) -> Fate {
        let segment = self.at(place);
        let hidden = || self.base(self.word).is_some_and(|base| base > segment.born);
        match segment.by {
            None => Fate::Surviving,
            Some(_) if hidden() => Fate::Unknown,
            Some(by) => Fate::Overwritten { by },
        }
    }

    /// How many segments and lots are kept.
    #[cfg(test)]
    pub(in crate::analysis::ledger) fn size(&self) -> usize {
        self.segments.len() + self.lots.len()
    }

    /// The increments on the path above where this segment's end branches off it, and how many there are in all.
    pub(in crate::analysis::ledger) fn above_fork(&self, mut place: Place) -> (Vec<Increment>, u32) {
        while !self.at(place).on_path {
            place = self.at(place).parent;
        }
        let (mut listed, mut count) = (Vec::new(), 0u32);
        let mut above = self.word;
        let mut oldest = None;
        while above != place {
            let segment = self.at(above);
            segment.newest.list(&mut listed);
            count = count.saturating_add(u32::try_from(segment.length).unwrap_or(u32::MAX));
            oldest = segment.first;
            above = segment.parent;
        }
        end_with(&mut listed, count, oldest);
        (listed, count)
    }
}
