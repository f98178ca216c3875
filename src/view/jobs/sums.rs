//! The figures of all jobs together.

use super::inside;
use crate::app::jobs::{Jobs, Phase, words};
use crate::app::layout::{Area, Panel};
use crate::app::race::ladder::short;
use crate::experiment::Work;
use crate::view::pen::{Pen, grouped, lines};

/// Columns from which on it is also said how many requests wait at the server.
const ROOM_FOR_QUEUE: u16 = 50;

pub(super) fn draw(jobs: &Jobs, panel: Panel, pen: &mut Pen<'_>) {
    pen.rule(panel.rule, "jobs", "");
    let body = inside(panel.body);
    let mut pen = pen.within(body);
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let (made, end) = (jobs.made(), body.y + body.height);
    let what = words::jobs(made);
    let is_download = made.work == Work::Download;
    let figures = 4 + u16::from(is_download);
    // The figures come first where there is little room.
    let mut y = body.y;
    if lines(&what, body.width) + 1 + figures <= body.height {
        y += pen.wrap(body, &what, text);
    } else {
        pen.put(body.x, y, &crate::view::pen::short(&what, body.width.into()), text);
        y += 1;
    }
    pen.put(body.x, y, &words::crew(made), dim);
    y += 1;
    let terms = words::downloads::terms(made);
    if is_download && lines(&terms, body.width) + figures <= end.saturating_sub(y) {
        y += pen.wrap(Area { y, height: end - y, ..body }, &terms, dim);
    }
    y += u16::from(end.saturating_sub(y) > figures);
    counts(jobs, (body.x, y), &mut pen);
    if is_download {
        traffic(jobs, (body.x, y + 1), &mut pen);
        server(jobs, (body.x, y + 2), body.width, &mut pen);
    } else {
        load(jobs, (body.x, y + 1), &mut pen);
    }
    time(jobs, (body.x, y + figures - 2), &mut pen);
}

/// Draws labels and figures in turn.
fn figures(parts: &[(&str, String, bool)], (mut x, y): (u16, u16), pen: &mut Pen<'_>) {
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    for (label, figure, is_alarm) in parts {
        x = pen.put(x, y, label, dim) + 1;
        let style = if *is_alarm { strong.patch(pen.theme.alarm()) } else { strong };
        x = pen.put(x, y, figure, style) + 2;
    }
}

fn counts(jobs: &Jobs, at: (u16, u16), pen: &mut Pen<'_>) {
    let tally = jobs.account().tally();
    let (done, of) = (grouped(tally.done.into()), grouped(jobs.made().jobs.into()));
    let failed = grouped(tally.failed.into());
    let failed = if tally.failed > 0 { format!("✗ {failed}") } else { failed };
    let mut parts = vec![("done", format!("{done} of {of}"), false), ("failed", failed, tally.failed > 0)];
    if tally.cancelled > 0 {
        parts.push(("called off", grouped(tally.cancelled.into()), false));
    }
    figures(&parts, at, pen);
}

fn load(jobs: &Jobs, at: (u16, u16), pen: &mut Pen<'_>) {
    let account = jobs.account();
    let (load, crew) = (account.load_now(), u32::from(jobs.made().crew()));
    let queue = format!("{}, most {}", short(load.queued), short(account.longest_queue()));
    let busy = if jobs.made().runner.is_pool() {
        format!("{} of {crew}", load.busy)
    } else {
        format!("{}, most {}", short(load.busy), short(account.most_at_once()))
    };
    figures(&[("queue", queue, false), ("busy", busy, false)], at, pen);
}

/// How many transfers go on, and how many wait for a permit.
fn traffic(jobs: &Jobs, at: (u16, u16), pen: &mut Pen<'_>) {
    let (transfers, net) = (jobs.transfers(), &jobs.made().net);
    let (going, most) = (short(transfers.now()), short(transfers.most()));
    match net.permits {
        Some(permits) => {
            let waiting = format!("{}, most {}", short(transfers.waiting()), short(transfers.most_waiting()));
            let held = format!("{going} of {}", short(permits.into()));
            figures(&[("permits", held, false), ("wait", waiting, false)], at, pen);
        }
        None => figures(&[("going on", format!("{going}, most {most}"), false)], at, pen),
    }
}

/// What the server of our own says of itself.
fn server(jobs: &Jobs, at: (u16, u16), width: u16, pen: &mut Pen<'_>) {
    let Some(served) = jobs.served() else { return };
    let figure = |now: u32, most: u32| format!("{}, most {}", short(now), short(most));
    let mut parts = vec![("served at once", figure(served.now, served.most), false)];
    if width >= ROOM_FOR_QUEUE {
        parts.push(("queued there", figure(served.queued, served.most_queued), false));
    }
    figures(&parts, at, pen);
}

fn time(jobs: &Jobs, (x, y): (u16, u16), pen: &mut Pen<'_>) {
    figures(&[("time", words::time(jobs.now()), false)], (x, y), pen);
    let row = match (jobs.phase(), jobs.outcome()) {
        (Phase::InRow(_), _) => "in a row: being measured".into(),
        (_, Some(outcome)) if !outcome.stopped => words::in_row(outcome),
        _ => return,
    };
    match row.split_once(": ") {
        Some((row, times)) => {
            pen.put(x, y + 1, row, pen.theme.dim());
            let after = x + crate::view::pen::columns(row) + 2;
            pen.put(after, y + 1, times, pen.theme.strong());
        }
        None => {
            pen.put(x, y + 1, &row, pen.theme.dim());
        }
    }
}
