//! The run up to the moment that is looked at, as lanes: the same timeline and the same strip as a real run's.

use crate::analysis::timeline::Timeline;
use crate::app::race::strip::Strip;
use crate::event::{Event, Worker};
use crate::experiment::Pace;
use crate::machine::run::Run;

/// Operations that the lanes remember; more than any terminal is wide.
const REMEMBERED: usize = 1_024;
/// An operation's stamp for each that came before it. At the first of these paces that is four cells, at the other seven.
const STAMP: u64 = 7;
const CLOSE: Pace = Pace::Every(14);
const WIDE: Pace = Pace::Every(8);
/// Cells of the wide lanes for each operation, and after the last.
const CELLS: usize = 7;
const SPARE: usize = 12;

/// The lanes.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) timeline: Timeline,
    pub(super) strip: Strip,
    /// The same, for where there is room.
    wide: Strip,
    /// How many operations of the run it shows.
    at: usize,
    /// Entries of the timeline that are on the strip.
    placed: u64,
    /// Increments completed so far.
    pub(super) completed: u64,
}

impl Picture {
    pub(super) fn new(run: &Run) -> Self {
        let timeline = Timeline::new(REMEMBERED);
        let timeline = if run.machine().watches_own() { timeline.apart() } else { timeline };
        let mut picture = Picture {
            timeline,
            strip: Strip::default(),
            wide: Strip::default(),
            at: 0,
            placed: 0,
            completed: 0,
        };
        picture.follow(run, true);
        picture
    }

    /// Follows the run to the moment that is looked at. What it shows must be a beginning of the run, or `anew` set.
    pub(super) fn follow(&mut self, run: &Run, anew: bool) {
        if anew || run.at() < self.at {
            self.timeline.clear();
            self.strip.clear();
            self.wide.clear();
            (self.at, self.placed, self.completed) = (0, 0, 0);
            self.timeline.push(run.first_events().iter().map(|event| stamped(event, 0)));
        }
        for step in self.at..run.at() {
            let events = run.events_of(step);
            self.completed += events.iter().filter(|event| event.op.stored().is_some()).count() as u64;
            self.timeline.push(events.iter().map(|event| stamped(event, step as u64 + 1)));
        }
        self.at = run.at();
        self.strip.flow(&self.timeline, self.placed, CLOSE);
        self.wide.flow(&self.timeline, self.placed, WIDE);
        for thread in 0..run.state().locals.len() as u16 {
            if run.machine().position(run.state(), Worker(thread)).is_none() {
                self.strip.leave(Worker(thread));
                self.wide.leave(Worker(thread));
            }
        }
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
    }
}

impl Picture {
    /// The lanes of a run that remembers so many operations, on a track of so many columns. It depends on nothing else, so
    /// that going back and on changes nothing.
    pub(super) fn laid(&self, steps: usize, track: u16) -> &Strip {
        if steps * CELLS + SPARE <= usize::from(track) { &self.wide } else { &self.strip }
    }
}

/// After how many operations this one had taken effect.
pub(super) fn moment(event: &Event) -> usize {
    event.time.map_or(0, |time| (time / STAMP) as usize)
}

/// An operation with its number for a time, so that operations lie evenly.
fn stamped(event: &Event, number: u64) -> Event {
    Event { time: Some(number * STAMP), ..*event }
}
