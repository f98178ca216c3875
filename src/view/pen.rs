//! Writes to the frame's buffer, cell by cell and never outside it. Every widget draws with a pen, so that
//! clipping and the choice of characters are settled in one place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::glyphs;
use super::theme::Theme;
use crate::app::layout::{Area, flow};
pub(crate) use crate::experiment::digits::grouped;

pub(crate) use crate::app::findings::percent;
pub(crate) use crate::app::layout::lines;

/// A buffer, the part of it that may be drawn to, and how.
pub(crate) struct Pen<'a> {
    buf: &'a mut Buffer,
    clip: Rect,
    ascii: bool,
    /// The colours.
    pub(crate) theme: Theme,
}

impl<'a> Pen<'a> {
    /// A pen for the whole buffer.
    pub(crate) fn new(buf: &'a mut Buffer, theme: Theme, ascii: bool) -> Self {
        let clip = buf.area;
        Pen { buf, clip, ascii, theme }
    }

    /// The same pen, which draws only within this area.
    pub(crate) fn within(&mut self, area: Area) -> Pen<'_> {
        let rect = Rect { x: area.x, y: area.y, width: area.width, height: area.height };
        Pen { clip: self.clip.intersection(rect), buf: self.buf, ascii: self.ascii, theme: self.theme }
    }

    /// Whether only ASCII is drawn.
    pub(crate) fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Draws one character.
    pub(crate) fn set(&mut self, x: u16, y: u16, c: char, style: Style) {
        if !self.clip.contains((x, y).into()) {
            return;
        }
        if let Some(cell) = self.buf.cell_mut((x, y)) {
            cell.set_char(glyphs::drawn(c, self.ascii)).set_style(style);
        }
    }

    /// Draws text; returns the column after it.
    pub(crate) fn put(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let mut x = x;
        for c in text.chars() {
            self.set(x, y, c, style);
            x = x.saturating_add(1);
        }
        x
    }

    /// Draws text that ends before this column.
    pub(crate) fn put_right(&mut self, end: u16, y: u16, text: &str, style: Style) {
        self.put(end.saturating_sub(columns(text)), y, text, style);
    }

    /// Draws one character from a column to before another.
    pub(crate) fn fill(&mut self, from: u16, to: u16, y: u16, c: char, style: Style) {
        for x in from..to.min(self.clip.right()) {
            self.set(x, y, c, style);
        }
    }

    /// Takes all emphasis from what is drawn there, for what is drawn over it.
    pub(crate) fn fade(&mut self, area: Area) {
        let faint = self.theme.faint();
        let rect = Rect { x: area.x, y: area.y, width: area.width, height: area.height };
        for position in self.clip.intersection(rect).positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.set_style(Style::reset().patch(faint));
            }
        }
    }

    /// Clears what lies there, and a little to the left and to the right, for what is drawn over everything else, and draws
    /// its rule.
    pub(crate) fn window(&mut self, area: Area, title: &str, note: &str) {
        for y in area.y..area.y + area.height {
            self.fill(area.x.saturating_sub(2), area.x + area.width + 2, y, ' ', Style::reset());
        }
        self.rule(Area { height: 1, ..area }, title, note);
    }

    /// Draws a panel's rule with its title, and a note at its right end where there is room.
    pub(crate) fn rule(&mut self, area: Area, title: &str, note: &str) {
        let (faint, dim) = (self.theme.faint(), self.theme.dim());
        let end = area.x.saturating_add(area.width);
        let mut pen = self.within(area);
        pen.fill(area.x, end, area.y, '─', faint);
        let mut x = pen.put(area.x + 1, area.y, " ", dim);
        x = pen.put(x, area.y, title, dim.patch(pen.theme.strong()));
        x = pen.put(x, area.y, " ", dim);
        let width = columns(note) + 3;
        if !note.is_empty() && x.saturating_add(width + 1) <= end {
            let start = end - width;
            pen.put(start, area.y, " ", dim);
            pen.put(start + 1, area.y, note, dim);
            pen.put(end - 2, area.y, " ", dim);
        }
    }

    /// Draws text in lines of at most the area's width, breaking at spaces; returns how many lines it took.
    pub(crate) fn wrap(&mut self, area: Area, text: &str, style: Style) -> u16 {
        let mut pen = self.within(area);
        flow(text, area.width, |column, line, word| {
            pen.put(area.x.saturating_add(column), area.y.saturating_add(line), word, style);
        })
    }

    /// An entry of a list: its name, and from a column on what it is, in as many rows as the area has.
    pub(crate) fn entry(&mut self, area: Area, name: &str, column: u16, text: &str, selected: bool) {
        let base = if selected { self.theme.bar() } else { self.theme.text() };
        let strong = base.patch(self.theme.strong());
        if selected {
            let rows = area.y..area.y + area.height;
            rows.for_each(|y| self.fill(area.x, area.x + area.width, y, ' ', base));
            self.put(area.x, area.y, "▶", strong);
        }
        self.put(area.x + 2, area.y, name, strong);
        let said = Area { x: area.x + column, width: area.width.saturating_sub(column), ..area };
        if said.height > 1 {
            self.wrap(said, text, base);
        } else {
            self.put(said.x, said.y, &short(text, said.width.into()), base);
        }
    }
}

/// A text in so many columns at most.
#[must_use]
pub(crate) fn short(text: &str, most: usize) -> String {
    if usize::from(columns(text)) <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Columns that text takes: every character of ours takes one.
#[must_use]
pub(crate) fn columns(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}
