//! A whole schedule over the screen, where a line has no room for it.

use super::message::Key;
use crate::machine::schedule::Schedule;

/// Columns and rows that the frame around the text takes.
pub const FRAME: (u16, u16) = (4, 4);
/// Most columns and rows of it all.
const MOST: (u16, u16) = (104, 24);

/// The schedule, and how far it is scrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    title: String,
    schedule: Schedule,
    first: usize,
}

/// What a key did to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Stay,
    Close,
    Copy,
}

impl Way {
    pub(super) fn new(title: String, schedule: Schedule) -> Self {
        Way { title, schedule, first: 0 }
    }

    /// What it leads to.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The schedule.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Columns and rows that it takes on a screen of this size, its frame included.
    #[must_use]
    pub fn size(&self, screen: (u16, u16)) -> (u16, u16) {
        let width = screen.0.min(MOST.0);
        let rows = u16::try_from(self.rows(width.saturating_sub(FRAME.0)).len()).unwrap_or(u16::MAX);
        (width, rows.saturating_add(FRAME.1).min(screen.1).min(MOST.1))
    }

    /// By row of so many columns, the number of its first run.
    #[must_use]
    pub fn rows(&self, width: u16) -> Vec<usize> {
        let mut rows = vec![0];
        let mut used = 0;
        for (index, run) in self.schedule.runs().iter().enumerate() {
            let length = text(*run).len() + 1;
            if used > 0 && used + length > usize::from(width) + 1 {
                rows.push(index);
                used = 0;
            }
            used += length;
        }
        rows
    }

    /// The first row that is shown on a screen of this size.
    #[must_use]
    pub fn first(&self, screen: (u16, u16)) -> usize {
        self.first.min(self.last(screen))
    }

    fn last(&self, screen: (u16, u16)) -> usize {
        let (width, height) = self.size(screen);
        let rows = self.rows(width.saturating_sub(FRAME.0)).len();
        rows.saturating_sub(usize::from(height.saturating_sub(FRAME.1)))
    }

    /// Scrolls by so many rows.
    pub(super) fn scroll(&mut self, by: i32, screen: (u16, u16)) {
        let by = isize::try_from(by).unwrap_or(0);
        self.first = self.first(screen).saturating_add_signed(by).min(self.last(screen));
    }

    pub(super) fn key(&mut self, key: Key, screen: (u16, u16)) -> Outcome {
        let page = i32::from(self.size(screen).1.saturating_sub(FRAME.1)).max(1);
        match key {
            Key::Up => self.scroll(-1, screen),
            Key::Down => self.scroll(1, screen),
            Key::PageUp => self.scroll(-page, screen),
            Key::PageDown | Key::Char(' ') => self.scroll(page, screen),
            Key::Home => self.scroll(i32::MIN, screen),
            Key::End => self.scroll(i32::MAX, screen),
            Key::Char('y') => return Outcome::Copy,
            _ => return Outcome::Close,
        }
        Outcome::Stay
    }
}

/// A worker and how many operations in a row, as in the schedule's text.
#[must_use]
pub fn text((worker, count): (crate::event::Worker, u32)) -> String {
    if count == 1 { worker.0.to_string() } else { format!("{}x{count}", worker.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: (u16, u16) = (40, 10);

    fn way(runs: u16) -> Way {
        let schedule = (0..runs).map(|run| crate::event::Worker(run % 10)).collect();
        Way::new("a way".into(), schedule)
    }

    #[test]
    fn rows_hold_as_much_as_fits_and_lose_nothing() {
        // Eighteen runs of one digit with blanks between them take 35 columns.
        assert_eq!(way(18).rows(35), [0]);
        assert_eq!(way(19).rows(35), [0, 18]);
        assert_eq!(way(0).rows(35), [0]);
        assert_eq!(way(40).rows(1), (0..40).collect::<Vec<_>>());
    }

    #[test]
    fn it_scrolls_to_its_end_and_no_further() {
        let mut way = way(300);
        let rows = way.rows(36).len();
        assert_eq!(way.size(SCREEN), SCREEN);
        assert_eq!(way.key(Key::End, SCREEN), Outcome::Stay);
        assert_eq!(way.first(SCREEN), rows - 6);
        way.key(Key::Down, SCREEN);
        assert_eq!(way.first(SCREEN), rows - 6);
        way.key(Key::Up, SCREEN);
        assert_eq!(way.first(SCREEN), rows - 7);
        way.key(Key::Home, SCREEN);
        assert_eq!(way.first(SCREEN), 0);
        assert_eq!(
            (way.key(Key::Char('y'), SCREEN), way.key(Key::Esc, SCREEN)),
            (Outcome::Copy, Outcome::Close)
        );
    }
}
