//! The source, with each worker's position on the very columns of its next operation.
//!
//! ```text
//! ─ program ──────────────────────────
//!       4  for _ in range(3):
//! T0▶   5      counter = counter + 1      the columns of the store are marked
//! T1▶   5      counter = counter + 1      those of the load
//!   no protection, 2 threads × 3
//! ```

use crate::app::findings;
use crate::app::layout::{Area, Panel};
use crate::app::model::Model;
use crate::app::step::{Stand, Step};
use crate::event::Worker;
use crate::program::Span;
use crate::view::pen::{Pen, columns, grouped, lines, short};

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
    let body = panel.body;
    let width = body.width.saturating_sub(3);
    let blank = u16::from(body.height > 9);
    let rows = rows(step);
    let mut words = words(step, model, width);
    let taken = |words: &[(String, bool)]| words.iter().map(|(text, _)| lines(text, width)).sum::<u16>();
    // Where the workers stand is worth more than the end of what the program shows.
    let marked = rows.iter().filter(|row| row.span.is_some()).count() as u16;
    if taken(&words) > 1 && body.height.saturating_sub(taken(&words) + blank) < 2 * marked {
        words.iter_mut().for_each(|(text, _)| *text = short(text, width.into()));
    }
    let height = usize::from(body.height.saturating_sub(taken(&words) + blank)).max(1);
    let shown = shown(&rows, height);
    let note = cut(&rows, &shown).unwrap_or_default();
    let fits = columns(&title) + columns(&note) + 8 <= panel.rule.width;
    pen.rule(panel.rule, if fits { &title } else { &program.name }, &note);
    for (y, row) in (body.y..).zip(&shown) {
        match row {
            Some(row) => draw_row(&rows[*row], Area { y, height: 1, ..body }, pen),
            None => {
                let (end, dim) = (body.x + gutter(body.width) - 1, pen.theme.dim());
                pen.within(body).put_right(end, y, "…", dim);
            }
        }
    }
    let below = body.y + shown.len() as u16 + blank;
    let mut pen = pen.within(body);
    let mut y = below;
    for (text, strong) in &words {
        let style = if *strong { pen.theme.strong() } else { pen.theme.dim() };
        let height = (body.y + body.height).saturating_sub(y);
        y += pen.wrap(Area { x: body.x + 2, y, width, height }, text, style);
    }
}

/// Columns before the source in a panel of this width.
fn gutter(width: u16) -> u16 {
    if width < NARROW { NARROW_GUTTER } else { GUTTER }
}

/// What the program is, and where it differs from the real runs; each line, and whether it stands out.
fn words(step: &Step, model: &Model, width: u16) -> Vec<(String, bool)> {
    let mut lines = match &step.program().shape {
        Some(shape) if columns(&step.program_words()) > width => {
            let short = format!(
                "{}, {} × {}",
                shape.protection,
                findings::workers(shape),
                grouped(shape.iterations.into())
            );
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
    let mut places: Vec<(Span, Vec<Worker>)> = Vec::new();
    let failed = step.moment().rows.iter().find(|row| row.stand == Stand::Failed).map(|row| row.worker);
    for row in &step.moment().rows {
        let Some(span) = row.span else { continue };
        match places.iter_mut().find(|(other, _)| *other == span) {
            Some((_, workers)) => workers.push(row.worker),
            None => places.push((span, vec![row.worker])),
        }
    }
    let mut rows = Vec::new();
    // What the comment at the head says is said below the source.
    let head = |(_, line): &(usize, &String)| line.starts_with('#');
    for (index, text) in step.program().source.iter().enumerate().skip_while(head) {
        let line = index + 1;
        let before = rows.len();
        for (span, workers) in places.iter().filter(|(span, _)| span.line as usize == line) {
            let failed = failed.is_some_and(|failed| workers.contains(&failed));
            rows.push(Row { line, text, span: Some(*span), workers: workers.clone(), failed });
        }
        if rows.len() == before {
            rows.push(Row { line, text, span: None, workers: Vec::new(), failed: false });
        }
    }
    rows
}

/// The rows that are kept, and a mark for those between two of them.
fn laid(kept: &[bool]) -> Vec<Option<usize>> {
    let mut laid: Vec<Option<usize>> = Vec::new();
    for row in (0..kept.len()).filter(|row| kept[*row]) {
        match laid.last().copied().flatten() {
            // A mark takes as much room as one row.
            Some(last) if row == last + 2 => laid.push(Some(last + 1)),
            Some(last) if row > last + 2 => laid.push(None),
            _ => {}
        }
        laid.push(Some(row));
    }
    laid
}

/// How many of the lines are shown, in words; `None` if all are.
fn cut(rows: &[Row<'_>], shown: &[Option<usize>]) -> Option<String> {
    let distinct = |rows: &mut dyn Iterator<Item = &Row<'_>>| {
        let mut last = 0;
        rows.filter(|row| std::mem::replace(&mut last, row.line) != row.line).count()
    };
    let (some, all) =
        (distinct(&mut shown.iter().flatten().map(|row| &rows[*row])), distinct(&mut rows.iter()));
    (some < all).then(|| format!("{some} of {all} lines"))
}

/// The rows to be shown, in so many: every position, and what is around it; `None` stands for rows that are left out in
/// between.
fn shown(rows: &[Row<'_>], height: usize) -> Vec<Option<usize>> {
    let marked = || rows.iter().enumerate().filter(|(_, row)| row.span.is_some()).map(|(index, _)| index);
    let (top, bottom) = (marked().next().unwrap_or(0), marked().next_back().unwrap_or(0));
    if bottom - top < height {
        // A little before the first, and what is above the code is worth less than the code.
        let before = (height - (bottom - top + 1)) / 2;
        let first = if marked().next().is_none() { 0 } else { top.saturating_sub(before) };
        let first = first.min(rows.len().saturating_sub(height));
        return (first..rows.len().min(first + height)).map(Some).collect();
    }
    let mut kept: Vec<bool> = rows.iter().map(|row| row.span.is_some()).collect();
    // What is nearest first, and what leads to a position before what comes after it.
    for distance in 1..height {
        let before = marked().filter_map(|mark| mark.checked_sub(distance));
        for near in before.chain(marked().map(|mark| mark + distance)) {
            if kept.get(near) == Some(&false) {
                kept[near] = true;
                kept[near] = laid(&kept).len() <= height;
            }
        }
    }
    let mut shown = laid(&kept);
    if shown.len() > height {
        // Where not even the positions have room, marks between them have none.
        shown = marked().map(Some).collect();
    }
    // More positions than rows: what failed is what matters.
    let failed = shown.iter().position(|row| row.is_some_and(|row| rows[row].failed)).unwrap_or(0);
    let first = (failed + 1).saturating_sub(height);
    shown.drain(..first.min(shown.len()));
    shown.truncate(height);
    shown
}

fn draw_row(row: &Row<'_>, area: Area, pen: &mut Pen<'_>) {
    let mut pen = pen.within(area);
    let (faint, text, strong) = (pen.theme.faint(), pen.theme.text(), pen.theme.strong());
    let Area { x, y, .. } = area;
    names(&row.workers, row.failed, x, y, &mut pen);
    let narrow = area.width < NARROW;
    let start = x + gutter(area.width);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, marked: &[usize]) -> Vec<Row<'static>> {
        let row = |line: usize| {
            let is_marked = marked.contains(&line);
            let (span, workers) = (is_marked.then(Span::default), vec![Worker(0); usize::from(is_marked)]);
            Row { line: line + 1, text: "pass", span, workers, failed: false }
        };
        (0..count).map(row).collect()
    }

    fn drawn(count: usize, marked: &[usize], height: usize) -> String {
        let shown = shown(&rows(count, marked), height);
        let shown = shown.iter().map(|row| row.map_or("…".into(), |row| row.to_string()));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_position_is_in_sight_with_what_is_around_it() {
        assert_eq!(drawn(20, &[4, 7], 8), "2 3 4 5 6 7 8 9");
        assert_eq!(drawn(20, &[], 3), "0 1 2");
        assert_eq!(drawn(20, &[18], 6), "14 15 16 17 18 19");
        assert_eq!(drawn(20, &[4, 14], 5), "3 4 … 13 14");
        assert_eq!(drawn(20, &[4, 14], 8), "2 3 4 5 … 13 14 15");
        assert_eq!(drawn(20, &[4, 9, 14], 5), "4 … 9 … 14");
        assert_eq!(drawn(20, &[0, 2, 4], 5), "0 1 2 3 4");
        assert_eq!(drawn(20, &[0, 6, 12, 18], 3), "0 6 12", "there is no more room");
        for height in 7..20 {
            let shown = shown(&rows(40, &[1, 12, 25, 38]), height);
            assert_eq!(shown.len(), height, "no row is left empty");
            assert!([1, 12, 25, 38].iter().all(|mark| shown.contains(&Some(*mark))), "{height}");
        }
    }

    #[test]
    fn what_failed_is_in_sight_where_not_all_are() {
        let mut rows = rows(20, &[0, 6, 12, 18]);
        rows[18].failed = true;
        assert!(shown(&rows, 3).contains(&Some(18)));
        assert_eq!(cut(&rows, &shown(&rows, 3)).as_deref(), Some("3 of 20 lines"));
        assert_eq!(cut(&rows, &shown(&rows, 20)), None);
    }
}
