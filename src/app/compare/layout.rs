//! Where the panels of the Compare screen lie.

use super::Sweep;
use crate::app::layout::{Area, LEAST, Panel};

/// From this height on there is room for blank rows around the rules.
pub const AIRY: u16 = 32;

/// Below this many columns the sweeps go by their shorter names.
const NARROW: u16 = 78;

/// The Compare screen's panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The sweeps by name, and the sizes of the one that is shown.
    pub sweeps: Panel,
    /// The table and its chart: a heading and a row each.
    pub table: Panel,
    /// What was found.
    pub found: Panel,
    /// Rows from one of the table's to the next.
    pub step: u16,
}

/// What has to have its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Rows of the table.
    pub count: usize,
    /// Whether they may stand apart where there is room.
    pub is_airy: bool,
    /// Lines of what is found.
    pub said: u16,
}

impl Panels {
    /// Lays the panels out on so many columns and rows; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, content: Content) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let pad = u16::from(rows >= AIRY);
        let sweeps = 2;
        let room = (rows - 2).saturating_sub(3 * (1 + 2 * pad) + sweeps);
        let least = match (columns, rows) {
            (_, 0..20) => 3,
            (0..100, _) => 5,
            (100..160, _) => 4,
            _ => 3,
        };
        let count = u16::try_from(content.count).unwrap_or(u16::MAX);
        // What is found has the room that a short table leaves, and little more than the least beside a long one.
        let spare = room.saturating_sub(count.saturating_add(1).max(2));
        let found = least.max(content.said.min(spare.max(least + 1)));
        let most = room.saturating_sub(found);
        let widest = match rows {
            _ if !content.is_airy => 1,
            0..50 => 1 + pad,
            _ => 3,
        };
        let step = (1..=widest).rev().find(|step| count.saturating_mul(*step) < most).unwrap_or(1);
        let table = most.min(count.saturating_mul(step).saturating_add(1).max(2));
        let head = |above: u16, bodies: u16| 1 + pad + above * (1 + 2 * pad) + bodies;
        let panel = |y: u16, height: u16| Panel {
            rule: Area { x: 1, y, width: columns - 2, height: 1 },
            body: Area { x: 1, y: y + 1 + pad, width: columns - 2, height },
        };
        Some(Panels {
            sweeps: panel(head(0, 0), sweeps),
            table: panel(head(1, sweeps), table),
            found: panel(head(2, sweeps + table), room - table),
            step,
        })
    }

    /// How many rows of the table are visible.
    #[must_use]
    pub fn rows(&self) -> u16 {
        self.lines().height.div_ceil(self.step)
    }

    /// Where the table's rows lie, below their heading.
    #[must_use]
    pub fn lines(&self) -> Area {
        let Area { x, y, width, height } = self.table.body;
        Area { x, y: y + 1, width, height: height.saturating_sub(1) }
    }

    /// The sweeps' names, each with a blank on either side: first column, which, and how it is called here.
    pub fn names(&self) -> impl Iterator<Item = (u16, Sweep, &'static str)> {
        let mut x = self.sweeps.body.x + 1;
        let narrow = self.sweeps.body.width < NARROW;
        Sweep::ALL.into_iter().map(move |sweep| {
            let (here, name) = (x, if narrow { sweep.name() } else { sweep.title() });
            x += name.len() as u16 + 4;
            (here, sweep, name)
        })
    }
}
