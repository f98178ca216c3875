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

    /// The kind after this one: threads, processes, tasks, and threads again.
    #[must_use]
    pub fn next(self) -> Kind {
        match self {
            Kind::Thread => Kind::Process { shared: true },
            Kind::Process { .. } => Kind::Task { awaits: false },
            Kind::Task { .. } => Kind::Thread,
        }
    }

    /// The same, but sharing or awaiting otherwise; `None` for threads, which share everything and await nothing.
    #[must_use]
    pub fn otherwise(self) -> Option<Kind> {
        match self {
            Kind::Thread => None,
            Kind::Process { shared } => Some(Kind::Process { shared: !shared }),
            Kind::Task { awaits } => Some(Kind::Task { awaits: !awaits }),
        }
    }

    /// Whether somebody else may store between a worker's load and its store, where nothing guards them.
    pub fn can_interfere(self) -> bool {
        !matches!(self, Kind::Process { shared: false } | Kind::Task { awaits: false })
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
    fn the_next_kind_comes_round_and_otherwise_comes_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.next().next().next().noun(), kind.noun());
            assert_eq!(kind.otherwise().and_then(Kind::otherwise), (kind != Kind::Thread).then_some(kind));
        }
    }

    #[test]
    fn names_come_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let refused = "fibre".parse::<Kind>().expect_err("no such kind");
        assert!(refused.to_string().contains("thread, process"), "{refused}");
    }
}
