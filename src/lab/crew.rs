//! The crew: all workers of an experiment, and the one who directs them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_utils::CachePadded;

use crate::event::{Source, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Cores, Pace, Protection, Settings};
use crate::platform::{affinity, fault};

use super::control::Control;
use super::error::LabError;
use super::meeting::{Crash, Meeting};
use super::plan::{Clock, Plan, Watch};
use super::protection::AnyProtection;
use super::seat::{NO_WORD, Seat};
use super::word::Word;
use super::worker::{self, Shared};

/// Stack of a worker: it calls little, but a panic in it must find room to be told.
const STACK: usize = 512 * 1024;

/// Workers' threads, the counter they share, and their seats.
#[derive(Debug)]
pub(super) struct Crew {
    shared: Arc<Shared>,
    seats: Vec<Arc<Seat>>,
    threads: Vec<JoinHandle<()>>,
    ring_words: usize,
    plan: Option<Arc<Plan>>,
    watched: bool,
}

impl Crew {
    /// A crew of nobody. `ring_words` is the room of each worker's record; `bell` is rung whenever all are at rest.
    pub(super) fn new(pace: Pace, ring_words: usize, bell: Box<dyn Fn() + Send + Sync>) -> Self {
        let shared = Shared {
            counter: CachePadded::new(AtomicU64::new(Word::START.0)),
            control: Control::new(pace),
            meeting: Meeting::new(bell),
        };
        Crew {
            shared: Arc::new(shared),
            seats: Vec::new(),
            threads: Vec::new(),
            ring_words,
            plan: None,
            watched: false,
        }
    }

    /// Whether runs are watched from the next one on.
    pub(super) fn set_watched(&mut self, watched: bool) {
        self.watched = watched;
    }

    pub(super) fn control(&self) -> &Control {
        &self.shared.control
    }

    pub(super) fn seats(&self) -> &[Arc<Seat>] {
        &self.seats
    }

    /// How many workers there are.
    pub(super) fn len(&self) -> usize {
        self.threads.len()
    }

    /// The counter's word as it stands.
    pub(super) fn word(&self) -> Word {
        Word(self.shared.counter.load(Ordering::Relaxed))
    }

    /// The stretch that was begun last.
    pub(super) fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.as_ref()
    }

    /// Starts or sends home workers until there are so many. All must be at rest, and are afterwards.
    ///
    /// # Errors
    /// When the system refuses a thread. The crew then is as large as it was.
    pub(super) fn resize(&mut self, threads: u16) -> Result<(), LabError> {
        let before = self.threads.len();
        while self.threads.len() < usize::from(threads) {
            if let Err(why) = self.start_one() {
                let number = self.threads.len() + 1;
                self.dismiss(before);
                return Err(LabError::Thread { number, of: usize::from(threads), why: why.to_string() });
            }
        }
        self.dismiss(usize::from(threads));
        self.shared.meeting.wait();
        Ok(())
    }

    fn start_one(&mut self) -> std::io::Result<()> {
        let number = self.threads.len();
        if fault::get().spawn == Some(number) {
            return Err(std::io::Error::other("a fault was asked for"));
        }
        if self.seats.len() == number {
            self.seats.push(Arc::new(Seat::new(self.ring_words)));
        }
        let worker = Worker(number as u16);
        let (seat, shared) = (Arc::clone(&self.seats[number]), Arc::clone(&self.shared));
        self.shared.meeting.expect(number + 1);
        let name = format!("worker {number}");
        match Builder::new().name(name).stack_size(STACK).spawn(move || worker::live(worker, seat, shared)) {
            Ok(handle) => {
                self.threads.push(handle);
                Ok(())
            }
            Err(why) => {
                self.shared.meeting.expect(number);
                Err(why)
            }
        }
    }

    /// Sends home and joins all workers from this number on. They must be at rest, or on their way to it.
    fn dismiss(&mut self, crew: usize) {
        self.shared.meeting.wait();
        self.shared.meeting.send_home(u16::try_from(crew).unwrap_or(u16::MAX));
        for thread in self.threads.drain(crew.min(self.threads.len())..) {
            // A worker's panic was caught in it and has been told.
            let _ = thread.join();
        }
    }

    /// Calls everybody to the meeting point and waits until they are there: each ends the increment it has begun,
    /// and nobody is held back meanwhile.
    pub(super) fn gather(&self) {
        self.shared.control.set_meet(true);
        self.wake();
        self.shared.meeting.wait();
        self.shared.control.set_meet(false);
    }

    /// Waits until all have made their increments.
    pub(super) fn wait(&self) {
        self.shared.meeting.wait();
    }

    /// Waits until all are at rest, but no longer than this; says whether they are.
    pub(super) fn wait_for(&self, most: Duration) -> bool {
        self.shared.meeting.wait_for(most)
    }

    /// Whether all are at rest.
    pub(super) fn is_at_rest(&self) -> bool {
        self.shared.meeting.is_complete()
    }

    /// Workers that panicked since this was asked last.
    pub(super) fn take_crashes(&self) -> Vec<Crash> {
        self.shared.meeting.take_crashes()
    }

    /// Lets those who are held back look up what the controls say now.
    pub(super) fn wake(&self) {
        for thread in &self.threads {
            thread.thread().unpark();
        }
    }

    /// Begins a new run. All must be at rest.
    pub(super) fn begin_run(&mut self, run: u64, settings: Settings, record: bool) {
        self.shared.counter.store(Word::START.0, Ordering::Relaxed);
        for seat in &self.seats {
            seat.tally.reset();
            seat.ring.free(seat.ring.position());
        }
        let protection = Arc::new(AnyProtection::new(&settings));
        self.release(run, settings, protection, record, Clock::start());
    }

    /// Goes on with the run as it was. All must be at rest.
    pub(super) fn go_on(&mut self) {
        if let Some(plan) = self.plan.clone() {
            if plan.settings.protection == Protection::FetchAdd {
                self.name_last_author();
                self.forget_stale_words();
            }
            self.release(plan.run, plan.settings, Arc::clone(&plan.protection), plan.record, plan.clock);
        }
    }

    /// Goes on with the run, with other settings. All must be at rest.
    pub(super) fn go_on_with(&mut self, settings: Settings) {
        let Some(plan) = self.plan.clone() else { return };
        if plan.settings.protection == Protection::FetchAdd {
            self.name_last_author();
        }
        if settings.protection == Protection::FetchAdd {
            self.forget_stale_words();
        }
        let same = plan.settings.protection == settings.protection;
        let protection = match (&*plan.protection, same) {
            (AnyProtection::Semaphore(semaphore), true) => {
                semaphore.set_permits(settings.permits);
                Arc::clone(&plan.protection)
            }
            (_, true) => Arc::clone(&plan.protection),
            (_, false) => Arc::new(AnyProtection::new(&settings)),
        };
        protection.forget_holders();
        self.release(plan.run, settings, protection, plan.record, plan.clock);
    }

    fn release(
        &mut self,
        run: u64,
        settings: Settings,
        protection: Arc<AnyProtection>,
        record: bool,
        clock: Clock,
    ) {
        let plan = Arc::new(Plan {
            run,
            settings,
            protection,
            record,
            clock,
            watch: self.watched.then(|| Watch::new(self.seats.clone())),
            crew: self.threads.len() as u32,
            ready: CachePadded::default(),
        });
        self.plan = Some(Arc::clone(&plan));
        self.shared.meeting.release(plan);
    }

    /// Before fetch-and-adds, which leave the word's provenance as it is and are told apart by their values: last words
    /// that are not in the counter must not be mistaken for later ones of the same value.
    fn forget_stale_words(&self) {
        for seat in &self.seats {
            let last = &seat.tally.last_word;
            if last.load(Ordering::Relaxed) != self.word().0 {
                last.store(NO_WORD, Ordering::Relaxed);
            }
        }
    }

    /// After fetch-and-adds the word's value is right and its provenance old. The one worker whose last word has that
    /// value is its author; gives it back its name.
    fn name_last_author(&self) {
        if let Some(word) = self.author_by_value() {
            self.shared.counter.store(word.0, Ordering::Relaxed);
        }
    }

    fn author_by_value(&self) -> Option<Word> {
        let value = self.word().value();
        let last = |seat: &Arc<Seat>| Word(seat.tally.last_word.load(Ordering::Relaxed));
        self.seats.iter().map(last).find(|word| word.value() == value)
    }

    /// Whose store the counter's value is. Under fetch-and-adds, which leave the word's provenance as it was, that is
    /// known for sure only while all are at rest.
    pub(super) fn last_author(&self) -> Source {
        let word = self.word();
        let fetch_add =
            self.plan.as_ref().is_some_and(|plan| plan.settings.protection == Protection::FetchAdd);
        if !fetch_add {
            return word.source();
        }
        self.author_by_value().unwrap_or(word).source()
    }

    /// Counts of the present run, all workers together. Exact while all are at rest.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts { survived: u64::from(self.word().value()), ..Counts::default() };
        for seat in &self.seats {
            counts.completed += u64::from(seat.tally.completed.load(Ordering::Relaxed));
            counts.hand_overs += seat.tally.hand_overs.load(Ordering::Relaxed);
            counts.retries += seat.tally.retries.load(Ordering::Relaxed);
        }
        counts
    }

    /// From the first worker's leaving the barrier to the last one's coming to rest, in nanoseconds.
    pub(super) fn nanos(&self) -> u64 {
        let tallies = || self.seats.iter().map(|seat| &seat.tally);
        let began = tallies().map(|tally| tally.began.load(Ordering::Relaxed)).min().unwrap_or(0);
        let ended = tallies().map(|tally| tally.ended.load(Ordering::Relaxed)).max().unwrap_or(0);
        ended.saturating_sub(began)
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.gather();
        self.dismiss(0);
    }
}

/// Whether the workers can be put where the settings want them.
///
/// # Errors
/// Says why this platform can't.
pub(super) fn check_cores(cores: Cores) -> Result<(), LabError> {
    match cores {
        Cores::All => Ok(()),
        Cores::One => affinity::check().map_err(|why| LabError::Cores(why.to_string())),
    }
}
