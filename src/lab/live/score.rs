//! The accounts of a live run: its segments, and what it ends with.

use crate::experiment::Settings;
use crate::experiment::figures::{Counts, Finished, Segment};

/// Most segments of a run that are listed; older ones are merged away and counted.
const LISTED: usize = 64;

/// The accounts of the present run.
#[derive(Debug)]
pub(super) struct Score {
    ended: Vec<Segment>,
    forgotten: u64,
    /// The settings of the open segment, and what had been counted when it began.
    settings: Settings,
    base: Counts,
    /// Whether the settings have changed since the run began.
    mixed: bool,
    most_holders: Option<u16>,
}

impl Score {
    pub(super) fn new(settings: Settings) -> Self {
        Score {
            ended: Vec::new(),
            forgotten: 0,
            settings,
            base: Counts::default(),
            mixed: false,
            most_holders: None,
        }
    }

    /// A clean cut: all are at rest, `counts` are exact, other settings follow.
    pub(super) fn cut(&mut self, counts: Counts, most_holders: Option<u16>, next: Settings) {
        let segment = self.open(counts, most_holders);
        let changed = self.settings.key() != next.key();
        if segment.counts.completed > 0 {
            if self.ended.len() == LISTED {
                self.ended.remove(0);
                self.forgotten += 1;
            }
            self.ended.push(segment);
            self.mixed |= changed;
        }
        self.most_holders = self.most_holders.max(most_holders);
        self.base = counts;
        self.settings = next;
    }

    /// The open segment as it stands.
    fn open(&self, counts: Counts, most_holders: Option<u16>) -> Segment {
        let counts = Counts {
            completed: counts.completed.saturating_sub(self.base.completed),
            survived: counts.survived.saturating_sub(self.base.survived),
            hand_overs: counts.hand_overs.saturating_sub(self.base.hand_overs),
            retries: counts.retries.saturating_sub(self.base.retries),
        };
        Segment { settings: self.settings, counts, most_holders }
    }

    /// All segments, the open one last.
    pub(super) fn segments(&self, counts: Counts, most_holders: Option<u16>) -> Vec<Segment> {
        let mut segments = self.ended.clone();
        segments.push(self.open(counts, most_holders));
        segments
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The run has ended with these counts.
    pub(super) fn finish(&self, counts: Counts, most_holders: Option<u16>, nanos: u64) -> Finished {
        Finished {
            settings: (!self.mixed).then_some(self.settings),
            counts,
            most_holders: self.most_holders.max(most_holders),
            nanos,
        }
    }
}
