//! Expressions that are known before anything runs.

use std::collections::BTreeMap;

use super::TextError;
use super::ast::{Node, NodeKind};
use crate::program::expr::Expr;
use crate::program::value::Value;

/// The value of an expression of numbers and parameters.
pub(super) fn constant(node: &Node, constants: &BTreeMap<String, Value>) -> Result<Value, TextError> {
    let expr = fold(node, constants)?;
    expr.eval(&[]).or_else(|fault| TextError::new(node.span, fault.to_string()))
}

fn fold(node: &Node, constants: &BTreeMap<String, Value>) -> Result<Expr, TextError> {
    match &node.kind {
        NodeKind::Int(n) => Ok(Expr::int(*n)),
        NodeKind::Bool(b) => Ok(Expr::Const(Value::Bool(*b))),
        NodeKind::Name(name) if constants.contains_key(name) => Ok(Expr::Const(constants[name].clone())),
        NodeKind::Neg(inner) => Ok(Expr::Neg(Box::new(fold(inner, constants)?))),
        NodeKind::Binary(op, a, b) => Ok(Expr::binary(*op, fold(a, constants)?, fold(b, constants)?)),
        _ => TextError::new(
            node.span,
            "expected a constant: numbers, True, False and the function's parameters",
        ),
    }
}
