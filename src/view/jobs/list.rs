//! Each job, in the order of submission, whichever has ended first.

use super::inside;
use crate::analysis::jobs::{End, Record};
use crate::app::jobs::{Jobs, words};
use crate::app::layout::Panel;
use crate::event::download::Stage;
use crate::experiment::Work;
use crate::view::pen::{Pen, columns as columns_of, short};

/// What stands in a column.
#[derive(Clone, Copy)]
enum Figure {
    Worker,
    Waited,
    Permit,
    Stage(Stage),
    Ran,
}

/// The columns: where the jobs' numbers end, what follows and where each of that ends, and where the result begins.
struct Columns {
    job: u16,
    figures: &'static [(Figure, u16, &'static str)],
    result: u16,
}

const TIGHT: Columns = Columns {
    job: 4,
    figures: &[(Figure::Worker, 9, "by"), (Figure::Waited, 18, "waited"), (Figure::Ran, 27, "ran")],
    result: 28,
};
const ROOMY: Columns = Columns {
    job: 6,
    figures: &[(Figure::Worker, 14, "worker"), (Figure::Waited, 24, "waited"), (Figure::Ran, 34, "ran")],
    result: 36,
};
/// Of downloads: what they wait for is a permit.
const TIGHT_NET: Columns = Columns {
    job: 4,
    figures: &[(Figure::Worker, 8, "by"), (Figure::Permit, 16, "permit"), (Figure::Ran, 25, "ran")],
    result: 26,
};
const ROOMY_NET: Columns = Columns {
    job: 6,
    figures: &[(Figure::Worker, 14, "worker"), (Figure::Permit, 24, "permit"), (Figure::Ran, 34, "ran")],
    result: 36,
};
const WIDE_NET: Columns = Columns {
    job: 6,
    figures: &[
        (Figure::Worker, 14, "worker"),
        (Figure::Waited, 24, "waited"),
        (Figure::Permit, 34, "permit"),
        (Figure::Stage(Stage::Connecting), 44, "connect"),
        (Figure::Stage(Stage::Asking), 54, "answer"),
        (Figure::Stage(Stage::Receiving), 64, "receive"),
        (Figure::Ran, 74, "ran"),
    ],
    result: 76,
};
/// Columns from which on a job's process is named.
const ROOM_FOR_PROCESS: usize = 26;
/// From this width on there is more room between columns, and from that on for the stages of a download.
const ENOUGH: u16 = 48;
const PLENTY: u16 = 110;

impl Columns {
    fn of(work: Work, width: u16) -> &'static Columns {
        match (work == Work::Download, width) {
            (false, 0..ENOUGH) => &TIGHT,
            (false, _) => &ROOMY,
            (true, 0..ENOUGH) => &TIGHT_NET,
            (true, ENOUGH..PLENTY) => &ROOMY_NET,
            (true, _) => &WIDE_NET,
        }
    }
}

pub(super) fn draw(jobs: &Jobs, panel: Panel, pen: &mut Pen<'_>) {
    let body = inside(panel.body);
    let (first, of) = (jobs.first(), jobs.made().jobs);
    let rows = body.height.saturating_sub(1);
    let last = (first + u32::from(rows)).min(of);
    let note =
        if u32::from(rows) < of { format!("{first} to {}", last.saturating_sub(1)) } else { String::new() };
    pen.rule(panel.rule, "results, in the order of submission", &note);
    let mut pen = pen.within(body);
    let dim = pen.theme.dim();
    let columns = Columns::of(jobs.made().work, body.width);
    pen.put_right(body.x + columns.job, body.y, "job", dim);
    for &(_, end, heading) in columns.figures {
        pen.put_right(body.x + end, body.y, heading, dim);
    }
    pen.put(body.x + columns.result, body.y, "result", dim);
    for (row, job) in (0..rows).zip(first..last) {
        let record = jobs.account().records().get(job as usize);
        let at = (body.x, body.y + 1 + row);
        entry(job, record, jobs, at, body.width, &mut pen);
    }
}

fn entry(job: u32, record: Option<&Record>, jobs: &Jobs, (x, y): (u16, u16), width: u16, pen: &mut Pen<'_>) {
    let columns = Columns::of(jobs.made().work, width);
    let room = usize::from(width.saturating_sub(columns.result));
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let number = if jobs.selected() == job { pen.theme.selected(text) } else { text };
    pen.put_right(x + columns.job, y, &job.to_string(), number);
    let Some(record) = record else { return };
    let now = jobs.now().max(jobs.account().last());
    let times = jobs.transfers().times().get(job as usize).copied().unwrap_or_default();
    for &(figure, end, _) in columns.figures {
        let (said, style) = match figure {
            Figure::Worker => {
                let Some(worker) = record.worker else { continue };
                (format!("W{}", worker.0), pen.theme.worker(worker.index()))
            }
            Figure::Waited => (words::time(record.wait(now)), dim),
            Figure::Permit => (spent(times.permit_until(now)), dim),
            Figure::Stage(stage) => (spent(times.stage_until(stage, now)), dim),
            Figure::Ran => {
                let Some(run) = record.run(now) else { continue };
                (words::time(run), text)
            }
        };
        pen.put_right(x + end, y, &said, style);
    }
    let failed = matches!(record.ended, Some((_, End::Failed(_))));
    let style = match record.ended {
        Some((_, End::Failed(_))) => pen.theme.alarm(),
        Some((_, End::Done(_))) => pen.theme.strong(),
        _ => dim,
    };
    let mut ending = match words::downloads::at(&times) {
        Some(at) => at.to_owned(),
        None if usize::from(columns_of(&words::ending(record))) > room => words::short_ending(record),
        None => words::ending(record),
    };
    if let Some(process) = record.process
        && !failed
        && room >= ROOM_FOR_PROCESS
    {
        ending.push_str(&format!("   process {process}"));
    }
    pen.put(x + columns.result, y, &short(&ending, room), style);
}

/// What took no time at all was never begun.
fn spent(nanos: u64) -> String {
    if nanos == 0 { "–".into() } else { words::time(nanos) }
}
