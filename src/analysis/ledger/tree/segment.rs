//! One segment of the tree. A store makes and drops one or two, so it owns nothing that must be allocated.

use crate::analysis::ledger::lots::LotId;
use crate::analysis::timeline::Entry;
use crate::event::{Increment, Worker};

use super::Place;

/// A run of increments that share their fate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) alive: bool,
    /// Its oldest increment; the root of a run that is seen from its start has none.
    pub(super) first: Option<Increment>,
    /// Its newest increments.
    pub(super) newest: Newest,
    /// Its increments in all.
    pub(super) length: u64,
    /// When its first increment was stored, on the tree's clock.
    pub(super) born: u64,
    /// What it is built on; only the root's is nothing, and points to itself.
    pub(super) parent: Place,
    /// Whether it is known to be built on its parent's end. Otherwise it may be built on anything before it.
    pub(super) linked: bool,
    pub(super) children: u32,
    /// All children's numbers, xored: when there is one left, this is its number.
    pub(super) child: Place,
    /// Values held that are its end.
    pub(super) holders: u32,
    pub(super) on_path: bool,
    /// Whose store took it off the path.
    pub(super) by: Option<Increment>,
    pub(super) lot: LotId,
    /// The lot of the lost branches that hung on its end.
    pub(super) hung: Option<LotId>,
}

impl Segment {
    /// An empty one, on the path.
    pub(super) fn new(parent: Place, linked: bool, born: u64, lot: LotId) -> Self {
        Segment {
            alive: true,
            first: None,
            newest: Newest::default(),
            length: 0,
            born,
            parent,
            linked,
            children: 0,
            child: 0,
            holders: 0,
            on_path: true,
            by: None,
            lot,
            hung: None,
        }
    }

    /// Adds an increment built on its end.
    pub(super) fn push(&mut self, increment: Increment) {
        self.first.get_or_insert(increment);
        self.length += 1;
        self.newest.push(increment);
    }
}

const LISTED: u8 = Entry::LISTED as u8;

/// The newest increments of a segment, as many as an entry lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest {
    /// Used as a ring: the newest is just before `next`.
    ring: [Increment; Entry::LISTED],
    next: u8,
    length: u8,
}

impl Default for Newest {
    fn default() -> Self {
        let nobody = Increment { worker: Worker(0), iteration: 0 };
        Newest { ring: [nobody; Entry::LISTED], next: 0, length: 0 }
    }
}

impl Newest {
    fn push(&mut self, increment: Increment) {
        self.ring[usize::from(self.next)] = increment;
        self.next = (self.next + 1) % LISTED;
        self.length = (self.length + 1).min(LISTED);
    }

    /// Newest first.
    fn iter(&self) -> impl Iterator<Item = Increment> + '_ {
        (1..=self.length).map(|back| self.ring[usize::from((self.next + LISTED - back) % LISTED)])
    }

    pub(super) fn last(&self) -> Option<Increment> {
        self.iter().next()
    }

    /// Older ones, as far as there is room for them.
    pub(super) fn put_below(&mut self, older: &Newest) {
        let room = LISTED - self.length;
        for increment in older.iter().take(usize::from(room)) {
            self.length += 1;
            self.ring[usize::from((self.next + LISTED - self.length) % LISTED)] = increment;
        }
    }

    /// Adds them to a list, newest first, as far as there is room.
    pub(super) fn list(&self, listed: &mut Vec<Increment>) {
        let room = Entry::LISTED.saturating_sub(listed.len());
        listed.extend(self.iter().take(room));
    }
}
