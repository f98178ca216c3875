//! The director's board over workers that share this process's memory: the counter, the controls, the meeting point,
//! the seats, and the stretch that is in force. What a worker is made of, the board doesn't know.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::{Source, Worker};
use crate::experiment::{Kind, Pace, Protection, Settings};
use crate::platform::shared::{Padded, Place};

use super::control::Control;
use super::counter::Counter;
use super::crew::{Bell, Crew, Rings};
use super::error::LabError;
use super::meeting::{Crash, Meeting};
use super::plan::{Clock, Plan, Watch};
use super::protection::occupancy::Alone;
use super::seat::{NO_WORD, Seat};
use super::word::{Layout, Word};

/// What all workers of a crew and their director share.
#[derive(Debug)]
pub(super) struct Shared<G> {
    pub(super) counter: Place<Counter>,
    pub(super) control: Place<Control>,
    pub(super) meeting: Meeting<G>,
}

/// What guards an increment of such workers, as far as the director is concerned.
pub(super) trait Guarding {
    /// The one that the settings name.
    fn new(settings: &Settings) -> Self;
    /// Other permits, if this is a semaphore. All workers are at rest.
    fn set_permits(&self, permits: u16);
    /// Most workers that were inside at once, where there is an inside and they were counted; beside the counter those
    /// show it who are alone inside.
    fn most_holders(&self, alone: &Alone) -> Option<u16>;
    /// Starts that measurement afresh. All workers are at rest.
    fn forget_holders(&self);
}

/// The board.
#[derive(Debug)]
pub(super) struct Board<G> {
    pub(super) shared: Arc<Shared<G>>,
    pub(super) seats: Vec<Arc<Seat>>,
    plan: Option<Arc<Plan<G>>>,
    watched: bool,
    layout: Layout,
    rings: Rings,
}

impl<G: Guarding> Board<G> {
    /// Over nobody yet.
    pub(super) fn new(kind: Kind, pace: Pace, rings: Rings, bell: Bell) -> Self {
        let shared = Shared {
            counter: Place::own(Counter::new()),
            control: Place::own(Control::new(pace)),
            meeting: Meeting::new(bell),
        };
        let layout = Layout::of(kind);
        Board { shared: Arc::new(shared), seats: Vec::new(), plan: None, watched: false, layout, rings }
    }

    /// The seat of this number, made if there was none.
    pub(super) fn seat(&mut self, number: usize) -> Arc<Seat> {
        while self.seats.len() <= number {
            self.seats.push(Arc::new(Seat::new(self.rings.words(self.seats.len()))));
        }
        Arc::clone(&self.seats[number])
    }

    fn hold(&self, pace: Pace, paused: bool, finish: bool) {
        self.shared.control.set_pace(pace);
        self.shared.control.set_paused(paused);
        self.shared.control.set_finish(finish);
    }

    fn word(&self) -> Word {
        self.shared.counter.get()
    }

    /// Calls everybody to the meeting point and waits until they are there; `wake` lets those who are held back know.
    fn gather(&self, wake: impl Fn()) {
        self.shared.control.set_meet(true);
        wake();
        self.shared.meeting.wait();
        self.shared.control.set_meet(false);
    }

    /// A new run of so many workers.
    fn begin_run(&mut self, run: u64, settings: Settings, record: bool, crew: usize) {
        self.shared.counter.set(Word::START);
        self.shared.counter.alone.forget();
        for seat in &self.seats {
            seat.tally.reset();
            seat.ring.free(seat.ring.position());
        }
        let protection = Arc::new(G::new(&settings));
        self.release(run, settings, protection, record, Clock::start(), crew);
    }

    /// On with the run as it was.
    fn go_on(&mut self, crew: usize) -> Word {
        let Some(plan) = self.plan.clone() else { return self.word() };
        if plan.settings.protection == Protection::FetchAdd {
            self.name_last_author();
            self.forget_stale_words();
        }
        let base = self.word();
        let protection = Arc::clone(&plan.protection);
        self.release(plan.run, plan.settings, protection, plan.record, plan.clock, crew);
        base
    }

    /// On with the run, with other settings.
    fn go_on_with(&mut self, settings: Settings, crew: usize) -> Word {
        let Some(plan) = self.plan.clone() else { return self.word() };
        if plan.settings.protection == Protection::FetchAdd {
            self.name_last_author();
        }
        if settings.protection == Protection::FetchAdd {
            self.forget_stale_words();
        }
        let same = plan.settings.protection == settings.protection;
        let protection = if same { Arc::clone(&plan.protection) } else { Arc::new(G::new(&settings)) };
        protection.set_permits(settings.permits);
        protection.forget_holders();
        self.shared.counter.alone.forget();
        let base = self.word();
        self.release(plan.run, settings, protection, plan.record, plan.clock, crew);
        base
    }

    fn release(
        &mut self,
        run: u64,
        settings: Settings,
        protection: Arc<G>,
        record: bool,
        clock: Clock,
        crew: usize,
    ) {
        let plan = Arc::new(Plan {
            run,
            settings,
            protection,
            record,
            clock,
            watch: self.watched.then(|| Watch::new(self.seats.clone())),
            crew: crew as u32,
            ready: Place::own(Padded::default()),
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
            self.shared.counter.set(word);
        }
    }

    fn author_by_value(&self) -> Option<Word> {
        let value = self.word().value();
        let last = |seat: &Arc<Seat>| Word(seat.tally.last_word.load(Ordering::Relaxed));
        self.seats.iter().map(last).find(|word| word.value() == value)
    }

    fn last_author(&self) -> Source {
        let word = self.word();
        let fetch_add =
            self.plan.as_ref().is_some_and(|plan| plan.settings.protection == Protection::FetchAdd);
        let word = if fetch_add { self.author_by_value().unwrap_or(word) } else { word };
        self.layout.source(word)
    }

    fn clock(&self) -> Option<Clock> {
        self.plan.as_ref().map(|plan| plan.clock)
    }

    fn most_holders(&self) -> Option<u16> {
        self.plan.as_ref().and_then(|plan| plan.protection.most_holders(&self.shared.counter.alone))
    }

    fn progress(&self) -> Vec<u32> {
        let watch = self.plan.as_ref().and_then(|plan| plan.watch.as_ref());
        watch.and_then(Watch::progress).unwrap_or_default()
    }
}

/// A crew that a board directs: what is left is how its workers are had and woken.
pub(super) trait OnBoard: Send {
    /// What guards their increments.
    type Guards: Guarding + Send + Sync;

    /// The board.
    fn board(&self) -> &Board<Self::Guards>;

    /// The same, to change it.
    fn board_mut(&mut self) -> &mut Board<Self::Guards>;

    /// How many workers there are.
    fn size(&self) -> usize;

    /// See [`Crew::resize`].
    fn have(&mut self, workers: u16) -> Result<(), LabError>;

    /// See [`Crew::wake`].
    fn rouse(&self);
}

impl<C: OnBoard> Crew for C {
    fn resize(&mut self, workers: u16) -> Result<(), LabError> {
        self.have(workers)
    }

    fn len(&self) -> usize {
        self.size()
    }

    fn seats(&self) -> &[Arc<Seat>] {
        &self.board().seats
    }

    fn set_watched(&mut self, watched: bool) {
        self.board_mut().watched = watched;
    }

    fn hold(&self, pace: Pace, paused: bool, finish: bool) {
        self.board().hold(pace, paused, finish);
    }

    fn step(&self, worker: Option<Worker>) {
        self.board().shared.control.step(worker);
    }

    fn wake(&self) {
        self.rouse();
    }

    fn begin_run(&mut self, run: u64, settings: Settings, record: bool) {
        let size = self.size();
        self.board_mut().begin_run(run, settings, record, size);
    }

    fn go_on(&mut self) -> Word {
        let size = self.size();
        self.board_mut().go_on(size)
    }

    fn go_on_with(&mut self, settings: Settings) -> Word {
        let size = self.size();
        self.board_mut().go_on_with(settings, size)
    }

    fn gather(&self) {
        self.board().gather(|| self.rouse());
    }

    fn wait(&self) {
        self.board().shared.meeting.wait();
    }

    fn wait_for(&self, most: Duration) -> bool {
        self.board().shared.meeting.wait_for(most)
    }

    fn is_at_rest(&self) -> bool {
        self.board().shared.meeting.is_complete()
    }

    fn take_crashes(&self) -> Vec<Crash> {
        self.board().shared.meeting.take_crashes()
    }

    fn word(&self) -> Word {
        self.board().word()
    }

    fn last_author(&self) -> Source {
        self.board().last_author()
    }

    fn clock(&self) -> Option<Clock> {
        self.board().clock()
    }

    fn most_holders(&self) -> Option<u16> {
        self.board().most_holders()
    }

    fn progress(&self) -> Vec<u32> {
        self.board().progress()
    }
}
