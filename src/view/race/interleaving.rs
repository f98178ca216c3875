//! The interleaving: the lanes under their rule, which says what the axis is.
//!
//! ```text
//! ─ interleaving ───────────────────────────── 1 step = 250 ms   newest on the right ─
//!   the lanes: see view/lanes.rs
//! ```

use crate::app::layout::{GUTTER, Panels};
use crate::app::race::Race;
use crate::event::Worker;
use crate::experiment::Pace;
use crate::view::lanes::{self, Scene};
use crate::view::pen::{Pen, columns, grouped};

/// Draws the panel.
pub(crate) fn draw(race: &Race, panels: &Panels, pen: &mut Pen<'_>) {
    let first = panels.first_lane(race.first_lane(), race.threads());
    let own = !race.settings().kind.shares_memory();
    let name = if own { "each its own counter" } else { "interleaving" };
    let run = if own { race.held_run().filter(|_| !race.flows()) } else { race.other_run() };
    let mut title = run.map_or_else(|| name.into(), |run| format!("{name} in run {}", grouped(run)));
    if panels.visible < race.threads() {
        let last = first + panels.visible.saturating_sub(1);
        title.push_str(&format!(", T{first} to T{last}, ↑↓ of {}", grouped(u64::from(race.threads()))));
    }
    let room = panels.lanes.rule.width.saturating_sub(columns(&title) + 8);
    pen.rule(panels.lanes.rule, &title, &axis(race, room));
    if own && !race.flows() {
        own_counts(race, panels, first, pen);
        return;
    }
    let width = panels.track();
    let scene = Scene {
        timeline: race.timeline(),
        strip: race.strip(),
        focus: race.focus(),
        selected: race.selected(),
        threads: race.threads(),
        first,
        visible: panels.visible,
        step: panels.step,
        edge: race.edge(width),
        width,
        body: panels.lanes.body,
    };
    lanes::draw(&scene, pen);
}

/// Draws how far each worker's own counter has come, where operations are too fast to be followed.
fn own_counts(race: &Race, panels: &Panels, first: u16, pen: &mut Pen<'_>) {
    let body = panels.lanes.body;
    let pen = &mut pen.within(body);
    let all = race.settings().iterations.max(1);
    // Of a run that is over and in which nobody was stopped: nobody has more than all.
    let whole = race.held_run().is_some() && race.counts().0.completed == race.settings().increments();
    let (start, figures) = (body.x + GUTTER, columns(&grouped(all.into())) + 2);
    let width = panels.track().saturating_sub(figures);
    for lane in 0..panels.visible.min(race.threads().saturating_sub(first)) {
        let worker = Worker(first + lane);
        let (y, style) = (body.y + lane * panels.step, pen.theme.worker(worker.index()));
        let done = race.workers().get(worker.index()).map_or(0, |now| now.completed);
        let done = if whole { all } else { done };
        let share = f64::from(done.min(all)) / f64::from(all);
        let full = start + ((share * f64::from(width)) as u16).min(width);
        let named = style.patch(pen.theme.strong());
        pen.put(body.x + 2, y, &worker.to_string(), named);
        pen.fill(start, full, y, '━', style);
        pen.fill(full, start + width, y, '·', pen.theme.faint());
        pen.put_right(start + width + figures, y, &grouped(done.into()), named);
    }
}

/// The note at the right end of the rule: what the axis shows, and what is not on it.
fn axis(race: &Race, room: u16) -> String {
    if !race.settings().kind.shares_memory() && !race.flows() {
        return "nothing is shared: nothing interleaves".into();
    }
    let (recorded, dropped) = race.recorded();
    let scrolled = if race.is_scrolled() { "end: the newest   " } else { "" };
    let axis: [String; 2] = if race.is_window() || !race.flows() {
        [
            "order of effect, from what each load read · not to scale".into(),
            "order of effect · not to scale".into(),
        ]
    } else {
        let step = match race.pace() {
            Pace::Every(step) if step >= 1_000_000_000 => format!("1 step = {} s", step / 1_000_000_000),
            Pace::Every(step) => format!("1 step = {} ms", step / 1_000_000),
            Pace::ByHand | Pace::Full => "one operation after another".into(),
        };
        [format!("{scrolled}{step}   newest on the right"), format!("{scrolled}{step}")]
    };
    let left_out = race.left_out();
    let part = if left_out > 0 {
        let (left_out, each) = (grouped(left_out), grouped(u64::from(race.threads())));
        [
            format!("the first few of each of {each}, {left_out} more left out   "),
            format!("{left_out} left out   "),
        ]
    } else if dropped == 0 {
        [String::new(), String::new()]
    } else {
        let (part, all) = (grouped(recorded), grouped(recorded.saturating_add(dropped)));
        [format!("recorded {part} of {all}, the rest is counted   "), format!("{part} of {all} shown   ")]
    };
    let candidates = [(0, 0), (0, 1), (1, 1)]
        .map(|(part_index, axis_index): (usize, usize)| format!("{}{}", part[part_index], axis[axis_index]));
    let [full, short, shortest] = candidates;
    [full, short].into_iter().find(|text| columns(text) <= room).unwrap_or(shortest)
}
