//! From tokens to statements and expressions.

use super::TextError;
use super::ast::{Function, Module, Node, NodeKind, Statement, StatementKind};
use super::lexer::{Kind, Token};
use crate::program::Span;
use crate::program::expr::Binary;

/// Deepest nesting of blocks and parentheses.
const MAX_DEPTH: usize = 64;

const KEYWORDS: [&str; 22] = [
    "and", "assert", "async", "await", "break", "continue", "def", "elif", "else", "for", "global", "if",
    "in", "not", "or", "pass", "return", "while", "with", "True", "False", "range",
];

/// What Python has beside that, and this language has not: the beginnings of statements.
const ABSENT: [&str; 12] = [
    "class", "del", "except", "finally", "from", "import", "lambda", "match", "nonlocal", "raise", "try",
    "yield",
];

/// Parses a whole text.
pub(super) fn module(tokens: Vec<Token>) -> Result<Module, TextError> {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let mut module = Module { functions: Vec::new(), statements: Vec::new() };
    while parser.peek() != &Kind::End {
        if parser.takes_word("def") {
            let function = parser.function(false)?;
            module.functions.push(function);
        } else if parser.takes_word("async") {
            if !parser.takes_word("def") {
                return parser.unexpected("'def'");
            }
            let function = parser.function(true)?;
            module.functions.push(function);
        } else {
            let statement = parser.statement()?;
            module.statements.push(statement);
        }
    }
    Ok(module)
}

/// Recursive descent over the tokens; the last of them is always the end.
pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    pub(super) fn peek(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    pub(super) fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    pub(super) fn advance(&mut self) -> Token {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Kind::Name(name) if name == word);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Kind::Symbol(s) if *s == symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<Span, TextError> {
        let span = self.span();
        if self.takes(symbol) {
            return Ok(span);
        }
        self.unexpected(&format!("'{symbol}'"))
    }

    /// A comma, or what ends the list, which is left where it is.
    pub(super) fn comma_or(&mut self, end: &'static str) -> Result<(), TextError> {
        if self.peek() == &Kind::Symbol(end) || self.takes(",") {
            return Ok(());
        }
        self.unexpected(&format!("',' or '{end}'"))
    }

    pub(super) fn unexpected<T>(&self, expected: &str) -> Result<T, TextError> {
        let found = match self.peek() {
            Kind::Int(n) => format!("'{n}'"),
            Kind::Name(name) => format!("'{name}'"),
            Kind::Text(_) => "a text".into(),
            Kind::Symbol(symbol) => format!("'{symbol}'"),
            Kind::Newline => "the end of the line".into(),
            Kind::Indent => "a deeper indentation".into(),
            Kind::Dedent => "the end of the block".into(),
            Kind::End => "the end of the text".into(),
        };
        TextError::new(self.span(), format!("expected {expected}, found {found}"))
    }

    /// Whether a name that is no keyword comes next.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.peek(), Kind::Name(name) if !KEYWORDS.contains(&name.as_str()))
    }

    pub(super) fn name(&mut self) -> Result<String, TextError> {
        match self.peek() {
            Kind::Name(name) if self.is_name() => {
                let name = name.clone();
                self.advance();
                Ok(name)
            }
            _ => self.unexpected("a name"),
        }
    }

    /// Runs one level deeper, so that no text can exhaust the stack.
    pub(super) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, TextError>,
    ) -> Result<T, TextError> {
        if self.depth == MAX_DEPTH {
            return TextError::new(self.span(), format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn function(&mut self, is_async: bool) -> Result<Function, TextError> {
        let span = self.span();
        let name = self.name()?;
        self.expect("(")?;
        let mut parameters = Vec::new();
        while !self.takes(")") {
            parameters.push(self.name()?);
            self.comma_or(")")?;
        }
        let body = self.block()?;
        Ok(Function { name, is_async, parameters, body, span })
    }

    fn newline(&mut self) -> Result<(), TextError> {
        if self.peek() != &Kind::Newline {
            return self.unexpected("the end of the line");
        }
        self.advance();
        Ok(())
    }

    fn block(&mut self) -> Result<Vec<Statement>, TextError> {
        self.expect(":")?;
        if self.peek() != &Kind::Newline {
            return Ok(vec![self.nested(Self::simple)?]);
        }
        self.newline()?;
        if self.peek() != &Kind::Indent {
            return self.unexpected("an indented block");
        }
        self.advance();
        let mut body = Vec::new();
        while self.peek() != &Kind::Dedent {
            body.push(self.nested(Self::statement)?);
        }
        self.advance();
        Ok(body)
    }

    fn statement(&mut self) -> Result<Statement, TextError> {
        let span = self.span();
        let kind = if self.takes_word("if") {
            self.conditional()?
        } else if self.takes_word("while") {
            let condition = self.expression()?;
            StatementKind::While(condition, self.block()?)
        } else if self.takes_word("for") {
            self.for_loop()?
        } else if self.takes_word("with") {
            self.with(false)?
        } else if self.takes_word("async") {
            if !self.takes_word("with") {
                return self.unexpected("'with'");
            }
            self.with(true)?
        } else {
            return self.simple();
        };
        Ok(Statement { kind, span })
    }

    fn with(&mut self, is_async: bool) -> Result<StatementKind, TextError> {
        let target = self.expression()?;
        Ok(StatementKind::With { target, body: self.block()?, is_async })
    }

    fn conditional(&mut self) -> Result<StatementKind, TextError> {
        let condition = self.expression()?;
        let then = self.block()?;
        let span = self.span();
        let otherwise = if self.takes_word("elif") {
            vec![Statement { kind: self.nested(Self::conditional)?, span }]
        } else if self.takes_word("else") {
            self.block()?
        } else {
            Vec::new()
        };
        Ok(StatementKind::If(condition, then, otherwise))
    }

    fn for_loop(&mut self) -> Result<StatementKind, TextError> {
        let name = self.name()?;
        if !self.takes_word("in") {
            return self.unexpected("'in range(...)'");
        }
        if !self.takes_word("range") {
            return self.unexpected("'range(...)'");
        }
        self.expect("(")?;
        let count = self.expression()?;
        self.expect(")")?;
        Ok(StatementKind::For(name, count, self.block()?))
    }

    fn simple(&mut self) -> Result<Statement, TextError> {
        let span = self.span();
        self.is_beginning()?;
        let kind = if self.takes_word("pass") {
            StatementKind::Pass
        } else if self.takes_word("break") {
            StatementKind::Break
        } else if self.takes_word("continue") {
            StatementKind::Continue
        } else if self.takes_word("return") {
            StatementKind::Return
        } else if self.takes_word("global") {
            self.globals()?
        } else if self.takes_word("assert") {
            let condition = self.expression()?;
            let message = if self.takes(",") { Some(self.text()?) } else { None };
            StatementKind::Assert(condition, message)
        } else {
            self.assignment()?
        };
        self.newline()?;
        Ok(Statement { kind, span })
    }

    /// Whether a statement can begin here.
    fn is_beginning(&self) -> Result<(), TextError> {
        let text = match self.peek() {
            Kind::Indent => {
                let found = self.span().start - 1;
                format!(
                    "expected no deeper indentation than that of the line above, which begins no block; found {found} spaces"
                )
            }
            Kind::Name(word) if word == "else" || word == "elif" => {
                format!("'{word}' has no 'if' above it at the same indentation")
            }
            Kind::Name(word) if ABSENT.contains(&word.as_str()) && self.is_statement() => {
                format!("'{word}' does not belong to the part of Python that can be explored")
            }
            Kind::Name(_) | Kind::Int(_) | Kind::Text(_) | Kind::Symbol("(" | "[" | "-") => return Ok(()),
            _ => return self.unexpected("a statement"),
        };
        TextError::new(self.span(), text)
    }

    /// Whether the word here is one in front of something, rather than the name of a variable or a function.
    fn is_statement(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        !matches!(next, Some(Kind::Symbol("=" | "+=" | "-=" | "*=" | "//=" | "(" | "." | "[")))
    }

    fn globals(&mut self) -> Result<StatementKind, TextError> {
        let mut names = Vec::new();
        loop {
            let span = self.span();
            names.push((self.name()?, span));
            if !self.takes(",") {
                return Ok(StatementKind::Global(names));
            }
        }
    }

    fn text(&mut self) -> Result<String, TextError> {
        let Kind::Text(text) = self.peek() else { return self.unexpected("a text in quotes") };
        let text = text.clone();
        self.advance();
        Ok(text)
    }

    fn assignment(&mut self) -> Result<StatementKind, TextError> {
        let left = self.expression()?;
        for (symbol, op) in
            [("+=", Binary::Add), ("-=", Binary::Sub), ("*=", Binary::Mul), ("//=", Binary::Div)]
        {
            if self.takes(symbol) {
                assignable(&left)?;
                return Ok(StatementKind::Update(left, op, self.expression()?));
            }
        }
        if self.takes("=") {
            assignable(&left)?;
            return Ok(StatementKind::Assign(left, self.expression()?));
        }
        match left.kind {
            NodeKind::Call { .. } | NodeKind::Await(_) => Ok(StatementKind::Expr(left)),
            _ => TextError::new(
                left.span,
                "expected an assignment or a call: this computes something for nobody",
            ),
        }
    }
}

fn assignable(node: &Node) -> Result<(), TextError> {
    match node.kind {
        NodeKind::Name(_) | NodeKind::Index(..) | NodeKind::Value(_) => Ok(()),
        _ => TextError::new(node.span, "only a variable can be assigned to"),
    }
}
