//! The program that is explored: its text, and its sizes.
//!
//! ```text
//! ─ program ─────────────────────────────
//!   7  for _ in range(3):
//!   8      counter = counter + 1
//!   no protection  2 threads × 3   real runs: × 1 000
//! ```

use crate::app::App;
use crate::app::findings;
use crate::app::layout::{Area, Panel};
use crate::experiment::Protection;
use crate::view::pen::{Pen, columns, grouped, lines, short};

/// Draws the panel.
pub(super) fn draw(app: &App, panel: Panel, pen: &mut Pen<'_>) {
    let Area { x, y, width, height } = panel.body;
    let is_counter = app.model().is_counter();
    let mut body = pen.within(panel.body);
    let below =
        if is_counter { sizes(app, (x + 2, x + width), y + height.saturating_sub(1), &mut body) } else { 0 };
    let title_area = Area { x: x + 2, width: width.saturating_sub(3), ..panel.body };
    let above = if is_counter { 0 } else { title(app, title_area, &mut body) };
    let area = Area { x: x + 2, y: y + above, width, height: height.saturating_sub(below + above) };
    let (some, all) = source(app, area, &mut body);
    let hint = "v chooses another";
    let note = match some < all {
        true => format!("{some} of {all} lines   {hint}"),
        false => hint.to_owned(),
    };
    let fits = columns(&note) + 15 <= panel.rule.width;
    pen.rule(panel.rule, "program", if fits { &note } else { note.trim_end_matches(hint).trim_end() });
}

/// Draws the counter's sizes between two columns; returns the rows taken.
fn sizes(app: &App, (x, end): (u16, u16), y: u16, pen: &mut Pen<'_>) -> u16 {
    let model = app.model();
    let Some(shape) = model.program().shape else { return 0 };
    let text = format!("{} × {}", findings::workers(&shape), grouped(u64::from(shape.iterations)));
    let title = match shape.protection {
        Protection::Semaphore => format!("semaphore of {}", shape.permits),
        other => other.title().to_owned(),
    };
    let text = format!("{text}{}", findings::apart(&shape));
    let fits = x + columns(&title) + 2 + columns(&text) <= end;
    let title = if fits { title } else { shape.protection.name().to_owned() };
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    let x = pen.put(x, y, &title, strong);
    let x = pen.put(x + 2, y, &text, dim);
    if let Some(many) = model.too_many() {
        let text = format!("(real runs: × {})", grouped(u64::from(many)));
        if x + 2 + columns(&text) <= end {
            pen.put(x + 2, y, &text, dim);
        }
    }
    1
}

/// Draws a shipped program's name and what it shows; returns the rows taken.
fn title(app: &App, area: Area, pen: &mut Pen<'_>) -> u16 {
    let program = app.model().program();
    let (strong, dim) = (pen.theme.strong(), pen.theme.dim());
    if area.height < 5 {
        pen.put(area.x, area.y, &program.name, strong);
        pen.wrap(Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area }, &program.title, dim);
        return area.height;
    }
    pen.put(area.x, area.y, &program.name, strong);
    let rows = lines(&program.title, area.width);
    pen.wrap(Area { y: area.y + 1, height: rows, ..area }, &program.title, dim);
    // A blank row, unless it would take the place of code.
    let blank = u16::from(usize::from(area.height) > usize::from(1 + rows) + code(&program.source));
    (1 + rows + blank).min(area.height)
}

/// Lines of a program after the comment at its head.
fn code(source: &[String]) -> usize {
    source.iter().skip_while(|line| line.is_empty() || line.starts_with('#')).count()
}

/// Draws as much of the text as there is room for, from what the workers do; returns how many lines that is, and of how
/// many.
fn source(app: &App, area: Area, pen: &mut Pen<'_>) -> (usize, usize) {
    let program = app.model().program();
    let is_whole = usize::from(area.height) >= code(&program.source);
    let is_part = app.model().is_counter() && !is_whole;
    let first = match is_part {
        true => program.source.iter().position(|line| line.trim_start().starts_with("for ")),
        false => program.source.iter().position(|line| !line.is_empty() && !line.starts_with('#')),
    };
    let first = first.unwrap_or(0);
    // Of a counter that does not fit, the loop is what matters.
    let shown = || {
        let lines = program.source.iter().enumerate().skip(first);
        lines.take_while(move |(_, line)| !is_part || !line.is_empty())
    };
    let indent = shown()
        .filter(|(_, line)| !line.is_empty())
        .map(|(_, line)| columns(line) - columns(line.trim_start()))
        .min();
    let indent = usize::from(indent.unwrap_or(0));
    for (y, (number, line)) in (area.y..area.y + area.height).zip(shown()) {
        pen.put_right(area.x + 2, y, &(number + 1).to_string(), pen.theme.faint());
        let room = usize::from(area.width.saturating_sub(7));
        pen.put(area.x + 4, y, &short(line.get(indent..).unwrap_or_default(), room), pen.theme.text());
    }
    let all = shown().count();
    (all.min(area.height.into()), all)
}
