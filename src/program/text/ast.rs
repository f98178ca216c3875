//! The shapes that the parser finds.

use crate::program::Span;
use crate::program::expr::Binary;

/// An expression and its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    Int(i64),
    Bool(bool),
    Name(String),
    Index(String, Box<Node>),
    Not(Box<Node>),
    Neg(Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    /// `target.method(arguments)`, or `function(arguments)` without a target.
    Call {
        target: Option<Box<Node>>,
        method: String,
        arguments: Vec<Node>,
        /// Whether `blocking=False` was among the arguments.
        nonblocking: bool,
    },
    List(Vec<Node>),
    /// `name.value`: what lies in memory that processes share.
    Value(Box<Node>),
    /// `await call` or `await worker`.
    Await(Box<Node>),
}

/// A statement and the place of its first line.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum StatementKind {
    Assign(Node, Node),
    Update(Node, Binary, Node),
    Expr(Node),
    If(Node, Vec<Statement>, Vec<Statement>),
    While(Node, Vec<Statement>),
    For(String, Node, Vec<Statement>),
    With {
        target: Node,
        body: Vec<Statement>,
        /// Whether it is `async with`.
        is_async: bool,
    },
    Global(Vec<(String, Span)>),
    Assert(Node, Option<String>),
    Break,
    Continue,
    Pass,
    Return,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    /// Whether it is `async def`.
    pub(super) is_async: bool,
    pub(super) parameters: Vec<String>,
    pub(super) body: Vec<Statement>,
    pub(super) span: Span,
}

/// A whole text: its functions, and the statements outside them.
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) functions: Vec<Function>,
    pub(super) statements: Vec<Statement>,
}
