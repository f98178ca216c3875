//! `racescope explore`: every interleaving, as a table, as JSON, or one schedule of it.

use std::io::Write;

use anyhow::{Context, bail};

use super::args::ExploreArgs;
use super::programs::load;
use super::search::search;
use super::{Verdict, print, table};
use crate::app::findings::{Findings, Kind, Row, arrive, grouped};
use crate::experiment::digits;
use crate::export::explore as export;
use crate::machine::Machine;
use crate::machine::explore::outcome::{Endless, Outcome};
use crate::machine::explore::{Options, counter};
use crate::machine::schedule::Schedule;
use crate::program::value::Value;

/// Explores.
pub(super) fn run(args: &ExploreArgs) -> anyhow::Result<Verdict> {
    let machine = Machine::new(load(&args.program)?);
    if let Some(value) = &args.witness {
        return witness(&machine, value, args);
    }
    let counts = !args.outcomes;
    let options = Options { counts, switches: counts, ..Options::default() };
    let findings = search(&machine, &args.bounds, options)?;
    let text = if args.json {
        export::json(&report(&machine, &findings, args.bounds.seed))?
    } else {
        table::text(&machine, &findings).into_bytes()
    };
    print(&text)?;
    Ok(Verdict::Done)
}

/// The findings as JSON has them.
fn report(machine: &Machine, findings: &Findings, seed: u64) -> export::Report {
    let outcome = |row: &Row| export::OutcomeFigures {
        values: export::values(machine, &row.outcome),
        output: row.outcome.output.iter().map(ToString::to_string).collect(),
        end: export::end(&row.outcome),
        right: row.is_right(),
        why: (!row.why.is_empty()).then(|| row.why.clone()),
        schedules: export::count(&row.schedules),
        probability: row.probability,
        hits: row.hits.map(|hits| hits.hits),
        interval: row.hits.map(|hits| hits.interval),
        witness: row.shortest.to_string(),
        witness_fewest_switches: row.fewest_switches.as_ref().map(ToString::to_string),
        fewest_switches: row.fewest_switches.as_ref().map(Schedule::switches),
    };
    export::Report {
        racescope: env!("CARGO_PKG_VERSION"),
        program: export::Explored::new(machine.program()),
        complete: findings.is_complete(),
        stopped_by: export::stopped_by(findings.coverage, findings.out_of_time),
        lists_all_outcomes: findings.lists_all,
        schedules: export::count(&findings.schedules),
        schedules_right: export::count(&findings.right).filter(|_| findings.is_complete()),
        outcomes: findings.rows.iter().map(outcome).collect(),
        deadlocks: findings.rows.iter().filter(|row| row.kind == Kind::Deadlock).count(),
        endless: export::round(&findings.endless),
        endless_known: findings.endless != Endless::Unknown,
        endless_probability: findings.endless_probability,
        sample: findings.drawn.map(|(schedules, unended)| export::SampleFigures { schedules, unended, seed }),
        states: findings.states,
        transitions: findings.transitions,
        depth: findings.depth,
        seconds: findings.seconds,
        bytes: findings.bytes,
    }
}

/// Prints a schedule that leads to an outcome: alone on standard output, so that it can be passed on.
fn witness(machine: &Machine, value: &str, args: &ExploreArgs) -> anyhow::Result<Verdict> {
    let schedule = match machine.program().shape {
        Some(shape) => {
            let all = shape.increments();
            let Ok(count) = value.parse::<u64>() else {
                bail!("'{value}' is not a final count; expected a number up to {}", digits::grouped(all));
            };
            counter::witness(shape, count).with_context(|| impossible(shape, count))?
        }
        None => found(machine, value, args)?,
    };
    let (_, outcome) =
        arrive(machine, &schedule).context("the schedule can't be followed: a mistake of ours")?;
    if !outcome.is_some_and(|outcome| is_so(machine, &outcome, value)) {
        bail!("the schedule does not lead to that end: a mistake of ours");
    }
    if args.json {
        print(&export::witness(value, &schedule)?)?;
        return Ok(Verdict::Done);
    }
    print(format!("{schedule}\n").as_bytes())?;
    let (steps, switches) = (grouped(&schedule.steps().to_string()), schedule.switches());
    let value = value.parse().map_or_else(|_| value.to_owned(), digits::grouped);
    let plural = if switches == 1 { "switch" } else { "switches" };
    let switches = digits::grouped(switches);
    let said =
        format!("ends with {value}: {steps} operations, {switches} {plural}, followed and found right");
    let _ = writeln!(std::io::stderr(), "{said}");
    Ok(Verdict::Done)
}

/// Whether a counter ends with what was asked for. Of other programs the search has looked at the outcome itself.
fn is_so(machine: &Machine, outcome: &Outcome, value: &str) -> bool {
    machine.program().shape.is_none()
        || matches!(outcome.values.as_slice(), [Value::Int(count)] if value.parse() == Ok(*count))
}

/// Why the counter can't end so.
fn impossible(shape: crate::program::CounterShape, count: u64) -> String {
    let (least, right) = (counter::least(shape), shape.right());
    let range = if least == right {
        format!("only {} is possible", digits::grouped(right))
    } else {
        format!("{} to {} are possible", digits::grouped(least), digits::grouped(right))
    };
    format!("no schedule ends with {}; {range}", digits::grouped(count))
}

/// Searches for the schedule of an outcome.
fn found(machine: &Machine, value: &str, args: &ExploreArgs) -> anyhow::Result<Schedule> {
    let options = Options { counts: false, switches: false, ..Options::default() };
    let findings = search(machine, &args.bounds, options)?;
    let Some(row) = findings.rows.iter().find(|row| is_meant(row, value)) else {
        let mut known: Vec<&str> = findings.rows.iter().map(name).collect();
        known.dedup();
        bail!("{} '{value}'; outcomes found: {}", none(&findings), known.join("  "));
    };
    Ok(row.shortest.clone())
}

fn none(findings: &Findings) -> &'static str {
    if findings.is_complete() {
        "no schedule ends with"
    } else {
        "in what was searched no schedule ends with"
    }
}

/// What an outcome is called on the command line.
fn name(row: &Row) -> &str {
    match row.kind {
        Kind::Deadlock => "deadlock",
        Kind::Failed => "failed",
        Kind::Right | Kind::Wrong => &row.label,
    }
}

fn is_meant(row: &Row, value: &str) -> bool {
    let plain = |text: &str| text.replace([' ', '\u{a0}'], "");
    plain(name(row)) == plain(value)
}
