//! Whether a counter's protection holds, whatever the number of increments.
//!
//! Of a worker only two things matter: at which operation of its increment it stands, and whether the value that it
//! holds is still the counter's. Whether yet another increment follows is left open: after each one a worker may go on
//! or end. So everything that the counter can do, at any number of increments, is among what is gone through here; and
//! if in none of it a store overwrites another one ([`super::next_loss`] says what that is) and nobody waits in vain,
//! the counter always ends at the number of its increments. As workers do the same, it is enough to know how many of
//! them stand where: there are few such states even for 64 workers.

use std::collections::HashSet;

use crate::machine::Machine;
use crate::program::{GuardId, GuardKind, Mode, Op, Program, Switching};

/// Most states that are gone through.
const MOST: usize = 1_000_000;

/// What a worker holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    Nothing,
    Fresh,
    Stale,
}

const HOLDS: [Hold; 3] = [Hold::Nothing, Hold::Fresh, Hold::Stale];

/// How many workers stand where, and how the guard stands, as the machine counts it. A place is an operation of the
/// increment and what is held before it; those that have ended come last.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Standing {
    workers: Vec<u8>,
    guard: i64,
    /// Where the worker stands that nobody may interrupt, if there is one.
    running: Option<usize>,
}

/// What one operation leads to.
enum Next {
    /// The worker has to wait.
    Waits,
    /// The same operation again.
    Stays(Standing, Hold),
    /// The next operation.
    GoesOn(Standing),
    /// It overwrites what another has stored.
    Overwrites,
}

/// How many states there are of where the workers stand, if the protection holds in all of them, at any number of
/// increments; `None` if it does not, or if the program is no counter.
#[must_use]
pub fn holds(machine: &Machine) -> Option<u64> {
    let program = machine.program();
    program.shape?;
    let ops: Vec<&Op> =
        program.codes[0].sites.iter().map(|site| &site.op).filter(|op| !op.is_local()).collect();
    let ended = ops.len() * HOLDS.len();
    let mut workers = vec![0; ended + 1];
    workers[place(0, Hold::Nothing)] = u8::try_from(program.threads.len()).ok()?;
    let guard = machine.start().shared.guards.first().copied().unwrap_or(0);
    let start = Standing { workers, guard, running: None };
    let mut known = HashSet::from([start.clone()]);
    let mut queue = vec![start];
    while let Some(standing) = queue.pop() {
        let mut anyone_moves = false;
        let may_move = |from: &usize| {
            standing.workers[*from] > 0 && standing.running.is_none_or(|running| running == *from)
        };
        for from in (0..ended).filter(may_move) {
            let (at, hold) = (from / HOLDS.len(), HOLDS[from % HOLDS.len()]);
            let mut left = standing.clone();
            left.workers[from] -= 1;
            let to = match step(program, ops[at], hold, left)? {
                Next::Waits => continue,
                Next::Overwrites => return None,
                Next::Stays(left, hold) => vec![(left, place(at, hold))],
                Next::GoesOn(left) if at + 1 < ops.len() => {
                    let hold =
                        if matches!(ops[at], Op::Load(..)) { Hold::Fresh } else { held(ops[at], hold) };
                    vec![(left, place(at + 1, hold))]
                }
                Next::GoesOn(left) => vec![(left.clone(), place(0, Hold::Nothing)), (left, ended)],
            };
            anyone_moves = true;
            for (mut next, to) in to {
                next.workers[to] += 1;
                let ended = to == ended;
                next.running =
                    Some(to).filter(|_| !ended && keeps_turn(program, ops[at], ops[to / HOLDS.len()]));
                if known.insert(next.clone()) {
                    queue.push(next);
                }
            }
        }
        let anyone_left = standing.workers[..ended].iter().any(|count| *count > 0);
        if anyone_left && !anyone_moves || known.len() > MOST {
            return None;
        }
    }
    Some(known.len() as u64)
}

/// Whether a worker that has done one operation goes on to the next without letting anybody in between.
fn keeps_turn(program: &Program, done: &Op, next: &Op) -> bool {
    // A swap or an attempt that fails is followed by an await, where there are any; that it may be is enough.
    let awaits = matches!(done, Op::Await | Op::TryAcquire(..) | Op::CompareAndSwap { .. });
    program.switching == Switching::AtAwaits && !awaits && !next.awaits()
}

fn place(at: usize, hold: Hold) -> usize {
    at * HOLDS.len() + hold as usize
}

/// What is held after an operation that does not load.
fn held(op: &Op, hold: Hold) -> Hold {
    match op {
        Op::Acquire(..) | Op::TryAcquire(..) | Op::Release(..) | Op::Await => hold,
        _ => Hold::Nothing,
    }
}

/// One operation of a worker that is taken out of `others`; `None` for one that no counter has.
fn step(program: &Program, op: &Op, hold: Hold, mut others: Standing) -> Option<Next> {
    let replaced = |others| if program.has_own_memory() { others } else { replaced(others) };
    Some(match op {
        Op::Load(..) | Op::Await => Next::GoesOn(others),
        Op::Store(..) => match hold {
            Hold::Fresh => Next::GoesOn(replaced(others)),
            Hold::Stale => Next::Overwrites,
            Hold::Nothing => return None,
        },
        // The counter only rises: a value that was replaced does not come back.
        Op::CompareAndSwap { .. } if hold == Hold::Fresh => Next::GoesOn(replaced(others)),
        Op::CompareAndSwap { .. } => Next::Stays(others, Hold::Fresh),
        Op::FetchAdd { .. } => Next::GoesOn(replaced(others)),
        Op::Acquire(guard, mode) | Op::TryAcquire(guard, mode, _) => {
            match taken(program, *guard, *mode, others.guard) {
                Some(guard) => {
                    others.guard = guard;
                    Next::GoesOn(others)
                }
                None if matches!(op, Op::TryAcquire(..)) => Next::Stays(others, hold),
                None => Next::Waits,
            }
        }
        Op::Release(guard, mode) => {
            others.guard += match (program.guards[guard.index()].kind, mode) {
                (GuardKind::ReadersWriter, Mode::Shared) => -1,
                _ => 1,
            };
            Next::GoesOn(others)
        }
        _ => return None,
    })
}

/// The guard once it is taken; `None` if it is not free.
fn taken(program: &Program, guard: GuardId, mode: Mode, count: i64) -> Option<i64> {
    match (program.guards[guard.index()].kind, mode) {
        (GuardKind::Lock | GuardKind::Semaphore(_), _) => (count > 0).then(|| count - 1),
        (GuardKind::ReadersWriter, Mode::Exclusive) => (count == 0).then_some(-1),
        (GuardKind::ReadersWriter, Mode::Shared) => (count >= 0).then(|| count + 1),
    }
}

/// Somebody has stored: what the others hold is the counter's no longer.
fn replaced(mut others: Standing) -> Standing {
    let ended = others.workers.len() - 1;
    for at in (0..ended).step_by(HOLDS.len()) {
        others.workers[at + Hold::Stale as usize] +=
            std::mem::take(&mut others.workers[at + Hold::Fresh as usize]);
    }
    others
}
