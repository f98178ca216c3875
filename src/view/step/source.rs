//! The source, with each worker's position on the very columns of its next operation.
//!
//! ```text
//! ─ program ──────────────────────────
//!       4  for _ in range(3):
//! T0▶   5      counter = counter + 1      the columns of the store are marked
//! T1▶   5      counter = counter + 1      those of the load
//!   no protection, 2 threads × 3
//! ```

use std::collections::BTreeMap;

use crate::app::findings;
use crate::app::layout::{Area, Panel};
use crate::app::model::Model;
use crate::app::step::{Stand, Step};
use crate::event::Worker;
use crate::program::Span;
use crate::view::pen::{Pen, columns, grouped, lines};

/// Columns before the source: workers, line number.
const GUTTER: u16 = 10;
const NARROW_GUTTER: u16 = 9;
/// Below this width an indentation is drawn half as wide.
const NARROW: u16 = 46;

/// A row: a line of the source, and workers whose next operation stands at the same place in it.
struct Row<'a> {
    line: usize,
    text: &'a str,
    span: Option<Span>,
    workers: Vec<Worker>,
    /// Whether that operation failed.
    failed: bool,
}

/// Draws the panel.
pub(crate) fn draw(step: &Step, model: &Model, panel: Panel, pen: &mut Pen<'_>) {
    let program = step.program();
    let title = if program.shape.is_some() { "program".into() } else { format!("program {}", program.name) };
    pen.rule(panel.rule, &title, "");
    let body = panel.body;
    let width = body.width.saturating_sub(3);
    let words = words(step, model, width);
    let reserved = words.iter().map(|(text, _)| lines(text, width)).sum::<u16>() + u16::from(body.height > 9);
    let rows = rows(step);
    let height = usize::from(body.height.saturating_sub(reserved)).max(1);
    let first = first(&rows, height);
    for (y, row) in (body.y..).zip(rows.iter().skip(first).take(height)) {
        draw_row(row, Area { y, height: 1, ..body }, pen);
    }
    let below = body.y + (rows.len() - first).min(height) as u16 + u16::from(body.height > 9);
    let mut pen = pen.within(body);
    let mut y = below;
    for (text, strong) in &words {
        let style = if *strong { pen.theme.strong() } else { pen.theme.dim() };
        let height = (body.y + body.height).saturating_sub(y);
        y += pen.wrap(Area { x: body.x + 2, y, width, height }, text, style);
    }
}

/// What the program is, and where it differs from the real runs; each line, and whether it stands out.
fn words(step: &Step, model: &Model, width: u16) -> Vec<(String, bool)> {
    let mut lines = match &step.program().shape {
        Some(shape) if columns(&step.program_words()) > width => {
            let short = format!("{}, {} × {}", shape.protection, findings::workers(shape), shape.iterations);
            let apart = findings::apart(shape).trim_start_matches(", ");
            let rest = (!apart.is_empty()).then(|| (apart.to_owned(), true));
            [(short, true)].into_iter().chain(rest).collect()
        }
        Some(_) => vec![(step.program_words(), true)],
        None => vec![(step.program().title.clone(), true)],
    };
    if let Some(real) = model.too_many() {
        let text = format!("few enough to step through; Race makes {}", grouped(u64::from(real)));
        if columns(&text) <= width {
            lines.push((text, false));
        }
    }
    lines
}

fn rows(step: &Step) -> Vec<Row<'_>> {
    let mut places: BTreeMap<usize, Vec<(Span, Vec<Worker>)>> = BTreeMap::new();
    let failed = step.moment().rows.iter().find(|row| row.stand == Stand::Failed).map(|row| row.worker);
    for row in &step.moment().rows {
        let Some(span) = row.span else { continue };
        let line = places.entry(span.line as usize).or_default();
        match line.iter_mut().find(|(other, _)| *other == span) {
            Some((_, workers)) => workers.push(row.worker),
            None => line.push((span, vec![row.worker])),
        }
    }
    let mut rows = Vec::new();
    // What the comment at the head says is said below the source.
    let head = |(_, line): &(usize, &String)| line.starts_with('#');
    for (index, text) in step.program().source.iter().enumerate().skip_while(head) {
        let line = index + 1;
        match places.remove(&line) {
            None => rows.push(Row { line, text, span: None, workers: Vec::new(), failed: false }),
            Some(spans) => {
                rows.extend(spans.into_iter().map(|(span, workers)| Row {
                    line,
                    text,
                    span: Some(span),
                    failed: failed.is_some_and(|failed| workers.contains(&failed)),
                    workers,
                }));
            }
        }
    }
    rows
}

/// The first row to be shown, so that as many positions as possible are in sight, with a little before them.
fn first(rows: &[Row<'_>], height: usize) -> usize {
    let last_start = rows.len().saturating_sub(height);
    // What failed is what matters.
    if let Some(failed) = rows.iter().position(|row| row.failed) {
        return failed.saturating_sub(height / 2).min(last_start);
    }
    let mut marked = rows.iter().enumerate().filter(|(_, row)| row.span.is_some()).map(|(index, _)| index);
    let Some(top) = marked.next() else { return 0 };
    let bottom = marked.next_back().unwrap_or(top);
    let spread = bottom - top + 1;
    let before = if spread < height { (height - spread) / 2 } else { 0 };
    // The heading comment is worth less than the code.
    top.saturating_sub(before).min(last_start)
}

fn draw_row(row: &Row<'_>, area: Area, pen: &mut Pen<'_>) {
    let mut pen = pen.within(area);
    let (faint, text, strong) = (pen.theme.faint(), pen.theme.text(), pen.theme.strong());
    let Area { x, y, .. } = area;
    names(&row.workers, row.failed, x, y, &mut pen);
    let narrow = area.width < NARROW;
    let start = x + if narrow { NARROW_GUTTER } else { GUTTER };
    pen.put_right(start - if narrow { 1 } else { 2 }, y, &row.line.to_string(), faint);
    let indent = row.text.chars().take_while(|c| *c == ' ').count();
    let cut = if narrow { indent / 2 } else { 0 };
    let end = pen.put(start, y, &row.text[cut..], text);
    if end > x + area.width {
        pen.set(x + area.width - 1, y, '…', faint);
    }
    if let (Some(span), Some(worker)) = (row.span, row.workers.first()) {
        let from = span.start.saturating_sub(1) as usize;
        let marked: String = row.text.chars().skip(from).take((span.end - span.start) as usize).collect();
        let style = if row.failed { pen.theme.alarm() } else { pen.theme.worker(worker.index()) };
        let style = pen.theme.selected(style.patch(strong));
        pen.put(start + from.saturating_sub(cut) as u16, y, &marked, style);
    }
}

/// Draws who stands there: all names where they fit, else from whom to whom, or how many.
fn names(workers: &[Worker], failed: bool, x: u16, y: u16, pen: &mut Pen<'_>) {
    let Some(first) = workers.first() else { return };
    let strong = pen.theme.strong();
    let mut x = x;
    let style = |worker: &Worker, pen: &Pen<'_>| pen.theme.worker(worker.index()).patch(strong);
    let all: u16 = workers.iter().map(|worker| columns(&worker.to_string())).sum();
    if all <= 5 {
        for worker in workers {
            let style = style(worker, pen);
            x = pen.put(x, y, &worker.to_string(), style);
        }
    } else {
        let style = style(first, pen);
        let last = first.0 + workers.len() as u16 - 1;
        let is_range = (first.0..=last).eq(workers.iter().map(|worker| worker.0));
        let who = if is_range { format!("{first}–{last}") } else { format!("T×{}", workers.len()) };
        x = pen.put(x, y, &who, style);
    }
    let (sign, style) =
        if failed { ('✗', pen.theme.alarm().patch(strong)) } else { ('▶', style(first, pen)) };
    pen.set(x, y, sign, style);
}
