//! What one worker shares with those who watch it: counts, what it is doing, its ring. Written by the worker alone.
//!
//! The seat outlives the thread that sits on it: when workers leave and come back in mid-run, the counts stay.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, compiler_fence};

use crate::event::Value;
use crate::experiment::figures::{Doing, WorkerNow};
use crate::platform::shared::{Place, shareable};

use super::ring::Ring;
use super::word::Word;

/// Says in [`Tally::in_operation`] that no operation is going on.
pub(super) const NO_OPERATION: u64 = u64::MAX;

/// Says in [`Tally::last_word`] that there is none that could be in the counter; no word has this value.
pub(super) const NO_WORD: u64 = u64::MAX;

/// Says in the tally that no chunk has begun.
const NO_CHUNK: u64 = u64::MAX;

/// A chunk of increments at full speed by a worker that tells each of its stores.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    /// The iteration before it.
    pub(super) began: u32,
    /// Whether it is recorded.
    pub(super) recorded: bool,
    /// Retries since.
    pub(super) retries: u64,
    /// Operations that were recorded before it, or dropped if it is not recorded.
    pub(super) said: u64,
}

/// One worker's place.
#[derive(Debug)]
pub(super) struct Seat {
    /// Counts of the present run.
    pub(super) tally: Place<Tally>,
    /// The record.
    pub(super) ring: Ring,
}

shareable! {
    /// The counts of one worker in the present run, and what it is doing.
    #[derive(Debug, Default)]
    #[repr(align(128))]
    pub(super) struct Tally {
        pub(super) completed: AtomicU32,
        pub(super) hand_overs: AtomicU64,
        pub(super) retries: AtomicU64,
        pub(super) recorded: AtomicU64,
        pub(super) dropped: AtomicU64,
        /// How long it has waited to be let in, in nanoseconds, and how often. Kept only in runs that are watched.
        pub(super) waited: AtomicU64,
        pub(super) waits: AtomicU64,
        /// When it left the barrier of this run first, and when it last came to rest, in nanoseconds of the run.
        pub(super) began: AtomicU64,
        pub(super) ended: AtomicU64,
        /// The moment before the operation that is going on, in nanoseconds of the run, or [`NO_OPERATION`]. Kept only
        /// where operations are stamped one by one.
        pub(super) in_operation: AtomicU64,
        /// The last word it stored.
        pub(super) last_word: AtomicU64,
        /// The word it was about to store last; where stores are told one by one it is announced here before it is made.
        pub(super) intent: AtomicU64,
        /// Where stores are told one by one: up to where the record goes and how many hand-overs there are once the
        /// announced store is made.
        foretold_tail: AtomicU64,
        foretold_hand_overs: AtomicU64,
        /// There as well: the iteration before the chunk in progress, and whether it is recorded, or [`NO_CHUNK`]; the
        /// retries before it, and the operations recorded or dropped before it.
        chunk: AtomicU64,
        chunk_retries: AtomicU64,
        chunk_said: AtomicU64,
        doing: AtomicU64,
        since: AtomicU64,
    }
}

const BETWEEN: u64 = 0;
const WAITING: u64 = 1;
const INSIDE: u64 = 2;
const HOLDING: u64 = 3;
const LEAVING: u64 = 4;
const DONE: u64 = 5;
const CRASHED: u64 = 6;
const KILLED: u64 = 7;

impl Tally {
    fn new() -> Self {
        let tally = Tally::default();
        tally.reset();
        tally
    }

    /// A new run begins. Only while the worker is at rest.
    pub(super) fn reset(&self) {
        self.completed.store(0, Ordering::Relaxed);
        let counts =
            [&self.hand_overs, &self.retries, &self.recorded, &self.dropped, &self.waited, &self.waits];
        for count in counts.into_iter().chain([&self.ended]) {
            count.store(0, Ordering::Relaxed);
        }
        self.last_word.store(NO_WORD, Ordering::Relaxed);
        self.intent.store(NO_WORD, Ordering::Relaxed);
        self.chunk.store(NO_CHUNK, Ordering::Relaxed);
        self.began.store(u64::MAX, Ordering::Relaxed);
        self.in_operation.store(NO_OPERATION, Ordering::Relaxed);
        self.set_doing(Doing::Between, 0);
    }

    /// Worker: another chunk begins after this iteration, so many retries and so many operations that were `said` to
    /// be recorded, or dropped.
    #[inline(always)]
    pub(super) fn begin_chunk(&self, retries: u64, said: u64, record: bool, iteration: u32) {
        self.chunk.store(NO_CHUNK, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        self.chunk_retries.store(retries, Ordering::Relaxed);
        self.chunk_said.store(said, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        self.chunk.store(u64::from(iteration) << 1 | u64::from(record), Ordering::Relaxed);
    }

    /// Worker: no chunk is in progress or the last thing that was.
    pub(super) fn forget_chunk(&self) {
        self.chunk.store(NO_CHUNK, Ordering::Relaxed);
    }

    /// Worker: what will be so once the store to be announced next is made.
    #[inline(always)]
    pub(super) fn foretell(&self, tail: usize, hand_overs: u64) {
        self.foretold_tail.store(tail as u64, Ordering::Relaxed);
        self.foretold_hand_overs.store(hand_overs, Ordering::Relaxed);
    }

    /// What was so once the announced store was made: up to where the record goes, and the hand-overs.
    #[cfg(target_os = "linux")]
    pub(super) fn foretold(&self) -> (usize, u64) {
        let hand_overs = self.foretold_hand_overs.load(Ordering::Relaxed);
        (self.foretold_tail.load(Ordering::Relaxed) as usize, hand_overs)
    }

    /// The last chunk that was begun.
    #[cfg(target_os = "linux")]
    pub(super) fn chunk(&self) -> Option<Chunk> {
        let chunk = self.chunk.load(Ordering::Relaxed);
        let retries = self.retries.load(Ordering::Relaxed);
        (chunk != NO_CHUNK).then(|| Chunk {
            began: (chunk >> 1) as u32,
            recorded: chunk & 1 == 1,
            retries: retries.saturating_sub(self.chunk_retries.load(Ordering::Relaxed)),
            said: self.chunk_said.load(Ordering::Relaxed),
        })
    }

    /// The value that it stored last, 0 if it has stored nothing.
    pub(super) fn last_value(&self) -> u64 {
        let last = self.last_word.load(Ordering::Relaxed);
        if last == NO_WORD { 0 } else { u64::from(Word(last).value()) }
    }

    /// Nanoseconds from its leaving the barrier to its last coming to rest.
    pub(super) fn nanos(&self) -> u64 {
        self.ended.load(Ordering::Relaxed).saturating_sub(self.began.load(Ordering::Relaxed))
    }

    /// Worker: says what it does from `time` on.
    pub(super) fn set_doing(&self, doing: Doing, time: u64) {
        let (code, value) = match doing {
            Doing::Between => (BETWEEN, 0),
            Doing::Waiting => (WAITING, 0),
            Doing::Inside => (INSIDE, 0),
            Doing::Holding(value) => (HOLDING, value),
            Doing::Leaving(value) => (LEAVING, value),
            Doing::Done => (DONE, 0),
            Doing::Crashed => (CRASHED, 0),
            Doing::Killed => (KILLED, 0),
        };
        self.since.store(time, Ordering::Relaxed);
        self.doing.store((value as u64) << 8 | code, Ordering::Relaxed);
    }

    /// Worker at full speed: says what it does, undated.
    #[inline(always)]
    pub(super) fn glance(&self, doing: Doing) {
        let code = match doing {
            Doing::Waiting => WAITING,
            Doing::Inside => INSIDE,
            _ => BETWEEN,
        };
        self.doing.store(code, Ordering::Relaxed);
    }

    /// What it does, as far as it has said. A moment's glance: the worker goes on meanwhile.
    pub(super) fn now(&self) -> WorkerNow {
        let doing = self.doing.load(Ordering::Relaxed);
        let value = (doing >> 8) as Value;
        let doing = match doing & 0xFF {
            WAITING => Doing::Waiting,
            INSIDE => Doing::Inside,
            HOLDING => Doing::Holding(value),
            LEAVING => Doing::Leaving(value),
            DONE => Doing::Done,
            CRASHED => Doing::Crashed,
            KILLED => Doing::Killed,
            _ => Doing::Between,
        };
        let since = Some(self.since.load(Ordering::Relaxed)).filter(|&since| since > 0);
        WorkerNow { doing, since, completed: self.completed.load(Ordering::Relaxed) }
    }
}

impl Seat {
    /// A place with a ring of so many words.
    pub(super) fn new(ring_words: usize) -> Self {
        Seat { tally: Place::own(Tally::new()), ring: Ring::new(ring_words) }
    }
}
