//! Downloads as jobs, against the server of our own: what is told of each, and what the server counts.

use std::thread;

use crate::event::download::{Bytes, Fate, Fault, Served, Stage};
use crate::event::jobs::{Cause, Job, JobEvent, JobOp};
use crate::experiment::Work;
use crate::experiment::download::{Faults, Net, RUNNERS};
use crate::experiment::jobs::{InRow, JobSettings, Outcome, Runner, Sizes};
use crate::lab::download::target::Target;
use crate::lab::jobs::{Load, Run, in_row};

/// What came of a run.
struct Made {
    outcome: Outcome,
    events: Vec<JobEvent>,
    served: Served,
}

fn made(settings: JobSettings) -> Made {
    made_until(settings, |_| false)
}

/// A run that is called off as soon as this says so of what has happened so far.
fn made_until(settings: JobSettings, stop: impl Fn(&[JobEvent]) -> bool) -> Made {
    let run = Run::new(Load::new(settings).expect("a server"));
    let mut events = Vec::new();
    let outcome = thread::scope(|scope| {
        let going = scope.spawn(|| run.go());
        while !going.is_finished() {
            events.extend(run.take_events());
            if stop(&events) {
                run.call_off(None);
            }
            thread::yield_now();
        }
        going.join().expect("it does not crash")
    });
    events.extend(run.take_events());
    Made { outcome: outcome.expect("it runs"), events, served: run.served().expect("our own server") }
}

/// How each transfer ended; each ended once, and nothing happened to it after that.
fn ends(made: &Made, transfers: u32) -> Vec<JobOp> {
    assert!(made.events.is_sorted_by_key(|event| event.time));
    (0..transfers)
        .map(|job| {
            let of: Vec<JobOp> =
                made.events.iter().filter(|event| event.job == Job(job)).map(|event| event.op).collect();
            assert_eq!(of[0], JobOp::Queued);
            assert_eq!(of.iter().filter(|op| op.is_end()).count(), 1, "{of:?}");
            assert!(of.last().is_some_and(|op| op.is_end()), "{of:?}");
            of[of.len() - 1]
        })
        .collect()
}

/// Most transfers that were between their first stage and their end at once.
fn most_at_once(made: &Made) -> u32 {
    let (mut now, mut most) = (0_u32, 0);
    let mut is_going = vec![false; made.events.len()];
    for event in &made.events {
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

fn some(runner: Runner, net: Net) -> JobSettings {
    let sizes = Sizes::of(&[20_000]);
    JobSettings { runner, jobs: 24, workers: 5, sizes, net, ..JobSettings::of(Work::Download) }
}

/// Fast, with much room and much time.
fn easy() -> Net {
    Net { permits: None, limit: 60_000, delay: 1, capacity: 64, failures: 50, faults: Faults::ALL }
}

#[test]
fn every_transfer_is_accounted_for_whoever_makes_it_and_permits_hold_at_both_ends() {
    for runner in RUNNERS {
        for permits in [None, Some(1), Some(3)] {
            let settings = some(runner, Net { permits, faults: faults("refused,broken,status"), ..easy() });
            let made = made(settings);
            let broken = Fault::Broken(Bytes { got: 10_000, of: Some(20_000) });
            let expected: Vec<JobOp> = (settings.fates().iter())
                .map(|fate| match fate {
                    Fate::Whole => JobOp::Done(20_000),
                    Fate::Refused => JobOp::Failed(Cause::Transfer(Fault::Refused)),
                    Fate::Status => JobOp::Failed(Cause::Transfer(Fault::Status(500))),
                    _ => JobOp::Failed(Cause::Transfer(broken)),
                })
                .collect();
            assert_eq!(ends(&made, 24), expected, "{runner}, {permits:?}");
            let served = made.served;
            assert_eq!((served.requests, served.left, served.not_understood), (20, 0, 0));
            assert_eq!(served.ended, [12, 0, 4, 4, 0, 0]);
            let limit = u32::from(settings.at_once());
            assert!(
                most_at_once(&made) <= limit && served.most <= limit,
                "{runner}, {permits:?}: {served:?}"
            );
            assert!(!made.outcome.stopped);
            let waited = made.events.iter().any(|event| event.op == JobOp::Await);
            assert!(!waited || permits.is_some());
        }
    }
}

#[test]
fn what_never_comes_is_timed_out_while_the_others_go_on() {
    for runner in RUNNERS {
        let net = Net { permits: Some(2), limit: 200, faults: faults("silent,slow"), ..easy() };
        let settings = JobSettings { jobs: 6, ..some(runner, net) };
        let made = made(settings);
        for (fate, end) in settings.fates().iter().zip(ends(&made, 6)) {
            let JobOp::Failed(Cause::Transfer(Fault::TimedOut(stage, bytes))) = end else {
                // A machine with other things to do may be late, but makes nothing of what is to fail.
                assert!(*fate == Fate::Whole && end == JobOp::Done(20_000), "{fate:?}: {end:?}");
                continue;
            };
            assert!(*fate != Fate::Silent || (stage != Stage::Receiving && bytes.got == 0), "{end:?}");
            assert!(bytes.got < 20_000);
        }
        let served = made.served;
        assert!(served.most <= 2 && most_at_once(&made) <= 2, "{runner}: {served:?}");
        assert_eq!(served.requests, served.ended.iter().sum::<u64>() + served.left);
    }
}

#[test]
fn a_run_that_is_called_off_ends_with_nothing_left_running() {
    for runner in RUNNERS {
        let net = Net { permits: Some(3), failures: 100, faults: faults("silent"), ..easy() };
        let settings = some(runner, net);
        let all = settings.at_once();
        let made = made_until(settings, |events| {
            let asking = events.iter().filter(|event| event.op == JobOp::Stage(Stage::Asking));
            asking.count() == usize::from(all)
        });
        assert!(made.outcome.stopped);
        assert_eq!(ends(&made, 24), [JobOp::Cancelled; 24], "{runner}");
        let served = made.served;
        assert_eq!((served.now, served.queued, served.ended), (0, 0, [0; 6]));
        assert_eq!(served.requests, served.left, "{runner}: {served:?}");
        assert!(served.most <= all.into());
    }
}

#[test]
fn thousands_of_tasks_share_a_few_permits() {
    let net = Net { permits: Some(16), delay: 0, failures: 0, ..easy() };
    let settings = JobSettings { jobs: 2_000, sizes: Sizes::of(&[10]), ..some(Runner::Tasks, net) };
    let made = made(settings);
    assert_eq!(ends(&made, 2_000), [JobOp::Done(10); 2_000]);
    assert_eq!(made.served.of(Fate::Whole), 2_000);
    assert!(made.served.most <= 16 && most_at_once(&made) <= 16);
}

#[test]
fn what_is_measured_in_a_row_is_from_a_server_of_its_own_and_others_are_not_asked_twice() {
    let settings = some(Runner::Tasks, Net { failures: 0, ..easy() });
    let load = Load::new(settings).expect("a server");
    let run = Run::new(load.clone());
    run.go().expect("it runs");
    let long = std::time::Duration::from_secs(600);
    assert!(matches!(in_row(&load, long, &|| false), InRow::Measured(_)));
    assert_eq!(run.served().expect("our own server").requests, 24);
    let target: Target = "http://127.0.0.1:1/".parse().expect("a URL");
    let others = Load::download(JobSettings { jobs: 1, ..settings }, &[target]).expect("a load");
    assert_eq!(in_row(&others, long, &|| false), InRow::Unknown);
}

#[test]
fn what_can_not_be_had_is_refused_before_anything_begins() {
    let refused = |settings: JobSettings| Load::new(settings).expect_err("refused").to_string();
    let none = Net { permits: Some(0), ..easy() };
    assert!(refused(some(Runner::Row, none)).contains("permits must be 1 to 10 000"));
    assert!(refused(some(Runner::ProcessPool, easy())).contains("use one of row"));
}
