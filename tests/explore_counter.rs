//! The counter's own engine and its written witnesses, held against the general engine and against replay.

use std::ops::ControlFlow;

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::counter::{explore, holds, is_reachable, witness};
use racescope::machine::explore::outcome::{Coverage, Exploration, Limit};
use racescope::machine::explore::{self as general, Options, Progress};
use racescope::machine::run::Run;
use racescope::program::{CounterShape, counter};

const LOSING: [Protection; 3] = [Protection::None, Protection::Semaphore, Protection::ReadLock];

fn shape(threads: u16, iterations: u32, protection: Protection) -> CounterShape {
    CounterShape { kind: Kind::Thread, threads, iterations, protection, permits: 2 }
}

fn on(_: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// By the engine that knows nothing of counters.
fn generally(shape: CounterShape) -> Exploration {
    let machine = Machine::new(counter::program(shape));
    general::explore_from(&machine, &machine.start(), &Options::default(), &mut on)
}

#[test]
fn both_engines_say_the_same() {
    let sizes = [
        (1, 1),
        (1, 3),
        (2, 1),
        (2, 2),
        (2, 4),
        (2, 8),
        (3, 1),
        (3, 2),
        (3, 4),
        (4, 2),
        (5, 1),
        (5, 2),
        (7, 1),
    ];
    for (threads, iterations) in sizes {
        let shape = shape(threads, iterations, Protection::None);
        let expected = generally(shape);
        let fast = explore(shape, &Options::default(), &mut on).unwrap();
        assert_eq!(fast.coverage, Coverage::Complete);
        assert_eq!(fast.schedules, expected.schedules);
        assert_eq!(fast.outcomes.len(), expected.outcomes.len());
        for (fast, expected) in fast.outcomes.iter().zip(&expected.outcomes) {
            assert_eq!(fast.outcome, expected.outcome);
            assert_eq!(fast.schedules, expected.schedules, "{:?}", fast.outcome);
            let probabilities = [fast, expected].map(|found| found.probability.unwrap());
            assert!((probabilities[0] - probabilities[1]).abs() < 1e-12);
        }
        let outcomes = explore(shape, &Options { counts: false, ..Options::default() }, &mut on).unwrap();
        assert!(
            outcomes
                .outcomes
                .iter()
                .map(|found| &found.outcome)
                .eq(fast.outcomes.iter().map(|found| &found.outcome))
        );
    }
}

#[test]
fn counts_outgrow_any_machine_word() {
    let exploration = explore(shape(2, 50, Protection::None), &Options::default(), &mut on).unwrap();
    // 200 operations, of which worker 0 has 100: 200 over 100.
    let all = "90548514656103281165404177077484163874504589675413336841320";
    assert_eq!(exploration.schedules.digits().unwrap(), all);
    let sum: num_bigint::BigUint = exploration
        .outcomes
        .iter()
        .map(|found| found.schedules.digits().unwrap().parse::<num_bigint::BigUint>().unwrap())
        .sum();
    assert_eq!(sum.to_string(), all);
    let values: Vec<i64> =
        exploration.outcomes.iter().map(|found| found.outcome.values[0].as_int()).collect();
    assert_eq!(values, (2..=100).collect::<Vec<_>>());
}

#[test]
fn written_witnesses_have_the_fewest_switches() {
    for protection in Protection::ALL {
        for (threads, iterations) in
            [(1, 2), (2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2)]
        {
            let shape = shape(threads, iterations, protection);
            if protection == Protection::Semaphore && threads * iterations as u16 > 6 {
                continue;
            }
            let exploration = generally(shape);
            let values: Vec<u64> =
                exploration.outcomes.iter().map(|found| found.outcome.values[0].as_int() as u64).collect();
            let reachable: Vec<u64> = (0..=12).filter(|value| is_reachable(shape, *value)).collect();
            assert_eq!(values, reachable, "{shape:?}");
            for (found, value) in exploration.outcomes.iter().zip(values) {
                let written = witness(shape, value).unwrap();
                let fewest = found.fewest_switches.as_ref().unwrap();
                assert_eq!(
                    written.switches(),
                    fewest.switches(),
                    "{shape:?} to {value}: {written} or {fewest}"
                );
                assert_eq!(written.steps(), found.shortest.steps(), "{shape:?} to {value}");
            }
        }
    }
}

#[test]
fn written_witnesses_replay_at_any_size() {
    for protection in LOSING {
        for (threads, iterations) in [(2, 7), (3, 5), (5, 4), (16, 3)] {
            let shape = shape(threads, iterations, protection);
            for value in 0..=u64::from(threads) * u64::from(iterations) + 1 {
                let Some(schedule) = witness(shape, value) else {
                    assert!(!is_reachable(shape, value));
                    continue;
                };
                let machine = Machine::new(counter::program(shape));
                let run = Run::replay(machine, &schedule).unwrap();
                assert!(run.machine().enabled(run.state()).is_empty());
                assert_eq!(run.state().shared.variables[0].as_int(), value as i64, "{shape:?}: {schedule}");
            }
        }
    }
}

#[test]
fn ten_thousand_operations_down_to_two() {
    let shape = shape(5, 1_000, Protection::None);
    let schedule = witness(shape, 2).unwrap();
    assert_eq!(schedule.to_string(), "0 1x1998 2x2000 3x2000 4x2000 0 1 0x1998 1");
    let run = Run::replay(Machine::new(counter::program(shape)), &schedule).unwrap();
    assert_eq!(run.steps().len(), 10_000);
    assert_eq!(run.state().shared.variables[0].as_int(), 2);
}

#[test]
fn a_search_that_is_stopped_says_so_and_keeps_what_it_knows() {
    let shape = shape(5, 1_000, Protection::None);
    let check = |options: Options, watch: &mut general::Watch, limit| {
        let exploration = explore(shape, &options, watch).unwrap();
        assert_eq!(exploration.coverage, Coverage::Partial(limit));
        assert_eq!(exploration.outcomes.len(), 4_999);
        assert!(exploration.outcomes.iter().all(|found| found.schedules.digits().is_none()));
    };
    check(Options { states: 1_000, ..Options::default() }, &mut on, Limit::States);
    check(Options { memory: 100_000, counts: false, ..Options::default() }, &mut on, Limit::Memory);
    let mut looks = 0;
    let mut stop = |_: &Progress| {
        looks += 1;
        if looks == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    check(Options { counts: false, ..Options::default() }, &mut stop, Limit::Stopped);
}

#[test]
fn the_largest_counter_does_not_trap_it() {
    let shape = shape(64, 60_000_000, Protection::None);
    let exploration = explore(shape, &Options::default(), &mut on).unwrap();
    assert_eq!(exploration.coverage, Coverage::Partial(Limit::States));
    let values: Vec<i64> =
        exploration.outcomes.iter().map(|found| found.outcome.values[0].as_int()).collect();
    assert_eq!(values, [2, 3_840_000_000]);
}

#[test]
fn a_protection_holds_at_any_size_where_no_search_finds_a_loss() {
    for (kind, protection) in Kind::ALL.iter().flat_map(|kind| Protection::ALL.map(|one| (*kind, one))) {
        for (threads, iterations) in [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1)] {
            for permits in [0, 1, 2] {
                let shape = CounterShape { kind, permits, ..shape(threads, iterations, protection) };
                let searched = generally(shape);
                assert!(searched.is_complete());
                let is_right = searched.bad().next().is_none();
                let states = holds(&Machine::new(counter::program(shape)));
                assert_eq!(
                    states.is_some(),
                    is_right,
                    "{kind} {protection} {threads} {iterations} {permits}"
                );
            }
        }
    }
    // How many of 64 have ended; and one of the rest may stand before its load, its store or its release.
    let lock = Machine::new(counter::program(shape(64, 60_000_000, Protection::Lock)));
    assert_eq!(holds(&lock), Some(65 + 64 * 3));
}
