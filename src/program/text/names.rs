//! What names stand for: the shared things that are declared outside the functions; and the checks, which read them.

use super::TextError;
use super::ast::{Node, NodeKind};
use super::compile::Context;
use super::constant::constant;
use super::table::Table;
use crate::program::expr::Expr;
use crate::program::value::Value;
use crate::program::{ConditionId, GuardId, Reg, VarId};

/// One shared thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Variable(VarId),
    Guard(GuardId),
    Condition(ConditionId),
    Thread(u16),
}

/// What a name outside the functions stands for.
#[derive(Clone, Debug)]
pub(super) enum Named {
    One(Thing),
    List(Vec<Thing>),
}

impl Context<'_> {
    /// Finds the one thing that a name, or an element of a list, stands for.
    pub(super) fn resolve(&self, node: &Node, constants: &Table<Value>) -> Result<Thing, TextError> {
        let (name, index) = match &node.kind {
            NodeKind::Name(name) => (name, None),
            NodeKind::Index(name, index) => (name, Some(constant(index, constants)?.as_int())),
            _ => return TextError::new(node.span, "expected the name of something shared"),
        };
        match (self.names.get(name), index) {
            (None, _) => TextError::new(
                node.span,
                format!(
                    "nothing shared is called '{name}', and nothing before has assigned it: expected such a name"
                ),
            ),
            (Some(Named::One(thing)), None) => Ok(*thing),
            (Some(Named::One(_)), Some(_)) => TextError::new(node.span, format!("'{name}' is not a list")),
            (Some(Named::List(_)), None) => {
                TextError::new(node.span, format!("'{name}' is a list: say which element, as in {name}[0]"))
            }
            (Some(Named::List(things)), Some(index)) => {
                match usize::try_from(index).ok().and_then(|index| things.get(index)) {
                    Some(thing) => Ok(*thing),
                    None => TextError::new(
                        node.span,
                        format!("'{name}' has elements 0 to {}, not {index}", things.len() - 1),
                    ),
                }
            }
        }
    }

    /// Finds the variable that is read or written here.
    pub(super) fn variable(&self, node: &Node, constants: &Table<Value>) -> Result<VarId, TextError> {
        let (inner, says_value) = match &node.kind {
            NodeKind::Value(inner) => (&**inner, true),
            _ => (node, false),
        };
        let Thing::Variable(variable) = self.resolve(inner, constants)? else {
            return TextError::new(node.span, "expected a variable, not a lock, a condition or a worker");
        };
        let name = &self.program.variables[variable.index()].name;
        match (self.values.contains(&variable), says_value) {
            (true, false) => TextError::new(node.span, format!("'{name}' is a Value: say {name}.value")),
            (false, true) => TextError::new(node.span, format!("'{name}' is no Value: say {name} alone")),
            _ => Ok(variable),
        }
    }

    /// A check reads the variables as if they were registers.
    pub(super) fn check(&self, node: &Node) -> Result<Expr, TextError> {
        let both = |a: &Node, b: &Node| Ok((Box::new(self.check(a)?), Box::new(self.check(b)?)));
        match &node.kind {
            NodeKind::Int(n) => Ok(Expr::int(*n)),
            NodeKind::Bool(b) => Ok(Expr::Const(Value::Bool(*b))),
            NodeKind::Name(_) | NodeKind::Index(..) | NodeKind::Value(_) => {
                let variable = self.variable(node, &Table::new())?;
                Ok(Expr::Reg(Reg(variable.0)))
            }
            NodeKind::Not(inner) => Ok(Expr::Not(Box::new(self.check(inner)?))),
            NodeKind::Neg(inner) => Ok(Expr::Neg(Box::new(self.check(inner)?))),
            NodeKind::Binary(op, a, b) => both(a, b).map(|(a, b)| Expr::Binary(*op, a, b)),
            NodeKind::And(a, b) => both(a, b).map(|(a, b)| Expr::Both(a, b)),
            NodeKind::Or(a, b) => both(a, b)
                .map(|(a, b)| Expr::Not(Box::new(Expr::Both(Expr::Not(a).into(), Expr::Not(b).into())))),
            NodeKind::Call { .. } | NodeKind::List(_) | NodeKind::Await(_) => {
                TextError::new(node.span, "a check can only compute with variables")
            }
        }
    }
}
