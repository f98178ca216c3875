//! What is said of threads, processes and tasks, and what the figures say to it.

use super::list;
use crate::app::compare::columns::Bar;
use crate::app::compare::columns::kinds::{between, figure};
use crate::app::compare::legend;
use crate::app::findings::short;
use crate::compare::claims::{Claim, Claims, Judged, Verdict};
use crate::compare::costs::What;
use crate::experiment::statistics::Spread;

/// How verdicts are said, in their order.
pub(super) const VERDICTS: [&str; 4] = ["✓ confirmed", "✗ refuted", "≈ not decided", "· not measured"];

/// One line a claim, and what they come to. The terse ones give only what the verdict goes by, the quartiles: the medians
/// stand in the table.
pub(super) fn said(found: &Claims, terse: bool, grouped: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for judged in &found.judged {
        lines.extend(heading(judged.claim).filter(|_| grouped).map(str::to_owned));
        lines.push(line(judged, terse));
    }
    lines.push(summary(found, terse));
    lines
}

/// What stands above the first claim of each group.
fn heading(claim: Claim) -> Option<&'static str> {
    match claim {
        Claim::ThreadsShareMemory => Some("Thread and process:"),
        Claim::ThreadsForWaiting => Some("What to use for what:"),
        Claim::TasksNeedNoThreads => Some("Async and threading:"),
        _ => None,
    }
}

/// How many times the one figure the other is, where that says more than the two.
fn times(measure: What, ours: Spread, theirs: Spread) -> Option<String> {
    let counts = matches!(measure, What::Start | What::Switch | What::Memory | What::Many | What::Network);
    let (less, more) = (ours.median.min(theirs.median), ours.median.max(theirs.median));
    (counts && less > 0.0).then(|| format!(", {} times", short(more / less)))
}

fn line(judged: &Judged, terse: bool) -> String {
    let verdict = VERDICTS[judged.verdict as usize];
    let (claim, other) = claim(judged.claim);
    let Some((ours, theirs)) = judged.figures else {
        return format!("{verdict}: {claim}");
    };
    let measure = judged.claim.measure();
    let said =
        |spread: Spread| if terse { between(measure, spread) } else { with_quartiles(measure, spread) };
    match other {
        Some(other) => {
            let times = times(measure, ours, theirs).filter(|_| !terse).unwrap_or_default();
            format!("{verdict}: {claim}{times}: {}, {other} {}", said(ours), said(theirs))
        }
        None => format!("{verdict}: {claim}: {} as fast as in a row", said(ours)),
    }
}

/// A claim with the two figures that decide it, each with a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Duel {
    /// What stands above it, where it is the first of a group.
    pub heading: Option<&'static str>,
    /// The sign and the verdict.
    pub verdict: &'static str,
    /// What is said, and by how much.
    pub claim: String,
    /// What was measured.
    pub measure: &'static str,
    /// Of whom the claim praises, and of whom it compares with; the greater upper quartile fills the width. `None` where
    /// nothing was measured, and where it is a matter of counting: then the claim says all.
    pub sides: Option<[Side; 2]>,
    /// Which of the two has the better median.
    pub better: usize,
}

impl Duel {
    /// Lines that it takes: one for each bar.
    #[must_use]
    pub fn height(&self) -> u16 {
        if self.sides.is_some() { 2 } else { 1 }
    }
}

/// One of the two figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Whose.
    pub name: &'static str,
    /// The median and the quartiles.
    pub figure: String,
    /// The same, from 0 on.
    pub bar: Bar,
}

/// The claims with their figures, and what they come to.
#[must_use]
pub(super) fn duels(found: &Claims) -> (Vec<Duel>, String) {
    (found.judged.iter().map(duel).collect(), summary(found, false))
}

fn duel(judged: &Judged) -> Duel {
    let measure = judged.claim.measure();
    let (claim, other) = claim(judged.claim);
    let times = judged.figures.and_then(|(ours, theirs)| times(measure, ours, theirs));
    let side = |name, spread: Spread, most: f64| Side {
        name,
        figure: with_quartiles(measure, spread),
        bar: Bar { low: spread.lower / most, middle: spread.median / most, high: spread.upper / most },
    };
    let counted = matches!(measure, What::Shared | What::Threads);
    let sides = judged.figures.filter(|_| !counted).map(|(ours, theirs)| {
        let most = ours.upper.max(theirs.upper).max(f64::MIN_POSITIVE);
        let praised = judged.claim.praised().plural();
        [side(praised, ours, most), side(other.unwrap_or("in a row"), theirs, most)]
    });
    let ahead = judged.figures.is_none_or(|(ours, theirs)| {
        let less = ours.median < theirs.median;
        less != judged.claim.wants_more()
    });
    Duel {
        heading: heading(judged.claim),
        verdict: VERDICTS[judged.verdict as usize],
        claim: match judged.figures.filter(|_| counted) {
            Some((ours, theirs)) => {
                let (ours, theirs) = (with_quartiles(measure, ours), with_quartiles(measure, theirs));
                format!("{claim}: {ours}, {} {theirs}", other.unwrap_or("in a row"))
            }
            None => format!("{claim}{}", times.unwrap_or_default()),
        },
        measure: legend::of(measure),
        sides,
        better: usize::from(!ahead),
    }
}

fn with_quartiles(measure: What, spread: Spread) -> String {
    let (median, quartiles) = (figure(measure, spread.median), between(measure, spread));
    if median == quartiles { quartiles } else { format!("{median} ({quartiles})") }
}

/// What is said, and with whom it compares; `None` for the same work in a row.
fn claim(claim: Claim) -> (&'static str, Option<&'static str>) {
    match claim {
        Claim::ThreadsShareMemory => ("threads share memory", Some("processes")),
        Claim::ThreadStartsFaster => ("threads start faster", Some("processes")),
        Claim::ThreadSwitchesFaster => ("threads switch faster", Some("processes")),
        Claim::ThreadIsSmaller => ("threads are smaller", Some("processes")),
        Claim::ThreadsForWaiting => ("threads for I/O, which waits", None),
        Claim::ProcessesForComputing => ("processes for CPU work", Some("threads")),
        Claim::ThreadsCanBeTooMany => ("needless threads cost", None),
        Claim::TasksNeedNoThreads => ("tasks need no threads", Some("threads")),
        Claim::TaskIsSmaller => ("tasks are smaller", Some("threads")),
        Claim::TasksForManyWaiting => ("async for 1000 waits", Some("threads")),
        Claim::TasksForTheNetwork => ("async for the network", Some("threads")),
    }
}

/// How many claims hold, and whether threads are as good as processes where a core is needed.
fn summary(found: &Claims, terse: bool) -> String {
    let count = |verdict| found.judged.iter().filter(|judged| judged.verdict == verdict).count();
    let all = found.judged.len() - count(Verdict::Unknown);
    let open = if terse { "not decided" } else { "not decided (quartiles overlap)" };
    let others = [(Verdict::Refuted, "refuted"), (Verdict::Open, open)];
    let others = others.into_iter().filter(|(verdict, _)| count(*verdict) > 0);
    let mut parts = vec![format!("{} of {all} claims are confirmed", count(Verdict::Confirmed))];
    parts.extend(others.map(|(verdict, word)| format!("{} {word}", count(verdict))));
    let Some((threads, processes)) = found.computing else { return format!("{}.", list(parts)) };
    let (ours, theirs) = (figure(What::Compute, threads.median), figure(What::Compute, processes.median));
    // Half a core more than one is more than any mismeasurement; nothing that shares a lock gets there.
    let lesson = if threads.lower > 1.5 {
        "no interpreter lock holds threads back"
    } else if processes.upper <= 1.5 {
        "there was no second core to be had"
    } else {
        "something holds threads back"
    };
    if terse {
        return format!("{}: {lesson}.", list(parts));
    }
    format!("{}. Computing: threads {ours}, processes {theirs}: {lesson}.", list(parts))
}

/// What has to be known of the figures.
pub(super) const NOTE: &str =
    "All tasks are on one thread. A claim is decided where the quartiles of its two figures are apart.";

/// The claims, before anything was measured.
pub(super) fn open(grouped: bool) -> Vec<String> {
    let said = |claim: Claim| {
        let line = format!("· {}", self::claim(claim).0);
        heading(claim).filter(|_| grouped).map(str::to_owned).into_iter().chain([line])
    };
    Claim::ALL.into_iter().flat_map(said).collect()
}
