//! Operations one at a time: the same real thread, held back before each of them, each stamped and recorded.
//!
//! So that a collector can say "everything before this moment is in", an operation is announced before it is made
//! and withdrawn once it is recorded: what takes effect between is never missed.

use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use crate::event::{Increment, Value, Worker};
use crate::experiment::Gap;
use crate::experiment::figures::Doing;
use crate::lab::control::{Control, Hold, Mode};
use crate::lab::counter::Counter;
use crate::lab::gap::{Filler, Jitter, Wide};
use crate::lab::hands::Hands;
use crate::lab::plan::Clock;
use crate::lab::protection::occupancy::Alone;
use crate::lab::raw::{self, Kind, Stamp};
use crate::lab::seat::{NO_OPERATION, Seat};
use crate::lab::word::Word;

/// Words that must be free before an increment for it to be recorded; retries need more as they come.
const WORDS_AN_INCREMENT: usize = 16;

/// When a worker made its last operation, and how long it is held before the next, in parts of a thousand of the
/// pace.
#[derive(Clone, Copy, Debug)]
pub(in crate::lab) struct Rhythm {
    pub(in crate::lab) last: u64,
    pub(in crate::lab) part: u64,
}

/// When a worker that is held back may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lab) enum Turn {
    /// Now.
    Now,
    /// Not before so long.
    In(Duration),
    /// Not before it is told.
    Never,
}

/// The hands.
pub(in crate::lab) struct Held<'a> {
    pub(in crate::lab) counter: &'a Counter,
    pub(in crate::lab) control: &'a Control,
    pub(in crate::lab) seat: &'a Seat,
    pub(in crate::lab) clock: Clock,
    pub(in crate::lab) increment: Increment,
    pub(in crate::lab) author: u64,
    pub(in crate::lab) mine: &'a mut u64,
    pub(in crate::lab) jitter: &'a mut Jitter,
    pub(in crate::lab) rhythm: &'a mut Rhythm,
    pub(in crate::lab) gap: Gap,
    /// Where the next word goes, and whether the increment is being recorded.
    pub(in crate::lab) tail: usize,
    pub(in crate::lab) recording: bool,
    /// Whether it is inside a protection, which it has to leave.
    pub(in crate::lab) inside: bool,
    /// Whether it has been held back already for the operation that comes next.
    pub(in crate::lab) may_go: bool,
}

impl Held<'_> {
    /// Begins an increment's record.
    pub(in crate::lab) fn begin(&mut self) {
        self.seat.tally.forget_chunk();
        self.tail = self.seat.ring.position();
        self.recording = self.seat.ring.room(self.tail) >= WORDS_AN_INCREMENT;
        if self.recording {
            self.seat.ring.put(self.tail, raw::chunk(self.increment.iteration));
            self.tail += 1;
        }
    }

    fn worker(&self) -> Worker {
        self.increment.worker
    }

    /// Stays back before the first operation of an increment, where the worker can still be called away: says whether
    /// the increment is to be made this way.
    pub(in crate::lab) fn hold_between(&mut self) -> bool {
        self.wait_for_turn();
        self.may_go = self.control.mode() == Mode::Held;
        self.may_go
    }

    /// Stays back for as long as the pace says. Comes back at once when there is a meeting.
    fn hold(&mut self) {
        if !std::mem::take(&mut self.may_go) {
            self.wait_for_turn();
        }
    }

    fn wait_for_turn(&mut self) {
        loop {
            let wakes = self.control.wakes();
            match self.look(4) {
                Turn::Now => return,
                Turn::Never => self.control.rest(wakes, None),
                Turn::In(rest) => self.control.rest(wakes, Some(rest)),
            }
        }
    }

    /// Whether it may make its next operation, or when to look again. One that has fallen behind its rate makes up for
    /// it, up to so many times the pace.
    pub(in crate::lab) fn look(&mut self, behind: u64) -> Turn {
        let now = self.clock.nanos();
        match self.control.hold(self.worker()) {
            Hold::Go => self.rhythm.last = now,
            Hold::Stay => return Turn::Never,
            Hold::Wait(pace) => {
                let length = (u128::from(pace) * u128::from(self.rhythm.part) / 1_000) as u64;
                let due = self.rhythm.last.saturating_add(length);
                if now < due {
                    return Turn::In(Duration::from_nanos(due - now));
                }
                self.rhythm.last = due.max(now.saturating_sub(pace.saturating_mul(behind)));
            }
        }
        self.rhythm.part = self.jitter.around(1_000, 50);
        Turn::Now
    }

    /// Announces that an operation is about to be made; says when.
    fn announce(&self) -> Stamp {
        let stamp = self.clock.stamp();
        self.seat.tally.in_operation.store(stamp.time, Ordering::Relaxed);
        // The announcement must be seen before the operation takes effect, also where that is a load.
        fence(Ordering::SeqCst);
        stamp
    }

    fn withdraw(&self) {
        self.seat.tally.in_operation.store(NO_OPERATION, Ordering::Release);
    }

    /// Records an operation. One for which there is no room is counted.
    fn record(&mut self, kind: Kind, stamp: Stamp, found: Option<Word>) {
        let words = 1 + usize::from(found.is_some());
        if !(self.recording && self.seat.ring.room(self.tail) >= words) {
            self.recording = false;
            self.seat.tally.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.seat.ring.put(self.tail, raw::marker(kind, stamp));
        if let Some(Word(found)) = found {
            self.seat.ring.put(self.tail + 1, found);
        }
        self.tail += words;
        self.seat.ring.publish(self.tail);
        self.seat.tally.recorded.fetch_add(1, Ordering::Relaxed);
    }

    fn says(&self, doing: Doing, since: Stamp) {
        self.seat.tally.set_doing(doing, since.time);
    }

    fn complete(&mut self, loaded: Word, stored: Word, handed_over: bool) {
        let tally = &self.seat.tally;
        if handed_over {
            tally.hand_overs.fetch_add(1, Ordering::Relaxed);
        }
        *self.mine = stored.0;
        tally.last_word.store(stored.0, Ordering::Relaxed);
        tally.completed.store(self.increment.iteration, Ordering::Relaxed);
        debug_assert_eq!(loaded.value() + 1, stored.value());
    }
}

impl Hands for Held<'_> {
    const TRIES_FIRST: bool = true;
    const COUNTS_HOLDERS: bool = true;

    fn alone(&self) -> &Alone {
        &self.counter.alone
    }

    fn mark(&self) -> u32 {
        self.author as u32
    }

    fn ask(&mut self) {
        self.hold();
        self.announce();
    }

    fn wait(&mut self) {
        let stamp = self.clock.stamp();
        self.record(Kind::Request, stamp, None);
        self.withdraw();
        self.says(Doing::Waiting, stamp);
    }

    fn enter(&mut self) {
        let stamp = self.announce();
        self.record(Kind::Acquire, stamp, None);
        self.withdraw();
        self.says(Doing::Inside, stamp);
        self.inside = true;
        self.rhythm.last = self.rhythm.last.max(stamp.time);
    }

    fn load(&mut self) -> Word {
        self.hold();
        self.announce();
        let loaded = Word(self.counter.word.load(Ordering::Relaxed));
        let stamp = self.clock.stamp();
        self.record(Kind::Load, stamp, Some(loaded));
        self.withdraw();
        self.says(Doing::Holding(Value::from(loaded.value())), stamp);
        loaded
    }

    fn gap(&mut self) {
        Wide { gap: self.gap, jitter: self.jitter, control: self.control }.fill();
    }

    fn store(&mut self, loaded: Word) {
        self.hold();
        let stored = loaded.succ(self.author);
        self.seat.tally.intent.store(stored.0, Ordering::Relaxed);
        self.announce();
        self.counter.word.store(stored.0, Ordering::Relaxed);
        let stamp = self.clock.stamp();
        self.record(Kind::Store, stamp, None);
        self.complete(loaded, stored, loaded.0 != *self.mine && loaded != Word::START);
        self.withdraw();
        let stored = Value::from(stored.value());
        self.says(if self.inside { Doing::Leaving(stored) } else { Doing::Between }, stamp);
    }

    fn swap(&mut self, loaded: Word) -> Result<(), Word> {
        self.hold();
        let stored = loaded.succ(self.author);
        self.seat.tally.intent.store(stored.0, Ordering::Relaxed);
        self.announce();
        let swapped =
            self.counter.word.compare_exchange(loaded.0, stored.0, Ordering::Relaxed, Ordering::Relaxed);
        let stamp = self.clock.stamp();
        match swapped {
            Ok(_) => {
                self.record(Kind::Swap, stamp, None);
                self.complete(loaded, stored, loaded.0 != *self.mine && loaded != Word::START);
                self.withdraw();
                self.says(Doing::Between, stamp);
                Ok(())
            }
            Err(found) => {
                let found = Word(found);
                self.seat.tally.retries.fetch_add(1, Ordering::Relaxed);
                self.record(Kind::Retry, stamp, Some(found));
                self.withdraw();
                self.says(Doing::Holding(Value::from(found.value())), stamp);
                Err(found)
            }
        }
    }

    fn fetch_add(&mut self) {
        self.hold();
        self.seat.tally.intent.store(self.author, Ordering::Relaxed);
        self.announce();
        let found = Word(self.counter.word.fetch_add(Word::ONE, Ordering::Relaxed));
        let stamp = self.clock.stamp();
        let handed_over = found.value() != Word(*self.mine).value() && found.value() != 0;
        self.complete(found, found.succ(self.author), handed_over);
        self.record(Kind::FetchAdd, stamp, Some(found));
        self.withdraw();
        self.says(Doing::Between, stamp);
    }

    fn leave(&mut self) {
        self.hold();
        // A release is dated just before it takes effect, so that the next one's entry comes after it.
        let stamp = self.announce();
        self.record(Kind::Release, stamp, None);
    }

    fn left(&mut self) {
        self.withdraw();
        let stamp = self.clock.stamp();
        self.says(Doing::Between, stamp);
    }
}
