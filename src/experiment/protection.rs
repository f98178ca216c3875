//! The protections by name.

use std::fmt;
use std::str::FromStr;

use super::SettingError;

/// What guards an increment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protection {
    /// Nothing: load, add, store.
    None,
    /// A mutual-exclusion lock, acquired and released by hand.
    Lock,
    /// The same lock, released by its scope.
    Guard,
    /// A counting semaphore.
    Semaphore,
    /// Load, then compare-and-swap until it succeeds.
    CompareAndSwap,
    /// One indivisible fetch-and-add.
    FetchAdd,
    /// A lock whose waiters spin.
    Spin,
    /// A readers-writer lock used wrongly: the update happens under the read lock.
    ReadLock,
    /// A readers-writer lock used rightly: the update happens under the write lock.
    WriteLock,
}

impl Protection {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Protection; 9] = [
        Protection::None,
        Protection::Lock,
        Protection::Guard,
        Protection::Semaphore,
        Protection::CompareAndSwap,
        Protection::FetchAdd,
        Protection::Spin,
        Protection::ReadLock,
        Protection::WriteLock,
    ];

    /// The name used on the command line, in JSON and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Protection::None => "none",
            Protection::Lock => "lock",
            Protection::Guard => "guard",
            Protection::Semaphore => "semaphore",
            Protection::CompareAndSwap => "cas",
            Protection::FetchAdd => "fetch-add",
            Protection::Spin => "spin",
            Protection::ReadLock => "rwlock-read",
            Protection::WriteLock => "rwlock-write",
        }
    }

    /// What it is, in a few plain words.
    pub fn title(self) -> &'static str {
        match self {
            Protection::None => "no protection",
            Protection::Lock => "lock, acquired and released by hand",
            Protection::Guard => "lock, released by its scope",
            Protection::Semaphore => "semaphore",
            Protection::CompareAndSwap => "compare-and-swap",
            Protection::FetchAdd => "fetch-and-add",
            Protection::Spin => "spin lock",
            Protection::ReadLock => "update under a read lock (wrong)",
            Protection::WriteLock => "update under a write lock",
        }
    }

    /// Whether a worker is let in and leaves again, so that there are holders and there can be waiting.
    pub fn has_holders(self) -> bool {
        !matches!(self, Protection::None | Protection::CompareAndSwap | Protection::FetchAdd)
    }

    /// How many may hold it at once: `None` where there is no limit or nothing to hold.
    pub fn capacity(self, permits: u16) -> Option<u16> {
        match self {
            Protection::Lock | Protection::Guard | Protection::Spin | Protection::WriteLock => Some(1),
            Protection::Semaphore => Some(permits),
            Protection::None | Protection::CompareAndSwap | Protection::FetchAdd | Protection::ReadLock => {
                None
            }
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protection {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        Protection::ALL.into_iter().find(|p| p.name() == text).ok_or_else(|| {
            let names = Protection::ALL.map(Protection::name).join(", ");
            SettingError(format!("'{text}' is not a protection; use one of {names}"))
        })
    }
}
