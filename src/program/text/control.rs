//! What decides which operation comes next: conditions, loops, and `with`, which gives back on every way out.

use super::TextError;
use super::ast::{Node, Statement, StatementKind};
use super::names::Thing;
use super::statement::Builder;
use crate::program::expr::{Binary, Expr};
use crate::program::{GuardKind, Mode, Op, Span};

/// A loop around what is being compiled.
pub(super) struct Loop {
    again: u32,
    breaks: Vec<usize>,
    withs: usize,
}

impl Builder<'_, '_> {
    pub(super) fn conditional(
        &mut self,
        condition: &Node,
        then: &[Statement],
        otherwise: &[Statement],
    ) -> Result<(), TextError> {
        let value = self.value(condition)?;
        let skip = self.emit(Op::Unless(value, 0), condition.span);
        self.block(then)?;
        if otherwise.is_empty() {
            self.land(skip);
            return Ok(());
        }
        let done = self.emit(Op::Jump(0), condition.span);
        self.land(skip);
        self.block(otherwise)?;
        self.land(done);
        Ok(())
    }

    pub(super) fn while_loop(&mut self, condition: &Node, body: &[Statement]) -> Result<(), TextError> {
        let again = self.here();
        let value = self.value(condition)?;
        let leave = self.emit(Op::Unless(value, 0), condition.span);
        self.loops.push(Loop { again, breaks: vec![leave], withs: self.withs.len() });
        self.block(body)?;
        self.emit(Op::Jump(again), condition.span);
        self.end_loop();
        Ok(())
    }

    pub(super) fn for_loop(
        &mut self,
        name: &str,
        count: &Node,
        body: &[Statement],
        span: Span,
    ) -> Result<(), TextError> {
        let count_value = self.value(count)?;
        let limit = match count_value {
            Expr::Const(_) => count_value,
            other => {
                let limit = self.register("range", true);
                self.emit(Op::Set(limit, other), count.span);
                Expr::Reg(limit)
            }
        };
        // Counts up before the body, so that `continue` finds it done.
        let round = self.register("round", true);
        self.emit(Op::Set(round, Expr::int(0)), span);
        let again = self.here();
        let leave = self.emit(Op::Unless(Expr::binary(Binary::Lt, Expr::Reg(round), limit), 0), span);
        if name != "_" {
            let reg = self.local(name, span)?;
            self.emit(Op::Set(reg, Expr::Reg(round)), span);
        }
        self.emit(Op::Set(round, Expr::binary(Binary::Add, Expr::Reg(round), Expr::int(1))), span);
        self.loops.push(Loop { again, breaks: vec![leave], withs: self.withs.len() });
        self.block(body)?;
        self.emit(Op::Jump(again), span);
        self.end_loop();
        Ok(())
    }

    pub(super) fn with(
        &mut self,
        target: &Node,
        body: &[Statement],
        is_async: bool,
    ) -> Result<(), TextError> {
        match (self.is_async, is_async) {
            (true, false) => {
                return TextError::new(target.span, "this may have to wait: in an async def, say async with");
            }
            (false, true) => {
                return TextError::new(target.span, "async with is only possible in an async def");
            }
            _ => {}
        }
        let guard = match self.context.resolve(target, &self.constants)? {
            Thing::Guard(guard) => guard,
            Thing::Condition(condition) => self.context.program.conditions[condition.index()].lock,
            _ => return TextError::new(target.span, "with needs a lock, a semaphore or a condition"),
        };
        if self.context.program.guards[guard.index()].kind == GuardKind::ReadersWriter {
            return TextError::new(
                target.span,
                "a readers-writer lock is taken by acquire_read() or acquire_write()",
            );
        }
        self.emit(Op::Acquire(guard, Mode::Exclusive), target.span);
        self.withs.push((guard, target.span));
        self.block(body)?;
        self.withs.pop();
        self.emit(Op::Release(guard, Mode::Exclusive), target.span);
        Ok(())
    }

    pub(super) fn leave_loop(&mut self, kind: &StatementKind, span: Span) -> Result<(), TextError> {
        let Some(withs) = self.loops.last().map(|inner| inner.withs) else {
            return TextError::new(span, "there is no loop around this");
        };
        self.unwind(withs);
        let jump = self.emit(Op::Jump(0), span);
        let inner = self.loops.last_mut().expect("looked at above");
        match kind {
            StatementKind::Break => inner.breaks.push(jump),
            _ => self.sites[jump].op = Op::Jump(inner.again),
        }
        Ok(())
    }

    fn end_loop(&mut self) {
        let inner = self.loops.pop().expect("every loop that ends was begun");
        inner.breaks.into_iter().for_each(|jump| self.land(jump));
    }

    /// Releases what the `with` blocks beyond this depth hold, innermost first.
    pub(super) fn unwind(&mut self, depth: usize) {
        for i in (depth..self.withs.len()).rev() {
            let (guard, span) = self.withs[i];
            self.emit(Op::Release(guard, Mode::Exclusive), span);
        }
    }

    /// Lets an earlier branch or jump lead to the next operation.
    pub(super) fn land(&mut self, site: usize) {
        let here = self.here();
        match &mut self.sites[site].op {
            Op::Unless(_, to) | Op::Jump(to) => *to = here,
            _ => unreachable!("only branches and jumps are landed"),
        }
    }
}
