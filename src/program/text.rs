//! Programs as text: a small language that looks like Python and says only what can be explored.
//!
//! ```text
//! # The first comment is the program's title.
//! balance = 100                 # a shared variable: a number, True or False
//! flag = [False, False]         # several, by constant index
//! lock = Lock()                 # also ReadersWriterLock(), Semaphore(2), Condition(lock), [Lock(), Lock()]
//!
//! def withdraw(amount):         # a worker's code; arguments are constants
//!     global balance            # as in Python: needed where it is assigned
//!     with lock:                # or lock.acquire() ... lock.release()
//!         if balance >= amount:
//!             balance -= amount
//!
//! helper = Thread(withdraw, 5)  # a worker that another one starts: helper.start(), helper.join()
//! threads(withdraw(60), withdraw(70))
//! observe(balance)              # what tells outcomes apart; without it, every shared variable
//! assert balance >= 0           # what must hold when all workers have ended
//! ```
//!
//! What the workers are is said where they are listed. `threads(f, g)` share everything. `tasks(f, g)` do too, but take
//! turns, and only at an await: their functions are `async def`, and say `await sleep(0)`, `await lock.acquire()`, `async
//! with lock:`, `await condition.wait()`, `await helper` (for `helper = Task(f)`). `processes(f, g)` have a copy each of
//! every variable, apart from those declared as `counter = Value(0)` and read and written as `counter.value`; what is
//! observed and asserted outside the functions is the parent's.
//!
//! In a `def`: assignment, `+=`, `-=`, `if`/`elif`/`else`, `while`, `for NAME in range(N)`, `break`, `continue`, `pass`,
//! `return`, `with`, `assert`, `print(X)`; `and`, `or`, `not`, comparisons, `+ - * // %`; on variables
//! `x.compare_and_swap(expected, new)`, `x.exchange(new)`, `x.fetch_add(n)`, each giving what it found; on locks and
//! semaphores `acquire()`, `release()`, `acquire(blocking=False)`; on readers-writer locks `acquire_read()`,
//! `release_read()`, `acquire_write()`, `release_write()`; on conditions `wait()`, `notify()`, `notify_all()`, and
//! `with condition:` for its lock.

mod ast;
mod call;
mod compile;
mod constant;
mod control;
mod expression;
mod kind;
mod lexer;
mod names;
mod parser;
mod statement;
mod table;

use std::fmt;

use super::{Program, Span};

/// Where a text is not a program, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The place.
    pub span: Span,
    /// What was found there and what was expected.
    pub message: String,
}

impl TextError {
    fn new<T>(span: Span, message: impl Into<String>) -> Result<T, TextError> {
        Err(TextError { span, message: message.into() })
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.span.line, self.span.start, self.message)
    }
}

impl std::error::Error for TextError {}

/// Reads a program.
///
/// # Errors
/// Names the first place that can't be read and what was expected there.
pub fn parse(name: &str, text: &str) -> Result<Program, TextError> {
    let tokens = lexer::tokens(text)?;
    let module = parser::module(tokens)?;
    compile::program(name, text, &module)
}

#[cfg(test)]
mod tests;
