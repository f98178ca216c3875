//! Operations at full speed: nothing but the loads and stores, counted, and recorded where there is room. What a worker
//! need not say it does not write: a load that found its own last store goes without saying.

mod plain;
mod retry;

use std::marker::PhantomData;
use std::sync::atomic::{Ordering, compiler_fence};

use crate::experiment::figures::Doing;
use crate::lab::counter::Counter;
use crate::lab::gap::Filler;
use crate::lab::hands::Hands;
use crate::lab::plan::Clock;
use crate::lab::protection::Protect;
use crate::lab::protection::occupancy::Alone;
use crate::lab::raw::{self, Kind};
use crate::lab::seat::{NO_WORD, Seat, Tally};
use crate::lab::word::Word;
use crate::platform::affinity;

/// Most increments between two looks at the controls, and between two time stamps.
pub(in crate::lab) const CHUNK: u32 = 128;
/// The same for bare increments, neither protected nor with a gap: a time stamp costs as much as fifty of them.
pub(in crate::lab) const BARE_CHUNK: u32 = 512;
/// The same where nothing is recorded.
pub(in crate::lab) const SILENT_CHUNK: u32 = 512;
/// The same for bare increments that are not recorded: some twenty microseconds.
pub(in crate::lab) const UNSAID_CHUNK: u32 = 1 << 14;
/// Words that one increment may need in the ring, retries apart: which one it is, and the loaded word.
const WORDS_AN_INCREMENT: usize = 2;
/// Words around a chunk: where it begins and from what, when, and up to where it goes.
const WORDS_A_CHUNK: usize = 4;

/// The same, for who sizes a whole record.
pub(in crate::lab) const CHUNK_WORDS: u64 = WORDS_A_CHUNK as u64;
/// Words that a record of a whole run must have beyond what its increments need, so that the last chunk finds room.
pub(in crate::lab) const MARGIN: u64 = margin(BARE_CHUNK);

/// The same, where no chunk is longer than this and nothing is retried.
pub(in crate::lab) const fn margin(chunk: u32) -> u64 {
    ((chunk as usize + 1) * WORDS_AN_INCREMENT + WORDS_A_CHUNK + 2) as u64
}

/// What a worker's word differs by from its word before, when nobody came in between.
const NEXT: u64 = Word::ONE + 1;

/// Whether a worker tells each of its stores, so that what it made is known also when it is killed in between.
pub(in crate::lab) trait Teller {
    /// Whether it tells at all.
    const TELLS: bool;
}

/// Tells nothing between two chunks.
#[derive(Debug)]
pub(in crate::lab) struct Quiet;

impl Teller for Quiet {
    const TELLS: bool = false;
}

/// Announces each store before it is made, and tells it when it was.
#[derive(Debug)]
pub(in crate::lab) struct EachStore;

impl Teller for EachStore {
    const TELLS: bool = true;
}

/// What a worker keeps from chunk to chunk.
#[derive(Debug)]
pub(in crate::lab) struct Ledger {
    /// The worker's bits of a word it stores, for the iteration 0.
    pub(in crate::lab) nobody: u64,
    /// The same plus the iteration of the newest increment.
    pub(in crate::lab) author: u64,
    /// The last word it stored; a load that finds it is not a hand-over.
    pub(in crate::lab) mine: u64,
    pub(in crate::lab) hand_overs: u64,
    pub(in crate::lab) retries: u64,
    pub(in crate::lab) recorded: u64,
    pub(in crate::lab) dropped: u64,
    /// Whether the record goes on where the last chunk ended.
    pub(in crate::lab) told: bool,
    /// Whether anybody looks at what the worker does: who is not looked at need not say it.
    pub(in crate::lab) seen: bool,
    /// Operations of an increment in which nobody waits or retries.
    pub(in crate::lab) operations: u64,
}

/// The hands of one who is seen, or not, who says what it does.
pub(in crate::lab) struct Fast<'a, F, T, const RECORD: bool, const SEEN: bool> {
    _teller: PhantomData<T>,
    counter: &'a Counter,
    clock: Clock,
    seat: &'a Seat,
    tally: &'a Tally,
    filler: F,
    /// Who, and before its first increment: [`Layout::author`](crate::lab::word::Layout::author).
    nobody: u64,
    author: u64,
    mine: u64,
    hand_overs: u64,
    /// Of this chunk; where stores are told one by one, of all.
    retries: u64,
    /// Retries for which the record had no room, and those of the increment in progress for which it had.
    untold: u64,
    told_retries: u64,
    /// Where the next word goes, where the increment in progress began, and where the room ends.
    tail: usize,
    began: usize,
    end: usize,
    /// Whether the compare-and-swap in progress has been told of.
    tells: bool,
}

/// Makes so many increments. Records them if the ring has room for the usual case; a chunk is recorded whole or,
/// when retries outgrow the room, up to an increment.
///
/// A function of its own for each protection: in one that holds all of their loops few have their registers. What is not
/// needed in the loop stays in the ledger meanwhile: a locked instruction waits for what is fetched from the stack before
/// it, and what comes after waits for it.
#[inline(never)]
pub(in crate::lab) fn chunk<P: Protect, F: Filler, const RECORD: bool, const SEEN: bool>(
    protection: &P,
    (counter, clock, seat): (&Counter, Clock, &Seat),
    filler: F,
    ledger: &mut Ledger,
    increments: u32,
) {
    let mut hands = Fast::<F, P::Teller, RECORD, SEEN>::open((counter, clock, seat), filler, ledger);
    if P::PLAIN && F::NOTHING {
        hands.plain(increments);
    } else {
        let end = hands.author + u64::from(increments);
        while hands.author < end {
            hands.begin();
            protection.increment(&mut hands);
        }
    }
    hands.close(ledger);
}

/// Whether the ring has room for a chunk of so many increments.
pub(in crate::lab) fn has_room(seat: &Seat, increments: u32) -> bool {
    seat.ring.room(seat.ring.position()) >= WORDS_A_CHUNK + increments as usize * WORDS_AN_INCREMENT
}

impl<'a, F: Filler, T: Teller, const RECORD: bool, const SEEN: bool> Fast<'a, F, T, RECORD, SEEN> {
    #[inline(always)]
    pub(super) fn new(
        (counter, clock, seat): (&'a Counter, Clock, &'a Seat),
        filler: F,
        ledger: &Ledger,
    ) -> Self {
        // Who has stored nothing is as good as the author of what nobody has stored.
        let stored_nothing = !RECORD && ledger.mine == NO_WORD;
        let tail = seat.ring.position();
        let room = if RECORD { seat.ring.room(tail) } else { 0 };
        if T::TELLS {
            let said = if RECORD { ledger.recorded } else { ledger.dropped };
            seat.tally.begin_chunk(ledger.retries, said, RECORD, (ledger.author - ledger.nobody) as u32);
        }
        Fast {
            _teller: PhantomData,
            counter,
            clock,
            seat,
            tally: &seat.tally,
            filler,
            nobody: ledger.nobody,
            author: ledger.author,
            mine: if stored_nothing { Word::START.0 } else { ledger.mine },
            hand_overs: ledger.hand_overs,
            retries: if T::TELLS { ledger.retries } else { 0 },
            untold: 0,
            told_retries: 0,
            tail,
            began: tail,
            end: tail + room,
            tells: false,
        }
    }

    /// Begins a chunk.
    #[inline(always)]
    pub(in crate::lab) fn open(place: (&'a Counter, Clock, &'a Seat), filler: F, ledger: &Ledger) -> Self {
        let mut hands = Fast::new(place, filler, ledger);
        if RECORD {
            hands.head(ledger.told);
        }
        hands
    }

    /// Ends it.
    #[inline(always)]
    pub(in crate::lab) fn close(mut self, ledger: &mut Ledger) {
        if RECORD {
            self.put(raw::end(self.iteration() + 1, affinity::current_core()));
            self.seat.ring.publish(self.tail);
        }
        self.settle(ledger);
    }

    /// Leaves what is kept from chunk to chunk in the ledger.
    #[inline(always)]
    pub(super) fn settle(self, ledger: &mut Ledger) {
        let retries = if T::TELLS { self.retries - ledger.retries } else { self.retries };
        let all = (self.author - ledger.author) * ledger.operations + retries;
        if RECORD {
            ledger.recorded += all - self.untold;
            ledger.dropped += self.untold;
        } else {
            ledger.dropped += all;
        }
        if self.author > ledger.author {
            ledger.mine = (self.mine & !Word::AUTHOR) | self.author;
        }
        ledger.told = RECORD;
        ledger.author = self.author;
        ledger.hand_overs = self.hand_overs;
        ledger.retries += retries;
    }

    /// The next increment begins.
    #[inline(always)]
    pub(in crate::lab) fn begin(&mut self) {
        self.author += 1;
    }

    #[inline(always)]
    fn head(&mut self, goes_on: bool) {
        if !goes_on {
            self.put(raw::chunk(self.iteration() + 1));
            if self.mine != NO_WORD {
                self.put(self.mine);
            }
            self.put(raw::until(self.iteration() + 1));
        }
        let stamp = self.clock.stamp();
        self.put(raw::marker(Kind::Stamp, stamp));
    }

    /// The newest increment's iteration.
    #[inline(always)]
    pub(super) fn iteration(&self) -> u32 {
        (self.author - self.nobody) as u32
    }

    /// Announces a store, and what will be so once it is made. What is told must not be moved past what it is about.
    #[inline(always)]
    fn announce(&self, word: u64, hand_overs: u64) {
        if T::TELLS {
            self.tally.foretell(self.tail, hand_overs);
            compiler_fence(Ordering::SeqCst);
            self.tally.intent.store(word, Ordering::Relaxed);
            compiler_fence(Ordering::SeqCst);
        }
    }

    /// Tells a store that was made.
    #[inline(always)]
    fn made(&self) {
        if T::TELLS {
            compiler_fence(Ordering::SeqCst);
            let tally = self.tally;
            if RECORD {
                self.seat.ring.publish(self.tail);
            }
            tally.hand_overs.store(self.hand_overs, Ordering::Relaxed);
            tally.retries.store(self.retries, Ordering::Relaxed);
            // The last thing told: who is known to have made this store has told the rest.
            compiler_fence(Ordering::SeqCst);
            tally.last_word.store(self.mine, Ordering::Relaxed);
        }
    }

    /// Says what the increment in progress loaded, which is not this worker's own last store.
    #[inline(always)]
    fn tell(&mut self, loaded: u64) {
        self.began = self.tail;
        self.put(raw::until(self.iteration()));
        self.put(loaded);
    }

    /// Counts a hand-over if it is one: the load of another's store.
    #[inline(always)]
    fn count(&mut self, loaded: Word) {
        self.hand_overs += self.is_hand_over(loaded);
    }

    #[inline(always)]
    fn is_hand_over(&self, loaded: Word) -> u64 {
        // Once a worker has stored, it never finds what nobody has stored.
        u64::from((loaded.0 != self.mine) & !(RECORD && loaded == Word::START))
    }

    /// The increment in progress was made on this.
    #[inline(always)]
    fn found(&mut self, loaded: Word) {
        self.count(loaded);
        if RECORD && loaded.0 != self.mine {
            self.tell(loaded.0);
        }
    }

    #[inline(always)]
    fn put(&mut self, word: u64) {
        self.seat.ring.put(self.tail, word);
        self.tail += 1;
    }
}

impl<F: Filler, T: Teller, const RECORD: bool, const SEEN: bool> Hands for Fast<'_, F, T, RECORD, SEEN> {
    const TRIES_FIRST: bool = false;
    const COUNTS_HOLDERS: bool = RECORD;

    #[inline(always)]
    fn alone(&self) -> &Alone {
        &self.counter.alone
    }

    #[inline(always)]
    fn mark(&self) -> u32 {
        self.author as u32
    }

    #[inline(always)]
    fn ask(&mut self) {}

    #[inline(always)]
    fn wait(&mut self) {}

    #[inline(always)]
    fn enter(&mut self) {
        if SEEN {
            self.tally.glance(Doing::Inside);
        }
    }

    #[inline(always)]
    fn load(&mut self) -> Word {
        let loaded = self.counter.word.load(Ordering::Relaxed);
        Word(loaded)
    }

    #[inline(always)]
    fn gap(&mut self) {
        self.filler.fill();
    }

    #[inline(always)]
    fn store(&mut self, loaded: Word) {
        let stored = loaded.succ(self.author).0;
        if T::TELLS {
            // Killed after the store, it has said what it had loaded.
            self.found(loaded);
            self.announce(stored, self.hand_overs);
            self.counter.word.store(stored, Ordering::Relaxed);
        } else {
            // Whose store it found can't be foreseen where several are inside: no branch, unless there is something to
            // tell.
            self.counter.word.store(stored, Ordering::Relaxed);
            self.found(loaded);
        }
        self.mine = stored;
        self.made();
    }

    #[inline(always)]
    fn swap(&mut self, loaded: Word) -> Result<(), Word> {
        if loaded.0 == self.mine && !(RECORD && self.tells) {
            // Found its own last store, as nearly always where nobody comes in between: what it tries to put there is
            // known before the load has come back, and there is nothing to count or to tell.
            let stored = self.mine + NEXT;
            self.announce(stored, self.hand_overs);
            self.exchange(self.mine, stored)?;
            self.mine = stored;
            self.made();
            return Ok(());
        }
        let stored = loaded.succ(self.author).0;
        self.announce(stored, self.hand_overs + self.is_hand_over(loaded));
        self.exchange(loaded.0, stored)?;
        if RECORD && std::mem::take(&mut self.tells) {
            self.count(loaded);
        } else {
            self.found(loaded);
        }
        self.mine = stored;
        self.made();
        Ok(())
    }

    #[inline(always)]
    fn fetch_add(&mut self) {
        self.announce(self.author, self.hand_overs);
        let found = Word(self.counter.word.fetch_add(Word::ONE, Ordering::Relaxed));
        // The word keeps the provenance it had; values are unique among fetch-and-adds, so the value tells.
        let own = found.value() == Word(self.mine).value();
        self.hand_overs += u64::from(!own & !(RECORD && found.value() == 0));
        if RECORD && !own {
            self.tell(found.0);
        }
        // Who it was is needed where it is told; else when the chunk is settled.
        self.mine = if T::TELLS { found.succ(self.author).0 } else { found.0.wrapping_add(Word::ONE) };
        self.made();
    }

    /// Who leaves asks again at once, and says so while it is inside, where there are other stores: between one locked
    /// instruction and the next there would be none to wait for but this.
    #[inline(always)]
    fn leave(&mut self) {
        if SEEN {
            self.tally.glance(Doing::Waiting);
        }
    }

    #[inline(always)]
    fn left(&mut self) {}
}

#[cfg(test)]
mod tests;
