//! The tree of increments, folded into segments: runs of increments, each built on the one before, that share their
//! fate because nobody can part them any more. A segment ends where somebody may still build: at the word, at a
//! value that is held, at a fork.
//!
//! The root is everything that has survived for good. Its end is what all that is alive was built on.

mod answers;
mod segment;

use crate::analysis::timeline::Entry;
use crate::event::{Increment, Source};

use super::Effect;
use super::lots::{Lot, LotId, Lots, SURVIVED, UNKNOWN, Winner};
use segment::Segment;

/// The number of a living segment. It stays with the segment's end for as long as somebody holds that.
pub(super) type Place = u32;

#[derive(Clone, Debug)]
pub(super) struct Tree {
    segments: Vec<Segment>,
    free: Vec<Place>,
    root: Place,
    /// The segment that ends with the word. The word is always a leaf: who stores becomes the word.
    word: Place,
    clock: u64,
    /// Workers out of sight. Each may hold anything, so together they hold the root.
    unseen: u32,
    /// Living segments that are not linked.
    unlinked: u32,
    lots: Lots,
}

impl Tree {
    pub(super) fn new() -> Self {
        let root = Segment::new(0, true, 0, SURVIVED);
        let (segments, free, lots) = (vec![root], Vec::new(), Lots::new());
        Tree { segments, free, root: 0, word: 0, clock: 0, unseen: 0, unlinked: 0, lots }
    }

    fn at(&self, place: Place) -> &Segment {
        &self.segments[place as usize]
    }

    fn at_mut(&mut self, place: Place) -> &mut Segment {
        &mut self.segments[place as usize]
    }

    /// Moves the clock on. It counts what happens, not time.
    pub(super) fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    pub(super) fn is_word(&self, place: Place) -> bool {
        place == self.word
    }

    /// Whether the word is this store.
    pub(super) fn word_is(&self, source: Source) -> bool {
        let word = self.at(self.word);
        match source {
            Source::Start => self.word == self.root && word.length == 0,
            Source::Store(increment) => word.newest.last() == Some(increment),
            Source::Unknown => false,
        }
    }

    pub(super) fn hold_word(&mut self) -> Place {
        self.at_mut(self.word).holders += 1;
        self.word
    }

    pub(super) fn let_go(&mut self, place: Place) {
        self.at_mut(place).holders -= 1;
        self.settle(place);
    }

    pub(super) fn sees_all(&self) -> bool {
        self.unseen == 0
    }

    pub(super) fn reserve(&mut self, increments: usize) {
        self.lots.reserve(increments);
    }

    /// A worker is out of sight.
    pub(super) fn hold_all(&mut self) {
        self.unseen += 1;
        self.at_mut(self.root).holders += 1;
    }

    /// A worker is in sight again. `oldest` tells since when others are not.
    pub(super) fn let_go_all(&mut self, oldest: Option<u64>) {
        self.unseen -= 1;
        self.lots.clear_doubts(oldest);
        self.let_go(self.root);
    }

    pub(super) fn forget(&mut self, increment: Increment) {
        self.lots.forget(increment);
    }

    /// Stores on top of a held value. The hold is used up.
    pub(super) fn grow(&mut self, on: Place, increment: Increment) -> Effect {
        let now = self.tick();
        let under = self.at_mut(on);
        under.holders -= 1;
        if on == self.word && self.at(on).holders == 0 {
            self.push(on, increment);
            return Effect::default();
        }
        let old = self.word;
        let new = self.add(on, increment, true, now);
        let effect = self.turn(new, increment);
        self.settle(old);
        self.settle(on);
        effect
    }

    /// Stores on top of nobody knows what.
    pub(super) fn grow_unlinked(&mut self, increment: Increment) {
        let lot = self.surface(increment);
        self.lots.remember(increment, lot);
    }

    /// A store becomes the word that is in no record. Nothing more is known of what was in doubt.
    pub(super) fn surface(&mut self, increment: Increment) -> LotId {
        let now = self.tick();
        self.lots.give_up_doubts();
        let old = self.word;
        let new = self.add(self.root, increment, false, now);
        let lot = self.at(new).lot;
        self.lots.forget(increment);
        self.turn(new, increment);
        self.settle(old);
        self.settle(self.root);
        lot
    }

    fn push(&mut self, place: Place, increment: Increment) {
        let segment = self.at_mut(place);
        segment.push(increment);
        let lot = segment.lot;
        self.lots.remember(increment, lot);
    }

    fn add(&mut self, parent: Place, increment: Increment, linked: bool, born: u64) -> Place {
        if self.lots.is_crowded() {
            let used = self.segments.iter_mut().filter(|segment| segment.alive);
            self.lots
                .sweep(used.flat_map(|segment| std::iter::once(&mut segment.lot).chain(&mut segment.hung)));
        }
        let place = self.free.pop().unwrap_or_else(|| u32::try_from(self.segments.len()).unwrap_or(u32::MAX));
        let lot = self.lots.add(Lot::Living(place));
        let segment = Segment::new(parent, linked, born, lot);
        if place as usize == self.segments.len() {
            self.segments.push(segment);
        } else {
            *self.at_mut(place) = segment;
        }
        self.unlinked += u32::from(!linked);
        self.adopt(parent, place);
        self.push(place, increment);
        place
    }

    fn adopt(&mut self, parent: Place, child: Place) {
        let segment = self.at_mut(parent);
        segment.children += 1;
        segment.child ^= child;
    }

    /// Makes the end of a new segment the word: what is below it comes onto the path, what was above where it
    /// branches off leaves it.
    fn turn(&mut self, new: Place, by: Increment) -> Effect {
        let mut effect = Effect::default();
        let base = self.base(self.word);
        let mut fork = self.at(new).parent;
        let lowest = fork;
        while !self.at(fork).on_path {
            let segment = self.at_mut(fork);
            segment.on_path = true;
            segment.by = None;
            // What may all the while have been on the path has not come back.
            if base.is_none_or(|base| base < segment.born) {
                segment.newest.list(&mut effect.restored);
            }
            fork = segment.parent;
        }
        let linked = self.at(new).linked;
        let mut left = self.word;
        let mut oldest = None;
        while left != fork {
            let segment = self.at_mut(left);
            segment.on_path = false;
            segment.by = Some(by);
            if linked {
                segment.newest.list(&mut effect.overwrote);
                let count = u32::try_from(segment.length).unwrap_or(u32::MAX);
                effect.overwrote_count = effect.overwrote_count.saturating_add(count);
                oldest = segment.first;
            }
            left = segment.parent;
        }
        end_with(&mut effect.overwrote, effect.overwrote_count, oldest);
        self.word = new;
        let mut back = self.at(lowest).parent;
        while lowest != fork && back != fork {
            let next = self.at(back).parent;
            self.settle(back);
            back = next;
        }
        effect
    }

    /// When the unlinked segment was born on which the end of this one is built, if it is built on one.
    fn base(&self, place: Place) -> Option<u64> {
        if self.unlinked == 0 {
            return None;
        }
        let mut segment = self.at(place);
        while segment.linked && segment.parent != self.root {
            segment = self.at(segment.parent);
        }
        (!segment.linked).then_some(segment.born)
    }

    /// Folds what nobody can part, and drops what nobody can build on, from this segment's end downwards.
    fn settle(&mut self, mut place: Place) {
        loop {
            let segment = self.at(place);
            if !segment.alive || place == self.word || segment.holders > 0 {
                return;
            }
            match segment.children {
                0 if place != self.root => place = self.drop(place),
                1 => return self.fold(place),
                _ => return,
            }
        }
    }

    /// Folds a segment into the only one built on it, unless they left the path by different stores.
    fn fold(&mut self, lower: Place) {
        let upper = self.at(lower).child;
        if lower != self.root && self.at(lower).by != self.at(upper).by {
            return;
        }
        let (rival, linked, lot) = (self.at(upper).first, self.at(upper).linked, self.at(lower).lot);
        self.lots.join(self.at(upper).lot, lot);
        if lot != SURVIVED {
            self.lots.set(lot, Lot::Living(upper));
        }
        if let Some(hung) = self.at(lower).hung {
            let winner = match rival {
                Some(rival) if linked && lower == self.root => Winner::Is(rival),
                Some(rival) if linked => Winner::Rival { rival, trunk: lot },
                _ => Winner::Hidden,
            };
            self.lots.set(hung, Lot::Lost(winner));
        }
        self.unlinked -= u32::from(!linked);
        let below = self.release(lower);
        let parent = below.parent;
        let above = self.at_mut(upper);
        above.first = below.first.or(above.first);
        above.length += below.length;
        above.born = below.born;
        above.linked = below.linked;
        above.lot = lot;
        above.newest.put_below(&below.newest);
        if lower == self.root {
            self.root = upper;
            self.at_mut(upper).parent = upper;
        } else {
            self.at_mut(upper).parent = parent;
            self.at_mut(parent).child ^= lower ^ upper;
        }
    }

    /// Nobody can build on this segment any more. Gives the one below.
    fn drop(&mut self, place: Place) -> Place {
        let doubtful = self.is_doubtful(place);
        let gone = self.release(place);
        let parent = gone.parent;
        let below = self.at_mut(parent);
        below.children -= 1;
        below.child ^= place;
        let lost = match below.hung {
            _ if !gone.linked => self.lots.add(Lot::Lost(Winner::Hidden)),
            Some(hung) => hung,
            None => {
                let hung = self.lots.add(Lot::Lost(Winner::Undecided));
                self.at_mut(parent).hung = Some(hung);
                hung
            }
        };
        if doubtful {
            self.lots.join(gone.lot, UNKNOWN);
        } else if self.unseen > 0 {
            self.lots.set(gone.lot, Lot::Doubtful { then: lost, by: gone.by });
            self.lots.doubt(self.clock, gone.lot);
        } else {
            self.lots.join(gone.lot, lost);
        }
        if let Some(hung) = gone.hung {
            self.lots.set(hung, Lot::Lost(Winner::Over(gone.lot)));
        }
        self.unlinked -= u32::from(!gone.linked);
        parent
    }

    /// Whether a younger segment is alive that may be built on this one without the record saying so.
    fn is_doubtful(&self, place: Place) -> bool {
        let born = self.at(place).born;
        self.unlinked > 0
            && self.segments.iter().any(|other| other.alive && !other.linked && other.born > born)
    }

    fn release(&mut self, place: Place) -> Segment {
        self.at_mut(place).alive = false;
        self.free.push(place);
        *self.at(place)
    }
}

/// A list that has no room for all of them ends with the oldest.
fn end_with(listed: &mut [Increment], count: u32, oldest: Option<Increment>) {
    if let (Some(last), Some(oldest)) = (listed.last_mut(), oldest)
        && count as usize > Entry::LISTED
    {
        *last = oldest;
    }
}
