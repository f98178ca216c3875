//! The same program one operation at a time, forwards and backwards, and every interleaving of it.
//!
//! A [`State`] is a value: memory, guards, and each worker's position and registers. [`Machine::enabled`] says who may
//! move, [`Machine::next`] what then holds. [`run`] remembers where it has been, [`schedule`] is who moves when, as
//! text, and [`explore`] goes everywhere. There is no clock here, and no randomness that a seed does not decide;
//! threads only in [`explore`], where a large search uses them.

mod advance;
pub mod chronicle;
pub mod explore;
pub mod run;
pub mod schedule;
pub mod scheduler;
mod state;
pub mod stride;

use std::sync::Arc;

pub use advance::Act;
pub use state::{Failure, Local, Shared, State, Why};

use crate::event::Worker;
use crate::program::expr::Expr;
use crate::program::{Op, Program, Span, flow};

/// A program that can be moved.
#[derive(Clone, Debug)]
pub struct Machine {
    program: Arc<Program>,
    /// By code and operation, the registers that may still be read.
    live: Arc<Vec<Vec<u64>>>,
    /// The workers that somebody joins.
    joined: u64,
}

/// One operation that has taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who did it.
    pub worker: Worker,
    /// Which operation of the worker's code it was.
    pub pc: u32,
    /// What it did.
    pub act: Act,
}

impl Machine {
    /// A machine for this program.
    #[must_use]
    pub fn new(program: Program) -> Self {
        let live = program.codes.iter().map(flow::live).collect();
        let mut joined = 0;
        program.each_op(|op| {
            if let Op::Join(thread) = op {
                joined |= 1 << thread;
            }
        });
        Machine { program: Arc::new(program), live: Arc::new(live), joined }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Whether each worker has a watched variable of its own.
    #[must_use]
    pub fn watches_own(&self) -> bool {
        self.program.watched.is_some_and(|variable| self.program.variables[variable.index()].is_own)
    }

    /// The state before the first operation.
    #[must_use]
    pub fn start(&self) -> State {
        let shared = Shared::start(&self.program);
        let locals = (0..self.program.threads.len())
            .map(|thread| Local::start(&self.program, self.program.code(thread)));
        let mut state = State { shared, locals: locals.collect() };
        for thread in 0..state.locals.len() {
            advance::settle(self, thread, &mut state.shared, &mut state.locals[thread]);
        }
        state
    }

    /// Whether this worker has an operation left that can take effect now.
    #[must_use]
    pub fn can_move(&self, state: &State, worker: Worker) -> bool {
        state
            .locals
            .get(worker.index())
            .is_some_and(|local| advance::advance(self, worker.index(), &state.shared, local).is_some())
    }

    /// Whether what this worker does next can't take effect now, whoever else's turn it is: it has to wait for a guard,
    /// a notification or another worker's end.
    #[must_use]
    pub fn has_to_wait(&self, state: &State, worker: Worker) -> bool {
        let Some(local) = state.locals.get(worker.index()) else { return false };
        if !state.shared.is_taken {
            return self.is_alive(state, worker) && !self.can_move(state, worker);
        }
        let shared = Shared { is_taken: false, ..state.shared.clone() };
        self.is_alive(state, worker) && advance::advance(self, worker.index(), &shared, local).is_none()
    }

    /// The worker that has its turn and has not given it up: nobody else can move.
    #[must_use]
    pub fn running(&self, state: &State) -> Option<Worker> {
        state.locals.iter().position(|local| local.has_turn).map(|thread| Worker(thread as u16))
    }

    /// The workers that have an operation left that can take effect now. A schedule ends when there is none.
    #[must_use]
    pub fn enabled(&self, state: &State) -> Vec<Worker> {
        let workers = (0..state.locals.len()).map(|thread| Worker(thread as u16));
        workers.filter(|worker| self.can_move(state, *worker)).collect()
    }

    /// What holds after this worker's next operation; `None` if it is not enabled.
    #[must_use]
    pub fn next(&self, state: &State, worker: Worker) -> Option<(State, Step)> {
        let mut next = state.clone();
        let step = self.go(&mut next, worker)?;
        Some((next, step))
    }

    /// The same in place; a state in which the worker is not enabled stays as it is.
    pub fn go(&self, state: &mut State, worker: Worker) -> Option<Step> {
        let local = state.locals.get_mut(worker.index())?;
        let advanced = advance::advance(self, worker.index(), &state.shared, local)?;
        (state.shared, *local) = (advanced.shared, advanced.local);
        Some(Step { worker, pc: advanced.pc, act: advanced.act })
    }

    /// The worker's next operation on something shared, by its number in the worker's code; `None` once it has
    /// none left.
    #[must_use]
    pub fn position(&self, state: &State, worker: Worker) -> Option<u32> {
        let local = state.locals.get(worker.index())?;
        let code = self.program.code(worker.index());
        match advance::walk(code, local) {
            (advance::Stop::Shared, place) => Some(place.pc),
            _ => None,
        }
    }

    /// The worker as it is about to do its next operation on something shared: what it does with its own registers
    /// before that is done. `None` once it has none left.
    #[must_use]
    pub fn poised(&self, state: &State, worker: Worker) -> Option<Local> {
        let local = state.locals.get(worker.index())?;
        match advance::walk(self.program.code(worker.index()), local) {
            (advance::Stop::Shared, place) => Some(place),
            _ => None,
        }
    }

    /// Where in the source the worker's next operation stands.
    #[must_use]
    pub fn place(&self, state: &State, worker: Worker) -> Option<Span> {
        let pc = self.position(state, worker)?;
        Some(self.program.code(worker.index()).sites[pc as usize].span)
    }

    /// Whether the worker has been started and has operations left, enabled or not.
    #[must_use]
    pub fn is_alive(&self, state: &State, worker: Worker) -> bool {
        state.shared.started >> worker.0 & 1 == 1 && self.position(state, worker).is_some()
    }

    /// Whether what is in the register may still be read by the worker: else it is not worth showing.
    #[must_use]
    pub fn is_live(&self, state: &State, worker: Worker, register: usize) -> bool {
        let Some(local) = state.locals.get(worker.index()) else { return false };
        self.is_live_at(local.pc, worker, register)
    }

    /// Whether what is in the register may still be read by the worker once it stands at this operation.
    #[must_use]
    pub fn is_live_at(&self, pc: u32, worker: Worker, register: usize) -> bool {
        let live = &self.live[usize::from(self.program.threads[worker.index()].code)];
        register >= 64 || live[pc as usize] >> register & 1 == 1
    }

    /// The messages of the checks that do not hold of the variables as they are now.
    #[must_use]
    pub fn violated(&self, shared: &Shared) -> Vec<&str> {
        let holds = |expr: &Expr| expr.eval(&shared.variables).is_ok_and(|value| value.is_true());
        let violated = self.program.checks.iter().filter(|check| !holds(&check.expr));
        violated.map(|check| self.program.messages[check.message as usize].as_str()).collect()
    }
}

#[cfg(test)]
mod tests;
