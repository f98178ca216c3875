//! Runs begun and ended, bursts of them, and what happens when a worker crashes.

use std::time::{Duration, Instant};

use crate::lab::error::LabError;
use crate::lab::live::score::Score;
use crate::lab::report::Phase;
use crate::lab::word::Word;

use super::Conductor;
use super::telling::WINDOW;

/// How long a run that has ended is left to be read before the next one begins: in slow motion, and at full speed.
pub(super) const REST_SLOW: Duration = Duration::from_millis(1_500);
pub(super) const REST_FAST: Duration = Duration::from_millis(250);

impl Conductor {
    /// Begins a run. The crew must be at rest; `phase` says whether it is one of a burst.
    pub(super) fn begin_run(&mut self) {
        self.next_run = None;
        self.news = true;
        let mut settings = self.settings;
        self.find_cores(&mut settings);
        self.crew.renew();
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
        self.window_begun = Some(Instant::now());
        self.crew.begin_run(self.run, settings, true);
        self.harvest.begin(self.crew.seats(), &settings, Word::START);
    }

    /// Says and remembers that a worker has crashed, if one has.
    pub(super) fn has_crashed(&mut self) -> bool {
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

    /// A worker was lost: the others come together, and the run goes on with them.
    fn go_on_without(&mut self) {
        if !self.is_running() {
            self.crew.gather();
        } else if self.bring_to_rest() {
            let base = self.crew.go_on();
            self.harvest.begin(self.crew.seats(), &self.settings, base);
        }
        self.note_losses();
    }

    /// Says who was lost.
    pub(super) fn note_losses(&mut self) {
        let told = self.crew.take_losses();
        self.news |= !told.is_empty();
        self.notices.extend(told.iter().map(|loss| format!("{loss}; the others go on")));
    }

    /// Sees whether the run has ended, and whether it is time for the next one.
    pub(super) fn settle(&mut self) {
        if self.crew.has_lost() {
            self.go_on_without();
        }
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

    pub(super) fn end_run(&mut self) {
        if self.has_crashed() {
            return;
        }
        self.news = true;
        let full_speed = self.is_full_speed();
        if !full_speed || Instant::now() >= self.next_window {
            let last = full_speed.then(|| self.crew.last_author());
            self.harvest.gather_at_rest(self.crew.seats(), last);
            self.window_begun = None;
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
}
