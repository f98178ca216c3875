//! Each job, in the order of submission, whichever has ended first.

use super::inside;
use crate::analysis::jobs::{End, Record};
use crate::app::jobs::{Jobs, words};
use crate::app::layout::Panel;
use crate::view::pen::{Pen, short};

/// Where columns end, but the last, which begins there.
const JOB: u16 = 6;
const WORKER: u16 = JOB + 8;
const WAITED: u16 = WORKER + 10;
const RAN: u16 = WAITED + 10;
const RESULT: u16 = RAN + 2;

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
    for (end, heading) in [(JOB, "job"), (WORKER, "worker"), (WAITED, "waited"), (RAN, "ran")] {
        pen.put_right(body.x + end, body.y, heading, dim);
    }
    pen.put(body.x + RESULT, body.y, "result", dim);
    for (row, job) in (0..rows).zip(first..last) {
        let record = jobs.account().records().get(job as usize);
        let at = (body.x, body.y + 1 + row);
        let room = usize::from(body.width.saturating_sub(RESULT));
        entry(job, record, jobs, at, room, &mut pen);
    }
}

fn entry(job: u32, record: Option<&Record>, jobs: &Jobs, (x, y): (u16, u16), room: usize, pen: &mut Pen<'_>) {
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let number = if jobs.selected() == job { pen.theme.selected(text) } else { text };
    pen.put_right(x + JOB, y, &job.to_string(), number);
    let Some(record) = record else { return };
    let now = jobs.now().max(jobs.account().last());
    if let Some(worker) = record.worker {
        let style = pen.theme.worker(worker.index());
        pen.put_right(x + WORKER, y, &format!("W{}", worker.0), style);
    }
    pen.put_right(x + WAITED, y, &words::time(record.wait(now)), dim);
    if let Some(run) = record.run(now) {
        pen.put_right(x + RAN, y, &words::time(run), text);
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
    {
        ending.push_str(&format!("   process {process}"));
    }
    pen.put(x + RESULT, y, &short(&ending, room), style);
}
