//! What a killed worker had done, told from what it left in shared memory and from what others read. The others are at
//! rest, or wait aside with nothing in hand.
//!
//! A worker announces each store and tells it when it was made. Killed in between, it is not known from it alone whether
//! the store was made. It was, if the counter holds the announced word or somebody has read it; where nothing can be lost
//! the counter's value tells. Else it stays undecided, and is said to be.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::event::{Source, Worker};
use crate::experiment::figures::Doing;
use crate::experiment::{Protection, Settings};
use crate::lab::loss::{Loss, Whereabouts};
use crate::lab::meeting::Crash;
use crate::lab::own;
use crate::lab::raw::{self, Kind, Raw, Stamp};
use crate::lab::ring::Ring;
use crate::lab::seat::{NO_OPERATION, NO_WORD, Seat, Tally};
use crate::lab::word::{Layout, Word};

use super::guards::{ASKING, INSIDE, LEAVING};
use super::nursery::Death;
use super::site::Site;

/// The counter's value and the increments completed when the stretch began.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Base {
    pub(super) value: u32,
    pub(super) completed: u64,
}

/// What is needed to settle accounts.
pub(super) struct Account<'a> {
    pub(super) site: &'a Site,
    pub(super) seats: &'a [Arc<Seat>],
    pub(super) settings: &'a Settings,
    pub(super) base: Base,
    pub(super) shared: bool,
}

/// Somebody who died before there was a run.
pub(super) fn idle(death: &Death) -> Loss {
    Loss {
        worker: Worker(death.number as u16),
        pid: death.pid,
        end: death.end,
        stopped: death.stopped,
        whereabouts: Whereabouts::AtRest,
        protection: Protection::None,
        completed: 0,
        undecided: false,
    }
}

/// The word whose value the counter has, by who stored it last.
pub(super) fn author_by_value(seats: &[Arc<Seat>], counter: Word) -> Option<Word> {
    let last = |seat: &Arc<Seat>| seat.tally.last_word.load(Ordering::Relaxed);
    seats
        .iter()
        .map(last)
        .filter(|&word| word != NO_WORD)
        .map(Word)
        .find(|word| word.value() == counter.value())
}

/// Whether what was put into the record before this position is what the increment of this iteration had loaded.
fn ends_with(ring: &Ring, tail: usize, iteration: u32) -> bool {
    let before = |back: usize| tail.checked_sub(back).map(|at| raw::read(ring.peek(at)));
    matches!((before(2), before(1)), (Some(Raw::Until(at, _)), Some(Raw::Word(_))) if at == iteration)
}

impl Account<'_> {
    /// The losses, and those that were panics.
    pub(super) fn settle(&self, deaths: &[Death]) -> (Vec<Loss>, Vec<Crash>) {
        let wheres: Vec<Whereabouts> =
            deaths.iter().map(|death| self.whereabouts(death, deaths.len())).collect();
        let open: Vec<bool> = deaths.iter().map(|death| self.take_stock(death)).collect();
        let made = self.decide(deaths, &open);
        let (mut losses, mut crashes) = (Vec::new(), Vec::new());
        for ((death, whereabouts), (open, made)) in deaths.iter().zip(wheres).zip(open.iter().zip(made)) {
            let seat = &self.seats[death.number];
            if made == Some(true) {
                self.book(seat);
            }
            self.close(seat);
            let worker = Worker(death.number as u16);
            if let Some(message) = self.site.stations[death.number].message() {
                seat.tally.set_doing(Doing::Crashed, 0);
                crashes.push(Crash { worker, message });
                continue;
            }
            seat.tally.set_doing(Doing::Killed, 0);
            losses.push(Loss {
                worker,
                pid: death.pid,
                end: death.end,
                stopped: death.stopped,
                whereabouts,
                protection: self.settings.protection,
                completed: seat.tally.completed.load(Ordering::Relaxed),
                undecided: *open && made.is_none(),
            });
        }
        (losses, crashes)
    }

    fn whereabouts(&self, death: &Death, of: usize) -> Whereabouts {
        let station = &self.site.stations[death.number];
        let round = self.site.head.orders.round.load(Ordering::Relaxed);
        if station.rest.load(Ordering::Relaxed) == round.wrapping_add(1) {
            return Whereabouts::AtRest;
        }
        let is_lock = matches!(self.settings.protection, Protection::Lock | Protection::Guard);
        match station.stage.load(Ordering::Relaxed) {
            INSIDE => Whereabouts::Inside,
            // Of the system's lock it is known whether somebody died with it.
            ASKING | LEAVING if is_lock && of == 1 => {
                let locks = &self.site.head.locks;
                let inherited = locks.inherited.swap(0, Ordering::Relaxed) > 0
                    || locks.lock.try_lock().is_some_and(|held| held.inherited);
                let outside = if station.stage.load(Ordering::Relaxed) == ASKING {
                    Whereabouts::Waiting
                } else {
                    Whereabouts::Outside
                };
                if inherited { Whereabouts::Inside } else { outside }
            }
            ASKING if self.is_waiting(death) => Whereabouts::Waiting,
            ASKING | LEAVING => Whereabouts::OnTheWay,
            _ => Whereabouts::Outside,
        }
    }

    /// In slow motion it says that it waits before it does.
    fn is_waiting(&self, death: &Death) -> bool {
        let now = self.seats[death.number].tally.now();
        now.doing == Doing::Waiting && now.since.is_some()
    }

    /// Counts what it told. Says whether it had announced one more.
    fn take_stock(&self, death: &Death) -> bool {
        let tally = &self.seats[death.number].tally;
        let before = tally.completed.load(Ordering::Relaxed);
        let completed = self.completed(tally);
        tally.completed.store(completed, Ordering::Relaxed);
        // A chunk at full speed that was not ended, or not counted.
        if let Some(chunk) = tally.chunk()
            && completed > chunk.began
            && (completed > before || !chunk.recorded)
        {
            let made = u64::from(completed - chunk.began) * own::operations(self.settings.protection);
            let said = chunk.said + made + chunk.retries;
            if chunk.recorded { &tally.recorded } else { &tally.dropped }.store(said, Ordering::Relaxed);
            let ring = &self.seats[death.number].ring;
            if chunk.recorded && !ends_with(ring, ring.position(), completed + 1) {
                ring.put(ring.position(), raw::until(completed + 1));
                ring.publish(ring.position() + 1);
            }
        }
        self.iteration(tally.intent.load(Ordering::Relaxed)) == completed + 1
    }

    /// In which of its increments a worker stored this word.
    fn iteration(&self, word: u64) -> u32 {
        match Layout::of(self.settings.kind).source(Word(word)) {
            Source::Store(by) if word != NO_WORD => by.iteration,
            _ => 0,
        }
    }

    /// Increments that a worker has told. One that was asked aside has not counted them yet.
    fn completed(&self, tally: &Tally) -> u32 {
        let counted = tally.completed.load(Ordering::Relaxed);
        self.iteration(tally.last_word.load(Ordering::Relaxed)).max(counted)
    }

    /// Whether each announced store was made; `None` where that can't be known.
    fn decide(&self, deaths: &[Death], open: &[bool]) -> Vec<Option<bool>> {
        let pending = open.iter().filter(|&&open| open).count() as u64;
        let capacity = self.settings.protection.capacity(self.settings.permits);
        let nothing_lost = capacity == Some(1)
            || matches!(self.settings.protection, Protection::CompareAndSwap | Protection::FetchAdd);
        let value = u64::from(self.site.head.counter.get().value());
        let completed: u64 = self.seats.iter().map(|seat| u64::from(self.completed(&seat.tally))).sum();
        let more = (value.saturating_sub(u64::from(self.base.value)))
            .checked_sub(completed.saturating_sub(self.base.completed));
        let by_sum = match more {
            Some(0) if nothing_lost => Some(false),
            Some(more) if nothing_lost && more == pending => Some(true),
            _ => None,
        };
        let decide = |(death, &open): (&Death, &bool)| {
            if !open || !self.shared {
                return None;
            }
            let seat = &self.seats[death.number];
            let seen = self.is_seen(seat.tally.intent.load(Ordering::Relaxed));
            if seen || self.is_published(seat) { Some(true) } else { by_sum }
        };
        deaths.iter().zip(open).map(decide).collect()
    }

    /// Whether the counter holds this word, or somebody is on record with having read it.
    fn is_seen(&self, word: u64) -> bool {
        if self.settings.protection == Protection::FetchAdd {
            return false;
        }
        let mut words = Vec::new();
        for seat in self.seats {
            seat.ring.copy(&mut words);
        }
        self.site.head.counter.get().0 == word || words.contains(&word)
    }

    /// Whether the record already goes on past the announced store.
    fn is_published(&self, seat: &Seat) -> bool {
        let at_full_speed = seat.tally.in_operation.load(Ordering::Relaxed) == NO_OPERATION;
        let recorded = seat.tally.chunk().is_some_and(|chunk| chunk.recorded);
        let announced = seat.tally.completed.load(Ordering::Relaxed) + 1;
        at_full_speed && recorded && ends_with(&seat.ring, seat.ring.position(), announced)
    }

    /// Counts a store that was made and not told.
    fn book(&self, seat: &Seat) {
        let tally = &seat.tally;
        let intent = tally.intent.load(Ordering::Relaxed);
        let completed = tally.completed.fetch_add(1, Ordering::Relaxed) + 1;
        if self.settings.protection == Protection::FetchAdd {
            let counter = self.site.head.counter.get();
            let last = match author_by_value(self.seats, counter) {
                // It was the last one.
                None => (counter.0 & !Word::AUTHOR) | (intent & Word::AUTHOR),
                Some(_) => NO_WORD,
            };
            tally.last_word.store(last, Ordering::Relaxed);
            tally.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        tally.last_word.store(intent, Ordering::Relaxed);
        if tally.in_operation.load(Ordering::Relaxed) == NO_OPERATION {
            self.record_at_full_speed(seat, completed);
        } else {
            self.record_held(seat);
        }
    }

    /// Puts the store that was made in slow motion into the record.
    fn record_held(&self, seat: &Seat) {
        let (ring, tally) = (&seat.ring, &seat.tally);
        let (at, time) = (ring.position(), tally.in_operation.load(Ordering::Relaxed));
        let swaps = self.settings.protection == Protection::CompareAndSwap;
        let last = at.checked_sub(1).map(|last| raw::read(ring.peek(last)));
        let kind = if swaps { Kind::Swap } else { Kind::Store };
        // It may have told the record and not the count.
        if !matches!(last, Some(Raw::Marker(Kind::Store | Kind::Swap, _))) {
            ring.put(at, raw::marker(kind, Stamp { time, core: None }));
            ring.publish(at + 1);
            tally.recorded.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Puts the increment whose store was made at full speed into the record.
    fn record_at_full_speed(&self, seat: &Seat, completed: u32) {
        let (ring, tally) = (&seat.ring, &seat.tally);
        let (tail, hand_overs) = tally.foretold();
        tally.hand_overs.store(hand_overs, Ordering::Relaxed);
        let recorded = tally.chunk().is_some_and(|chunk| chunk.recorded);
        // A compare-and-swap says what it found after it was made.
        if !recorded || self.settings.protection == Protection::CompareAndSwap {
            tally.dropped.fetch_add(own::operations(self.settings.protection), Ordering::Relaxed);
            return;
        }
        let mut tail = tail.max(ring.position());
        // What it loaded was put there before the store, unless it was its own last store.
        if !ends_with(ring, tail, completed) {
            ring.put(tail, raw::until(completed + 1));
            tail += 1;
        }
        ring.publish(tail);
        tally.recorded.fetch_add(own::operations(self.settings.protection), Ordering::Relaxed);
    }

    /// Nothing is going on at this seat any more.
    fn close(&self, seat: &Seat) {
        seat.tally.in_operation.store(NO_OPERATION, Ordering::Relaxed);
        seat.tally.intent.store(NO_WORD, Ordering::Relaxed);
        let now = self.site.head.orders.clock.load(Ordering::Relaxed);
        let nanos = crate::platform::clock::nanos().saturating_sub(now);
        seat.tally.ended.fetch_max(nanos, Ordering::Relaxed);
    }
}
