//! A crew of processes: children of this very executable, with the counter in memory that all share, or each with one of
//! its own. Whatever is needed to direct them, to tell what they did and to find out how far one had come that was
//! killed stands in shared memory, see [`site`].
//!
//! A child that ends without having been sent home is a loss: the others are called together, what it had completed is
//! told from what it left, what it held is set free, and the run goes on with the others.

mod child;
mod directing;
mod guards;
mod losses;
mod nursery;
mod orders;
mod site;

use std::cell::RefCell;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::{Source, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Kind, Pace, Protection, Settings};
use crate::platform::process;

use super::crew::{Bell, Crew, Rings};
use super::error::LabError;
use super::loss::Loss;
use super::meeting::Crash;
use super::plan::Clock;
use super::seat::Seat;
use super::word::{Layout, Word};
use losses::Base;
use nursery::{Came, Nursery, Slot};
use site::Site;

/// If this child was called to be a worker, it is that for all its life.
pub(super) fn serve(job: &str) -> Option<ExitCode> {
    job.strip_prefix(nursery::WORKER)?.parse().ok().map(child::live)
}

/// The children, and what they share.
#[derive(Debug)]
pub(super) struct Processes {
    kind: Kind,
    site: Site,
    nursery: Nursery,
    seats: Vec<Arc<Seat>>,
    watched: bool,
    /// The stretch in force, and whose run it is.
    plan: RefCell<Option<Stretch>>,
    losses: RefCell<Vec<Loss>>,
    crashes: RefCell<Vec<Crash>>,
    /// How many there are to be, lost ones included.
    size: usize,
    /// Whether no run is going on: then whoever was lost is replaced.
    fresh: bool,
}

/// What is in force.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    run: u64,
    settings: Settings,
    record: bool,
    clock: Clock,
    base: Base,
}

impl Processes {
    /// A crew of nobody.
    ///
    /// # Errors
    /// When this platform can't, or the system refuses the memory.
    pub(super) fn new(kind: Kind, pace: Pace, rings: Rings, bell: Bell) -> Result<Self, LabError> {
        let refused = |why: &dyn std::fmt::Display| LabError::Processes(why.to_string());
        process::check().map_err(|why| refused(&why))?;
        let site = Site::create(rings).map_err(|why| refused(&why))?;
        site.head.control.set_processes();
        site.head.control.set_pace(pace);
        site.head.orders.shared.set(kind == Kind::Process { shared: true });
        let nursery = Nursery::open(site.clone(), bell).map_err(|why| refused(&why))?;
        Ok(Processes {
            kind,
            site,
            nursery,
            seats: Vec::new(),
            watched: false,
            plan: RefCell::default(),
            losses: RefCell::default(),
            crashes: RefCell::default(),
            size: 0,
            fresh: true,
        })
    }
}

impl Crew for Processes {
    fn renew(&mut self) {
        self.call_together();
        self.fresh = true;
    }

    fn resize(&mut self, workers: u16) -> Result<(), LabError> {
        let before = self.size;
        self.call_together();
        if let Err((number, why)) = self.start_missing(usize::from(workers)) {
            let rest = before.min(number);
            while self.nursery.ward.wait(None) == Came::Death {
                let _ = self.nursery.ward.take_deaths();
            }
            self.dismiss(rest);
            return Err(LabError::Start {
                kind: self.kind,
                number: number + 1,
                of: usize::from(workers),
                why,
            });
        }
        self.dismiss(usize::from(workers));
        Ok(())
    }

    fn len(&self) -> usize {
        self.size
    }

    fn seats(&self) -> &[Arc<Seat>] {
        &self.seats
    }

    fn set_watched(&mut self, watched: bool) {
        self.watched = watched;
    }

    fn hold(&self, pace: Pace, paused: bool, finish: bool) {
        let control = &self.site.head.control;
        control.set_pace(pace);
        control.set_paused(paused);
        control.set_finish(finish);
    }

    fn step(&self, worker: Option<Worker>) {
        self.site.head.control.step(worker);
    }

    fn wake(&self) {
        self.site.head.control.wake_processes();
    }

    fn begin_run(&mut self, run: u64, settings: Settings, record: bool) {
        self.fresh = false;
        self.site.head.counter.set(Word::START);
        for seat in &self.seats {
            seat.tally.reset();
            seat.ring.free(seat.ring.position());
        }
        self.free_all(&settings);
        self.site.head.forget_holders();
        self.release(Stretch { run, settings, record, clock: Clock::start(), base: Base::default() });
    }

    fn go_on(&mut self) -> Word {
        let Some(stretch) = *self.plan.borrow() else { return self.word() };
        if stretch.settings.protection == Protection::FetchAdd && self.is_shared() {
            self.name_last_author();
            self.forget_stale_words();
        }
        let base = self.word();
        self.release(stretch);
        base
    }

    fn go_on_with(&mut self, settings: Settings) -> Word {
        let Some(stretch) = *self.plan.borrow() else { return self.word() };
        if self.is_shared() {
            if stretch.settings.protection == Protection::FetchAdd {
                self.name_last_author();
            }
            if settings.protection == Protection::FetchAdd {
                self.forget_stale_words();
            }
        }
        self.free_all(&settings);
        self.site.head.forget_holders();
        let base = self.word();
        self.release(Stretch { settings, ..stretch });
        base
    }

    fn gather(&self) {
        self.call_together();
    }

    fn wait(&self) {
        while !self.wait_for(Duration::from_secs(3_600)) {}
    }

    fn wait_for(&self, most: Duration) -> bool {
        match self.nursery.ward.wait(Some(most)) {
            Came::Rest => true,
            Came::Nothing => false,
            Came::Death => {
                self.call_together();
                let stretch = *self.plan.borrow();
                if let Some(stretch) = stretch
                    && self.crashes.borrow().is_empty()
                {
                    if stretch.settings.protection == Protection::FetchAdd && self.is_shared() {
                        self.name_last_author();
                        self.forget_stale_words();
                    }
                    self.release(stretch);
                }
                false
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        self.nursery.ward.is_at_rest()
    }

    fn take_crashes(&self) -> Vec<Crash> {
        self.crashes.take()
    }

    fn has_lost(&self) -> bool {
        self.nursery.ward.has_deaths()
    }

    fn take_losses(&self) -> Vec<Loss> {
        self.losses.take()
    }

    fn pids(&self) -> Vec<u32> {
        let pid = |slot: &Slot| match slot {
            Slot::Living(pid) | Slot::Dead(pid) => *pid,
            Slot::Empty => 0,
        };
        self.nursery.ward.slots().iter().map(pid).collect()
    }

    fn word(&self) -> Word {
        self.site.head.counter.get()
    }

    fn last_author(&self) -> Source {
        let word = self.word();
        let fetch_add =
            self.plan.borrow().is_some_and(|stretch| stretch.settings.protection == Protection::FetchAdd);
        let named = fetch_add.then(|| losses::author_by_value(&self.seats, word)).flatten();
        Layout::of(self.kind).source(named.unwrap_or(word))
    }

    fn clock(&self) -> Option<Clock> {
        self.plan.borrow().map(|stretch| stretch.clock)
    }

    fn most_holders(&self) -> Option<u16> {
        let settings = self.plan.borrow().map(|stretch| stretch.settings)?;
        settings.protection.has_holders().then(|| self.site.head.most_holders())
    }

    fn progress(&self) -> Vec<u32> {
        let noted = self.watched && self.site.progress[0].load(Ordering::Acquire) == 2;
        let of = |word: &std::sync::atomic::AtomicU32| word.load(Ordering::Relaxed);
        if noted { self.site.progress[1..=self.size].iter().map(of).collect() } else { Vec::new() }
    }

    /// Where each has a counter of its own, what these hold together: all that was counted, though not in one place.
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for seat in &self.seats {
            counts.survived += seat.tally.last_value();
            counts.hand_overs += seat.tally.hand_overs.load(Ordering::Relaxed);
            counts.retries += seat.tally.retries.load(Ordering::Relaxed);
        }
        counts.completed = self.completed();
        if self.is_shared() {
            counts.survived = u64::from(self.word().value());
        }
        counts
    }
}
