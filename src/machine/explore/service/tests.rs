//! The service keeps its word: answers come, stopping keeps what there is, and the newest query wins.

use super::*;
use crate::experiment::{Kind, Protection};
use crate::program::{CounterShape, counter};

fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
    Machine::new(counter::program(CounterShape {
        kind: Kind::Thread,
        threads,
        iterations,
        protection,
        permits: 2,
    }))
}

fn query(asker: &'static str, number: u64, machine: Machine) -> Query {
    let options = Options { memory: 64 << 20, cores: 1, ..Options::default() };
    Query { options, ..Query::new(Ticket { asker, number }, machine) }
}

/// A search that goes on for longer than any test has patience.
fn long(asker: &'static str, number: u64) -> Query {
    let options = Options { memory: 8 << 30, cores: 1, ..Options::default() };
    Query { options, ..query(asker, number, machine(6, 8, Protection::ReadLock)) }
}

fn wait(service: &mut Service, mut until: impl FnMut(&Report) -> bool) -> Report {
    loop {
        match service.poll() {
            Some(report) if until(&report) => return report,
            Some(_) => {}
            None => thread::yield_now(),
        }
    }
}

fn done(report: &Report) -> bool {
    matches!(report, Report::Done { .. })
}

fn begun(report: &Report) -> bool {
    matches!(report, Report::Progress { .. })
}

#[test]
fn an_answer_comes_and_nothing_after_it() {
    let mut service = Service::default();
    service.order(Order::Start(Box::new(query("a", 1, machine(2, 2, Protection::None)))));
    let Report::Done { ticket, answer } = wait(&mut service, done) else { unreachable!() };
    assert_eq!(ticket, Ticket { asker: "a", number: 1 });
    assert!(answer.exploration.is_complete() && answer.sample.is_none());
    assert_eq!(answer.exploration.outcomes.len(), 3);
    assert!(service.poll().is_none());
}

#[test]
fn a_stopped_search_says_that_it_is_a_part_and_what_was_drawn() {
    let mut service = Service::default();
    let draw = Draw { samples: 50, seed: 7, memory: 1 << 24 };
    service.order(Order::Start(Box::new(Query { sample: Some(draw), ..long("a", 1) })));
    wait(&mut service, begun);
    service.order(Order::Stop(Ticket { asker: "a", number: 1 }));
    let Report::Done { answer, .. } = wait(&mut service, done) else { unreachable!() };
    assert_eq!(answer.exploration.coverage, Coverage::Partial(Limit::Stopped));
    assert!(!answer.out_of_time);
    assert_eq!(answer.sample.as_ref().map(|sample| sample.samples), Some(50));
}

#[test]
fn the_newest_query_wins() {
    let mut service = Service::default();
    service.order(Order::Start(Box::new(long("a", 1))));
    wait(&mut service, begun);
    service.order(Order::Start(Box::new(query("a", 2, machine(2, 2, Protection::Lock)))));
    let Report::Done { ticket, .. } = wait(&mut service, done) else { unreachable!() };
    assert_eq!(ticket.number, 2, "of what the same asker gave up nothing more is heard");
    service.order(Order::Start(Box::new(long("a", 3))));
    wait(&mut service, begun);
    service.order(Order::Start(Box::new(query("b", 1, machine(2, 2, Protection::Lock)))));
    let Report::Done { ticket, answer } = wait(&mut service, done) else { unreachable!() };
    assert_eq!((ticket.asker, answer.exploration.is_complete()), ("a", false));
    let Report::Done { ticket, .. } = wait(&mut service, done) else { unreachable!() };
    assert_eq!(ticket.asker, "b");
}

#[test]
fn time_ends_a_search_and_is_named() {
    let found =
        answer(&Query { time: Some(Duration::ZERO), ..long("a", 1) }, &mut |_, _| ControlFlow::Continue(()));
    assert_eq!(found.exploration.coverage, Coverage::Partial(Limit::Stopped));
    assert!(found.out_of_time);
}

#[test]
fn a_cancelled_query_is_not_heard_of_again() {
    let mut service = Service::default();
    service.order(Order::Start(Box::new(long("a", 1))));
    wait(&mut service, begun);
    service.order(Order::Cancel(Ticket { asker: "a", number: 1 }));
    service.order(Order::Start(Box::new(query("b", 1, machine(2, 1, Protection::None)))));
    let Report::Done { ticket, .. } = wait(&mut service, done) else { unreachable!() };
    assert_eq!(ticket.asker, "b");
}

#[test]
fn a_crash_is_told_and_the_next_query_is_answered() {
    let mut service = Service::default();
    // A state of another machine: the search can't make sense of it.
    let start = machine(3, 1, Protection::Lock).start();
    let crooked = Query {
        start: Some(State { locals: Vec::new(), ..start }),
        ..query("a", 1, machine(2, 2, Protection::None))
    };
    service.order(Order::Start(Box::new(crooked)));
    let report = wait(&mut service, |report| !begun(report));
    assert!(matches!(report, Report::Crashed { .. }), "{report:?}");
    service.order(Order::Start(Box::new(query("a", 2, machine(2, 2, Protection::None)))));
    assert!(done(&wait(&mut service, |report| !begun(report))));
}

#[test]
fn what_one_asker_waits_for_another_does_not_push_aside() {
    let mut service = Service::default();
    // Nobody works yet, so that all of them wait.
    service.has_thread = true;
    let small = |asker, number| Order::Start(Box::new(query(asker, number, machine(2, 1, Protection::None))));
    for order in [small("a", 1), small("b", 1), small("a", 2), small("c", 1), small("b", 2)] {
        service.order(order);
    }
    service.order(Order::Cancel(Ticket { asker: "c", number: 1 }));
    service.order(Order::Stop(Ticket { asker: "a", number: 2 }));
    let shared = Arc::clone(&service.shared);
    thread::spawn(move || work(&shared));
    let mut answered = |complete| {
        let Report::Done { ticket, answer } = wait(&mut service, done) else { unreachable!() };
        assert_eq!(answer.exploration.is_complete(), complete, "{ticket:?}");
        (ticket.asker, ticket.number)
    };
    assert_eq!([answered(true), answered(false)], [("b", 2), ("a", 2)], "the newest first");
}
