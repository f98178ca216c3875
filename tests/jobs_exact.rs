//! Jobs on every runner, with real threads, tasks and processes: each is made once, the accounts add up, results stand in
//! the order of submission, and what happens to one job is that job's alone.
#![cfg(target_os = "linux")]

use std::thread;

use racescope::analysis::jobs::{Account, End};
use racescope::event::jobs::{Cause, Job, JobEvent, JobOp};
use racescope::experiment::jobs::{InRow, JobSettings, Outcome, Runner, Sizes};
use racescope::experiment::{Cores, Work};
use racescope::lab::error::LabError;
use racescope::lab::jobs::{Load, Run, in_row};
use racescope::platform::process::set_executable;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// Long enough that nothing ends by itself while it is looked at.
const FOR_EVER: u32 = 600_000;

fn settings(work: Work, runner: Runner, jobs: u32, sizes: &[u32]) -> JobSettings {
    set_executable(env!("CARGO_BIN_EXE_racescope"));
    JobSettings { jobs, workers: 3, sizes: Sizes::of(sizes), ..JobSettings::of(work) }.with_runner(runner)
}

/// A run, watched: `watch` sees every event once, in order, and may meddle.
fn watched(
    settings: JobSettings,
    mut watch: impl FnMut(&Run, &JobEvent),
) -> (Vec<JobEvent>, Result<Outcome, LabError>) {
    let run = Run::new(Load::new(settings).expect("within the limits"));
    let going = run.clone();
    let mut events = Vec::new();
    let outcome = thread::scope(|scope| {
        let thread = scope.spawn(move || going.go());
        while !thread.is_finished() {
            for event in run.take_events() {
                watch(&run, &event);
                events.push(event);
            }
            thread::yield_now();
        }
        thread.join().expect("it does not panic")
    });
    events.extend(run.take_events());
    (events, outcome)
}

fn run(settings: JobSettings) -> (Account, Outcome) {
    let (events, outcome) = watched(settings, |_, _| {});
    check(&settings, &events);
    (Account::of(&events), outcome.expect("nothing was refused"))
}

/// What holds in every run: each job is handed in once and in order, taken up once at the most by one worker, and ends
/// once; nothing comes before its time.
fn check(settings: &JobSettings, events: &[JobEvent]) {
    assert!(events.is_sorted_by_key(|event| event.time), "{settings:?}");
    let handed_in = events.iter().filter(|event| event.op == JobOp::Queued).map(|event| event.job);
    assert!(handed_in.eq((0..settings.jobs).map(Job)), "{settings:?}");
    for job in (0..settings.jobs).map(Job) {
        let mut of_job = events.iter().filter(|event| event.job == job);
        assert_eq!(of_job.next().map(|event| event.op), Some(JobOp::Queued));
        let rest: Vec<&JobEvent> = of_job.collect();
        let (last, between) = rest.split_last().expect("it ended");
        assert!(last.op.is_end(), "{settings:?}: {rest:?}");
        match between.split_first() {
            Some((first, between)) => {
                assert!(matches!(first.op, JobOp::Begin { .. }), "{rest:?}");
                assert!(rest.iter().all(|event| event.worker == first.worker), "{rest:?}");
                assert!(first.worker.is_some_and(|worker| worker.0 < settings.crew()));
                let inside = |event: &&&JobEvent| {
                    matches!(event.op, JobOp::Begin { .. } | JobOp::Queued) || event.op.is_end()
                };
                assert_eq!(between.iter().filter(inside).count(), 0, "{rest:?}");
            }
            None => assert_eq!((last.op, last.worker), (JobOp::Cancelled, None)),
        }
    }
    let account = Account::of(events);
    assert_eq!(account.tally().ended(), settings.jobs);
    assert!(account.most_at_once() <= u32::from(settings.crew()), "{settings:?}");
    assert_eq!((account.load_now().queued, account.load_now().busy), (0, 0));
    for lane in account.lanes() {
        for pair in lane.spans().windows(2) {
            assert!(pair[0].to.is_some_and(|to| to <= pair[1].from), "a worker does one thing at a time");
        }
    }
}

fn results(account: &Account) -> Vec<Option<u64>> {
    account.records().iter().map(|record| record.result()).collect()
}

#[test]
fn every_runner_makes_each_job_once_and_results_stand_in_the_order_of_submission() {
    for runner in Runner::ALL {
        for cores in [Cores::All, Cores::One] {
            let sleep = JobSettings { cores, ..settings(Work::Sleep, runner, 12, &[3, 1, 2]) };
            let (account, outcome) = run(sleep);
            let slept: Vec<_> = (0..12).map(|job| Some([3, 1, 2][job % 3])).collect();
            assert_eq!(results(&account), slept, "{runner}");
            assert_eq!((account.tally().done, outcome.stopped, outcome.replaced), (12, false, 0));

            let compute = JobSettings { cores, ..settings(Work::Compute, runner, 10, &[1_000]) };
            let (account, _) = run(compute);
            let primes: u64 = results(&account).into_iter().map(|result| result.expect("done")).sum();
            assert_eq!(primes, 1_229, "{runner}: the primes below 10 000, whoever counts them");
        }
    }
}

#[test]
fn what_is_said_is_everybodys_mingled_and_each_in_its_own_order() {
    for runner in Runner::ALL {
        for pause in [0, 1] {
            let settings = settings(Work::Say, runner, 4, &[pause]);
            let (account, _) = run(settings);
            assert_eq!(account.said().len(), 40);
            let of = |job| {
                let said = account.said().iter().filter(|said| said.job == Job(job));
                said.map(|said| said.text.to_string()).collect::<Vec<_>>().join(" ")
            };
            assert_eq!(of(0), "1 2 3 4 5 6 7 8 9 10", "{runner}");
            assert_eq!(of(1), "a b c d e f g h i j");
            let never_interrupted = runner == Runner::Row || (runner == Runner::Tasks && pause == 0);
            if never_interrupted {
                assert_eq!(account.changes(), 3, "{runner}: nobody comes between where nothing is awaited");
            }
        }
    }
}

#[test]
fn tasks_sleep_together_and_compute_one_after_another() {
    let (account, _) = run(settings(Work::Sleep, Runner::Tasks, 40, &[5]));
    let first_end = account.records().iter().filter_map(|record| record.ended).map(|(time, _)| time).min();
    assert!(account.records().iter().all(|record| record.began < first_end), "all begin before any ends");
    assert_eq!(account.most_at_once(), 40);
    let (account, _) = run(settings(Work::Compute, Runner::Tasks, 6, &[2_000]));
    assert_eq!(account.most_at_once(), 1);
    assert!(!account.is_out_of_order());
}

#[test]
fn a_job_that_crashes_is_one_failed_job_and_the_others_are_made() {
    for runner in Runner::ALL {
        for work in Work::JOBS {
            let settings = JobSettings { crash: Some(4), ..settings(work, runner, 9, &[1]) };
            if !settings.can_be_run_by(runner) {
                continue;
            }
            let (account, outcome) = run(settings);
            let tally = account.tally();
            assert_eq!((tally.done, tally.failed, tally.cancelled), (8, 1, 0), "{runner} {work}");
            let cause = if runner.has_processes() { Cause::Killed(6) } else { Cause::Panicked };
            let ended = account.records()[4].ended.map(|(_, end)| end);
            assert_eq!(ended, Some(End::Failed(cause)), "{runner} {work}");
            assert!(!outcome.stopped);
        }
    }
}

#[test]
fn a_child_that_is_killed_is_one_failed_job_and_is_replaced() {
    for runner in [Runner::Process, Runner::ProcessPool] {
        let sizes = [FOR_EVER, 1, 1, 1, 1, 1, 1, 1];
        let settings = JobSettings { workers: 1, ..settings(Work::Sleep, runner, 8, &sizes) };
        let mut killed = None;
        let (events, outcome) = watched(settings, |_, event| {
            if event.job == Job(0)
                && let JobOp::Begin { process: Some(process) } = event.op
            {
                let process = Pid::from_raw(process.cast_signed()).expect("a process has a number");
                kill_process(process, Signal::KILL).expect("it is ours");
                killed = Some(process);
            }
        });
        check(&settings, &events);
        let (account, outcome) = (Account::of(&events), outcome.expect("it goes on"));
        let tally = account.tally();
        assert_eq!((tally.done, tally.failed, tally.cancelled), (7, 1, 0), "{runner}");
        assert_eq!(account.records()[0].ended.map(|(_, end)| end), Some(End::Failed(Cause::Killed(9))));
        assert_eq!(outcome.replaced, u32::from(runner == Runner::ProcessPool));
        assert!(test_kill_process(killed.expect("it had begun")).is_err(), "nobody is left behind");
        let numbers: Vec<u32> = account.records().iter().filter_map(|record| record.process).collect();
        assert_eq!(numbers.len(), 8);
        assert!(numbers[1..].iter().all(|number| *number != numbers[0]));
    }
}

#[test]
fn a_run_that_is_called_off_before_it_begins_ends_at_once() {
    for runner in Runner::ALL {
        let settings = settings(Work::Sleep, runner, 9, &[FOR_EVER]);
        let run = Run::new(Load::new(settings).expect("it can be"));
        run.call_off(None);
        let outcome = run.go().expect("nothing is refused");
        let tally = Account::of(&run.take_events()).tally();
        assert_eq!((tally.done, tally.failed, tally.cancelled), (0, 0, 9), "{runner}");
        assert!(outcome.stopped);
    }
}

#[test]
fn all_are_called_off_in_their_midst() {
    for runner in Runner::ALL {
        for (work, size) in [(Work::Sleep, FOR_EVER), (Work::Compute, 90_000_000), (Work::Say, FOR_EVER)] {
            let settings = settings(work, runner, 6, &[size]);
            let mut processes = Vec::new();
            let (events, outcome) = watched(settings, |run, event| {
                if let JobOp::Begin { process } = event.op {
                    processes.extend(process);
                    run.call_off(None);
                }
            });
            check(&settings, &events);
            let tally = Account::of(&events).tally();
            assert_eq!((tally.done, tally.failed, tally.cancelled), (0, 0, 6), "{runner} {work}");
            assert!(outcome.expect("nothing was refused").stopped);
            for process in processes {
                let process = Pid::from_raw(process.cast_signed()).expect("a process has a number");
                assert!(test_kill_process(process).is_err(), "{runner}: nobody is left behind");
            }
        }
    }
}

#[test]
fn one_is_called_off_and_the_others_are_made() {
    for runner in Runner::ALL {
        let settings = settings(Work::Sleep, runner, 5, &[FOR_EVER, 1, 2, 1, 1]);
        let (events, outcome) = watched(settings, |run, event| {
            if event.job == Job(0) && matches!(event.op, JobOp::Begin { .. }) {
                run.call_off(Some(Job(0)));
            }
        });
        check(&settings, &events);
        let account = Account::of(&events);
        assert_eq!(results(&account), [None, Some(1), Some(2), Some(1), Some(1)], "{runner}");
        assert_eq!(account.tally().cancelled, 1);
        assert!(!outcome.expect("nothing was refused").stopped);
    }
}

#[test]
fn one_that_is_called_off_in_the_queue_never_begins() {
    for runner in [Runner::Row, Runner::Pool, Runner::ProcessPool] {
        let settings = JobSettings { workers: 1, ..settings(Work::Sleep, runner, 3, &[FOR_EVER]) };
        let (events, _) = watched(settings, |run, event| match event.op {
            JobOp::Begin { .. } => run.call_off(Some(Job(2))),
            JobOp::Cancelled => run.call_off(None),
            _ => {}
        });
        check(&settings, &events);
        let record = Account::of(&events).records()[2];
        assert_eq!((record.began, record.worker), (None, None), "{runner}");
        assert_eq!(record.ended.map(|(_, end)| end), Some(End::Cancelled));
    }
}

#[test]
fn the_same_work_in_a_row_is_measured_or_inferred_and_says_so() {
    let load = |sizes: &[u32], runner| Load::new(settings(Work::Sleep, runner, 4, sizes)).expect("fine");
    let long = std::time::Duration::from_secs(60);
    assert_eq!(in_row(&load(&[1], Runner::Row), long, &|| false), InRow::Itself);
    let measured = in_row(&load(&[1], Runner::Threads), long, &|| false);
    assert!(matches!(measured, InRow::Measured(nanos) if nanos >= 4_000_000), "{measured:?}");
    let short = std::time::Duration::ZERO;
    let sizes = [1, FOR_EVER, 1, 1];
    match in_row(&load(&sizes, Runner::Threads), short, &|| false) {
        InRow::Estimated { nanos, measured: 1 } => assert!(nanos >= u64::from(FOR_EVER) * 1_000_000),
        // The time was over before the first had ended.
        other => assert_eq!(other, InRow::Unknown),
    }
    assert_eq!(in_row(&load(&[FOR_EVER], Runner::Threads), long, &|| true), InRow::Unknown);
}

#[test]
fn as_many_as_there_can_be_are_had() {
    let (account, _) = run(settings(Work::Sleep, Runner::Tasks, 10_000, &[1]));
    assert_eq!(account.tally().done, 10_000);
    let (account, _) = run(settings(Work::Sleep, Runner::Threads, 64, &[1]));
    assert_eq!(account.tally().done, 64);
    let (account, _) = run(settings(Work::Compute, Runner::Pool, 10_000, &[10]));
    assert_eq!(account.tally().done, 10_000);
    let (account, _) =
        run(JobSettings { workers: 64, ..settings(Work::Compute, Runner::ProcessPool, 1_000, &[10]) });
    assert_eq!(account.tally().done, 1_000);
}
