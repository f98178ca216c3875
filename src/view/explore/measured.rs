//! What real workers came to at these sizes, beside what is possible.
//!
//! ```text
//! ─ measured here ───────────────────────────── 10 000 real runs, gap yield ─
//!   6 in 61.0 %, 5 in 30.0 %, 4 in 9.0 %.  2 and 3 are possible but were never seen.
//! ```

use crate::app::App;
use crate::app::explore::{Explore, Measured};
use crate::app::layout::{Area, Panel};
use crate::sort;
use crate::view::pen::{Pen, grouped, percent};

/// Most outcomes that are named one by one.
const NAMED: usize = 6;

/// Fewer runs than this do not speak for what was not seen in them.
const FEW: u64 = 20;

/// Draws the panel.
pub(super) fn draw(app: &App, measured: Option<&Measured>, panel: Panel, pen: &mut Pen<'_>) {
    let note = match (app.race().burst(), measured) {
        (Some((done, of)), _) => format!("» burst {done} of {of}"),
        (None, Some(measured)) => {
            let plural = if measured.runs == 1 { "" } else { "s" };
            format!("{} real run{plural}, {}", grouped(measured.runs), measured.gap)
        }
        (None, None) => String::new(),
    };
    pen.rule(panel.rule, "measured here", &note);
    let area = Area { x: panel.body.x + 2, width: panel.body.width.saturating_sub(3), ..panel.body };
    let (text, dim) = (pen.theme.text(), pen.theme.dim());
    let pen = &mut pen.within(panel.body);
    match measured {
        None => {
            let text = match app.explore().not_measurable() {
                Some(why) => why,
                None => {
                    let workers = app.explore().machine().program().kind.plural();
                    format!("Real {workers} have not run at these sizes yet: b makes a burst of 200 runs.")
                }
            };
            pen.wrap(area, &text, dim);
        }
        Some(measured) => {
            let unseen = match measured.runs {
                0..FEW => "So few runs say nothing of the others: b makes a burst of 200.".into(),
                _ => never(app.explore(), measured),
            };
            let words = format!("{} {unseen}", seen(app.explore(), measured));
            pen.wrap(area, &words, text);
        }
    }
}

/// What was seen, most often first.
fn seen(explore: &Explore, measured: &Measured) -> String {
    let mut order: Vec<usize> = (0..measured.seen.len()).filter(|row| measured.seen[*row] > 0).collect();
    sort::by_key(&mut order, |row| std::cmp::Reverse(measured.seen[*row]));
    let named = order.iter().take(NAMED);
    let mut parts: Vec<String> = named
        .map(|row| format!("{} in {}", explore.rows()[*row].label, percent(measured.share(*row))))
        .collect();
    if order.len() > NAMED {
        parts.push(format!("{} others", order.len() - NAMED));
    }
    if measured.elsewhere > 0 {
        let plural = if measured.elsewhere == 1 { "" } else { "s" };
        parts.push(format!("{} run{plural} elsewhere", grouped(measured.elsewhere)));
    }
    format!("{}.", parts.join(", "))
}

/// What is possible and was never seen.
fn never(explore: &Explore, measured: &Measured) -> String {
    let rows = explore.rows().iter().enumerate();
    let missing: Vec<_> =
        rows.filter(|(row, _)| measured.seen.get(*row) == Some(&0)).map(|(_, row)| row).collect();
    let wrong: Vec<&str> =
        missing.iter().filter(|row| !row.is_right()).map(|row| row.label.as_str()).collect();
    let right = missing.iter().find(|row| row.is_right());
    let mut text = match wrong.as_slice() {
        [] if right.is_none() => "Every possible outcome was seen.".into(),
        [] => String::new(),
        [one] => format!("{one} is possible but was never seen: testing would not have found it."),
        [rest @ .., last] if rest.len() < NAMED => {
            let rest = rest.join(", ");
            format!("{rest} and {last} are possible but were never seen: testing would not have found them.")
        }
        all => format!(
            "{} outcomes from {} to {} are possible but were never seen: testing would not have found them.",
            grouped(all.len() as u64),
            all[0],
            all[all.len() - 1]
        ),
    };
    if let Some(right) = right {
        let gap = if text.is_empty() { "" } else { " " };
        text.push_str(
            &format!("{gap}The right {} was never seen either.", right.label)
                .replace(" either", if gap.is_empty() { "" } else { " either" }),
        );
    }
    text
}
