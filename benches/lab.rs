//! What the lab costs beyond the bare race: `cargo bench --bench lab`.
//!
//! Every figure is a ratio of two things measured in turn, in one run, on the same number of threads; medians of
//! the pairs. The bare race is the loop that one would write by hand: the same loads and stores, nothing recorded.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use parking_lot::{Mutex, RwLock};
use racescope::experiment::{Delay, Gap, Protection, Settings};
use racescope::lab::batch::{Batch, Record};
use racescope::lab::semaphore::Semaphore;

const PAIRS: usize = 41;

/// Runs `body` in so many threads that leave a barrier together; nanoseconds from there to the last one's end.
fn by_hand(threads: u16, body: impl Fn() + Sync) -> u64 {
    let ready = AtomicUsize::new(0);
    let began = Instant::now();
    let spans = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                ready.fetch_add(1, Ordering::AcqRel);
                while ready.load(Ordering::Acquire) < usize::from(threads) {
                    std::hint::spin_loop();
                }
                let from = began.elapsed();
                body();
                spans.lock().push((from, began.elapsed()));
            });
        }
    });
    let spans = spans.into_inner();
    let from = spans.iter().map(|&(from, _)| from).min().unwrap_or_default();
    let to = spans.iter().map(|&(_, to)| to).max().unwrap_or_default();
    (to - from).as_nanos() as u64
}

/// The loop that one would write by hand under each protection.
fn hand_written(threads: u16, iterations: u32, protection: Protection) -> u64 {
    let counter = AtomicU64::new(0);
    let bump = || counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    let each = |one: &(dyn Fn() + Sync)| by_hand(threads, || (0..iterations).for_each(|_| one()));
    match protection {
        Protection::None => by_hand(threads, || (0..iterations).for_each(|_| bump())),
        Protection::Lock | Protection::Guard => {
            let lock = Mutex::new(());
            by_hand(threads, || {
                (0..iterations).for_each(|_| {
                    let _held = lock.lock();
                    bump();
                })
            })
        }
        Protection::Semaphore => {
            let semaphore = Semaphore::new(2);
            by_hand(threads, || {
                (0..iterations).for_each(|_| {
                    let _held = semaphore.acquire();
                    bump();
                })
            })
        }
        Protection::CompareAndSwap => by_hand(threads, || {
            (0..iterations).for_each(|_| {
                let mut loaded = counter.load(Ordering::Relaxed);
                while let Err(found) =
                    counter.compare_exchange(loaded, loaded + 1, Ordering::Relaxed, Ordering::Relaxed)
                {
                    loaded = found;
                }
            })
        }),
        Protection::FetchAdd => by_hand(threads, || {
            (0..iterations).for_each(|_| {
                black_box(counter.fetch_add(1, Ordering::Relaxed));
            })
        }),
        Protection::Spin => {
            let taken = AtomicBool::new(false);
            each(&|| {
                let backoff = crossbeam_utils::Backoff::new();
                while taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
                    while taken.load(Ordering::Relaxed) {
                        backoff.snooze();
                    }
                }
                bump();
                taken.store(false, Ordering::Release);
            })
        }
        Protection::ReadLock => {
            let lock = RwLock::new(());
            by_hand(threads, || {
                (0..iterations).for_each(|_| {
                    let _held = lock.read();
                    bump();
                })
            })
        }
        Protection::WriteLock => {
            let lock = RwLock::new(());
            by_hand(threads, || {
                (0..iterations).for_each(|_| {
                    let _held = lock.write();
                    bump();
                })
            })
        }
    }
}

fn settings(threads: u16, iterations: u32, protection: Protection) -> Settings {
    let gap = Gap::NONE;
    Settings { threads, iterations, protection, gap, ..Settings::default() }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Measures two things in turn; nanoseconds an increment and worker of each (medians), and the median ratio.
fn pairs(increments: u64, mut ours: impl FnMut() -> u64, mut theirs: impl FnMut() -> u64) -> (f64, f64, f64) {
    let (mut a, mut b, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    ours();
    theirs();
    for pair in 0..PAIRS {
        // Each goes first every other time: what a core did just before is worth something to who comes next.
        let first = (pair % 2 == 0).then(&mut ours);
        let other = theirs() as f64;
        let one = first.unwrap_or_else(&mut ours) as f64;
        ratios.push(one / other);
        a.push(one / increments as f64);
        b.push(other / increments as f64);
    }
    (median(a), median(b), median(ratios))
}

fn engine(threads: u16, iterations: u32, protection: Protection, record: Record) -> impl FnMut() -> u64 {
    let mut batch = Batch::new(settings(threads, iterations, protection), record).expect("the lab starts");
    move || batch.run().expect("no worker crashes").nanos
}

fn iterations(protection: Protection, threads: u16) -> u32 {
    match (protection, threads) {
        (Protection::None, _) => 2_000_000,
        (_, 1) => 500_000,
        _ => 100_000,
    }
}

fn main() {
    println!(
        "the full-speed engine, everything changeable in mid-run, recording off, against the hand-written loop"
    );
    println!("{:<14}{:>8}{:>14}{:>14}{:>8}", "protection", "threads", "ours ns/inc", "by hand", "ratio");
    for threads in [1, 2] {
        for protection in Protection::ALL {
            let n = iterations(protection, threads);
            let (a, b, ratio) = pairs(u64::from(n), engine(threads, n, protection, Record::Off), || {
                hand_written(threads, n, protection)
            });
            println!("{:<14}{threads:>8}{a:>14.2}{b:>14.2}{ratio:>8.2}", protection.name());
        }
    }
    println!("\nrecording every operation, against the hand-written loop that records nothing");
    println!(
        "{:<14}{:>8}{:>14}{:>14}{:>8}{:>16}",
        "protection", "threads", "recorded", "bare", "ratio", "extra ns/op"
    );
    for threads in [1, 2] {
        for protection in [Protection::None, Protection::Lock] {
            // A record that fits the processor's cache, as the live rings do: what is measured is recording, not memory.
            let n = 100_000;
            let record = Record::Whole { limit: 1 << 26 };
            let (a, b, ratio) = pairs(u64::from(n), engine(threads, n, protection, record), || {
                hand_written(threads, n, protection)
            });
            let name = protection.name();
            println!("{name:<14}{threads:>8}{a:>14.2}{b:>14.2}{ratio:>8.2}{:>16.2}", (a - b) / 2.0);
        }
    }
    recorders();
    probe_effect();
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
        by_hand(1, || {
            for n in 0..N as usize {
                let loaded = counter.load(Ordering::Relaxed);
                stamped(2 * n, loaded);
                counter.store(loaded + 1, Ordering::Relaxed);
                stamped(2 * n + 1, loaded + 1);
            }
        })
    };
    let traced = || {
        by_hand(1, || {
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
    let bare = || hand_written(1, N, Protection::None);
    let (mut ours_extra, mut timed_extra, mut traced_extra) = (Vec::new(), Vec::new(), Vec::new());
    let events = f64::from(2 * N);
    for _ in 0..PAIRS {
        let base = bare() as f64;
        ours_extra.push((ours() as f64 - unrecorded() as f64) / events);
        timed_extra.push((timed_ring() as f64 - base) / events);
        traced_extra.push((traced() as f64 - base) / events);
    }
    let (ours, timed, traced) = (median(ours_extra), median(timed_extra), median(traced_extra));
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
            let (without, with) = (median(without) * 100.0, median(with) * 100.0);
            let name = gap.words();
            println!(
                "{threads} x {iterations:<8}{name:<16} off {without:>5.1} %   on {with:>5.1} %   moved by {:+.1}",
                with - without
            );
        }
    }
}
