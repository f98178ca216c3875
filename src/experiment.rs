//! What is tried: the settings of an experiment, their limits, and how each is written.
//!
//! Both engines, both doors and the analysis use these words. Nothing here runs anything.

pub mod digits;
pub mod download;
pub mod figures;
mod gap;
pub mod jobs;
mod kind;
mod pace;
mod protection;
pub mod statistics;
mod work;

pub use gap::{Delay, Gap};
pub use kind::Kind;
pub use pace::Pace;
pub use protection::Protection;
pub use work::Work;

use std::fmt;

use digits::grouped;

/// Most threads of one run; the counter's provenance has six bits for them.
pub const MAX_THREADS: u16 = 64;
/// Most increments a thread; the counter's provenance has 26 bits for them.
pub const MAX_ITERATIONS: u32 = 60_000_000;
/// Most permits of a semaphore.
pub const MAX_PERMITS: u16 = 64;

/// Which processor cores the workers may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cores {
    /// All that the process may use: parallelism.
    All,
    /// One: concurrency, the workers take turns.
    One,
}

impl fmt::Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cores::All => "all",
            Cores::One => "one",
        })
    }
}

impl std::str::FromStr for Cores {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "all" => Ok(Cores::All),
            "one" => Ok(Cores::One),
            _ => Err(SettingError(format!("'{text}' is not a choice of cores; use all or one"))),
        }
    }
}

/// Everything that decides what an experiment is. How fast it is shown is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settings {
    /// What a worker is.
    pub kind: Kind,
    /// Number of workers, threads or not, 1 to [`Kind::most_workers`].
    pub threads: u16,
    /// Increments each worker makes, 1 to [`Kind::most_iterations`].
    pub iterations: u32,
    /// What guards the increment.
    pub protection: Protection,
    /// Permits of the semaphore, 1 to [`MAX_PERMITS`]; remembered while another protection is on.
    pub permits: u16,
    /// What a worker does between its load and its store.
    pub gap: Gap,
    /// Where the workers run.
    pub cores: Cores,
    /// Seed of the gap's jitter.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            kind: Kind::Thread,
            threads: 4,
            iterations: 1_000,
            protection: Protection::None,
            permits: 2,
            gap: Gap::default(),
            cores: Cores::All,
            seed: 7,
        }
    }
}

impl Settings {
    /// Checks every limit.
    ///
    /// # Errors
    /// Names the first setting that is out of its range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        in_range(self.kind.plural(), u64::from(self.threads), u64::from(self.kind.most_workers()))?;
        in_range("iterations", u64::from(self.iterations), u64::from(self.kind.most_iterations()))?;
        in_range("permits", u64::from(self.permits), u64::from(MAX_PERMITS))?;
        self.gap.check()
    }

    /// The increments of a whole run, all workers together.
    pub fn increments(&self) -> u64 {
        u64::from(self.threads) * u64::from(self.iterations)
    }

    /// The protection as it is called on screen, with its permits where it has any: `semaphore(2)`.
    pub fn protection_name(&self) -> String {
        match self.protection {
            Protection::Semaphore => format!("semaphore({})", self.permits),
            other => other.to_string(),
        }
    }

    /// The settings without what makes no difference to the outcome, so that runs of one experiment have one
    /// key: permits count only under a semaphore, jitter only where there is a gap, and the seed not at all.
    pub fn key(&self) -> Settings {
        let permits = if self.protection == Protection::Semaphore { self.permits } else { 0 };
        let gap = if self.gap.delay == Delay::None { Gap::NONE } else { self.gap };
        Settings { permits, gap, seed: 0, ..*self }
    }
}

fn in_range(name: &str, value: u64, most: u64) -> Result<(), SettingError> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(SettingError(format!("{name} must be 1 to {}, not {}", grouped(most), grouped(value))))
}

/// A setting that can't be had. The text says which, what was given, and what is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError(pub(crate) String);

impl SettingError {
    /// That something can't be had, in words for the user.
    pub(crate) fn new(text: String) -> Self {
        SettingError(text)
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingError {}
