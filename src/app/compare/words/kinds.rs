//! What is said of threads, processes and tasks, and what the figures say to it.

use super::list;
use crate::app::compare::columns::kinds::figure;
use crate::compare::claims::{Claim, Claims, Judged, Verdict};
use crate::compare::costs::What;
use crate::compare::plan::Plan;

/// How verdicts are said, in their order.
pub(super) const VERDICTS: [&str; 4] = ["✓ confirmed", "✗ refuted", "≈ not decided", "· not measured"];

/// One line a claim, and what they come to.
pub(super) fn said(found: &Claims) -> Vec<String> {
    let mut lines: Vec<String> = found.judged.iter().map(line).collect();
    lines.push(summary(found));
    lines
}

fn line(judged: &Judged) -> String {
    let verdict = VERDICTS[judged.verdict as usize];
    let Some((ours, theirs)) = judged.figures else {
        return format!("{verdict}: {}", claim(judged.claim));
    };
    let measure = judged.claim.measure();
    let (ours, theirs) = (figure(measure, ours), figure(measure, theirs));
    let figures = match judged.claim {
        Claim::ThreadsForWaiting | Claim::ThreadsCanBeTooMany => format!("{ours} as fast as in a row"),
        _ => format!("{ours} against {theirs}"),
    };
    format!("{verdict}: {}: {figures}", claim(judged.claim))
}

fn claim(claim: Claim) -> &'static str {
    match claim {
        Claim::ThreadStartsFaster => "a thread starts faster than a process",
        Claim::ThreadSwitchesFaster => "threads switch faster than processes",
        Claim::ThreadIsSmaller => "a thread is smaller than a process",
        Claim::ThreadsForWaiting => "threads for what waits",
        Claim::ProcessesForComputing => "processes compute faster than threads",
        Claim::ThreadsCanBeTooMany => "avoid needless threads: small jobs",
        Claim::TaskIsSmaller => "a task is smaller than a thread",
        Claim::TasksForManyWaiting => "tasks for 1000 waits, not threads",
    }
}

/// How many claims hold, and whether threads are as good as processes where a core is needed.
fn summary(found: &Claims) -> String {
    let count = |verdict| found.judged.iter().filter(|judged| judged.verdict == verdict).count();
    let all = found.judged.len() - count(Verdict::Unknown);
    let others = [(Verdict::Refuted, "refuted"), (Verdict::Open, "not decided (the quartiles overlap)")];
    let others = others.into_iter().filter(|(verdict, _)| count(*verdict) > 0);
    let mut parts = vec![format!("{} of {all} claims are confirmed here", count(Verdict::Confirmed))];
    parts.extend(others.map(|(verdict, word)| format!("{} {word}", count(verdict))));
    let Some((threads, processes)) = found.computing else { return format!("{}.", list(parts)) };
    let (ours, theirs) = (figure(What::Compute, threads.median), figure(What::Compute, processes.median));
    // Half a core more than one is more than any mismeasurement; nothing that shares a lock gets there.
    let lesson = if threads.lower > 1.5 {
        "no interpreter lock holds them back"
    } else if processes.upper <= 1.5 {
        "there was no second core to be had"
    } else {
        "something holds the threads back"
    };
    format!("{}. Threads computed {ours} as fast as in a row, processes {theirs}: {lesson}.", list(parts))
}

/// What the figures are.
pub(super) fn note(plan: &Plan) -> String {
    format!(
        "Start: from asking to the first action. Memory: what many that wait add to a fresh process and its children \
         (of their own: not the program, nor what the kernel keeps), for each. Switch: on one core, threads wake each other, \
         processes use pipes, tasks notifications. Compute (a piece a core), small jobs (16 of some 5 µs) and sleep ({} \
         × 10 ms): how many times as fast as the same in a row, starting and ending included. 1000 waits: 20 ms each, at \
         once. All tasks are on one thread.",
        plan.threads
    )
}
