//! The programs that are shipped, each with what exploring it must find.

use super::{Program, text};

/// What can happen in a program; a test holds every program to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether an assertion, in the code or at the end, can fail.
    pub can_fail: bool,
    /// Whether all workers that are left can end up waiting.
    pub can_deadlock: bool,
    /// Whether an unfair schedule can go on for ever.
    pub can_go_on_for_ever: bool,
}

/// A shipped program.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What exploring it must find.
    pub verdict: Verdict,
}

const RIGHT: Verdict = Verdict { can_fail: false, can_deadlock: false, can_go_on_for_ever: false };
const SPINS: Verdict = Verdict { can_go_on_for_ever: true, ..RIGHT };
const FAILS: Verdict = Verdict { can_fail: true, ..RIGHT };
const DEADLOCKS: Verdict = Verdict { can_deadlock: true, ..RIGHT };

macro_rules! entry {
    ($name:literal, $verdict:expr) => {
        Entry {
            name: $name,
            text: include_str!(concat!("../../assets/programs/", $name, ".py")),
            verdict: $verdict,
        }
    };
}

/// All of them, in the order in which they are taught.
pub const ENTRIES: [Entry; 23] = [
    entry!("withdraw", FAILS),
    entry!("flag-lock", Verdict { can_fail: true, ..SPINS }),
    entry!("peterson", SPINS),
    entry!("test-and-set", SPINS),
    entry!("ticket-lock", SPINS),
    entry!("deadlock", DEADLOCKS),
    entry!("deadlock-ordered", RIGHT),
    entry!("philosophers", DEADLOCKS),
    entry!("philosophers-ordered", RIGHT),
    entry!("buffer-if", FAILS),
    entry!("buffer-while", RIGHT),
    entry!("rendezvous", RIGHT),
    entry!("barrier-broken", FAILS),
    entry!("barrier", RIGHT),
    entry!("multiplex", RIGHT),
    entry!("readers-writers", RIGHT),
    entry!("start-join", RIGHT),
    entry!("tasks", RIGHT),
    entry!("tasks-await", FAILS),
    entry!("tasks-lock", RIGHT),
    entry!("tasks-busy", SPINS),
    entry!("processes", RIGHT),
    entry!("processes-shared", FAILS),
];

/// The entry of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

impl Entry {
    /// The program.
    #[must_use]
    pub fn program(&self) -> Program {
        text::parse(self.name, self.text).expect("every shipped text is a program")
    }
}
