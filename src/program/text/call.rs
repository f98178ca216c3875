//! From calls of methods of shared things to operations.

use super::TextError;
use super::ast::{Node, NodeKind};
use super::compile::Thing;
use super::statement::Builder;
use crate::program::{GuardId, GuardKind, Mode, Op, Reg, Span, Who};

impl Builder<'_, '_> {
    /// Compiles a method call; gives the register that holds its result, if it has one.
    pub(super) fn call(&mut self, node: &Node) -> Result<Option<Reg>, TextError> {
        let NodeKind::Call { target: Some(target), method, arguments, nonblocking } = &node.kind else {
            return TextError::new(node.span, "only methods of shared things, and print, can be called");
        };
        let thing = self.context.resolve(target, &self.constants)?;
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        let span = node.span;
        let (op, result) = match (thing, method.as_str(), values.as_slice(), nonblocking) {
            (Thing::Variable(variable), "compare_and_swap", [expected, value], false) => {
                let (found, expected, value) =
                    (self.register("found", true), expected.clone(), value.clone());
                (Op::CompareAndSwap { variable, expected, value, found }, Some(found))
            }
            (Thing::Variable(variable), "exchange", [value], false) => {
                let found = self.register("found", true);
                (Op::Exchange { variable, value: value.clone(), found }, Some(found))
            }
            (Thing::Variable(variable), "fetch_add", [amount], false) => {
                let found = self.register("found", true);
                (Op::FetchAdd { variable, amount: amount.clone(), found }, Some(found))
            }
            (Thing::Guard(guard), "acquire", [], true) => {
                let taken = self.register("taken", true);
                (Op::TryAcquire(guard, Mode::Exclusive, taken), Some(taken))
            }
            (Thing::Guard(guard), "acquire" | "acquire_write", [], false) => {
                (Op::Acquire(guard, Mode::Exclusive), None)
            }
            (Thing::Guard(guard), "release" | "release_write", [], false) => {
                (Op::Release(guard, Mode::Exclusive), None)
            }
            (Thing::Guard(guard), "acquire_read", [], false) => (Op::Acquire(guard, Mode::Shared), None),
            (Thing::Guard(guard), "release_read", [], false) => (Op::Release(guard, Mode::Shared), None),
            (Thing::Condition(condition), "wait", [], false) => {
                self.emit(Op::Wait(condition), span);
                (Op::Wake(condition), None)
            }
            (Thing::Condition(condition), "notify", [], false) => (Op::Notify(condition, Who::First), None),
            (Thing::Condition(condition), "notify_all", [], false) => (Op::Notify(condition, Who::All), None),
            (Thing::Thread(thread), "start", [], false) => (Op::Start(thread), None),
            (Thing::Thread(thread), "join", [], false) => (Op::Join(thread), None),
            _ => {
                return TextError::new(
                    span,
                    format!("there is no such call: '{method}' on this, with these arguments"),
                );
            }
        };
        if let Op::Acquire(guard, mode) | Op::Release(guard, mode) = op {
            self.check_mode(guard, mode, method, span)?;
        }
        self.emit(op, span);
        Ok(result)
    }

    fn check_mode(&self, guard: GuardId, mode: Mode, method: &str, span: Span) -> Result<(), TextError> {
        let is_rw = self.context.program.guards[guard.index()].kind == GuardKind::ReadersWriter;
        let says_which = mode == Mode::Shared || method.ends_with("_write");
        match (is_rw, says_which) {
            (true, false) => {
                TextError::new(span, "a readers-writer lock is taken by acquire_read() or acquire_write()")
            }
            (false, true) => TextError::new(span, "only a readers-writer lock tells readers from writers"),
            _ => Ok(()),
        }
    }
}
