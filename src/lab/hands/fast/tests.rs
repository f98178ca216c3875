use std::sync::Arc;

use parking_lot::Mutex;

use super::{Fast, Ledger, Quiet};
use crate::event::Worker;
use crate::experiment::figures::Doing;
use crate::experiment::{Protection, Settings};
use crate::lab::board::Guarding;
use crate::lab::counter::Counter;
use crate::lab::gap::Filler;
use crate::lab::own::{Own, operations};
use crate::lab::plan::Clock;
use crate::lab::protection::{AnyProtection, Guards, Protect, ProtectionJob};
use crate::lab::seat::{Seat, Tally};
use crate::lab::word::Layout;

/// Notes between load and store what the worker is said to do.
struct Looks<'a>(&'a Tally, &'a Mutex<Vec<Doing>>);

impl Filler for Looks<'_> {
    fn fill(&mut self) {
        self.1.lock().push(self.0.now().doing);
    }
}

fn two<P: Protect, const SEEN: bool>(
    protection: &P,
    place: (&Counter, Clock, &Seat),
    looks: Looks<'_>,
    ledger: &mut Ledger,
) {
    let mut hands = Fast::<_, Quiet, false, SEEN>::open(place, looks, ledger);
    for _ in 0..2 {
        hands.begin();
        protection.increment(&mut hands);
    }
    hands.close(ledger);
}

/// What a worker that is seen, or not, is said to do: at the beginning of a chunk of two increments, in both of them, at
/// its last release, and after the chunk.
struct Chunk {
    protection: Protection,
    seen: bool,
}

impl ProtectionJob for Chunk {
    type Output = Vec<Doing>;

    fn run<P: Protect>(self, protection: &P) -> Vec<Doing> {
        let seat = Arc::new(Seat::new(64));
        let mut own = Own::new(Worker(0), Arc::clone(&seat), Layout::THREADS);
        own.ledger.seen = self.seen;
        own.ledger.operations = operations(self.protection);
        let (counter, said) = (Counter::new(), Mutex::<Vec<Doing>>::default());
        let say = || said.lock().push(seat.tally.now().doing);
        own.begin_chunk(self.protection);
        say();
        let place = (&counter, Clock::start(), &*seat);
        let looks = Looks(&seat.tally, &said);
        if self.seen {
            two::<P, true>(protection, place, looks, &mut own.ledger);
        } else {
            two::<P, false>(protection, place, looks, &mut own.ledger);
        }
        say();
        own.publish();
        say();
        assert_eq!(counter.get().value(), 2);
        assert_eq!(own.ledger.dropped, 2 * operations(self.protection));
        said.into_inner()
    }
}

fn said(protection: Protection, seen: bool) -> Vec<Doing> {
    let settings = Settings { protection, ..Settings::default() };
    AnyProtection::new(&settings).with(Chunk { protection, seen })
}

#[test]
fn who_is_seen_says_that_it_waits_and_that_it_is_inside() {
    use Doing::{Between, Inside, Waiting};
    for protection in Protection::ALL {
        if protection.has_holders() {
            assert_eq!(said(protection, true), [Waiting, Inside, Inside, Waiting, Between], "{protection:?}");
        } else if protection != Protection::FetchAdd {
            assert_eq!(said(protection, true), [Between; 5], "{protection:?}");
        }
    }
}

#[test]
fn who_is_not_seen_says_nothing() {
    for protection in Protection::ALL.into_iter().filter(|&protection| protection != Protection::FetchAdd) {
        assert_eq!(said(protection, false), [Doing::Between; 5], "{protection:?}");
    }
}
