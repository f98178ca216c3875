//! The run up to the moment that is looked at, as lanes: the same timeline and the same strip as a real run's.
//!
//! Lanes only ever grow. To go back, or far ahead, they begin at the last mark before that moment: a copy of the lanes as
//! they were after every so many operations.

use crate::analysis::timeline::Timeline;
use crate::app::race::strip::Strip;
use crate::event::{Event, Worker};
use crate::experiment::Pace;
use crate::machine::run::Run;

/// Operations that the lanes remember; more than any terminal is wide.
const REMEMBERED: usize = 1_024;
/// Operations from one mark to the next. A mark takes some 300 KB, so that those of the longest run stay below 64 MB.
const MARK: usize = 512;
/// Operations after which the lanes are laid out at the latest: before the timeline forgets any that are not.
const LAID: usize = 8;
/// An operation's stamp for each that came before it. At the first of these paces that is four cells, at the other seven.
const STAMP: u64 = 7;
const CLOSE: u64 = 14;
const WIDE: u64 = 8;
/// Cells of the lanes for each operation, where they are close and where they are wide, and after the last.
const CLOSE_CELLS: usize = 4;
const CELLS: usize = 7;
const SPARE: usize = 5;
/// Most operations of a run that has wide lanes; more than any terminal has room for.
const MOST_WIDE: usize = REMEMBERED / CELLS;

/// The lanes of a run, and how they were before.
#[derive(Debug)]
pub(super) struct Picture {
    lanes: Lanes,
    /// The lanes after every [`MARK`]th operation, as far as somebody has gone.
    marks: Vec<Lanes>,
}

/// The lanes at one moment.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
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
        let lanes = Lanes::new(run);
        let mut picture = Picture { marks: vec![lanes.clone()], lanes };
        picture.follow(run);
        picture
    }

    /// Another run from now on: what was shown is not a beginning of it.
    pub(super) fn begin(&mut self, run: &Run) {
        *self = Picture::new(run);
    }

    /// Follows the run to the moment that is looked at; says how many operations it had to go through. Up to where it has
    /// followed it, the run must be the same still: see [`Picture::cut`].
    pub(super) fn follow(&mut self, run: &Run) -> usize {
        let mark = (run.at() / MARK).min(self.marks.len() - 1);
        if run.at() < self.lanes.at || self.lanes.at < mark * MARK {
            self.lanes = self.marks[mark].clone();
        }
        let from = self.lanes.at;
        while self.lanes.at < run.at() {
            let next = (self.lanes.at / MARK + 1) * MARK;
            self.lanes.follow(run, next.min(run.at()));
            if self.lanes.at == self.marks.len() * MARK {
                self.marks.push(self.lanes.clone());
            }
        }
        self.lanes.leave(run);
        run.at() - from
    }

    /// The run goes another way from here on, which is no further than what is shown.
    pub(super) fn cut(&mut self, at: usize) {
        self.marks.truncate(at / MARK + 1);
    }

    /// The lanes at the moment that is looked at.
    pub(super) fn lanes(&self) -> &Lanes {
        &self.lanes
    }
}

impl Lanes {
    fn new(run: &Run) -> Self {
        let timeline = Timeline::new(REMEMBERED);
        let mut timeline = if run.machine().watches_own() { timeline.apart() } else { timeline };
        timeline.push(run.first_events().iter().map(|event| stamped(event, 0)));
        let spelling = run.machine().program().spelling();
        let strip = |pace: u64| Strip::from_the_start().spelled(spelling).even(STAMP as f64 / pace as f64);
        let mut lanes =
            Lanes { timeline, strip: strip(CLOSE), wide: strip(WIDE), at: 0, placed: 0, completed: 0 };
        lanes.lay();
        lanes
    }

    /// Goes on to this moment of the run.
    fn follow(&mut self, run: &Run, to: usize) {
        for step in self.at..to {
            let events = run.events_of(step);
            self.completed += events.iter().filter(|event| event.op.stored().is_some()).count() as u64;
            self.timeline.push(events.iter().map(|event| stamped(event, step as u64 + 1)));
            self.at = step + 1;
            if self.at.is_multiple_of(LAID) {
                self.lay();
            }
        }
        self.lay();
    }

    /// Lays out what is not yet.
    fn lay(&mut self) {
        self.strip.flow(&self.timeline, self.placed, Pace::Every(CLOSE));
        if self.at <= MOST_WIDE {
            self.wide.flow(&self.timeline, self.placed, Pace::Every(WIDE));
        } else {
            self.wide.clear();
        }
        self.placed = self.timeline.first() + self.timeline.entries().len() as u64;
    }

    /// Workers that have come to their end hold nothing.
    fn leave(&mut self, run: &Run) {
        for thread in 0..run.state().locals.len() as u16 {
            if run.machine().position(run.state(), Worker(thread)).is_none() {
                self.strip.leave(Worker(thread));
                self.wide.leave(Worker(thread));
            }
        }
    }

    /// The lanes of a run that remembers so many operations, on a track of so many columns. It depends on nothing else, so
    /// that going back and on changes nothing.
    pub(super) fn laid(&self, steps: usize, track: u16) -> &Strip {
        if is_wide(steps, track) { &self.wide } else { &self.strip }
    }

    /// The cell after the last operation up to the moment that is looked at, on those lanes.
    pub(super) fn edge(&self, steps: usize, track: u16) -> i64 {
        self.laid(steps, track).tail().max((self.at * each(steps, track)) as i64)
    }
}

fn is_wide(steps: usize, track: u16) -> bool {
    steps <= MOST_WIDE && steps * CELLS + SPARE <= usize::from(track)
}

/// Cells for each operation of a run that remembers so many, on a track of so many columns.
pub(super) fn each(steps: usize, track: u16) -> usize {
    if is_wide(steps, track) { CELLS } else { CLOSE_CELLS }
}

/// After how many operations this one had taken effect.
pub(super) fn moment(event: &Event) -> usize {
    event.time.map_or(0, |time| (time / STAMP) as usize)
}

/// An operation with its number for a time, so that operations lie evenly.
fn stamped(event: &Event, number: u64) -> Event {
    Event { time: Some(number * STAMP), ..*event }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Kind, Protection};
    use crate::machine::Machine;
    use crate::machine::scheduler::Scheduler;
    use crate::program::{CounterShape, counter};

    fn long(threads: u16, iterations: u32, protection: Protection) -> Run {
        let shape = CounterShape { kind: Kind::Thread, threads, iterations, protection, permits: 2 };
        let mut run = Run::new(Machine::new(counter::program(shape)));
        let mut random = Scheduler::random(7);
        while let Some(worker) = random.choose(&run.machine().enabled(run.state())) {
            run.step(worker);
        }
        run
    }

    /// What is drawn of it.
    fn drawn(lanes: &Lanes) -> String {
        format!("{:?} {:?} {:?} {}", lanes.timeline.entries(), lanes.strip, lanes.wide, lanes.completed)
    }

    #[test]
    fn no_way_back_or_on_goes_through_more_than_one_stretch_of_operations() {
        for protection in [Protection::None, Protection::Semaphore] {
            let mut run = long(5, 1_000, protection);
            let steps = run.steps().len();
            assert!(steps >= 10_000);
            let mut picture = Picture::new(&run);
            assert!(picture.marks.len() > steps / MARK);
            for at in (0..steps).rev().step_by(97).chain([0, steps, MARK, MARK - 1, 0, steps - 1]) {
                run.scrub(at);
                assert!(picture.follow(&run) <= MARK, "to {at}");
            }
            for at in [1, 5_000, 2 * MARK, steps - 1] {
                run.scrub(at);
                picture.follow(&run);
                let mut fresh = Lanes::new(&run);
                (0..=at).for_each(|to| fresh.follow(&run, to));
                fresh.leave(&run);
                assert_eq!(drawn(picture.lanes()), drawn(&fresh), "at {at}");
            }
        }
    }

    #[test]
    fn every_operation_stands_above_its_cells_of_the_bar() {
        for (threads, iterations, protection) in [(2, 3, Protection::None), (3, 2, Protection::Lock)] {
            let mut run = long(threads, iterations, protection);
            let steps = run.steps().len();
            let mut picture = Picture::new(&run);
            for track in [80, 200] {
                for at in 0..=steps {
                    run.scrub(at);
                    picture.follow(&run);
                    let (lanes, cells) = (picture.lanes(), each(steps, track));
                    assert_eq!(lanes.edge(steps, track), (at * cells) as i64, "{at} on {track}");
                    for item in lanes.laid(steps, track).items() {
                        // Who has to wait from the beginning waits before the first operation.
                        let operation = moment(&item.event).saturating_sub(1);
                        let shift = item.at - (operation * cells) as i64;
                        assert!((0..=1).contains(&shift), "{item:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn after_a_new_branch_nothing_of_the_old_one_is_shown() {
        let mut run = long(3, 1_000, Protection::None);
        let mut picture = Picture::new(&run);
        run.scrub(3_000);
        picture.follow(&run);
        let ahead = run.ahead();
        picture.cut(3_000);
        for worker in ahead.iter().rev() {
            run.step(*worker);
        }
        picture.follow(&run);
        let fresh = Picture::new(&run);
        assert_eq!(drawn(picture.lanes()), drawn(fresh.lanes()));
        run.scrub(4_500);
        picture.follow(&run);
        assert_eq!(drawn(picture.lanes()), drawn(Picture::new(&run).lanes()));
    }
}
