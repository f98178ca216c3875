//! What an operation touches of the things that workers share, and what a worker may still touch from each place in
//! its code on.
//!
//! The answers err on the side of too much: both ways out of a branch are taken, a compare-and-swap counts as a write,
//! and in programs with very many shared things some are not told apart.

use super::{Code, ConditionId, GuardId, Op, Program, VarId};

/// Sets of shared things: variables, guards, conditions, the output, and who has been started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// What is looked at.
    pub reads: u128,
    /// What is changed.
    pub writes: u128,
    /// The guards that are given back.
    pub frees: u128,
}

/// A set of shared things with one in it. Beyond 128 things, two may share a place: then more seems touched than is.
fn only(thing: usize) -> u128 {
    1 << (thing % 128)
}

impl Access {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Access) -> Access {
        Access {
            reads: self.reads | other.reads,
            writes: self.writes | other.writes,
            frees: self.frees | other.frees,
        }
    }

    /// Whether one of the two changes what the other touches: only then does it matter which comes first.
    #[must_use]
    pub fn conflicts(&self, other: &Access) -> bool {
        self.writes & (other.reads | other.writes) != 0 || self.reads & other.writes != 0
    }

    /// Whether it gives this guard back.
    #[must_use]
    pub fn frees(&self, guard: GuardId) -> bool {
        self.frees & only(guard.index()) != 0
    }

    /// What one operation touches. Operations on registers touch nothing.
    fn of(program: &Program, op: &Op) -> Access {
        let things = things(program);
        let lock_of = |condition: ConditionId| program.conditions[condition.index()].lock.index();
        let queue = |condition: ConditionId| only(things.conditions + condition.index());
        let reads = |reads| Access { reads, ..Access::default() };
        let writes = |writes| Access { writes, ..Access::default() };
        let is_own = |variable: VarId| program.variables[variable.index()].is_own;
        match *op {
            // Nobody else can see a worker's own variables.
            Op::Load(variable, _)
            | Op::Store(variable, _)
            | Op::Exchange { variable, .. }
            | Op::CompareAndSwap { variable, .. }
            | Op::FetchAdd { variable, .. }
                if is_own(variable) =>
            {
                Access::default()
            }
            // Whoever has ended stays so: nothing can change what a join that need not wait has seen.
            Op::Set(..) | Op::Unless(..) | Op::Jump(_) | Op::Assert(..) | Op::Join(_) | Op::Await => {
                Access::default()
            }
            Op::Load(variable, _) => reads(only(things.variables + variable.index())),
            Op::Store(variable, _)
            | Op::Exchange { variable, .. }
            | Op::CompareAndSwap { variable, .. }
            | Op::FetchAdd { variable, .. } => writes(only(things.variables + variable.index())),
            Op::Acquire(guard, _) | Op::TryAcquire(guard, ..) => writes(only(guard.index())),
            Op::Release(guard, _) => {
                Access { writes: only(guard.index()), frees: only(guard.index()), reads: 0 }
            }
            Op::Wait(condition) => {
                let lock = only(lock_of(condition));
                Access { writes: lock | queue(condition), frees: lock, reads: 0 }
            }
            Op::Wake(condition) => Access { reads: queue(condition), ..writes(only(lock_of(condition))) },
            Op::Notify(condition, _) => {
                Access { reads: only(lock_of(condition)), ..writes(queue(condition)) }
            }
            Op::Start(thread) => writes(only(things.started + usize::from(thread))),
            Op::Print(_) => writes(only(things.output)),
        }
    }
}

/// Where each kind of thing begins; guards come first.
struct Things {
    conditions: usize,
    variables: usize,
    output: usize,
    started: usize,
}

fn things(program: &Program) -> Things {
    let conditions = program.guards.len();
    let variables = conditions + program.conditions.len();
    let output = variables + program.variables.len();
    Things { conditions, variables, output, started: output + 1 }
}

/// What each operation of a code touches; nothing one past the last.
#[must_use]
pub fn each(program: &Program, code: &Code) -> Vec<Access> {
    let accesses = code.sites.iter().map(|site| Access::of(program, &site.op));
    accesses.chain(std::iter::once(Access::default())).collect()
}

/// For every operation of the code, and one past the last, what may be touched from there on. With a gate: only what
/// may be touched before that guard is taken in a way that has to wait for it.
#[must_use]
pub fn from_here(program: &Program, code: &Code, gate: Option<GuardId>) -> Vec<Access> {
    let end = code.sites.len();
    let each = each(program, code);
    let stops = |op: &Op| match *op {
        Op::Acquire(guard, _) => Some(guard) == gate,
        Op::Wake(condition) => Some(program.conditions[condition.index()].lock) == gate,
        _ => false,
    };
    let mut all = vec![Access::default(); end + 1];
    loop {
        let mut changed = false;
        for pc in (0..end).rev() {
            let op = &code.sites[pc].op;
            let after = match *op {
                _ if stops(op) => continue,
                Op::Jump(to) => all[to as usize],
                Op::Unless(_, to) => all[to as usize].and(all[pc + 1]),
                _ => all[pc + 1],
            };
            let here = each[pc].and(after);
            changed |= here != all[pc];
            all[pc] = here;
        }
        if !changed {
            return all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::text;

    fn program(body: &str) -> Program {
        let text = format!(
            "x = 0\ny = 0\na = Lock()\nc = Condition(a)\ndef f():\n    global x, y\n{body}threads(f)\n"
        );
        text::parse("test", &text).unwrap()
    }

    #[test]
    fn what_lies_behind_is_not_touched_any_more() {
        let program = program("    x = 1\n    t = y\n");
        let all = from_here(&program, &program.codes[0], None);
        let each = each(&program, &program.codes[0]);
        assert_eq!(all[0], each[0].and(each[1]));
        assert_eq!(all[1], each[1]);
        assert!(!all[1].conflicts(&each[1]) && !all[1].conflicts(&each[0]) && all[0].conflicts(&each[0]));
        assert_eq!(*all.last().unwrap(), Access::default());
    }

    #[test]
    fn a_loop_may_touch_again_what_it_has_touched() {
        let program = program("    while y == 0:\n        x = 1\n");
        let all = from_here(&program, &program.codes[0], None);
        let store = program.codes[0].sites.iter().position(|site| matches!(site.op, Op::Store(..))).unwrap();
        assert_eq!(all[0], all[store]);
    }

    #[test]
    fn a_gate_hides_what_comes_after_it() {
        let program = program("    t = y\n    with a:\n        x = 1\n");
        let each = each(&program, &program.codes[0]);
        let before = from_here(&program, &program.codes[0], Some(GuardId(0)));
        let sites = &program.codes[0].sites;
        let gate = sites.iter().position(|site| matches!(site.op, Op::Acquire(..))).unwrap();
        assert_eq!(before[0], each[0]);
        assert_eq!(before[gate], Access::default());
        assert!(before[gate + 1].frees(GuardId(0)), "behind the gate it is as without it");
    }

    #[test]
    fn waiting_gives_the_lock_back_before_it_takes_it_again() {
        let program = program("    with c:\n        c.wait()\n        x = 1\n");
        let sites = &program.codes[0].sites;
        let wait = sites.iter().position(|site| matches!(site.op, Op::Wait(_))).unwrap();
        let before = from_here(&program, &program.codes[0], Some(GuardId(0)));
        assert!(before[wait].frees(GuardId(0)));
        assert_eq!(before[wait + 1], Access::default());
    }
}
