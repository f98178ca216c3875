//! Cores, limits and sizes: what is found is the same on two cores as on one, and what stops a search is said.

use std::ops::ControlFlow;

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::{Count, Coverage, Endless, Exploration, Limit};
use racescope::machine::explore::{Options, Progress, explore, explore_from};
use racescope::machine::run::Run;
use racescope::program::{CounterShape, counter, text};

fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
    Machine::new(counter::program(CounterShape {
        kind: Kind::Thread,
        threads,
        iterations,
        protection,
        permits: 2,
    }))
}

fn on(_: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn generally(machine: &Machine, options: &Options) -> Exploration {
    explore_from(machine, &machine.start(), options, &mut on)
}

#[test]
fn several_cores_find_the_same() {
    // Large enough for one core to call for others.
    let machine = machine(3, 7, Protection::None);
    let one = generally(&machine, &Options::default());
    assert!(one.states > 200_000);
    let more = generally(&machine, &Options { cores: 3, ..Options::default() });
    assert_eq!(more.coverage, Coverage::Complete);
    assert_eq!((more.states, more.transitions, more.depth), (one.states, one.transitions, one.depth));
    assert_eq!(more.schedules, one.schedules);
    for (more, one) in more.outcomes.iter().zip(&one.outcomes) {
        assert_eq!((&more.outcome, &more.schedules), (&one.outcome, &one.schedules));
        let switches = [more, one].map(|found| found.fewest_switches.as_ref().unwrap().switches());
        assert_eq!(switches[0], switches[1]);
        for schedule in [&more.shortest, more.fewest_switches.as_ref().unwrap()] {
            let run = Run::replay(machine.clone(), schedule).unwrap();
            assert_eq!(run.state().shared.variables, more.outcome.values);
        }
    }
}

#[test]
fn what_stops_a_search_is_said() {
    let machine = machine(4, 50, Protection::None);
    let check = |options: Options, limit| {
        let exploration = generally(&machine, &options);
        assert_eq!(exploration.coverage, Coverage::Partial(limit));
        assert_eq!(exploration.schedules, Count::Unknown);
        assert!(exploration.endless == Endless::Unknown && exploration.endless_probability.is_none());
        exploration
    };
    let by_states = check(Options { states: 5_000, ..Options::default() }, Limit::States);
    assert!(by_states.states > 5_000, "{}", by_states.states);
    check(Options { states: 250_000, cores: 2, ..Options::default() }, Limit::States);
    let by_memory = check(Options { memory: 4_000_000, ..Options::default() }, Limit::Memory);
    assert!(by_memory.bytes < 4_000_000, "{}", by_memory.bytes);
    let mut states = 0;
    let stopped = explore_from(&machine, &machine.start(), &Options::default(), &mut |progress| {
        assert!(progress.states >= states && progress.bytes > 0);
        states = progress.states;
        if states > 20_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped.coverage, Coverage::Partial(Limit::Stopped));
}

#[test]
fn a_part_still_shows_the_outcomes_that_it_reached() {
    let text = "x = 0\ndef quick():\n    global x\n    x = 1\n    assert x == 0\ndef slow():\n    for i in range(100000):\n        \
                x.fetch_add(2)\nthreads(quick, slow)\n";
    let machine = Machine::new(text::parse("part", text).unwrap());
    let exploration = generally(&machine, &Options { states: 3_000, ..Options::default() });
    assert_eq!(exploration.coverage, Coverage::Partial(Limit::States));
    let found = exploration.bad().next().unwrap();
    assert_eq!(found.shortest.to_string(), "0x2");
    assert_eq!((&found.schedules, found.probability), (&Count::Unknown, None));
}

#[test]
fn many_workers_and_many_values_fit() {
    let many = generally(&machine(64, 1, Protection::Lock), &Options::default());
    assert!(many.is_complete());
    // 64 workers, one after the other in any order.
    let orders: num_bigint::BigUint = (1..=64_u32).product();
    assert_eq!(many.schedules, Count::Exact(orders));
    let far =
        "x = 0\ndef f():\n    for i in range(200):\n        x.fetch_add(1)\nthreads(f, f)\nassert x == 400\n";
    let far = generally(
        &Machine::new(text::parse("far", far).unwrap()),
        &Options { switches: false, counts: false, ..Options::default() },
    );
    assert!(far.is_complete() && far.outcomes.len() == 1);
}

#[test]
fn keys_become_wider_where_numbers_do_not_fit() {
    // 729 sums, in keys that at first have room for 512.
    let text = "x = 0\ndef f(n):\n    for i in range(2):\n        x.fetch_add(n)\n\
                threads(f(1), f(3), f(9), f(27), f(81), f(243))\nassert x == 728\n";
    let machine = Machine::new(text::parse("sums", text).unwrap());
    for cores in [1, 2] {
        let all = generally(&machine, &Options { cores, alone: 0, ..Options::default() });
        assert!(all.is_complete() && all.outcomes.len() == 1 && all.outcomes[0].outcome.is_good());
        assert_eq!((all.states, all.depth), (729, 12));
        // 12 operations in any order, but each worker's two in theirs.
        assert_eq!(all.schedules.digits().as_deref(), Some("7484400"));
        assert_eq!(all.outcomes[0].fewest_switches.as_ref().unwrap().switches(), 5);
    }
}

#[test]
fn what_goes_level_by_level_after_the_search_can_be_stopped() {
    let machine = machine(3, 7, Protection::None);
    for cores in [1, 2] {
        let search = |most_looks: u64| {
            let mut looks = 0;
            let options = Options { cores, ..Options::default() };
            let exploration = explore_from(&machine, &machine.start(), &options, &mut |_| {
                looks += 1;
                if looks > most_looks { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            (exploration, looks)
        };
        let alone = Options { cores, counts: false, switches: false, ..Options::default() };
        let (all, looks) = search(u64::MAX);
        assert!(all.schedules.digits().is_some());
        if cores == 1 {
            let part = search(looks - 1).0;
            assert!(
                part.is_complete() && part.schedules == Count::Unknown && part.endless_probability.is_none()
            );
            let bare = generally(&machine, &alone);
            for (part, bare) in part.outcomes.iter().zip(&bare.outcomes) {
                assert_eq!((&part.outcome, part.probability), (&bare.outcome, None));
                assert_eq!((part.shortest.steps(), &part.fewest_switches), (bare.shortest.steps(), &None));
            }
            assert_eq!(part.outcomes.len(), all.outcomes.len());
        } else {
            // How often it looks depends on how far each part has got: somewhere in the second half it is stopped.
            let part = search(looks / 2).0;
            assert!(part.is_complete() || part.coverage == Coverage::Partial(Limit::Stopped));
            assert!(part.schedules == Count::Unknown || part.schedules == all.schedules);
        }
    }
}

#[test]
fn what_never_ends_has_its_probability() {
    // Whoever finds the other's flag up spins for ever; both can.
    let text = "up = [False, False]\ndef f(me, other):\n    up[me] = True\n    while up[other]:\n        pass\n    \
                up[me] = False\nthreads(f(0, 1), f(1, 0))\n";
    let machine = Machine::new(text::parse("livelock", text).unwrap());
    let exploration = explore(&machine, &Options::default(), &mut on);
    // Both store before either loads: after the first store, the other one's comes next in 1 of 2.
    assert!((exploration.endless_probability.unwrap() - 0.5).abs() < 1e-12);
    let ends: f64 = exploration.outcomes.iter().filter_map(|found| found.probability).sum();
    assert!((ends - 0.5).abs() < 1e-12);
    let endless = exploration.endless.round().unwrap();
    assert_eq!(endless.round.steps(), 1);
    assert_eq!(exploration.schedules, Count::Infinite);
}

#[test]
fn states_that_differ_in_nothing_that_matters_are_one() {
    // Exchanged workers, values that are not read again and local operations on the way make no state.
    assert_eq!(generally(&machine(3, 3, Protection::None), &Options::default()).states, 1_529);
    // 0 to 9 have been in; and while one of them is, it stands before its load, its store or its release.
    assert_eq!(generally(&machine(9, 1, Protection::Lock), &Options::default()).states, 10 + 9 * 3);
}

#[test]
fn a_round_names_the_worker_that_goes_round() {
    let text = "busy = True\ndef stop():\n    global busy\n    busy = False\ndef wait():\n    while busy:\n        \
                pass\nthreads(stop, wait)\n";
    let exploration = generally(&Machine::new(text::parse("wait", text).unwrap()), &Options::default());
    let endless = exploration.endless.round().unwrap();
    assert_eq!((endless.prefix.to_string(), endless.round.to_string()), (String::new(), "1".into()));
    assert_eq!(exploration.endless_probability, Some(0.0));
}

#[test]
fn what_comes_after_the_search_keeps_to_the_bounds_too() {
    let machine = machine(4, 3, Protection::CompareAndSwap);
    let check = |options: &Options, most_looks: u64| {
        let mut looks = 0;
        let exploration = explore_from(&machine, &machine.start(), options, &mut |_| {
            looks += 1;
            if looks > most_looks { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (exploration, looks)
    };
    let (all, looks) = check(&Options::default(), u64::MAX);
    assert!(all.schedules.digits().is_some() && all.outcomes[0].fewest_switches.is_some());
    // The last looks are those before counting and before looking for few switches.
    let (part, _) = check(&Options::default(), looks - 1);
    assert!(part.is_complete() && part.schedules == all.schedules);
    assert_eq!(part.outcomes[0].fewest_switches, None);
    let (part, _) = check(&Options::default(), looks - 2);
    assert!(part.is_complete() && part.schedules == Count::Unknown && part.endless_probability.is_none());
    assert_eq!(part.outcomes[0].outcome, all.outcomes[0].outcome);
}

#[test]
fn a_worker_that_nobody_starts_is_not_like_one_that_runs() {
    let text = "x = 0\ndef f():\n    global x\n    x = x + 1\nlate = Thread(f)\nthreads(f)\nassert x == 1\n";
    let exploration = generally(&Machine::new(text::parse("late", text).unwrap()), &Options::default());
    assert_eq!(exploration.outcomes.len(), 1);
    assert!(exploration.outcomes[0].outcome.is_good(), "{:?}", exploration.outcomes[0].outcome);
}
