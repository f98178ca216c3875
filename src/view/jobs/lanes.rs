//! What each worker did when, which core worked for whom, and how long the queue was.
//!
//! ```text
//!   W0    3━━━━━━━━━7━━━━━━━━━━
//!   W1    a░░░░b░░░░░c░░░░░░✗··
//!   core 0  0000011111
//!   queue   ▇▇▅▅▂▂▁
//!           ┊0        ┊20 ms
//! ```
//! A cell stands for a round number of nanoseconds; of what falls into one cell the last is seen.

use ratatui::style::Style;

use crate::analysis::jobs::{Account, Doing, End, Span};
use crate::app::jobs::layout::{Bars, GUTTER, Panels, scale};

use crate::app::jobs::{Jobs, words};
use crate::app::layout::Area;
use crate::event::download::Stage;
use crate::experiment::Work;
use crate::view::pen::{Pen, columns, grouped};

/// Cells from one mark of the axis to the next.
const MARKS: u16 = 20;
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How times become columns.
struct Track {
    x: u16,
    cells: u16,
    scale: u64,
    now: u64,
}

impl Track {
    fn cell(&self, time: u64) -> u16 {
        self.x + (time / self.scale).min(u64::from(self.cells.saturating_sub(1))) as u16
    }

    /// The first and the last cell of a span: one at least.
    fn cells_of(&self, span: &Span) -> (u16, u16) {
        (self.cell(span.from), self.cell(span.to.unwrap_or(self.now)))
    }
}

pub(super) fn draw(jobs: &Jobs, panels: &Panels, pen: &mut Pen<'_>) {
    let body = panels.lanes.body;
    let now = jobs.now().max(jobs.account().last());
    let cells = panels.track();
    let track = Track { x: body.x + GUTTER, cells, scale: scale(now, cells), now };
    let crew = jobs.made().crew();
    let note = legend(jobs.made().work, panels.lanes.rule.width, track.scale);
    let title = if panels.visible < crew {
        let first = jobs.first_lane(panels.visible);
        format!("workers {first} to {} of {}", first + panels.visible - 1, grouped(crew.into()))
    } else {
        "workers".into()
    };
    pen.rule(panels.lanes.rule, &title, &note);
    let mut pen = pen.within(body);
    let first = jobs.first_lane(panels.visible);
    let mut y = body.y;
    for worker in first..first + panels.visible.min(crew) {
        lane(jobs, worker, (body.x + 2, y), panels.step, &track, &mut pen);
        y += panels.step;
    }
    y = body.y + panels.visible * panels.step;
    cores(jobs.account(), panels.cores, (body.x + 2, y), &track, &mut pen);
    y += panels.cores;
    let (account, transfers) = (jobs.account(), jobs.transfers());
    for chart in panels.bars {
        let at = Area { x: body.x + 2, y, width: 0, height: panels.pitch };
        let mut draw = |name, most, count: &dyn Fn(u64) -> u32| bars(name, most, count, at, &track, &mut pen);
        match chart {
            Bars::Going => draw("at once", transfers.most(), &|time| transfers.at(time).going),
            Bars::Permit => draw("waiting", transfers.most_waiting(), &|time| transfers.at(time).waiting),
            Bars::Queue => draw("queue", account.longest_queue(), &|time| account.load_at(time).queued),
            Bars::Busy => draw("busy", u32::from(crew), &|time| account.load_at(time).busy),
        }
        y += panels.pitch;
    }
    axis(y, &track, &mut pen);
}

/// What the signs mean, as much of it as there is room for.
fn legend(work: Work, width: u16, scale: u64) -> String {
    let cell = format!("cell {}", words::time(scale));
    match (work == Work::Download, width) {
        (true, 0..110) => format!("░ permit ╌ connect ─ answer ━ receive  {cell}"),
        (true, _) => {
            format!("░ waits for a permit  ╌ connects  ─ waits for the answer  ━ receives  · idle   {cell}")
        }
        (false, _) => format!("━ works  ░ sleeps  · idle  ▒ several   {cell}"),
    }
}

/// One worker's lane; where lanes lie far apart it is drawn thick.
fn lane(jobs: &Jobs, worker: u16, (x, y): (u16, u16), step: u16, track: &Track, pen: &mut Pen<'_>) {
    let tint = pen.theme.worker(worker.into());
    let strong = tint.patch(pen.theme.strong());
    pen.put(x, y, &format!("W{worker}"), strong);
    pen.fill(track.x, track.cell(track.now) + 1, y, '·', pen.theme.faint());
    let thick = step.saturating_sub(1).max(1);
    let Some(lane) = jobs.account().lanes().get(usize::from(worker)) else { return };
    for span in lane.spans() {
        let (from, to) = track.cells_of(span);
        let glyph = match span.doing {
            Doing::Works | Doing::Transfers(Stage::Receiving) => '━',
            Doing::Sleeps | Doing::Awaits => '░',
            Doing::Transfers(Stage::Connecting) => '╌',
            Doing::Transfers(Stage::Asking) => '─',
        };
        // Where it ends the next one may begin, in the same cell.
        let end = if span.to.is_some() { to.max(from + 1) } else { to + 1 };
        for y in y..y + thick {
            pen.fill(from, end, y, glyph, tint);
        }
    }
    if jobs.made().work != Work::Say {
        names(jobs, lane.spans(), y, track, strong, pen);
    }
    for span in lane.spans().iter().filter(|span| span.failed) {
        // Who was called off has not failed.
        let ended = jobs.account().records().get(span.job.index()).and_then(|record| record.ended);
        let (sign, style) = match ended {
            Some((_, End::Cancelled)) => ('■', pen.theme.dim()),
            _ => ('✗', pen.theme.alarm()),
        };
        pen.set(track.cells_of(span).1, y, sign, style);
    }
    said(jobs, worker, y, track, strong, pen);
}

/// Each job's number where it begins, if there is room for it.
fn names(jobs: &Jobs, spans: &[Span], y: u16, track: &Track, style: Style, pen: &mut Pen<'_>) {
    let mut named = None;
    for span in spans {
        if named == Some(span.job) {
            continue;
        }
        named = Some(span.job);
        let from = track.cell(span.from);
        let ended = jobs.account().records().get(span.job.index()).and_then(|record| record.ended);
        let room = ended.map_or(track.cells, |(time, _)| track.cell(time).saturating_sub(from).max(1));
        let name = span.job.0.to_string();
        if name.len() <= usize::from(room) {
            let selected = span.job.0 == jobs.selected();
            pen.put(from, y, &name, if selected { pen.theme.selected(style) } else { style });
        }
    }
}

/// What this worker said, where it said it; what comes too soon after the one before is left to the text below.
fn said(jobs: &Jobs, worker: u16, y: u16, track: &Track, style: Style, pen: &mut Pen<'_>) {
    let mut free = 0;
    for said in jobs.account().said() {
        let x = track.cell(said.time);
        if said.worker.is_some_and(|by| by.0 == worker) && x >= free {
            free = pen.put(x, y, said.text.as_str(), style);
        }
    }
}

/// A row for each core on which anybody was; what there is no room for shares the last.
fn cores(account: &Account, rows: u16, (x, y): (u16, u16), track: &Track, pen: &mut Pen<'_>) {
    let seen = account.cores_seen();
    for row in 0..usize::from(rows) {
        let is_last = row + 1 == usize::from(rows) && seen.len() > usize::from(rows);
        let of = if is_last { &seen[row..] } else { seen.get(row..row + 1).unwrap_or_default() };
        let Some(&core) = of.first() else { return };
        let name = if is_last { format!("+{} more", of.len()) } else { format!("core {core}") };
        on_cores(account, of, &name, (x, y + row as u16), track, pen);
    }
}

/// Who worked on these cores: the last digit of the worker's number, or a sign where several did. A worker is taken to be
/// where it was when it took its job up, woke, or found itself moved.
fn on_cores(account: &Account, of: &[u16], name: &str, (x, y): (u16, u16), track: &Track, pen: &mut Pen<'_>) {
    pen.put(x, y, name, pen.theme.dim());
    let mut cells = vec![None; usize::from(track.cells)];
    for (worker, lane) in account.lanes().iter().enumerate() {
        let here =
            |span: &&Span| span.doing == Doing::Works && span.core.is_some_and(|core| of.contains(&core));
        for span in lane.spans().iter().filter(here) {
            let (from, to) = track.cells_of(span);
            for cell in &mut cells[usize::from(from - track.x)..usize::from(to.max(from + 1) - track.x)] {
                *cell =
                    Some(if cell.is_some_and(|other| other != Some(worker)) { None } else { Some(worker) });
            }
        }
    }
    for (x, cell) in (track.x..).zip(&cells) {
        match cell {
            None => {}
            Some(None) => pen.set(x, y, '▒', pen.theme.dim()),
            Some(Some(worker)) => {
                let digit = char::from(b'0' + (worker % 10) as u8);
                pen.set(x, y, digit, pen.theme.worker(*worker));
            }
        }
    }
}

/// How many there were of something over time, as bars of which the highest would be the most: in one row, or in all of them
/// but the first.
fn bars(name: &str, most: u32, at: &dyn Fn(u64) -> u32, area: Area, track: &Track, pen: &mut Pen<'_>) {
    let style = pen.theme.dim();
    let rows = area.height.saturating_sub(1).max(1);
    let last = area.y + area.height.saturating_sub(1);
    pen.put(area.x, last + 1 - rows, name, style);
    if most == 0 {
        return;
    }
    let steps = HEIGHTS.len() as u64;
    for x in track.x..=track.cell(track.now) {
        // The end of the cell's time: what there was then.
        let time = (u64::from(x - track.x) + 1) * track.scale;
        let count = u64::from(at(time.min(track.now)));
        let mut height = (count * steps * u64::from(rows)).div_ceil(u64::from(most)) as usize;
        for y in (last + 1 - rows..=last).rev() {
            if height == 0 {
                break;
            }
            pen.set(x, y, HEIGHTS[height.min(HEIGHTS.len()) - 1], style);
            height = height.saturating_sub(HEIGHTS.len());
        }
    }
}

/// A time on the axis, exact: `0`, `60 ms`, `1.08 s`.
fn mark(nanos: u64) -> String {
    let (unit, name) = match nanos {
        0 => return "0".into(),
        1..1_000_000 => (1_000, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let figure = format!("{:.3}", nanos as f64 / f64::from(unit));
    format!("{} {name}", figure.trim_end_matches('0').trim_end_matches('.'))
}

fn axis(y: u16, track: &Track, pen: &mut Pen<'_>) {
    let style = pen.theme.dim();
    for cell in (0..track.cells).step_by(MARKS.into()) {
        let time = u64::from(cell) * track.scale;
        let mark = mark(time);
        if cell + 1 + columns(&mark) > track.cells {
            // Half a figure would be another one.
            break;
        }
        let x = pen.put(track.x + cell, y, "┊", pen.theme.faint());
        pen.put(x, y, &mark, style);
    }
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[test]
    fn marks_are_exact() {
        let marks = [0, 20_000, 1_500_000, 60_000_000, 1_080_000_000, 3_000_000_000];
        assert_eq!(marks.map(mark), ["0", "20 µs", "1.5 ms", "60 ms", "1.08 s", "3 s"]);
    }
}
