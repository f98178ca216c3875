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

/// At full speed a record does not say when permits were taken and given back, nor who was let in between.
const TELLS_ITS_ORDER: [Protection; 5] =
    [Protection::None, Protection::Lock, Protection::Guard, Protection::CompareAndSwap, Protection::FetchAdd];

/// Tasks on one thread: what they come to is possible where a switch can happen only at an await, and each real run is a
/// schedule of the machine's tasks, operation by operation.
#[test]
fn what_real_tasks_come_to_is_possible_and_is_a_schedule() {
    for awaits in [false, true] {
        for protection in Protection::ALL {
            for (threads, iterations) in [(2, 2), (3, 2)] {
                let settings = Settings {
                    kind: Kind::Task { awaits },
                    threads,
                    iterations,
                    protection,
                    permits: 2,
                    gap: Gap { delay: Delay::Yield, jitter: 50 },
                    ..Settings::default()
                };
                let machine = Machine::new(counter::program(CounterShape::from(&settings)));
                let explored = explore(&machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
                let possible: HashSet<Value> =
                    explored.outcomes.iter().map(|found| found.outcome.values[0].clone()).collect();
                assert!(awaits || possible.len() == 1, "nothing is awaited: one outcome");
                let mut batch =
                    Batch::new(settings, Record::Whole { limit: 1 << 20 }).expect("tasks can be had");
                for _ in 0..30 {
                    let run = batch.run().expect("no task crashes");
                    let value = Value::Int(run.counts.survived as i64);
                    assert!(possible.contains(&value), "{settings:?} came to {value:?}");
                    if !TELLS_ITS_ORDER.contains(&protection) {
                        continue;
                    }
                    let real = Linearizer::from_start().finish(&run.events(), run.last);
                    let replay = Replay::of_events(machine.clone(), &real)
                        .unwrap_or_else(|| panic!("{settings:?} is no schedule: {real:?}"));
                    assert_eq!(reads(replay.events()), reads(&real));
                    assert_eq!(replay.state().shared.variables[0], value);
                }
            }
        }
    }
}
