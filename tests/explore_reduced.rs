//! Exploring with reduction, held against exploring without: everything that is still asked for is the same.

#[path = "support/programs.rs"]
mod programs;

use std::ops::ControlFlow;

use programs::{loose_program, program, task_program};
use proptest::prelude::*;
use racescope::event::Worker;
use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::{Endless, Exploration, Outcome};
use racescope::machine::explore::{Options, explore_from};
use racescope::machine::schedule::Schedule;
use racescope::program::{CounterShape, counter, library, text};

fn search(machine: &Machine, counts: bool) -> Exploration {
    let options = Options { counts, switches: false, states: 150_000, ..Options::default() };
    explore_from(machine, &machine.start(), &options, &mut |_| ControlFlow::Continue(()))
}

/// The schedule can be followed, and this is how it ends.
fn end(machine: &Machine, schedule: &Schedule) -> Outcome {
    let state = schedule.workers().fold(machine.start(), |state, worker| {
        machine.next(&state, worker).unwrap_or_else(|| panic!("{worker} can't move in {schedule}")).0
    });
    assert!(machine.enabled(&state).is_empty(), "{schedule} does not end");
    let anyone_left = (0..state.locals.len()).any(|thread| machine.is_alive(&state, Worker(thread as u16)));
    Outcome::of(machine, &state.shared, anyone_left)
}

/// Both find the same; gives the numbers of states with and without reduction.
fn agree(machine: &Machine) -> (u64, u64) {
    let (reduced, full) = (search(machine, false), search(machine, true));
    if !full.is_complete() {
        return (full.states, full.states);
    }
    assert!(reduced.is_complete());
    let outcomes = |exploration: &Exploration| -> Vec<(Outcome, u64)> {
        exploration.outcomes.iter().map(|found| (found.outcome.clone(), found.shortest.steps())).collect()
    };
    assert_eq!(outcomes(&reduced), outcomes(&full));
    for found in &reduced.outcomes {
        assert_eq!(end(machine, &found.shortest), found.outcome, "{}", found.shortest);
    }
    assert_eq!(reduced.endless == Endless::Impossible, full.endless == Endless::Impossible);
    if let Some(endless) = reduced.endless.round() {
        let follow = |from, schedule: &Schedule| {
            schedule
                .workers()
                .fold(from, |state, worker| machine.next(&state, worker).expect("it is enabled").0)
        };
        let before = follow(machine.start(), &endless.prefix);
        assert!(endless.round.steps() > 0);
        assert_eq!(follow(before.clone(), &endless.round).shared, before.shared);
    }
    assert_eq!(reduced.verdict(), full.verdict());
    assert!(reduced.states <= full.states);
    (reduced.states, full.states)
}

#[test]
fn shipped_programs() {
    for entry in library::ENTRIES {
        let (reduced, full) = agree(&Machine::new(entry.program()));
        // Shown where the output of tests is: what it is worth.
        println!("{:<22}{full:>6} states, {reduced:>6} with reduction", entry.name);
    }
}

#[test]
fn counters_of_small_sizes() {
    for (kind, protection) in Kind::ALL.iter().flat_map(|kind| Protection::ALL.map(|one| (*kind, one))) {
        for (threads, iterations) in [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1)] {
            let shape = CounterShape { kind, threads, iterations, protection, permits: 2 };
            agree(&Machine::new(counter::program(shape)));
        }
    }
}

#[test]
fn what_never_meets_needs_one_order() {
    let text = "x = 0\ny = 0\ndef f():\n    global x\n    x = 1\n    x = 2\n    x = 3\ndef g():\n    global y\n    \
                y = 1\n    y = 2\n    y = 3\nthreads(f, g)\n";
    assert_eq!(agree(&Machine::new(text::parse("apart", text).unwrap())), (7, 16));
}

#[test]
fn a_critical_section_is_passed_in_one_go() {
    let text = "x = 0\ny = 0\na = Lock()\ndef f():\n    global x\n    with a:\n        x = 1\n        x = 2\n        \
                x = 3\ndef g():\n    global x, y\n    y = 1\n    y = 2\n    with a:\n        x = 4\nthreads(f, g)\n";
    // What g does before it needs the lock meets nothing in f's section.
    let (reduced, full) = agree(&Machine::new(text::parse("sections", text).unwrap()));
    assert!(reduced * 3 < full * 2, "{reduced} of {full}");
}

#[test]
fn a_failure_is_found_however_late_it_comes() {
    // The other worker could be followed for ever without the first one's turn.
    let text = "x = 0\ny = 0\ndef f():\n    t = x\n    assert t == 1\ndef g():\n    global y\n    while True:\n        \
                y = 1\n        y = 0\nthreads(g, f)\n";
    agree(&Machine::new(text::parse("late", text).unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_programs(text in program()) {
        agree(&Machine::new(text::parse("random", &text).unwrap()));
    }

    #[test]
    fn random_tasks(text in task_program(false)) {
        agree(&Machine::new(text::parse("random", &text).unwrap()));
    }

    #[test]
    fn random_programs_whose_workers_seldom_meet(text in loose_program()) {
        agree(&Machine::new(text::parse("random", &text).unwrap()));
    }
}
