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
    try_all_of(Kind::Thread, threads, iterations, delay, cores, runs);
}

fn try_all_of(kind: Kind, threads: u16, iterations: u32, delay: Delay, cores: Cores, runs: u32) {
    for protection in Protection::ALL {
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

/// The same between processes that share one word: what one of them reads of another is as exact as between threads.
#[cfg(target_os = "linux")]
#[test]
fn accounts_hold_between_processes() {
    racescope::platform::process::set_executable(env!("CARGO_BIN_EXE_racescope"));
    let kind = Kind::Process { shared: true };
    try_all_of(kind, 2, 5_000, Delay::None, Cores::All, 2);
    try_all_of(kind, 4, 300, Delay::Yield, Cores::All, 1);
    try_all_of(kind, 3, 20, Delay::Sleep(50), Cores::One, 1);
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
