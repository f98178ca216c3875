//! What Compare reports of each protection against the same loop written by hand: `cargo bench --bench compare`; after `--`
//! names of protections, these only; `1` or `2`, only with so many threads; `pairs=N`, so many pairs of each row.
//!
//! The sweep is the real one, made by `compare`'s own code; after each of its runs come two of the hand-written loop, on as
//! many threads, on the same cores, with as many increments. Figures are ratios of increments a second: Compare's over the
//! mean of those two, and of the second of these over the first, which is the control: the same loop twice. Two cores that
//! fight for a lock do so in ways that last for milliseconds and differ by a factor of two, whoever wrote the loop; so a
//! median of many pairs is said together with the interval that holds the true one at 95 % confidence, for both.
//!
//! By hand the same words are stored, others' are counted, and where only one may be inside it leaves a mark there and looks
//! whether it is still there: as the lab does, so that it is the same loop. The loop without the mark stands beside it for
//! who wants to know what that costs. What Compare's runs have beyond is that everything could be changed, watched and recorded.

#[path = "lab/by_hand.rs"]
#[allow(dead_code, reason = "the other benchmark uses all of it")]
mod by_hand;

use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use by_hand::Increment;
use racescope::compare::plan::{Plan, Sweep};
use racescope::compare::sweep;
use racescope::experiment::{Protection, Settings};

/// Pairs of each row, unless said otherwise.
const PAIRS: u32 = 101;
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

/// The same by who leaves a mark inside, as the lab does where only one may be.
struct Marking {
    word: Word,
    met: bool,
}

impl Marking {
    #[cold]
    fn meet(&mut self) {
        self.met = true;
    }
}

impl Increment for Marking {
    fn of(thread: u16) -> Self {
        Marking { word: Word::of(thread), met: false }
    }

    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        self.word.bump(counter);
    }

    #[inline(always)]
    fn alone(&mut self, counter: &AtomicU64, inside: &AtomicU32) {
        let mark = (self.word.author + 1) as u32;
        inside.store(mark, Ordering::Relaxed);
        self.word.bump(counter);
        if inside.load(Ordering::Relaxed) != mark {
            self.meet();
        }
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

impl Drop for Marking {
    fn drop(&mut self) {
        black_box(self.met);
    }
}

/// Runs by hand beside those of a row: ratios of increments a second.
#[derive(Clone, Default)]
struct Beside {
    /// Runs of the sweep that have been seen.
    seen: usize,
    /// Increments a second: Compare's, and by hand.
    ours: Vec<f64>,
    theirs: Vec<f64>,
    ratios: Vec<f64>,
    /// Of the loop by hand to itself.
    itself: Vec<f64>,
    /// To the loop by hand that leaves no mark, where there is one to leave.
    unmarked: Vec<f64>,
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

/// A median, and between which of the values the true one lies at 95 % confidence.
struct Median {
    low: f64,
    middle: f64,
    high: f64,
}

impl Median {
    fn of(values: &[f64]) -> Self {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let (middle, apart) = (values.len() as f64 / 2.0, 0.98 * (values.len() as f64).sqrt());
        let at = |rank: f64| values[(rank.max(0.0) as usize).min(values.len() - 1)];
        Median { low: at(middle - apart), middle: at(middle), high: at(middle + apart) }
    }
}

impl fmt::Display for Median {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8.2} ({:.2} to {:.2})", self.middle, self.low, self.high)
    }
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let pairs = asked.iter().find_map(|word| word.strip_prefix("pairs=")?.parse().ok());
    let plan = Plan { threads: 2, runs: pairs.unwrap_or(PAIRS), ..Plan::of(Sweep::Protections) };
    let points = plan.points();
    let has = |word: &str| asked.iter().any(|asked| asked == word);
    let (any_threads, any_protection) =
        (!has("1") && !has("2"), !Protection::ALL.iter().any(|protection| has(protection.name())));
    let is_asked = |row: usize| {
        let settings = points[row].settings;
        (any_threads || has(&settings.threads.to_string()))
            && (any_protection || has(settings.protection.name()))
    };
    println!(
        "{} pairs of {} increments a thread; ratio: Compare's increments a second over those of the same loop by hand",
        plan.runs, plan.iterations
    );
    println!(
        "{:<14}{:>8}{:>12}{:>12}{:>24}{:>30}{:>32}",
        "protection",
        "threads",
        "Compare",
        "by hand",
        "ratio, 95 %",
        "by hand against itself",
        "ratio to one without mark"
    );
    let (mut rows, mut beyond) = (0, 0);
    // One row after the other: what the rows before did to a core is nobody's.
    for row in (0..points.len()).filter(|&row| is_asked(row)) {
        rows += 1;
        beyond += usize::from(said(&points[row].settings, &measured(&plan, row)));
    }
    println!("{beyond} of {rows} rows are beyond 10 %");
}

/// Makes a row's runs and those beside them.
fn measured(plan: &Plan, row: usize) -> Beside {
    let settings = plan.points()[row].settings;
    let mut beside = Beside::default();
    let made = sweep::run_rows(plan, &|asked| asked == row, &|| false, &mut |collected| {
        let made = &collected.figures()[row].samples;
        // After a watched run there is none more: no speed is taken from those.
        if made.len() > beside.seen {
            beside.seen = made.len();
            if let Some(ours) = made.last() {
                beside.add(ours.rate(), &settings);
            }
        }
    });
    made.expect("the sweep is made");
    beside
}

impl Beside {
    /// Makes the runs by hand that follow one of Compare's.
    fn add(&mut self, ours: f64, settings: &Settings) {
        let same = if is_alone(settings) { by_hand::<Marking> } else { by_hand::<Word> };
        let (first, second) = (same(settings), same(settings));
        let theirs = (first * second).sqrt();
        self.ours.push(ours);
        self.theirs.push(theirs);
        self.ratios.push(ours / theirs);
        self.itself.push(second / first);
        // For information: a run beside every fourth pair will do.
        if is_alone(settings) && self.ours.len() % 4 == 1 {
            self.unmarked.push(ours / by_hand::<Word>(settings));
        }
    }
}

/// Says a row; whether it is beyond the bound.
fn said(settings: &Settings, beside: &Beside) -> bool {
    let [ours, theirs, ratio, itself] =
        [&beside.ours, &beside.theirs, &beside.ratios, &beside.itself].map(|values| Median::of(values));
    let is_beyond = !(1.0 - BOUND..=1.0 + BOUND).contains(&ratio.middle);
    println!(
        "{:<14}{:>8}{:>10.1} M{:>10.1} M    {ratio}          {itself}{}{}",
        settings.protection_name(),
        settings.threads,
        ours.middle / 1e6,
        theirs.middle / 1e6,
        if beside.unmarked.is_empty() {
            String::new()
        } else {
            format!("            {}", Median::of(&beside.unmarked))
        },
        if is_beyond { "  beyond 10 %" } else { "" }
    );
    is_beyond
}
