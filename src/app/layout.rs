//! Where the panels of the Race screen lie. Computed here rather than where they are drawn, because clicks and
//! scrolling need it too.

/// Least size at which the screen is drawn; below it there is a kind message.
pub const LEAST: (u16, u16) = (60, 16);

/// From this height on there is room for blank rows around the rules.
const AIRY: u16 = 32;

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// An area of this size in the middle of this one, as far as it has room for it.
    #[must_use]
    pub fn middle(self, width: u16, height: u16) -> Area {
        let (width, height) = (width.min(self.width), height.min(self.height));
        let (x, y) = (self.x + (self.width - width) / 2, self.y + (self.height - height) / 2);
        Area { x, y, width, height }
    }

    /// Whether this cell lies in it.
    #[must_use]
    pub fn contains(self, column: u16, row: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&column)
            && (self.y..self.y.saturating_add(self.height)).contains(&row)
    }
}

/// A panel: a rule with its title, and what is below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// The rule: one row.
    pub rule: Area,
    /// The content.
    pub body: Area,
}

/// The Race screen's panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The counter and the counts.
    pub counter: Panel,
    /// What each worker does.
    pub now: Panel,
    /// The interleaving.
    pub lanes: Panel,
    /// The distribution of final counts.
    pub finals: Panel,
    /// What happened, in words.
    pub story: Panel,
    /// Rows from one lane to the next: 2 where there is room for a blank one.
    pub step: u16,
    /// Lanes that are visible at once.
    pub visible: u16,
}

/// Columns before the first cell of a lane: margin, the worker's name, a space.
pub const GUTTER: u16 = 7;
/// Columns after the newest operation: room for its label.
pub const HEAD: u16 = 6;
/// Rows below the lanes: memory, and the note under it.
const MEMORY: u16 = 2;

impl Panels {
    /// Lays the panels out on so many columns and rows for so many workers; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, threads: u16) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let airy = rows >= AIRY;
        let pad = u16::from(airy);
        let room = (rows - 2).saturating_sub(3 * (1 + 2 * pad));
        let top = match rows {
            0..20 => 4,
            44.. if threads > 10 => 12,
            AIRY.. => 8,
            _ => 7,
        };
        let memory = if rows < 20 { 1 } else { MEMORY };
        let (lanes, step, bottom) = divide(room.saturating_sub(top), threads, memory, rows);
        let part = |percent: u16| (u32::from(columns) * u32::from(percent) / 100) as u16;
        let split = part(57).min(40).max(part(40)).min(64);
        let middle = part(60).min(40).max(part(50));
        let heads = [1 + pad, 1 + pad + (1 + 2 * pad) + top, 1 + pad + 2 * (1 + 2 * pad) + top + lanes];
        let panel = |x: u16, end: u16, rule_y: u16, height: u16| Panel {
            rule: Area { x, y: rule_y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: rule_y + 1 + pad, width: end.saturating_sub(x), height },
        };
        Some(Panels {
            counter: panel(1, split, heads[0], top),
            now: panel(split + 2, columns - 1, heads[0], top),
            lanes: panel(1, columns - 1, heads[1], lanes),
            finals: panel(1, middle - 1, heads[2], bottom),
            story: panel(middle + 1, columns - 1, heads[2], bottom),
            step,
            visible: (lanes.saturating_sub(memory) / step.max(1)).min(threads),
        })
    }

    /// Columns in which operations are drawn, up to the newest.
    #[must_use]
    pub fn track(&self) -> u16 {
        self.lanes.body.width.saturating_sub(GUTTER + HEAD)
    }

    /// The lanes that are visible, given the first one wanted.
    #[must_use]
    pub fn first_lane(&self, wanted: u16, threads: u16) -> u16 {
        wanted.min(threads.saturating_sub(self.visible))
    }
}

/// Divides the rows below the top panels: rows for the lanes, rows from lane to lane, rows for the bottom panels.
fn divide(room: u16, threads: u16, memory: u16, rows: u16) -> (u16, u16, u16) {
    let (widest, least_bottom) = match rows {
        0..20 => (1, 2),
        20..AIRY => (1, 3),
        AIRY..50 => (2, 6),
        50.. => (3, 8),
    };
    let needed = |step: u16| step * threads + memory;
    let step = (1..=widest).rev().find(|&step| step == 1 || needed(step) + least_bottom <= room).unwrap_or(1);
    let lanes = needed(step).min(room.saturating_sub(least_bottom));
    (lanes, step, (room - lanes).min(24))
}

/// Where the rows of a list lie. An entry takes one; the selected one may take a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// All rows.
    pub area: Area,
    /// The entry in the first row.
    pub first: usize,
    selected: usize,
    tall: u16,
}

impl List {
    /// In this area, so that the selected entry is seen whole, of which this is said from so many columns on.
    #[must_use]
    pub fn new(area: Area, selected: usize, said: &str, from: u16) -> Self {
        let first = selected.saturating_sub(usize::from(area.height.saturating_sub(2)));
        let tall = lines(said, area.width.saturating_sub(from)).min(area.height).clamp(1, 2);
        List { area, first, selected, tall }
    }

    /// How many rows an entry takes.
    #[must_use]
    pub fn rows(&self, index: usize) -> u16 {
        if index == self.selected { self.tall } else { 1 }
    }

    /// The entry in this cell.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Option<usize> {
        let mut left = self.area.contains(column, row).then(|| row - self.area.y)?;
        let mut index = self.first;
        while left >= self.rows(index) {
            left -= self.rows(index);
            index += 1;
        }
        Some(index)
    }
}

/// How many lines of so many columns a text takes.
#[must_use]
pub fn lines(text: &str, width: u16) -> u16 {
    flow(text, width, |_, _, _| {})
}

/// Breaks text at spaces into lines; tells column and line of each word, and returns the number of lines.
pub fn flow(text: &str, width: u16, mut word_at: impl FnMut(u16, u16, &str)) -> u16 {
    let (mut column, mut line) = (0_u16, 0_u16);
    for word in text.split(' ') {
        let length = u16::try_from(word.chars().count()).unwrap_or(u16::MAX);
        if column > 0 && column.saturating_add(length) > width {
            column = 0;
            line = line.saturating_add(1);
        }
        word_at(column, line, word);
        column = column.saturating_add(length).saturating_add(1);
    }
    line.saturating_add(1)
}
