//! Where the panels of jobs lie.

use crate::app::layout::{Area, LEAST, Panel};

/// Columns before the first cell of a lane.
pub const GUTTER: u16 = 10;
/// From this height on there is room for blank rows around the rules.
const AIRY: u16 = 32;
/// Rows under the lanes: cores, the queue, the axis.
const CORES: u16 = 2;
const BELOW: u16 = CORES + 2;

/// The panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The figures of all jobs.
    pub sums: Panel,
    /// Each job, in the order of submission.
    pub list: Panel,
    /// What each worker does, the cores, the queue.
    pub lanes: Panel,
    /// What was said, or the order in which jobs ended.
    pub output: Panel,
    /// What that shows.
    pub story: Panel,
    /// Lanes that are visible at once.
    pub visible: u16,
    /// Rows from one lane to the next.
    pub step: u16,
    /// Rows for cores.
    pub cores: u16,
}

impl Panels {
    /// Lays them out for so many workers; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, workers: u16) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let pad = u16::from(rows >= AIRY);
        let room = (rows - 2).saturating_sub(3 * (1 + 2 * pad));
        let (top, least) = match rows {
            0..20 => (4, 2),
            20..AIRY => (7, 3),
            AIRY..50 => (10, 6),
            _ => (17, 8),
        };
        let cores = if rows < 20 { 0 } else { CORES };
        let below = if rows < 20 { 2 } else { BELOW };
        let most = room.saturating_sub(top + least);
        let step = if rows >= AIRY && 2 * workers.min(1_000) + below <= most { 2 } else { 1 };
        let visible = (most.saturating_sub(below) / step).min(workers).max(1);
        let lanes = (visible * step + below).min(most);
        let bottom = room.saturating_sub(top + lanes).min(16);
        let split = (columns * 45 / 100).clamp(30, 64);
        let heads = [1 + pad, 1 + pad + (1 + 2 * pad) + top, 1 + pad + 2 * (1 + 2 * pad) + top + lanes];
        let panel = |x: u16, end: u16, rule_y: u16, height: u16| Panel {
            rule: Area { x, y: rule_y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: rule_y + 1 + pad, width: end.saturating_sub(x), height },
        };
        let middle = columns / 2;
        Some(Panels {
            sums: panel(1, split, heads[0], top),
            list: panel(split + 2, columns - 1, heads[0], top),
            lanes: panel(1, columns - 1, heads[1], lanes),
            output: panel(1, middle - 1, heads[2], bottom),
            story: panel(middle + 1, columns - 1, heads[2], bottom),
            visible,
            step,
            cores,
        })
    }

    /// Jobs that are listed at once, under the headings.
    #[must_use]
    pub fn listed(&self) -> u16 {
        self.list.body.height.saturating_sub(1)
    }

    /// Cells of a lane.
    #[must_use]
    pub fn track(&self) -> u16 {
        self.lanes.body.width.saturating_sub(GUTTER + 1)
    }
}

/// Nanoseconds that a cell stands for, so that so many nanoseconds have room in so many cells: 1, 2 or 5 and zeros.
#[must_use]
pub fn scale(nanos: u64, cells: u16) -> u64 {
    let least = nanos.div_ceil(u64::from(cells.max(1))).max(1_000);
    let mut power = 1;
    loop {
        if let Some(step) = [1, 2, 5].into_iter().map(|digit| digit * power).find(|&step| step >= least) {
            return step;
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_room_in_its_track() {
        assert_eq!(scale(0, 70), 1_000);
        assert_eq!(scale(70_000_000, 70), 1_000_000);
        assert_eq!(scale(70_000_001, 70), 2_000_000);
        assert_eq!(scale(600_000_000_000, 70), 10_000_000_000);
    }

    #[test]
    fn panels_never_overlap_nor_leave_the_screen() {
        for columns in 60..210 {
            for rows in 16..70 {
                for workers in [1, 2, 4, 9, 64, 256, 10_000] {
                    let panels = Panels::new(columns, rows, workers).unwrap();
                    let ends = |panel: Panel| panel.body.y + panel.body.height;
                    assert!(ends(panels.sums) <= panels.lanes.rule.y, "{columns}x{rows} {workers}");
                    assert!(ends(panels.lanes) <= panels.output.rule.y, "{columns}x{rows} {workers}");
                    assert!(ends(panels.story) < rows, "{columns}x{rows} {workers}");
                    assert!(panels.visible >= 1 && panels.listed() >= 3);
                    assert!(panels.visible * panels.step <= panels.lanes.body.height);
                }
            }
        }
    }
}
