//! The collector's thread: carries out orders, notices when a run ends, and publishes what there is to tell.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use crate::experiment::figures::{Counts, Finished, WorkerNow};
use crate::experiment::{Cores, Pace, Settings};
use crate::lab::crew::{self, Crew};
use crate::lab::error::LabError;
use crate::lab::report::{Order, Phase, Report};
use crate::lab::seat::NO_OPERATION;
use crate::lab::word::Word;
use crate::platform::fault;

use super::harvest::Harvest;
use super::score::Score;

/// Words of each worker's ring.
const RING_WORDS: usize = 2048;
/// Time between two looks at a run that is going on.
const TICK: Duration = Duration::from_millis(16);
/// How long a run that has ended is left to be read before the next one begins: in slow motion, and at full speed.
const REST_SLOW: Duration = Duration::from_millis(1_500);
const REST_FAST: Duration = Duration::from_millis(250);
/// Time between two windows from a run at full speed.
const WINDOW: Duration = Duration::from_millis(1_000);
/// How long the effects of an order are looked out for while everything else stands still.
const AFTER_ORDER: Duration = Duration::from_millis(300);
/// How often to look when nothing is expected.
const IDLE: Duration = Duration::from_secs(3_600);

/// What reaches the conductor.
#[derive(Debug)]
pub(super) enum Input {
    /// From the user.
    Order(Order),
    /// All workers are at rest.
    Bell,
    /// The end.
    Leave,
}

/// The collector's state.
pub(super) struct Conductor {
    inputs: Receiver<Input>,
    reports: Sender<Report>,
    bell: Sender<Input>,
    crew: Crew,
    harvest: Harvest,
    score: Score,
    settings: Settings,
    pace: Pace,
    paused: bool,
    /// Whether the present run goes to its end at full speed whatever the pace.
    hurried: bool,
    follow: bool,
    phase: Phase,
    run: u64,
    finished: Vec<Finished>,
    notices: Vec<String>,
    next_run: Option<Instant>,
    next_window: Instant,
    /// Whether the rings were emptied a moment ago so that the next window is recent.
    armed: bool,
    look_until: Instant,
    /// Whether there is something to tell that no recording carries.
    news: bool,
}

impl Conductor {
    pub(super) fn new(
        settings: Settings,
        pace: Pace,
        inputs: Receiver<Input>,
        reports: Sender<Report>,
        bell: Sender<Input>,
    ) -> Self {
        let now = Instant::now();
        Conductor {
            inputs,
            reports,
            crew: new_crew(pace, &bell),
            bell,
            harvest: Harvest::default(),
            score: Score::new(settings),
            settings,
            pace,
            paused: false,
            hurried: false,
            follow: true,
            phase: Phase::Ended,
            run: 0,
            finished: Vec::new(),
            notices: Vec::new(),
            next_run: None,
            next_window: now,
            armed: false,
            look_until: now,
            news: true,
        }
    }

    /// Until told to leave.
    pub(super) fn conduct(mut self) {
        self.begin_run();
        loop {
            match self.inputs.recv_timeout(self.patience()) {
                Ok(Input::Leave) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(input) => {
                    let mut inputs: VecDeque<Input> =
                        std::iter::once(input).chain(self.inputs.try_iter()).collect();
                    while let Some(input) = inputs.pop_front() {
                        match input {
                            Input::Leave => return,
                            Input::Bell => {}
                            // Of changes that have piled up only the newest counts.
                            Input::Order(Order::Change(_)) if starts_with_change(&inputs) => {}
                            Input::Order(order) => self.carry_out(order),
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.settle();
            self.gather();
            self.publish();
            assert!(!fault::get().collector || self.run == 0, "a fault was asked for");
        }
    }

    /// How long to wait for the next input.
    fn patience(&self) -> Duration {
        let now = Instant::now();
        let waiting = self.news || self.harvest.has_news();
        match self.phase {
            _ if waiting => TICK,
            Phase::Running | Phase::Burst { .. } if !self.stands_still() || now < self.look_until => TICK,
            Phase::Ended => self.next_run.map_or(IDLE, |at| at.saturating_duration_since(now)),
            Phase::Running | Phase::Burst { .. } | Phase::Failed => IDLE,
        }
    }

    fn stands_still(&self) -> bool {
        !self.hurried && (self.paused || self.pace == Pace::ByHand)
    }

    fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Burst { .. })
    }

    fn is_full_speed(&self) -> bool {
        !self.paused && (self.hurried || self.pace == Pace::Full)
    }

    fn carry_out(&mut self, order: Order) {
        self.look_until = Instant::now() + AFTER_ORDER;
        self.news = true;
        match order {
            Order::Change(settings) => self.change(settings),
            Order::Pace(pace) => self.hold_otherwise(|me| me.pace = pace),
            Order::Pause(paused) => self.hold_otherwise(|me| me.paused = paused),
            Order::Step(worker) => {
                self.crew.control().step(worker);
                self.crew.wake();
            }
            Order::Finish if self.phase == Phase::Running => self.hold_otherwise(|me| {
                me.hurried = true;
                me.paused = false;
            }),
            Order::Finish => self.next_run = self.next_run.map(|_| Instant::now()),
            Order::Again => self.again(None),
            Order::Burst(0) => {}
            Order::Burst(runs) => self.again(Some(runs)),
            Order::CancelBurst if matches!(self.phase, Phase::Burst { .. }) => self.again(None),
            Order::CancelBurst => {}
            Order::Follow(follow) => {
                self.follow = follow;
                self.next_run = (follow && self.phase == Phase::Ended).then(|| Instant::now() + REST_SLOW);
            }
        }
    }

    /// Changes how far the workers are held back. Between full speed and anything else they meet in between, so that
    /// what was recorded in one way and in the other stays apart; nothing else about the run changes.
    fn hold_otherwise(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.is_full_speed();
        let (pace, paused, hurried) = (self.pace, self.paused, self.hurried);
        change(self);
        let regroup = self.is_running() && before != self.is_full_speed();
        if regroup {
            let after = (self.pace, self.paused, self.hurried);
            (self.pace, self.paused, self.hurried) = (pace, paused, hurried);
            if !self.bring_to_rest() {
                return;
            }
            (self.pace, self.paused, self.hurried) = after;
        }
        self.set_controls();
        if regroup {
            self.crew.go_on();
            self.harvest.begin(self.crew.seats(), &self.settings, self.crew.word());
        }
        self.crew.wake();
        if !self.paused && self.phase == Phase::Ended && self.follow && self.next_run.is_none() {
            self.next_run = Some(Instant::now() + REST_FAST);
        }
    }

    fn set_controls(&self) {
        let control = self.crew.control();
        control.set_pace(self.pace);
        control.set_paused(self.paused);
        control.set_finish(self.hurried);
    }

    /// Gathers the workers of a run that is going on. Says whether all came.
    fn bring_to_rest(&mut self) -> bool {
        let full_speed = self.is_full_speed();
        self.crew.gather();
        if self.has_crashed() {
            return false;
        }
        self.harvest.gather_at_rest(self.crew.seats(), full_speed);
        true
    }

    /// Other settings: a clean cut, a new segment.
    fn change(&mut self, settings: Settings) {
        let mut settings = settings;
        if settings.check().is_err() || settings == self.settings {
            return;
        }
        self.find_cores(&mut settings);
        match self.phase {
            Phase::Running => {
                if !self.bring_to_rest() {
                    return;
                }
                self.resize(&mut settings);
                self.score.cut(self.crew.counts(), self.most_holders(), settings);
                self.settings = settings;
                self.crew.go_on_with(settings);
                self.harvest.begin(self.crew.seats(), &settings, self.crew.word());
            }
            Phase::Burst { .. } => {
                self.settings = settings;
                self.again(None);
            }
            Phase::Ended | Phase::Failed => self.settings = settings,
        }
    }

    fn find_cores(&mut self, settings: &mut Settings) {
        if let Err(why) = crew::check_cores(settings.cores) {
            self.notices.push(why.to_string());
            settings.cores = Cores::All;
        }
    }

    /// As many workers as the settings want, or as can be had. All must be at rest.
    fn resize(&mut self, settings: &mut Settings) {
        if let Err(why) = self.crew.resize(settings.threads) {
            let have = self.crew.len();
            let kept = if have == 0 { String::new() } else { format!(" (still {have})") };
            self.notices.push(format!("{why}{kept}"));
            settings.threads = have as u16;
        }
    }

    /// Gives up what is going on and begins a run, or a burst of them.
    fn again(&mut self, burst: Option<u32>) {
        if self.is_running() {
            self.crew.gather();
            if self.has_crashed() {
                return;
            }
        }
        if self.phase == Phase::Failed {
            self.crew = new_crew(self.pace, &self.bell);
            self.harvest = Harvest::default();
        }
        self.phase = burst.map_or(Phase::Running, |of| Phase::Burst { done: 0, of });
        self.hurried = burst.is_some();
        if burst.is_some() {
            self.paused = false;
        }
        self.begin_run();
    }

    /// Begins a run. The crew must be at rest; `phase` says whether it is one of a burst.
    fn begin_run(&mut self) {
        self.next_run = None;
        self.news = true;
        let mut settings = self.settings;
        self.find_cores(&mut settings);
        self.resize(&mut settings);
        if settings.threads == 0 {
            self.phase = Phase::Failed;
            return;
        }
        self.settings = settings;
        if !matches!(self.phase, Phase::Burst { .. }) {
            self.phase = Phase::Running;
        }
        self.set_controls();
        self.run += 1;
        self.score = Score::new(settings);
        self.harvest.begin_run();
        self.armed = false;
        self.crew.begin_run(self.run, settings, true);
        self.harvest.begin(self.crew.seats(), &settings, Word::START);
    }

    /// Says and remembers that a worker has crashed, if one has.
    fn has_crashed(&mut self) -> bool {
        let crashes = self.crew.take_crashes();
        if crashes.is_empty() {
            return false;
        }
        // Those who are left shall not wait for ever for what the crashed one would have done.
        self.crew.gather();
        let told = crashes
            .into_iter()
            .map(|crash| LabError::Crash { worker: crash.worker, message: crash.message }.to_string());
        self.notices.extend(told);
        self.phase = Phase::Failed;
        self.hurried = false;
        self.next_run = None;
        self.news = true;
        true
    }

    /// Sees whether the run has ended, and whether it is time for the next one.
    fn settle(&mut self) {
        if self.is_running() && self.crew.is_at_rest() {
            self.end_run();
        } else if self.is_running() && self.has_crashed() {
            return;
        }
        let due = self.next_run.is_some_and(|at| Instant::now() >= at);
        if due && !self.paused && self.phase == Phase::Ended {
            self.hurried = false;
            self.begin_run();
        }
    }

    fn end_run(&mut self) {
        if self.has_crashed() {
            return;
        }
        self.news = true;
        let full_speed = self.is_full_speed();
        if !full_speed || Instant::now() >= self.next_window {
            self.harvest.gather_at_rest(self.crew.seats(), full_speed);
            self.next_window = Instant::now() + WINDOW;
        }
        let counts = self.crew.counts();
        self.finished.push(self.score.finish(counts, self.most_holders(), self.crew.nanos()));
        if let Phase::Burst { done, of } = self.phase
            && done + 1 < of
        {
            self.phase = Phase::Burst { done: done + 1, of };
            self.begin_run();
            return;
        }
        let rest = if full_speed && !self.hurried { REST_FAST } else { REST_SLOW };
        self.phase = Phase::Ended;
        self.hurried = false;
        self.set_controls();
        self.next_run = self.follow.then(|| Instant::now() + rest);
    }

    fn most_holders(&self) -> Option<u16> {
        self.crew.plan().and_then(|plan| plan.protection.most_holders())
    }

    /// Gathers what was recorded since the last look.
    fn gather(&mut self) {
        let Some(clock) = self.crew.plan().map(|plan| plan.clock) else { return };
        if !self.is_running() {
            return;
        }
        let seats = self.crew.seats();
        if !self.is_full_speed() {
            self.harvest.gather_stamped(seats, clock);
            return;
        }
        let now = Instant::now();
        if now < self.next_window {
            return;
        }
        if !self.armed && self.harvest.has_dropped(seats) {
            self.harvest.discard(seats);
            self.armed = true;
            return;
        }
        self.harvest.gather_window(seats);
        self.armed = false;
        self.next_window = now + WINDOW;
    }

    /// Publishes what there is to tell, as far as there is room.
    fn publish(&mut self) {
        let moves = self.is_running() && !self.stands_still();
        while (self.news || moves || self.harvest.has_news()) && !self.reports.is_full() {
            self.news = false;
            let report = self.report();
            // Nobody to tell: an order to leave is on its way.
            let _ = self.reports.try_send(report);
            if !self.harvest.has_news() {
                break;
            }
        }
    }

    fn report(&mut self) -> Report {
        let (counts, word, exact) = self.counts();
        let most_holders = self.most_holders();
        let seats = self.crew.seats();
        let workers: Vec<WorkerNow> =
            seats.iter().take(self.crew.len()).map(|seat| seat.tally.now()).collect();
        let sum = |of: fn(&crate::lab::seat::Tally) -> u64| seats.iter().map(|seat| of(&seat.tally)).sum();
        let elapsed = match (self.is_running(), self.crew.plan()) {
            (true, Some(plan)) => plan.clock.nanos(),
            _ => self.crew.nanos(),
        };
        Report {
            settings: self.settings,
            pace: self.pace,
            paused: self.paused,
            phase: self.phase,
            run: self.run,
            elapsed,
            counter: word.seen(),
            counts,
            exact,
            segments: self.score.segments(counts, most_holders),
            segments_dropped: self.score.forgotten(),
            workers,
            recording: self.harvest.take(),
            recorded: sum(|tally| tally.recorded.load(Ordering::Relaxed)),
            dropped: sum(|tally| tally.dropped.load(Ordering::Relaxed)),
            finished: std::mem::take(&mut self.finished),
            notices: std::mem::take(&mut self.notices),
        }
    }

    /// The counts of the run, the counter, and whether they belong to one moment.
    fn counts(&self) -> (Counts, Word, bool) {
        let mut counts = self.crew.counts();
        let mut word = self.crew.word();
        if !self.is_running() {
            return (counts, word, true);
        }
        if self.is_full_speed() {
            return (counts, word, false);
        }
        // In slow motion a moment in which nobody is in an operation is soon found.
        for _ in 0..4 {
            let quiet = self.is_quiet();
            let (again, word_again) = (self.crew.counts(), self.crew.word());
            if quiet && self.is_quiet() && again == counts && word_again == word {
                return (counts, word, true);
            }
            (counts, word) = (again, word_again);
        }
        (counts, word, false)
    }

    fn is_quiet(&self) -> bool {
        let seats = self.crew.seats();
        seats.iter().all(|seat| seat.tally.in_operation.load(Ordering::SeqCst) == NO_OPERATION)
    }
}

fn starts_with_change(inputs: &VecDeque<Input>) -> bool {
    matches!(inputs.iter().find(|input| !matches!(input, Input::Bell)), Some(Input::Order(Order::Change(_))))
}

fn new_crew(pace: Pace, bell: &Sender<Input>) -> Crew {
    let bell = bell.clone();
    Crew::new(pace, RING_WORDS, Box::new(move || drop(bell.send(Input::Bell))))
}
