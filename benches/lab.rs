//! What the lab costs beyond the bare race: `cargo bench --bench lab`.
//!
//! Every figure is a ratio of two things measured in turn, in one run, on the same number of threads; medians of
//! the pairs. The bare race is the loop that one would write by hand: the same loads and stores, nothing recorded.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use racescope::experiment::{Cores, Gap, Protection, Settings};
use racescope::lab::batch::{Batch, Record};
use racescope::lab::semaphore::Semaphore;

const PAIRS: usize = 11;

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
    Settings { threads, iterations, protection, permits: 2, gap: Gap::NONE, cores: Cores::All, seed: 7 }
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
    for _ in 0..PAIRS {
        let (one, other) = (ours() as f64, theirs() as f64);
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
            let n = iterations(protection, threads);
            let record = Record::Whole { limit: 1 << 26 };
            let (a, b, ratio) = pairs(u64::from(n), engine(threads, n, protection, record), || {
                hand_written(threads, n, protection)
            });
            let name = protection.name();
            println!("{name:<14}{threads:>8}{a:>14.2}{b:>14.2}{ratio:>8.2}{:>16.2}", (a - b) / 2.0);
        }
    }
    let _ = (Arc::new(()), Duration::ZERO);
}
