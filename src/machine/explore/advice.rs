//! What exploring means for somebody who stands in the middle of a run: what can still happen, and how to get there.

use super::counter;
use super::outcome::{Exploration, Outcome};
use super::{Options, Watch, explore_from};
use crate::machine::schedule::Schedule;
use crate::machine::{Machine, State};

/// Whether something can still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// However it goes on, it does not happen.
    Excluded,
    /// It can happen, at the earliest after so many operations.
    Possible(u64),
    /// Every schedule that ends ends so, at the earliest after so many operations; after none if it has happened.
    Certain(u64),
    /// Only a part was searched, and it did not happen there.
    Unknown,
}

impl Exploration {
    /// Whether an outcome can still be reached of which this is true.
    pub fn forecast(&self, test: impl Fn(&Outcome) -> bool) -> Forecast {
        let hits = self.outcomes.iter().filter(|found| test(&found.outcome));
        let Some(steps) = hits.clone().map(|found| found.shortest.steps()).min() else {
            return if self.is_complete() { Forecast::Excluded } else { Forecast::Unknown };
        };
        let is_certain = self.is_complete() && hits.count() == self.outcomes.len();
        if is_certain { Forecast::Certain(steps) } else { Forecast::Possible(steps) }
    }
}

/// How an adversary goes on from a state: the shortest way to the worst outcome that is known, which is the bad one
/// with the least values. `None` if no bad outcome was found.
pub fn adversary(machine: &Machine, state: &State, options: &Options, watch: &mut Watch) -> Option<Schedule> {
    let program = machine.program();
    if let Some(shape) = program.shape
        && *state == machine.start()
    {
        // The counter's worst is known at any size.
        let worst = counter::least(shape);
        return counter::witness(shape, worst).filter(|_| worst < shape.right());
    }
    let options = Options { counts: false, switches: false, ..*options };
    let exploration = explore_from(machine, state, &options, watch);
    exploration.bad().next().map(|found| found.shortest.clone())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::experiment::{Kind, Protection};
    use crate::machine::explore::Progress;
    use crate::machine::run::Run;
    use crate::program::value::Value;
    use crate::program::{CounterShape, counter, library};

    fn on(_: &Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
        Machine::new(counter::program(CounterShape {
            kind: Kind::Thread,
            threads,
            iterations,
            protection,
            permits: 2,
        }))
    }

    fn at(schedule: &str) -> Run {
        Run::replay(machine(2, 2, Protection::None), &schedule.parse().unwrap()).unwrap()
    }

    #[test]
    fn what_can_still_happen() {
        let forecast = |schedule: &str, value: i64| {
            let run = at(schedule);
            let rest = explore_from(run.machine(), run.state(), &Options::default(), &mut on);
            rest.forecast(|outcome| outcome.values[0] == Value::Int(value))
        };
        assert_eq!(forecast("", 2), Forecast::Possible(8));
        assert_eq!(forecast("0x4", 4), Forecast::Certain(4));
        assert_eq!(forecast("0x4", 2), Forecast::Excluded);
        let run = at("");
        let part = Options { states: 0, ..Options::default() };
        let part = explore_from(run.machine(), run.state(), &part, &mut on);
        assert!(!part.is_complete());
        assert_eq!(part.forecast(|outcome| outcome.values[0] == Value::Int(9)), Forecast::Unknown);
    }

    #[test]
    fn the_adversary_heads_for_the_worst() {
        let end = |run: &Run| {
            let way = adversary(run.machine(), run.state(), &Options::default(), &mut on)?;
            let mut run = run.clone();
            way.workers().for_each(|worker| assert!(run.step(worker).is_some()));
            Some(run.state().shared.variables[0].as_int())
        };
        assert_eq!(end(&at("")), Some(2));
        assert_eq!(end(&at("0x2")), Some(2));
        assert_eq!(end(&at("0x2 1x2")), Some(3));
        assert_eq!(end(&at("0x4")), None);
        assert_eq!(end(&Run::new(machine(5, 1_000, Protection::None))), Some(2));
        assert_eq!(end(&Run::new(machine(5, 1_000, Protection::Lock))), None);
        let deadlock = Machine::new(library::find("deadlock").unwrap().program());
        let way = adversary(&deadlock, &deadlock.start(), &Options::default(), &mut on).unwrap();
        assert_eq!(way.steps(), 2);
    }
}
