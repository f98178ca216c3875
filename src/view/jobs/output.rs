//! What was said, mingled as it was heard; or, where nothing is said, the order in which the jobs ended, and what those
//! failed of that did; those called off have a sign of their own (■).

use ratatui::style::Style;

use super::inside;
use crate::analysis::jobs::End;
use crate::app::jobs::{Jobs, words};
use crate::app::layout::{Area, Panel};
use crate::experiment::Work;
use crate::view::pen::{Pen, columns};

pub(super) fn draw(jobs: &Jobs, panel: Panel, pen: &mut Pen<'_>) {
    let account = jobs.account();
    let area = inside(panel.body);
    if jobs.made().work == Work::Say {
        pen.rule(panel.rule, "what is heard", &format!("{} texts", account.said().len()));
        let style = |pen: &Pen<'_>, job: u32| pen.theme.worker(job as usize);
        let words = account.said().iter().map(|said| (said.text.to_string(), style(pen, said.job.0)));
        let words: Vec<(String, Style)> = words.collect();
        return newest(&words, area, pen);
    }
    let out_of_order = if account.is_out_of_order() { "not as submitted" } else { "" };
    pen.rule(panel.rule, "ended, in this order", out_of_order);
    let word = |job: &crate::event::jobs::Job| {
        let record = account.records().get(job.index());
        match record.and_then(|record| record.ended) {
            Some((_, End::Failed(cause))) => {
                return (format!("✗{job} {}", words::short_cause(cause)), pen.theme.alarm());
            }
            Some((_, End::Cancelled)) => return (format!("■{job}"), pen.theme.dim()),
            _ => {}
        }
        let worker = record.and_then(|record| record.worker);
        let style = worker.map_or(pen.theme.dim(), |worker| pen.theme.worker(worker.index()));
        (job.to_string(), style)
    };
    // More than the panel can hold is not looked at.
    let most = usize::from(area.width) * usize::from(area.height);
    let finished = account.finished();
    let ended: Vec<(String, Style)> =
        finished[finished.len().saturating_sub(most)..].iter().map(word).collect();
    newest(&ended, area, pen);
}

/// Draws words in lines; of more lines than there is room for, the last ones.
fn newest(words: &[(String, Style)], area: Area, pen: &mut Pen<'_>) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, (word, _)) in words.iter().enumerate() {
        let width = columns(word);
        if used > 0 && used + 1 + width > area.width {
            lines.push((start, at));
            (start, used) = (at, 0);
        }
        used += width + u16::from(used > 0);
    }
    lines.push((start, words.len()));
    let shown = &lines[lines.len().saturating_sub(area.height.into())..];
    let mut pen = pen.within(area);
    for (row, &(from, to)) in (0..).zip(shown) {
        let mut x = area.x;
        for (word, style) in &words[from..to] {
            x = pen.put(x, area.y + row, word, *style) + 1;
        }
    }
}
