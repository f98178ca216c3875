//! The figures of all jobs together.

use super::inside;
use crate::app::jobs::{Jobs, Phase, words};
use crate::app::layout::Panel;
use crate::app::race::ladder::short;
use crate::view::pen::{Pen, grouped, lines};

pub(super) fn draw(jobs: &Jobs, panel: Panel, pen: &mut Pen<'_>) {
    pen.rule(panel.rule, "jobs", "");
    let body = inside(panel.body);
    let mut pen = pen.within(body);
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let (made, end) = (jobs.made(), body.y + body.height);
    let what = words::jobs(made);
    // The figures come first where there is little room.
    let mut y = body.y;
    if lines(&what, body.width) + 5 <= body.height {
        y += pen.wrap(body, &what, text);
    } else {
        pen.put(body.x, y, &crate::view::pen::short(&what, body.width.into()), text);
        y += 1;
    }
    pen.put(body.x, y, &words::crew(made), dim);
    y += if end.saturating_sub(y) > 6 { 2 } else { 1 };
    counts(jobs, (body.x, y), &mut pen);
    load(jobs, (body.x, y + 1), &mut pen);
    time(jobs, (body.x, y + 2), &mut pen);
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
