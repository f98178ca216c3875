//! What Compare reports of each protection against the same loop written by hand: `cargo bench --bench compare`; with names
//! of protections after `--`, these only.
//!
//! The sweep is the real one, made by `compare`'s own code; each of its runs has two of the hand-written loop beside it, one
//! of them before it or after it in turn, on as many threads with as many increments. Figures are ratios, increments a
//! second of Compare's over those by hand, and of the second by hand over the first: as far as the loop by hand is apart
//! from itself, nothing can be told. Medians of the pairs, with the interval that holds the true one at 95 % confidence.
//!
//! By hand the same words are stored, and others' are counted; what Compare's runs have beyond is that everything could be
//! changed, watched and recorded. Where only one may be inside there is a second loop by hand, which counts who is, as the
//! lab does. Three instructions more or less between one acquisition and the next decide how two cores fight for a lock:
//! the two loops by hand are further apart than ours is from either. So a row is beyond the bound if it is so far below or
//! above both.

#[path = "lab/by_hand.rs"]
#[expect(dead_code, reason = "the other benchmark uses all of it")]
mod by_hand;

use std::hint::black_box;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use by_hand::Increment;
use racescope::compare::plan::{Plan, Sweep};
use racescope::compare::sweep;
use racescope::experiment::statistics::Spread;
use racescope::experiment::{Protection, Settings};

/// Sweeps, each with workers and memory of its own, and pairs of each row in each.
const SWEEPS: u32 = 3;
const PAIRS: u32 = 17;
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

    /// Whose word it finds is not foreseen where several are at it: no branch.
    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        self.author += 1;
        let loaded = counter.load(Ordering::Relaxed);
        let next = (loaded | (ONE - 1)) + (self.author + 1);
        counter.store(next, Ordering::Relaxed);
        self.others += u64::from(loaded != self.mine);
        self.mine = next;
    }

    /// As long as it finds its own words it need only compare and store; unrolled, as a loop of so little is.
    fn bumps(&mut self, counter: &AtomicU64, increments: u32) {
        const ROW: u64 = 16;
        let end = self.author + u64::from(increments);
        let steps: [u64; 4] = black_box([1, 2, 3, 4].map(|times| times * (ONE + 1)));
        'others: while self.author < end {
            self.bump(counter);
            let mut mine = self.mine;
            macro_rules! four {
                () => {
                    let first = mine;
                    four!(first, 0);
                    four!(first, 1);
                    four!(first, 2);
                    four!(first, 3);
                };
                ($first:ident, $at:expr) => {
                    if counter.load(Ordering::Relaxed) != mine {
                        (self.mine, self.author) = (mine, mine & (ONE - 1));
                        continue 'others;
                    }
                    mine = $first + steps[$at];
                    counter.store(mine, Ordering::Relaxed);
                };
            }
            for _ in 0..(end - self.author) / ROW {
                four!();
                four!();
                four!();
                four!();
            }
            (self.mine, self.author) = (mine, mine & (ONE - 1));
        }
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

/// The same by whoever counts who is inside, as the lab does where only one may be.
struct Counting {
    word: Word,
    met: bool,
}

impl Counting {
    #[cold]
    fn meet(&mut self) {
        self.met = true;
    }
}

impl Increment for Counting {
    fn of(thread: u16) -> Self {
        Counting { word: Word::of(thread), met: false }
    }

    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        self.word.bump(counter);
    }

    #[inline(always)]
    fn alone(&mut self, counter: &AtomicU64, inside: &AtomicU8) {
        inside.store(inside.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        if inside.load(Ordering::Relaxed) > 1 {
            self.meet();
        }
        self.word.bump(counter);
        inside.store(0, Ordering::Relaxed);
    }

    #[inline(always)]
    fn swap(&mut self, counter: &AtomicU64) {
        self.word.swap(counter);
    }

    #[inline(always)]
    fn add(&mut self, counter: &AtomicU64) {
        self.word.add(counter);
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        black_box(self.met);
    }
}

/// Runs by hand beside those of a row.
#[derive(Clone, Default)]
struct Beside {
    /// Runs of the sweep that have been seen.
    seen: usize,
    /// One that was made before its pair.
    before: Option<f64>,
    /// Increments a second: Compare's, and by hand.
    ours: Vec<f64>,
    theirs: Vec<f64>,
    ratios: Vec<f64>,
    /// To the loop by hand that counts who is inside, where only one may be.
    counting: Vec<f64>,
    /// Of the loop by hand to itself.
    itself: Vec<f64>,
}

/// Increments a second by hand.
fn by_hand<I: Increment>(settings: &Settings) -> f64 {
    let nanos = by_hand::hand_written::<I>(settings.threads, settings.iterations, settings.protection);
    settings.increments() as f64 * 1e9 / nanos as f64
}

/// Whether only one may be inside, and there is an inside.
fn is_alone(settings: &Settings) -> bool {
    matches!(
        settings.protection,
        Protection::Lock | Protection::Guard | Protection::Spin | Protection::WriteLock
    )
}

/// The median, and between which of the values the true one lies at 95 % confidence.
fn median(values: &[f64]) -> (f64, f64, f64) {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (middle, apart) = (values.len() as f64 / 2.0, 0.98 * (values.len() as f64).sqrt());
    let at = |rank: f64| values[(rank.max(0.0) as usize).min(values.len() - 1)];
    (at(middle), at(middle - apart), at(middle + apart))
}

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let plan = Plan { threads: 2, runs: PAIRS, ..Plan::of(Sweep::Protections) };
    let points = plan.points();
    let is_asked = |row: usize| {
        only.is_empty() || only.iter().any(|name| name == points[row].settings.protection.name())
    };
    let mut beside = vec![Beside::default(); points.len()];
    for _ in 0..SWEEPS {
        beside.iter_mut().for_each(|beside| (beside.seen, beside.before) = (0, None));
        sweep(&plan, &is_asked, &mut beside);
    }
    println!(
        "{} pairs of {} increments a thread; ratio: Compare's increments a second over those by hand",
        SWEEPS * PAIRS,
        plan.iterations
    );
    println!(
        "{:<14}{:>8}{:>12}{:>12}{:>8}{:>16}{:>16}{:>24}",
        "protection",
        "threads",
        "Compare",
        "by hand",
        "ratio",
        "95 % interval",
        "quartiles",
        "by hand against itself"
    );
    let rows = points.iter().zip(&beside).enumerate().filter(|(row, _)| is_asked(*row));
    let beyond = rows.clone().filter(|(_, (point, beside))| said(&point.settings, beside)).count();
    println!("{beyond} of {} rows are beyond 10 %", rows.count());
}

/// Makes a sweep and the runs beside it.
fn sweep(plan: &Plan, is_asked: &dyn Fn(usize) -> bool, beside: &mut [Beside]) {
    let points = plan.points();
    let made = sweep::run(plan, &|| false, &mut |collected| {
        let figures = collected.figures();
        let Some(row) = (0..points.len()).find(|&row| figures[row].samples.len() > beside[row].seen) else {
            // A watched run, from which no speed is taken.
            return;
        };
        let made = &figures[row].samples;
        beside[row].seen = made.len();
        if let Some(ours) = made.last().filter(|_| is_asked(row)) {
            let settings = &points[row].settings;
            let theirs = beside[row].before.take().unwrap_or_else(|| by_hand::<Word>(settings));
            let again = by_hand::<Word>(settings);
            let counting = is_alone(settings).then(|| by_hand::<Counting>(settings));
            let beside = &mut beside[row];
            beside.ours.push(ours.rate());
            beside.theirs.push(theirs);
            beside.ratios.push(ours.rate() / theirs);
            beside.counting.extend(counting.map(|counting| ours.rate() / counting));
            beside.itself.push(if made.len() % 2 == 0 { again / theirs } else { theirs / again });
        }
        let next = (row + 1) % points.len();
        if made.len() % 2 == 0 && is_asked(next) {
            beside[next].before = Some(by_hand::<Word>(&points[next].settings));
        }
    });
    made.expect("the sweep is made");
}

/// Says a row; whether it is beyond the bound.
fn said(settings: &Settings, beside: &Beside) -> bool {
    let (ratio, low, high) = median(&beside.ratios);
    let (itself, ..) = median(&beside.itself);
    let [Some(ours), Some(theirs), Some(ratios), Some(selves)] =
        [&beside.ours, &beside.theirs, &beside.ratios, &beside.itself]
            .map(|values| Spread::of(values.clone()))
    else {
        return false;
    };
    let counting = if beside.counting.is_empty() { None } else { Some(median(&beside.counting).0) };
    let (least, most) = counting.map_or((ratio, ratio), |other| (ratio.min(other), ratio.max(other)));
    let is_beyond = most < 1.0 - BOUND || least > 1.0 + BOUND;
    println!(
        "{:<14}{:>8}{:>10.1} M{:>10.1} M{ratio:>8.2}{:>16}{:>16}{:>24}{:>10}{}",
        settings.protection_name(),
        settings.threads,
        ours.median / 1e6,
        theirs.median / 1e6,
        format!("{low:.2} to {high:.2}"),
        format!("{:.2} to {:.2}", ratios.lower, ratios.upper),
        format!("{itself:.2}, {:.2} to {:.2}", selves.lower, selves.upper),
        counting.map_or_else(String::new, |counting| format!("{counting:.2}")),
        if is_beyond { "  beyond 10 %" } else { "" }
    );
    is_beyond
}
