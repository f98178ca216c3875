//! The verdict on a whole run: which increments survived, which were lost, and to whom. For runs of tens of millions
//! of increments: four bytes an increment while they come in, two bits more for the verdict, time O(n).
//!
//! The final word's path back to the start is walked once and turned round on the way: a survivor's entry then
//! names the one built on it, a lost one's still what it was built on. From any lost increment the way down ends at
//! a survivor, and that one's successor is the winner.

mod bits;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::event::{Event, Increment, Source, Worker};

use bits::Bits;

/// A source in four bytes: some bits for the worker, the rest for the iteration. Iterations count from 1, so what has
/// iteration 0 is free to mean something else.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Packed(u32);

impl Packed {
    const START: Packed = Packed(0);
    /// Not a source: iteration 0 of a worker other than the first, however many bits there are for either.
    const UNKNOWN: Packed = Packed(1 << 31);
}

/// How many of a [`Packed`]'s bits are for the iteration: the more workers there are, the fewer.
#[derive(Clone, Copy)]
struct Packing(u32);

impl Packing {
    /// For so many workers: the iterations of as many of each kind have room.
    fn of(workers: usize) -> Packing {
        Packing(match workers {
            ..=64 => 26,
            65..=256 => 24,
            _ => 18,
        })
    }

    fn pack(self, source: Source) -> Packed {
        match source {
            Source::Start => Packed::START,
            Source::Store(increment)
                if u32::from(increment.worker.0) < 1 << (32 - self.0)
                    && (1..1 << self.0).contains(&increment.iteration) =>
            {
                Packed(u32::from(increment.worker.0) << self.0 | increment.iteration)
            }
            Source::Store(_) | Source::Unknown => Packed::UNKNOWN,
        }
    }

    fn increment(self, packed: Packed) -> Option<Increment> {
        let iteration = packed.0 & ((1 << self.0) - 1);
        let worker = Worker(u16::try_from(packed.0 >> self.0).unwrap_or(u16::MAX));
        (iteration > 0).then_some(Increment { worker, iteration })
    }
}

/// What each increment of a run was built on, worker by worker in the order of their iterations.
#[derive(Clone)]
pub struct Parents {
    packing: Packing,
    workers: Vec<Vec<Packed>>,
}

impl Parents {
    /// For so many workers, with room for so many increments each.
    #[must_use]
    pub fn new(workers: u16, iterations: u32) -> Self {
        let packing = Packing::of(usize::from(workers));
        let workers = (0..workers).map(|_| Vec::with_capacity(iterations as usize)).collect();
        Parents { packing, workers }
    }

    /// Out of complete streams, one a worker, each in program order.
    #[must_use]
    pub fn of(streams: &[Vec<Event>]) -> Self {
        let mut parents = Parents::new(u16::try_from(streams.len()).unwrap_or(u16::MAX), 0);
        for (worker, stream) in (0..).zip(streams) {
            let mut read = Source::Unknown;
            for event in stream {
                if let Some(seen) = event.op.seen() {
                    read = seen.source;
                }
                if event.op.stored().is_some() {
                    parents.push(Worker(worker), std::mem::replace(&mut read, Source::Unknown));
                }
            }
        }
        parents
    }

    /// The worker's next increment was built on this store. One of the workers that this was made for.
    pub fn push(&mut self, worker: Worker, source: Source) {
        if let Some(own) = self.workers.get_mut(worker.index()) {
            own.push(self.packing.pack(source));
        }
    }

    /// The verdict, given whose store the final word is.
    ///
    /// # Errors
    /// When the final word's path does not lead back to the start, because the record has a hole or contradicts
    /// itself.
    pub fn judge(mut self, last: Source) -> Result<Verdict, Broken> {
        let hand_overs = self.hand_overs();
        let mut survivors = self.flags();
        let mut above = Packed::UNKNOWN;
        let mut at = self.packing.pack(last);
        let mut broken_at = None;
        while at != Packed::START {
            let place = self.packing.increment(at).filter(|increment| self.holds(*increment));
            let Some(increment) = place.filter(|increment| !survivors.has(*increment)) else {
                return Err(Broken { above: broken_at });
            };
            survivors.set(increment);
            broken_at = Some(increment);
            let entry = &mut self.workers[increment.worker.index()][increment.iteration as usize - 1];
            let below = std::mem::replace(entry, above);
            above = at;
            at = below;
        }
        let first = above;
        self.name_winners(&survivors, first);
        let survived = survivors.counts();
        let lost = self.workers.iter().zip(&survived).map(|(all, some)| all.len() as u64 - some).collect();
        Ok(Verdict { survived, lost, hand_overs, survivors, packing: self.packing, links: self.workers })
    }

    fn flags(&self) -> Bits {
        Bits::new(self.workers.iter().map(Vec::len))
    }

    fn holds(&self, increment: Increment) -> bool {
        self.workers
            .get(increment.worker.index())
            .is_some_and(|own| increment.iteration as usize <= own.len())
    }

    fn entry(&self, increment: Increment) -> Packed {
        self.workers[increment.worker.index()][increment.iteration as usize - 1]
    }

    fn hand_overs(&self) -> Vec<u64> {
        let others = |worker: usize, own: &Vec<Packed>| {
            let packing = self.packing;
            let other = |source: &&Packed| {
                packing.increment(**source).is_some_and(|one| one.worker.index() != worker)
            };
            own.iter().filter(other).count() as u64
        };
        self.workers.iter().enumerate().map(|(worker, own)| others(worker, own)).collect()
    }

    /// Replaces what each lost increment was built on by who won over it. Every entry is visited at most twice.
    fn name_winners(&mut self, survivors: &Bits, first: Packed) {
        let mut named = self.flags();
        for worker in 0..self.workers.len() {
            for index in 0..self.workers[worker].len() {
                let iteration = u32::try_from(index + 1).unwrap_or(u32::MAX);
                let lost = Increment { worker: Worker(u16::try_from(worker).unwrap_or(u16::MAX)), iteration };
                if !survivors.has(lost) && !named.has(lost) {
                    self.name_winner(lost, survivors, &mut named, first);
                }
            }
        }
    }

    fn name_winner(&mut self, lost: Increment, survivors: &Bits, named: &mut Bits, first: Packed) {
        let winner = self.find_winner(lost, survivors, named, first);
        let mut next = Some(lost);
        while let Some(branch) =
            next.filter(|one| self.holds(*one) && !survivors.has(*one) && !named.has(*one))
        {
            named.set(branch);
            let entry = &mut self.workers[branch.worker.index()][branch.iteration as usize - 1];
            next = self.packing.increment(std::mem::replace(entry, winner));
        }
    }

    /// Walks down the lost branch. Should the record go in a circle, a mark that is moved on ever more rarely is met
    /// again (Brent's method).
    fn find_winner(&self, lost: Increment, survivors: &Bits, named: &Bits, first: Packed) -> Packed {
        let (mut branch, mut mark) = (lost, lost);
        let (mut steps, mut turn) = (0u64, 1);
        loop {
            let below = self.entry(branch);
            if below == Packed::START {
                return first;
            }
            let Some(next) = self.packing.increment(below).filter(|next| self.holds(*next) && *next != mark)
            else {
                return Packed::UNKNOWN;
            };
            if survivors.has(next) || named.has(next) {
                return self.entry(next);
            }
            branch = next;
            steps += 1;
            if steps == turn {
                (mark, steps, turn) = (branch, 0, turn * 2);
            }
        }
    }
}

/// What became of every increment of a run.
pub struct Verdict {
    /// Increments of each worker that the final count is built on. Their sum is by how much the counter rose.
    pub survived: Vec<u64>,
    /// Increments of each worker that it is not built on.
    pub lost: Vec<u64>,
    /// Increments of each worker that were built on another worker's store.
    pub hand_overs: Vec<u64>,
    survivors: Bits,
    packing: Packing,
    /// Of a lost increment its winner, of a survivor the one built on it.
    links: Vec<Vec<Packed>>,
}

impl Verdict {
    /// Whether the final count is not built on this increment. One that there was not is not lost.
    #[must_use]
    pub fn is_lost(&self, increment: Increment) -> bool {
        self.link(increment).is_some() && !self.survivors.has(increment)
    }

    /// Who won over a lost increment: of the survivors, the one built on the same store as the lost branch. `None`
    /// for a survivor, and where the record does not say.
    #[must_use]
    pub fn winner(&self, increment: Increment) -> Option<Increment> {
        if !self.is_lost(increment) {
            return None;
        }
        self.packing.increment(self.link(increment)?)
    }

    fn link(&self, increment: Increment) -> Option<Packed> {
        let index = (increment.iteration as usize).checked_sub(1)?;
        self.links.get(increment.worker.index())?.get(index).copied()
    }
}

/// A record whose final word does not lead back to the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The last increment on the path of which it is not known what it was built on; `None` if the final word itself
    /// is not in the record.
    pub above: Option<Increment>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.above {
            Some(increment) => write!(f, "the record does not say what {increment} was built on"),
            None => f.write_str("the final store is not in the record"),
        }
    }
}

impl std::error::Error for Broken {}
