//! The list of programs: the counter, and those that are shipped, searchable.

use super::layout::{Area, List};
use super::message::Key;
use crate::program::library::{ENTRIES, Entry};

/// Longest text that can be searched for, in characters.
const LONGEST: usize = 40;
/// Rows around the list: its rule, what is searched for, a blank one, one more for the selected title, the rule below.
const AROUND: u16 = 5;
/// Most columns.
const MOST: u16 = 116;
/// In which column the titles begin.
pub const TITLES: u16 = 24;

/// One that can be chosen: a shipped program, or the counter.
#[derive(Clone, Debug)]
pub struct Item {
    /// The shipped program; `None` is the counter under the settings that are wanted.
    pub entry: Option<&'static Entry>,
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub title: String,
}

/// The list.
#[derive(Clone, Debug)]
pub struct Programs {
    items: Vec<Item>,
    query: String,
    selected: usize,
}

/// What a key did to the list.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// This program is chosen; `None` is the counter.
    Choose(Option<&'static Entry>),
}

impl Programs {
    pub(super) fn new(shown: &str) -> Self {
        let counter = Item {
            entry: None,
            name: "counter",
            title: "The shared counter, as it is set up in Race.".into(),
        };
        let shipped = ENTRIES.iter().map(|entry| Item {
            entry: Some(entry),
            name: entry.name,
            title: entry.text.lines().next().unwrap_or_default().trim_start_matches("# ").into(),
        });
        let items: Vec<Item> = [counter].into_iter().chain(shipped).collect();
        let selected = items.iter().position(|item| item.name == shown).unwrap_or(0);
        Programs { items, query: String::new(), selected }
    }

    /// The programs that match, in the order in which they are taught.
    pub fn matching(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| {
            self.query.split_whitespace().all(|word| {
                let word = word.to_lowercase();
                item.name.contains(&word) || item.title.to_lowercase().contains(&word)
            })
        })
    }

    /// Where the overlay lies on the whole of a screen.
    #[must_use]
    pub fn area(&self, whole: Area) -> Area {
        let height = whole.height.saturating_sub(2).min(self.items.len() as u16 + AROUND);
        whole.middle(whole.width.min(MOST), height)
    }

    /// Where the programs lie in it.
    #[must_use]
    pub fn list(&self, whole: Area) -> List {
        let area = self.area(whole);
        let title = self.matching().nth(self.selected).map_or("", |item| item.title.as_str());
        let height = area.height.saturating_sub(AROUND - 1);
        List::new(Area { y: area.y + 3, height, ..area }, self.selected, title, TITLES)
    }

    /// Applies a click: on a program as if it had been selected and entered; beside the overlay it closes.
    pub(super) fn click(&mut self, column: u16, row: u16, whole: Area) -> Outcome {
        if !self.area(whole).contains(column, row) {
            return Outcome::Close;
        }
        match self.list(whole).at(column, row).filter(|index| *index < self.matching().count()) {
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

    /// Which of the matching programs is selected.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Moves the selection by so many programs, without leaving the list.
    pub fn scroll(&mut self, by: i32) {
        let last = self.matching().count().saturating_sub(1);
        let moved = self.selected as i64 + i64::from(by);
        self.selected = usize::try_from(moved).unwrap_or(0).min(last);
    }

    /// Applies a key.
    pub fn key(&mut self, key: Key) -> Outcome {
        match key {
            Key::Esc => return Outcome::Close,
            Key::Enter => {
                let chosen = self.matching().nth(self.selected);
                return chosen.map_or(Outcome::Stay, |item| Outcome::Choose(item.entry));
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
