//! The operations that a worker's code is made of.

use super::expr::Expr;
use super::{ConditionId, GuardId, Reg, Span, VarId};

/// How a guard is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Alone; of a semaphore, one permit.
    Exclusive,
    /// Together with other readers.
    Shared,
}

/// One operation. Those up to [`Op::Assert`] touch only the worker's own registers and never let another worker
/// in between; each of the others takes effect at once on something shared, and before it a schedule may switch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Sets a register.
    Set(Reg, Expr),
    /// Goes on at this operation if the condition does not hold, else at the next.
    Unless(Expr, u32),
    /// Goes on at this operation.
    Jump(u32),
    /// Ends the run as failed if the condition does not hold. The number is that of its message.
    Assert(Expr, u32),
    /// Reads a shared variable into a register.
    Load(VarId, Reg),
    /// Writes a shared variable.
    Store(VarId, Expr),
    /// Writes a shared variable and puts what it held before into a register.
    Exchange {
        /// The variable.
        variable: VarId,
        /// What is written.
        value: Expr,
        /// Gets what was found.
        found: Reg,
    },
    /// Writes a shared variable if it holds what is expected; puts what was found into a register either way.
    CompareAndSwap {
        /// The variable.
        variable: VarId,
        /// What it must hold.
        expected: Expr,
        /// What is written then.
        value: Expr,
        /// Gets what was found.
        found: Reg,
    },
    /// Adds to a shared variable and puts what it held before into a register.
    FetchAdd {
        /// The variable.
        variable: VarId,
        /// What is added.
        amount: Expr,
        /// Gets what was found.
        found: Reg,
    },
    /// Takes the guard; not enabled while it is not free.
    Acquire(GuardId, Mode),
    /// Takes the guard if it is free, and says whether it did.
    TryAcquire(GuardId, Mode, Reg),
    /// Gives the guard back.
    Release(GuardId, Mode),
    /// Gives the condition's lock back and joins its queue. An [`Op::Wake`] follows.
    Wait(ConditionId),
    /// Takes the condition's lock again; not enabled while in the queue or while the lock is not free.
    Wake(ConditionId),
    /// Takes the first worker, or all, out of the condition's queue.
    Notify(ConditionId, Who),
    /// Starts a worker.
    Start(u16),
    /// Goes on when that worker has ended; not enabled before.
    Join(u16),
    /// Prints a value.
    Print(Expr),
    /// Lets the other tasks have their turn; touches nothing.
    Await,
}

/// How many are notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The one that waits longest.
    First,
    /// Everyone.
    All,
}

impl Op {
    /// Whether a task lets others have their turn before it does this, as everything does that may have to wait.
    #[must_use]
    pub fn awaits(&self) -> bool {
        matches!(self, Op::Acquire(..) | Op::Wake(_) | Op::Join(_))
    }

    /// Whether it touches only the worker's own registers.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self, Op::Set(..) | Op::Unless(..) | Op::Jump(_) | Op::Assert(..))
    }

    /// Calls `each` with every register that is read.
    pub fn reads(&self, each: &mut impl FnMut(Reg)) {
        match self {
            Op::Set(_, e) | Op::Unless(e, _) | Op::Assert(e, _) | Op::Store(_, e) | Op::Print(e) => {
                e.reads(each)
            }
            Op::Exchange { value: e, .. } | Op::FetchAdd { amount: e, .. } => e.reads(each),
            Op::CompareAndSwap { expected, value, .. } => {
                expected.reads(each);
                value.reads(each);
            }
            _ => {}
        }
    }

    /// The register that is written.
    #[must_use]
    pub fn writes(&self) -> Option<Reg> {
        match *self {
            Op::Set(reg, _)
            | Op::Load(_, reg)
            | Op::Exchange { found: reg, .. }
            | Op::CompareAndSwap { found: reg, .. }
            | Op::FetchAdd { found: reg, .. }
            | Op::TryAcquire(_, _, reg) => Some(reg),
            _ => None,
        }
    }
}

/// An operation and where it stands in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// What is done.
    pub op: Op,
    /// Where the source says so.
    pub span: Span,
}
