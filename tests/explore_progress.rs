//! What a search tells while it goes on: outcomes so far are outcomes that it keeps.

use std::ops::ControlFlow;

use racescope::experiment::{Kind, Protection};
use racescope::machine::Machine;
use racescope::machine::explore::outcome::{Coverage, Exploration, Limit, Met};
use racescope::machine::explore::sample::{Draw, sample};
use racescope::machine::explore::{Options, Progress, explore, explore_from};
use racescope::program::{CounterShape, counter, library, text};

fn met(exploration: &Exploration) -> Met {
    Met { outcomes: exploration.outcomes.len() as u64, bad: exploration.bad().count() as u64 }
}

#[test]
fn the_outcomes_so_far_grow_to_those_that_are_reported() {
    for entry in &library::ENTRIES {
        let machine = Machine::new(entry.program());
        let mut last = Met::default();
        let exploration = explore(&machine, &Options::default(), &mut |progress: &Progress| {
            assert!(progress.met.outcomes >= last.outcomes && progress.met.bad >= last.bad);
            last = progress.met;
            ControlFlow::Continue(())
        });
        assert_eq!(last, met(&exploration), "{}", entry.name);
    }
}

#[test]
fn several_cores_count_an_outcome_once() {
    let shape = CounterShape {
        kind: Kind::Thread,
        threads: 3,
        iterations: 7,
        protection: Protection::None,
        permits: 1,
    };
    let machine = Machine::new(counter::program(shape));
    let options = Options { cores: 3, ..Options::default() };
    let mut last = Met::default();
    let exploration = explore_from(&machine, &machine.start(), &options, &mut |progress| {
        last = progress.met;
        ControlFlow::Continue(())
    });
    assert!(exploration.states > 200_000);
    assert_eq!(last, met(&exploration));
}

#[test]
fn a_search_that_is_stopped_keeps_the_outcomes_so_far() {
    let text = "x = 0\ndef quick(to):\n    global x\n    x = to\n    assert x == 0\ndef slow():\n    for i in range(100000):\n        \
                x.fetch_add(2)\nthreads(quick(-1), quick(-3), slow)\n";
    let machine = Machine::new(text::parse("part", text).unwrap());
    let mut last = Met::default();
    let exploration = explore(&machine, &Options::default(), &mut |progress| {
        last = progress.met;
        if progress.met.bad >= 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(exploration.coverage, Coverage::Partial(Limit::Stopped));
    assert_eq!(last, met(&exploration));
}

#[test]
fn what_is_known_without_a_search_is_there_from_the_start() {
    let shape = CounterShape {
        kind: Kind::Thread,
        threads: 4,
        iterations: 30,
        protection: Protection::None,
        permits: 1,
    };
    let machine = Machine::new(counter::program(shape));
    let mut first = None;
    let exploration = explore(&machine, &Options::default(), &mut |progress| {
        first.get_or_insert(progress.met);
        ControlFlow::Break(())
    });
    assert_eq!(first, Some(met(&exploration)));
    assert_eq!(first, Some(Met { outcomes: 119, bad: 118 }));
}

#[test]
fn drawing_tells_what_was_drawn() {
    let machine = Machine::new(library::find("withdraw").unwrap().program());
    let draw = Draw { samples: 20_000, seed: 7, memory: 1 << 24 };
    let mut last = Met::default();
    let drawn = sample(&machine, &machine.start(), &draw, &mut |progress| {
        last = progress.met;
        ControlFlow::Continue(())
    });
    assert_eq!(last.outcomes, drawn.outcomes.len() as u64);
}
