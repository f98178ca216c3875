//! The parser's part that reads expressions, loosest operator first.

use super::TextError;
use super::ast::{Node, NodeKind};
use super::lexer::Kind;
use super::parser::Parser;
use crate::program::Span;
use crate::program::expr::Binary;

const COMPARISONS: [(&str, Binary); 6] = [
    ("==", Binary::Eq),
    ("!=", Binary::Ne),
    ("<", Binary::Lt),
    ("<=", Binary::Le),
    (">", Binary::Gt),
    (">=", Binary::Ge),
];
const SUMS: [(&str, Binary); 2] = [("+", Binary::Add), ("-", Binary::Sub)];
const PRODUCTS: [(&str, Binary); 3] = [("*", Binary::Mul), ("//", Binary::Div), ("%", Binary::Rem)];

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Node, TextError> {
        self.nested(Self::or)
    }

    fn or(&mut self) -> Result<Node, TextError> {
        let mut left = self.and()?;
        while self.takes_word("or") {
            let right = self.and()?;
            left = join(left, right, NodeKind::Or);
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, TextError> {
        let mut left = self.not()?;
        while self.takes_word("and") {
            let right = self.not()?;
            left = join(left, right, NodeKind::And);
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Node, TextError> {
        let span = self.span();
        if self.takes_word("not") {
            let inner = self.nested(Self::not)?;
            let span = Span { end: inner.span.end, ..span };
            return Ok(Node { kind: NodeKind::Not(Box::new(inner)), span });
        }
        let left = self.sum()?;
        for (symbol, op) in COMPARISONS {
            if self.takes(symbol) {
                let right = self.sum()?;
                return Ok(join(left, right, |a, b| NodeKind::Binary(op, a, b)));
            }
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Node, TextError> {
        self.chain(&SUMS, Self::product)
    }

    fn product(&mut self) -> Result<Node, TextError> {
        self.chain(&PRODUCTS, Self::negation)
    }

    fn chain(
        &mut self,
        operators: &[(&str, Binary)],
        operand: fn(&mut Self) -> Result<Node, TextError>,
    ) -> Result<Node, TextError> {
        let mut left = operand(self)?;
        while let Some(&(_, op)) = operators.iter().find(|(symbol, _)| self.takes(symbol)) {
            let right = operand(self)?;
            left = join(left, right, |a, b| NodeKind::Binary(op, a, b));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Node, TextError> {
        let span = self.span();
        let kind: fn(Box<Node>) -> NodeKind = if self.takes("-") {
            NodeKind::Neg
        } else if self.takes_word("await") {
            NodeKind::Await
        } else {
            return self.operand();
        };
        let inner = self.nested(Self::negation)?;
        let span = Span { end: inner.span.end, ..span };
        Ok(Node { kind: kind(Box::new(inner)), span })
    }

    fn operand(&mut self) -> Result<Node, TextError> {
        let span = self.span();
        let mut node = match self.peek().clone() {
            Kind::Int(n) => {
                self.advance();
                Node { kind: NodeKind::Int(n), span }
            }
            Kind::Symbol("(") => {
                self.advance();
                let inner = self.expression()?;
                self.expect(")")?;
                inner
            }
            Kind::Symbol("[") => {
                self.advance();
                self.list(span)?
            }
            Kind::Name(word) if word == "True" || word == "False" => {
                self.advance();
                Node { kind: NodeKind::Bool(word == "True"), span }
            }
            _ if self.is_name() => Node { kind: NodeKind::Name(self.name()?), span },
            _ => return self.unexpected("a value: a number, True, False, a variable or a call"),
        };
        loop {
            node = match (self.peek(), &node.kind) {
                (Kind::Symbol("["), NodeKind::Name(name)) => {
                    let name = name.clone();
                    self.advance();
                    let index = Box::new(self.expression()?);
                    let end = self.expect("]")?.end;
                    Node { kind: NodeKind::Index(name, index), span: Span { end, ..span } }
                }
                (Kind::Symbol("("), NodeKind::Name(name)) => {
                    let name = name.clone();
                    self.call(None, name, span)?
                }
                (Kind::Symbol("."), _) => {
                    self.advance();
                    let end = self.span().end;
                    let method = self.name()?;
                    if method == "value" && !matches!(self.peek(), Kind::Symbol("(")) {
                        Node { kind: NodeKind::Value(Box::new(node)), span: Span { end, ..span } }
                    } else {
                        self.call(Some(Box::new(node)), method, span)?
                    }
                }
                _ => return Ok(node),
            };
        }
    }

    fn list(&mut self, span: Span) -> Result<Node, TextError> {
        let mut items = Vec::new();
        loop {
            items.push(self.expression()?);
            if self.peek() != &Kind::Symbol(",") {
                self.comma_or("]")?;
                let end = self.expect("]")?.end;
                return Ok(Node { kind: NodeKind::List(items), span: Span { end, ..span } });
            }
            self.advance();
        }
    }

    fn call(&mut self, target: Option<Box<Node>>, method: String, span: Span) -> Result<Node, TextError> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        let mut nonblocking = false;
        while !matches!(self.peek(), Kind::Symbol(")")) {
            if self.takes_word("blocking") {
                self.expect("=")?;
                if !self.takes_word("False") {
                    return self.unexpected("'False'");
                }
                nonblocking = true;
            } else {
                arguments.push(self.expression()?);
            }
            self.comma_or(")")?;
        }
        let end = self.expect(")")?.end;
        Ok(Node {
            kind: NodeKind::Call { target, method, arguments, nonblocking },
            span: Span { end, ..span },
        })
    }
}

fn join(left: Node, right: Node, kind: impl FnOnce(Box<Node>, Box<Node>) -> NodeKind) -> Node {
    let span = Span { end: right.span.end, ..left.span };
    Node { kind: kind(Box::new(left), Box::new(right)), span }
}
