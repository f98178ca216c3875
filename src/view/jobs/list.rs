//! Each job, in the order of submission, whichever has ended first.

use super::inside;
use crate::analysis::jobs::{End, Record};
use crate::app::jobs::{Jobs, words};
use crate::app::layout::Panel;
use crate::view::pen::{Pen, short};

/// Where columns end, but the last, which begins there.
struct Columns {
    job: u16,
    worker: u16,
    waited: u16,
    ran: u16,
    result: u16,
}

const TIGHT: Columns = Columns { job: 4, worker: 9, waited: 18, ran: 27, result: 28 };
const WIDE: Columns = Columns { job: 6, worker: 14, waited: 24, ran: 34, result: 36 };
/// Columns from which on a job's process is named.
const ROOM_FOR_PROCESS: usize = 26;
/// From this width on.
const ENOUGH: u16 = 48;

impl Columns {
    fn of(width: u16) -> Columns {
        if width < ENOUGH { TIGHT } else { WIDE }
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
    let columns = Columns::of(body.width);
    let by = if body.width < ENOUGH { "by" } else { "worker" };
    let headings =
        [(columns.job, "job"), (columns.worker, by), (columns.waited, "waited"), (columns.ran, "ran")];
    for (end, heading) in headings {
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
    let columns = Columns::of(width);
    let room = usize::from(width.saturating_sub(columns.result));
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let number = if jobs.selected() == job { pen.theme.selected(text) } else { text };
    pen.put_right(x + columns.job, y, &job.to_string(), number);
    let Some(record) = record else { return };
    let now = jobs.now().max(jobs.account().last());
    if let Some(worker) = record.worker {
        let style = pen.theme.worker(worker.index());
        pen.put_right(x + columns.worker, y, &format!("W{}", worker.0), style);
    }
    pen.put_right(x + columns.waited, y, &words::time(record.wait(now)), dim);
    if let Some(run) = record.run(now) {
        pen.put_right(x + columns.ran, y, &words::time(run), text);
    }
    let failed = matches!(record.ended, Some((_, End::Failed(_))));
    let style = match record.ended {
        Some((_, End::Failed(_))) => pen.theme.alarm(),
        Some((_, End::Done(_))) => pen.theme.strong(),
        _ => dim,
    };
    let mut ending = words::ending(record);
    if let Some(process) = record.process
        && !failed
        && room >= ROOM_FOR_PROCESS
    {
        ending.push_str(&format!("   process {process}"));
    }
    pen.put(x + columns.result, y, &short(&ending, room), style);
}
