//! What each worker did when, which core worked for whom, and how long the queue was.
//!
//! ```text
//!   W0    3━━━━━━━━━7━━━━━━━━━━
//!   W1    a░░░░b░░░░░c░░░░░░✗··
//!   core 0  0000011111
//!   queue   ▇▇▅▅▂▂▁
//!           ┊0        ┊20 ms
//! ```
//! A cell stands for 1, 2 or 5 (and zeros) nanoseconds; of what falls into one cell the last is seen.

use ratatui::style::Style;

use crate::analysis::jobs::{Account, Doing, Span};
use crate::app::jobs::layout::{GUTTER, Panels, scale};
use crate::app::jobs::{Jobs, words};
use crate::event::download::Stage;
use crate::experiment::Work;
use crate::view::pen::{Pen, grouped};

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
    let note = format!("━ works  ░ sleeps  · idle  ▒ several   cell {}", words::time(track.scale));
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
        lane(jobs, worker, (body.x + 2, y), &track, &mut pen);
        y += panels.step;
    }
    y = body.y + panels.visible * panels.step;
    for (row, core) in (0..panels.cores).zip(cores(jobs.account())) {
        on_core(jobs.account(), core, (body.x + 2, y + row), &track, &mut pen);
    }
    y += panels.cores;
    queue(jobs, (body.x + 2, y), &track, &mut pen);
    axis(y + 1, &track, &mut pen);
}

fn lane(jobs: &Jobs, worker: u16, (x, y): (u16, u16), track: &Track, pen: &mut Pen<'_>) {
    let tint = pen.theme.worker(worker.into());
    let strong = tint.patch(pen.theme.strong());
    pen.put(x, y, &format!("W{worker}"), strong);
    pen.fill(track.x, track.cell(track.now) + 1, y, '·', pen.theme.faint());
    let Some(lane) = jobs.account().lanes().get(usize::from(worker)) else { return };
    for span in lane.spans() {
        let (from, to) = track.cells_of(span);
        let glyph = match span.doing {
            Doing::Works | Doing::Transfers(Stage::Receiving) => '━',
            Doing::Sleeps | Doing::Transfers(_) => '░',
            Doing::Awaits => '▒',
        };
        // Where it ends the next one may begin, in the same cell.
        let end = if span.to.is_some() { to.max(from + 1) } else { to + 1 };
        pen.fill(from, end, y, glyph, tint);
    }
    if jobs.made().work != Work::Say {
        names(jobs, lane.spans(), y, track, strong, pen);
    }
    for span in lane.spans().iter().filter(|span| span.failed) {
        pen.set(track.cells_of(span).1, y, '✗', pen.theme.alarm());
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

/// The cores on which anybody worked.
fn cores(account: &Account) -> Vec<u16> {
    let spans = account.lanes().iter().flat_map(|lane| lane.spans());
    let mut cores: Vec<u16> = Vec::new();
    for core in spans.filter_map(|span| span.core) {
        if !cores.contains(&core) {
            cores.push(core);
        }
    }
    cores.sort_unstable();
    cores
}

/// Who worked on a core: the last digit of the worker's number, or a sign where several did. A worker is taken to be
/// where it was when it took its job up, woke, or found itself moved.
fn on_core(account: &Account, core: u16, (x, y): (u16, u16), track: &Track, pen: &mut Pen<'_>) {
    pen.put(x, y, &format!("core {core}"), pen.theme.dim());
    let mut cells = vec![None; usize::from(track.cells)];
    for (worker, lane) in account.lanes().iter().enumerate() {
        for span in lane.spans().iter().filter(|span| span.doing == Doing::Works && span.core == Some(core)) {
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

fn queue(jobs: &Jobs, (x, y): (u16, u16), track: &Track, pen: &mut Pen<'_>) {
    let account = jobs.account();
    pen.put(x, y, "queue", pen.theme.dim());
    let most = account.longest_queue();
    if most == 0 {
        return;
    }
    let style = pen.theme.dim();
    for x in track.x..=track.cell(track.now) {
        // The end of the cell's time: what is still queued then.
        let time = (u64::from(x - track.x) + 1) * track.scale;
        let queued = account.load_at(time.min(track.now)).queued;
        if queued > 0 {
            let height = (u64::from(queued) * HEIGHTS.len() as u64).div_ceil(u64::from(most)) as usize;
            pen.set(x, y, HEIGHTS[height.clamp(1, HEIGHTS.len()) - 1], style);
        }
    }
}

fn axis(y: u16, track: &Track, pen: &mut Pen<'_>) {
    let style = pen.theme.dim();
    for cell in (0..track.cells).step_by(MARKS.into()) {
        let time = u64::from(cell) * track.scale;
        let mark = if cell == 0 { "0".into() } else { words::time(time) };
        let x = pen.put(track.x + cell, y, "┊", pen.theme.faint());
        pen.put(x, y, &mark, style);
    }
}
