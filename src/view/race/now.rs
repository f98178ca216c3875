//! What each worker is doing now.
//!
//! ```text
//! ─ now ──────────────────────────────────────────────────────────
//!   T0  ○  between increments
//!   T1  ●  holds 41              ⚠ stale: the counter is 42 now
//!   T2  ░  waits for T1          since 0.4 s
//!   If T1 stores next, T0's update is gone.
//! ```
//! With more workers than rows they stand in columns, and with even more the most telling ones stand under a
//! summary.

use ratatui::style::Style;

use crate::app::layout::{Area, Panel};
use crate::app::race::{Activity, Race};
use crate::event::{Seen, Source, Worker};
use crate::experiment::Protection;
use crate::experiment::figures::{Doing, WorkerNow};
use crate::view::pen::{Pen, columns, grouped};
use crate::view::words;

/// Columns of a worker where they stand in columns.
const COLUMN: u16 = 24;

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    pen.rule(panel.rule, "now", "");
    let Area { x, y, width, height } = panel.body;
    let pen = &mut pen.within(panel.body);
    let workers = race.workers();
    let dim = pen.theme.dim();
    if workers.is_empty() {
        let failed = race.activity() == Activity::Failed;
        pen.put(
            x + 2,
            y,
            if failed { "No worker is running." } else { "The workers are being started." },
            dim,
        );
        return;
    }
    let rows = usize::from(height);
    if workers.len() <= rows {
        for (y, worker) in (y..).zip(0..) {
            let Some(now) = workers.get(usize::from(worker)) else { break };
            line(
                race,
                Worker(worker),
                now,
                Area { x: x + 2, y, width: width.saturating_sub(2), height: 1 },
                pen,
            );
        }
        let below = y + workers.len() as u16;
        let airy = u16::from(workers.len() + 2 < rows);
        if workers.len() + usize::from(airy) < rows
            && let Some(text) = words::threat(race, width.saturating_sub(2))
        {
            pen.put(x + 2, below + airy, &text, dim);
        }
        return;
    }
    let per_row = usize::from((width / COLUMN).max(1));
    let order = order(race);
    let mut area = Area { x: x + 2, y, width, height };
    if workers.len() > per_row * rows {
        summary(race, area, pen);
        area = Area { y: y + 1, height: height.saturating_sub(1), ..area };
    }
    let rows = usize::from(area.height.max(1));
    for (place, &worker) in order.iter().take(rows * per_row).enumerate() {
        let x = area.x + (place / rows) as u16 * COLUMN;
        let y = area.y + (place % rows) as u16;
        if let Some(now) = workers.get(worker.index()) {
            brief(race, worker, now, x, y, pen);
        }
    }
}

/// The workers in the order in which they are worth showing: all in order of their numbers if all can be shown.
fn order(race: &Race) -> Vec<Worker> {
    let mut workers: Vec<Worker> = (0..race.workers().len() as u16).map(Worker).collect();
    workers.sort_by_key(|&worker| {
        let doing = race.workers().get(worker.index()).map(|now| now.doing);
        let focused = race.focus() == Some(worker.0);
        let rank = match doing {
            _ if focused => 0,
            Some(Doing::Crashed | Doing::Killed) => 1,
            Some(Doing::Holding(_)) if stale(race, worker) => 2,
            Some(Doing::Holding(_)) => 3,
            Some(Doing::Inside | Doing::Leaving(_)) => 4,
            Some(Doing::Waiting) => 5,
            Some(Doing::Between) => 6,
            Some(Doing::Done) | None => 7,
        };
        (rank, worker)
    });
    workers
}

/// Whether the worker holds a value that the counter no longer has, where there is one that all share. At full speed nobody can tell: the counter is
/// another by the time it is looked at.
pub(crate) fn stale(race: &Race, worker: Worker) -> bool {
    let Some(now) = race.workers().get(worker.index()) else { return false };
    let Doing::Holding(value) = now.doing else { return false };
    let (_, exact) = race.counts();
    race.settings().kind.shares_memory()
        && (exact || race.flows())
        && (value != race.counter().value || race.timeline().is_stale(worker))
}

/// Draws one worker on a line of its own.
fn line(race: &Race, worker: Worker, now: &WorkerNow, area: Area, pen: &mut Pen<'_>) {
    let Area { x, y, width, .. } = area;
    let style = named(race, worker, pen);
    pen.put(x, y, &worker.to_string(), style);
    pen.set(x + 4, y, glyph(now.doing), pen.theme.worker(worker.index()));
    if blurred(race) && !matches!(now.doing, Doing::Crashed | Doing::Killed) {
        progress(race, worker, now, Area { x: x + 6, width: width.saturating_sub(7), ..area }, pen);
        return;
    }
    let wide = width >= 60;
    let doing = doing(race, now, wide);
    let next = pen.put(x + 6, y, &doing, pen.theme.text());
    let (text, alarm) = remark(race, worker, now, wide);
    let style = if alarm { pen.theme.alarm().patch(pen.theme.strong()) } else { pen.theme.dim() };
    let column = (x + if wide { 28 } else { 19 }).max(next + 1);
    let room = (x + width).saturating_sub(column);
    // Where the remark finds no room half of it would only puzzle; the warning's sign always does.
    let shorter: &[&str] = if alarm { &["⚠ stale", "⚠"] } else { &[] };
    let fits = |said: &&str| columns(said) <= room || *said == "⚠";
    let said = [&*text].into_iter().chain(shorter.iter().copied()).find(fits).unwrap_or_default();
    let column = if said == text { column } else { next + 1 };
    let text = said;
    pen.put(column, y, text, style);
}

/// Whether the workers are too fast for anyone to read what each is doing.
fn blurred(race: &Race) -> bool {
    !race.flows() && !race.paused() && race.activity() != Activity::Failed
}

/// Draws how far a worker has come.
fn progress(race: &Race, worker: Worker, now: &WorkerNow, area: Area, pen: &mut Pen<'_>) {
    let all = race.settings().iterations.max(1);
    let width = area.width.saturating_sub(20).min(24);
    let share = f64::from(now.completed.min(all)) / f64::from(all);
    let full = area.x + ((share * f64::from(width)) as u16).min(width);
    pen.fill(area.x, full, area.y, '━', pen.theme.worker(worker.index()));
    pen.fill(full, area.x + width, area.y, '·', pen.theme.faint());
    let end = area.x + width + 12;
    pen.put_right(end, area.y, &grouped(u64::from(now.completed)), pen.theme.text());
    pen.put(end + 1, area.y, "done", pen.theme.dim());
}

/// Draws one worker in a column.
fn brief(race: &Race, worker: Worker, now: &WorkerNow, x: u16, y: u16, pen: &mut Pen<'_>) {
    let style = named(race, worker, pen);
    pen.put(x, y, &worker.to_string(), style);
    pen.set(x + 4, y, glyph(now.doing), pen.theme.worker(worker.index()));
    let text = match now.doing {
        Doing::Between => "between".into(),
        Doing::Waiting => "waits".into(),
        Doing::Inside => "inside".into(),
        Doing::Holding(value) => format!("holds {value}"),
        Doing::Leaving(value) => format!("stored {value}"),
        Doing::Done => "done".into(),
        Doing::Crashed => "✗ crashed".into(),
        Doing::Killed => "✗ killed".into(),
    };
    let next = pen.put(x + 6, y, &text, pen.theme.text());
    if stale(race, worker) {
        let room = (x + COLUMN).saturating_sub(next + 2);
        let text = if columns("⚠ stale") <= room { "⚠ stale" } else { "⚠" };
        pen.put(next + 1, y, text, pen.theme.alarm().patch(pen.theme.strong()));
    }
}

fn named(race: &Race, worker: Worker, pen: &Pen<'_>) -> Style {
    let style = pen.theme.worker(worker.index()).patch(pen.theme.strong());
    if race.focus() == Some(worker.0) { pen.theme.selected(style) } else { style }
}

fn glyph(doing: Doing) -> char {
    match doing {
        Doing::Between => '○',
        Doing::Waiting => '░',
        Doing::Inside | Doing::Leaving(_) => '◌',
        Doing::Holding(_) => '●',
        Doing::Done => '✓',
        Doing::Crashed | Doing::Killed => '✗',
    }
}

/// What a worker is doing, in words.
fn doing(race: &Race, now: &WorkerNow, wide: bool) -> String {
    match now.doing {
        Doing::Between if wide => "between increments".into(),
        Doing::Between => "between".into(),
        Doing::Waiting => format!("waits for {}", words::holders(race)),
        Doing::Inside => "inside".into(),
        Doing::Holding(value) => format!("holds {value}"),
        Doing::Leaving(value) => format!("stored {value}"),
        Doing::Done => format!("done: {}", grouped(u64::from(now.completed))),
        Doing::Crashed => "crashed".into(),
        Doing::Killed => "killed".into(),
    }
}

/// What there is to add, and whether it is a warning.
fn remark(race: &Race, worker: Worker, now: &WorkerNow, wide: bool) -> (String, bool) {
    match now.doing {
        Doing::Holding(_) if stale(race, worker) => {
            if race.settings().protection == Protection::CompareAndSwap {
                return (
                    if wide { "its swap will fail: it tries again" } else { "its swap will fail" }.into(),
                    false,
                );
            }
            let Seen { value: counter, source } = race.counter();
            let text = match source {
                // The same number again, but another's store: what this worker adds replaces that one's.
                Source::Store(by) if now.doing == Doing::Holding(counter) && wide => {
                    format!("⚠ stale: that is {}'s {counter} now", by.worker)
                }
                Source::Store(by) if now.doing == Doing::Holding(counter) => {
                    format!("⚠ stale: {}'s {counter}", by.worker)
                }
                _ if wide => format!("⚠ stale: the counter is {counter} now"),
                _ => format!("⚠ stale: {counter} now"),
            };
            (text, true)
        }
        Doing::Holding(value) => (format!("stores {} next", value.saturating_add(1)), false),
        Doing::Waiting => match now.since {
            Some(since) => {
                let nanos = race.elapsed().saturating_sub(since);
                (format!("since {:.1} s", nanos as f64 / 1e9), false)
            }
            None => (String::new(), false),
        },
        Doing::Leaving(_) => ("leaves next".into(), false),
        Doing::Between if now.completed > 0 => (format!("{} done", grouped(u64::from(now.completed))), false),
        Doing::Inside => ("loads next".into(), false),
        Doing::Between | Doing::Done | Doing::Crashed | Doing::Killed => (String::new(), false),
    }
}

/// Draws how many workers are doing what.
fn summary(race: &Race, area: Area, pen: &mut Pen<'_>) {
    let count = |wanted: fn(Doing) -> bool| race.workers().iter().filter(|now| wanted(now.doing)).count();
    let parts = [
        (count(|doing| matches!(doing, Doing::Holding(_))), "hold a value"),
        (count(|doing| matches!(doing, Doing::Inside | Doing::Leaving(_))), "inside"),
        (count(|doing| matches!(doing, Doing::Waiting)), "wait"),
        (count(|doing| matches!(doing, Doing::Between)), "between"),
        (count(|doing| matches!(doing, Doing::Done)), "done"),
    ];
    let mut x = area.x;
    for (number, what) in parts.into_iter().filter(|part| part.0 > 0) {
        x = pen.put(x, area.y, &format!("{number} "), pen.theme.strong());
        x = pen.put(x, area.y, what, pen.theme.dim());
        x = pen.put(x, area.y, "  ", pen.theme.dim());
    }
    let stale = (0..race.workers().len() as u16).filter(|&worker| stale(race, Worker(worker))).count();
    if stale > 0 {
        pen.put(x, area.y, &format!("⚠ {stale} stale"), pen.theme.alarm().patch(pen.theme.strong()));
    }
}
