//! What workers do, by name: count on one counter, or jobs of some sort.

use std::fmt;
use std::str::FromStr;

use super::SettingError;

/// What workers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Increments of one shared counter.
    Count,
    /// Each says its own texts; what is heard is all of them, mingled.
    Say,
    /// Each computes something: the processor is what is scarce.
    Compute,
    /// Each sleeps: it waits for something that needs no processor.
    Sleep,
    /// Each downloads something: what is scarce is elsewhere.
    Download,
}

impl Work {
    /// All of it, in the order in which a key goes through it.
    pub const ALL: [Work; 5] = [Work::Count, Work::Say, Work::Compute, Work::Sleep, Work::Download];

    /// Those that are jobs.
    pub const JOBS: [Work; 4] = [Work::Say, Work::Compute, Work::Sleep, Work::Download];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Work::Count => "count",
            Work::Say => "say",
            Work::Compute => "compute",
            Work::Sleep => "sleep",
            Work::Download => "download",
        }
    }

    /// What comes after it.
    pub fn next(self) -> Work {
        let here = Work::ALL.iter().position(|&work| work == self).unwrap_or(0);
        Work::ALL[(here + 1) % Work::ALL.len()]
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Work {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        Work::JOBS.into_iter().find(|work| work.name() == text).ok_or_else(|| {
            let names = Work::JOBS.map(Work::name).join(", ");
            SettingError(format!("'{text}' is no kind of job; use one of {names}"))
        })
    }
}
