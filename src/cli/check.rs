//! `racescope check`: can anything go wrong? The exit status says it: 0 no, 1 yes, 3 it could not be decided.
//!
//! A counter is decided at any size: either a schedule that loses can be written down, or its protection is shown to
//! hold by going through where its workers can stand. Other programs are searched.

use super::args::CheckArgs;
use super::programs::load;
use super::search::search;
use super::{Verdict, print, table};
use crate::app::findings::{Findings, Kind, Row, coverage, grouped};
use crate::experiment::{self as worker, Protection};
use crate::machine::Machine;
use crate::machine::explore::{Options, counter};
use crate::machine::schedule::Schedule;
use crate::sort;

/// Checks.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Verdict> {
    let machine = Machine::new(load(&args.program)?);
    let mut text = table::heading(machine.program());
    if let Some(schedule) = known_loss(&machine) {
        text.push_str("\n✗ lost updates are reachable\n");
        show(&mut text, &schedule, args);
        print(text.as_bytes())?;
        return Ok(Verdict::Fails);
    }
    if let Some(states) = counter::holds(&machine) {
        let states = grouped(&states.to_string());
        text.push_str(&format!(
            "\n{}{}\ncomplete for any number of increments: {states} states of where workers stand in an increment, and \
             whether what they hold is still the counter's\n",
            nothing_wrong(true),
            besides(&machine)
        ));
        print(text.as_bytes())?;
        return Ok(Verdict::Done);
    }
    let options = Options { counts: false, switches: false, ..Options::default() };
    let findings = search(&machine, &args.bounds, options)?;
    let mut bad: Vec<&Row> = findings.bad().collect();
    sort::by_key(&mut bad, |row| row.shortest.steps());
    let mut shown: Vec<Kind> = Vec::new();
    for row in bad {
        // One of each kind tells enough.
        if !shown.contains(&row.kind) {
            shown.push(row.kind);
            text.push_str(&format!("\n✗ {}\n", reachable(row, &findings)));
            show(&mut text, &row.shortest, args);
        }
    }
    let verdict = match (shown.is_empty(), findings.is_complete()) {
        (false, _) => Verdict::Fails,
        (true, true) => Verdict::Done,
        (true, false) => Verdict::Undecided,
    };
    match verdict {
        Verdict::Fails => {}
        Verdict::Done => text.push_str(&format!("\n{}", nothing_wrong(findings.is_counter))),
        Verdict::Undecided => {
            text.push_str("\n? not decided: nothing wrong was found, but not all was searched\n")
        }
    }
    let for_ever = table::for_ever(&findings);
    if !for_ever.is_empty() {
        text.push_str(&format!("\n⚠ {for_ever}"));
    }
    text.push_str(&format!("\n{}\n", coverage(&findings)));
    if verdict == Verdict::Undecided {
        text.push_str("more time (--seconds) or memory (--memory) may decide it\n");
    }
    print(text.as_bytes())?;
    Ok(verdict)
}

fn nothing_wrong(is_counter: bool) -> String {
    let loss = if is_counter { "no lost update" } else { "no wrong outcome" };
    format!("✓ {loss}, no failed assertion and no deadlock is reachable\n")
}

/// What else is true of a counter in which nothing goes wrong.
fn besides(machine: &Machine) -> &'static str {
    match machine.program().shape {
        Some(shape) if shape.has_own_memory() => {
            "  nothing is shared: each process counts in memory of its own, and the parent's counter stays 0\n"
        }
        Some(shape) if shape.protection == Protection::Spin && shape.threads > 1 => {
            "\n⚠ It can go on for ever, but only if the scheduler is unfair: one that waits for the spin lock looks again \
             and again.\n"
        }
        _ => "",
    }
}

/// A schedule of a counter that loses as much as any can, if it loses at all; found without a search.
fn known_loss(machine: &Machine) -> Option<Schedule> {
    let shape = machine.program().shape?;
    let least = counter::least(shape);
    counter::witness(shape, least).filter(|_| least < shape.right())
}

fn reachable(row: &Row, findings: &Findings) -> String {
    match row.kind {
        Kind::Wrong => format!("{} can end as {}: {}", findings.heading, row.label, row.why),
        Kind::Deadlock => format!("a {}", row.why),
        Kind::Failed | Kind::Right => format!("an assertion fails, {}", row.why),
    }
}

fn show(text: &mut String, schedule: &Schedule, args: &CheckArgs) {
    let options = match (&args.program.program, args.program.shape()) {
        (Some(name), _) => format!("--program {name}"),
        (None, shape) => {
            let kind = match shape.kind {
                worker::Kind::Thread => String::new(),
                kind => format!("-k {kind} "),
            };
            let (threads, iterations, protection) = (shape.threads, shape.iterations, shape.protection);
            format!("{kind}-t {threads} -i {iterations} -p {protection} --permits {}", shape.permits)
        }
    };
    let steps = grouped(&schedule.steps().to_string());
    text.push_str(&format!("  after {steps} operations: {schedule}\n"));
    text.push_str(&format!("  see it: racescope step {options} --schedule \"{schedule}\"\n"));
}
