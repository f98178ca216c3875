//! From calls of methods of shared things to operations.

use super::TextError;
use super::ast::{Node, NodeKind};
use super::constant::constant;
use super::names::Thing;
use super::statement::Builder;
use crate::program::{GuardId, GuardKind, Mode, Op, Reg, Span, Who};

impl Builder<'_, '_> {
    /// Compiles what is awaited: a call that may have to wait, another task, or `sleep`.
    pub(super) fn awaited(&mut self, node: &Node, span: Span) -> Result<Option<Reg>, TextError> {
        if !self.is_async {
            return TextError::new(span, "await is only possible in an async def");
        }
        match &node.kind {
            NodeKind::Call { target: None, method, arguments, nonblocking: false } if method == "sleep" => {
                let [time] = arguments.as_slice() else {
                    return TextError::new(node.span, "sleep takes one number");
                };
                constant(time, &self.constants)?;
                self.emit(Op::Await, span);
                Ok(None)
            }
            NodeKind::Call { .. } => {
                let result = self.call_as(node, true)?;
                Ok(result)
            }
            _ => match self.context.resolve(node, &self.constants)? {
                Thing::Thread(thread) => {
                    self.emit(Op::Join(thread), span);
                    Ok(None)
                }
                _ => TextError::new(node.span, "expected a call or a task to await"),
            },
        }
    }

    /// Compiles a method call; gives the register that holds its result, if it has one.
    pub(super) fn call(&mut self, node: &Node) -> Result<Option<Reg>, TextError> {
        self.call_as(node, false)
    }

    fn call_as(&mut self, node: &Node, is_awaited: bool) -> Result<Option<Reg>, TextError> {
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
                    format!(
                        "there is no such call: '{method}' on this, with these arguments; expected {}",
                        calls(&thing)
                    ),
                );
            }
        };
        if let Op::Acquire(guard, mode) | Op::Release(guard, mode) = op {
            self.check_mode(guard, mode, method, span)?;
        }
        self.check_await(&op, is_awaited, span)?;
        self.emit(op, span);
        Ok(result)
    }

    /// Whatever may have to wait is awaited by tasks, and nothing else is.
    fn check_await(&self, op: &Op, is_awaited: bool, span: Span) -> Result<(), TextError> {
        match (op, op.awaits()) {
            (Op::Join(_), _) if self.is_async => {
                TextError::new(span, "a task waits for another by awaiting it: await NAME")
            }
            (_, true) if self.is_async && !is_awaited => {
                TextError::new(span, "this may have to wait: in an async def, say await before it")
            }
            (_, false) if is_awaited => TextError::new(span, "this never waits: there is nothing to await"),
            _ => Ok(()),
        }
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

/// What can be called on a thing, for whoever called something else.
fn calls(thing: &Thing) -> &'static str {
    match thing {
        Thing::Variable(_) => "compare_and_swap(EXPECTED, NEW), exchange(NEW) or fetch_add(NUMBER)",
        Thing::Guard(_) => {
            "acquire(), release() or acquire(blocking=False); of a readers-writer lock acquire_read(), release_read(), \
             acquire_write() or release_write()"
        }
        Thing::Condition(_) => "wait(), notify() or notify_all()",
        Thing::Thread(_) => "start() or join()",
    }
}
