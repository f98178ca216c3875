//! The collector's thread: carries out orders, notices when a run ends, and publishes what there is to tell.

mod orders;
mod runs;
mod telling;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use crate::experiment::figures::Finished;
use crate::experiment::{Kind, Pace, Settings};
use crate::lab::crew::{self, Crew, Rings};
use crate::lab::error::LabError;
use crate::lab::report::{Order, Phase, Report};
use crate::platform::fault;

use super::harvest::Harvest;
use super::score::Score;

/// Time between two looks at a run that is going on.
const TICK: Duration = Duration::from_millis(16);
/// What each worker adds to it: to look at thousands, and to show what they did, takes as long whether it is much or little.
const TICK_OF_EACH: Duration = Duration::from_nanos(700);
/// How long the effects of an order are looked out for while everything else stands still.
const AFTER_ORDER: Duration = Duration::from_millis(300);
/// How often to look when nothing is expected.
const IDLE: Duration = Duration::from_secs(3_600);

/// What reaches the conductor.
#[derive(Debug)]
pub(super) enum Input {
    /// From the user.
    Order(Order),
    /// All workers are at rest, or the time to leave has come.
    Bell,
}

/// The collector's state.
pub(super) struct Conductor {
    inputs: Receiver<Input>,
    reports: Sender<Report>,
    bell: Sender<Input>,
    /// Set when it is time to leave, whatever orders are still waiting.
    leave: Arc<AtomicBool>,
    crew: Box<dyn Crew>,
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
    /// When the window began that is being recorded.
    window_begun: Option<Instant>,
    look_until: Instant,
    /// Whether there is something to tell that no recording carries.
    news: bool,
}

impl Conductor {
    pub(super) fn new(
        (settings, pace): (Settings, Pace),
        crew: Box<dyn Crew>,
        inputs: Receiver<Input>,
        reports: Sender<Report>,
        bell: Sender<Input>,
        leave: Arc<AtomicBool>,
    ) -> Self {
        let now = Instant::now();
        Conductor {
            inputs,
            reports,
            crew,
            bell,
            leave,
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
            window_begun: None,
            look_until: now,
            news: true,
        }
    }

    /// Until told to leave.
    pub(super) fn conduct(mut self) {
        self.begin_run();
        while !self.leave.load(Ordering::Relaxed) {
            match self.inputs.recv_timeout(self.patience()) {
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.settle();
            self.gather();
            self.publish();
            assert!(!fault::get().collector || self.run == 0, "a fault was asked for");
        }
    }

    /// Carries out what has come.
    fn take(&mut self, first: Input) {
        let mut inputs: VecDeque<Input> = std::iter::once(first).chain(self.inputs.try_iter()).collect();
        while let Some(input) = inputs.pop_front() {
            match input {
                _ if self.leave.load(Ordering::Relaxed) => return,
                Input::Bell => {}
                // Of changes that have piled up only the newest counts.
                Input::Order(Order::Change(_)) if starts_with_change(&inputs) => {}
                Input::Order(order) => self.carry_out(order),
            }
        }
    }

    /// How long to wait for the next input.
    fn patience(&self) -> Duration {
        let now = Instant::now();
        let waiting = self.news || self.harvest.has_news();
        match self.phase {
            _ if waiting => self.tick(),
            Phase::Running | Phase::Burst { .. } if !self.stands_still() || now < self.look_until => {
                self.tick()
            }
            Phase::Ended => self.next_run.map_or(IDLE, |at| at.saturating_duration_since(now)),
            Phase::Running | Phase::Burst { .. } | Phase::Failed => IDLE,
        }
    }

    /// How long until the next look: 23 ms with 10 000 workers, so that well more than thirty are shown a second.
    fn tick(&self) -> Duration {
        TICK + TICK_OF_EACH * u32::from(self.settings.threads)
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

    fn most_holders(&self) -> Option<u16> {
        self.crew.most_holders()
    }
}

fn starts_with_change(inputs: &VecDeque<Input>) -> bool {
    matches!(inputs.iter().find(|input| !matches!(input, Input::Bell)), Some(Input::Order(Order::Change(_))))
}

/// A crew of nobody, which rings when all are at rest.
pub(super) fn hire(kind: Kind, pace: Pace, bell: &Sender<Input>) -> Result<Box<dyn Crew>, LabError> {
    let bell = bell.clone();
    crew::hire(kind, pace, Rings::Windows, Box::new(move || drop(bell.send(Input::Bell))))
}
