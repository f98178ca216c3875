//! From characters to tokens, indentation included.

use super::TextError;
use crate::program::Span;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int(i64),
    Name(String),
    Text(String),
    Symbol(&'static str),
    Newline,
    Indent,
    Dedent,
    End,
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Longer symbols come before those that they begin with.
const SYMBOLS: [&str; 23] = [
    "//=", "+=", "-=", "*=", "==", "!=", "<=", ">=", "//", "<", ">", "=", "+", "-", "*", "%", "(", ")", "[",
    "]", ",", ":", ".",
];

/// Splits a text into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, TextError> {
    let mut tokens = Vec::new();
    let mut depths = vec![0_usize];
    let mut number = 0_u32;
    for line in text.lines() {
        number += 1;
        let chars: Vec<char> = line.chars().collect();
        let depth = chars.iter().take_while(|c| **c == ' ').count();
        let rest = &chars[depth..];
        if rest.is_empty() || rest[0] == '#' {
            continue;
        }
        let place = Span { line: number, start: column(depth), end: column(depth) };
        indentation(&mut tokens, &mut depths, depth, place)?;
        let mut at = depth;
        while at < chars.len() && chars[at] != '#' {
            if chars[at] == ' ' {
                at += 1;
                continue;
            }
            let (kind, length) =
                token(&chars[at..], Span { line: number, start: column(at), end: column(at + 1) })?;
            let span = Span { line: number, start: column(at), end: column(at + length) };
            tokens.push(Token { kind, span });
            at += length;
        }
        let end = Span { line: number, start: column(at), end: column(at) };
        tokens.push(Token { kind: Kind::Newline, span: end });
    }
    let end = Span { line: number + 1, start: 1, end: 1 };
    tokens.extend(depths[1..].iter().map(|_| Token { kind: Kind::Dedent, span: end }));
    tokens.push(Token { kind: Kind::End, span: end });
    Ok(tokens)
}

fn column(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

fn indentation(
    tokens: &mut Vec<Token>,
    depths: &mut Vec<usize>,
    depth: usize,
    span: Span,
) -> Result<(), TextError> {
    let current = *depths.last().expect("the outermost depth is never removed");
    if depth > current {
        depths.push(depth);
        tokens.push(Token { kind: Kind::Indent, span });
    }
    let open = depths.clone();
    while depth < *depths.last().expect("the outermost depth is 0, and no depth is less") {
        depths.pop();
        tokens.push(Token { kind: Kind::Dedent, span });
    }
    if depths.last() == Some(&depth) {
        return Ok(());
    }
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    let expected = open.join(" or ");
    TextError::new(
        span,
        format!("expected {expected} spaces before this line, like one above it; found {depth}"),
    )
}

fn token(rest: &[char], span: Span) -> Result<(Kind, usize), TextError> {
    let first = rest[0];
    let run = |test: fn(char) -> bool| rest.iter().take_while(|c| test(**c)).count();
    if first.is_ascii_digit() {
        let length = run(|c| c.is_ascii_alphanumeric() || c == '_');
        let digits: String = rest[..length].iter().collect();
        if matches!(rest[length..], ['.', c, ..] if c.is_ascii_digit()) {
            return TextError::new(
                span,
                format!("expected a whole number, found '{digits}' with a decimal point"),
            );
        }
        return match digits.replace('_', "").parse() {
            Ok(n) => Ok((Kind::Int(n), length)),
            Err(_) => TextError::new(span, format!("'{digits}' is not a whole number of at most 64 bits")),
        };
    }
    if first.is_alphabetic() || first == '_' {
        let length = run(|c| c.is_alphanumeric() || c == '_');
        return Ok((Kind::Name(rest[..length].iter().collect()), length));
    }
    if first == '"' || first == '\'' {
        let Some(length) = rest[1..].iter().position(|c| *c == first) else {
            return TextError::new(span, "this text has no closing quote on its line");
        };
        return Ok((Kind::Text(rest[1..=length].iter().collect()), length + 2));
    }
    let symbol =
        SYMBOLS.into_iter().find(|s| s.chars().zip(rest).filter(|(a, b)| a == *b).count() == s.len());
    match symbol {
        Some(symbol) => Ok((Kind::Symbol(symbol), symbol.len())),
        None if first == '\t' => TextError::new(span, "expected spaces, found a tab"),
        None if first.is_control() => TextError::new(span, "expected text, found a control character"),
        None if first == '/' => TextError::new(span, "expected // (numbers are whole), found '/'"),
        None => {
            let why = format!("'{first}' does not belong to the part of Python that can be explored");
            TextError::new(span, why)
        }
    }
}
