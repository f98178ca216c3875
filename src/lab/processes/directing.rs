//! How processes are directed: who is missing is started, a stretch is let go on, all are called together, and those who
//! died meanwhile are looked after.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::experiment::{Kind, Settings};
use crate::lab::crew::Crew;
use crate::lab::seat::NO_WORD;

use super::losses::{self, Base};
use super::nursery::{Came, PATIENCE, Slot};
use super::{Processes, Stretch};

/// How long those who were asked aside may take before they are asked once more.
const ONCE_MORE: Duration = Duration::from_millis(5);

impl Processes {
    pub(super) fn is_shared(&self) -> bool {
        self.kind == Kind::Process { shared: true }
    }

    /// Sends home all from this number on. They must be at rest.
    pub(super) fn dismiss(&mut self, crew: usize) {
        let orders = &self.site.head.orders;
        orders.crew.store(crew as u32, Ordering::Release);
        orders.call();
        self.nursery.ward.wait_for_leave(crew);
        self.size = crew;
    }

    pub(super) fn living(&self) -> usize {
        self.nursery.ward.slots().iter().filter(|slot| matches!(slot, Slot::Living(_))).count()
    }

    /// Starts those that are missing.
    pub(super) fn start_missing(&mut self, workers: usize) -> Result<(), (usize, String)> {
        if self.fresh {
            self.nursery.ward.forget_dead();
        }
        let slots = self.nursery.ward.slots();
        let missing = |number: &usize| matches!(slots.get(*number), None | Some(Slot::Empty));
        let numbers: Vec<u16> = (0..workers).filter(missing).map(|number| number as u16).collect();
        while self.seats.len() < workers {
            let seat = self.site.seat(self.seats.len());
            seat.tally.reset();
            self.seats.push(seat);
        }
        if numbers.is_empty() {
            return Ok(());
        }
        self.site.head.orders.crew.fetch_max(workers as u32, Ordering::Release);
        self.nursery
            .start(numbers.clone())
            .map_err(|(number, why)| (usize::from(number), why.to_string()))?;
        self.size = workers;
        while self.nursery.ward.wait(None) == Came::Death {
            if let Some((number, end)) = self.nursery.ward.death_among(&numbers) {
                return Err((number, format!("it {end} before it had begun")));
            }
            self.call_together();
        }
        // Somebody else may have died meanwhile.
        self.start_missing(workers)
    }

    pub(super) fn release(&self, stretch: Stretch) {
        let head = &self.site.head;
        let orders = &head.orders;
        orders.set(&stretch.settings);
        orders.run.store(stretch.run, Ordering::Relaxed);
        orders.clock.store(stretch.clock.began(), Ordering::Relaxed);
        orders.record.set(stretch.record);
        orders.watched.set(self.watched);
        orders.team.store(self.living() as u32, Ordering::Relaxed);
        head.ready.store(0, Ordering::Relaxed);
        self.site.progress.iter().for_each(|word| word.store(0, Ordering::Relaxed));
        let base = Base { value: self.word().value(), completed: self.completed() };
        *self.plan.borrow_mut() = Some(Stretch { base, ..stretch });
        orders.round.fetch_add(1, Ordering::Release);
        orders.call();
    }

    pub(super) fn completed(&self) -> u64 {
        self.seats.iter().map(|seat| u64::from(seat.tally.completed.load(Ordering::Relaxed))).sum()
    }

    pub(super) fn free_all(&self, settings: &Settings) {
        self.site.head.locks.free_all(settings.permits);
        self.site.head.locks.occupancy.nobody_inside();
    }

    /// Calls all together, looks after those who died, and says whether anybody had.
    pub(super) fn call_together(&self) {
        let control = &self.site.head.control;
        control.set_meet(true);
        control.wake_processes();
        while self.nursery.ward.wait(None) == Came::Death {
            self.look_after_dead();
        }
        control.set_meet(false);
    }

    /// Settles what the dead had done, and sets free what they held. The living are on their way to rest.
    pub(super) fn look_after_dead(&self) {
        let Some(stretch) = *self.plan.borrow() else {
            let deaths = self.nursery.ward.take_deaths();
            self.losses.borrow_mut().extend(deaths.iter().map(losses::idle));
            return;
        };
        let head = &self.site.head;
        head.orders.set_aside(true);
        // One for each wakes all who wait; what they take is none while they are asked aside.
        let woken = self.living();
        (0..woken).for_each(|_| head.locks.semaphore.give());
        let wake = || {
            head.locks.rw.wake();
            head.locks.lock.wake();
        };
        wake();
        let began = Instant::now();
        while !self.nursery.ward.wait_for_quiet(ONCE_MORE) {
            wake();
            if began.elapsed() > PATIENCE {
                self.nursery.ward.end_stopped();
            }
        }
        let deaths = self.nursery.ward.take_deaths();
        let shared = self.is_shared();
        let account = losses::Account {
            site: &self.site,
            seats: &self.seats,
            settings: &stretch.settings,
            base: stretch.base,
            shared,
        };
        let (lost, crashed) = account.settle(&deaths);
        self.losses.borrow_mut().extend(lost);
        self.crashes.borrow_mut().extend(crashed);
        self.free_all(&stretch.settings);
        head.orders.set_aside(false);
    }

    /// Fetch-and-adds leave the word's provenance as it was: the one whose last word has its value is its author.
    pub(super) fn name_last_author(&self) {
        if let Some(word) = losses::author_by_value(&self.seats, self.word()) {
            self.site.head.counter.set(word);
        }
    }

    pub(super) fn forget_stale_words(&self) {
        for seat in &self.seats {
            if seat.tally.last_word.load(Ordering::Relaxed) != self.word().0 {
                seat.tally.last_word.store(NO_WORD, Ordering::Relaxed);
            }
        }
    }
}
