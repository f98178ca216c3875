//! Real threads at full speed, every operation recorded: what the lab counts is checked against a reconstruction
//! of its own from the recorded events.

use std::collections::{HashMap, HashSet};

use racescope::event::{Event, Increment, Op, Seen, Source, Value};
use racescope::experiment::{Cores, Delay, Gap, Kind, Protection, Settings};
use racescope::lab::batch::{Batch, Record, Run};

const LIMIT: u64 = 1 << 24;

/// What each increment built on and stored, read off the events of one worker after another.
fn increments(streams: &[Vec<Event>]) -> HashMap<Increment, (Seen, Value)> {
    let mut built = HashMap::new();
    for stream in streams {
        let mut held: Option<Seen> = None;
        let mut iteration = 0;
        for event in stream {
            if let Some(seen) = event.op.seen() {
                if !matches!(event.op, Op::Retry(_)) {
                    assert_eq!(event.increment.iteration, iteration + 1, "increments come one after another");
                    iteration += 1;
                }
                held = Some(seen);
            }
            if let Some(stored) = event.op.stored() {
                let seen = held.take().expect("a store follows a load");
                assert_eq!(stored, seen.value + 1);
                assert!(built.insert(event.increment, (seen, stored)).is_none());
            }
        }
        assert_eq!(held, None, "every load is followed by a store");
    }
    built
}

/// Fetch-and-adds don't name whom they read; no two of them store the same value.
fn name_sources(built: &mut HashMap<Increment, (Seen, Value)>) {
    let authors: HashMap<Value, Increment> = built.iter().map(|(&who, &(_, stored))| (stored, who)).collect();
    for (seen, _) in built.values_mut() {
        if seen.source == Source::Unknown {
            seen.source = Source::Store(authors[&seen.value]);
        }
    }
}

fn check(settings: &Settings, run: &Run) {
    assert!(run.is_whole(), "{settings:?}: a whole record is whole");
    let streams = run.events();
    let mut built = increments(&streams);
    if settings.protection == Protection::FetchAdd {
        name_sources(&mut built);
    }
    assert_eq!(built.len() as u64, settings.increments(), "{settings:?}: each increment is in the record");

    // What a load found is what its source stored.
    for (seen, _) in built.values() {
        match seen.source {
            Source::Start => assert_eq!(seen.value, 0),
            Source::Store(source) => assert_eq!(built[&source].1, seen.value),
            Source::Unknown => panic!("a whole record knows every source"),
        }
    }

    // The path from the final word back to the start.
    let mut survived = HashSet::new();
    let mut at = run.last;
    while let Source::Store(increment) = at {
        assert!(survived.insert(increment), "the path has no loop");
        at = built[&increment].0.source;
    }
    assert_eq!(at, Source::Start);
    assert_eq!(survived.len() as u64, run.counts.survived, "final = survived");
    assert_eq!(run.counts.completed, settings.increments());
    assert_eq!(run.counts.survived + run.lost(), run.counts.completed);

    let hand_overs = built.iter().filter(
        |(who, (seen, _))| matches!(seen.source, Source::Store(source) if source.worker != who.worker),
    );
    assert_eq!(hand_overs.count() as u64, run.counts.hand_overs, "{settings:?}");

    let retries = streams.iter().flatten().filter(|event| matches!(event.op, Op::Retry(_)));
    assert_eq!(retries.count() as u64, run.counts.retries);
    let recorded: u64 = run.parts.iter().map(|part| part.recorded).sum();
    assert_eq!(streams.iter().map(|stream| stream.len() as u64).sum::<u64>(), recorded);
    check_protection(settings, run);
    if settings.kind == NOT_AWAITED {
        assert_eq!(
            (run.lost(), run.counts.retries),
            (0, 0),
            "no task comes between another's load and store"
        );
    }
}

fn check_protection(settings: &Settings, run: &Run) {
    match settings.protection {
        Protection::None => assert_eq!(run.most_holders, None),
        Protection::ReadLock => assert!(run.most_holders <= Some(settings.threads)),
        Protection::Semaphore => {
            assert!(run.most_holders <= Some(settings.permits));
            if settings.permits == 1 {
                assert_eq!(run.lost(), 0);
            }
        }
        Protection::Lock | Protection::Guard | Protection::Spin | Protection::WriteLock => {
            assert_eq!(run.most_holders, Some(1));
            assert_eq!(run.lost(), 0);
        }
        Protection::CompareAndSwap | Protection::FetchAdd => assert_eq!(run.lost(), 0),
    }
}

fn try_all(threads: u16, iterations: u32, delay: Delay, cores: Cores, runs: u32) {
    try_kind(Kind::Thread, (threads, iterations), delay, cores, runs, &Protection::ALL);
}

const AWAITED: Kind = Kind::Task { awaits: true };
const NOT_AWAITED: Kind = Kind::Task { awaits: false };

/// Tasks of both kinds, all of one and the same exactness.
fn try_tasks(size: (u16, u32), delay: Delay, protections: &[Protection]) {
    for kind in [AWAITED, NOT_AWAITED] {
        try_kind(kind, size, delay, Cores::All, 1, protections);
    }
}

fn try_kind(
    kind: Kind,
    (threads, iterations): (u16, u32),
    delay: Delay,
    cores: Cores,
    runs: u32,
    protections: &[Protection],
) {
    for &protection in protections {
        for permits in if protection == Protection::Semaphore { &[1, 2, 5][..] } else { &[2][..] } {
            let settings = Settings {
                kind,
                threads,
                iterations,
                protection,
                permits: *permits,
                gap: Gap { delay, jitter: 50 },
                cores,
                seed: 7,
            };
            let mut batch =
                Batch::new(settings, Record::Whole { limit: LIMIT }).expect("these settings can be had");
            for _ in 0..runs {
                check(&settings, &batch.run().expect("no worker crashes"));
            }
        }
    }
}

#[test]
fn accounts_hold_without_a_gap() {
    try_all(1, 1_000, Delay::None, Cores::All, 2);
    try_all(2, 20_000, Delay::None, Cores::All, 3);
    try_all(5, 1_000, Delay::None, Cores::All, 3);
    try_all(3, 7, Delay::None, Cores::All, 20);
}

#[test]
fn accounts_hold_with_every_gap() {
    try_all(4, 300, Delay::Yield, Cores::All, 2);
    try_all(4, 300, Delay::Spin(200), Cores::All, 2);
    try_all(3, 20, Delay::Sleep(50), Cores::All, 1);
}

#[test]
fn accounts_hold_with_64_threads() {
    try_all(64, 20, Delay::None, Cores::All, 2);
    try_all(64, 10, Delay::Yield, Cores::All, 1);
}

#[test]
fn accounts_hold_on_one_core() {
    try_all(4, 500, Delay::Yield, Cores::One, 2);
}

#[test]
fn accounts_hold_for_tasks() {
    for delay in [Delay::None, Delay::Yield, Delay::Spin(200)] {
        try_tasks((1, 500), delay, &Protection::ALL);
        try_tasks((2, 500), delay, &Protection::ALL);
        try_tasks((7, 100), delay, &Protection::ALL);
    }
    try_tasks((3, 4), Delay::Sleep(50), &Protection::ALL);
    try_tasks((300, 5), Delay::None, &Protection::ALL);
}

#[test]
fn accounts_hold_for_ten_thousand_tasks() {
    let short = [Protection::None, Protection::Semaphore, Protection::FetchAdd, Protection::WriteLock];
    try_tasks((10_000, 3), Delay::None, &short);
    // Room for every retry that ten thousand compare-and-swaps might need is refused, and ten thousand that spin while
    // one of them holds the lock have ten thousand turns for nothing.
    try_kind(NOT_AWAITED, (10_000, 3), Delay::None, Cores::All, 1, &Protection::ALL);
    try_tasks((10_000, 2), Delay::Yield, &[Protection::Lock]);
    // All of them sleep at the same time: one after another they would take seven minutes.
    try_kind(AWAITED, (10_000, 2), Delay::Sleep(20_000), Cores::All, 1, &[Protection::None]);
}

#[test]
fn tasks_that_await_nothing_are_done_one_after_another() {
    for (threads, iterations) in [(1, 1), (2, 1), (2, 2_000), (64, 300), (1_000, 20), (10_000, 3)] {
        for delay in [Delay::None, Delay::Yield] {
            let gap = Gap { delay, jitter: 50 };
            let settings = Settings { kind: NOT_AWAITED, threads, iterations, gap, ..Settings::default() };
            let run = Batch::new(settings, Record::Off).expect("tasks can be had").run().expect("no crash");
            assert_eq!((run.counts.completed, run.lost()), (settings.increments(), 0));
            assert_eq!(run.counts.hand_overs, u64::from(threads) - 1, "each begins where the last one ended");
        }
    }
}

/// The outcome of two tasks that await between load and store follows from the runtime's order: both load, both store.
#[test]
fn tasks_that_await_lose_updates_on_one_thread() {
    let settings =
        Settings { kind: AWAITED, threads: 2, iterations: 100, gap: Gap::NONE, ..Settings::default() };
    let run = Batch::new(settings, Record::Off).expect("tasks can be had").run().expect("no crash");
    assert_eq!(run.counts.survived, 100, "each update is made twice");
}

/// The same between processes that share one word: what one of them reads of another is as exact as between threads.
#[cfg(target_os = "linux")]
#[test]
fn accounts_hold_between_processes() {
    racescope::platform::process::set_executable(env!("CARGO_BIN_EXE_racescope"));
    let kind = Kind::Process { shared: true };
    try_kind(kind, (2, 5_000), Delay::None, Cores::All, 2, &Protection::ALL);
    try_kind(kind, (4, 300), Delay::Yield, Cores::All, 1, &Protection::ALL);
    try_kind(kind, (3, 20), Delay::Sleep(50), Cores::One, 1, &Protection::ALL);
}

#[cfg(target_os = "linux")]
#[test]
fn accounts_hold_with_256_processes() {
    racescope::platform::process::set_executable(env!("CARGO_BIN_EXE_racescope"));
    let settings = Settings {
        kind: Kind::Process { shared: true },
        threads: 256,
        iterations: 10,
        ..Settings::default()
    };
    let mut batch = Batch::new(settings, Record::Whole { limit: LIMIT }).expect("256 processes can be had");
    check(&settings, &batch.run().expect("none crashes"));
}
