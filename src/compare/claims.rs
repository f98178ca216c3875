//! What is commonly said of threads, processes and tasks, held against the figures.
//!
//! Two figures differ when their quartiles are apart: the upper of one is below the lower of the other. When they
//! overlap, nothing is decided.

use crate::experiment::Kind;
use crate::experiment::statistics::Spread;

use super::costs::{KINDS, What};
use super::table::Table;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A thread is started faster than a process.
    ThreadStartsFaster,
    /// Going on with another thread is faster than with another process.
    ThreadSwitchesFaster,
    /// A thread, which shares memory, needs less of it than a process.
    ThreadIsSmaller,
    /// Threads are for work that waits.
    ThreadsForWaiting,
    /// Processes, not threads, are for work that needs a core.
    ProcessesForComputing,
    /// Threads that are not needed cost more than they bring.
    ThreadsCanBeTooMany,
    /// A task needs less memory than a thread.
    TaskIsSmaller,
    /// Tasks are for very many that wait, as connections do.
    TasksForManyWaiting,
    /// Tasks are for network applications: many connections at once.
    TasksForTheNetwork,
    /// Threads share memory, processes have their own.
    ThreadsShareMemory,
    /// Tasks need no threads of their own.
    TasksNeedNoThreads,
}

/// What the figures say to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Confirmed,
    /// It is the other way round.
    Refuted,
    /// The quartiles overlap.
    Open,
    /// Nothing was measured, or the platform does not tell.
    Unknown,
}

/// A claim, what it is judged by, and the verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// What is said.
    pub claim: Claim,
    /// What the figures say to it.
    pub verdict: Verdict,
    /// The two figures: of whom the claim praises, and of whom it compares with. The other one of a speed-up is 1 without
    /// any spread, the same work in a row.
    pub figures: Option<(Spread, Spread)>,
}

/// What a claim is judged by.
struct Test {
    measure: What,
    /// Who must have the better figure.
    better: Kind,
    /// Than whom; `None` for the same work in a row.
    than: Option<Kind>,
    /// Whether the greater figure is the better one.
    more: bool,
}

const THREAD: Kind = KINDS[0];
const PROCESS: Kind = KINDS[1];
const TASK: Kind = KINDS[2];

impl Claim {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Claim; 11] = [
        Claim::ThreadsShareMemory,
        Claim::ThreadStartsFaster,
        Claim::ThreadSwitchesFaster,
        Claim::ThreadIsSmaller,
        Claim::ThreadsForWaiting,
        Claim::ProcessesForComputing,
        Claim::ThreadsCanBeTooMany,
        Claim::TasksNeedNoThreads,
        Claim::TaskIsSmaller,
        Claim::TasksForManyWaiting,
        Claim::TasksForTheNetwork,
    ];

    /// The measure by which it is judged.
    #[must_use]
    pub fn measure(self) -> What {
        self.test().measure
    }

    /// The kind of worker that it praises.
    #[must_use]
    pub fn praised(self) -> Kind {
        self.test().better
    }

    /// Whether the greater figure is the better one.
    #[must_use]
    pub fn wants_more(self) -> bool {
        self.test().more
    }

    fn test(self) -> Test {
        let test = |measure, better, than| Test { measure, better, than, more: false };
        match self {
            Claim::ThreadStartsFaster => test(What::Start, THREAD, Some(PROCESS)),
            Claim::ThreadSwitchesFaster => test(What::Switch, THREAD, Some(PROCESS)),
            Claim::ThreadIsSmaller => test(What::Memory, THREAD, Some(PROCESS)),
            Claim::ThreadsForWaiting => Test { more: true, ..test(What::Sleep, THREAD, None) },
            Claim::ProcessesForComputing => Test { more: true, ..test(What::Compute, PROCESS, Some(THREAD)) },
            // Confirmed where they are slower than the work in a row: the smaller figure.
            Claim::ThreadsCanBeTooMany => test(What::Small, THREAD, None),
            Claim::TaskIsSmaller => test(What::Memory, TASK, Some(THREAD)),
            Claim::TasksForManyWaiting => test(What::Many, TASK, Some(THREAD)),
            Claim::TasksForTheNetwork => test(What::Network, TASK, Some(THREAD)),
            Claim::ThreadsShareMemory => Test { more: true, ..test(What::Shared, THREAD, Some(PROCESS)) },
            Claim::TasksNeedNoThreads => test(What::Threads, TASK, Some(THREAD)),
        }
    }

    fn judge(self, figures: &dyn Fn(Kind, What) -> Option<Spread>) -> Judged {
        let Test { measure, better, than, more } = self.test();
        let row = Spread { least: 1.0, lower: 1.0, median: 1.0, upper: 1.0, most: 1.0 };
        let other = than.map_or(Some(row), |kind| figures(kind, measure));
        let Some((ours, theirs)) = figures(better, measure).zip(other) else {
            return Judged { claim: self, verdict: Verdict::Unknown, figures: None };
        };
        let (low, high) = if more { (theirs, ours) } else { (ours, theirs) };
        let verdict = if low.upper < high.lower {
            Verdict::Confirmed
        } else if high.upper < low.lower {
            Verdict::Refuted
        } else {
            Verdict::Open
        };
        Judged { claim: self, verdict, figures: Some((ours, theirs)) }
    }
}

/// What came of the claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    /// Each claim, judged.
    pub judged: Vec<Judged>,
    /// How many times as fast as in a row work that needs a core was by threads, and by processes.
    pub computing: Option<(Spread, Spread)>,
}

/// Judges every claim by a table.
#[must_use]
pub fn judge(table: &Table) -> Claims {
    let figures = |kind: Kind, measure: What| {
        let row = table.rows.iter().find(|row| row.settings.kind == kind)?;
        row.costs?.get(measure)
    };
    Claims {
        judged: Claim::ALL.iter().map(|claim| claim.judge(&figures)).collect(),
        computing: figures(THREAD, What::Compute).zip(figures(PROCESS, What::Compute)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(lower: f64, upper: f64) -> Spread {
        Spread { least: lower, lower, median: f64::midpoint(lower, upper), upper, most: upper }
    }

    fn verdict(claim: Claim, thread: (f64, f64), other: (f64, f64)) -> Verdict {
        let figures = |kind: Kind, _: What| {
            Some(if kind == THREAD { spread(thread.0, thread.1) } else { spread(other.0, other.1) })
        };
        claim.judge(&figures).verdict
    }

    #[test]
    fn a_claim_is_decided_where_quartiles_are_apart() {
        use Verdict::{Confirmed, Open, Refuted};
        let (low, middle, high) = ((1.0, 2.0), (1.5, 3.0), (4.0, 5.0));
        for (claim, thread, other, expected) in [
            (Claim::ThreadStartsFaster, low, high, Confirmed),
            (Claim::ThreadStartsFaster, high, low, Refuted),
            (Claim::ThreadStartsFaster, low, middle, Open),
            (Claim::ThreadSwitchesFaster, low, high, Confirmed),
            (Claim::ThreadIsSmaller, high, low, Refuted),
            (Claim::ProcessesForComputing, low, high, Confirmed),
            (Claim::ProcessesForComputing, high, low, Refuted),
            (Claim::ProcessesForComputing, middle, low, Open),
            (Claim::TaskIsSmaller, high, low, Confirmed),
            (Claim::TasksForManyWaiting, low, high, Refuted),
            // Against the same work in a row, which is 1.
            (Claim::ThreadsForWaiting, high, low, Confirmed),
            (Claim::ThreadsForWaiting, (0.2, 0.3), high, Refuted),
            (Claim::ThreadsForWaiting, (0.9, 1.1), high, Open),
            (Claim::ThreadsCanBeTooMany, (0.2, 0.3), high, Confirmed),
            (Claim::ThreadsCanBeTooMany, high, low, Refuted),
        ] {
            assert_eq!(verdict(claim, thread, other), expected, "{claim:?} {thread:?} {other:?}");
        }
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        for claim in Claim::ALL {
            assert_eq!(claim.judge(&|_, _| None).verdict, Verdict::Unknown);
        }
    }
}
