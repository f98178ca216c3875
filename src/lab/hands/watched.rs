//! Operations at full speed under watch: what waiting is measured by, in runs made for nothing else, because it costs
//! time to look at the clock.
//!
//! - A wait is from "asked and was not let in at once" to "was let in". Who is let in at once looks at no clock.
//! - Every increment is told at once, so that whoever is done first sees how far the others have come, to the
//!   increment.

use std::sync::atomic::Ordering;

use super::Hands;
use super::fast::{Fast, Ledger, Teller};
use crate::lab::counter::Counter;
use crate::lab::gap::Filler;
use crate::lab::plan::Clock;
use crate::lab::protection::Protect;
use crate::lab::protection::occupancy::Alone;
use crate::lab::seat::{Seat, Tally};
use crate::lab::word::Word;

/// The hands: those of full speed, and a clock.
pub(in crate::lab) struct Watched<'a, F, T> {
    hands: Fast<'a, F, T, false, true>,
    clock: Clock,
    tally: &'a Tally,
    /// Since when it waits, in nanoseconds of the run; 0 while it doesn't.
    since: u64,
    waited: u64,
    waits: u64,
}

/// Makes so many increments.
pub(in crate::lab) fn chunk<P: Protect, F: Filler>(
    protection: &P,
    (counter, clock, seat): (&Counter, Clock, &Seat),
    filler: F,
    ledger: &mut Ledger,
    increments: u32,
) {
    let mut watched = Watched::<F, P::Teller>::open((counter, clock, seat), filler, ledger);
    for _ in 0..increments {
        watched.begin();
        protection.increment(&mut watched);
    }
    watched.close(ledger);
}

impl<'a, F: Filler, T: Teller> Watched<'a, F, T> {
    /// Begins a chunk.
    #[inline(always)]
    pub(in crate::lab) fn open(place: (&'a Counter, Clock, &'a Seat), filler: F, ledger: &Ledger) -> Self {
        let hands = Fast::new(place, filler, ledger);
        Watched { hands, clock: place.1, tally: &place.2.tally, since: 0, waited: 0, waits: 0 }
    }

    /// The next increment begins.
    #[inline(always)]
    pub(in crate::lab) fn begin(&mut self) {
        self.hands.begin();
    }

    /// Ends the chunk.
    #[inline(always)]
    pub(in crate::lab) fn close(self, ledger: &mut Ledger) {
        self.tally.waited.fetch_add(self.waited, Ordering::Relaxed);
        self.tally.waits.fetch_add(self.waits, Ordering::Relaxed);
        self.hands.settle(ledger);
    }

    #[inline(always)]
    fn tell(&self) {
        self.tally.completed.store(self.hands.iteration(), Ordering::Relaxed);
    }
}

impl<F: Filler, T: Teller> Hands for Watched<'_, F, T> {
    const TRIES_FIRST: bool = true;
    const COUNTS_HOLDERS: bool = true;

    #[inline(always)]
    fn alone(&self) -> &Alone {
        self.hands.alone()
    }

    #[inline(always)]
    fn mark(&self) -> u32 {
        self.hands.mark()
    }

    #[inline(always)]
    fn ask(&mut self) {
        self.hands.ask();
    }

    fn wait(&mut self) {
        self.since = self.clock.nanos();
    }

    #[inline(always)]
    fn enter(&mut self) {
        if self.since > 0 {
            self.waited += self.clock.nanos().saturating_sub(self.since);
            self.waits += 1;
            self.since = 0;
        }
        self.hands.enter();
    }

    #[inline(always)]
    fn load(&mut self) -> Word {
        self.hands.load()
    }

    #[inline(always)]
    fn gap(&mut self) {
        self.hands.gap();
    }

    #[inline(always)]
    fn store(&mut self, loaded: Word) {
        self.hands.store(loaded);
        self.tell();
    }

    #[inline(always)]
    fn swap(&mut self, loaded: Word) -> Result<(), Word> {
        let swapped = self.hands.swap(loaded);
        if swapped.is_ok() {
            self.tell();
        }
        swapped
    }

    #[inline(always)]
    fn fetch_add(&mut self) {
        self.hands.fetch_add();
        self.tell();
    }

    #[inline(always)]
    fn leave(&mut self) {
        self.hands.leave();
    }

    #[inline(always)]
    fn left(&mut self) {
        self.hands.left();
    }
}
