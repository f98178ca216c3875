//! The two engines meet: what real threads come to is always among what exploring says is possible, and a real run,
//! put into the order of effect that its reads tell, replays in the machine read by read.

use std::collections::HashSet;
use std::ops::ControlFlow;

use racescope::analysis::order::Linearizer;
use racescope::event::{Event, Op, Source};
use racescope::experiment::{Delay, Gap, Kind, Protection, Settings};
use racescope::lab::batch::{Batch, Record, Run};
use racescope::machine::Machine;
use racescope::machine::explore::{Options, explore};
use racescope::machine::run::Run as Replay;
use racescope::machine::schedule::Schedule;
use racescope::program::value::Value;
use racescope::program::{CounterShape, counter};

fn reads(events: &[Event]) -> Vec<(u16, i64)> {
    let read = |event: &Event| event.op.seen().map(|seen| (event.worker().0, seen.value));
    events.iter().filter_map(read).collect()
}

fn replays(machine: &Machine, run: &Run) {
    let mut real = Linearizer::from_start().finish(&run.events(), run.last);
    let shape = CounterShape { protection: Protection::None, ..CounterShape::from(&run.settings) };
    let unguarded = Machine::new(counter::program(shape));
    let several = run.settings.protection == Protection::Semaphore;
    let machine = if several {
        // At full speed a record does not say when permits were taken and given back, and loads and stores alone leave
        // that open where several are inside at once. They themselves are as they were.
        real.retain(|event| event.op.seen().is_some() || event.op.stored().is_some());
        &unguarded
    } else {
        machine
    };
    let schedule = Schedule::of_events(&real);
    let replay = Replay::replay(machine.clone(), &schedule)
        .unwrap_or_else(|why| panic!("{:?}: {schedule}: {why}", run.settings.protection));
    assert_eq!(reads(replay.events()), reads(&real));
    assert!(machine.enabled(replay.state()).is_empty(), "a whole run ends");
    assert_eq!(replay.state().shared.variables[0], Value::Int(run.counts.survived as i64));
    let stores = |events: &[Event]| {
        events.iter().filter(|event| matches!(event.op, Op::Store(_) | Op::Swap(_))).count()
    };
    assert_eq!(stores(replay.events()), stores(&real));
    assert!(!matches!(run.last, Source::Unknown));
}

#[test]
fn what_real_threads_come_to_is_possible_and_replays() {
    for protection in Protection::ALL {
        for (threads, iterations) in [(2, 2), (2, 4), (3, 2)] {
            for delay in [Delay::None, Delay::Yield] {
                let gap = Gap { delay, jitter: 50 };
                let settings =
                    Settings { threads, iterations, protection, permits: 2, gap, ..Settings::default() };
                let machine = Machine::new(counter::program(CounterShape::from(&settings)));
                let explored = explore(&machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
                assert!(explored.is_complete());
                let possible: HashSet<Value> =
                    explored.outcomes.iter().map(|found| found.outcome.values[0].clone()).collect();
                let mut batch =
                    Batch::new(settings, Record::Whole { limit: 1 << 20 }).expect("threads can be had");
                for _ in 0..30 {
                    let run = batch.run().expect("no worker crashes");
                    let value = Value::Int(run.counts.survived as i64);
                    assert!(possible.contains(&value), "{settings:?} came to {value:?}");

                    replays(&machine, &run);
                }
            }
        }
    }
}

/// What a real run of processes or tasks did, one operation after another in the machine: the same reads, in the same order
/// for each worker, and the same final count.
fn replays_of_its_kind(machine: &Machine, run: &Run) {
    let real = Linearizer::from_start().finish(&run.events(), run.last);
    let replay = Replay::of_events(machine.clone(), &real)
        .unwrap_or_else(|| panic!("{:?} does not fit the program: {real:?}", run.settings));
    assert_eq!(reads(replay.events()), reads(&real));
    assert_eq!(replay.state().shared.variables[0], Value::Int(run.counts.survived as i64));
    assert!(machine.enabled(replay.state()).is_empty(), "a whole run ends");
}

#[test]
fn what_real_processes_and_tasks_come_to_is_possible_and_replays() {
    racescope::platform::process::set_executable(env!("CARGO_BIN_EXE_racescope"));
    let kinds = [Kind::Process { shared: true }, Kind::Task { awaits: false }, Kind::Task { awaits: true }];
    for (kind, protection) in kinds.into_iter().flat_map(|kind| Protection::ALL.map(|one| (kind, one))) {
        let gap = Gap { delay: Delay::Yield, jitter: 50 };
        let settings =
            Settings { kind, threads: 2, iterations: 3, protection, permits: 2, gap, ..Settings::default() };
        let machine = Machine::new(counter::program(CounterShape::from(&settings)));
        let explored = explore(&machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
        assert!(explored.is_complete());
        let possible: HashSet<Value> =
            explored.outcomes.iter().map(|found| found.outcome.values[0].clone()).collect();
        let mut batch = Batch::new(settings, Record::Whole { limit: 1 << 20 }).expect("workers can be had");
        for _ in 0..10 {
            let run = batch.run().expect("no worker crashes");
            let value = Value::Int(run.counts.survived as i64);
            assert!(possible.contains(&value), "{settings:?} came to {value:?}");
            // At full speed a record does not say when permits were given back.
            if !matches!(protection, Protection::Semaphore | Protection::ReadLock) {
                replays_of_its_kind(&machine, &run);
            }
        }
    }
}
