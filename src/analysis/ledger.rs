//! Keeps account of increments one event at a time: which the counter is built on, which are overwritten, which are
//! lost for good and to whom.
//!
//! Increments form a tree: the parent of each is the store that it read. Those on the path from the current word
//! to the start are what the counter is built on. A store that leaves some off the path overwrites them; a store on
//! top of an overwritten one restores it. What neither the word nor any worker's held value is built on is lost for
//! good; what all of them are built on has survived for good.
//!
//! Two workers that go on overwriting each other leave nothing settled for as long as they like. So the tree is kept
//! folded: increments that share their fate share a segment (`tree`), and only a few segments a worker are alive at
//! a time. What became of each increment is told by `lots`, which remember as little as is asked of them.
//!
//! Where the record has holes, a worker is out of sight and may hold anything. Nothing is called final that it
//! could still change, and what was stored on top of nobody knows what decides nothing.

mod lots;
#[cfg(test)]
mod tests;
mod tree;

use crate::event::{Event, Increment, Op, Seen, Source, Value, Worker};

use super::timeline::Fate;
use tree::{Place, Tree};

/// What an event did to the path from the word to the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Increments that this store took off the path, newest first, at most [`super::timeline::Entry::LISTED`], and always
    /// the oldest.
    pub overwrote: Vec<Increment>,
    /// How many there were in all.
    pub overwrote_count: u32,
    /// Increments that this store put back on the path, likewise.
    pub restored: Vec<Increment>,
}

/// What a worker holds, as far as the record says.
#[derive(Clone, Copy, Debug, Default)]
struct Hold {
    /// The increment that has loaded and not stored yet, and what it read.
    open: Option<(Increment, Seen)>,
    /// The segment that ends with the store it read.
    place: Option<Place>,
    /// Since when, on the tree's clock, it has been out of sight.
    unseen: Option<u64>,
    /// The last iteration that was recorded.
    iteration: u32,
}

/// The account of one run.
#[derive(Clone, Debug)]
pub struct Ledger {
    tree: Tree,
    holds: Vec<Hold>,
    word: Option<Seen>,
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger::from_start()
    }
}

impl Ledger {
    /// For a run that is recorded from its beginning.
    #[must_use]
    pub fn from_start() -> Self {
        Ledger { tree: Tree::new(), holds: Vec::new(), word: None }
    }

    /// For a record that begins with all workers at rest and the counter holding this.
    #[must_use]
    pub fn from(base: Seen) -> Self {
        let mut ledger = Ledger::from_start();
        if let Source::Store(increment) = base.source {
            // What came before is the one increment that everything after rests on.
            let start = Seen { value: base.value - 1, source: Source::Start };
            for op in [Op::Load(start), Op::Store(base.value)] {
                ledger.apply(&Event { increment, op, time: None, core: None });
            }
        }
        ledger
    }

    /// For a record that begins somewhere in a run of so many workers: what they hold is not known until they load.
    #[must_use]
    pub fn in_midst(workers: u16) -> Self {
        let mut ledger = Ledger::from_start();
        for worker in 0..workers {
            ledger.lose_sight(Worker(worker));
        }
        ledger
    }

    /// Makes room for so many more increments to be remembered.
    pub fn reserve(&mut self, increments: usize) {
        self.tree.reserve(increments);
    }

    /// Takes the next event, in order of effect.
    pub fn apply(&mut self, event: &Event) -> Effect {
        let increment = event.increment;
        match event.op {
            Op::Load(seen) | Op::Retry(seen) => {
                self.read(increment, seen);
                Effect::default()
            }
            Op::Store(value) => self.write(increment, value, false),
            Op::Swap(value) => self.write(increment, value, true),
            Op::FetchAdd(seen) => {
                self.read(increment, self.recognise(seen));
                self.write(increment, seen.value + 1, true)
            }
            Op::Request | Op::Acquire | Op::Release => Effect::default(),
        }
    }

    /// From here to its next load the record of this worker has a hole: it may hold, and may have stored, anything. Also
    /// what another had held that is out of sight now: that one may store it, and this one may load that. So it counts as
    /// out of sight for as long as the one that has been so the longest.
    pub fn lose_sight(&mut self, worker: Worker) {
        let now = self.tree.tick();
        let since = self.longest_unseen().unwrap_or(now);
        let hold = self.hold(worker);
        if hold.unseen.is_none() {
            hold.unseen = Some(since);
            self.tree.hold_all();
        }
    }

    fn longest_unseen(&self) -> Option<u64> {
        self.holds.iter().filter_map(|hold| hold.unseen).min()
    }

    /// Whether every worker is in sight: then nothing happened between two events that is not in the record.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.tree.sees_all()
    }

    /// The counter after the last event, where the record says.
    #[must_use]
    pub fn word(&self) -> Option<Seen> {
        self.word
    }

    /// What has become of an increment so far. Those forgotten are [`Fate::Unknown`].
    #[must_use]
    pub fn fate(&self, increment: Increment) -> Fate {
        if let Some(fate) = self.tree.fate(increment) {
            return fate;
        }
        match self.holds.get(increment.worker.index()).and_then(|hold| hold.open) {
            Some((open, _)) if open == increment => Fate::Open,
            _ => Fate::Unknown,
        }
    }

    /// Nobody will ask for the fate of this increment again.
    pub fn forget(&mut self, increment: Increment) {
        self.tree.forget(increment);
    }

    /// The increment that this worker has begun and not ended, and what it read.
    #[must_use]
    pub fn holding(&self, worker: Worker) -> Option<(Increment, Seen)> {
        self.holds.get(worker.index()).and_then(|hold| hold.open)
    }

    /// Whether this worker holds a value that another store has replaced since, be it by an equal value.
    #[must_use]
    pub fn is_stale(&self, worker: Worker) -> bool {
        self.place(worker).is_some_and(|place| !self.tree.is_word(place))
    }

    /// What this worker's store would take off the path now, listed as in [`Effect::overwrote`], and how many in all.
    #[must_use]
    pub fn would_overwrite(&self, worker: Worker) -> (Vec<Increment>, u32) {
        self.place(worker).map_or((Vec::new(), 0), |place| self.tree.above_fork(place))
    }

    fn place(&self, worker: Worker) -> Option<Place> {
        self.holds.get(worker.index()).and_then(|hold| hold.place)
    }

    fn hold(&mut self, worker: Worker) -> &mut Hold {
        let index = worker.index();
        if self.holds.len() <= index {
            self.holds.resize(index + 1, Hold::default());
        }
        &mut self.holds[index]
    }

    /// Whose store a fetch-and-add finds now, where it could not say itself: in a whole record it is the last one.
    #[must_use]
    pub fn recognise(&self, seen: Seen) -> Seen {
        if seen.source != Source::Unknown || !self.sees_all() {
            return seen;
        }
        match self.word {
            Some(word) if word.value == seen.value => word,
            None if self.tree.word_is(Source::Start) => Seen { source: Source::Start, ..seen },
            _ => seen,
        }
    }

    fn read(&mut self, increment: Increment, seen: Seen) {
        let place = match seen.source {
            Source::Unknown => None,
            source if self.tree.word_is(source) => Some(self.tree.hold_word()),
            Source::Start => None,
            Source::Store(other) => Some(self.surface(increment.worker, other)),
        };
        if seen.source != Source::Unknown {
            self.word = Some(seen);
        }
        self.let_go(increment.worker);
        *self.hold(increment.worker) =
            Hold { open: Some((increment, seen)), place, unseen: None, iteration: increment.iteration };
        if place.is_none() {
            self.lose_sight(increment.worker);
        }
    }

    /// A store comes to light that is not in the record, so its worker had been out of sight when it stored.
    fn surface(&mut self, reader: Worker, store: Increment) -> Place {
        let writer = self.hold(store.worker);
        if store.worker != reader && writer.open.is_none() && writer.iteration < store.iteration {
            self.lose_sight(store.worker);
        }
        self.tree.surface(store);
        self.tree.hold_word()
    }

    fn write(&mut self, increment: Increment, value: Value, indivisible: bool) -> Effect {
        let hold = *self.hold(increment.worker);
        let built_on = hold
            .place
            .filter(|_| hold.open.is_some_and(|(open, _)| open == increment))
            .filter(|place| !indivisible || self.tree.is_word(*place));
        // The hold that the store is built on is used up by it; any other is given up.
        let effect = if let Some(place) = built_on {
            let effect = self.tree.grow(place, increment);
            self.hold(increment.worker).place = None;
            effect
        } else {
            self.tree.grow_unlinked(increment);
            Effect::default()
        };
        self.let_go(increment.worker);
        self.hold(increment.worker).iteration = increment.iteration;
        self.word = Some(Seen { value, source: Source::Store(increment) });
        effect
    }

    /// Whatever the worker held or may have held, it no longer does.
    fn let_go(&mut self, worker: Worker) {
        let hold = std::mem::take(self.hold(worker));
        if let Some(place) = hold.place {
            self.tree.let_go(place);
        }
        if hold.unseen.is_some() {
            let oldest = self.longest_unseen();
            self.tree.let_go_all(oldest);
        }
    }
}
