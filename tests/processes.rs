//! Workers that are processes: killed at random moments, left behind by their parent, refused half-way.
#![cfg(target_os = "linux")]

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::process::{Command, Stdio};

use racescope::event::{Event, Increment, Op, Seen, Source, Value};
use racescope::experiment::{Delay, Gap, Kind, Protection, Settings};
use racescope::lab::batch::{Batch, Record, Run};
use racescope::platform::process::{End, set_executable};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rustix::process::{Pid, Signal, getpriority_process, kill_process, test_kill_process};

const EXECUTABLE: &str = env!("CARGO_BIN_EXE_racescope");

fn pid(number: u32) -> Pid {
    Pid::from_raw(number.cast_signed()).expect("a process has a number")
}

fn settings(shared: bool, protection: Protection) -> Settings {
    let gap = Gap { delay: Delay::None, jitter: 0 };
    Settings {
        kind: Kind::Process { shared },
        threads: 3,
        iterations: 6_000,
        protection,
        permits: 2,
        gap,
        ..Settings::default()
    }
}

/// Every increment that a worker completed is on record with what it built on, also of one that was killed.
fn check(run: &Run, what: &str) {
    let mut built: HashMap<Increment, (Seen, Value)> = HashMap::new();
    let fetch_add = run.settings.protection == Protection::FetchAdd;
    for (worker, events) in run.events().iter().enumerate() {
        let mut held = None;
        let mut made = 0;
        for event in events {
            held = event.op.seen().or(held);
            if let Some(stored) = event.op.stored() {
                let seen = held.take().expect("a store follows a load");
                assert_eq!(stored, seen.value + 1, "{what}");
                assert!(built.insert(event.increment, (seen, stored)).is_none(), "{what}");
                made += 1;
            }
        }
        let part = run.parts[worker];
        if part.dropped == 0 {
            assert_eq!(made, part.completed, "{what}: what worker {worker} completed is on record");
            assert_eq!(events.len() as u64, part.recorded, "{what}: operations of worker {worker}");
            let others = |event: &Event| match event.op.seen()?.source {
                Source::Store(by) => (by.worker.index() != worker).then_some(()),
                Source::Start | Source::Unknown => None,
            };
            if !fetch_add && run.settings.protection != Protection::CompareAndSwap {
                let hand_overs = events.iter().filter_map(others).count() as u64;
                assert_eq!(hand_overs, part.hand_overs, "{what}: hand-overs of worker {worker}");
            }
        }
        assert!(part.completed <= run.settings.iterations);
        let lost = run.losses.iter().find(|loss| loss.worker.index() == worker);
        match lost {
            Some(loss) => assert_eq!(loss.completed, part.completed),
            None => {
                assert_eq!(part.completed, run.settings.iterations, "{what}: the others go on to their end")
            }
        }
    }
    let completed: u64 = run.parts.iter().map(|part| u64::from(part.completed)).sum();
    assert_eq!(completed, run.counts.completed);
    if !run.is_whole() || fetch_add {
        return;
    }
    for (seen, _) in built.values() {
        match seen.source {
            Source::Start => assert_eq!(seen.value, 0),
            Source::Store(source) => assert_eq!(built[&source].1, seen.value, "{what}"),
            Source::Unknown => panic!("{what}: a whole record knows every source"),
        }
    }
    let mut survived = HashSet::new();
    let mut at = run.last;
    while let Source::Store(increment) = at {
        assert!(survived.insert(increment), "{what}");
        at = built[&increment].0.source;
    }
    assert_eq!(survived.len() as u64, run.counts.survived, "{what}");
}

/// What holds whatever was killed when.
fn check_protection(run: &Run, what: &str) {
    let (protection, undecided) = (run.settings.protection, run.losses.iter().any(|loss| loss.undecided));
    assert!(run.losses.iter().all(|loss| loss.end == End::Signal(9)), "{what}: {:?}", run.losses);
    let capacity = protection.capacity(run.settings.permits);
    if capacity == Some(1) || matches!(protection, Protection::CompareAndSwap | Protection::FetchAdd) {
        assert_eq!(run.lost(), 0, "{what}");
        assert!(!undecided, "{what}: where nothing is lost the counter decides");
    }
    if let (Some(capacity), Some(most)) = (capacity, run.most_holders) {
        assert!(most <= capacity, "{what}: {most} of {capacity}");
    }
}

#[test]
fn children_killed_at_random_moments_are_accounted_for() {
    set_executable(EXECUTABLE);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4711);
    let mut kills = 0;
    for protection in Protection::ALL {
        let settings = settings(true, protection);
        let mut batch = Batch::new(settings, Record::Whole { limit: 1 << 24 }).expect("processes can be had");
        for round in 0..23 {
            let victims = batch.pids();
            let victim = pid(victims[random.random_range(0..victims.len())]);
            let turns = random.random_range(0..600_000_u32);
            let run = std::thread::scope(|scope| {
                scope.spawn(move || {
                    for _ in 0..turns {
                        std::hint::spin_loop();
                    }
                    // It may have been put away already.
                    let _ = kill_process(victim, Signal::KILL);
                });
                batch.run().expect("the others go on")
            });
            kills += 1;
            let what = format!("{protection}, round {round}");
            check(&run, &what);
            check_protection(&run, &what);
            assert!(run.losses.len() <= 2, "{what}");
        }
    }
    assert!(kills >= 200);
}

#[test]
fn nothing_is_lost_where_nothing_is_shared() {
    set_executable(EXECUTABLE);
    for protection in Protection::ALL {
        let settings = settings(false, protection);
        let mut batch = Batch::new(settings, Record::Whole { limit: 1 << 24 }).expect("processes can be had");
        let run = batch.run().expect("none crashes");
        assert_eq!(run.lost(), 0);
        assert_eq!(run.last, Source::Start, "the parent's counter was never touched");
        for part in &run.parts {
            assert_eq!(part.own_final, Some(u64::from(settings.iterations)), "{protection}");
            assert_eq!(part.hand_overs, 0, "{protection}: nobody reads another's");
        }
        for events in run.events() {
            let stored: Vec<Value> = events.iter().filter_map(|event| event.op.stored()).collect();
            let all: Vec<Value> = (1..=Value::from(settings.iterations)).collect();
            assert!(stored == all, "{protection}: each counter goes up by one with every increment");
        }
        for event in run.events().iter().flatten() {
            if let Some(Seen { source: Source::Store(by), .. }) = event.op.seen() {
                assert_eq!(by.worker, event.increment.worker, "{protection}");
            }
            assert!(!matches!(event.op, Op::Retry(_)));
        }
    }
}

/// A stopped child can't come when it is called: it is ended and named, and the next run has another in its place.
#[test]
fn a_child_that_is_stopped_keeps_nobody_waiting_for_ever() {
    set_executable(EXECUTABLE);
    let endless = Settings { iterations: 15_000_000, ..settings(true, Protection::Lock) };
    let mut batch = Batch::new(endless, Record::Off).expect("processes can be had");
    let stopped = batch.pids()[1];
    kill_process(pid(stopped), Signal::STOP).expect("it lives");
    assert!(batch.run_unless(&|| true).is_err(), "it was stopped");
    batch.change(Settings { iterations: 100, ..endless }, Record::Off).expect("others can be had");
    let run = batch.run().expect("the others go on");
    assert_eq!(run.counts.completed, 300);
    assert!(!batch.pids().contains(&stopped) && test_kill_process(pid(stopped)).is_err());
}

#[test]
fn a_crew_that_goes_leaves_nobody() {
    set_executable(EXECUTABLE);
    let endless = Settings { iterations: 15_000_000, ..settings(true, Protection::Lock) };
    let mut batch = Batch::new(endless, Record::Off).expect("processes can be had");
    let pids = batch.pids();
    assert_eq!(pids.len(), 3);
    assert!(batch.run_unless(&|| true).is_err(), "it was stopped");
    drop(batch);
    for number in pids {
        assert!(test_kill_process(pid(number)).is_err(), "{number} is no more, nor a zombie");
    }
}

/// Hundreds that never rest must not keep whoever ends them waiting for a core.
#[test]
fn children_give_way_to_who_started_them() {
    set_executable(EXECUTABLE);
    let mut batch = Batch::new(settings(true, Protection::None), Record::Off).expect("processes can be had");
    batch.run().expect("none crashes");
    let own = getpriority_process(None).expect("Linux");
    for number in batch.pids() {
        assert_eq!(getpriority_process(Some(pid(number))).expect("it lives"), (own + 10).min(19));
    }
}

/// The children hold the other end of a pipe; it closes when the last of them is gone.
#[test]
fn a_parent_that_is_killed_takes_its_children_along() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut parent = Command::new(EXECUTABLE)
        .args([
            "race",
            "--kind",
            "process",
            "--threads",
            "4",
            "--iterations",
            "15000000",
            "--protection",
            "lock",
        ])
        .args(["--runs", "1000", "--record-limit", "1"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(writer))
        .spawn()
        .expect("it starts");
    let children = loop {
        let path = format!("/proc/{0}/task/{0}/children", parent.id());
        let of_threads =
            std::fs::read_dir(format!("/proc/{}/task", parent.id())).expect("it lives").flatten();
        let all: Vec<u32> = of_threads
            .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok())
            .flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .filter_map(|number| number.parse().ok())
            .collect();
        if all.len() == 4 {
            break all;
        }
        assert!(std::path::Path::new(&path).exists(), "the kernel tells children");
        std::thread::yield_now();
    };
    let watches: Vec<_> = children
        .iter()
        .map(|&child| {
            rustix::process::pidfd_open(pid(child), rustix::process::PidfdFlags::empty()).expect("it lives")
        })
        .collect();
    parent.kill().expect("it can be killed");
    parent.wait().expect("it ends");
    for watch in &watches {
        let mut files = [rustix::event::PollFd::new(watch, rustix::event::PollFlags::IN)];
        rustix::event::poll(&mut files, None).expect("it ends");
    }
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect("nobody holds the pipe");
}

#[test]
fn a_child_that_is_refused_half_way_is_said_and_the_others_are_put_away() {
    let out = Command::new(EXECUTABLE)
        .args(["race", "--kind", "process", "--threads", "6"])
        .env("RACESCOPE_FAULT", "spawn:3")
        .output()
        .expect("it runs");
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("process 4 of 6 could not be started"), "{said}");
}
