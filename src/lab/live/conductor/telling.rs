//! What there is to tell: recordings gathered, figures read, reports published.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::event::{Seen, Source};
use crate::experiment::Protection;
use crate::experiment::figures::{Counts, WorkerNow};
use crate::lab::report::{Recording, Report};
use crate::lab::seat::NO_OPERATION;
use crate::lab::word::{Layout, Word};

use super::Conductor;

/// Time between two windows from a run at full speed.
pub(super) const WINDOW: Duration = Duration::from_millis(1_000);
/// How long a window may last whose rings don't fill.
const LONGEST_WINDOW: Duration = Duration::from_millis(300);
/// How long, in nanoseconds, a run at full speed is left alone in the hope that it ends.
const SOON_OVER: u64 = 50_000_000;

impl Conductor {
    /// Gathers what was recorded since the last look.
    pub(super) fn gather(&mut self) {
        let Some(clock) = self.crew.clock() else { return };
        if !self.is_running() {
            return;
        }
        let seats = self.crew.seats();
        if !self.is_full_speed() {
            self.harvest.gather_stamped(seats, clock);
            return;
        }
        // A run that is soon over shows its window when it is.
        if Instant::now() < self.next_window || clock.nanos() < SOON_OVER {
            return;
        }
        let Some(begun) = self.window_begun else {
            self.begin_window();
            return;
        };
        if self.harvest.has_dropped(seats) || begun.elapsed() >= LONGEST_WINDOW {
            self.harvest.gather_window(seats);
            self.window_begun = None;
            self.next_window = Instant::now() + WINDOW;
        }
    }

    /// Brings all workers together for a moment, so that the window that follows begins with all of them at rest.
    fn begin_window(&mut self) {
        self.crew.gather();
        if self.has_crashed() {
            return;
        }
        self.harvest.discard(self.crew.seats());
        let base = self.crew.go_on();
        self.harvest.begin(self.crew.seats(), &self.settings, base);
        self.window_begun = Some(Instant::now());
    }

    /// Publishes what there is to tell, as far as there is room.
    pub(super) fn publish(&mut self) {
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

    pub(super) fn report(&mut self) -> Report {
        self.note_losses();
        let recording = self.recording();
        let (counts, word, exact) = self.counts();
        let most_holders = self.most_holders();
        let seats = self.crew.seats();
        let workers: Vec<WorkerNow> =
            seats.iter().take(self.crew.len()).map(|seat| seat.tally.now()).collect();
        let sum = |of: fn(&crate::lab::seat::Tally) -> u64| seats.iter().map(|seat| of(&seat.tally)).sum();
        let elapsed = match (self.is_running(), self.crew.clock()) {
            (true, Some(clock)) => clock.nanos(),
            _ => self.crew.nanos(),
        };
        Report {
            settings: self.settings,
            pace: self.pace,
            paused: self.paused,
            phase: self.phase,
            run: self.run,
            elapsed,
            counter: self.counter(word),
            counts,
            exact,
            segments: self.score.segments(counts, most_holders),
            segments_dropped: self.score.forgotten(),
            workers,
            pids: self.crew.pids(),
            recording,
            recorded: sum(|tally| tally.recorded.load(Ordering::Relaxed)),
            dropped: sum(|tally| tally.dropped.load(Ordering::Relaxed)),
            finished: std::mem::take(&mut self.finished),
            notices: std::mem::take(&mut self.notices),
        }
    }

    /// What was recorded. Of counters that nobody shares nothing tells the order but the clock, which is looked at for
    /// every operation in slow motion only.
    fn recording(&mut self) -> Recording {
        match self.harvest.take() {
            Recording::Window { .. } if !self.settings.kind.shares_memory() => Recording::Nothing,
            recording => recording,
        }
    }

    /// What the counter holds, and whose store that is as far as it is known.
    fn counter(&self, word: Word) -> Seen {
        let layout = Layout::of(self.settings.kind);
        let fetch_add = self.settings.protection == Protection::FetchAdd;
        let source = match fetch_add {
            false => layout.source(word),
            true if self.is_running() => Source::Unknown,
            true => self.crew.last_author(),
        };
        Seen { source, ..layout.seen(word) }
    }

    /// The counts of the run, the counter, and whether they belong to one moment.
    pub(super) fn counts(&self) -> (Counts, Word, bool) {
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

    pub(super) fn is_quiet(&self) -> bool {
        let seats = self.crew.seats();
        seats.iter().all(|seat| seat.tally.in_operation.load(Ordering::SeqCst) == NO_OPERATION)
    }
}
