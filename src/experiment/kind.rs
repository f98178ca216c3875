//! What a worker is, by name, and how many of each there can be.

use std::fmt;
use std::str::FromStr;

use super::SettingError;

/// What a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A thread of the operating system; all share the process's memory.
    Thread,
    /// A process of its own.
    Process {
        /// Whether the counter is one word that all processes share; else each has its own, and the parent's stays 0.
        shared: bool,
    },
    /// A task: one of many that take turns on a single thread, and only where one awaits something.
    Task {
        /// Whether a task awaits its next turn between load and store, and once more after the store.
        awaits: bool,
    },
}

impl Kind {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Kind; 5] = [
        Kind::Thread,
        Kind::Process { shared: true },
        Kind::Process { shared: false },
        Kind::Task { awaits: false },
        Kind::Task { awaits: true },
    ];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Thread => "thread",
            Kind::Process { shared: true } => "process",
            Kind::Process { shared: false } => "process-own",
            Kind::Task { awaits: false } => "task",
            Kind::Task { awaits: true } => "task-await",
        }
    }

    /// What it is, in a few plain words.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Thread => "threads",
            Kind::Process { shared: true } => "processes, one shared word of memory",
            Kind::Process { shared: false } => "processes, each with its own memory",
            Kind::Task { awaits: false } => "tasks, nothing awaited between load and store",
            Kind::Task { awaits: true } => "tasks, an await between load and store",
        }
    }

    /// Several of them, in one word: `threads`, `processes` or `tasks`.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Thread => "threads",
            Kind::Process { .. } => "processes",
            Kind::Task { .. } => "tasks",
        }
    }

    /// The one so many further on; after the last comes the first.
    #[must_use]
    pub fn beside(self, by: i8) -> Kind {
        let here = Kind::ALL.iter().position(|&kind| kind == self).unwrap_or_default() as i64;
        Kind::ALL[(here + i64::from(by)).rem_euclid(Kind::ALL.len() as i64) as usize]
    }

    /// Several of them, in two or three words that tell it from all others.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Kind::Thread => "threads",
            Kind::Process { shared: true } => "processes",
            Kind::Process { shared: false } => "own-memory processes",
            Kind::Task { awaits: false } => "tasks",
            Kind::Task { awaits: true } => "awaiting tasks",
        }
    }

    /// Whether all workers count on one counter; else each has its own, and nothing can be lost between them.
    pub fn shares_memory(self) -> bool {
        self != Kind::Process { shared: false }
    }

    /// One of them, in one word: `thread`, `process` or `task`.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Thread => "thread",
            Kind::Process { .. } => "process",
            Kind::Task { .. } => "task",
        }
    }

    /// Whether a worker awaits its next turn between load and store.
    pub fn awaits(self) -> bool {
        self == Kind::Task { awaits: true }
    }

    /// Whether a run of `other` workers can go on with these: what they are and whose memory they count in is the same.
    pub fn takes_over(self, other: Kind) -> bool {
        self == other || matches!((self, other), (Kind::Task { .. }, Kind::Task { .. }))
    }

    /// Most workers of one run. The counter's provenance has room for as many of each kind.
    pub const fn most_workers(self) -> u16 {
        match self {
            Kind::Thread => 64,
            Kind::Process { .. } => 256,
            Kind::Task { .. } => 10_000,
        }
    }

    /// Most increments a worker: the more workers the provenance can name, the fewer increments of each.
    pub const fn most_iterations(self) -> u32 {
        match self {
            Kind::Thread => 60_000_000,
            Kind::Process { .. } => 15_000_000,
            Kind::Task { .. } => 250_000,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names = Kind::ALL.map(Kind::name).join(", ");
            SettingError(format!("'{text}' is no kind of worker; use one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(kind.beside(1).beside(-1), kind);
        }
        let refused = "fibre".parse::<Kind>().expect_err("no such kind");
        assert!(refused.to_string().contains("thread, process"), "{refused}");
    }
}
