//! One worker's next operation: from what is shared and what it has to itself to both after it.
//!
//! The other workers' own states play no part, which is what lets `explore` remember results by pair.

use super::Machine;
use super::state::{Failure, Local, Shared, Why};
use crate::event::Worker;
use crate::program::value::{Fault, Value};
use crate::program::{Code, ConditionId, GuardId, GuardKind, Mode, Op, Switching, VarId, Who};

/// Most operations on its own registers that a worker may do in one step.
const MAX_LOCAL: u32 = 100_000;

/// What an operation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read a variable and found this.
    Load(VarId, Value),
    /// Wrote this to a variable.
    Store(VarId, Value),
    /// Read and, where it is said what was stored, wrote a variable indivisibly: an exchange, or a
    /// compare-and-swap.
    Swap {
        /// The variable.
        variable: VarId,
        /// What it held.
        found: Value,
        /// What it holds now; `None` if the comparison failed.
        stored: Option<Value>,
    },
    /// Added to a variable indivisibly.
    FetchAdd {
        /// The variable.
        variable: VarId,
        /// What it held.
        found: Value,
        /// What it holds now.
        stored: Value,
    },
    /// Took a guard.
    Acquire(GuardId, Mode),
    /// Tried to take a guard that was not free.
    Refused(GuardId),
    /// Gave a guard back.
    Release(GuardId, Mode),
    /// Gave the condition's lock back and went to wait.
    Wait(ConditionId),
    /// Was notified and has the condition's lock again.
    Wake(ConditionId),
    /// Notified these.
    Notify(ConditionId, Vec<Worker>),
    /// Started a worker.
    Start(Worker),
    /// Saw that a worker has ended.
    Join(Worker),
    /// Printed.
    Print(Value),
    /// Let the others have their turn.
    Await,
    /// Failed before it could do anything.
    Fail(Failure),
}

/// What holds after a step.
pub(super) struct Advanced {
    pub(super) shared: Shared,
    pub(super) local: Local,
    pub(super) pc: u32,
    pub(super) act: Act,
}

/// Where a worker that does only local operations gets to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// An operation on something shared.
    Shared,
    /// The end of its code.
    End,
    /// An operation that fails.
    Fails(Why),
}

/// Does local operations as long as there are any.
pub(super) fn walk(code: &Code, from: &Local) -> (Stop, Local) {
    let mut local = from.clone();
    for _ in 0..MAX_LOCAL {
        let Some(site) = code.sites.get(local.pc as usize) else { return (Stop::End, local) };
        let next = match &site.op {
            Op::Set(reg, expr) => expr.eval(&local.registers).map(|value| {
                local.registers[reg.index()] = value;
                local.pc + 1
            }),
            Op::Unless(expr, to) => {
                expr.eval(&local.registers).map(|value| if value.is_true() { local.pc + 1 } else { *to })
            }
            Op::Jump(to) => Ok(*to),
            Op::Assert(expr, message) => match expr.eval(&local.registers) {
                Ok(value) if !value.is_true() => return (Stop::Fails(Why::Assertion(*message)), local),
                result => result.map(|_| local.pc + 1),
            },
            _ => return (Stop::Shared, local),
        };
        match next {
            Ok(pc) => local.pc = pc,
            Err(fault) => return (Stop::Fails(Why::Fault(fault)), local),
        }
    }
    (Stop::Fails(Why::Fault(Fault::Stuck)), local)
}

/// After a step: local operations belong to the worker's next step, but where no such step follows, to this one.
pub(super) fn settle(machine: &Machine, thread: usize, shared: &mut Shared, local: &mut Local) {
    let (stop, place) = walk(machine.program.code(thread), local);
    match stop {
        Stop::Shared => return,
        Stop::End => shared.ended |= machine.joined & 1 << thread,
        Stop::Fails(why) => {
            let code = machine.program.threads[thread].code;
            // What fails first is what is reported.
            shared.failure = shared.failure.or(Some(Failure { code, pc: place.pc, why }));
        }
    }
    *local = place;
}

/// The worker's next step; `None` if it is not enabled.
pub(super) fn advance(machine: &Machine, thread: usize, shared: &Shared, local: &Local) -> Option<Advanced> {
    if shared.failure.is_some() || shared.started >> thread & 1 == 0 || shared.is_taken && !local.has_turn {
        return None;
    }
    let code = machine.program.code(thread);
    let (Stop::Shared, mut local) = walk(code, local) else { return None };
    let pc = local.pc;
    let op = &code.sites[pc as usize].op;
    let mut shared = shared.clone();
    let act = match apply(machine, thread, op, &mut shared, &mut local) {
        Ok(act) => act?,
        Err(fault) => {
            let failure = Failure { code: machine.program.threads[thread].code, pc, why: Why::Fault(fault) };
            shared.failure = Some(failure);
            (shared.is_taken, local.has_turn) = (false, false);
            return Some(Advanced { shared, local, pc, act: Act::Fail(failure) });
        }
    };
    local.pc += 1;
    settle(machine, thread, &mut shared, &mut local);
    if machine.program.switching == Switching::AtAwaits {
        let keeps = act != Act::Await && keeps_turn(machine, thread, &shared, &local);
        (shared.is_taken, local.has_turn) = (keeps, keeps);
    }
    Some(Advanced { shared, local, pc, act })
}

/// Whether a worker that switches only at awaits goes on: it has not come to one, and not to its end.
fn keeps_turn(machine: &Machine, thread: usize, shared: &Shared, local: &Local) -> bool {
    let code = machine.program.code(thread);
    let (stop, place) = walk(code, local);
    shared.failure.is_none() && stop == Stop::Shared && !code.sites[place.pc as usize].op.awaits()
}

/// Lets an operation take effect. `None` if it can't now, a fault if it never can.
fn apply(
    machine: &Machine,
    thread: usize,
    op: &Op,
    shared: &mut Shared,
    local: &mut Local,
) -> Result<Option<Act>, Fault> {
    let registers = &mut local.registers;
    let variables = match touched(op) {
        Some(variable) if machine.program.variables[variable.index()].is_own => &mut local.memory,
        _ => &mut shared.variables,
    };
    let act = match op {
        Op::Await => Act::Await,
        Op::Load(variable, reg) => {
            let value = variables[variable.index()].clone();
            registers[reg.index()] = value.clone();
            Act::Load(*variable, value)
        }
        Op::Store(variable, expr) => {
            let value = expr.eval(registers)?;
            variables[variable.index()] = value.clone();
            Act::Store(*variable, value)
        }
        Op::Exchange { variable, value, found } => {
            let stored = Some(value.eval(registers)?);
            swap(variables, registers, *variable, found.index(), stored)
        }
        Op::CompareAndSwap { variable, expected, value, found } => {
            let matches = variables[variable.index()].equals(&expected.eval(registers)?);
            let stored = if matches { Some(value.eval(registers)?) } else { None };
            swap(variables, registers, *variable, found.index(), stored)
        }
        Op::FetchAdd { variable, amount, found } => {
            let before = variables[variable.index()].clone();
            let sum = before.as_int().checked_add(amount.eval(registers)?.as_int());
            let stored = Value::Int(sum.ok_or(Fault::Overflow)?);
            variables[variable.index()] = stored.clone();
            registers[found.index()] = before.clone();
            Act::FetchAdd { variable: *variable, found: before, stored }
        }
        Op::Print(expr) => {
            let value = expr.eval(registers)?;
            shared.output.push(value.clone());
            Act::Print(value)
        }
        Op::TryAcquire(guard, mode, reg) => {
            let taken = take(machine, shared, *guard, *mode);
            registers[reg.index()] = Value::Bool(taken);
            if taken { Act::Acquire(*guard, *mode) } else { Act::Refused(*guard) }
        }
        _ => return synchronise(machine, thread, op, shared),
    };
    Ok(Some(act))
}

/// The variable that is read or written.
fn touched(op: &Op) -> Option<VarId> {
    match op {
        Op::Load(variable, _)
        | Op::Store(variable, _)
        | Op::Exchange { variable, .. }
        | Op::CompareAndSwap { variable, .. }
        | Op::FetchAdd { variable, .. } => Some(*variable),
        _ => None,
    }
}

fn swap(
    variables: &mut [Value],
    registers: &mut [Value],
    variable: VarId,
    reg: usize,
    stored: Option<Value>,
) -> Act {
    let found = variables[variable.index()].clone();
    registers[reg] = found.clone();
    if let Some(value) = &stored {
        variables[variable.index()] = value.clone();
    }
    Act::Swap { variable, found, stored }
}

/// The operations that wait, wake and signal.
fn synchronise(machine: &Machine, thread: usize, op: &Op, shared: &mut Shared) -> Result<Option<Act>, Fault> {
    let lock_of = |condition: ConditionId| machine.program.conditions[condition.index()].lock;
    let act = match *op {
        Op::Acquire(guard, mode) => {
            if !take(machine, shared, guard, mode) {
                return Ok(None);
            }
            Act::Acquire(guard, mode)
        }
        Op::Release(guard, mode) => {
            give_back(machine, shared, guard, mode)?;
            Act::Release(guard, mode)
        }
        Op::Wait(condition) => {
            give_back(machine, shared, lock_of(condition), Mode::Exclusive)?;
            shared.queues[condition.index()].push(thread as u16);
            Act::Wait(condition)
        }
        Op::Wake(condition) => {
            let is_queued = shared.queues[condition.index()].contains(&(thread as u16));
            if is_queued || !take(machine, shared, lock_of(condition), Mode::Exclusive) {
                return Ok(None);
            }
            Act::Wake(condition)
        }
        Op::Notify(condition, who) => {
            if shared.guards[lock_of(condition).index()] > 0 {
                return Err(Fault::NotHeld);
            }
            let queue = &mut shared.queues[condition.index()];
            let count = if who == Who::All { queue.len() } else { queue.len().min(1) };
            Act::Notify(condition, queue.drain(..count).map(Worker).collect())
        }
        Op::Start(other) => {
            if shared.started >> other & 1 == 1 {
                return Err(Fault::StartedTwice);
            }
            shared.started |= 1 << other;
            Act::Start(Worker(other))
        }
        Op::Join(other) => {
            if shared.ended & shared.started & 1 << other == 0 {
                return Ok(None);
            }
            Act::Join(Worker(other))
        }
        _ => unreachable!("the other operations are done by the callers"),
    };
    Ok(Some(act))
}

fn take(machine: &Machine, shared: &mut Shared, guard: GuardId, mode: Mode) -> bool {
    let kind = machine.program.guards[guard.index()].kind;
    let count = &mut shared.guards[guard.index()];
    let (is_free, after) = match (kind, mode) {
        (GuardKind::ReadersWriter, Mode::Shared) => (*count >= 0, *count + 1),
        (GuardKind::ReadersWriter, Mode::Exclusive) => (*count == 0, -1),
        _ => (*count > 0, *count - 1),
    };
    if is_free {
        *count = after;
    }
    is_free
}

fn give_back(machine: &Machine, shared: &mut Shared, guard: GuardId, mode: Mode) -> Result<(), Fault> {
    let kind = machine.program.guards[guard.index()].kind;
    let count = &mut shared.guards[guard.index()];
    let (is_held, after) = match (kind, mode) {
        (GuardKind::Lock, _) => (*count == 0, 1),
        (GuardKind::ReadersWriter, Mode::Shared) => (*count > 0, *count - 1),
        (GuardKind::ReadersWriter, Mode::Exclusive) => (*count == -1, 0),
        (GuardKind::Semaphore(_), _) => (true, *count + 1),
    };
    if !is_held {
        return Err(Fault::NotHeld);
    }
    *count = after;
    Ok(())
}
