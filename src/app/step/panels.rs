//! Where the panels of the Step screen lie. Computed here rather than where they are drawn, because clicks need it too.

use super::Step;
use crate::app::layout::{Area, GUTTER, HEAD, LEAST, Panel};

/// From this height on there is room for blank rows around the rules.
const AIRY: u16 = 32;

/// Columns around a line of the source: workers, its number, the edges.
const SOURCE: u16 = 11;

/// Most ways to outcomes that other panels make room for.
const MOST_WAYS: usize = 12;

/// The Step screen's panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The source.
    pub program: Panel,
    /// What each worker holds and does next, and memory.
    pub threads: Panel,
    /// The lanes.
    pub lanes: Panel,
    /// The schedule: one row.
    pub bar: Area,
    /// The same as a bar with a cell for each operation, where there is room for it.
    pub scrub: Option<Area>,
    /// What can still come of it.
    pub reach: Panel,
    /// Rows from one lane to the next.
    pub step: u16,
    /// Lanes that are visible at once.
    pub visible: u16,
    /// Rows from one worker to the next in the threads panel.
    pub spread: u16,
    workers: u16,
}

impl Panels {
    /// The panels for what is to be shown now; `None` if it is too small.
    #[must_use]
    pub fn of(step: &Step, (columns, rows): (u16, u16)) -> Option<Panels> {
        let workers = u16::try_from(step.moment.rows.len()).unwrap_or(u16::MAX);
        let memory = (step.moment.variables.len().div_ceil(4) + step.moment.holds.len()) as u16;
        // A row for each way, a blank one before them, and one that may be needed for a sentence.
        let ways = step.reach.chips().0.len().min(MOST_WAYS) as u16 + 1;
        let source = &step.run.machine().program().source;
        let lines = source.len() as u16 + workers;
        // The list of a counter's workers may be cut: what is said of them is worth the room.
        let is_list = |line: &str| step.program().shape.is_some() && line.starts_with("threads(");
        let lengths = source.iter().filter(|line| !is_list(line)).map(|line| line.chars().count());
        let longest = u16::try_from(lengths.max().unwrap_or(0)).unwrap_or(u16::MAX);
        Panels::new((columns, rows), workers, memory, (lines, longest), ways)
    }

    fn new(
        (columns, rows): (u16, u16),
        workers: u16,
        memory: u16,
        (lines, longest): (u16, u16),
        ways: u16,
    ) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let pad = u16::from(rows >= AIRY);
        let room = (rows - 2).saturating_sub(3 * (1 + 2 * pad));
        let reach = match rows {
            0..20 => 3,
            20..AIRY => 4,
            AIRY..50 => 6,
            _ => 7 + ways,
        };
        let bar = 1 + pad;
        let rest = room.saturating_sub(reach + bar);
        let wanted_top = lines.min(workers * (1 + pad) + memory + 1 + pad).max(workers + memory + 1);
        let (top, lanes, step) = divide(rest, wanted_top, workers, pad, rows);
        // What nobody needs goes to the bottom, where ways to the outcomes can be listed.
        let top = top.min(wanted_top.max(lines) + 2 * pad + 2);
        let reach = reach + rest.saturating_sub(top + lanes);
        let part = |percent: u32| (u32::from(columns) * percent / 100) as u16;
        // Long lines get a little more.
        let split =
            if columns < 100 { part(47) } else { longest.saturating_add(SOURCE).clamp(part(42), part(47)) };
        let split = split.clamp(26, 90);
        let head = [1 + pad, 1 + pad + (1 + 2 * pad) + top, 1 + pad + 2 * (1 + 2 * pad) + top + lanes + bar];
        let panel = |x: u16, end: u16, rule_y: u16, height: u16| Panel {
            rule: Area { x, y: rule_y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: rule_y + 1 + pad, width: end.saturating_sub(x), height },
        };
        let lanes_panel = panel(1, columns - 1, head[1], lanes);
        let bar_y = lanes_panel.body.y + lanes + pad;
        Some(Panels {
            program: panel(1, split, head[0], top),
            threads: panel(split + 2, columns - 1, head[0], top),
            lanes: lanes_panel,
            bar: Area { x: 1, y: bar_y, width: columns - 2, height: 1 },
            scrub: (pad > 0).then(|| Area {
                x: lanes_panel.body.x + GUTTER,
                y: bar_y - 1,
                width: lanes_panel.body.width.saturating_sub(GUTTER + HEAD),
                height: 1,
            }),
            reach: panel(1, columns - 1, head[2], reach.min(rows.saturating_sub(head[2] + 2 + pad))),
            step,
            visible: (lanes.saturating_sub(if lanes > workers + 1 { 2 } else { 1 }) / step.max(1))
                .min(workers),
            spread: if workers * 2 + memory < top { 2 } else { 1 },
            workers,
        })
    }

    /// Columns in which operations are drawn, up to the newest.
    #[must_use]
    pub fn track(&self) -> u16 {
        self.lanes.body.width.saturating_sub(GUTTER + HEAD)
    }

    /// The worker whose row in the threads panel is in this cell.
    #[must_use]
    pub fn worker_at(&self, column: u16, row: u16) -> Option<u16> {
        let body = self.threads.body;
        let worker = row.checked_sub(body.y)? / self.spread.max(1);
        (body.contains(column, row) && worker < self.workers).then_some(worker)
    }

    /// Whether this cell names a worker: in the threads panel or at the beginning of a lane.
    #[must_use]
    pub fn is_name(&self, column: u16, row: u16) -> bool {
        let lanes = self.lanes.body;
        self.threads.body.contains(column, row) || lanes.contains(column, row) && column < lanes.x + GUTTER
    }

    /// The cell of the lanes' track that lies here.
    #[must_use]
    pub fn track_at(&self, column: u16, row: u16) -> Option<u16> {
        self.lanes.body.contains(column, row).then(|| column.checked_sub(self.lanes.body.x + GUTTER))?
    }

    /// The cell of the schedule's bar that lies here, and how many it has; where it has no row of its own, the row of the
    /// schedule stands in.
    #[must_use]
    pub fn bar_at(&self, column: u16, row: u16) -> Option<(u16, u16)> {
        self.pressed().contains(column, row).then(|| self.on_bar(column))
    }

    /// The cell of the schedule's bar that is in this column or nearest to it, and how many it has.
    #[must_use]
    pub fn on_bar(&self, column: u16) -> (u16, u16) {
        let bar = self.pressed();
        (column.saturating_sub(bar.x).min(bar.width.saturating_sub(1)), bar.width)
    }

    /// What can be pressed as the schedule's bar.
    fn pressed(&self) -> Area {
        self.scrub.unwrap_or(Area { x: self.lanes.body.x + GUTTER, width: self.track(), ..self.bar })
    }
}

/// Divides rows between the top panels and the lanes: rows of each, and rows from lane to lane.
fn divide(rest: u16, wanted_top: u16, workers: u16, pad: u16, rows: u16) -> (u16, u16, u16) {
    let memory = if rows < 20 { 1 } else { 2 };
    let least_top = wanted_top.min(rest / 2);
    let widest = if rows >= 50 { 3 } else { 1 + pad };
    let fits = |step: u16| workers * step + memory + least_top <= rest;
    let step = (1..=widest).rev().find(|&step| fits(step)).unwrap_or(1);
    let lanes = (workers * step + memory).min(rest - least_top);
    (rest - lanes, lanes, step)
}
