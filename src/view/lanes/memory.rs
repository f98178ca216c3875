//! The memory lane: which value the counter had when. A value that comes twice is a lost update that everyone can
//! see.
//!
//! ```text
//!   mem  ──────────├42───├42─────├43─────
//!                        └ 42 again: T0's update is gone
//! ```

use std::ops::Range;

use super::{Scene, Track, written};
use crate::analysis::timeline::{Entry, Gone};
use crate::app::race::strip::Item;
use crate::event::{Spelling, Value};
use crate::view::pen::{Pen, columns, grouped};

/// A store that took something off the path.
#[derive(Clone, Copy)]
struct Repeat<'a> {
    column: u16,
    value: Value,
    /// What the counter held before, where that is known.
    earlier: Option<Value>,
    store: &'a Entry,
}

/// Most notes that are looked at for room under the lane.
const NOTES: usize = 64;

/// Draws the lane, and under it what comes twice.
pub(crate) fn draw(scene: &Scene<'_>, items: Range<usize>, track: &Track, y: u16, pen: &mut Pen<'_>) {
    let theme = pen.theme;
    let label = if scene.timeline.is_apart() { "own" } else { "mem" };
    pen.put(track.x.saturating_sub(5), y, label, theme.strong());
    pen.fill(track.x, track.end, y, '─', theme.faint());
    let (all, spelling) = (scene.strip.items(), scene.strip.spelling());
    let store_before = |end| (items.start..end).rev().find(|&at| all[at].event.op.stored().is_some());
    let (mut end, mut next) = (items.end, i64::MAX);
    while let Some(store) = store_before(end) {
        let column = track.column(all[store].at);
        tick((column, next), &all[store], spelling, track, y, pen);
        // Of the stores in one column the newest is seen.
        end = scene.strip.index_at(all[store].at).max(items.start);
        next = column;
    }
    let mut limit = track.end;
    for at in scene.strip.overwriting(items.clone()).take(NOTES) {
        let item = &all[at];
        if let (Some(store), Some(value)) = (entry(scene, item.entry), item.event.op.stored())
            && let Ok(column) = u16::try_from(track.column(item.at))
            && (track.x..track.end).contains(&column)
        {
            let earlier = store_before(at).and_then(|before| all[before].event.op.stored());
            limit = note(scene, Repeat { column, value, earlier, store }, limit, track, y + 1, pen);
        }
    }
}

/// The timeline's entry with this number.
fn entry<'a>(scene: &Scene<'a>, number: u64) -> Option<&'a Entry> {
    let index = number.checked_sub(scene.timeline.first())?;
    scene.timeline.entries().get(usize::try_from(index).ok()?)
}

/// Draws a store's value, or only a tick where the next store leaves no room.
fn tick(
    (column, next): (i64, i64),
    item: &Item,
    spelling: Spelling,
    track: &Track,
    y: u16,
    pen: &mut Pen<'_>,
) {
    let Some(value) = item.event.op.stored() else { return };
    let style = pen.theme.worker(item.event.worker().index()).patch(pen.theme.strong());
    let mut digits = [0; 24];
    let text = written(value, spelling, &mut digits);
    let end = column + 1 + text.len() as i64;
    let on = |x: i64| (i64::from(track.x)..i64::from(track.end)).contains(&x);
    if on(column) {
        pen.set(column as u16, y, '├', style);
    }
    if end > next || !on(column) {
        return;
    }
    for (x, c) in (column + 1..).zip(text.chars()) {
        if on(x) {
            pen.set(x as u16, y, c, style);
        }
    }
}

/// Draws the note under a store, if it fits before the note on its right; returns the column where it begins.
fn note(scene: &Scene<'_>, repeat: Repeat<'_>, limit: u16, track: &Track, y: u16, pen: &mut Pen<'_>) -> u16 {
    let Some(victim) = repeat.store.overwrote.last() else { return limit };
    let Some(gone) = scene.timeline.gone(repeat.store) else { return limit };
    let write = |value| scene.strip.spelling().write(value);
    let value = write(repeat.value);
    let step = match repeat.earlier {
        Some(earlier) if earlier == repeat.value => format!("{value} again"),
        Some(earlier) if earlier > repeat.value => format!("back to {value}"),
        // Built on an equal value that another had stored before.
        Some(earlier) => format!("{} skipped", write(earlier)),
        None => value,
    };
    let whose = match repeat.store.overwrote_count {
        1 => format!("{}'s update", victim.worker),
        more => format!("{} updates", grouped(more.into())),
    };
    let alarm = pen.theme.alarm();
    let are = if repeat.store.overwrote_count == 1 { "is" } else { "are" };
    let (fate, style) = match gone {
        Gone::Lost(_) => (format!("{are} gone"), alarm.patch(pen.theme.strong())),
        Gone::Back => ("came back".into(), pen.theme.dim()),
        Gone::PartlyBack => ("partly came back".into(), pen.theme.dim()),
        Gone::PartlyLost | Gone::Overwritten => (format!("{are} overwritten"), alarm),
    };
    let text = format!("{step}: {whose} {fate}");
    let width = columns(&text);
    if repeat.column.saturating_add(width + 2) <= limit {
        pen.put(repeat.column, y, "└ ", style);
        pen.put(repeat.column + 2, y, &text, style);
        return repeat.column.saturating_sub(1);
    }
    let start = repeat.column.saturating_sub(width + 1);
    if repeat.column < limit && start >= track.x {
        pen.put(start, y, &text, style);
        pen.put(repeat.column - 1, y, " ┘", style);
        return start.saturating_sub(1);
    }
    limit
}
