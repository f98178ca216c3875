//! What can be read of the Race screen's state: by whoever draws it, and by the hints.

use super::strip::Strip;
use super::{Activity, Race};
use crate::analysis::finals::History;
use crate::analysis::timeline::Timeline;
use crate::event::{Increment, Seen, Value, Worker};
use crate::experiment::figures::{Counts, Segment, WorkerNow};
use crate::experiment::{Pace, Settings};
use crate::lab::report::Phase;

impl Race {
    /// Whether the picture flows with time.
    #[must_use]
    pub fn flows(&self) -> bool {
        self.report.pace.is_slow()
    }

    /// Whether the picture is a still window, ordered by effect.
    #[must_use]
    pub fn is_window(&self) -> bool {
        self.anchor.is_some()
    }

    /// The run that the picture is of, where that is not the one whose counts are shown.
    #[must_use]
    pub fn other_run(&self) -> Option<u64> {
        let counted = self.held.map_or(self.report.run, |(_, run)| run);
        (self.is_window() && self.pictured != counted).then_some(self.pictured)
    }

    /// What is going on.
    #[must_use]
    pub fn activity(&self) -> Activity {
        match self.report.phase {
            _ if !self.started => Activity::Starting,
            Phase::Running => Activity::Running,
            Phase::Burst { done, of } => Activity::Burst { done, of },
            Phase::Ended => Activity::Ended,
            Phase::Failed => Activity::Failed,
        }
    }

    /// The burst that is going on: runs done, runs asked for.
    #[must_use]
    pub fn burst(&self) -> Option<(u32, u32)> {
        match self.activity() {
            Activity::Burst { done, of } => Some((done, of)),
            _ => None,
        }
    }

    /// The settings that were asked for last.
    #[must_use]
    pub fn wanted(&self) -> &Settings {
        &self.wanted
    }

    /// The pace that was asked for last.
    #[must_use]
    pub fn wanted_pace(&self) -> Pace {
        self.wanted_pace
    }

    /// Whether a pause was asked for last.
    #[must_use]
    pub fn wants_pause(&self) -> bool {
        self.wanted_pause
    }

    /// Whether the picture stands still because nobody moves unasked: it can be scrolled, and increments selected.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.wanted_pause || self.wanted_pace == Pace::ByHand || self.is_over()
    }

    /// Whether nothing goes on until the user asks for a run.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.activity() {
            Activity::Ended => !self.follow,
            Activity::Failed => true,
            Activity::Starting | Activity::Running | Activity::Burst { .. } => false,
        }
    }

    /// Whether another run follows when one has ended.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.follow
    }

    /// The settings that hold.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.report.settings
    }

    /// The pace that holds.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.report.pace
    }

    /// Whether the workers are held.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.report.paused
    }

    /// Nanoseconds since the run began.
    #[must_use]
    pub fn elapsed(&self) -> u64 {
        self.report.elapsed.saturating_add(if self.moves() { self.report_age } else { 0 })
    }

    /// The counter as it stands.
    #[must_use]
    pub fn counter(&self) -> Seen {
        self.report.counter
    }

    /// The counts of the run, and whether they are exact. While runs at full speed follow each other these are the
    /// counts of one that has ended: see [`Race::held_run`].
    #[must_use]
    pub fn counts(&self) -> (Counts, bool) {
        self.held.map_or((self.report.counts, self.report.exact), |(counts, _)| (counts, true))
    }

    /// The number of the run that has ended and whose counts are shown, if it is not the present one's.
    #[must_use]
    pub fn held_run(&self) -> Option<u64> {
        self.held.map(|(_, run)| run)
    }

    /// The counter's value, of the run whose counts are shown.
    #[must_use]
    pub fn value(&self) -> Value {
        match self.held {
            // The one counter that is shown is the parent's, and no one else's.
            _ if !self.report.settings.kind.shares_memory() => self.report.counter.value,
            Some((counts, _)) => Value::try_from(counts.survived).unwrap_or(Value::MAX),
            None => self.report.counter.value,
        }
    }

    /// The counts that are spoken of, and whether they are exact: those of the moment when the still window was
    /// taken, or the newest in slow motion.
    #[must_use]
    pub fn told(&self) -> (Counts, bool) {
        if self.is_window() { self.told } else { self.counts() }
    }

    /// The number of the present run, counted from 1.
    #[must_use]
    pub fn run(&self) -> u64 {
        self.report.run
    }

    /// The stretch since the last change of the settings; `None` if they were not changed in this run.
    #[must_use]
    pub fn segment(&self) -> Option<&Segment> {
        let changed = self.report.segments.len() > 1 || self.report.segments_dropped > 0;
        self.report.segments.last().filter(|_| changed)
    }

    /// The settings under which the run whose counts are shown was made, since its last change: those that hold, unless they
    /// were changed after its end.
    #[must_use]
    pub fn counted_settings(&self) -> &Settings {
        let ended = self.activity() == Activity::Ended && self.held.is_none();
        let last = self.report.segments.last().filter(|_| ended);
        last.map_or(&self.report.settings, |segment| &segment.settings)
    }

    /// The stretch before that one, where it is remembered.
    #[must_use]
    pub fn segment_before(&self) -> Option<&Segment> {
        self.report.segments.iter().rev().nth(1)
    }

    /// Most workers that were inside the protection at once since the settings changed, where it has an inside.
    #[must_use]
    pub fn most_holders(&self) -> Option<u16> {
        self.report.segments.last().and_then(|segment| segment.most_holders)
    }

    /// Each worker, in order of its number.
    #[must_use]
    pub fn workers(&self) -> &[WorkerNow] {
        &self.report.workers
    }

    /// The process that a worker is, where it is one.
    #[must_use]
    pub fn pid(&self, worker: Worker) -> Option<u32> {
        self.report.pids.get(worker.index()).copied().filter(|&pid| pid > 0)
    }

    /// The number of workers shown.
    #[must_use]
    pub fn threads(&self) -> u16 {
        match u16::try_from(self.report.workers.len()).unwrap_or(u16::MAX) {
            // Nobody could be started: what is said about that needs the room.
            0 if self.activity() == Activity::Failed => 1,
            0 => self.report.settings.threads,
            reported => reported,
        }
    }

    /// Operations of this run: recorded, and not recorded for want of room.
    #[must_use]
    pub fn recorded(&self) -> (u64, u64) {
        (self.report.recorded, self.report.dropped)
    }

    /// Operations that belong to the still window and were left out of it, because there are so many workers.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        if self.is_window() { self.left_out } else { 0 }
    }

    /// The final counts of the runs so far.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What was recorded.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What was recorded, laid out.
    #[must_use]
    pub fn strip(&self) -> &Strip {
        &self.strip
    }

    /// The newest operation at which something was lost or came back.
    #[must_use]
    pub fn turn(&self) -> Option<u64> {
        self.turn
    }

    /// The same, unless the settings have changed since: what happened under others is past.
    #[must_use]
    pub fn turn_since_cut(&self) -> Option<u64> {
        let entries = self.timeline.entries();
        self.turn.filter(|turn| {
            let index = turn.checked_sub(self.timeline.first()).and_then(|index| usize::try_from(index).ok());
            let time = index.and_then(|index| entries.get(index)).and_then(|entry| entry.event.time);
            self.cut == 0 || time.is_none_or(|time| time > self.cut)
        })
    }

    /// The focused worker.
    #[must_use]
    pub fn focus(&self) -> Option<u16> {
        self.focus
    }

    /// The first lane to be shown, before what is visible is taken into account.
    #[must_use]
    pub fn first_lane(&self) -> u16 {
        self.first_lane
    }

    /// The selected increment.
    #[must_use]
    pub fn selected(&self) -> Option<Increment> {
        self.selected
    }

    /// What went wrong or can't be had.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

#[cfg(test)]
mod tests {
    use crate::app::Look;
    use crate::app::fixture::{Phase, Script, app, finished};
    use crate::experiment::{Kind, Pace, Settings};

    #[test]
    fn where_each_has_a_counter_of_its_own_the_one_that_is_shown_stays_0() {
        let settings = Settings { kind: Kind::Process { shared: false }, ..Settings::default() };
        let mut report = Script::new(settings).report(Pace::Full);
        report.phase = Phase::Ended;
        report.finished = vec![finished(settings, 4_000)];
        let app = app(settings, Pace::Full, Look::default(), vec![report]);
        assert!(app.race().held_run().is_some());
        assert_eq!((app.race().value(), app.race().counts().0.survived), (0, 4_000));
    }
}
