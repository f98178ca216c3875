//! Workers of every kind in the machine: tasks that switch only at awaits, processes that share nothing or one word.
//! Held against threads, and against brute force that knows nothing of the machine.

#[path = "support/programs.rs"]
mod programs;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use programs::{as_threads, task_program};
use proptest::prelude::*;
use racescope::experiment::{Kind, Protection};
use racescope::machine::explore::outcome::{End, Exploration, Outcome};
use racescope::machine::explore::{Options, explore, explore_from};
use racescope::machine::run::Run;
use racescope::machine::schedule::Schedule;
use racescope::machine::{Machine, scheduler::Scheduler};
use racescope::program::value::Value;
use racescope::program::{CounterShape, counter, text};

const SIZES: [(u16, u32); 9] = [(1, 1), (1, 4), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1), (4, 2)];

fn machine(kind: Kind, threads: u16, iterations: u32, protection: Protection) -> Machine {
    Machine::new(counter::program(CounterShape { kind, threads, iterations, protection, permits: 2 }))
}

/// By the counter's own engine, where there is one.
fn all(machine: &Machine) -> Exploration {
    let found = explore(machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
    assert!(found.is_complete());
    found
}

/// By the engine that knows nothing of counters.
fn generally(machine: &Machine) -> Exploration {
    let options = Options::default();
    let found = explore_from(machine, &machine.start(), &options, &mut |_| ControlFlow::Continue(()));
    assert!(found.is_complete());
    found
}

/// Without counts, as quickly as can be.
fn quickly(machine: &Machine) -> Exploration {
    let options = Options { counts: false, switches: false, ..Options::default() };
    let found = explore_from(machine, &machine.start(), &options, &mut |_| ControlFlow::Continue(()));
    assert!(found.is_complete());
    found
}

fn finals(exploration: &Exploration) -> Vec<i64> {
    exploration.outcomes.iter().map(|found| found.outcome.values[0].as_int()).collect()
}

fn each(mut check: impl FnMut(u16, u32, Protection)) {
    for protection in Protection::ALL {
        SIZES.iter().for_each(|&(threads, iterations)| check(threads, iterations, protection));
    }
}

#[test]
fn with_nothing_awaited_there_is_exactly_one_outcome() {
    each(|threads, iterations, protection| {
        let machine = machine(Kind::Task { awaits: false }, threads, iterations, protection);
        let right = i64::from(threads) * i64::from(iterations);
        for found in [all(&machine), generally(&machine), quickly(&machine)] {
            assert_eq!(finals(&found), [right], "{threads} × {iterations}, {protection}");
            assert!(found.outcomes[0].outcome.is_good());
        }
    });
    // Whoever begins goes on to its end.
    let bare = machine(Kind::Task { awaits: false }, 4, 7, Protection::None);
    assert_eq!(generally(&bare).schedules.digits().as_deref(), Some("24"));
}

#[test]
fn with_awaits_in_between_the_outcomes_are_those_of_threads() {
    each(|threads, iterations, protection| {
        let tasks = machine(Kind::Task { awaits: true }, threads, iterations, protection);
        let threads = machine(Kind::Thread, threads, iterations, protection);
        let expected = finals(&quickly(&threads));
        assert_eq!(finals(&generally(&tasks)), expected, "{}", tasks.program().name);
        assert_eq!(finals(&quickly(&tasks)), expected);
        assert_eq!(finals(&all(&tasks)), expected);
    });
}

#[test]
fn no_interleaving_changes_the_parents_counter() {
    each(|threads, iterations, protection| {
        let machine = machine(Kind::Process { shared: false }, threads, iterations, protection);
        for found in [quickly(&machine), all(&machine)] {
            assert_eq!(finals(&found), [0], "{threads} × {iterations}, {protection}");
            assert!(found.outcomes[0].outcome.is_good());
        }
        let mut state = machine.start();
        let mut scheduler = Scheduler::random(u64::from(iterations));
        while let Some(worker) = scheduler.choose(&machine.enabled(&state)) {
            state = machine.next(&state, worker).expect("it can move").0;
            assert_eq!(state.shared.variables[0], Value::Int(0));
        }
        // Each has counted all of its own.
        assert!(state.locals.iter().all(|local| local.memory[0] == Value::Int(i64::from(iterations))));
    });
}

#[test]
fn one_shared_word_is_as_for_threads() {
    each(|threads, iterations, protection| {
        let shared = quickly(&machine(Kind::Process { shared: true }, threads, iterations, protection));
        let threads = quickly(&machine(Kind::Thread, threads, iterations, protection));
        assert_eq!(finals(&shared), finals(&threads));
        assert_eq!((shared.states, shared.transitions), (threads.states, threads.transitions));
    });
}

#[test]
fn the_counters_own_engine_counts_the_same_whatever_a_worker_is() {
    for kind in Kind::ALL {
        for protection in [Protection::None, Protection::CompareAndSwap, Protection::FetchAdd] {
            for (threads, iterations) in SIZES {
                let machine = machine(kind, threads, iterations, protection);
                let (own, general) = (all(&machine), generally(&machine));
                let name = format!("{kind}, {protection}, {threads} × {iterations}");
                assert_eq!((own.schedules, own.depth), (general.schedules, general.depth), "{name}");
                assert_eq!(own.outcomes.len(), general.outcomes.len(), "{name}");
                for (own, general) in own.outcomes.iter().zip(&general.outcomes) {
                    assert_eq!(own.outcome, general.outcome, "{name}");
                    assert_eq!(own.schedules, general.schedules, "{name}");
                    let likely = [own, general].map(|found| found.probability.expect("asked for"));
                    assert!((likely[0] - likely[1]).abs() < 1e-9, "{name}: {likely:?}");
                    assert_eq!(own.shortest.steps(), general.shortest.steps(), "{name}");
                    let switches = |way: &racescope::machine::explore::outcome::Found| {
                        way.fewest_switches.as_ref().map(racescope::machine::schedule::Schedule::switches)
                    };
                    assert_eq!(switches(own), switches(general), "{name}");
                }
            }
        }
    }
}

/// Tasks on one counter, written down without the machine: a turn is a load or a store, and what is awaited ends it. By
/// final count, how many schedules lead to it and how likely it is.
fn turns(
    held: &mut [Option<i64>],
    left: &mut [u32],
    counter: i64,
    likely: f64,
    found: &mut BTreeMap<i64, (u64, f64)>,
) {
    let able: Vec<usize> = (0..left.len()).filter(|task| left[*task] > 0).collect();
    if able.is_empty() {
        let entry = found.entry(counter).or_default();
        *entry = (entry.0 + 1, entry.1 + likely);
    }
    for &task in &able {
        let share = likely / able.len() as f64;
        match held[task] {
            None => {
                held[task] = Some(counter);
                turns(held, left, counter, share, found);
                held[task] = None;
            }
            Some(value) => {
                held[task] = None;
                left[task] -= 1;
                turns(held, left, value + 1, share, found);
                left[task] += 1;
                held[task] = Some(value);
            }
        }
    }
}

#[test]
fn tasks_are_as_likely_and_as_many_as_turns_written_down_by_hand() {
    for (tasks, iterations) in [(1, 3), (2, 1), (2, 2), (2, 4), (3, 1), (3, 2), (4, 1)] {
        let mut expected = BTreeMap::new();
        turns(
            &mut vec![None; usize::from(tasks)],
            &mut vec![iterations; usize::from(tasks)],
            0,
            1.0,
            &mut expected,
        );
        let found = generally(&machine(Kind::Task { awaits: true }, tasks, iterations, Protection::None));
        assert_eq!(finals(&found), expected.keys().copied().collect::<Vec<_>>());
        for (found, (schedules, likely)) in found.outcomes.iter().zip(expected.values()) {
            assert_eq!(found.schedules.digits(), Some(schedules.to_string()));
            assert!((found.probability.expect("asked for") - likely).abs() < 1e-12);
        }
    }
}

/// Processes that share nothing but a guard that lets in so many, written down without the machine: how many operations
/// each has left, of which every fourth, counted from the end, takes the guard.
fn guarded(left: &mut [u32], free: u32) -> u64 {
    let mut schedules = u64::from(left.iter().all(|left| *left == 0));
    for worker in 0..left.len() {
        let free = match left[worker] {
            0 => continue,
            left if left % 4 == 0 && free == 0 => continue,
            left if left % 4 == 0 => free - 1,
            left if left % 4 == 1 => free + 1,
            _ => free,
        };
        left[worker] -= 1;
        schedules += guarded(left, free);
        left[worker] += 1;
    }
    schedules
}

#[test]
fn what_protects_counters_of_their_own_changes_only_how_many_schedules_there_are() {
    let sizes = [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1)];
    let guards = [
        (Protection::Lock, 1),
        (Protection::Guard, 1),
        (Protection::WriteLock, 1),
        (Protection::ReadLock, u16::MAX),
        (Protection::Semaphore, 1),
        (Protection::Semaphore, 2),
        (Protection::Semaphore, 3),
        (Protection::Semaphore, 4),
    ];
    for ((protection, permits), (threads, iterations)) in
        guards.into_iter().flat_map(|guard| sizes.map(|size| (guard, size)))
    {
        let kind = Kind::Process { shared: false };
        let shape = CounterShape { kind, threads, iterations, protection, permits };
        let machine = Machine::new(counter::program(shape));
        let (own, general) = (all(&machine), generally(&machine));
        let name = format!("{protection} of {permits}, {threads} × {iterations}");
        assert_eq!((own.outcomes.len(), &own.schedules), (1, &general.schedules), "{name}");
        assert_eq!((own.depth, &own.endless), (general.depth, &general.endless), "{name}");
        let (one, other) = (&own.outcomes[0], &general.outcomes[0]);
        assert_eq!((&one.outcome, &one.schedules), (&other.outcome, &other.schedules), "{name}");
        assert!(
            one.probability.zip(other.probability).is_some_and(|(one, other)| (one - other).abs() < 1e-9)
        );
        assert_eq!(one.shortest.steps(), other.shortest.steps(), "{name}");
        for (own, way) in [
            (one, one.fewest_switches.as_ref().expect("it is known")),
            (other, one.fewest_switches.as_ref().expect("it is known")),
        ] {
            let run = Run::replay(machine.clone(), way).expect("it can be followed");
            assert!(machine.enabled(run.state()).is_empty(), "{name}: {way} does not end");
            assert_eq!(run.state().shared.variables, own.outcome.values, "{name}");
            assert_eq!(
                way.switches(),
                other.fewest_switches.as_ref().map_or(0, Schedule::switches),
                "{name}"
            );
        }
        // Where there are too many to go through one by one, what was found twice has to do.
        if 4 * u32::from(threads) * iterations <= 16 {
            let by_hand = guarded(&mut vec![4 * iterations; usize::from(threads)], u32::from(permits));
            assert_eq!(own.schedules.digits(), Some(by_hand.to_string()), "{name}");
        }
    }
}

#[test]
fn without_a_permit_processes_wait_for_ever() {
    let kind = Kind::Process { shared: false };
    let (protection, permits) = (Protection::Semaphore, 0);
    let shape = CounterShape { kind, threads: 2, iterations: 1, protection, permits };
    let found = all(&Machine::new(counter::program(shape)));
    assert!(found.outcomes.iter().all(|found| found.outcome.end == End::Deadlock), "{:?}", found.outcomes);
}

#[test]
fn large_counters_that_need_no_search_are_known_at_once() {
    let kind = Kind::Process { shared: false };
    for (protection, permits) in
        [(Protection::Lock, 1), (Protection::Semaphore, 2), (Protection::ReadLock, 1)]
    {
        let shape = CounterShape { kind, threads: 4, iterations: 100, protection, permits };
        let found = all(&Machine::new(counter::program(shape)));
        assert_eq!((finals(&found), found.states), (vec![0], 0));
        assert_eq!(found.schedules.digits().is_some(), protection != Protection::Semaphore);
    }
    let tasks = all(&machine(Kind::Task { awaits: false }, 64, 60_000_000, Protection::None));
    assert_eq!(finals(&tasks), [3_840_000_000]);
    assert_eq!(
        finals(&all(&machine(Kind::Process { shared: false }, 64, 60_000_000, Protection::None))),
        [0]
    );
}

/// What outcomes have in common whatever the text is called: failures stand at other places where nothing is awaited.
fn bare(exploration: &Exploration) -> BTreeSet<(Vec<Value>, Vec<Value>, u8)> {
    let one = |outcome: &Outcome| {
        let end = match outcome.end {
            End::Done => 0,
            End::Deadlock => 1,
            End::Failed(_) => 2,
        };
        (outcome.values.clone(), outcome.output.clone(), end)
    };
    exploration.outcomes.iter().map(|found| one(&found.outcome)).collect()
}

fn both(text: &str) -> (Machine, Machine) {
    let parse =
        |text: &str| Machine::new(text::parse("random", text).unwrap_or_else(|why| panic!("{why}: {text}")));
    (parse(text), parse(&as_threads(text)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_tasks_come_to_threads_can_come_to(text in task_program(false)) {
        let (tasks, threads) = both(&text);
        prop_assert!(bare(&quickly(&tasks)).is_subset(&bare(&quickly(&threads))), "{text}");
    }

    #[test]
    fn tasks_that_await_after_each_operation_come_to_all_that_threads_do(text in task_program(true)) {
        let (tasks, threads) = both(&text);
        prop_assert_eq!(bare(&quickly(&tasks)), bare(&quickly(&threads)), "{}", text);
    }

    #[test]
    fn whoever_has_its_turn_is_the_only_one_that_can_move(text in task_program(false), seed in any::<u64>()) {
        let (machine, _) = both(&text);
        let mut scheduler = Scheduler::random(seed);
        let mut state = machine.start();
        loop {
            let enabled = machine.enabled(&state);
            if let Some(running) = machine.running(&state) {
                prop_assert_eq!(&enabled, &vec![running]);
            }
            let Some(worker) = scheduler.choose(&enabled) else { break };
            state = machine.next(&state, worker).expect("it is enabled").0;
        }
    }
}
