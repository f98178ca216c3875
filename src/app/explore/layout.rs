//! Where the panels of the Explore screen lie.

use super::Explore;
use crate::app::layout::{Area, GUTTER, LEAST, Panel, lines};

/// From this height on there is room for blank rows around the rules.
pub const AIRY: u16 = 32;
/// From this height on what was measured has a second row.
const LEAST_LINES: u16 = 24;
/// From this height on lanes may stand three rows apart.
const TALL: u16 = 50;
/// Lanes that are drawn before a fifth outcome is.
const FEW: u16 = 4;
/// Columns around a line of the program: its number, the edges.
const AROUND: u16 = 9;
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

/// What there is to be shown.
#[derive(Clone, Copy)]
struct Needs {
    /// Rows of the whole program: its text, and what is said of it.
    program: u16,
    /// Whether a part of its text is as good as none.
    whole_or_few: bool,
    threads: u16,
    /// Rows of the outcomes and their heading.
    outcomes: u16,
    sentence: u16,
}

/// How many rows each part has.
#[derive(Clone, Copy)]
struct Rows {
    /// Blank rows around each rule, above and below.
    pad: u16,
    /// The program and the search.
    top: u16,
    outcomes: u16,
    witness: u16,
    /// What was measured; 0 where it is not shown.
    measured: u16,
    lanes: u16,
    step: u16,
}

impl Panels {
    /// Lays the panels out on so many columns and rows; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, explore: &Explore) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let split = split(explore, columns);
        let needs = Needs::of(explore, columns, rows, split.saturating_sub(4));
        // Whatever asks for less room is tried until every outcome has a row. If none does, rows more or less make no
        // difference, and what is easy to read is best.
        let airy: &[u16] = if rows >= AIRY { &[1, 0] } else { &[0] };
        let measured: &[bool] = match explore.wants_measured {
            Some(true) => &[true],
            None if explore.can_measure() => &[true, false],
            _ => &[false],
        };
        let tried = airy.iter().flat_map(|pad| measured.iter().map(|shown| (*pad, *shown)));
        let mut tried = tried.map(|(pad, shown)| Rows::new(rows, needs, pad, shown));
        let part = tried.find(|part| part.outcomes >= needs.outcomes);
        let airiest = || Rows::new(rows, needs, airy[0], measured[measured.len() - 1]);
        Some(Panels::placed(columns, split, part.unwrap_or_else(airiest), needs.sentence))
    }

    fn placed(columns: u16, split: u16, rows: Rows, sentence: u16) -> Panels {
        let Rows { pad, top, outcomes, witness, .. } = rows;
        let head = |above: u16, bodies: u16| 1 + pad + above * (1 + 2 * pad) + bodies;
        let panel = |x: u16, end: u16, y: u16, height: u16| Panel {
            rule: Area { x, y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: y + 1 + pad, width: end.saturating_sub(x), height },
        };
        let end = columns - 1;
        let below =
            (rows.measured > 0).then(|| panel(1, end, head(3, top + outcomes + witness), rows.measured));
        Panels {
            program: panel(1, split, head(0, 0), top),
            search: panel(split + 2, end, head(0, 0), top),
            outcomes: panel(1, end, head(1, top), outcomes),
            witness: panel(1, end, head(2, top + outcomes), witness),
            measured: below,
            step: rows.step,
            lanes: rows.lanes,
            sentence,
        }
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

/// Columns of the program, its edge included: two fifths, and more where its lines are longer, up to half.
fn split(explore: &Explore, columns: u16) -> u16 {
    let program = explore.machine().program();
    let part = |percent: u32| (u32::from(columns) * percent / 100) as u16;
    // Of a counter the loop is worth seeing; who runs it is said below.
    let is_counter = program.shape.is_some();
    let is_less = |line: &str| is_counter && !line.starts_with(' ');
    let lines = program.source.iter().filter(|line| !line.starts_with('#') && !is_less(line));
    let longest = lines.map(|line| line.chars().count()).max().unwrap_or(0);
    let wanted = u16::try_from(longest).unwrap_or(u16::MAX).saturating_add(AROUND);
    wanted.clamp(part(40), if columns < 100 { part(45) } else { part(50) })
}

impl Needs {
    fn of(explore: &Explore, columns: u16, rows: u16, width: u16) -> Needs {
        let program = explore.machine().program();
        let source = program.source.iter().skip_while(|line| line.is_empty() || line.starts_with('#'));
        let source = source.count() as u16;
        let is_counter = program.shape.is_some();
        // A blank row and the sizes, or the title.
        let said = if is_counter { 2 } else { 2 + lines(&program.title, width) };
        Needs {
            program: source + said,
            whole_or_few: is_counter,
            threads: program.threads.len() as u16,
            outcomes: u16::try_from(explore.rows().len()).unwrap_or(u16::MAX).saturating_add(1),
            sentence: if columns < 160 && rows >= 20 { 2 } else { 1 },
        }
    }
}

impl Rows {
    /// The outcomes go before lanes, but a few lanes always have their place; what both leave is the program's.
    fn new(rows: u16, needs: Needs, pad: u16, measured: bool) -> Rows {
        let least_top = match rows {
            0..20 => 2,
            20..AIRY => 4,
            AIRY.. => 5,
        };
        let rules = if measured { 4 } else { 3 };
        let below = u16::from(measured) * if rows < LEAST_LINES { 1 } else { 2 };
        let rest = (rows - 2).saturating_sub(rules * (1 + 2 * pad) + least_top + below);
        let memory = 1 + needs.sentence + pad;
        let least = memory + needs.threads.clamp(1, FEW);
        let wanted = needs.outcomes.max(3);
        let outcomes = wanted.min(rest.saturating_sub(least).max(4)).min(rest);
        let room = rest.saturating_sub(outcomes + memory);
        let widest = if rows >= TALL { 3 } else { 1 + pad };
        let step = (1..=widest).rev().find(|step| step * needs.threads <= room).unwrap_or(1);
        let lanes = (room / step).min(needs.threads).max(1);
        let witness = (lanes * step + memory).min(rest - outcomes);
        let free = rest - outcomes - witness;
        let more = needs.program.saturating_sub(least_top);
        let top = match needs.whole_or_few {
            true if more > free => least_top,
            _ => least_top + more.min(free),
        };
        Rows { pad, top, outcomes, witness, measured: below, lanes, step }
    }
}
