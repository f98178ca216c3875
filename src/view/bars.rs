//! The bars at the top and at the bottom.
//!
//! ```text
//!  racescope   Race                          ▶ slow motion  4 steps/s   00:12   ? help
//!  racescope   Race                      » burst 83 of 200 ████████▒▒▒▒▒▒▒▒▒▒   ? help
//!  n none  l lock  s semaphore  , . pace  + - threads 4  space pause  ? help  q quit
//! ```

use super::pen::{Pen, columns, grouped};
use crate::app::layout::Area;
use crate::app::race::{Activity, Race};
use crate::app::{App, Screen, hints};
use crate::experiment::{Kind, Pace};

/// Cells of a burst's progress.
const PROGRESS: u16 = 16;

/// Draws the header: name, tabs, what is going on, help.
pub(crate) fn header(app: &App, area: Area, pen: &mut Pen<'_>) {
    let (bar, dim) = (pen.theme.bar(), pen.theme.bar_dim());
    let (y, end) = (area.y, area.x.saturating_add(area.width));
    pen.fill(area.x, end, y, ' ', bar);
    if hints::has_name(area.width) {
        pen.put(area.x + 2, y, "racescope", bar.patch(pen.theme.strong()));
    }
    for (x, screen) in hints::tabs(area.width) {
        let style = if screen == app.screen().tab() { pen.theme.tab() } else { dim };
        let x = pen.put(area.x + x, y, " ", style);
        let x = pen.put(x, y, screen.name(), style);
        pen.put(x, y, " ", style);
    }
    let end = end.saturating_sub(1);
    pen.put_right(end, y, hints::HEADER_HELP, bar);
    let from = hints::tabs(area.width).last().map_or(0, |(x, screen)| x + columns(screen.name()) + 3);
    let room = Room { from: area.x + from, end: end.saturating_sub(columns(hints::HEADER_HELP) + 3), y };
    match (app.screen(), app.race().burst()) {
        (Screen::Jobs, _) => told(&app.jobs().status(), room, pen),
        (Screen::Step, _) => told(&app.step().status(), room, pen),
        (Screen::Explore, _) => told(&app.explore().status(), room, pen),
        (Screen::Compare, _) => told(&app.compare().status(), room, pen),
        (Screen::Race, Some((done, of))) => burst(done, of, room, pen),
        (Screen::Race, None) => running(app.race(), room, pen),
    }
}

/// Where the header says what is going on: from behind the tabs to before the help.
#[derive(Clone, Copy)]
struct Room {
    from: u16,
    end: u16,
    y: u16,
}

impl Room {
    fn width(self) -> u16 {
        self.end.saturating_sub(self.from)
    }
}

/// Draws what is going on in the race, and for how long.
fn running(race: &Race, room: Room, pen: &mut Pen<'_>) {
    // Of runs that are over before one could read it the time says nothing.
    let clock = if race.held_run().is_some() { String::new() } else { clock(race.elapsed()) };
    let whole = of_kind(race, status(race));
    let fits = |status: &str| columns(status) + 3 + columns(&clock) <= room.width();
    // The pace says by itself that it is slow motion.
    let brief = status(race).replace("slow motion  ", "");
    let status = if fits(&whole) { whole } else { brief };
    let mut room = room;
    if fits(&status) && !clock.is_empty() {
        pen.put_right(room.end, room.y, &clock, pen.theme.bar_dim());
        room.end = room.end.saturating_sub(columns(&clock) + 3);
    }
    told(&status, room, pen);
}

/// Draws what is going on: all of it, or what comes first where there is no room for more.
fn told(status: &str, room: Room, pen: &mut Pen<'_>) {
    let cuts = ["   ", "  ", ", "].into_iter().filter_map(|cut| status.split(cut).next());
    let said = [status].into_iter().chain(cuts).find(|said| columns(said) <= room.width());
    pen.put_right(room.end, room.y, said.unwrap_or_default(), pen.theme.bar());
}

/// Draws how far a burst has come.
fn burst(done: u32, of: u32, room: Room, pen: &mut Pen<'_>) {
    let text = format!("» burst {done} of {of}");
    let Some(left) = room.width().checked_sub(columns(&text)) else {
        return told(&format!("» {done}/{of}"), room, pen);
    };
    let cells = left.saturating_sub(1).min(PROGRESS);
    let (bar, dim) = (pen.theme.bar(), pen.theme.bar_dim());
    let from = room.end.saturating_sub(cells);
    let share = f64::from(done) / f64::from(of.max(1));
    let full = ((share * f64::from(cells)) as u16).min(cells);
    pen.fill(from, from + full, room.y, '█', bar);
    pen.fill(from + full, room.end, room.y, '░', dim);
    pen.put_right(from.saturating_sub(u16::from(cells > 0)), room.y, &text, bar);
}

/// What is going on, and with which kind of workers, where they are no threads.
fn of_kind(race: &Race, status: String) -> String {
    match race.settings().kind {
        Kind::Thread => status,
        kind => format!("{}   {status}", kind.short()),
    }
}

/// What is going on, in a few words.
fn status(race: &Race) -> String {
    match race.activity() {
        Activity::Starting => "starting".into(),
        Activity::Failed => "✗ stopped".into(),
        Activity::Ended if race.follows() && race.flows() => "■ ended, the next run follows".into(),
        Activity::Ended if race.follows() => format!("▶ {}  run {}", race.wanted_pace(), grouped(race.run())),
        Activity::Ended => "■ ended".into(),
        Activity::Burst { .. } => String::new(),
        Activity::Running if race.paused() => "‖ paused".into(),
        Activity::Running => match race.wanted_pace() {
            Pace::Full => format!("▶ full speed  run {}", grouped(race.run())),
            Pace::ByHand => "▶ by hand: o is one step".into(),
            pace if pace.is_slow() => format!("▶ slow motion  {pace}"),
            pace => format!("▶ {pace}"),
        },
    }
}

/// Minutes and seconds, hours where there are any.
fn clock(nanos: u64) -> String {
    let seconds = nanos / 1_000_000_000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// Draws the footer: the keys that are most useful now.
pub(crate) fn footer(app: &App, area: Area, pen: &mut Pen<'_>) {
    let y = area.y.saturating_add(area.height).saturating_sub(1);
    let (bar, dim) = (pen.theme.bar(), pen.theme.bar_dim());
    pen.fill(area.x, area.x.saturating_add(area.width), y, ' ', bar);
    let key = bar.patch(pen.theme.strong());
    for hint in hints::footer(app, area.width) {
        let x = pen.put(area.x.saturating_add(hint.x), y, hint.shown, key);
        pen.put(x.saturating_add(1), y, &hint.label, dim);
    }
}
