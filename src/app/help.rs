//! The help overlay's state: what is searched for, and which entry is selected. Its entries are the key table.

use super::Screen;
use super::keymap::{self, Action, Press};
use super::layout::{Area, List};
use super::message::Key;

/// Longest text that can be searched for, in characters.
const LONGEST: usize = 40;
/// Most columns and rows.
const MOST: (u16, u16) = (92, 46);
/// From this height on there is room for what the lanes' signs mean.
const TALL: u16 = 18;
/// Lines that this takes.
pub const LEGEND: u16 = 5;
/// Columns for the keys.
const KEYS: u16 = 12;

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

    /// Where the overlay lies on the whole of a screen.
    #[must_use]
    pub fn area(whole: Area) -> Area {
        whole.middle(whole.width.min(MOST.0), whole.height.saturating_sub(2).min(MOST.1))
    }

    /// Where its entries lie in it.
    #[must_use]
    pub fn list(&self, whole: Area) -> List {
        let area = Help::area(whole);
        let height = area.height.saturating_sub(4 + Help::legend(whole));
        let selected = self.entries().nth(self.selected);
        let said = selected.map_or("", |press| self.said(press));
        let from = selected.map_or(KEYS, Help::column);
        List::new(Area { y: area.y + 3, height, ..area }, self.selected, said, from)
    }

    /// In which column begins what is said of an entry.
    #[must_use]
    pub fn column(press: &Press) -> u16 {
        2 + KEYS.max(press.shown.chars().count() as u16 + 1)
    }

    /// Rows at its end for the legend and a blank one before it, if there is room.
    #[must_use]
    pub fn legend(whole: Area) -> u16 {
        if Help::area(whole).height >= TALL { LEGEND + 1 } else { 0 }
    }

    /// Applies a click: on an entry as if it had been selected and entered; beside the overlay it closes.
    pub(super) fn click(&mut self, column: u16, row: u16, whole: Area) -> Outcome {
        if !Help::area(whole).contains(column, row) {
            return Outcome::Close;
        }
        let list = self.list(whole);
        match list.at(column, row).filter(|index| *index < self.entries().count()) {
            Some(index) => {
                self.selected = index;
                self.key(Key::Enter)
            }
            None => Outcome::Stay,
        }
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
