//! What a worker does, as operations with source lines.
//!
//! A [`Program`] is data: shared variables, locks, semaphores and conditions, the code of each worker, and the text
//! it was made from. It runs nothing; the machine does. Programs come from [`text`] (a small language that
//! looks like Python), from [`counter`] (the shared counter under each protection) or from [`library`].

pub mod access;
pub mod counter;
pub mod expr;
pub mod flow;
pub mod library;
pub mod op;
pub mod text;
pub mod value;

use expr::Expr;
pub use op::{Mode, Op, Site, Who};
use value::Value;

use crate::event::Spelling;
use crate::experiment::{Kind, Protection};

/// Most workers of one program.
pub const MAX_WORKERS: usize = 64;

/// A shared variable's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u16);

/// A lock's or semaphore's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuardId(pub u16);

/// A condition variable's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u16);

/// A register's number within its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reg(pub u16);

impl VarId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl GuardId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl ConditionId {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Reg {
    /// The number as an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A place in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Line, counted from 1.
    pub line: u32,
    /// First column, in characters counted from 1.
    pub start: u32,
    /// The column after the last.
    pub end: u32,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; of an element of a list, `flag[0]`.
    pub name: String,
    /// What it holds at the start.
    pub initial: Value,
    /// Whether each worker has one of its own, which begins with the same value. Then what is shared under this number
    /// is the one of the process that started the workers, and none of them touches it.
    pub is_own: bool,
}

/// What kind of guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GuardKind {
    /// One holder.
    Lock,
    /// One writer or any number of readers.
    ReadersWriter,
    /// So many permits at the start; anyone may give one back.
    Semaphore(u32),
}

/// A lock or a semaphore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: GuardKind,
}

/// A condition variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// The lock that belongs to it.
    pub lock: GuardId,
}

/// A register of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The local variable's name, or that of what was read into it.
    pub name: String,
    /// Whether the source does not name it: a value on its way from a load to where it is used.
    pub hidden: bool,
}

/// What a worker does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The function, with its arguments where it has any: `philosopher(0, 1)`.
    pub name: String,
    /// The operations. A worker ends where they end.
    pub sites: Vec<Site>,
    /// The registers that they use.
    pub registers: Vec<Register>,
}

/// A worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The number of its code in [`Program::codes`].
    pub code: u16,
    /// Whether another worker starts it; else it runs from the beginning.
    pub is_started_later: bool,
}

/// What must hold of the shared variables when all workers have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The condition; its registers are the variables of the same numbers.
    pub expr: Expr,
    /// The number of its message in [`Program::messages`].
    pub message: u32,
    /// Where the source says so.
    pub span: Span,
}

/// Where a schedule may switch from one worker to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switching {
    /// Before any operation on something shared.
    Anywhere,
    /// Only where a worker gives its turn up: at [`Op::Await`], before it waits for a guard or for another worker, free or
    /// not, and when it has ended. Until then nobody else can move.
    AtAwaits,
}

/// The sizes of a program that is the shared counter and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterShape {
    /// What a worker is.
    pub kind: Kind,
    /// Number of workers.
    pub threads: u16,
    /// Increments of each.
    pub iterations: u32,
    /// What guards the increment.
    pub protection: Protection,
    /// Permits, where it is a semaphore.
    pub permits: u16,
}

impl CounterShape {
    /// The increments of all workers together.
    #[must_use]
    pub fn increments(&self) -> u64 {
        u64::from(self.threads) * u64::from(self.iterations)
    }

    /// What the counter holds in the end if all is as it is meant to be: every increment; or nothing, if each worker
    /// counts in a memory of its own.
    #[must_use]
    pub fn right(&self) -> u64 {
        if self.has_own_memory() { 0 } else { self.increments() }
    }

    /// Whether each worker has a counter of its own.
    #[must_use]
    pub fn has_own_memory(&self) -> bool {
        self.kind == Kind::Process { shared: false }
    }

    /// Whether workers switch only at awaits.
    #[must_use]
    pub fn awaits_to_switch(&self) -> bool {
        matches!(self.kind, Kind::Task { .. })
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// What it shows, in a sentence.
    pub title: String,
    /// Its text, line by line.
    pub source: Vec<String>,
    /// What its workers are.
    pub kind: Kind,
    /// Where a schedule may switch.
    pub switching: Switching,
    /// The variables.
    pub variables: Vec<Variable>,
    /// The locks and semaphores.
    pub guards: Vec<Guard>,
    /// The condition variables.
    pub conditions: Vec<Condition>,
    /// The codes; workers that do the same share one.
    pub codes: Vec<Code>,
    /// The workers.
    pub threads: Vec<Thread>,
    /// The variables whose final values tell one outcome from another.
    pub observed: Vec<VarId>,
    /// What must hold at the end.
    pub checks: Vec<Check>,
    /// What is said when an assertion or a check fails.
    pub messages: Vec<String>,
    /// The variable whose loads and stores are increments, in the words of [`crate::event`].
    pub watched: Option<VarId>,
    /// Set where the program is the shared counter.
    pub shape: Option<CounterShape>,
}

impl Program {
    /// The code of a worker.
    #[must_use]
    pub fn code(&self, thread: usize) -> &Code {
        &self.codes[usize::from(self.threads[thread].code)]
    }

    /// Whether workers have variables of their own.
    #[must_use]
    pub fn has_own_memory(&self) -> bool {
        self.variables.iter().any(|variable| variable.is_own)
    }

    /// How the watched variable's values are written: as what it holds at the start is.
    #[must_use]
    pub fn spelling(&self) -> Spelling {
        match self.watched.map(|watched| &self.variables[watched.index()].initial) {
            Some(Value::Bool(_)) => Spelling::Truth,
            _ => Spelling::Digits,
        }
    }

    /// Calls `each` with every operation of every code.
    pub fn each_op(&self, mut each: impl FnMut(&Op)) {
        self.codes.iter().flat_map(|code| &code.sites).for_each(|site| each(&site.op));
    }
}
