//! Exploring on several cores from the first state on, held against exploring on one: everything is the same but which of
//! several equally good schedules is shown.

#![allow(clippy::unwrap_used)]

#[path = "support/programs.rs"]
mod programs;

use std::ops::ControlFlow;

use programs::{loose_program, program};
use proptest::prelude::*;
use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::{Endless, Exploration, Outcome};
use racescope::machine::explore::{Options, explore_from};
use racescope::machine::run::Run;
use racescope::machine::schedule::Schedule;
use racescope::program::{CounterShape, counter, library, text};

const STATES: u64 = 30_000;

fn search(machine: &Machine, counts: bool, switches: bool, cores: usize) -> Exploration {
    let options = Options { counts, switches, cores, alone: 0, states: STATES, ..Options::default() };
    explore_from(machine, &machine.start(), &options, &mut |_| ControlFlow::Continue(()))
}

/// The schedule can be followed to its end, and this is what it comes to.
fn end(machine: &Machine, schedule: &Schedule) -> Outcome {
    let run = Run::replay(machine.clone(), schedule).unwrap();
    assert!(machine.enabled(run.state()).is_empty(), "{schedule} does not end");
    let anyone_left = (0..run.state().locals.len())
        .any(|thread| machine.is_alive(run.state(), racescope::event::Worker(thread as u16)));
    Outcome::of(machine, &run.state().shared, anyone_left)
}

fn near(one: Option<f64>, more: Option<f64>) -> bool {
    match (one, more) {
        (Some(one), Some(more)) => (one - more).abs() < 1e-9,
        _ => one == more,
    }
}

/// One core, two and three find the same.
fn agree(machine: &Machine) {
    for (counts, switches) in [(false, false), (true, true)] {
        let one = search(machine, counts, switches, 1);
        for cores in [2, 3] {
            let more = search(machine, counts, switches, cores);
            assert_eq!(more.is_complete(), one.is_complete());
            if !one.is_complete() {
                continue;
            }
            // Which of several workers is followed where one is enough depends on whose values were met first.
            if counts {
                let sizes = |found: &Exploration| (found.states, found.transitions, found.depth);
                assert_eq!(sizes(&more), sizes(&one));
            }
            assert_eq!(more.schedules, one.schedules);
            assert_eq!(more.endless == Endless::Impossible, one.endless == Endless::Impossible);
            assert!(near(one.endless_probability, more.endless_probability));
            assert_eq!(more.outcomes.len(), one.outcomes.len());
            for (one, more) in one.outcomes.iter().zip(&more.outcomes) {
                assert_eq!((&more.outcome, &more.schedules), (&one.outcome, &one.schedules));
                assert!(near(one.probability, more.probability));
                assert_eq!(more.shortest.steps(), one.shortest.steps());
                assert_eq!(end(machine, &more.shortest), one.outcome);
                let fewest = [one, more].map(|found| found.fewest_switches.as_ref());
                assert_eq!(fewest[1].is_some(), switches);
                assert_eq!(fewest[0].map(Schedule::switches), fewest[1].map(Schedule::switches));
                fewest[1].iter().for_each(|schedule| assert_eq!(end(machine, schedule), one.outcome));
            }
        }
    }
}

#[test]
fn shipped_programs() {
    library::ENTRIES.iter().for_each(|entry| agree(&Machine::new(entry.program())));
}

#[test]
fn counters_of_small_sizes() {
    for protection in Protection::ALL {
        for (threads, iterations) in [(1, 1), (1, 3), (2, 1), (2, 3), (3, 2), (4, 1), (4, 2)] {
            let kind = Kind::Thread;
            let shape = CounterShape { kind, threads, iterations, protection, permits: 2 };
            agree(&Machine::new(counter::program(shape)));
        }
    }
}

/// When everybody else has ended, one goes round for ever in few states; on three cores the part that looks after the bounds has
/// none of them.
const ROUND: &str = "\
x = 0
own = [0, 0, 0]
a = Lock()
b = Lock()
s = Semaphore(1)
c = Condition(b)
def w0():
    global x
    t = 0
    late.start()
    t = own[0]
    assert own[0] < 3
    for _ in range(2):
        own[0] += 1
def w1():
    global x
    t = 0
    t = a.acquire(blocking=False)
    own[1] = own[1] + 1
    own[1] = 5 % (own[1] - 3)
def w2():
    global x
    t = 0
    s.release()
    while own[0] > 1:
        pass
    t = x
    own[2] = own[2] + 1
late = Thread(w2)
threads(w0, w1)
assert x < 3
";

#[test]
fn a_round_that_lies_with_others_is_seen() {
    agree(&Machine::new(text::parse("round", ROUND).unwrap()));
    // The same beside other numbers, which lie elsewhere.
    for start in 1..20 {
        let round = ROUND.replace("x = 0", &format!("x = {start}"));
        agree(&Machine::new(text::parse("round", &round).unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn random_programs(text in program()) {
        agree(&Machine::new(text::parse("random", &text).unwrap()));
    }

    #[test]
    fn random_programs_whose_workers_seldom_meet(text in loose_program()) {
        agree(&Machine::new(text::parse("random", &text).unwrap()));
    }
}
