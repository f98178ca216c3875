use std::cell::Cell;

use super::*;
use crate::event::download::Bytes;
use crate::experiment::download::{Faults, RUNNERS};

/// A run, and everything that was told of it.
fn made(settings: DownloadSettings) -> (Run, Vec<JobEvent>) {
    let mut events = Vec::new();
    let plan = Plan { settings, targets: Vec::new() };
    let run = run(&plan, &|| false, &mut |event| events.push(*event)).expect("it runs");
    (run, events)
}

/// How each transfer ended; each ended once, and nothing happened to it after that.
fn ends(events: &[JobEvent], transfers: u32) -> Vec<JobOp> {
    assert!(events.is_sorted_by_key(|event| event.time));
    (0..transfers)
        .map(|job| {
            let of: Vec<JobOp> =
                events.iter().filter(|event| event.job == Job(job)).map(|event| event.op).collect();
            assert_eq!(of[0], JobOp::Queued);
            assert_eq!(of.iter().filter(|op| op.is_end()).count(), 1, "{of:?}");
            assert!(of.last().is_some_and(|op| op.is_end()), "{of:?}");
            of[of.len() - 1]
        })
        .collect()
}

/// Most transfers that were between their first stage and their end at once.
fn most_at_once(events: &[JobEvent]) -> u32 {
    let (mut now, mut most) = (0_u32, 0);
    let mut is_going = vec![false; events.len()];
    for event in events {
        let going = &mut is_going[event.job.index()];
        match event.op {
            JobOp::Stage(Stage::Connecting) => (now, *going) = (now + 1, true),
            op if op.is_end() && *going => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    most
}

fn faults(text: &str) -> Faults {
    text.parse().expect("faults")
}

const SOME: DownloadSettings = DownloadSettings {
    runner: Runner::Row,
    transfers: 24,
    workers: 5,
    permits: None,
    limit: 60_000,
    delay: 1,
    bytes: 20_000,
    capacity: 64,
    failures: 50,
    faults: Faults::ALL,
    seed: 7,
};

#[test]
fn every_transfer_is_accounted_for_whoever_makes_it_and_permits_hold_at_both_ends() {
    for runner in RUNNERS {
        for permits in [None, Some(1), Some(3)] {
            let settings =
                DownloadSettings { runner, permits, faults: faults("refused,broken,status"), ..SOME };
            let (run, events) = made(settings);
            let broken = Fault::Broken(Bytes { got: 10_000, of: Some(20_000) });
            let expected: Vec<JobOp> = (run.fates.iter())
                .map(|fate| match fate {
                    Fate::Whole => JobOp::Done(20_000),
                    Fate::Refused => JobOp::Failed(Cause::Transfer(Fault::Refused)),
                    Fate::Status => JobOp::Failed(Cause::Transfer(Fault::Status(500))),
                    _ => JobOp::Failed(Cause::Transfer(broken)),
                })
                .collect();
            assert_eq!(ends(&events, 24), expected, "{runner}, {permits:?}");
            let served = run.served.expect("our own server");
            assert_eq!((served.requests, served.left, served.not_understood), (20, 0, 0));
            assert_eq!(served.ended, [12, 0, 4, 4, 0, 0]);
            let limit = u32::from(settings.at_once());
            assert!(
                most_at_once(&events) <= limit && served.most <= limit,
                "{runner}, {permits:?}: {served:?}"
            );
            assert!(!run.stopped && run.nanos >= events.last().map_or(1, |event| event.time));
            let waited = events.iter().any(|event| event.op == JobOp::Await);
            assert!(!waited || permits.is_some());
        }
    }
}

#[test]
fn what_never_comes_is_timed_out_while_the_others_go_on() {
    for runner in RUNNERS {
        let settings = DownloadSettings {
            runner,
            transfers: 6,
            permits: Some(2),
            limit: 200,
            faults: faults("silent,slow"),
            ..SOME
        };
        let (run, events) = made(settings);
        for (fate, end) in run.fates.iter().zip(ends(&events, 6)) {
            let JobOp::Failed(Cause::Transfer(Fault::TimedOut(stage, bytes))) = end else {
                // A machine with other things to do may be late, but does not make anything of what fails.
                assert!(*fate == Fate::Whole && end == JobOp::Done(20_000), "{fate:?}: {end:?}");
                continue;
            };
            assert!(
                *fate != Fate::Silent || (stage != Stage::Receiving && bytes.got == 0),
                "{fate:?}: {end:?}"
            );
            assert!(bytes.got < 20_000);
        }
        let served = run.served.expect("our own server");
        assert!(served.most <= 2 && most_at_once(&events) <= 2, "{runner}: {served:?}");
        assert_eq!(served.requests, served.ended.iter().sum::<u64>() + served.left);
    }
}

#[test]
fn a_run_that_is_called_off_ends_with_nothing_left_running() {
    for runner in RUNNERS {
        let settings =
            DownloadSettings { runner, permits: Some(3), failures: 100, faults: faults("silent"), ..SOME };
        let asking = Cell::new(0);
        let mut events = Vec::new();
        let plan = Plan { settings, targets: Vec::new() };
        let all = u32::from(settings.at_once());
        let run = run(&plan, &|| asking.get() == all, &mut |event| {
            asking.set(asking.get() + u32::from(event.op == JobOp::Stage(Stage::Asking)));
            events.push(*event);
        })
        .expect("it runs");
        assert!(run.stopped);
        assert_eq!(ends(&events, 24), [JobOp::Cancelled; 24], "{runner}");
        let served = run.served.expect("our own server");
        assert_eq!((served.now, served.queued, served.ended), (0, 0, [0; 6]));
        assert_eq!(served.requests, served.left, "{runner}: {served:?}");
        assert!(served.most <= all);
    }
}

#[test]
fn thousands_of_tasks_share_a_few_permits() {
    let settings = DownloadSettings {
        runner: Runner::Tasks,
        transfers: 2_000,
        permits: Some(16),
        delay: 0,
        bytes: 10,
        failures: 0,
        ..SOME
    };
    let (run, events) = made(settings);
    assert_eq!(ends(&events, 2_000), [JobOp::Done(10); 2_000]);
    let served = run.served.expect("our own server");
    assert_eq!(served.of(Fate::Whole), 2_000);
    assert!(served.most <= 16 && most_at_once(&events) <= 16);
}

#[test]
fn what_can_not_be_had_is_refused_before_anything_begins() {
    let refused = |settings| {
        let plan = Plan { settings, targets: Vec::new() };
        run(&plan, &|| false, &mut |_| panic!("nothing happens")).expect_err("refused").to_string()
    };
    assert!(refused(DownloadSettings { permits: Some(0), ..SOME }).contains("permits must be 1 to 10000"));
    assert!(refused(DownloadSettings { runner: Runner::ProcessPool, ..SOME }).contains("use one of row"));
}
