//! Findings in words: what an outcome is called, what is wrong with it, what was covered.

use super::figures::said;
use super::{Findings, Kind as Ended, arrive, bytes, grouped, number, probability, ratio, short_time};
use num_bigint::BigUint;

use crate::experiment::Kind;
use crate::machine::Machine;
use crate::machine::explore::outcome::{Count, Coverage, End, Limit, Outcome};
use crate::machine::schedule::Schedule;
use crate::program::value::Value;
use crate::program::{CounterShape, Program};

/// What the labels of a program's outcomes are values of.
pub(in crate::app) fn heading(program: &Program) -> String {
    if program.shape.is_some() {
        return if own_memory(program).is_some() { "parent's" } else { "final" }.into();
    }
    let names: Vec<&str> =
        program.observed.iter().map(|variable| program.variables[variable.index()].name.as_str()).collect();
    match names.as_slice() {
        [] => "outcome".into(),
        names => names.join(", "),
    }
}

/// To how much each worker of a counter counts, where each has memory of its own.
pub(super) fn own_memory(program: &Program) -> Option<u32> {
    program.shape.filter(CounterShape::has_own_memory).map(|shape| shape.iterations)
}

/// What the observed variables hold, and what was printed.
pub(in crate::app) fn label(program: &Program, outcome: &Outcome) -> String {
    let list = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    let mut text = match outcome.values.as_slice() {
        [Value::Int(value)] if program.shape.is_some() => grouped(&value.to_string()),
        values => list(values),
    };
    if !outcome.output.is_empty() {
        let gap = if text.is_empty() { "" } else { "; " };
        text.push_str(&format!("{gap}prints {}", list(&outcome.output)));
    }
    if text.is_empty() { "–".into() } else { text }
}

/// What is wrong with an outcome; the schedule leads to it.
pub(super) fn why(machine: &Machine, outcome: &Outcome, schedule: &Schedule) -> String {
    let program = machine.program();
    match outcome.end {
        End::Deadlock => "deadlock: nobody can move".into(),
        End::Failed(failure) => failure.describe(program),
        End::Done if outcome.holds => String::new(),
        End::Done => match (&program.shape, outcome.values.as_slice()) {
            (Some(shape), [Value::Int(value)]) => {
                format!("{} lost", grouped(&(shape.right() as i64 - value).to_string()))
            }
            _ => violated(machine, schedule),
        },
    }
}

/// Which check does not hold after a schedule.
fn violated(machine: &Machine, schedule: &Schedule) -> String {
    let state = arrive(machine, schedule).map(|(state, _)| state);
    let first = state.and_then(|state| machine.violated(&state.shared).first().map(ToString::to_string));
    first.map_or_else(|| "a check at the end fails".into(), |message| format!("not so: {message}"))
}

/// How many schedules end right, in a sentence.
#[must_use]
pub fn rightness(findings: &Findings) -> String {
    let verb = if findings.is_counter { "count right" } else { "end right" };
    if findings.rows.is_empty() {
        return "No schedule has come to its end yet.".into();
    }
    if let Some(iterations) = findings.own_memory {
        return own_rightness(findings, iterations);
    }
    if findings.is_complete() && findings.rows.iter().all(super::Row::is_right) {
        return match &findings.schedules {
            Count::Exact(all) if *all == 1_u32.into() => {
                format!("The only schedule {}s right.", &verb[..verb.len() - 6])
            }
            Count::Exact(all) => format!("All {} schedules {verb}.", said(all)),
            _ => format!(
                "Every schedule that ends {}{}.",
                verb.replace("count", "counts").replace("end", "ends"),
                if may_never_end(findings) { ", but not every one ends" } else { "" }
            ),
        };
    }
    let share = match (&findings.right, &findings.schedules) {
        (Count::Exact(right), Count::Exact(all)) => Some((right, all)),
        _ => None,
    };
    match (share, findings.right_probability) {
        (Some((right, _)), _) if *right == 0_u32.into() => "No schedule at all comes out right.".into(),
        (Some((right, all)), _) => {
            let only = if ratio(right, all) < 0.5 { "Only " } else { "" };
            let (right, all, wrong) = (said(right), said(all), wrongs(findings));
            format!("{only}{right} of {all} {verb}{wrong}.")
        }
        (None, Some(likely)) => {
            format!("{} {verb} when each worker is equally likely to move.", probability(likely))
        }
        (None, None) if findings.bad().next().is_some() => {
            drawn_right(findings).unwrap_or_else(|| "Not every schedule comes out right.".into())
        }
        (None, None) if findings.lists_all => format!(
            "Every schedule {}: the protection holds.",
            verb.replace("count", "counts").replace("end", "ends")
        ),
        (None, None) => "Nothing wrong was found in what was covered.".into(),
    }
}

/// How many of the schedules that were drawn end right, in a sentence.
fn drawn_right(findings: &Findings) -> Option<String> {
    let (all, _) = findings.drawn.filter(|(all, _)| *all > 0)?;
    let hits = |row: &super::Row| row.hits.map_or(0, |drawn| drawn.hits);
    let right: u64 = findings.rows.iter().filter(|row| row.is_right()).map(hits).sum();
    let (one, many) = if findings.is_counter { ("counts", "count") } else { ("ends", "end") };
    let all = grouped(&all.to_string());
    Some(match right {
        0 => format!("None of the {all} schedules drawn {one} right."),
        1 => format!("Only 1 of the {all} schedules drawn {one} right."),
        right => format!("{} of the {all} schedules drawn {many} right.", grouped(&right.to_string())),
    })
}

/// Whether the scheduler that lets everybody move equally likely may never bring it to an end.
#[must_use]
pub fn may_never_end(findings: &Findings) -> bool {
    findings.endless_probability.is_some_and(|likely| likely > 0.0)
}

/// How many schedules end in which other way; nothing of a counter, which has one only.
fn wrongs(findings: &Findings) -> String {
    let ways = [
        (Ended::Wrong, "ends wrong", "end wrong"),
        (Ended::Deadlock, "deadlocks", "deadlock"),
        (Ended::Failed, "fails an assertion", "fail an assertion"),
    ];
    let mut text = String::new();
    for (kind, one, many) in ways.into_iter().filter(|_| !findings.is_counter) {
        let counts = findings.rows.iter().filter(|row| row.kind == kind).map(|row| &row.schedules);
        let sum = counts.fold(BigUint::ZERO, |sum, count| match count {
            Count::Exact(count) => sum + count,
            Count::Infinite | Count::Unknown => sum,
        });
        if sum > BigUint::ZERO {
            let verb = if sum == BigUint::from(1_u32) { one } else { many };
            text.push_str(&format!(", {} {verb}", said(&sum)));
        }
    }
    text
}

/// What comes of a counter that every worker has for itself: nothing that anybody else sees.
fn own_rightness(findings: &Findings, iterations: u32) -> String {
    let where_ = match &findings.schedules {
        Count::Exact(all) if *all == 1_u32.into() => "in the only schedule".to_owned(),
        Count::Exact(all) => format!("in all {} schedules", said(all)),
        _ if findings.lists_all => "in every schedule".into(),
        _ => "in what was covered".into(),
    };
    let each = grouped(&iterations.to_string());
    format!("The parent's counter stays 0 {where_}: each process counts to {each} in its own memory.")
}

/// How much was covered, in a sentence.
#[must_use]
pub fn coverage(findings: &Findings) -> String {
    let (states, time) = (grouped(&findings.states.to_string()), short_time(findings.seconds));
    if findings.is_complete() && findings.states == 0 {
        return "complete: known at this size without a search, nothing left out".into();
    }
    let why = match findings.coverage {
        Coverage::Complete => {
            let uncounted =
                if findings.schedules == Count::Unknown { "; schedules were not counted" } else { "" };
            return format!("complete: {states} states in {time}, nothing left out{uncounted}");
        }
        Coverage::Partial(Limit::Memory) => "the memory that it may use was full".into(),
        Coverage::Partial(Limit::States) => "there is too much to search".to_owned(),
        Coverage::Partial(Limit::Stopped) if findings.out_of_time => "time was up".into(),
        Coverage::Partial(Limit::Stopped) => "it was stopped".into(),
    };
    let held = bytes(findings.bytes);
    let rest = if findings.lists_all {
        "every possible count is listed with a schedule, but schedules were not counted"
    } else if findings.is_counter && findings.bad().next().is_some() {
        "only the extreme counts are listed; others are possible"
    } else {
        "outcomes that are not listed may be possible"
    };
    let mut text = match findings.states {
        0 => format!("partial: {why}, nothing was searched; {rest}"),
        _ => format!("partial: {why} after {states} states, {time}, {held}; {rest}"),
    };
    match findings.drawn {
        None | Some((0, _)) => {}
        Some((1, 0)) => text.push_str("; 1 schedule was drawn at random"),
        Some((1, _)) => text.push_str("; 1 schedule was drawn at random, and did not end"),
        Some((samples, unended)) => {
            text.push_str(&format!("; {} schedules were drawn at random", grouped(&samples.to_string())));
            if unended > 0 {
                text.push_str(&format!(", {} of them did not end", grouped(&unended.to_string())));
            }
        }
    }
    text
}

/// How much was covered, in a few words.
#[must_use]
pub fn brief(findings: &Findings) -> String {
    let states = grouped(&findings.states.to_string());
    let why = match findings.coverage {
        Coverage::Complete if findings.states == 0 => return "known without a search".into(),
        Coverage::Complete => return format!("all {states} states"),
        Coverage::Partial(Limit::Memory) => "memory was full",
        Coverage::Partial(Limit::States) => "too much to search",
        Coverage::Partial(Limit::Stopped) if findings.out_of_time => "time was up",
        Coverage::Partial(Limit::Stopped) => "stopped",
    };
    let mut text = match findings.states {
        0 => format!("a part: {why}"),
        _ => format!("a part: {why} after {states} states"),
    };
    if let Some((samples, _)) = findings.drawn.filter(|(samples, _)| *samples > 0) {
        let plural = if samples == 1 { "" } else { "s" };
        text.push_str(&format!("; {} schedule{plural} drawn at random", grouped(&samples.to_string())));
    }
    if !findings.lists_all {
        text.push_str("; there may be other outcomes");
    }
    text
}

/// How many schedules there are: the figure, and what it is.
#[must_use]
pub fn total(findings: &Findings) -> (String, String) {
    match &findings.schedules {
        Count::Exact(all) if *all == BigUint::from(1_u32) => ("1".into(), "schedule, counted exactly".into()),
        Count::Exact(all) => match number(all).split_once(", ") {
            Some((figure, digits)) => (figure.to_owned(), format!("schedules ({digits}), counted exactly")),
            None => (number(all), "schedules, counted exactly".into()),
        },
        Count::Infinite => ("unbounded".into(), "schedules: some go in circles".into()),
        Count::Unknown => ("–".into(), "schedules were not counted".into()),
    }
}

/// Whether it can go on for ever, in a sentence; `None` where it can't.
#[must_use]
pub fn endless(findings: &Findings) -> Option<String> {
    findings.endless.round()?;
    Some(match findings.endless_probability {
        Some(likely) if likely > 0.0 => {
            format!("It can go on for ever: with probability {}.", probability(likely))
        }
        Some(_) => "It can go on for ever, if the scheduler is unfair.".into(),
        None => "It can go on for ever.".into(),
    })
}

/// A way to go on for ever, in a few words; `None` where there is none.
#[must_use]
pub fn round(findings: &Findings) -> Option<String> {
    let way = findings.endless.round()?;
    let again = format!("{} again and again", way.round);
    Some(if way.prefix.steps() == 0 { again } else { format!("{}, then {again}", way.prefix) })
}

/// The workers of a counter: `2 threads`.
#[must_use]
pub fn workers(shape: &CounterShape) -> String {
    format!("{} {}", shape.threads, if shape.threads == 1 { shape.kind.noun() } else { shape.kind.plural() })
}

/// What sets a counter's workers apart from threads, in a few words after theirs.
#[must_use]
pub fn apart(shape: &CounterShape) -> &'static str {
    match shape.kind {
        Kind::Thread => "",
        Kind::Process { shared: true } => ", one shared word",
        Kind::Process { shared: false } => ", each its own memory",
        Kind::Task { awaits: false } => ", nothing awaited",
        Kind::Task { awaits: true } => ", awaits in between",
    }
}

/// A program in a few words: `no protection, 2 threads × 3`.
#[must_use]
pub fn program_words(program: &Program) -> String {
    let Some(shape) = &program.shape else { return program.name.clone() };
    let permits = match shape.protection {
        crate::experiment::Protection::Semaphore => format!(" of {}", shape.permits),
        _ => String::new(),
    };
    let iterations = grouped(&shape.iterations.to_string());
    format!("{}{permits}, {} × {iterations}{}", shape.protection.title(), workers(shape), apart(shape))
}
