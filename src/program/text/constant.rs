//! Expressions that are known before anything runs.

use super::TextError;
use super::ast::{Node, NodeKind};
use super::table::Table;
use crate::program::expr::Expr;
use crate::program::value::Value;

/// The value of an expression of numbers and parameters.
pub(super) fn constant(node: &Node, constants: &Table<Value>) -> Result<Value, TextError> {
    let expr = fold(node, constants)?;
    expr.eval(&[]).or_else(|fault| TextError::new(node.span, fault.to_string()))
}

fn fold(node: &Node, constants: &Table<Value>) -> Result<Expr, TextError> {
    if let NodeKind::Name(name) = &node.kind
        && let Some(value) = constants.get(name)
    {
        return Ok(Expr::Const(value.clone()));
    }
    match &node.kind {
        NodeKind::Int(n) => Ok(Expr::int(*n)),
        NodeKind::Bool(b) => Ok(Expr::Const(Value::Bool(*b))),
        NodeKind::Neg(inner) => Ok(Expr::Neg(Box::new(fold(inner, constants)?))),
        NodeKind::Binary(op, a, b) => Ok(Expr::binary(*op, fold(a, constants)?, fold(b, constants)?)),
        _ => TextError::new(
            node.span,
            "expected a constant: numbers, True, False and the function's parameters",
        ),
    }
}
