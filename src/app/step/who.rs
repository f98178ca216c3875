//! Who moves next when nobody is asked. Each choice follows from the run alone, so that going back and on again does
//! the same.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::event::Worker;
use crate::machine::explore::{Options, advice};
use crate::machine::run::Run;
use crate::machine::scheduler::Scheduler;

/// Most states that are searched at once for the adversary's way.
const STATES: u64 = 20_000;

/// The schedulers that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Each worker that can move is equally likely.
    Random,
    /// In turn, one operation each.
    Turns,
    /// Heads for the worst outcome.
    Adversary,
}

impl Who {
    /// The next one.
    #[must_use]
    pub(super) fn next(self) -> Who {
        match self {
            Who::Random => Who::Turns,
            Who::Turns => Who::Adversary,
            Who::Adversary => Who::Random,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Who::Random => "random",
            Who::Turns => "in turn",
            Who::Adversary => "adversary",
        }
    }
}

/// The way that the adversary follows, and the moment at which it goes on.
#[derive(Debug, Default)]
pub(super) struct Plan {
    way: VecDeque<Worker>,
    at: Option<usize>,
    /// Where no way was found, and where looking for one again is worth the time.
    in_vain: Option<(usize, usize)>,
}

impl Plan {
    /// Forgets the way: the run is another.
    pub(super) fn clear(&mut self) {
        *self = Plan::default();
    }

    /// Whom this scheduler chooses among these, in rising order, at the moment that is looked at.
    pub(super) fn choose(&mut self, who: Who, seed: u64, run: &Run, enabled: &[Worker]) -> Option<Worker> {
        match who {
            Who::Random => {
                let here = (run.at() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                Scheduler::random(seed.wrapping_add(here)).choose(enabled)
            }
            Who::Turns => in_turn(run, enabled),
            Who::Adversary => self.adversary(run, enabled),
        }
    }

    fn adversary(&mut self, run: &Run, enabled: &[Worker]) -> Option<Worker> {
        let in_vain = self.in_vain.is_some_and(|(from, until)| (from..until).contains(&run.at()));
        if self.at != Some(run.at()) && !in_vain {
            let options = Options { states: STATES, counts: false, switches: false, ..Options::default() };
            let on = &mut |_: &_| ControlFlow::Continue(());
            let way = advice::adversary(run.machine(), run.state(), &options, on);
            // Going on rarely makes it easier to find one.
            self.in_vain = way.is_none().then(|| (run.at(), 50 + 2 * run.at()));
            self.way = way.map_or_else(VecDeque::new, |way| way.workers().collect());
        }
        let chosen = self.way.pop_front().filter(|worker| enabled.contains(worker));
        // Once nothing bad can be found from here, how it goes on makes no difference.
        let chosen = chosen.or_else(|| in_turn(run, enabled))?;
        self.at = (!self.way.is_empty()).then_some(run.at() + 1);
        Some(chosen)
    }
}

fn in_turn(run: &Run, enabled: &[Worker]) -> Option<Worker> {
    let last = run.at().checked_sub(1).map(|before| run.steps()[before].worker);
    Scheduler::RoundRobin { last }.choose(enabled)
}
