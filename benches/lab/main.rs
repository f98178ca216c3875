//! What the lab costs beyond the bare race: `cargo bench --bench lab`; after `--`, names of tables (`engine`, `apart`,
//! `recording`, `recorders`, `probe`) and of protections and `1` or `2`, these only and only with so many threads.
//!
//! Every figure is a ratio of two things measured in turn, in one run, on the same number of threads: the median of
//! many pairs, and their quartiles. The bare race is the loop that one would write by hand: the same loads and stores,
//! nothing recorded; `by_hand` says how it is set up.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use racescope::experiment::{Cores, Delay, Gap, Protection, Settings};
use racescope::lab::batch::{Batch, Record};

mod by_hand;
mod pairs;

use by_hand::{Apart, Plain, by_hand, hand_written};
use pairs::{Pairs, median, pairs};

/// Pairs of runs for each ratio, and for the figures that are spread less.
const MANY: usize = 101;
const PAIRS: usize = 41;
/// What the engine may cost beyond the hand-written loop.
const BOUND: f64 = 1.3;

fn settings(threads: u16, iterations: u32, protection: Protection) -> Settings {
    let gap = Gap::NONE;
    // Cores differ by what else runs on the machine beneath them: one thread is measured on the same one on both sides.
    let cores = if threads == 1 { Cores::One } else { Cores::All };
    Settings { threads, iterations, protection, gap, cores, ..Settings::default() }
}

fn engine(threads: u16, iterations: u32, protection: Protection, record: Record) -> impl FnMut() -> u64 {
    let mut batch = Batch::new(settings(threads, iterations, protection), record).expect("the lab starts");
    move || batch.run().expect("no worker crashes").nanos
}

fn iterations(protection: Protection, threads: u16) -> u32 {
    match (protection, threads) {
        (Protection::None, _) => 2_000_000,
        (_, 1) => 500_000,
        // Two cores that fight for a lock do so in ways that last for milliseconds: a run is to see several.
        _ => 200_000,
    }
}

/// What was asked for.
struct Asked(Vec<String>);

impl Asked {
    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|asked| asked == word)
    }

    /// Whether this one of these was asked for, or none of them.
    fn wants(&self, word: &str, of: &[&str]) -> bool {
        self.has(word) || !of.iter().any(|one| self.has(one))
    }

    fn table(&self, name: &str) -> bool {
        self.wants(name, &["engine", "apart", "recording", "recorders", "probe"])
    }

    /// The rows, one thread first.
    fn rows(&self, of: &[Protection]) -> Vec<(u16, Protection)> {
        let names = Protection::ALL.map(Protection::name);
        let threads = ["1", "2"].into_iter().filter(|threads| self.wants(threads, &["1", "2"]));
        let of = of.iter().filter(|protection| self.wants(protection.name(), &names));
        threads
            .flat_map(|threads| {
                of.clone().map(move |&protection| (if threads == "1" { 1 } else { 2 }, protection))
            })
            .collect()
    }
}

fn main() {
    let asked = Asked(std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect());
    if asked.table("engine") {
        full_speed(&asked);
    }
    if asked.table("apart") {
        apart(&asked);
    }
    if asked.table("recording") {
        recording(&asked);
    }
    if asked.table("recorders") {
        recorders();
    }
    if asked.table("probe") {
        probe_effect();
    }
}

fn full_speed(asked: &Asked) {
    println!(
        "the full-speed engine, everything changeable in mid-run, recording off, against the hand-written loop\n\
         ({MANY} pairs of runs; both put their threads on the same cores and have them leave a barrier together)"
    );
    println!(
        "{:<14}{:>8}{:>14}{:>14}{:>8}{:>10}{:>8}{:>28}",
        "protection", "threads", "ours ns/inc", "by hand", "25 %", "ratio", "75 %", "by hand against itself"
    );
    let mut over = Vec::new();
    for (threads, protection) in asked.rows(&Protection::ALL) {
        let n = iterations(protection, threads);
        let ours = engine(threads, n, protection, Record::Off);
        let found = pairs(MANY, u64::from(n), ours, || hand_written::<Plain>(threads, n, protection));
        row(protection, threads, &found);
        if found.ratio.median > BOUND {
            over.push(format!("{} on {threads}", protection.name()));
        }
    }
    match over.as_slice() {
        [] => println!("every median is within {BOUND}"),
        over => println!("beyond {BOUND}: {}", over.join(", ")),
    }
}

/// Several are inside at once where a semaphore or a read lock is all there is.
fn apart(asked: &Asked) {
    println!(
        "\nwhere several are inside, the same against the loop whose load and store are two instructions"
    );
    for (threads, protection) in asked.rows(&[Protection::Semaphore, Protection::ReadLock]) {
        let n = iterations(protection, threads);
        let ours = engine(threads, n, protection, Record::Off);
        let found = pairs(MANY, u64::from(n), ours, || hand_written::<Apart>(threads, n, protection));
        row(protection, threads, &found);
    }
}

fn row(protection: Protection, threads: u16, found: &Pairs) {
    let (name, ratio, itself) = (protection.name(), found.ratio, found.itself);
    println!(
        "{name:<14}{threads:>8}{:>14.2}{:>14.2}{:>8.2}{:>10.2}{:>8.2}{:>12.2}{:>8.2}{:>8.2}",
        found.ours, found.theirs, ratio.low, ratio.median, ratio.high, itself.low, itself.median, itself.high
    );
}

fn recording(asked: &Asked) {
    println!("\nrecording every operation, against the hand-written loop that records nothing");
    println!(
        "{:<14}{:>8}{:>14}{:>14}{:>8}{:>10}{:>8}{:>16}",
        "protection", "threads", "recorded", "bare", "25 %", "ratio", "75 %", "extra ns/op"
    );
    for (threads, protection) in asked.rows(&[Protection::None, Protection::Lock]) {
        // A record that fits the processor's cache, as the live rings do: what is measured is recording, not memory.
        let n = 100_000;
        let ours = engine(threads, n, protection, Record::Whole { limit: 1 << 26 });
        let found = pairs(MANY, u64::from(n), ours, || hand_written::<Plain>(threads, n, protection));
        println!(
            "{:<14}{threads:>8}{:>14.2}{:>14.2}{:>8.2}{:>10.2}{:>8.2}{:>16.2}",
            protection.name(),
            found.ours,
            found.theirs,
            found.ratio.low,
            found.ratio.median,
            found.ratio.high,
            (found.ours - found.theirs) / 2.0
        );
    }
}

/// A subscriber that takes every event and does nothing with it: the least that `tracing` can cost.
struct Taker;

impl tracing::Subscriber for Taker {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        black_box(event);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// What an event costs beyond the bare loop: ours, one with a time stamp in a ring, and one of `tracing`. An increment
/// is two events, its load and its store.
fn recorders() {
    const N: u32 = 100_000;
    let counter = AtomicU64::new(0);
    let ring: Vec<(AtomicU64, AtomicU64)> = (0..4096).map(|_| Default::default()).collect();
    let began = Instant::now();
    let stamped = |at: usize, word: u64| {
        let slot = &ring[at & 4095];
        slot.0.store(began.elapsed().as_nanos() as u64, Ordering::Relaxed);
        slot.1.store(word, Ordering::Relaxed);
    };
    let timed_ring = || {
        by_hand(1, |_| {
            for n in 0..N as usize {
                let loaded = counter.load(Ordering::Relaxed);
                stamped(2 * n, loaded);
                counter.store(loaded + 1, Ordering::Relaxed);
                stamped(2 * n + 1, loaded + 1);
            }
        })
    };
    let traced = || {
        by_hand(1, |_| {
            tracing::subscriber::with_default(Taker, || {
                for _ in 0..N {
                    let loaded = counter.load(Ordering::Relaxed);
                    tracing::trace!(loaded);
                    counter.store(loaded + 1, Ordering::Relaxed);
                    tracing::trace!(stored = loaded + 1);
                }
            });
        })
    };
    let mut ours = engine(1, N, Protection::None, Record::Whole { limit: 1 << 26 });
    let mut unrecorded = engine(1, N, Protection::None, Record::Off);
    let bare = || hand_written::<Plain>(1, N, Protection::None);
    let (mut ours_extra, mut timed_extra, mut traced_extra) = (Vec::new(), Vec::new(), Vec::new());
    let events = f64::from(2 * N);
    for _ in 0..PAIRS {
        let base = bare() as f64;
        ours_extra.push((ours() as f64 - unrecorded() as f64) / events);
        timed_extra.push((timed_ring() as f64 - base) / events);
        traced_extra.push((traced() as f64 - base) / events);
    }
    let (ours, timed, traced) = (median(&ours_extra), median(&timed_extra), median(&traced_extra));
    println!("\nrecording an event, one thread, ns beyond the same loop without recording");
    println!(
        "ours {ours:.2}   time-stamped ring {timed:.2} ({:.0}x)   tracing {traced:.2} ({:.0}x)",
        timed / ours,
        traced / ours
    );
}

/// How much the lost share moves when every operation is recorded.
fn probe_effect() {
    println!(
        "\nprobe effect: share of updates lost, unprotected, recording off and on (medians of {PAIRS} pairs of runs)"
    );
    let gaps =
        [Gap::NONE, Gap { delay: Delay::Spin(200), jitter: 50 }, Gap { delay: Delay::Yield, jitter: 50 }];
    for (threads, iterations) in [(2, 100_000), (4, 20_000)] {
        for gap in gaps {
            let settings = Settings { gap, ..settings(threads, iterations, Protection::None) };
            let mut off = Batch::new(settings, Record::Off).expect("the lab starts");
            let mut on = Batch::new(settings, Record::Whole { limit: 1 << 26 }).expect("the lab starts");
            let (mut without, mut with) = (Vec::new(), Vec::new());
            for _ in 0..PAIRS {
                without.push(off.run().expect("no worker crashes").counts.lost_share());
                with.push(on.run().expect("no worker crashes").counts.lost_share());
            }
            let (without, with) = (median(&without) * 100.0, median(&with) * 100.0);
            let name = gap.words();
            println!(
                "{threads} x {iterations:<8}{name:<16} off {without:>5.1} %   on {with:>5.1} %   moved by {:+.1}",
                with - without
            );
        }
    }
}
