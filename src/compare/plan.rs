//! What is swept, and how far.

use std::fmt;
use std::str::FromStr;

use super::costs::KINDS;
use crate::experiment::digits::grouped;
use crate::experiment::download::{MAX_MILLIS, Net};
use crate::experiment::jobs::{JobSettings, Runner};
use crate::experiment::{Cores, Delay, Gap, Kind, MAX_PERMITS, Protection, SettingError, Settings, Work};

/// Most runs of each row.
pub const MAX_RUNS: u32 = 10_000;
/// One round in so many has watched runs too, the first always.
pub const WATCHED: u32 = 4;

/// The gaps of [`Sweep::Window`], from the narrowest to the widest.
const GAPS: [Delay; 11] = [
    Delay::None,
    Delay::Spin(50),
    Delay::Spin(100),
    Delay::Spin(200),
    Delay::Spin(500),
    Delay::Spin(1_000),
    Delay::Spin(10_000),
    Delay::Yield,
    Delay::Sleep(10),
    Delay::Sleep(100),
    Delay::Sleep(1_000),
];

/// What is changed from row to row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sweep {
    /// The protection, and the number of workers: 1, 2, 4 and so on.
    Protections,
    /// The permits of a semaphore, from 1 to the number of workers.
    Permits,
    /// The gap between load and store, from nothing to a sleep.
    Window,
    /// What a worker is: thread, process or task.
    Kinds,
    /// How many downloads may go on at once, from 1 on, from a server that serves only so many.
    Downloads,
}

impl Sweep {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Sweep; 5] =
        [Sweep::Protections, Sweep::Permits, Sweep::Window, Sweep::Kinds, Sweep::Downloads];

    /// The name on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Sweep::Protections => "protections",
            Sweep::Permits => "permits",
            Sweep::Window => "window",
            Sweep::Kinds => "kinds",
            Sweep::Downloads => "downloads",
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Sweep::Protections => "Protections",
            Sweep::Permits => "Semaphore limits",
            Sweep::Window => "Race window",
            Sweep::Kinds => "Worker kinds",
            Sweep::Downloads => "Downloads",
        }
    }

    /// The one so many further on; after the last comes the first.
    #[must_use]
    pub fn beside(self, by: i8) -> Sweep {
        let count = Sweep::ALL.len() as i64;
        let there = (self as i64 + i64::from(by)).rem_euclid(count);
        Sweep::ALL[there as usize]
    }
}

impl fmt::Display for Sweep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Sweep {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        Sweep::ALL.into_iter().find(|sweep| sweep.name() == text).ok_or_else(|| {
            let names = Sweep::ALL.map(Sweep::name).join(", ");
            SettingError(format!("'{text}' can't be compared; use one of {names}"))
        })
    }
}

/// A sweep and its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// What is changed.
    pub sweep: Sweep,
    /// What a worker is; of no account where that is changed.
    pub kind: Kind,
    /// Number of workers, and the greatest of them where that is changed; of [`Sweep::Kinds`], of those that sleep; of
    /// [`Sweep::Downloads`], the greatest number of permits.
    pub threads: u16,
    /// Increments each worker makes in a run; of [`Sweep::Kinds`], steps of each piece of work that needs a core; of
    /// [`Sweep::Downloads`], downloads of a run.
    pub iterations: u32,
    /// Runs of each row, 1 to [`MAX_RUNS`]; of [`Sweep::Kinds`], repetitions of all its experiments.
    pub runs: u32,
    /// What lies between load and store; of no account where that is changed. Of [`Sweep::Downloads`] what the server
    /// does before it answers: a sleep or nothing.
    pub gap: Delay,
    /// By how many percent a gap may be shorter or longer, 0 to 100.
    pub jitter: u8,
    /// Permits of the semaphore; of no account where they are changed. Of [`Sweep::Downloads`] how many requests the
    /// server serves at once.
    pub permits: u16,
    /// Where the workers run.
    pub cores: Cores,
    /// Seed of the jitter.
    pub seed: u64,
}

/// One row: the settings of its runs, and what it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The settings of its runs.
    pub settings: Settings,
    /// The row whose increments a second are taken for 1.
    pub baseline: Option<usize>,
    /// Whether it has watched runs too.
    pub is_watched: bool,
}

impl Plan {
    /// The sweep at sizes that show something within half a minute.
    #[must_use]
    pub fn of(sweep: Sweep) -> Plan {
        let settings = Settings::default();
        let (threads, iterations, runs, gap) = match sweep {
            Sweep::Protections => (8, 1_000_000, 10, Delay::None),
            Sweep::Permits => (8, 100, 20, Delay::Sleep(100)),
            Sweep::Window => (4, 2, 1_000, Delay::None),
            Sweep::Kinds => (16, 10_000_000, 15, Delay::None),
            Sweep::Downloads => (12, 24, 10, Delay::Sleep(20_000)),
        };
        let (kind, cores, seed) = (settings.kind, settings.cores, settings.seed);
        let permits = if sweep == Sweep::Downloads { 4 } else { settings.permits };
        Plan { sweep, kind, threads, iterations, runs, gap, jitter: 0, permits, cores, seed }
    }

    /// Checks every limit.
    ///
    /// # Errors
    /// Names the first figure that is out of its range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        if !(1..=MAX_RUNS).contains(&self.runs) {
            let (most, runs) = (grouped(MAX_RUNS.into()), grouped(self.runs.into()));
            return Err(SettingError(format!("runs must be 1 to {most}, not {runs}")));
        }
        if self.sweep == Sweep::Downloads && !(1..=MAX_PERMITS).contains(&self.threads) {
            let permits = grouped(self.threads.into());
            return Err(SettingError(format!("permits must be 1 to {MAX_PERMITS}, not {permits}")));
        }
        self.settings().check()?;
        if self.sweep == Sweep::Downloads { self.downloads(1).check() } else { Ok(()) }
    }

    /// The settings of a run of [`Sweep::Downloads`] with so many permits: by tasks, of which there can be most, with more
    /// than time enough for each.
    #[must_use]
    pub fn downloads(&self, permits: u16) -> JobSettings {
        let usual = JobSettings::of(Work::Download);
        let delay = if let Delay::Sleep(micros) = self.gap { micros / 1_000 } else { 0 };
        let (permits, capacity) = (Some(permits), self.permits);
        let net = Net { permits, capacity, delay, limit: MAX_MILLIS, ..usual.net };
        let (cores, seed) = (self.cores, self.seed);
        JobSettings { runner: Runner::Tasks, jobs: self.iterations, net, cores, seed, ..usual }
    }

    /// The settings that all rows share; what is changed stands at its greatest.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let semaphore = matches!(self.sweep, Sweep::Permits | Sweep::Downloads);
        let (kind, threads, iterations) = (self.kind, self.threads, self.iterations);
        let sized = Settings { kind, threads, iterations, ..Settings::default() };
        Settings {
            protection: if semaphore { Protection::Semaphore } else { Protection::None },
            permits: if semaphore { self.most_permits() } else { self.permits },
            gap: Gap { delay: self.gap, jitter: self.jitter },
            cores: self.cores,
            seed: self.seed,
            ..sized
        }
    }

    /// The numbers of workers of [`Sweep::Protections`], the greatest first: powers of two below it.
    #[must_use]
    pub fn workers(&self) -> Vec<u16> {
        let mut workers: Vec<u16> =
            (0..16).map(|power| 1 << power).filter(|&workers| workers < self.threads).collect();
        workers.push(self.threads);
        workers.reverse();
        workers
    }

    /// The greatest number of permits where they are changed: one for each worker, if there can be as many.
    #[must_use]
    pub fn most_permits(&self) -> u16 {
        self.threads.min(MAX_PERMITS)
    }

    /// The rows.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let base = self.settings();
        match self.sweep {
            Sweep::Protections => {
                self.workers().into_iter().enumerate().flat_map(protections(base)).collect()
            }
            Sweep::Permits | Sweep::Downloads => {
                let permits = (1..=self.most_permits()).map(|permits| Settings { permits, ..base });
                let point = |settings| Point { settings, baseline: Some(0), is_watched: false };
                permits.map(point).collect()
            }
            Sweep::Window => {
                let gap = |delay| Settings { gap: Gap { delay, jitter: self.jitter }, ..base };
                let point = |settings| Point { settings, baseline: None, is_watched: false };
                GAPS.into_iter().map(gap).map(point).collect()
            }
            Sweep::Kinds => {
                // Opened in Race a kind has the sizes at which Race begins: those here are of other experiments.
                let settings =
                    |kind| Settings { kind, seed: self.seed, cores: self.cores, ..Settings::default() };
                let point = |kind| Point { settings: settings(kind), baseline: None, is_watched: false };
                KINDS.into_iter().map(point).collect()
            }
        }
    }

    /// All runs of the sweep, watched ones included.
    #[must_use]
    pub fn all_runs(&self) -> u64 {
        let of = |point: &Point| {
            let watched = if point.is_watched { self.runs.div_ceil(WATCHED) } else { 0 };
            u64::from(self.runs + watched)
        };
        self.points().iter().map(of).sum()
    }
}

/// The rows of so many workers, given which group of rows it is: each protection, compared with none.
fn protections(base: Settings) -> impl Fn((usize, u16)) -> [Point; Protection::ALL.len()] {
    move |(group, threads)| {
        Protection::ALL.map(|protection| Point {
            settings: Settings { threads, protection, ..base },
            baseline: Some(group * Protection::ALL.len()),
            is_watched: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_is_swept() {
        let plan = Plan { threads: 6, ..Plan::of(Sweep::Protections) };
        assert_eq!(plan.workers(), [6, 4, 2, 1]);
        let points = plan.points();
        assert_eq!(points.len(), 36);
        for point in &points {
            let baseline = &points[point.baseline.unwrap()].settings;
            assert_eq!((baseline.threads, baseline.protection), (point.settings.threads, Protection::None));
        }
        let permits: Vec<u16> =
            Plan::of(Sweep::Permits).points().iter().map(|point| point.settings.permits).collect();
        assert_eq!(permits, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(Plan::of(Sweep::Window).points().len(), GAPS.len());
        for (threads, expected) in [(1, vec![1]), (2, vec![2, 1]), (64, vec![64, 32, 16, 8, 4, 2, 1])] {
            assert_eq!(Plan { threads, ..plan }.workers(), expected);
        }
        let many = Plan { kind: Kind::Task { awaits: true }, threads: 10_000, ..Plan::of(Sweep::Permits) };
        assert_eq!((many.workers().len(), many.points().len(), many.check()), (15, 64, Ok(())));
    }

    #[test]
    fn downloads_have_permits_from_1_on_and_a_server_that_stays_the_same() {
        let plan = Plan::of(Sweep::Downloads);
        let runs: Vec<JobSettings> =
            plan.points().iter().map(|point| plan.downloads(point.settings.permits)).collect();
        let permits: Vec<u16> = runs.iter().filter_map(|run| run.net.permits).collect();
        assert_eq!(permits, (1..=12).collect::<Vec<u16>>());
        assert!(runs.iter().all(|run| (run.jobs, run.net.capacity, run.net.delay) == (24, 4, 20)));
        let said = |plan: Plan| plan.check().unwrap_err().to_string();
        assert!(
            said(Plan { iterations: 10_001, ..plan })
                .contains("jobs for tasks on one thread must be 1 to 10 000")
        );
        assert!(said(Plan { permits: 0, ..plan }).contains("capacity must be 1 to 10 000"));
    }

    #[test]
    fn every_row_is_within_the_limits_and_what_is_not_is_refused() {
        for sweep in Sweep::ALL {
            let plan = Plan::of(sweep);
            assert_eq!(plan.check(), Ok(()));
            assert!(plan.points().iter().all(|point| point.settings.check() == Ok(())));
            let said = |plan: Plan| plan.check().unwrap_err().to_string();
            let what = if sweep == Sweep::Downloads { "permits" } else { "threads" };
            assert_eq!(said(Plan { threads: 65, ..plan }), format!("{what} must be 1 to 64, not 65"));
            assert_eq!(said(Plan { runs: 10_001, ..plan }), "runs must be 1 to 10 000, not 10 001");
            assert_eq!(said(Plan { jitter: 101, ..plan }), "jitter must be 0 to 100 percent, not 101");
            assert_eq!(said(Plan { iterations: 0, ..plan }), "iterations must be 1 to 60 000 000, not 0");
            assert_eq!(sweep.name().parse(), Ok(sweep));
            assert_eq!(sweep.beside(1).beside(-1), sweep);
        }
    }
}
