//! The help overlay's state: what is searched for, and which entry is selected. Its entries are the key table.

use super::Screen;
use super::keymap::{self, Action, Press};
use super::message::Key;

/// Longest text that can be searched for, in characters.
const LONGEST: usize = 40;

/// The help overlay.
#[derive(Clone, Debug)]
pub struct Help {
    screen: Screen,
    query: String,
    selected: usize,
}

/// What a key did to the overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// It closes, and this is done.
    Run(Action),
}

impl Help {
    /// The keys of a screen.
    #[must_use]
    pub fn of(screen: Screen) -> Self {
        Help { screen, query: String::new(), selected: 0 }
    }

    /// The entries that match, in the order of the table. Every word of the query must begin a word of the sentence, as
    /// it is said here, or of the keys; if none does, it may occur anywhere in them.
    pub fn entries(&self) -> impl Iterator<Item = &'static Press> {
        let wanted: Vec<String> = self.query.split_whitespace().map(str::to_lowercase).collect();
        let begun = keymap::presses(self.screen).any(|press| self.matches(press, &wanted, begins));
        let matching = if begun { begins } else { occurs };
        keymap::presses(self.screen).filter(move |press| self.matches(press, &wanted, matching))
    }

    fn matches(&self, press: &Press, wanted: &[String], matching: fn(&str, &str) -> bool) -> bool {
        let said = self.said(press).to_lowercase();
        // Keys are written as they are pressed: G is not g.
        wanted.iter().all(|word| matching(&said, word) || matching(press.shown, word))
    }

    /// What an entry's keys do on the screen that the overlay is of.
    #[must_use]
    pub fn said(&self, press: &Press) -> &'static str {
        press.help_on(self.screen)
    }

    /// What is searched for.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Which of the matching entries is selected.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Moves the selection by so many entries, without leaving the list.
    pub fn scroll(&mut self, by: i32) {
        let last = self.entries().count().saturating_sub(1);
        let distance = by.unsigned_abs() as usize;
        let moved = if by < 0 {
            self.selected.saturating_sub(distance)
        } else {
            self.selected.saturating_add(distance)
        };
        self.selected = moved.min(last);
    }

    /// Applies a key.
    pub fn key(&mut self, key: Key) -> Outcome {
        match key {
            Key::Esc | Key::F(1) => return Outcome::Close,
            Key::Char('?') if self.query.is_empty() => return Outcome::Close,
            Key::Ctrl(_) => return keymap::action(key, self.screen).map_or(Outcome::Stay, Outcome::Run),
            Key::Enter => {
                return self.entries().nth(self.selected).map_or(Outcome::Stay, |press| match press.action {
                    Action::Help => Outcome::Stay,
                    action => Outcome::Run(action),
                });
            }
            Key::Up => self.scroll(-1),
            Key::Down => self.scroll(1),
            Key::PageUp => self.scroll(-10),
            Key::PageDown => self.scroll(10),
            Key::Home => self.selected = 0,
            Key::End => self.scroll(i32::MAX),
            Key::Backspace | Key::Delete => {
                self.query.pop();
                self.selected = 0;
            }
            Key::Char(c) if !c.is_control() && self.query.chars().count() < LONGEST => {
                self.query.push(c);
                self.selected = 0;
            }
            _ => {}
        }
        Outcome::Stay
    }
}

/// Whether a word of the text begins so.
fn begins(text: &str, word: &str) -> bool {
    let ends = |before: &str| before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).any(|(at, _)| ends(&text[..at]))
}

/// Whether this occurs in the text.
fn occurs(text: &str, word: &str) -> bool {
    text.contains(word)
}
