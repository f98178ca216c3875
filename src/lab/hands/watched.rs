//! Operations at full speed under watch: what waiting is measured by, in runs made for nothing else, because it costs
//! time to look at the clock.
//!
//! - A wait is from "asked and was not let in at once" to "was let in". Who is let in at once looks at no clock.
//! - Every increment is told at once, so that whoever is done first sees how far the others have come, to the
//!   increment.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Hands;
use super::fast::{Fast, Ledger, Teller};
use crate::lab::gap::Filler;
use crate::lab::plan::Clock;
use crate::lab::protection::Protect;
use crate::lab::seat::{Seat, Tally};
use crate::lab::word::Word;

/// The hands: those of full speed, and a clock.
struct Watched<'a, F, T> {
    hands: Fast<'a, F, T, false>,
    clock: Clock,
    tally: &'a Tally,
    /// Since when it waits, in nanoseconds of the run; 0 while it doesn't.
    since: u64,
    waited: u64,
    waits: u64,
}

/// Makes so many increments of so many operations each.
pub(in crate::lab) fn chunk<P: Protect, F: Filler>(
    protection: &P,
    (counter, clock, seat): (&AtomicU64, Clock, &Seat),
    filler: F,
    ledger: &mut Ledger,
    increments: u32,
    operations: u64,
) {
    let hands = Fast::<F, P::Teller, false>::new((counter, clock, seat), filler, ledger);
    let mut watched = Watched { hands, clock, tally: &seat.tally, since: 0, waited: 0, waits: 0 };
    for _ in 0..increments {
        watched.hands.begin();
        protection.increment(&mut watched);
    }
    seat.tally.waited.fetch_add(watched.waited, Ordering::Relaxed);
    seat.tally.waits.fetch_add(watched.waits, Ordering::Relaxed);
    watched.hands.settle(ledger, u64::from(increments) * operations);
}

impl<F: Filler, T: Teller> Watched<'_, F, T> {
    #[inline(always)]
    fn tell(&self) {
        self.tally.completed.store(self.hands.iteration(), Ordering::Relaxed);
    }
}

impl<F: Filler, T: Teller> Hands for Watched<'_, F, T> {
    const TRIES_FIRST: bool = true;
    const COUNTS_HOLDERS: bool = true;

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
