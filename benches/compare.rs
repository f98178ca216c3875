//! What Compare reports of each protection against the loop that one would write by hand: `cargo bench --bench compare`.
//!
//! The sweep is the real one, made by `compare`'s own code; each of its runs has a run of the hand-written loop beside it,
//! before it or after it in turn, on as many threads with as many increments. Figures are ratios of the two, increments a
//! second of Compare's over those by hand: medians of the pairs, and their quartiles. By hand the same words are stored, and
//! others' are counted; what Compare's runs have beyond is that everything could be changed, watched and recorded.

#[path = "lab/by_hand.rs"]
#[expect(dead_code, reason = "the other benchmark uses all of it")]
mod by_hand;

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use by_hand::Increment;
use racescope::compare::plan::{Plan, Sweep};
use racescope::compare::sweep;
use racescope::experiment::Settings;
use racescope::experiment::statistics::Spread;

/// Pairs of each row.
const PAIRS: u32 = 41;
/// How far from 1 a median may be.
const BOUND: f64 = 0.1;

/// Of a word that says who stored it in which increment, as the lab's does: 32 bits of value, 6 of thread, 26 of increment.
/// Counts what others stored.
struct Word {
    author: u64,
    mine: u64,
    others: u64,
}

const ONE: u64 = 1 << 32;

impl Word {
    #[inline(always)]
    fn next(&mut self, loaded: u64) -> u64 {
        if loaded == self.mine {
            return self.mine + ONE + 1;
        }
        self.others += 1;
        after(loaded, self.author)
    }
}

/// What follows another's word. Apart, so that its own is followed by a branch: what it stores then need not wait for what it
/// loads, as in the plain loop.
#[cold]
fn after(loaded: u64, author: u64) -> u64 {
    (loaded & !(ONE - 1)) + ONE + author
}

impl Increment for Word {
    fn of(thread: u16) -> Self {
        Word { author: u64::from(thread) << 26, mine: u64::MAX, others: 0 }
    }

    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        self.author += 1;
        let next = self.next(counter.load(Ordering::Relaxed));
        counter.store(next, Ordering::Relaxed);
        self.mine = next;
    }

    #[inline(always)]
    fn swap(&mut self, counter: &AtomicU64) {
        self.author += 1;
        let mut loaded = counter.load(Ordering::Relaxed);
        self.mine = loop {
            let next = self.next(loaded);
            match counter.compare_exchange(loaded, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => break next,
                Err(found) => loaded = found,
            }
        };
    }

    #[inline(always)]
    fn add(&mut self, counter: &AtomicU64) {
        let found = counter.fetch_add(ONE, Ordering::Relaxed);
        self.others += u64::from(found >> 32 != self.mine >> 32);
        self.mine = found + ONE;
    }
}

impl Drop for Word {
    fn drop(&mut self) {
        black_box(self.others);
    }
}

/// Runs by hand beside those of a row.
#[derive(Clone, Default)]
struct Beside {
    /// Runs of the sweep that have been seen.
    seen: usize,
    /// One that was made before its pair.
    before: Option<u64>,
    /// Increments a second, by hand.
    rates: Vec<f64>,
    ratios: Vec<f64>,
}

fn by_hand(settings: &Settings) -> u64 {
    by_hand::hand_written::<Word>(settings.threads, settings.iterations, settings.protection)
}

fn main() {
    let usual = Plan::of(Sweep::Protections);
    let plan = Plan { threads: 2, runs: PAIRS, ..usual };
    let points = plan.points();
    let mut beside = vec![Beside::default(); points.len()];
    let collected = sweep::run(&plan, &|| false, &mut |collected| {
        let figures = collected.figures();
        let Some(row) = (0..points.len()).find(|&row| figures[row].samples.len() > beside[row].seen) else {
            // A watched run, from which no speed is taken.
            return;
        };
        let made = &figures[row].samples;
        let nanos = beside[row].before.take().unwrap_or_else(|| by_hand(&points[row].settings));
        if let Some(ours) = made.last() {
            let theirs = points[row].settings.increments() as f64 * 1e9 / nanos as f64;
            beside[row].rates.push(theirs);
            beside[row].ratios.push(ours.rate() / theirs);
        }
        beside[row].seen = made.len();
        let next = row + 1;
        if next < points.len() && made.len() % 2 == 0 {
            beside[next].before = Some(by_hand(&points[next].settings));
        }
    });
    let table = collected.expect("the sweep is made").table();
    println!(
        "{PAIRS} pairs of {} increments a thread; ratio: Compare's increments a second over those by hand",
        plan.iterations
    );
    println!(
        "{:<14}{:>8}{:>12}{:>12}{:>8}{:>16}",
        "protection", "threads", "Compare", "by hand", "ratio", "quartiles"
    );
    let mut beyond = 0;
    for (row, beside) in table.rows.iter().zip(beside) {
        let (Some(ours), Some(theirs), Some(ratio)) =
            (row.rate, Spread::of(beside.rates), Spread::of(beside.ratios))
        else {
            continue;
        };
        let is_beyond = (ratio.median - 1.0).abs() > BOUND;
        beyond += u32::from(is_beyond);
        println!(
            "{:<14}{:>8}{:>10.1} M{:>10.1} M{:>8.2}{:>16}{}",
            row.settings.protection_name(),
            row.settings.threads,
            ours.median / 1e6,
            theirs.median / 1e6,
            ratio.median,
            format!("{:.2} to {:.2}", ratio.lower, ratio.upper),
            if is_beyond { "  beyond 10 %" } else { "" }
        );
    }
    println!("{beyond} of {} rows are beyond 10 %", table.rows.len());
}
