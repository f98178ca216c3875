//! Where the panels of jobs lie.

use crate::app::layout::{Area, LEAST, Panel};
use crate::experiment::Work;
use crate::experiment::jobs::JobSettings;

/// Columns before the first cell of a lane.
pub const GUTTER: u16 = 10;
/// From this height on there is room for blank rows around the rules.
const AIRY: u16 = 32;
/// And from this on for more of everything.
const TALL: u16 = 50;
/// Rows that what that shows has there beyond the least, before bars grow; and by how many these do at the most.
const BELOW: u16 = 4;
const HIGHEST: u16 = 4;

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
    /// Rows for cores; downloads need none.
    pub cores: u16,
    /// What is drawn as bars over time, one below the other.
    pub bars: &'static [Bars],
    /// Rows from one of these to the next; above each a blank one, where there are several.
    pub pitch: u16,
}

/// How many there were of something over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// Downloads that went on at once.
    Going,
    /// Downloads that waited for a permit.
    Permit,
    /// Jobs that waited for a worker.
    Queue,
    /// Workers of a pool that had a job.
    Busy,
}

/// Rows that the panels have.
struct Heights {
    top: u16,
    lanes: u16,
    visible: u16,
    step: u16,
    cores: u16,
    bars: &'static [Bars],
    pitch: u16,
    bottom: u16,
}

impl Heights {
    /// Of so many rows on a screen of so many.
    fn of(room: u16, rows: u16, made: &JobSettings, cores: u16) -> Heights {
        let listed = u16::try_from(made.jobs).unwrap_or(u16::MAX).saturating_add(1);
        let (top, least) = match rows {
            0..20 => (4, 2),
            20..AIRY => (7, 3),
            AIRY..TALL => (listed.clamp(9, 10), 4),
            _ => (listed.clamp(10, 18), 6),
        };
        let is_said = u16::from(made.work == Work::Say);
        let (top, least) = if rows < AIRY { (top, least) } else { (top, least + 2 * is_said) };
        // Downloads need no core: what they wait for is shown in the place of the cores.
        let is_download = made.work == Work::Download;
        let bars: &[Bars] = match (is_download, made.runner.is_pool()) {
            (true, _) if rows < 20 => &[],
            (true, true) => &[Bars::Going, Bars::Permit, Bars::Queue],
            (true, false) => &[Bars::Going, Bars::Permit],
            (false, true) if rows >= TALL => &[Bars::Queue, Bars::Busy],
            (false, _) => &[Bars::Queue],
        };
        let cores = match rows {
            0..20 => 0,
            _ if is_download => 0,
            20..AIRY => 2,
            AIRY..TALL => cores.clamp(1, 4),
            _ => cores.clamp(1, 8),
        };
        let charts = bars.len() as u16;
        let below = cores + charts + 1;
        let most = room.saturating_sub(top + least);
        let workers = made.crew().min(1_000);
        let widest = match rows {
            0..AIRY => 1,
            AIRY..TALL => 2,
            _ => 4,
        };
        let step = (2..=widest).rev().find(|step| step * workers + below <= most).unwrap_or(1);
        let visible = (most.saturating_sub(below) / step).min(workers).max(1);
        let lanes = (visible * step + below).min(most);
        // What is left makes the bars of pools and downloads higher; what is heard is read instead.
        let grow = made.work != Work::Say && (is_download || made.runner.is_pool());
        let spare = if grow { most.saturating_sub(lanes + BELOW) } else { 0 };
        let pitch =
            1 + spare.checked_div(charts).filter(|more| rows >= TALL && *more > 1).unwrap_or(0).min(HIGHEST);
        let lanes = lanes + (pitch - 1) * charts;
        Heights { top, lanes, visible, step, cores, bars, pitch, bottom: room.saturating_sub(top + lanes) }
    }
}

impl Panels {
    /// Lays them out for these jobs, which were on so many cores; `None` if it is too small.
    #[must_use]
    pub fn new(columns: u16, rows: u16, made: &JobSettings, cores: u16) -> Option<Panels> {
        if columns < LEAST.0 || rows < LEAST.1 {
            return None;
        }
        let pad = u16::from(rows >= AIRY);
        let room = (rows - 2).saturating_sub(3 * (1 + 2 * pad));
        let Heights { top, lanes, visible, step, cores, bars, pitch, bottom } =
            Heights::of(room, rows, made, cores);
        let split = (columns * 45 / 100).clamp(30, 64);
        let heads = [1 + pad, 1 + pad + (1 + 2 * pad) + top, 1 + pad + 2 * (1 + 2 * pad) + top + lanes];
        let panel = |x: u16, end: u16, rule_y: u16, height: u16| Panel {
            rule: Area { x, y: rule_y, width: end.saturating_sub(x), height: 1 },
            body: Area { x, y: rule_y + 1 + pad, width: end.saturating_sub(x), height },
        };
        // What is heard is read; the order in which jobs ended is looked at.
        let middle = if made.work == Work::Say { columns * 55 / 100 } else { columns * 2 / 5 };
        Some(Panels {
            sums: panel(1, split, heads[0], top),
            list: panel(split + 2, columns - 1, heads[0], top),
            lanes: panel(1, columns - 1, heads[1], lanes),
            output: panel(1, middle - 1, heads[2], bottom),
            story: panel(middle + 1, columns - 1, heads[2], bottom),
            visible,
            step,
            cores,
            bars,
            pitch,
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

/// What a cell can stand for, in tenths, and then with zeros: so that a mark every 20 cells is a round figure, and what
/// is shown takes two thirds of its room at the least.
const STEPS: [u64; 9] = [10, 15, 20, 25, 30, 40, 50, 60, 80];

/// Nanoseconds that a cell stands for, so that so many nanoseconds have room in so many cells.
#[must_use]
pub fn scale(nanos: u64, cells: u16) -> u64 {
    let least = nanos.div_ceil(u64::from(cells.max(1))).max(1_000);
    let mut power = 1;
    loop {
        if let Some(step) = STEPS.into_iter().map(|tenths| tenths * power / 10).find(|&step| step >= least) {
            return step;
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::jobs::Runner;

    #[test]
    fn a_run_has_room_in_its_track() {
        assert_eq!(scale(0, 70), 1_000);
        assert_eq!(scale(70_000_000, 70), 1_000_000);
        assert_eq!(scale(70_000_001, 70), 1_500_000);
        assert_eq!(scale(1_000_000_000 * 2, 186), 15_000_000);
        assert_eq!(scale(600_000_000_000, 70), 10_000_000_000);
    }

    #[test]
    fn panels_never_overlap_nor_leave_the_screen() {
        for columns in 60..210 {
            for rows in 16..70 {
                for (at, jobs) in [1, 2, 4, 9, 64, 256, 10_000].into_iter().enumerate() {
                    let work = Work::JOBS[at % Work::JOBS.len()];
                    let made = JobSettings { jobs, runner: Runner::Tasks, ..JobSettings::of(work) };
                    let workers = made.crew();
                    let panels = Panels::new(columns, rows, &made, [0, 2, 64][at % 3]).unwrap();
                    let ends = |panel: Panel| panel.body.y + panel.body.height;
                    assert!(ends(panels.sums) <= panels.lanes.rule.y, "{columns}x{rows} {workers}");
                    assert!(ends(panels.lanes) <= panels.output.rule.y, "{columns}x{rows} {workers}");
                    assert!(ends(panels.story) < rows, "{columns}x{rows} {workers}");
                    assert!(panels.visible >= 1 && panels.listed() >= 3);
                    let bars = panels.bars.len() as u16 * panels.pitch;
                    let lanes = panels.visible * panels.step + panels.cores + bars + 1;
                    assert!(lanes <= panels.lanes.body.height || rows < 20, "{columns}x{rows} {workers}");
                }
            }
        }
    }
}
