//! What was recorded but may not be shown yet, because a still window has to stay long enough to be read. Bounded, so
//! that taking it in never takes longer than a frame may.

use std::collections::VecDeque;

use super::picture::Window;
use crate::event::{Event, Source};
use crate::lab::report::Recording;

/// Operations that wait at most, if they came in more than one report: of more only the newest are shown.
const MOST: usize = 1_024;

/// One list of operations a worker.
type Streams = Vec<Vec<Event>>;

/// What waits.
#[derive(Debug, Default)]
pub(super) enum Waiting {
    #[default]
    Nothing,
    /// What follows on what is shown, or begins a run.
    Next(Next),
    /// What stands alone.
    Window(Window),
}

/// Recordings that follow on one another, as they came.
#[derive(Debug, Default)]
pub(super) struct Next {
    /// Whether a run begins with them.
    fresh: bool,
    /// Whether something is missing before them.
    hole: bool,
    run: u64,
    held: usize,
    batches: VecDeque<Streams>,
}

impl Waiting {
    /// Whether there is no operation in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Waiting::Nothing => true,
            Waiting::Next(next) => next.held == 0,
            Waiting::Window(window) => window.operations() == 0,
        }
    }

    /// Adds what was recorded since, in this run. `follows`: what waited before is in the picture, unless it waits still.
    pub(super) fn add(&mut self, newer: Recording, run: u64, follows: bool) {
        match (&mut *self, newer) {
            (_, Recording::Nothing) => {}
            (Waiting::Next(next), Recording::More(more)) => next.push(more, run),
            (waiting, Recording::More(more)) => {
                let hole = !follows || !matches!(waiting, Waiting::Nothing);
                *self = Waiting::Next(Next { hole, ..Next::default() }.with(more, run));
            }
            (_, Recording::Fresh(streams)) => {
                *self = Waiting::Next(Next { fresh: true, ..Next::default() }.with(streams, run));
            }
            (_, Recording::Window { streams, base, last, left_out }) => {
                *self = Waiting::Window(Window { run, streams, base, last, left_out });
            }
        }
    }
}

impl Next {
    fn with(mut self, streams: Streams, run: u64) -> Self {
        self.push(streams, run);
        self
    }

    fn push(&mut self, more: Streams, run: u64) {
        self.run = run;
        self.held += count(&more);
        self.batches.push_back(more);
        while self.held > MOST && self.batches.len() > 1 {
            let oldest = self.batches.pop_front().unwrap_or_default();
            self.held -= count(&oldest);
            (self.fresh, self.hole) = (false, true);
        }
    }

    /// All of it as one recording, and the run that it is of.
    pub(super) fn recording(self) -> (Recording, u64) {
        let mut batches = self.batches.into_iter();
        let mut streams = batches.next().unwrap_or_default();
        for more in batches {
            if streams.len() < more.len() {
                streams.resize_with(more.len(), Vec::new);
            }
            streams.iter_mut().zip(more).for_each(|(stream, more)| stream.extend(more));
        }
        let recording = match (self.fresh, self.hole) {
            (_, true) => Recording::Window { streams, base: None, last: Source::Unknown, left_out: 0 },
            (true, false) => Recording::Fresh(streams),
            (false, false) => Recording::More(streams),
        };
        (recording, self.run)
    }
}

fn count(streams: &[Vec<Event>]) -> usize {
    streams.iter().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Increment, Op, Worker};

    fn batch(iteration: u32, length: usize) -> Streams {
        let increment = Increment { worker: Worker(0), iteration };
        vec![vec![Event { increment, op: Op::Request, time: None, core: None }; length]]
    }

    fn next(waiting: Waiting) -> Recording {
        match waiting {
            Waiting::Next(next) => next.recording().0,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_fits_follows_on_without_a_hole_and_of_more_the_newest_stand_alone() {
        let mut waiting = Waiting::default();
        waiting.add(Recording::Fresh(batch(1, 10)), 1, true);
        waiting.add(Recording::More(batch(2, MOST - 10)), 1, true);
        let Recording::Fresh(streams) = next(std::mem::take(&mut waiting)) else { panic!("a hole") };
        assert_eq!(count(&streams), MOST);

        waiting.add(Recording::Fresh(batch(1, 10)), 1, true);
        waiting.add(Recording::More(batch(2, 20)), 1, true);
        waiting.add(Recording::More(batch(3, MOST - 20)), 1, true);
        let Recording::Window { streams, base: None, .. } = next(waiting) else { panic!("no hole") };
        assert_eq!(count(&streams), MOST);
        assert_eq!(streams[0][0].increment.iteration, 2);
    }

    #[test]
    fn what_follows_on_a_window_that_was_not_shown_stands_alone() {
        let mut waiting = Waiting::default();
        let window =
            Recording::Window { streams: batch(1, 5), base: None, last: Source::Unknown, left_out: 0 };
        waiting.add(window, 1, true);
        waiting.add(Recording::More(batch(9, 3)), 1, true);
        assert!(matches!(next(waiting), Recording::Window { .. }));
    }
}
