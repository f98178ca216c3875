//! `racescope step`: follows a schedule and prints what happened, an operation a line, with what each found and
//! what became of the updates.
//!
//! ```text
//!    1  T0  loads counter: 0                  line 7  counter = counter + 1
//!    2  T1  loads counter: 0                  line 7  counter = counter + 1
//!    3  T0  stores counter: 1      ✗ lost, T1's update 1 won over it
//! ```

use anyhow::{Context, bail};

use super::args::StepArgs;
use super::programs::load;
use super::{Verdict, print, table};
use crate::app::findings::grouped;
use crate::export::step::{self as export, Becomes, Ending, Happened};
use crate::machine::Machine;
use crate::machine::run::{MOST_STEPS, Run};
use crate::machine::schedule::Schedule;

/// Follows the schedule.
pub(super) fn run(args: &StepArgs) -> anyhow::Result<Verdict> {
    let machine = Machine::new(load(&args.program)?);
    let schedule: Schedule = args.schedule.parse().context("the schedule can't be read")?;
    if schedule.steps() > MOST_STEPS as u64 {
        let (steps, most) = (grouped(&schedule.steps().to_string()), grouped(&MOST_STEPS.to_string()));
        bail!("the schedule has {steps} operations; at most {most} are followed");
    }
    let run = Run::replay(machine, &schedule)?;
    let told = export::tell(&run);
    let text = if args.json { export::text(&run, &told)? } else { lines(&run, &told).into_bytes() };
    print(&text)?;
    Ok(Verdict::Done)
}

fn lines(run: &Run, told: &export::Told) -> String {
    let mut out = table::heading(run.machine().program());
    out.push('\n');
    let digits = told.operations.len().to_string().len().max(4);
    let longest =
        |text: &dyn Fn(&Happened) -> usize| told.operations.iter().map(text).max().unwrap_or(0).min(48);
    let what = longest(&|happened| happened.words().chars().count());
    let fate = longest(&|happened| becomes(happened).chars().count());
    for happened in &told.operations {
        let (words, becomes) = (happened.words(), becomes(happened));
        let line = format!("line {:<3} {}", happened.line, happened.source);
        let worker = format!("T{}", happened.worker);
        let text =
            format!("{:>digits$}  {worker:<3}  {words:<what$}  {becomes:<fate$}  {line}", happened.step);
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&ending(told));
    out
}

/// What became of an update.
fn becomes(happened: &Happened) -> String {
    match &happened.becomes {
        None => String::new(),
        Some(Becomes::Open) => "not decided yet".into(),
        Some(Becomes::Survives) => "✓ survives".into(),
        Some(Becomes::Overwritten { by }) => format!("✗? overwritten by {by}"),
        Some(Becomes::Lost { winner: Some(winner) }) => format!("✗ lost, {winner} won over it"),
        Some(Becomes::Lost { winner: None }) => "✗ lost".into(),
    }
}

/// What a variable holds; where each process has its own, what it holds for each of them too.
fn value((name, value): &(String, String), told: &export::Told) -> String {
    let Some((_, own)) = told.own.iter().find(|(other, _)| other == name) else {
        return format!("{name} {value}");
    };
    let own = own.iter().enumerate().map(|(worker, value)| format!("T{worker}'s {value}"));
    format!("the parent's {name} {value} ({})", own.collect::<Vec<_>>().join(", "))
}

fn ending(told: &export::Told) -> String {
    let values: Vec<String> = told.variables.iter().map(|variable| value(variable, told)).collect();
    let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
    let after = grouped(&told.operations.len().to_string());
    let mut text = match &told.ending {
        Ending::Open { movable } => {
            let names: Vec<String> = movable.iter().map(|worker| format!("T{worker}")).collect();
            format!("not at the end after {after} operations{values}; who can move: {}\n", names.join(", "))
        }
        Ending::Done { violated } if violated.is_empty() => {
            format!("✓ ends right after {after} operations{values}\n")
        }
        Ending::Done { violated } => {
            format!("✗ ends wrong after {after} operations{values}; not so: {}\n", violated.join("; "))
        }
        Ending::Deadlock => {
            format!("✗ deadlock after {after} operations{values}: workers are left, and all wait\n")
        }
        Ending::Failed { why } => format!("✗ fails after {after} operations{values}; {why}\n"),
    };
    if told.lost > 0 {
        text.push_str(&format!("{} of {} updates are lost\n", told.lost, told.lost + told.survived));
    }
    text
}
