//! The JSON of an exploration: one object. Counts are strings, because they outgrow 64 bits.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::experiment::Protection;
use crate::machine::Machine;
use crate::machine::explore::outcome::{Count, Coverage, End, Endless, Limit, Outcome};
use crate::machine::schedule::Schedule;
use crate::program::Program;

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The program's version.
    pub racescope: &'static str,
    /// What was explored.
    pub program: Explored,
    /// Whether all of it was searched.
    pub complete: bool,
    /// What stopped the search: `memory`, `states`, `time` or `interrupt`; null where nothing did.
    pub stopped_by: Option<&'static str>,
    /// Whether outcomes that are not listed are impossible.
    pub lists_all_outcomes: bool,
    /// How many schedules there are: digits, `infinite`, or null where they were not counted.
    pub schedules: Option<String>,
    /// How many of them end right.
    pub schedules_right: Option<String>,
    /// The outcomes.
    pub outcomes: Vec<OutcomeFigures>,
    /// How many of the outcomes are deadlocks.
    pub deadlocks: usize,
    /// A way to go on for ever: once the prefix, then the round again and again; null where there is none.
    pub endless: Option<Round>,
    /// Whether it is known that there is one or that there is none.
    pub endless_known: bool,
    /// How likely it is never to end.
    pub endless_probability: Option<f64>,
    /// What was drawn, where not all was searched.
    pub sample: Option<SampleFigures>,
    /// States visited.
    pub states: u64,
    /// Transitions followed.
    pub transitions: u64,
    /// Operations on the longest of the shortest ways to a state.
    pub depth: u64,
    /// What the search took.
    pub seconds: f64,
    /// Most memory that it held.
    pub bytes: u64,
}

/// What was explored.
#[derive(Debug, Serialize)]
pub struct Explored {
    /// Its name.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What its workers are.
    pub kind: &'static str,
    /// Sizes, where it is the counter.
    #[serde(flatten)]
    pub counter: Option<Sizes>,
}

/// Sizes of the counter.
#[derive(Debug, Serialize)]
pub struct Sizes {
    threads: u16,
    iterations: u32,
    protection: String,
    /// Only under a semaphore.
    permits: Option<u16>,
}

/// One outcome.
#[derive(Debug, Serialize)]
pub struct OutcomeFigures {
    /// What the observed variables hold: numbers, true or false, by name.
    pub values: BTreeMap<String, serde_json::Value>,
    /// What was printed.
    pub output: Vec<String>,
    /// `done`, `deadlock` or `failed`.
    pub end: &'static str,
    /// Whether it is what the program is meant to do.
    pub right: bool,
    /// What is wrong with it, in words.
    pub why: Option<String>,
    /// How many schedules lead to it: digits, `infinite`, or null.
    pub schedules: Option<String>,
    /// How likely it is when each worker that can move is equally likely to.
    pub probability: Option<f64>,
    /// How many of the schedules drawn led to it.
    pub hits: Option<u64>,
    /// Between which bounds its probability lies, at 95 % confidence, by what was drawn.
    pub interval: Option<(f64, f64)>,
    /// A shortest schedule that leads to it.
    pub witness: String,
    /// One with the fewest switches.
    pub witness_fewest_switches: Option<String>,
    /// How many switches that one has.
    pub fewest_switches: Option<u64>,
}

/// A way to go on for ever.
#[derive(Debug, Serialize)]
pub struct Round {
    /// The way there.
    pub prefix: String,
    /// The way round.
    pub round: String,
}

/// What was drawn.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SampleFigures {
    /// Schedules drawn.
    pub schedules: u64,
    /// Schedules given up because they did not end.
    pub unended: u64,
    /// The seed.
    pub seed: u64,
}

impl Explored {
    /// What a program is called.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let counter = program.shape.map(|shape| Sizes {
            threads: shape.threads,
            iterations: shape.iterations,
            protection: shape.protection.to_string(),
            permits: (shape.protection == Protection::Semaphore).then_some(shape.permits),
        });
        Explored {
            name: program.name.clone(),
            title: program.title.clone(),
            kind: program.kind.name(),
            counter,
        }
    }
}

/// A number of schedules as JSON has it.
#[must_use]
pub fn count(count: &Count) -> Option<String> {
    match count {
        Count::Exact(number) => Some(number.to_string()),
        Count::Infinite => Some("infinite".into()),
        Count::Unknown => None,
    }
}

/// What stopped a search.
#[must_use]
pub fn stopped_by(coverage: Coverage, out_of_time: bool) -> Option<&'static str> {
    match coverage {
        Coverage::Complete => None,
        Coverage::Partial(Limit::Memory) => Some("memory"),
        Coverage::Partial(Limit::States) => Some("states"),
        Coverage::Partial(Limit::Stopped) if out_of_time => Some("time"),
        Coverage::Partial(Limit::Stopped) => Some("interrupt"),
    }
}

/// A way to go on for ever, if one was found.
#[must_use]
pub fn round(endless: &Endless) -> Option<Round> {
    endless.round().map(|round| Round { prefix: round.prefix.to_string(), round: round.round.to_string() })
}

/// What the observed variables hold, by name.
#[must_use]
pub fn values(machine: &Machine, outcome: &Outcome) -> BTreeMap<String, serde_json::Value> {
    let program = machine.program();
    let names = program.observed.iter().map(|variable| program.variables[variable.index()].name.clone());
    let value = |value: &crate::program::value::Value| match value {
        crate::program::value::Value::Int(number) => serde_json::Value::from(*number),
        crate::program::value::Value::Bool(truth) => serde_json::Value::from(*truth),
    };
    names.zip(outcome.values.iter().map(value)).collect()
}

/// How an outcome's workers ended.
#[must_use]
pub fn end(outcome: &Outcome) -> &'static str {
    match outcome.end {
        End::Done => "done",
        End::Deadlock => "deadlock",
        End::Failed(_) => "failed",
    }
}

#[derive(Serialize)]
struct Witness<'a> {
    racescope: &'static str,
    outcome: &'a str,
    witness: String,
    operations: u64,
    switches: u64,
    replayed: bool,
}

/// One schedule, which has been followed, and what it leads to, as one JSON object.
///
/// # Errors
/// When a value can't be written; none of these are such.
pub fn witness(outcome: &str, schedule: &Schedule) -> io::Result<Vec<u8>> {
    json(&Witness {
        racescope: env!("CARGO_PKG_VERSION"),
        outcome,
        witness: schedule.to_string(),
        operations: schedule.steps(),
        switches: schedule.switches(),
        replayed: true,
    })
}

/// Writes one JSON object with a newline after it.
///
/// # Errors
/// When a value can't be written.
pub fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
