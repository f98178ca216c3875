//! The interleaving: the lanes under their rule, which says what the axis is.
//!
//! ```text
//! ─ interleaving ───────────────────────────── 1 step = 250 ms   newest on the right ─
//!   the lanes: see view/lanes.rs
//! ```

use crate::app::layout::Panels;
use crate::app::race::Race;
use crate::experiment::Pace;
use crate::view::lanes::{self, Scene};
use crate::view::pen::{Pen, columns, grouped};

/// Draws the panel.
pub(crate) fn draw(race: &Race, panels: &Panels, pen: &mut Pen<'_>) {
    let first = panels.first_lane(race.first_lane(), race.threads());
    let mut title =
        race.other_run().map_or_else(|| "interleaving".into(), |run| format!("interleaving in run {run}"));
    if panels.visible < race.threads() {
        let last = first + panels.visible.saturating_sub(1);
        title.push_str(&format!(", T{first} to T{last}, ↑↓ of {}", race.threads()));
    }
    let room = panels.lanes.rule.width.saturating_sub(columns(&title) + 8);
    pen.rule(panels.lanes.rule, &title, &axis(race, room));
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

/// The note at the right end of the rule: what the axis shows, and what is not on it.
fn axis(race: &Race, room: u16) -> String {
    if !race.settings().kind.shares_memory() {
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
    let part = if dropped == 0 {
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
