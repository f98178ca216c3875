//! The way to the selected outcome: from the search, or the rest of one that was known before, or written down.

use super::Step;
use crate::event::Worker;
use crate::machine::explore::counter;
use crate::machine::explore::outcome::Outcome;
use crate::machine::schedule::Schedule;

/// A way from the program's start to an outcome that was known at some moment on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Led {
    goal: Outcome,
    workers: Vec<Worker>,
}

impl Step {
    /// Finds the shortest way from here to the selected outcome, where it can be known.
    pub(super) fn find_way(&mut self) {
        self.way = self.goal().cloned().and_then(|goal| self.way_from_here(goal));
        if let Some((way, goal)) = self.way.as_ref().zip(self.goal_index()) {
            self.reach.found(goal, way.steps());
        }
    }

    fn way_from_here(&mut self, goal: Outcome) -> Option<Schedule> {
        if let Some(found) = self.reach.way(&goal) {
            let way = found.shortest.clone();
            if !self.reach.here().is_complete() {
                // A step further on the search may no longer find it.
                let workers = self.so_far().chain(way.workers()).collect();
                self.led = Some(Led { goal, workers });
            }
            return Some(way);
        }
        let at = self.run.at();
        if let Some(led) = self.led.as_ref().filter(|led| led.goal == goal && led.workers.len() >= at)
            && self.so_far().eq(led.workers[..at].iter().copied())
        {
            // What is left of a shortest way is one.
            return Some(led.workers[at..].iter().copied().collect());
        }
        // All schedules of a counter that has nobody try again are of one length.
        let shape = self.program().shape.filter(|_| at == 0)?;
        let way = counter::witness(shape, u64::try_from(goal.values.first()?.as_int()).ok()?)?;
        self.led = Some(Led { goal, workers: way.workers().collect() });
        Some(way)
    }

    fn so_far(&self) -> impl Iterator<Item = Worker> + '_ {
        self.run.steps()[..self.run.at()].iter().map(|step| step.worker)
    }
}
