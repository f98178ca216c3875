//! What exploring says, held against figures worked out by hand and against a search that shares nothing with it:
//! plain recursion over the machine's states.

#[path = "support/programs.rs"]
mod programs;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use programs::{program, task_program};
use proptest::prelude::*;
use racescope::event::Worker;
use racescope::experiment::{Kind, Protection};
use racescope::machine::explore::outcome::{Count, End, Endless, Exploration, Found, Outcome};
use racescope::machine::explore::{Options, explore, explore_from};
use racescope::machine::run::Run;
use racescope::machine::{Machine, State};
use racescope::program::{CounterShape, counter, library, text};

fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
    Machine::new(counter::program(CounterShape {
        kind: Kind::Thread,
        threads,
        iterations,
        protection,
        permits: 2,
    }))
}

fn all(machine: &Machine) -> Exploration {
    explore(machine, &Options::default(), &mut |_| ControlFlow::Continue(()))
}

/// `value: schedules` of every outcome.
fn counts(exploration: &Exploration) -> String {
    let one = |found: &Found| {
        let values: Vec<String> = found.outcome.values.iter().map(ToString::to_string).collect();
        let end = if found.outcome.end == End::Done { "" } else { "!" };
        format!("{}{end}: {}", values.join(","), found.schedules.digits().unwrap_or("?".into()))
    };
    exploration.outcomes.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_counter_without_protection() {
    let two = all(&machine(2, 2, Protection::None));
    assert_eq!(counts(&two), "2: 32; 3: 32; 4: 6");
    assert_eq!(two.schedules.digits().unwrap(), "70");
    let probabilities: Vec<f64> = two.outcomes.iter().filter_map(|found| found.probability).collect();
    assert_eq!(probabilities, [0.34375, 0.46875, 0.1875]);
    let good: Vec<bool> = two.outcomes.iter().map(|found| found.outcome.is_good()).collect();
    assert_eq!(good, [false, false, true]);
    assert_eq!(counts(&all(&machine(2, 3, Protection::None))), "2: 8; 3: 300; 4: 416; 5: 180; 6: 20");
    let three = all(&machine(3, 3, Protection::None));
    assert_eq!(three.schedules.digits().unwrap(), "17153136");
    assert!(three.is_complete() && three.endless == Endless::Impossible);
}

#[test]
fn the_counter_under_protection() {
    let six = "6: 90";
    assert_eq!(counts(&all(&machine(3, 2, Protection::Lock))), six);
    assert_eq!(counts(&all(&machine(3, 2, Protection::Guard))), six);
    assert_eq!(counts(&all(&machine(3, 2, Protection::WriteLock))), six);
    assert_eq!(counts(&all(&machine(3, 2, Protection::FetchAdd))), six);
    // With as many permits as workers a semaphore only adds operations.
    let semaphore = all(&machine(2, 1, Protection::Semaphore));
    assert_eq!(counts(&semaphore), counts(&all(&machine(2, 1, Protection::ReadLock))));
    assert_eq!(semaphore.schedules.digits().unwrap(), "70");
    let spin = all(&machine(2, 1, Protection::Spin));
    assert_eq!(counts(&spin), "2: ?");
    assert_eq!(spin.schedules, Count::Infinite);
    assert_eq!(spin.endless_probability, Some(0.0));
    assert!((spin.outcomes[0].probability.unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn every_shipped_program_does_what_it_says() {
    for entry in library::ENTRIES {
        let machine = Machine::new(entry.program());
        let exploration = all(&machine);
        assert!(exploration.is_complete(), "{}", entry.name);
        assert_eq!(exploration.verdict(), entry.verdict, "{}", entry.name);
        assert!(exploration.outcomes.iter().any(|found| found.outcome.is_good()), "{}", entry.name);
        witnesses_hold(&machine, &machine.start(), &exploration);
    }
}

fn outcome(machine: &Machine, state: &State) -> Outcome {
    let anyone_left = (0..state.locals.len()).any(|thread| machine.is_alive(state, Worker(thread as u16)));
    Outcome::of(machine, &state.shared, anyone_left)
}

/// Every witness leads to its outcome, and a way round leads round.
fn witnesses_hold(machine: &Machine, start: &State, exploration: &Exploration) {
    let follow = |from: &State, schedule: &racescope::machine::schedule::Schedule| {
        schedule.workers().fold(from.clone(), |state, worker| {
            machine.next(&state, worker).unwrap_or_else(|| panic!("{worker} can't move in {schedule}")).0
        })
    };
    for found in &exploration.outcomes {
        for schedule in std::iter::once(&found.shortest).chain(&found.fewest_switches) {
            let state = follow(start, schedule);
            assert!(machine.enabled(&state).is_empty(), "{schedule} does not end");
            assert_eq!(outcome(machine, &state), found.outcome, "{schedule}");
        }
        if let Some(fewest) = &found.fewest_switches {
            assert!(fewest.switches() <= found.shortest.switches());
            assert!(fewest.steps() >= found.shortest.steps());
        }
    }
    if let Some(endless) = exploration.endless.round() {
        let mut state = follow(start, &endless.prefix);
        assert!(endless.round.steps() > 0);
        // Workers that do the same may come out in each other's place; what is shared comes round.
        let shared = state.shared.clone();
        state = follow(&state, &endless.round);
        assert_eq!(state.shared, shared);
    }
}

/// What plain recursion finds out about an outcome.
#[derive(Clone, Debug, Default)]
struct Brute {
    schedules: u64,
    probability: f64,
    steps: u64,
    switches: u64,
}

/// Follows every schedule to its end; `None` if there are too many operations in all, or in one.
fn brute(machine: &Machine) -> Option<BTreeMap<Outcome, Brute>> {
    fn go(
        machine: &Machine,
        state: &State,
        path: (Option<Worker>, u64, u64, f64),
        budget: &mut u64,
        found: &mut BTreeMap<Outcome, Brute>,
    ) -> Option<()> {
        let (last, steps, switches, probability) = path;
        *budget = budget.checked_sub(1).filter(|_| steps < 200)?;
        let enabled = machine.enabled(state);
        if enabled.is_empty() {
            let far = Brute { steps: u64::MAX, switches: u64::MAX, ..Brute::default() };
            let entry = found.entry(outcome(machine, state)).or_insert(far);
            entry.schedules += 1;
            entry.probability += probability;
            entry.steps = entry.steps.min(steps);
            entry.switches = entry.switches.min(switches);
        }
        for worker in &enabled {
            let (next, _) = machine.next(state, *worker)?;
            let switched = u64::from(last.is_some_and(|last| last != *worker));
            let path = (Some(*worker), steps + 1, switches + switched, probability / enabled.len() as f64);
            go(machine, &next, path, budget, found)?;
        }
        Some(())
    }
    let mut found = BTreeMap::new();
    go(machine, &machine.start(), (None, 0, 0, 1.0), &mut 20_000, &mut found)?;
    Some(found)
}

/// Exploring agrees with plain recursion, where that comes to an end.
fn agrees(machine: &Machine) -> bool {
    let Some(brute) = brute(machine) else { return false };
    let exploration = all(machine);
    assert!(exploration.is_complete() && exploration.endless == Endless::Impossible);
    let outcomes: Vec<&Outcome> = exploration.outcomes.iter().map(|found| &found.outcome).collect();
    assert_eq!(outcomes, brute.keys().collect::<Vec<_>>());
    for (found, expected) in exploration.outcomes.iter().zip(brute.values()) {
        assert_eq!(found.schedules.digits().expect("counted"), expected.schedules.to_string());
        assert!((found.probability.expect("computed") - expected.probability).abs() < 1e-9);
        assert_eq!(found.shortest.steps(), expected.steps);
        assert_eq!(found.fewest_switches.as_ref().expect("asked for").switches(), expected.switches);
    }
    witnesses_hold(machine, &machine.start(), &exploration);
    true
}

#[test]
fn small_counters_agree_with_plain_recursion() {
    let mut agreed = 0;
    for protection in Protection::ALL {
        for (threads, iterations) in [(1, 2), (2, 1), (2, 2), (3, 1)] {
            agreed += u32::from(agrees(&machine(threads, iterations, protection)));
        }
    }
    assert!(agreed >= 28, "{agreed}");
}

#[test]
fn shipped_programs_agree_with_plain_recursion() {
    let agreed: Vec<_> = library::ENTRIES
        .iter()
        .filter(|entry| agrees(&Machine::new(entry.program())))
        .map(|entry| entry.name)
        .collect();
    for name in ["withdraw", "deadlock", "philosophers", "rendezvous", "start-join"] {
        assert!(agreed.contains(&name), "{agreed:?}");
    }
}

#[test]
fn what_is_still_reachable_from_the_middle() {
    let machine = machine(2, 2, Protection::None);
    let run = Run::replay(machine.clone(), &"0x4 1x2".parse().unwrap()).unwrap();
    let rest = explore_from(&machine, run.state(), &Options::default(), &mut |_| ControlFlow::Continue(()));
    assert_eq!(counts(&rest), "4: 1");
    let run = Run::replay(machine.clone(), &"1 0x3".parse().unwrap()).unwrap();
    let rest = explore_from(&machine, run.state(), &Options::default(), &mut |_| ControlFlow::Continue(()));
    witnesses_hold(&machine, run.state(), &rest);
    assert_eq!(counts(&rest), "2: 3; 3: 1");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn random_programs_agree_with_plain_recursion(text in program()) {
        let program = text::parse("random", &text).unwrap();
        agrees(&Machine::new(program));
    }

    #[test]
    fn random_tasks_agree_with_plain_recursion(text in task_program(false)) {
        agrees(&Machine::new(text::parse("random", &text).unwrap()));
    }

    #[test]
    fn any_schedule_only_reaches_explored_outcomes(text in program(), seed in any::<u64>()) {
        let machine = Machine::new(text::parse("random", &text).unwrap());
        let exploration = all(&machine);
        let mut scheduler = racescope::machine::scheduler::Scheduler::random(seed);
        let mut state = machine.start();
        while let Some(worker) = scheduler.choose(&machine.enabled(&state)) {
            state = machine.next(&state, worker).unwrap().0;
        }
        let reached = outcome(&machine, &state);
        prop_assert!(exploration.outcomes.iter().any(|found| found.outcome == reached));
    }
}
