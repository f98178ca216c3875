//! The child's side: a process that is one worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::event::Worker;
use crate::experiment::figures::Doing;
use crate::lab::counter::Counter;
use crate::lab::plan::{Clock, Plan, Watch};
use crate::lab::seat::NO_WORD;
use crate::lab::word::{Layout, Word};
use crate::lab::worker::{Work, panic_message};
use crate::platform::process::{Bell, give_way, inherited};
use crate::platform::shared::Place;

use super::guards::{Between, Post};
use super::site::Site;

/// Exit status of a worker that panicked.
const PANICKED: u8 = 101;

/// The whole life of a process that was called as a worker.
pub(super) fn live(number: u16) -> ExitCode {
    let found = inherited().and_then(|(region, bell)| Ok((Site::open(region)?, bell)));
    // Nobody is there to be told why not: the parent sees the exit status.
    let Ok((site, bell)) = found else { return ExitCode::from(2) };
    let station = site.station(usize::from(number));
    std::panic::set_hook(Box::new(|_| {}));
    give_way();
    let mut child = Child::new(number, site, Arc::new(bell));
    let work = AssertUnwindSafe(|| child.work());
    match catch_unwind(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(panic) => {
            station.leave_message(&panic_message(panic.as_ref()));
            child.work.own.seat.tally.set_doing(Doing::Crashed, 0);
            ExitCode::from(PANICKED)
        }
    }
}

struct Child {
    number: u16,
    site: Site,
    bell: Arc<Bell>,
    work: Work,
    /// The counter, where it is not one that all share, and the run that it counts.
    own: Option<Place<Counter>>,
    run: u64,
}

impl Child {
    fn new(number: u16, site: Site, bell: Arc<Bell>) -> Self {
        let shared = site.head.orders.shared.get();
        let own = (!shared).then(|| Place::own(Counter::new()));
        let counter = own.clone().unwrap_or_else(|| site.head.part(|head| &head.counter));
        let seat = site.seat(usize::from(number));
        seat.ring.touch();
        let control = site.head.part(|head| &head.control);
        let layout = Layout::of(site.head.orders.settings().kind);
        let work = Work::new(Worker(number), layout, seat, counter, control);
        Child { number, site, bell, work, own, run: 0 }
    }

    fn work(&mut self) {
        let orders = self.site.head.part(|head| &head.orders);
        let station = self.site.station(usize::from(self.number));
        let mut round = orders.round.load(Ordering::Acquire);
        loop {
            station.rest.store(round.wrapping_add(1), Ordering::Release);
            self.bell.ring();
            let Some(next) = orders.next_round(self.number, round) else { return };
            round = next;
            let plan = self.plan();
            self.look_after_own(plan.run);
            self.work.go(&plan);
        }
    }

    /// The stretch that is ordered.
    fn plan(&self) -> Plan<Between> {
        let orders = &self.site.head.orders;
        let settings = orders.settings();
        let post = Post::new(self.site.clone(), self.number, Arc::clone(&self.bell));
        let team = orders.team.load(Ordering::Relaxed);
        let watch = orders.watched.get().then(|| {
            let seats = (0..usize::from(settings.threads)).map(|number| self.site.seat(number));
            Watch::at(seats.collect(), self.site.progress.clone())
        });
        Plan {
            run: orders.run.load(Ordering::Relaxed),
            settings,
            protection: Arc::new(Between::new(&settings, post)),
            record: orders.record.get(),
            clock: Clock::began_at(orders.clock.load(Ordering::Relaxed)),
            watch,
            crew: team,
            ready: self.site.head.part(|head| &head.ready),
        }
    }

    /// A counter of one's own begins each run at 0; what is in it is this worker's last word, whatever that was called
    /// while it was fetched and added.
    fn look_after_own(&mut self, run: u64) {
        let Some(counter) = &self.own else { return };
        let last = self.work.own.seat.tally.last_word.load(Ordering::Relaxed);
        let fresh = self.run != run || last == NO_WORD;
        self.run = run;
        counter.set(if fresh { Word::START } else { Word(last) });
    }
}
