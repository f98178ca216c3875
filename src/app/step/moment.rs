//! One moment of a run in words and figures: what each worker holds and does next, who holds what, what memory holds.

use super::Step;
use crate::event::{Op as Happened, Worker};
use crate::machine::explore::outcome::Outcome;
use crate::machine::run::Run;
use crate::machine::{Act, Local, Machine, State};
use crate::program::value::Value;
use crate::program::{GuardId, GuardKind, Op, Program, Span, VarId};

/// What a worker is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Its next operation can take effect.
    Ready,
    /// It has to wait.
    Waits,
    /// It has not been started, or nobody can move any more.
    Idle,
    /// It has no operation left.
    Done,
    /// It is the one whose operation failed: nobody goes on.
    Failed,
}

/// A worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one.
    pub worker: Worker,
    /// What it is about to do.
    pub stand: Stand,
    /// What it holds: `holds 2`, or `holds balance 100`; else where it is.
    pub holds: String,
    /// What it does next: `stores 3`, `waits for lock, which T0 holds`.
    pub next: String,
    /// What is dangerous about that.
    pub warning: Option<String>,
    /// Where in the source its next operation stands.
    pub span: Option<Span>,
    /// Its registers that still matter, where the source names them.
    pub registers: Vec<(String, String)>,
}

/// A line about a lock, a semaphore, a condition or what was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub text: String,
}

/// Everything that can be said about a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The workers.
    pub rows: Vec<Row>,
    /// The shared variables: name, value, and whether the last operation wrote it.
    pub variables: Vec<(String, String, bool)>,
    /// Locks, semaphores, conditions, output.
    pub holds: Vec<Hold>,
    /// Once nobody can move: what it came to.
    pub end: Option<Outcome>,
}

impl Moment {
    pub(super) fn of(step: &Step) -> Moment {
        let run = &step.run;
        let (machine, state) = (run.machine(), run.state());
        let rows = (0..state.locals.len()).map(|thread| row(step, Worker(thread as u16))).collect();
        let written = run.at().checked_sub(1).and_then(|last| {
            let step = &run.steps()[last];
            match &step.act {
                Act::Store(variable, _) | Act::FetchAdd { variable, .. } => Some((step.worker, *variable)),
                Act::Swap { variable, stored: Some(_), .. } => Some((step.worker, *variable)),
                _ => None,
            }
        });
        let program = machine.program();
        let is_over = step.enabled.is_empty();
        let anyone_left = (0..state.locals.len()).any(|i| machine.is_alive(state, Worker(i as u16)));
        Moment {
            rows,
            variables: variables(program, state, written),
            holds: holds(run),
            end: is_over.then(|| Outcome::of(machine, &state.shared, anyone_left)),
        }
    }
}

/// The shared variables, and after those of which each worker has one of its own, all of theirs.
fn variables(
    program: &Program,
    state: &State,
    written: Option<(Worker, VarId)>,
) -> Vec<(String, String, bool)> {
    let mut rows = Vec::new();
    for (i, variable) in program.variables.iter().enumerate() {
        let is_written = written.is_some_and(|(_, id)| id.index() == i);
        let shared = state.shared.variables[i].to_string();
        if !variable.is_own {
            rows.push((variable.name.clone(), shared, is_written));
            continue;
        }
        rows.push((format!("parent's {}", variable.name), shared, false));
        for (thread, local) in state.locals.iter().enumerate() {
            let by_this = written.is_some_and(|(worker, _)| worker.index() == thread);
            let name = match program.shape {
                Some(_) => format!("T{thread}'s"),
                None => format!("T{thread}'s {}", variable.name),
            };
            rows.push((name, local.memory[i].to_string(), is_written && by_this));
        }
    }
    rows
}

fn row(step: &Step, worker: Worker) -> Row {
    let (machine, state) = (step.run.machine(), step.run.state());
    let poised = machine.poised(state, worker);
    let last = step.run.at().checked_sub(1).map(|last| step.run.steps()[last].worker);
    let failure = state.shared.failure.filter(|_| last == Some(worker));
    let stand = match &poised {
        _ if failure.is_some() => Stand::Failed,
        None => Stand::Done,
        Some(_) if step.enabled.contains(&worker) => Stand::Ready,
        Some(_) if state.shared.failure.is_some() => Stand::Idle,
        Some(_) if !machine.is_alive(state, worker) => Stand::Idle,
        Some(_) => Stand::Waits,
    };
    let op = poised.as_ref().map(|local| &machine.program().code(worker.index()).sites[local.pc as usize].op);
    let next = match (stand, op) {
        (Stand::Failed, _) => "has failed".into(),
        (Stand::Done, _) | (_, None) => "has ended".into(),
        (Stand::Idle, _) if state.shared.failure.is_some() => "stands still".into(),
        (Stand::Idle, _) => "is not started yet".into(),
        (Stand::Waits, Some(_)) if !machine.has_to_wait(state, worker) => {
            let other = machine.running(state).map_or_else(String::new, |other| other.to_string());
            format!("not before {other} awaits")
        }
        (Stand::Waits, Some(op)) => waits(&step.run, worker, op),
        (Stand::Ready, Some(op)) => machine
            .next(state, worker)
            .map_or_else(String::new, |(_, taken)| does(machine.program(), op, &taken.act)),
    };
    let held = poised.as_ref().map_or_else(Vec::new, |local| held(machine, worker, local));
    let warning = poised.as_ref().zip(op).and_then(|(local, op)| warning(step, worker, local, op));
    Row {
        worker,
        stand,
        holds: holding(machine.program(), &held, stand),
        next,
        warning,
        span: match failure {
            Some(failure) => Some(machine.program().code(worker.index()).sites[failure.pc as usize].span),
            None => machine.place(state, worker),
        },
        registers: held.into_iter().filter(|held| !held.2).map(|held| (held.0, held.1.to_string())).collect(),
    }
}

/// The registers that the worker may still read: name, value, and whether the source does not name them.
fn held(machine: &Machine, worker: Worker, local: &Local) -> Vec<(String, Value, bool)> {
    let registers = &machine.program().code(worker.index()).registers;
    let live = registers.iter().zip(&local.registers).enumerate();
    live.filter(|(i, (register, _))| {
        !register.name.starts_with('_') && machine.is_live_at(local.pc, worker, *i)
    })
    .map(|(_, (register, value))| (register.name.clone(), value.clone(), register.hidden))
    .collect()
}

fn holding(program: &Program, held: &[(String, Value, bool)], stand: Stand) -> String {
    // What was read of a shared variable, and the old value that a swap compares with.
    let is_shared = |name: &str| program.variables.iter().any(|variable| variable.name == name);
    let counts = |name: &str, hidden: bool| match program.shape {
        Some(_) => name == "counter" || (!hidden && matches!(name, "old" | "value")),
        None => hidden && is_shared(name),
    };
    let values: Vec<String> = held
        .iter()
        .filter(|(name, _, hidden)| counts(name, *hidden))
        .map(|(name, value, _)| match program.shape {
            Some(_) => value.to_string(),
            None => format!("{name} {value}"),
        })
        .collect();
    match stand {
        Stand::Done => "done".into(),
        Stand::Failed => "failed".into(),
        _ if !values.is_empty() => format!("holds {}", values.join(", ")),
        _ => "between".into(),
    }
}

/// What an operation that can take effect does.
fn does(program: &Program, op: &Op, act: &Act) -> String {
    let guard = |id: &GuardId| program.guards[id.index()].name.clone();
    let condition = |id: &crate::program::ConditionId| program.conditions[id.index()].name.clone();
    let named = |variable: &crate::program::VarId| match program.shape {
        Some(_) => String::new(),
        None => format!("{} ", program.variables[variable.index()].name),
    };
    match act {
        Act::Load(variable, value) => format!("loads {}{value}", named(variable)),
        Act::Store(variable, value) => format!("stores {}{value}", named(variable)),
        Act::Swap { variable, stored: Some(value), .. } => {
            let verb = if matches!(op, Op::Exchange { .. }) { "exchanges" } else { "swaps in" };
            format!("{verb} {}{value}", named(variable))
        }
        Act::Swap { variable, found, stored: None } => {
            format!("fails to swap, finds {}{found}", named(variable))
        }
        Act::FetchAdd { variable, stored, .. } => format!("adds: {}{stored}", named(variable)),
        Act::Acquire(id, _) => format!("takes {}", guard(id)),
        Act::Refused(id) => format!("finds {} taken", guard(id)),
        Act::Release(id, _) => format!("gives {} back", guard(id)),
        Act::Wait(id) => format!("waits on {}", condition(id)),
        Act::Wake(id) => format!("wakes from {}", condition(id)),
        Act::Notify(id, woken) if woken.is_empty() => format!("notifies {}: nobody", condition(id)),
        Act::Notify(id, woken) => format!("notifies {}: {}", condition(id), names(woken)),
        Act::Start(worker) => format!("starts {worker}"),
        Act::Join(worker) => format!("sees that {worker} ended"),
        Act::Print(value) => format!("prints {value}"),
        Act::Await => "awaits".into(),
        Act::Fail(failure) => format!("fails: {}", failure.describe(program)),
    }
}

/// For what a worker waits, and who could give it.
fn waits(run: &Run, worker: Worker, op: &Op) -> String {
    let program = run.machine().program();
    let held_by = |id: GuardId| {
        let holders = run.holders(id);
        let name = &program.guards[id.index()].name;
        if holders.is_empty() {
            format!("waits for {name}")
        } else {
            format!("waits for {name}: {}", has(&holders))
        }
    };
    match op {
        Op::Acquire(id, _) => held_by(*id),
        Op::Wake(id) => {
            let condition = &program.conditions[id.index()];
            if run.state().shared.queues[id.index()].contains(&worker.0) {
                format!("waits on {}", condition.name)
            } else {
                held_by(condition.lock)
            }
        }
        Op::Join(other) => format!("waits for {} to end", Worker(*other)),
        _ => "waits".into(),
    }
}

fn names(workers: &[Worker]) -> String {
    workers.iter().map(Worker::to_string).collect::<Vec<_>>().join(", ")
}

fn has(workers: &[Worker]) -> String {
    format!("{} {} it", names(workers), if workers.len() == 1 { "has" } else { "have" })
}

/// Whether a worker is about to write what it computed from a value that is no longer there.
fn warning(step: &Step, worker: Worker, local: &Local, op: &Op) -> Option<String> {
    let (machine, state) = (step.run.machine(), step.run.state());
    let program = machine.program();
    let (Op::Store(variable, _) | Op::CompareAndSwap { variable, .. }) = op else { return None };
    if program.variables[variable.index()].is_own {
        return None;
    }
    let now = &state.shared.variables[variable.index()];
    let name = &program.variables[variable.index()].name;
    // Where a task awaits between load and store, the source names what it holds.
    let is_its_value = |held: &str, hidden: bool| {
        if hidden { held == name } else { program.shape.is_some() && held == "value" }
    };
    let differs = held(machine, worker, local)
        .iter()
        .any(|(held, value, hidden)| is_its_value(held, *hidden) && !value.equals(now));
    // Equal again is not the same: another's store has come in between.
    let replaced = program.watched == Some(*variable) && step.timeline().is_stale(worker) && {
        let entries = step.timeline().entries().iter().rev();
        let mut own = entries.filter(|entry| entry.event.worker() == worker);
        own.next().is_some_and(|entry| matches!(entry.event.op, Happened::Load(_) | Happened::Retry(_)))
    };
    if !differs && !replaced {
        return None;
    }
    Some(match op {
        Op::CompareAndSwap { .. } => "its swap will fail".into(),
        _ if differs => format!("stale: the {name} is {now}"),
        _ => format!("stale: another {now} by now"),
    })
}

/// How locks, semaphores and conditions stand, and what was printed.
fn holds(run: &Run) -> Vec<Hold> {
    let (program, state): (&Program, &State) = (run.machine().program(), run.state());
    let mut lines = Vec::new();
    for (i, guard) in program.guards.iter().enumerate() {
        let holders = run.holders(GuardId(i as u16));
        let count = state.shared.guards[i];
        let by = if holders.is_empty() { String::new() } else { format!(", {} inside", names(&holders)) };
        let text = match guard.kind {
            // One that begins with none is a signal: who took a permit of it is not inside anything.
            GuardKind::Semaphore(0) if count == 0 => "no permit".into(),
            GuardKind::Semaphore(0) => format!("{count} permit{}", if count == 1 { "" } else { "s" }),
            GuardKind::Semaphore(permits) if count > i64::from(permits) => {
                format!("{count} free, {permits} at first{by}")
            }
            GuardKind::Semaphore(permits) => format!("{count} of {permits} free{by}"),
            GuardKind::Lock if count > 0 => "free".into(),
            GuardKind::Lock => format!("held by {}", names(&holders)),
            GuardKind::ReadersWriter if count == 0 => "free".into(),
            GuardKind::ReadersWriter if count < 0 => format!("written under by {}", names(&holders)),
            GuardKind::ReadersWriter => format!("read under by {}", names(&holders)),
        };
        lines.push(Hold { name: guard.name.clone(), text });
    }
    for (condition, queue) in program.conditions.iter().zip(&state.shared.queues) {
        let workers: Vec<Worker> = queue.iter().copied().map(Worker).collect();
        let text = match workers.len() {
            0 => "nobody waits".into(),
            1 => format!("{} waits", names(&workers)),
            _ => format!("{} wait", names(&workers)),
        };
        lines.push(Hold { name: condition.name.clone(), text });
    }
    if !state.shared.output.is_empty() {
        let printed: Vec<String> = state.shared.output.iter().map(Value::to_string).collect();
        lines.push(Hold { name: "printed".into(), text: printed.join(" ") });
    }
    lines
}
