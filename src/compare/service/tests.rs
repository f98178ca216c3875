//! Sweeps in the background: the real thing, small.

use std::thread;

use super::*;
use crate::compare::plan::Sweep;
use crate::experiment::Delay;

fn wait(service: &mut Service) -> Report {
    let began = Instant::now();
    loop {
        match service.poll() {
            Some(Report { news: News::Going(_), .. }) => {}
            Some(report) => return report,
            None => {
                assert!(began.elapsed() < Duration::from_secs(60), "nothing is reported");
                thread::yield_now();
            }
        }
    }
}

fn small(sweep: Sweep) -> Plan {
    Plan { threads: 2, iterations: 5, runs: 3, gap: Delay::None, ..Plan::of(sweep) }
}

/// Longer than any test waits.
fn endless() -> Plan {
    Plan { iterations: 100_000, gap: Delay::Sleep(1_000_000), ..small(Sweep::Permits) }
}

#[test]
fn a_sweep_is_made_and_the_next_after_it() {
    let mut service = Service::default();
    // Kinds needs the real program for its child processes; tests/cli_kinds.rs has it.
    let sweeps = Sweep::ALL.into_iter().filter(|sweep| *sweep != Sweep::Kinds);
    for (number, sweep) in (1..).zip(sweeps) {
        service.order(Order::Start(number, small(sweep)));
        let report = wait(&mut service);
        let News::Ended(table) = report.news else { panic!("{report:?}") };
        assert_eq!((report.number, table.plan), (number, small(sweep)));
        assert!(table.is_complete() && !table.stopped);
        assert!(table.rows.iter().all(|row| row.runs == 3));
    }
}

#[test]
fn one_that_is_stopped_ends_with_what_it_has() {
    let mut service = Service::default();
    service.order(Order::Start(1, endless()));
    service.order(Order::Stop);
    let report = wait(&mut service);
    let News::Ended(table) = report.news else { panic!("{report:?}") };
    assert!(table.stopped && !table.is_complete());
    assert_eq!((report.number, table.progress.done), (1, 0));
}

#[test]
fn another_start_stops_the_one_before() {
    let mut service = Service::default();
    service.order(Order::Start(1, endless()));
    service.order(Order::Start(2, small(Sweep::Window)));
    let reports = [wait(&mut service)];
    let last = if reports[0].number == 1 { wait(&mut service) } else { reports[0].clone() };
    let News::Ended(table) = last.news else { panic!("{last:?}") };
    assert!(last.number == 2 && table.is_complete());
}

#[test]
fn what_can_not_be_had_is_said() {
    let mut service = Service::default();
    service.order(Order::Start(1, Plan { threads: 65, ..small(Sweep::Permits) }));
    let report = wait(&mut service);
    assert!(matches!(report.news, News::Failed(why) if why == "threads must be 1 to 64, not 65"));
}
