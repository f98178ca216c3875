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

mod crowd;

use ratatui::style::Style;

use crate::app::layout::{Area, Panel};
use crate::app::race::{Activity, Race};
use crate::event::{Seen, Source, Worker};
use crate::experiment::figures::{Doing, WorkerNow};
use crate::experiment::{Kind, Protection};
use crate::view::pen::{Pen, columns, grouped};
use crate::view::words;
use crowd::Crowd;

/// Columns of a worker where they stand in columns, and where that is too much for all and a sign has to do as a warning.
const COLUMN: u16 = 24;
const NARROW: u16 = 18;
/// Columns of a process's number.
const PID: u16 = 13;

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let kind = race.settings().kind;
    // Where there is more room the header says it.
    let is_said = kind == Kind::Thread || panel.rule.width >= 56;
    pen.rule(panel.rule, "now", if is_said { "" } else { kind.short() });
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
            && !blurred(race)
            && let Some(text) = words::threat(race, width.saturating_sub(2))
        {
            pen.put(x + 2, below + airy, &text, dim);
        }
        return;
    }
    let names = name(workers.len()) - 4;
    let per_row = |column: u16| usize::from((width.saturating_sub(1) / column).max(1));
    let wide = COLUMN + names;
    let narrow = (NARROW + names).max(names + 16 + race.counter().value.to_string().len() as u16);
    let column = if workers.len() > per_row(wide) * rows && !blurred(race) { narrow } else { wide };
    let per_row = per_row(column);
    let crowd = if blurred(race) { Crowd::by_progress(race) } else { Crowd::of(race, per_row * rows) };
    let mut area = Area { x: x + 2, y, width: width.saturating_sub(2), height };
    if workers.len() > per_row * rows {
        crowd.draw(area, pen);
        area = Area { y: y + 1, height: height.saturating_sub(1), ..area };
    }
    let rows = usize::from(area.height.max(1));
    for (place, &(worker, stale)) in crowd.telling().take(rows * per_row).enumerate() {
        let x = area.x + (place / rows) as u16 * column;
        let y = area.y + (place % rows) as u16;
        if let Some(now) = workers.get(worker.index()) {
            brief(race, (worker, now, stale), Area { x, y, width: column, height: 1 }, pen);
        }
    }
}

/// Columns that the names of so many workers take, with what lies between them and the glyph.
fn name(workers: usize) -> u16 {
    4 + workers.saturating_sub(1).checked_ilog10().map_or(0, |digits| digits.saturating_sub(1) as u16)
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
    if let Some(pid) = race.pid(worker).filter(|_| wide) {
        pen.put_right(x + width, y, &format!("pid {pid}"), pen.theme.faint());
    }
    let next = pen.put(x + 6, y, &doing, pen.theme.text());
    let (text, alarm) = remark(race, worker, now, wide);
    let style = if alarm { pen.theme.alarm().patch(pen.theme.strong()) } else { pen.theme.dim() };
    let column = (x + if wide { 28 } else { 19 }).max(next + 1);
    let taken = if wide && race.pid(worker).is_some() { PID } else { 0 };
    let room = (x + width).saturating_sub(column + taken);
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
fn brief(race: &Race, (worker, now, stale): (Worker, &WorkerNow, bool), area: Area, pen: &mut Pen<'_>) {
    let Area { x, y, width, .. } = area;
    let named_style = named(race, worker, pen);
    pen.put(x, y, &worker.to_string(), named_style);
    let x = x + name(race.workers().len());
    pen.set(x, y, glyph(now.doing), pen.theme.worker(worker.index()));
    let text = match now.doing {
        Doing::Crashed => "✗ crashed".into(),
        Doing::Killed => "✗ killed".into(),
        _ if blurred(race) => format!("{} done", grouped(u64::from(now.completed))),
        Doing::Between => "between".into(),
        Doing::Waiting => "waits".into(),
        Doing::Inside => "inside".into(),
        Doing::Holding(value) => format!("holds {value}"),
        Doing::Leaving(value) => format!("stored {value}"),
        Doing::Done => "done".into(),
    };
    let next = pen.put(x + 2, y, &text, pen.theme.text());
    if stale {
        let room = (area.x + width).saturating_sub(next + 2);
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

/// Whether somebody else has begun and not come to its end, and this one can do nothing before that: all share one
/// thread, and nothing is awaited on the way.
fn is_kept_out(race: &Race, now: &WorkerNow) -> bool {
    let all = race.settings().iterations;
    let begun = |now: &WorkerNow| matches!(now.doing, Doing::Holding(_)) || (1..all).contains(&now.completed);
    race.settings().kind == (Kind::Task { awaits: false }) && !begun(now) && race.workers().iter().any(begun)
}

/// What a worker is doing, in words.
fn doing(race: &Race, now: &WorkerNow, wide: bool) -> String {
    match now.doing {
        Doing::Between if is_kept_out(race, now) => "not its turn".into(),
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
