//! What is said of threads, processes and tasks, and what the figures say to it.

use super::list;
use crate::app::compare::columns::kinds::{between, figure};
use crate::app::findings::short;
use crate::compare::claims::{Claim, Claims, Judged, Verdict};
use crate::compare::costs::What;
use crate::compare::plan::Plan;
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
    lines.push(summary(found));
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
    let counts = matches!(measure, What::Start | What::Switch | What::Memory | What::Many);
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
    let said = |spread: Spread| {
        let (median, quartiles) = (figure(measure, spread.median), between(measure, spread));
        if terse || median == quartiles { quartiles } else { format!("{median} ({quartiles})") }
    };
    match other {
        Some(other) => {
            let times = times(measure, ours, theirs).filter(|_| !terse).unwrap_or_default();
            format!("{verdict}: {claim}{times}: {}, {other} {}", said(ours), said(theirs))
        }
        None => format!("{verdict}: {claim}: {} as fast as in a row", said(ours)),
    }
}

/// What is said, and with whom it compares; `None` for the same work in a row.
fn claim(claim: Claim) -> (&'static str, Option<&'static str>) {
    match claim {
        Claim::ThreadsShareMemory => ("threads share memory", Some("processes")),
        Claim::ThreadStartsFaster => ("threads start faster", Some("processes")),
        Claim::ThreadSwitchesFaster => ("threads switch faster", Some("processes")),
        Claim::ThreadIsSmaller => ("threads are smaller", Some("processes")),
        Claim::ThreadsForWaiting => ("threads for what waits", None),
        Claim::ProcessesForComputing => ("processes for computing", Some("threads")),
        Claim::ThreadsCanBeTooMany => ("needless threads cost", None),
        Claim::TasksNeedNoThreads => ("tasks need no threads", Some("threads")),
        Claim::TaskIsSmaller => ("tasks are smaller", Some("threads")),
        Claim::TasksForManyWaiting => ("tasks for 1000 waits", Some("threads")),
    }
}

/// How many claims hold, and whether threads are as good as processes where a core is needed.
fn summary(found: &Claims) -> String {
    let count = |verdict| found.judged.iter().filter(|judged| judged.verdict == verdict).count();
    let all = found.judged.len() - count(Verdict::Unknown);
    let others = [(Verdict::Refuted, "refuted"), (Verdict::Open, "not decided (quartiles overlap)")];
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
    format!("{}. Computing: threads {ours}, processes {theirs}: {lesson}.", list(parts))
}

/// What the figures are.
pub(super) fn note(plan: &Plan) -> String {
    format!(
        "Start: from asking to the first action. Memory, threads: what many that wait add to a fresh process and its \
         children (of their own: not the program, nor what the kernel keeps), for each. Switch: on one core, threads wake \
         each other, processes use pipes, tasks notifications. Compute (a piece a core), small jobs (16 of some 5 µs) and \
         sleep ({} × 10 ms): how many times as fast as the same in a row, starting and ending included. 1000 waits: 20 ms \
         each, at once. Shared: of the increments under a lock, what is in the starter's counter. All tasks are on one \
         thread.",
        plan.threads
    )
}
