//! A run of the machine told operation by operation: what each found, and what became of the updates. As data, and as
//! one JSON object.

use std::io;

use serde::Serialize;

use crate::analysis::timeline::{Fate, Timeline};
use crate::event::{Increment, Op};
use crate::machine::run::Run;
use crate::machine::{Act, Step};
use crate::program::{GuardKind, Mode, Program};

/// A run, told.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Its operations in order.
    pub operations: Vec<Happened>,
    /// The shared variables after the last; of those of which each process has one of its own, the parent's.
    pub variables: Vec<(String, String)>,
    /// The variables of which each process has one of its own, with what they hold for each, by its number; none where
    /// memory is shared.
    pub own: Vec<(String, Vec<String>)>,
    /// What has been printed.
    pub output: Vec<String>,
    /// How it ends.
    pub ending: Ending,
    /// Updates of the watched variable that are lost, and that are not.
    pub lost: u64,
    /// Updates that survive.
    pub survived: u64,
}

/// One operation.
#[derive(Debug, Serialize)]
pub struct Happened {
    /// Which, counted from 1.
    pub step: usize,
    /// Who.
    pub worker: u16,
    /// What: `load`, `store`, `acquire` and so on.
    pub operation: &'static str,
    /// The variable, lock, semaphore or condition.
    pub on: Option<String>,
    /// What was found there.
    pub found: Option<String>,
    /// What it holds afterwards, if it was written.
    pub stored: Option<String>,
    /// The source line.
    pub line: u32,
    /// Its text.
    pub source: String,
    /// What became of the update that this operation completed.
    pub becomes: Option<Becomes>,
    /// Workers that have to wait from here on.
    pub waits: Vec<u16>,
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Becomes {
    /// Nothing yet: the run goes on.
    Open,
    /// The final value is built on it.
    Survives,
    /// The value is not built on it now, but a worker could yet bring it back.
    Overwritten {
        /// Whose update took it off.
        by: String,
    },
    /// The final value is not built on it.
    Lost {
        /// The update that won over it.
        winner: Option<String>,
    },
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Not yet: these workers can move.
    Open {
        /// Their numbers.
        movable: Vec<u16>,
    },
    /// All workers have ended.
    Done {
        /// What should hold and does not.
        violated: Vec<String>,
    },
    /// Workers are left, and all wait.
    Deadlock,
    /// An operation failed.
    Failed {
        /// What failed, and where.
        why: String,
    },
}

impl Happened {
    /// The operation in words: `loads counter: 0`.
    #[must_use]
    pub fn words(&self) -> String {
        let on = self.on.as_deref().unwrap_or_default();
        let (found, stored) = (self.found.as_deref().unwrap_or("?"), self.stored.as_deref());
        let waits: Vec<String> = self.waits.iter().map(|worker| format!("T{worker}")).collect();
        let text = match (self.operation, stored) {
            ("load", _) => format!("loads {on}: {found}"),
            ("store", Some(stored)) => format!("stores {on}: {stored}"),
            ("swap", Some(stored)) => format!("finds {on} {found}, stores {stored}"),
            ("swap", None) => format!("finds {on} {found}, stores nothing"),
            ("fetch-add", Some(stored)) => format!("adds to {on} {found}: {stored}"),
            ("acquire", _) => format!("takes {on}"),
            ("refused", _) => format!("finds {on} taken"),
            ("release", _) => format!("gives {on} back"),
            ("wait", _) => format!("gives its lock back, waits for {on}"),
            ("wake", _) => format!("wakes from {on}, has its lock"),
            ("notify", _) => format!("notifies {on}: {}", if found.is_empty() { "nobody" } else { found }),
            ("start", _) => format!("starts {found}"),
            ("join", _) => format!("saw {found} end"),
            ("print", _) => format!("prints {found}"),
            ("await", _) => "awaits: others may go on".into(),
            _ => "fails".into(),
        };
        if waits.is_empty() { text } else { format!("{text}; {} must wait", waits.join(", ")) }
    }
}

/// Tells a run up to the moment that is looked at.
#[must_use]
pub fn tell(run: &Run) -> Told {
    let program = run.machine().program();
    let timeline = timeline(run, program.threads.len());
    let (mut lost, mut survived) = (0, 0);
    let operations: Vec<Happened> = run.steps()[..run.at()]
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let events = run.events_of(index);
            let update = events.iter().find(|event| event.op.stored().is_some()).map(|event| event.increment);
            let becomes = update.map(|update| becomes(timeline.fate(update)));
            lost += u64::from(matches!(becomes, Some(Becomes::Lost { .. })));
            survived += u64::from(becomes == Some(Becomes::Survives));
            let waits =
                events.iter().filter(|event| event.op == Op::Request && event.worker() != step.worker);
            Happened {
                becomes,
                waits: waits.map(|event| event.worker().0).collect(),
                ..happened(program, index + 1, step)
            }
        })
        .collect();
    let shared = &run.state().shared;
    let values = program.variables.iter().zip(&shared.variables);
    Told {
        operations,
        variables: values.map(|(variable, value)| (variable.name.clone(), value.to_string())).collect(),
        own: own(run),
        output: shared.output.iter().map(ToString::to_string).collect(),
        ending: ending(run),
        lost,
        survived,
    }
}

/// What each process holds in memory of its own.
fn own(run: &Run) -> Vec<(String, Vec<String>)> {
    let variables =
        run.machine().program().variables.iter().enumerate().filter(|(_, variable)| variable.is_own);
    let held = |at: usize| run.state().locals.iter().map(|local| local.memory[at].to_string()).collect();
    variables.map(|(at, variable)| (variable.name.clone(), held(at))).collect()
}

/// The timeline of a run's events, in exactly the order in which they took effect.
#[must_use]
pub fn timeline(run: &Run, workers: usize) -> Timeline {
    let events = run.events();
    let mut timeline = Timeline::new(events.len().max(1));
    if run.machine().watches_own() {
        timeline = timeline.apart();
    }
    for event in events {
        let mut streams = vec![Vec::new(); workers];
        streams[event.worker().index()].push(*event);
        timeline.extend(streams);
    }
    timeline
}

fn named(increment: Increment) -> String {
    format!("{}'s update {}", increment.worker, increment.iteration)
}

fn becomes(fate: Fate) -> Becomes {
    match fate {
        Fate::Open | Fate::Unknown => Becomes::Open,
        Fate::Surviving | Fate::Survived => Becomes::Survives,
        Fate::Overwritten { by } => Becomes::Overwritten { by: named(by) },
        Fate::Lost { winner } => Becomes::Lost { winner: winner.map(named) },
    }
}

fn ending(run: &Run) -> Ending {
    let (machine, state) = (run.machine(), run.state());
    let movable: Vec<u16> = machine.enabled(state).iter().map(|worker| worker.0).collect();
    if let Some(failure) = state.shared.failure {
        return Ending::Failed { why: failure.describe(machine.program()) };
    }
    if !movable.is_empty() {
        return Ending::Open { movable };
    }
    let workers = (0..state.locals.len()).map(|thread| crate::event::Worker(thread as u16));
    if workers.into_iter().any(|worker| machine.is_alive(state, worker)) {
        return Ending::Deadlock;
    }
    Ending::Done { violated: machine.violated(&state.shared).iter().map(ToString::to_string).collect() }
}

/// What a step did, apart from what came of it.
fn happened(program: &Program, number: usize, step: &Step) -> Happened {
    let span = program.code(step.worker.index()).sites[step.pc as usize].span;
    let source = program.source.get(span.line.saturating_sub(1) as usize);
    let mut told = Happened {
        step: number,
        worker: step.worker.0,
        operation: "fail",
        on: None,
        found: None,
        stored: None,
        line: span.line,
        source: source.map(|line| line.trim().to_owned()).unwrap_or_default(),
        becomes: None,
        waits: Vec::new(),
    };
    let variable = |id: crate::program::VarId| Some(program.variables[id.index()].name.clone());
    let guard = |id: crate::program::GuardId, mode: Mode| {
        let guard = &program.guards[id.index()];
        Some(match (guard.kind, mode) {
            (GuardKind::ReadersWriter, Mode::Shared) => format!("{} to read", guard.name),
            (GuardKind::ReadersWriter, Mode::Exclusive) => format!("{} to write", guard.name),
            _ => guard.name.clone(),
        })
    };
    let condition = |id: crate::program::ConditionId| Some(program.conditions[id.index()].name.clone());
    (told.operation, told.on, told.found, told.stored) = match &step.act {
        Act::Load(id, value) => ("load", variable(*id), Some(value.to_string()), None),
        Act::Store(id, value) => ("store", variable(*id), None, Some(value.to_string())),
        Act::Swap { variable: id, found, stored } => {
            ("swap", variable(*id), Some(found.to_string()), stored.as_ref().map(ToString::to_string))
        }
        Act::FetchAdd { variable: id, found, stored } => {
            ("fetch-add", variable(*id), Some(found.to_string()), Some(stored.to_string()))
        }
        Act::Acquire(id, mode) => ("acquire", guard(*id, *mode), None, None),
        Act::Refused(id) => ("refused", guard(*id, Mode::Exclusive), None, None),
        Act::Release(id, mode) => ("release", guard(*id, *mode), None, None),
        Act::Wait(id) => ("wait", condition(*id), None, None),
        Act::Wake(id) => ("wake", condition(*id), None, None),
        Act::Notify(id, whom) => {
            let names: Vec<String> = whom.iter().map(ToString::to_string).collect();
            ("notify", condition(*id), Some(names.join(", ")), None)
        }
        Act::Start(worker) => ("start", None, Some(worker.to_string()), None),
        Act::Join(worker) => ("join", None, Some(worker.to_string()), None),
        Act::Print(value) => ("print", None, Some(value.to_string()), None),
        Act::Await => ("await", None, None, None),
        Act::Fail(_) => ("fail", None, None, None),
    };
    told
}

#[derive(Serialize)]
struct Whole<'a> {
    racescope: &'static str,
    program: &'a str,
    kind: &'static str,
    schedule: String,
    #[serde(flatten)]
    told: &'a Told,
}

/// The run as one JSON object.
///
/// # Errors
/// When a value can't be written; none of these are such.
pub fn text(run: &Run, told: &Told) -> io::Result<Vec<u8>> {
    let program = run.machine().program();
    let schedule = run.schedule().to_string();
    let whole = Whole {
        racescope: env!("CARGO_PKG_VERSION"),
        program: &program.name,
        kind: program.kind.name(),
        schedule,
        told,
    };
    super::explore::json(&whole)
}
