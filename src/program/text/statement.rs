//! From a function's statements to operations.

use super::TextError;
use super::ast::{Function, Node, NodeKind, Statement, StatementKind};
use super::compile::Context;
use super::constant::constant;
use super::control::Loop;
use super::table::Table;
use crate::program::expr::Expr;
use crate::program::value::Value;
use crate::program::{Code, GuardId, Op, Reg, Register, Site, Span, VarId};

/// Most operations of one function, so that no text grows without bound.
const MAX_SITES: usize = 10_000;

/// Compiles a function for the given arguments.
pub(super) fn code(
    context: &mut Context,
    function: &Function,
    arguments: &[Value],
) -> Result<Code, TextError> {
    let mut constants = Table::new();
    for (name, value) in function.parameters.iter().zip(arguments) {
        constants.insert(name.clone(), value.clone());
    }
    let mut builder = Builder {
        context,
        is_async: function.is_async,
        constants,
        globals: Vec::new(),
        locals: Table::new(),
        registers: Vec::new(),
        sites: Vec::new(),
        loops: Vec::new(),
        withs: Vec::new(),
    };
    builder.block(&function.body)?;
    // A return jumps past the last operation, where the worker ends.
    let (registers, mut sites) = (builder.registers, builder.sites);
    let end = sites.len() as u32;
    sites.iter_mut().for_each(|site| {
        if site.op == Op::Jump(RETURN) {
            site.op = Op::Jump(end)
        }
    });
    if sites.len() > MAX_SITES || registers.len() > usize::from(u16::MAX) {
        return TextError::new(function.span, format!("the function has more than {MAX_SITES} operations"));
    }
    let list = arguments.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    let name = if list.is_empty() { function.name.clone() } else { format!("{}({list})", function.name) };
    Ok(Code { name, sites, registers })
}

/// The target of a return's jump until the end is known.
const RETURN: u32 = u32::MAX;

pub(super) struct Builder<'a, 'b> {
    pub(super) context: &'a mut Context<'b>,
    pub(super) is_async: bool,
    pub(super) constants: Table<Value>,
    globals: Vec<String>,
    locals: Table<Reg>,
    registers: Vec<Register>,
    pub(super) sites: Vec<Site>,
    pub(super) loops: Vec<Loop>,
    pub(super) withs: Vec<(GuardId, Span)>,
}

impl Builder<'_, '_> {
    pub(super) fn emit(&mut self, op: Op, span: Span) -> usize {
        self.sites.push(Site { op, span });
        self.sites.len() - 1
    }

    pub(super) fn here(&self) -> u32 {
        self.sites.len() as u32
    }

    pub(super) fn register(&mut self, name: &str, hidden: bool) -> Reg {
        self.registers.push(Register { name: name.into(), hidden });
        Reg(u16::try_from(self.registers.len() - 1).unwrap_or(u16::MAX))
    }

    pub(super) fn block(&mut self, body: &[Statement]) -> Result<(), TextError> {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> Result<(), TextError> {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Assign(target, value) => {
                let value = self.value(value)?;
                self.assign(target, value)
            }
            StatementKind::Update(target, op, value) => {
                let left = self.value(target)?;
                let right = self.value(value)?;
                self.assign(target, Expr::binary(*op, left, right))
            }
            StatementKind::Expr(node) => match &node.kind {
                NodeKind::Call { target: None, method, arguments, .. } if method == "print" => {
                    let [argument] = arguments.as_slice() else {
                        return TextError::new(node.span, "print takes one value");
                    };
                    let value = self.value(argument)?;
                    self.emit(Op::Print(value), node.span);
                    Ok(())
                }
                NodeKind::Await(inner) => self.awaited(inner, node.span).map(|_| ()),
                _ => self.call(node).map(|_| ()),
            },
            StatementKind::If(condition, then, otherwise) => self.conditional(condition, then, otherwise),
            StatementKind::While(condition, body) => self.while_loop(condition, body),
            StatementKind::For(name, count, body) => self.for_loop(name, count, body, span),
            StatementKind::With { target, body, is_async } => self.with(target, body, *is_async),
            StatementKind::Global(names) => self.global(names),
            StatementKind::Assert(condition, message) => {
                let value = self.value(condition)?;
                let message = self.context.message(message.as_ref(), condition.span);
                self.emit(Op::Assert(value, message), condition.span);
                Ok(())
            }
            StatementKind::Break | StatementKind::Continue => self.leave_loop(&statement.kind, span),
            StatementKind::Pass => Ok(()),
            StatementKind::Return => {
                self.unwind(0);
                self.emit(Op::Jump(RETURN), span);
                Ok(())
            }
        }
    }

    fn global(&mut self, names: &[(String, Span)]) -> Result<(), TextError> {
        for (name, span) in names {
            if !self.context.names.has(name) {
                return TextError::new(
                    *span,
                    format!(
                        "nothing shared is called '{name}': expected a name that is declared outside the functions"
                    ),
                );
            }
            self.globals.push(name.clone());
        }
        Ok(())
    }

    pub(super) fn local(&mut self, name: &str, span: Span) -> Result<Reg, TextError> {
        if self.context.names.has(name) {
            return TextError::new(
                span,
                format!(
                    "'{name}' is shared: to assign it here, say 'global {name}' at the top of the function"
                ),
            );
        }
        if self.constants.has(name) {
            return TextError::new(span, format!("'{name}' is a parameter; parameters are constants"));
        }
        if let Some(reg) = self.locals.get(name) {
            return Ok(*reg);
        }
        let reg = self.register(name, false);
        self.locals.insert(name.into(), reg);
        Ok(reg)
    }

    fn assign(&mut self, target: &Node, value: Expr) -> Result<(), TextError> {
        let name = match &target.kind {
            NodeKind::Name(name) => name,
            // An element of a list is changed, not the name: as in Python, that needs no `global`.
            NodeKind::Index(..) | NodeKind::Value(_) => {
                let variable = self.variable(target)?;
                self.emit(Op::Store(variable, value), target.span);
                return Ok(());
            }
            _ => unreachable!("the parser lets only variables be assigned"),
        };
        if self.globals.contains(name) {
            let variable = self.variable(target)?;
            self.emit(Op::Store(variable, value), target.span);
            return Ok(());
        }
        let reg = self.local(name, target.span)?;
        self.emit(Op::Set(reg, value), target.span);
        Ok(())
    }

    fn variable(&self, node: &Node) -> Result<VarId, TextError> {
        self.context.variable(node, &self.constants)
    }

    fn load(&mut self, variable: VarId, name: &str, span: Span) -> Expr {
        let reg = self.register(name, true);
        self.emit(Op::Load(variable, reg), span);
        Expr::Reg(reg)
    }

    /// Emits the reads that an expression needs and says what to compute from them.
    pub(super) fn value(&mut self, node: &Node) -> Result<Expr, TextError> {
        if let NodeKind::Name(name) = &node.kind
            && let Some(reg) = self.locals.get(name)
        {
            return Ok(Expr::Reg(*reg));
        }
        match &node.kind {
            NodeKind::Int(n) => Ok(Expr::int(*n)),
            NodeKind::Bool(b) => Ok(Expr::Const(Value::Bool(*b))),
            NodeKind::Name(name) if self.constants.has(name) => {
                constant(node, &self.constants).map(Expr::Const)
            }
            NodeKind::Name(name) | NodeKind::Index(name, _) => {
                let variable = self.variable(node)?;
                Ok(self.load(variable, name, node.span))
            }
            NodeKind::Value(_) => {
                let variable = self.variable(node)?;
                let name = self.context.program.variables[variable.index()].name.clone();
                Ok(self.load(variable, &name, node.span))
            }
            NodeKind::Await(inner) => match self.awaited(inner, node.span)? {
                Some(reg) => Ok(Expr::Reg(reg)),
                None => TextError::new(node.span, "this gives no value"),
            },
            NodeKind::Not(inner) => Ok(Expr::Not(Box::new(self.value(inner)?))),
            NodeKind::Neg(inner) => Ok(Expr::Neg(Box::new(self.value(inner)?))),
            NodeKind::Binary(op, left, right) => {
                let left = self.value(left)?;
                let right = self.value(right)?;
                Ok(Expr::binary(*op, left, right))
            }
            NodeKind::And(left, right) => self.short(left, right, |value| value),
            NodeKind::Or(left, right) => self.short(left, right, |value| Expr::Not(Box::new(value))),
            NodeKind::Call { .. } => match self.call(node)? {
                Some(reg) => Ok(Expr::Reg(reg)),
                None => TextError::new(node.span, "this call gives no value"),
            },
            NodeKind::List(_) => TextError::new(node.span, "lists can only be declared, outside a def"),
        }
    }

    /// `and` and `or`: the right side's reads happen only when the left side leaves it open.
    fn short(&mut self, left: &Node, right: &Node, test: fn(Expr) -> Expr) -> Result<Expr, TextError> {
        let result = self.register("condition", true);
        let value = self.value(left)?;
        self.emit(Op::Set(result, value), left.span);
        let skip = self.emit(Op::Unless(test(Expr::Reg(result)), 0), left.span);
        let value = self.value(right)?;
        self.emit(Op::Set(result, value), right.span);
        self.land(skip);
        Ok(Expr::Reg(result))
    }
}
