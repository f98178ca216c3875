//! Expressions over a worker's own registers: arithmetic that touches nothing shared.

use super::Reg;
use super::value::{Fault, Value};

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient, rounded down.
    Div,
    /// Remainder, with the sign of the divisor.
    Rem,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A constant.
    Const(Value),
    /// A register.
    Reg(Reg),
    /// The opposite truth value.
    Not(Box<Expr>),
    /// The opposite number.
    Neg(Box<Expr>),
    /// Whether both hold; the second is computed only if the first does.
    Both(Box<Expr>, Box<Expr>),
    /// Two operands, left one first.
    Binary(Binary, Box<Expr>, Box<Expr>),
}

impl Expr {
    /// An integer constant.
    #[must_use]
    pub fn int(n: i64) -> Expr {
        Expr::Const(Value::Int(n))
    }

    /// Combines two expressions.
    #[must_use]
    pub fn binary(op: Binary, left: Expr, right: Expr) -> Expr {
        Expr::Binary(op, Box::new(left), Box::new(right))
    }

    /// The value, given the registers.
    ///
    /// # Errors
    /// Division by zero, and numbers that outgrow 64 bits.
    pub fn eval(&self, registers: &[Value]) -> Result<Value, Fault> {
        match self {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Reg(reg) => Ok(registers[reg.index()].clone()),
            Expr::Not(inner) => Ok(Value::Bool(!inner.eval(registers)?.is_true())),
            Expr::Neg(inner) => {
                inner.eval(registers)?.as_int().checked_neg().map(Value::Int).ok_or(Fault::Overflow)
            }
            Expr::Both(left, right) => {
                Ok(Value::Bool(left.eval(registers)?.is_true() && right.eval(registers)?.is_true()))
            }
            Expr::Binary(op, left, right) => {
                apply(*op, left.eval(registers)?.as_int(), right.eval(registers)?.as_int())
            }
        }
    }

    /// Calls `each` with every register that is read.
    pub fn reads(&self, each: &mut impl FnMut(Reg)) {
        match self {
            Expr::Const(_) => {}
            Expr::Reg(reg) => each(*reg),
            Expr::Not(inner) | Expr::Neg(inner) => inner.reads(each),
            Expr::Both(left, right) | Expr::Binary(_, left, right) => {
                left.reads(each);
                right.reads(each);
            }
        }
    }
}

fn apply(op: Binary, a: i64, b: i64) -> Result<Value, Fault> {
    let number = |result: Option<i64>| result.map(Value::Int).ok_or(Fault::Overflow);
    match op {
        Binary::Add => number(a.checked_add(b)),
        Binary::Sub => number(a.checked_sub(b)),
        Binary::Mul => number(a.checked_mul(b)),
        Binary::Div | Binary::Rem if b == 0 => Err(Fault::DivisionByZero),
        // Rust rounds towards zero, Python down: they differ where the remainder's sign is not the divisor's.
        Binary::Div => {
            number(a.checked_div(b).map(|q| if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q }))
        }
        Binary::Rem => number(a.checked_rem(b).map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r })),
        Binary::Eq => Ok(Value::Bool(a == b)),
        Binary::Ne => Ok(Value::Bool(a != b)),
        Binary::Lt => Ok(Value::Bool(a < b)),
        Binary::Le => Ok(Value::Bool(a <= b)),
        Binary::Gt => Ok(Value::Bool(a > b)),
        Binary::Ge => Ok(Value::Bool(a >= b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(op: Binary, a: i64, b: i64, expected: Result<i64, Fault>) {
        let result = Expr::binary(op, Expr::int(a), Expr::int(b)).eval(&[]);
        assert_eq!(result.map(|value| value.as_int()), expected, "{a} {op:?} {b}");
    }

    #[test]
    fn arithmetic_is_pythons() {
        check(Binary::Div, 7, 2, Ok(3));
        check(Binary::Div, -7, 2, Ok(-4));
        check(Binary::Div, -8, 2, Ok(-4));
        check(Binary::Rem, -7, 2, Ok(1));
        check(Binary::Rem, 7, -2, Ok(-1));
        check(Binary::Div, 1, 0, Err(Fault::DivisionByZero));
        check(Binary::Rem, 1, 0, Err(Fault::DivisionByZero));
        check(Binary::Rem, i64::MIN, -1, Err(Fault::Overflow));
        check(Binary::Add, i64::MAX, 1, Err(Fault::Overflow));
        check(Binary::Le, 2, 2, Ok(1));
    }
}
