//! The state as a value: what is shared, and what each worker has to itself.

use crate::program::value::{Fault, Value};
use crate::program::{Code, GuardKind, Program};

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// What all workers see.
    pub shared: Shared,
    /// What each worker has to itself.
    pub locals: Vec<Local>,
}

/// What all workers see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shared {
    /// The shared variables; where workers have one of their own, the one that none of them touches.
    pub variables: Vec<Value>,
    /// Of each guard, the permits left: of a free lock 1. A readers-writer lock has 0 when it is free, -1 when a writer
    /// has it, else the number of readers.
    pub guards: Vec<i64>,
    /// Of each condition, the workers that wait for a notification, longest wait first.
    pub queues: Vec<Vec<u16>>,
    /// The workers that have been started, a bit each.
    pub started: u64,
    /// The workers that have ended, a bit each; kept only for those that somebody joins.
    pub ended: u64,
    /// Whether some worker has its turn and has not given it up: nobody else can move before. Always false where a
    /// schedule may switch anywhere.
    pub is_taken: bool,
    /// What has been printed.
    pub output: Vec<Value>,
    /// What went wrong, if something did: nobody moves any more.
    pub failure: Option<Failure>,
}

/// What a worker has to itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Local {
    /// The operation that it does next; one past the last if it has ended.
    pub pc: u32,
    /// Its registers.
    pub registers: Vec<Value>,
    /// Its own variables, by the numbers of the shared ones; empty where it has none.
    pub memory: Vec<Value>,
    /// Whether it is the one that has its turn.
    pub has_turn: bool,
}

/// Something went wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failure {
    /// The code.
    pub code: u16,
    /// The operation in it.
    pub pc: u32,
    /// What it was.
    pub why: Why,
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// An assertion that does not hold; the number of its message in [`Program::messages`].
    Assertion(u32),
    /// An operation that can't be done.
    Fault(Fault),
}

impl Shared {
    pub(super) fn start(program: &Program) -> Self {
        let permits = |kind: GuardKind| match kind {
            GuardKind::Lock => 1,
            GuardKind::ReadersWriter => 0,
            GuardKind::Semaphore(permits) => i64::from(permits),
        };
        let running = program.threads.iter().enumerate().filter(|(_, thread)| !thread.is_started_later);
        Shared {
            variables: program.variables.iter().map(|variable| variable.initial.clone()).collect(),
            guards: program.guards.iter().map(|guard| permits(guard.kind)).collect(),
            queues: vec![Vec::new(); program.conditions.len()],
            started: running.fold(0, |set, (i, _)| set | 1 << i),
            ended: 0,
            is_taken: false,
            output: Vec::new(),
            failure: None,
        }
    }
}

impl Local {
    pub(super) fn start(program: &Program, code: &Code) -> Self {
        let initial = program.variables.iter().map(|variable| variable.initial.clone());
        Local {
            pc: 0,
            registers: vec![Value::Int(0); code.registers.len()],
            memory: if program.has_own_memory() { initial.collect() } else { Vec::new() },
            has_turn: false,
        }
    }
}

impl Failure {
    /// What went wrong and where, in words.
    #[must_use]
    pub fn describe(&self, program: &Program) -> String {
        let line = program.codes[usize::from(self.code)].sites[self.pc as usize].span.line;
        match self.why {
            Why::Assertion(message) => {
                format!("line {line}: '{}' does not hold", program.messages[message as usize])
            }
            Why::Fault(fault) => format!("line {line}: {fault}"),
        }
    }
}
