//! What a variable or a register can hold, and what arithmetic does with it.
//!
//! Engines only clone, compare and hash values, so kinds can be added here without their noticing.

use std::fmt;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A truth value. In arithmetic it counts as 0 or 1, as Python has it.
    Bool(bool),
}

/// What an operation can do wrong. It ends the run, as a failed assertion does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A division by zero.
    DivisionByZero,
    /// A number outgrew 64 bits.
    Overflow,
    /// A lock was released, waited with or notified under while nobody held it.
    NotHeld,
    /// A worker was started that runs already.
    StartedTwice,
    /// A worker computed on and on without touching anything shared: longer than it is followed.
    Stuck,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::DivisionByZero => "division by zero",
            Fault::Overflow => "the number outgrows 64 bits",
            Fault::NotHeld => "nobody holds the lock",
            Fault::StartedTwice => "the worker runs already",
            Fault::Stuck => "computes on and on without touching anything shared",
        })
    }
}

impl Value {
    /// The value as a number.
    #[must_use]
    pub fn as_int(&self) -> i64 {
        match self {
            Value::Int(n) => *n,
            Value::Bool(b) => i64::from(*b),
        }
    }

    /// Whether a condition holds that has this value.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.as_int() != 0
    }

    /// Whether both are the same to a program: `True` equals 1.
    #[must_use]
    pub fn equals(&self, other: &Value) -> bool {
        self.as_int() == other.as_int()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(n) => write!(f, "{n}"),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
        }
    }
}
