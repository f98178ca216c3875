//! What is swept and how far, in words.

use super::{count, downloads, list};
use crate::compare::plan::{Plan, Sweep};
use crate::experiment::{Cores, Delay};

/// What is swept and how far, in a line.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    plan_at(plan, 0)
}

/// The same in so many columns, the less important left out first.
#[must_use]
pub fn plan_within(plan: &Plan, columns: u16) -> String {
    let mut lines = (0..3).map(|terse| plan_at(plan, terse));
    let fits = lines.find(|line| line.chars().count() <= usize::from(columns));
    fits.unwrap_or_else(|| plan_at(plan, 2))
}

/// The more terse, the shorter: without how the rounds go, without what goes without saying.
fn plan_at(plan: &Plan, terse: u8) -> String {
    let turns = match (plan.runs, terse) {
        (1, 0) => "run of each in turn",
        (_, 0) => "runs of each in turn",
        (1, _) => "run",
        _ => "runs",
    };
    let cores = if plan.cores == Cores::One { ", one core" } else { "" };
    let (runs, each) = (count(plan.runs.into()), count(plan.iterations.into()));
    if plan.sweep == Sweep::Kinds {
        let what = if terse == 0 { "steps of computing each" } else { "steps each" };
        return format!("{} sleepers, {each} {what}{cores}, {runs} {turns}", count(plan.threads.into()));
    }
    if plan.sweep == Sweep::Downloads {
        return downloads::plan(plan, terse, &format!("{cores}, {runs} {turns}"));
    }
    let workers = match plan.sweep {
        Sweep::Protections if terse > 0 && plan.threads > 1 => format!("1 to {}", count(plan.threads.into())),
        Sweep::Protections => {
            list(plan.workers().iter().rev().map(|&workers| count(workers.into())).collect())
        }
        _ => count(plan.threads.into()),
    };
    let kind = match plan.threads {
        1 => plan.kind.short().replacen(plan.kind.plural(), plan.kind.noun(), 1),
        _ => plan.kind.short().to_owned(),
    };
    let gap = match (plan.sweep, plan.settings().gap.words()) {
        (Sweep::Window, _) if terse > 1 => "none to a sleep".into(),
        (Sweep::Window, _) => "gap from none to a sleep".into(),
        (_, words) if terse > 1 => words.trim_start_matches("gap ").to_owned(),
        (_, words) => words,
    };
    let jitter = match plan.jitter {
        percent @ 1.. if plan.sweep == Sweep::Window || plan.gap != Delay::None => format!(" ± {percent} %"),
        _ => String::new(),
    };
    format!("{workers} {kind} × {each}, {gap}{jitter}{cores}, {runs} {turns}")
}
