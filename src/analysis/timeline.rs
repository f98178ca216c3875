//! The recorded part of a run, operation by operation, in the order in which they took effect, with what became
//! of each increment. Bounded: the oldest operations are forgotten first.

mod gone;
mod holes;
mod lane;
mod story;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::event::{Event, Increment, Op, Seen, Source, Value, Worker};
use crate::experiment::figures::Doing;

use super::cut;
use super::ledger::Ledger;
use super::order::Linearizer;
pub use gone::Gone;
use holes::Holes;
use lane::Lane;

/// What has become of an increment so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has loaded and not stored yet.
    Open,
    /// The counter is built on it now; a worker that still holds an older value could yet take that away.
    Surviving,
    /// The counter is built on it and will stay so.
    Survived,
    /// The counter is not built on it now, but a worker still holds a value that is, and would bring it back.
    Overwritten {
        /// Whose store took it off the path.
        by: Increment,
    },
    /// The counter is not built on it and never will be.
    Lost {
        /// The increment on the surviving path that had loaded the same value as the lost branch. `None` while the
        /// record does not say.
        winner: Option<Increment>,
    },
    /// It is not in the record.
    Unknown,
}

/// One recorded operation.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The operation.
    pub event: Event,
    /// Increments that the counter was built on before this store and no longer is, newest first; at most
    /// [`Entry::LISTED`] are listed, the oldest always.
    pub overwrote: Vec<Increment>,
    /// How many there were in all.
    pub overwrote_count: u32,
    /// Increments that had been overwritten and that this store brought back, likewise.
    pub restored: Vec<Increment>,
}

impl Entry {
    /// Most increments listed in one entry.
    pub const LISTED: usize = 8;
}

/// The story of one increment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Which one.
    pub increment: Increment,
    /// What it read, and whose store that was.
    pub read: Seen,
    /// What it stored, once it has.
    pub stored: Option<Value>,
    /// What the counter held when it stored (just before), where the record says: other than `read` if others had
    /// stored in between.
    pub found: Option<Seen>,
    /// What has become of it.
    pub fate: Fate,
    /// Increments that built on it, in order of their stores, at most [`Entry::LISTED`].
    pub built_on_by: Vec<Increment>,
    /// Other increments whose last read found the same store, in the order in which they read it, at most
    /// [`Entry::LISTED`]: of all of them together one can survive.
    pub rivals: Vec<Increment>,
}

/// The recorded operations, oldest first, in the order in which they took effect.
#[derive(Clone, Debug)]
pub struct Timeline {
    capacity: usize,
    entries: VecDeque<Entry>,
    /// For each entry, whether every worker was in sight before it.
    sighted: VecDeque<bool>,
    /// Entries forgotten since the run or window began.
    forgotten: u64,
    order: Linearizer,
    ledger: Ledger,
    /// By worker, where each has a counter of its own: its books.
    own: Option<Vec<Ledger>>,
    lanes: Vec<Lane>,
    /// Whether a window is shown: what comes next does not follow on it.
    window: bool,
}

/// Remembers as many operations as a screen can be scrolled through.
impl Default for Timeline {
    fn default() -> Self {
        Timeline::new(1 << 16)
    }
}

impl Timeline {
    /// An empty timeline that remembers at most so many operations.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Timeline {
            capacity,
            entries: VecDeque::new(),
            sighted: VecDeque::new(),
            forgotten: 0,
            order: Linearizer::from_start(),
            ledger: Ledger::from_start(),
            own: None,
            lanes: Vec::new(),
            window: false,
        }
    }

    /// The same for workers that have a counter each: what one stores overwrites nothing of another's.
    #[must_use]
    pub fn apart(self) -> Self {
        Timeline { own: Some(Vec::new()), ..self }
    }

    /// Whether each worker has a counter of its own.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.own.is_some()
    }

    fn books(&self, worker: Worker) -> &Ledger {
        self.own.as_ref().and_then(|own| own.get(worker.index())).unwrap_or(&self.ledger)
    }

    /// Forgets everything: a new run begins.
    pub fn clear(&mut self) {
        self.begin(Linearizer::from_start(), Ledger::from_start());
    }

    /// Adds the next operations of each worker (all that took effect before some moment), in an order of effect
    /// that is true to what they read. After a window nothing follows on what was shown: what came between is not
    /// known, and the window is forgotten.
    pub fn extend(&mut self, streams: Vec<Vec<Event>>) {
        if self.window {
            self.begin(Linearizer::in_midst(), Ledger::in_midst(lanes(&streams)));
        }
        for event in self.order.next(&streams) {
            self.add(event);
        }
    }

    /// Adds operations that are in their order of effect already, as the machine's are.
    pub fn push(&mut self, events: impl IntoIterator<Item = Event>) {
        events.into_iter().for_each(|event| self.add(event));
    }

    /// Replaces everything by a window from somewhere in a run, with holes. A worker that has no operation in it may hold
    /// anything for as long as it lasts.
    pub fn show_window(&mut self, streams: Vec<Vec<Event>>) {
        self.begin(Linearizer::in_midst(), Ledger::in_midst(lanes(&streams)));
        self.window = true;
        self.show(&streams, Source::Unknown, true);
    }

    /// Replaces everything by a stretch that begins with all workers at rest and the counter holding `base`, and ends
    /// raggedly: only what rests on nothing unrecorded is shown. `last` is whose store the counter held when all were at
    /// rest again, where that is known.
    pub fn show_stretch(&mut self, mut streams: Vec<Vec<Event>>, base: Seen, last: Source) {
        let cut = cut::consistent(&mut streams, base);
        self.begin(Linearizer::from(base), Ledger::from(base));
        self.window = true;
        let is_end = |event: &Event| Source::Store(event.increment) == last && event.op.stored().is_some();
        let is_whole = !cut && streams.iter().flatten().any(is_end);
        if !is_whole {
            let idle = streams.iter().enumerate().filter(|(_, stream)| stream.is_empty());
            idle.for_each(|(worker, _)| self.ledger.lose_sight(Worker(worker as u16)));
        }
        self.show(&streams, last, !is_whole);
    }

    /// Shows what is in the record; if it is ragged, workers are lost sight of where theirs ends.
    fn show(&mut self, streams: &[Vec<Event>], last: Source, ragged: bool) {
        let mut holes = Holes::of(streams);
        let count: usize = streams.iter().map(Vec::len).sum();
        self.ledger.reserve(count.min(self.capacity) / 2);
        for event in self.order.finish(streams, last) {
            self.add(event);
            if holes.follow(event.worker()) && ragged {
                self.ledger.lose_sight(event.worker());
            }
        }
    }

    /// The operations remembered, oldest first.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// The number of the oldest operation remembered, counted from 0 since the run or window began: an index that
    /// stays true while old operations are forgotten.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.forgotten
    }

    /// How often the record of this run or window contradicted itself. Anything but 0 is a fault of who recorded.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.order.violations()
    }

    /// What has become of an increment so far. Those whose store is no longer remembered are [`Fate::Unknown`].
    #[must_use]
    pub fn fate(&self, increment: Increment) -> Fate {
        self.books(increment.worker).fate(increment)
    }

    /// The story of an increment, if its load is remembered. Reads through the whole record, so it is for the one
    /// that somebody points at.
    #[must_use]
    pub fn story(&self, increment: Increment) -> Option<Story> {
        story::tell(self, increment)
    }

    /// The counter after the newest operation, where all share one.
    #[must_use]
    pub fn counter(&self) -> Option<Seen> {
        self.ledger.word()
    }

    /// What this worker was doing after the newest operation, and since when (nanoseconds since the run began).
    #[must_use]
    pub fn doing(&self, worker: Worker) -> (Doing, Option<u64>) {
        self.lanes.get(worker.index()).map_or((Doing::Between, None), |lane| (lane.doing, lane.since))
    }

    /// Whether this worker holds a value that the counter no longer has: another store has replaced it, be it by
    /// an equal value.
    #[must_use]
    pub fn is_stale(&self, worker: Worker) -> bool {
        self.books(worker).is_stale(worker)
    }

    fn begin(&mut self, order: Linearizer, ledger: Ledger) {
        self.entries.clear();
        self.sighted.clear();
        self.forgotten = 0;
        self.lanes.clear();
        self.window = false;
        self.order = order;
        self.ledger = ledger;
        self.own.iter_mut().for_each(Vec::clear);
    }

    fn add(&mut self, mut event: Event) {
        let index = event.worker().index();
        let ledger = match &mut self.own {
            Some(own) => {
                if own.len() <= index {
                    own.resize_with(index + 1, Ledger::from_start);
                }
                &mut own[index]
            }
            None => &mut self.ledger,
        };
        if let Op::FetchAdd(seen) = &mut event.op {
            *seen = ledger.recognise(*seen);
        }
        let sighted = ledger.sees_all();
        let effect = ledger.apply(&event);
        if self.lanes.len() <= index {
            self.lanes.resize(index + 1, Lane::default());
        }
        self.lanes[index].follow(&event);
        self.sighted.push_back(sighted);
        self.entries.push_back(Entry {
            event,
            overwrote: effect.overwrote,
            overwrote_count: effect.overwrote_count,
            restored: effect.restored,
        });
        while self.entries.len() > self.capacity {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        self.sighted.pop_front();
        if let Some(entry) = self.entries.pop_front() {
            self.forgotten += 1;
            if entry.event.op.stored().is_some() {
                let increment = entry.event.increment;
                match self.own.as_mut().and_then(|own| own.get_mut(increment.worker.index())) {
                    Some(own) => own.forget(increment),
                    None => self.ledger.forget(increment),
                }
            }
        }
    }
}

fn lanes(streams: &[Vec<Event>]) -> u16 {
    u16::try_from(streams.len()).unwrap_or(u16::MAX)
}
