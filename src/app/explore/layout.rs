//! Where the panels of the Explore screen lie.

use super::Explore;
use crate::app::layout::{Area, GUTTER, LEAST, Panel};

/// From this height on there is room for blank rows around the rules.
pub const AIRY: u16 = 32;
/// From this height on what was measured has a second row.
const LEAST_LINES: u16 = 24;
/// Lanes that are drawn before a fifth outcome is.
const FEW: u16 = 4;
/// Columns right of the witness's lanes: room for the last label.
const MARGIN: u16 = 8;

/// The Explore screen's panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The program's text.
    pub program: Panel,
    /// The search: figures and verdict.
    pub search: Panel,
    /// The outcomes: a heading and a row each.
    pub outcomes: Panel,
    /// The witness: lanes, memory, a sentence.
    pub witness: Panel,
    /// What was really measured, where it is shown.
    pub measured: Option<Panel>,
    /// Rows from one lane to the next.
    pub step: u16,
    /// Lanes that are visible.
    pub lanes: u16,
    /// Rows of the sentence under the lanes.
    pub sentence: u16,
}

impl Panels {
    /// Lays the panels out on so many columns and rows; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, explore: &Explore) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let measured = explore.shows_measured((columns, rows));
        let pad = u16::from(rows >= AIRY);
        let rules = if measured { 4 } else { 3 };
        let room = (rows - 2).saturating_sub(rules * (1 + 2 * pad));
        let top = match rows {
            0..20 => 2,
            20..AIRY => 4,
            AIRY..50 => 5,
            50.. => (explore.machine().program().source.len() as u16 + 2).clamp(5, 20),
        };
        let below = u16::from(measured) * if rows < LEAST_LINES { 1 } else { 2 };
        let sentence = if columns < 160 && rows >= 20 { 2 } else { 1 };
        let threads = explore.machine().program().threads.len() as u16;
        let rest = room.saturating_sub(top + below);
        let needed = u16::try_from(explore.rows().len()).unwrap_or(u16::MAX).saturating_add(1);
        let (lanes, step, witness) = divide(rest, threads, sentence, needed, pad);
        // What is left over stays blank at the bottom.
        let outcomes = rest.saturating_sub(witness).min(needed.max(3));
        let split = (u32::from(columns) * 2 / 5) as u16;
        let head = |above: u16, bodies: u16| 1 + pad + above * (1 + 2 * pad) + bodies;
        let panel = |x: u16, end: u16, y: u16, height: u16| Panel {
            rule: Area { x, y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: y + 1 + pad, width: end.saturating_sub(x), height },
        };
        let end = columns - 1;
        Some(Panels {
            program: panel(1, split, head(0, 0), top),
            search: panel(split + 2, end, head(0, 0), top),
            outcomes: panel(1, end, head(1, top), outcomes),
            witness: panel(1, end, head(2, top + outcomes), witness),
            measured: measured.then(|| panel(1, end, head(3, top + outcomes + witness), below)),
            step,
            lanes,
            sentence,
        })
    }

    /// How many outcomes are visible.
    #[must_use]
    pub fn rows(&self) -> u16 {
        self.table().height
    }

    /// Where the outcomes' rows lie, below their heading.
    #[must_use]
    pub fn table(&self) -> Area {
        let Area { x, y, width, height } = self.outcomes.body;
        Area { x, y: y + 1, width, height: height.saturating_sub(1) }
    }

    /// Columns of the witness's track.
    #[must_use]
    pub fn track(&self) -> u16 {
        self.witness.body.width.saturating_sub(GUTTER + MARGIN)
    }
}

/// Divides what is below the top panels: lanes, rows from lane to lane, rows of the witness. A few outcomes and a few
/// lanes always have their place; then outcomes go before lanes.
fn divide(rest: u16, threads: u16, sentence: u16, needed: u16, pad: u16) -> (u16, u16, u16) {
    let memory = 1 + sentence + pad;
    let least = memory + threads.clamp(1, FEW);
    let outcomes = needed.min(rest.saturating_sub(least).max(4)).min(rest);
    let room = rest.saturating_sub(outcomes + memory);
    let step = if pad > 0 && 2 * threads <= room { 2 } else { 1 };
    let lanes = (room / step).min(threads).max(1);
    let used = (lanes * step + memory).min(rest);
    (lanes, step, used)
}
