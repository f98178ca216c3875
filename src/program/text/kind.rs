//! What the workers of a text are, and what follows from it: where they switch, and what of the variables is whose.

use super::TextError;
use super::ast::Node;
use super::compile::Context;
use crate::experiment::Kind;
use crate::program::{Op, Span, Switching, VarId};

/// What a text says of its workers; what else there is to them follows from what they do.
pub(super) const THREADS: Kind = Kind::Thread;
pub(super) const PROCESSES: Kind = Kind::Process { shared: true };
pub(super) const TASKS: Kind = Kind::Task { awaits: true };

impl Context<'_> {
    /// All of these calls are workers of this kind.
    pub(super) fn want_all(&mut self, calls: &[Node], kind: Kind) -> Result<(), TextError> {
        calls.iter().try_for_each(|call| self.want(call, kind))
    }

    /// A worker of this kind is to run this function.
    pub(super) fn check_kind(
        &mut self,
        kind: Kind,
        (name, is_async): (&str, bool),
        span: Span,
    ) -> Result<(), TextError> {
        let first = *self.kind.get_or_insert(kind);
        if first != kind {
            let (first, other) = (first.plural(), kind.plural());
            return TextError::new(
                span,
                format!("all workers are of one kind: {first} so far, {other} here"),
            );
        }
        match (kind == TASKS, is_async) {
            (true, false) => TextError::new(span, format!("a task needs an async def, not def {name}")),
            (false, true) => {
                TextError::new(span, format!("{name} is an async def: only tasks(...) can run it"))
            }
            _ => Ok(()),
        }
    }

    /// What the workers are decides where they switch and what is whose.
    pub(super) fn settle_kind(&mut self) -> Result<(), TextError> {
        let kind = self.kind.unwrap_or(THREADS);
        if let Some(span) = self.first_value.filter(|_| kind != PROCESSES) {
            let all = kind.plural();
            return TextError::new(span, format!("Value(...) is for processes; {all} share every variable"));
        }
        if kind == TASKS {
            self.program.switching = Switching::AtAwaits;
        }
        if kind == PROCESSES {
            for (number, variable) in self.program.variables.iter_mut().enumerate() {
                variable.is_own = !self.values.contains(&VarId(number as u16));
            }
        }
        self.program.kind = kind;
        Ok(())
    }

    /// What the workers turned out to be.
    pub(super) fn name_kind(&mut self) {
        let mut awaits = false;
        self.program.each_op(|op| awaits |= *op == Op::Await);
        self.program.kind = match self.program.kind {
            Kind::Task { .. } => Kind::Task { awaits },
            Kind::Process { .. } => Kind::Process { shared: !self.program.has_own_memory() },
            Kind::Thread => Kind::Thread,
        };
    }
}
