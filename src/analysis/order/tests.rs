//! Random runs whose order is known are taken apart and must come back legal; with stamps, as they were.

use proptest::prelude::*;

use super::*;
use crate::analysis::oracle::{self, Guard, Plan, plans, split};
use crate::event::{Increment, Op, Worker};

fn without_names(mut event: Event) -> Event {
    if let Op::FetchAdd(seen) = &mut event.op {
        seen.source = Source::Unknown;
    }
    event
}

/// The events without their stamps, sorted: the same for two orders of the same events.
fn bag(events: &[Event]) -> Vec<String> {
    let mut bag: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
    bag.sort();
    bag
}

fn keeps_program_order(streams: &[Vec<Event>], events: &[Event]) -> bool {
    streams.iter().enumerate().all(|(worker, stream)| {
        let own = events.iter().filter(|event| event.worker().index() == worker);
        own.eq(stream.iter())
    })
}

/// Batches of a run: cut in its true order, each batch one list a worker.
fn batches<'a>(events: &'a [Event], cuts: &[usize]) -> Vec<&'a [Event]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (events.len() + 1)).collect();
    cuts.extend([0, events.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &events[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn with_all_stamps_the_true_order_comes_back(plan in plans(), cuts in prop::collection::vec(0usize..500, 0..5)) {
        let truth = oracle::run(&plan);
        let mut order = Linearizer::from_start();
        let mut out = Vec::new();
        for batch in batches(&truth, &cuts) {
            out.extend(order.next(&split(batch, plan.workers, |_| true)));
        }
        prop_assert_eq!(out, truth);
        prop_assert_eq!(order.violations(), 0);
    }

    #[test]
    fn with_some_stamps_the_order_is_legal(
        plan in plans(),
        stamps in prop::collection::vec(prop::bool::weighted(0.2), 1..50),
    ) {
        let truth = oracle::run(&plan);
        let mut order = Linearizer::from_start();
        let streams = split(&truth, plan.workers, |index| stamps[index % stamps.len()]);
        let out = order.next(&streams);
        prop_assert!(keeps_program_order(&streams, &out));
        prop_assert_eq!(order.violations(), 0);
        let start = Seen { value: 0, source: Source::Start };
        prop_assert!(oracle::replay(&out, Some(start)).is_ok());
    }

    #[test]
    fn stamps_that_are_late_bend_no_provenance(plan in plans(), late in prop::collection::vec(0u64..200, 1..50)) {
        let mut truth = oracle::run(&plan);
        for (index, event) in truth.iter_mut().enumerate() {
            event.time = event.time.map(|time| time + late[index % late.len()]);
        }
        let mut order = Linearizer::from_start();
        let out = order.next(&split(&truth, plan.workers, |_| true));
        prop_assert_eq!(order.violations(), 0);
        prop_assert_eq!(bag(&out), bag(&truth));
        prop_assert!(oracle::replay(&out, None).is_ok());
    }

    #[test]
    fn a_window_with_holes_is_legal(
        plan in plans(),
        keep in prop::collection::vec(prop::bool::weighted(0.9), 1..60),
        edges in prop::collection::vec((0usize..40, 0usize..40), 6),
        stamped in any::<bool>(),
    ) {
        let truth = oracle::run(&plan);
        let mut streams = split(&truth, plan.workers, |_| stamped);
        for (stream, (skip, leave)) in streams.iter_mut().zip(&edges) {
            let until = stream.len().saturating_sub(*leave);
            *stream = stream.drain(..until).skip(*skip).collect();
            let mut index = 0;
            stream.retain(|event| {
                index += 1;
                keep[index % keep.len()] || matches!(event.op, Op::Swap(_) | Op::Retry(_))
            });
        }
        let mut order = Linearizer::in_midst();
        let out = order.next(&streams);
        prop_assert!(keeps_program_order(&streams, &out));
        prop_assert_eq!(order.violations(), 0);
    }

    #[test]
    fn fetch_and_adds_are_chained_by_their_values(workers in 1usize..6, each in 1u32..20, picks in prop::collection::vec(any::<u16>(), 1..50)) {
        let plan = Plan { workers, stretches: vec![(Guard::Add, each)], picks };
        let truth = oracle::run(&plan);
        let nameless: Vec<Event> = truth.iter().copied().map(without_names).collect();
        let out = Linearizer::from_start().next(&split(&nameless, workers, |_| false));
        let strip = |events: &[Event]| events.iter().map(|event| (event.increment, event.op)).collect::<Vec<_>>();
        // Only the first can't be told: nobody stored the value of the start.
        prop_assert_eq!(&strip(&out)[1..], &strip(&truth)[1..]);
    }

    #[test]
    fn without_stamps_a_lock_has_one_holder(workers in 1usize..6, each in 1u32..8, picks in prop::collection::vec(any::<u16>(), 1..50)) {
        let plan = Plan { workers, stretches: vec![(Guard::Permits(1), each)], picks };
        let streams = split(&oracle::run(&plan), workers, |index| index % 7 == 0);
        let mut holders = 0;
        for event in Linearizer::from_start().next(&streams) {
            holders += i32::from(event.op == Op::Acquire) - i32::from(event.op == Op::Release);
            prop_assert!((0..=1).contains(&holders));
        }
    }

    #[test]
    fn nonsense_loses_nothing(
        plan in plans(),
        lies in prop::collection::vec((any::<u16>(), 0u16..6, 0u32..8), 1..40),
        stamped in any::<bool>(),
    ) {
        let mut truth = oracle::run(&plan);
        for (at, worker, iteration) in &lies {
            let index = usize::from(*at) % truth.len();
            let lie = Source::Store(Increment { worker: Worker(*worker), iteration: *iteration });
            if let Op::Load(seen) | Op::Retry(seen) | Op::FetchAdd(seen) = &mut truth[index].op {
                seen.source = if *iteration == 0 { Source::Start } else { lie };
            }
        }
        let streams = split(&truth, plan.workers, |_| stamped);
        let mut order = Linearizer::from_start();
        prop_assert!(keeps_program_order(&streams, &order.next(&streams)));
    }
}

fn load(worker: u16, iteration: u32, value: i64, source: Source) -> Event {
    let increment = Increment { worker: Worker(worker), iteration };
    Event { increment, op: Op::Load(Seen { value, source }), time: None, core: None }
}

fn store(worker: u16, iteration: u32, value: i64) -> Event {
    let increment = Increment { worker: Worker(worker), iteration };
    Event { increment, op: Op::Store(value), time: None, core: None }
}

fn by(worker: u16, iteration: u32) -> Source {
    Source::Store(Increment { worker: Worker(worker), iteration })
}

#[test]
fn what_can_be_true_is_not_counted_and_what_cannot_is() {
    let mut order = Linearizer::from_start();
    let lost = order.next(&[
        vec![load(0, 1, 0, Source::Start), store(0, 1, 1)],
        vec![load(1, 1, 0, Source::Start), store(1, 1, 1)],
    ]);
    assert_eq!((lost.len(), order.violations()), (4, 0));
    // Each read the other's store before its own: no order of two stores can do that.
    let mut order = Linearizer::from_start();
    let circle = order.next(&[
        vec![load(0, 1, 1, by(1, 1)), store(0, 1, 1)],
        vec![load(1, 1, 1, by(0, 1)), store(1, 1, 1)],
    ]);
    assert_eq!(circle.len(), 4);
    assert!(order.violations() > 0);
}

#[test]
fn a_later_batch_builds_on_the_last_store_of_the_one_before() {
    let mut order = Linearizer::from_start();
    let first = order.next(&[vec![load(0, 1, 0, Source::Start), store(0, 1, 1)]]);
    let second = order.next(&[vec![store(0, 2, 9)], vec![load(1, 1, 1, by(0, 1))]]);
    assert_eq!(first.len(), 2);
    assert_eq!(second, vec![load(1, 1, 1, by(0, 1)), store(0, 2, 9)]);
}
