//! The line in which a schedule is entered or pasted.

use crate::app::message::Key;
use crate::machine::schedule::Schedule;

/// Longest text, in characters.
const LONGEST: usize = 1 << 16;

/// The line, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    text: String,
    error: Option<(usize, String)>,
}

/// What a key did to the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// This schedule is to be followed.
    Follow(Schedule),
}

impl Line {
    /// What has been entered.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The column, counted from 1, at which something is wrong, and what.
    #[must_use]
    pub fn error(&self) -> Option<(usize, &str)> {
        self.error.as_ref().map(|(column, text)| (*column, text.as_str()))
    }

    /// Applies a key.
    pub fn key(&mut self, key: Key) -> Outcome {
        match key {
            Key::Esc => return Outcome::Close,
            Key::Enter => match self.text.parse::<Schedule>() {
                Ok(schedule) => return Outcome::Follow(schedule),
                Err(why) => self.error = Some((why.column, why.message)),
            },
            Key::Backspace | Key::Delete => {
                self.text.pop();
                self.error = None;
            }
            Key::Ctrl('u') => *self = Line::default(),
            Key::Tab => self.push(' '),
            Key::Char(c) => self.push(c),
            _ => {}
        }
        Outcome::Stay
    }

    /// Adds what was pasted.
    pub(in crate::app) fn paste(&mut self, text: &str) {
        text.trim().chars().for_each(|c| self.push(if c.is_whitespace() { ' ' } else { c }));
    }

    fn push(&mut self, c: char) {
        if !c.is_control() && self.text.len() < LONGEST {
            self.text.push(c);
            self.error = None;
        }
    }

    /// The schedule can be read, but this operation of it (counted from 1) can't take effect.
    pub(in crate::app) fn refuse(&mut self, step: u64, why: String) {
        let mut column = 1;
        let mut before = 0;
        for word in self.text.split_inclusive(char::is_whitespace) {
            let count = word.trim().parse::<Schedule>().map_or(0, |schedule| schedule.steps());
            if count > 0 && before + count >= step {
                break;
            }
            before += count;
            column += word.chars().count();
        }
        self.error = Some((column, why));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> (Line, Outcome) {
        let mut line = Line::default();
        text.chars().for_each(|c| assert_eq!(line.key(Key::Char(c)), Outcome::Stay));
        let outcome = line.key(Key::Enter);
        (line, outcome)
    }

    #[test]
    fn errors_name_the_column() {
        let (line, outcome) = typed("0x3 b 1");
        assert_eq!((line.error().map(|(column, _)| column), outcome), (Some(5), Outcome::Stay));
        let (mut line, outcome) = typed("0x3  1 0x2");
        assert_eq!(outcome, Outcome::Follow("0x3 1 0x2".parse().unwrap()));
        let columns = [1, 3, 4, 5, 6].map(|step| {
            line.refuse(step, String::new());
            line.error().map(|(column, _)| column)
        });
        assert_eq!(columns, [1, 1, 6, 8, 8].map(Some));
    }
}
