//! Which hints the footer shows, and where: computed once here, so that what is drawn is what can be clicked.

use super::compare::Sweep;
use super::keymap::{self, Action, Hint, Row};
use super::{App, Screen};
use crate::experiment::{Delay, Kind, Protection, Work};
use crate::sort;

/// Columns left free at either end of the footer and between hints.
const MARGIN: u16 = 1;
const BETWEEN: u16 = 2;

/// A hint in its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// First column.
    pub x: u16,
    /// The keys.
    pub shown: &'static str,
    /// What is written beside them.
    pub label: String,
    row: &'static Row,
}

impl Placed {
    fn width(&self) -> u16 {
        width(self.shown) + 1 + width(&self.label)
    }

    /// What a click so many columns into the hint does: each key its own, the label what the last key does.
    fn click(&self, column: u16) -> Option<Action> {
        let column = usize::from(column);
        let mut start = 0;
        for (part, press) in self.shown.split(' ').zip(self.row.presses) {
            let end = start + part.chars().count();
            if (start..=end).contains(&column) && column < usize::from(width(self.shown)) {
                return Some(press.action);
            }
            start = end + 1;
        }
        self.row.presses.last().map(|press| press.action)
    }
}

fn width(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

/// The hints that fit into a footer of so many columns, in the order of the table: those that always have to be
/// there, and then as many of the others as fit, the most useful first.
#[must_use]
pub fn footer(app: &App, columns: u16) -> Vec<Placed> {
    let mut ranked: Vec<(u8, usize, &'static Row)> = keymap::rows()
        .enumerate()
        .filter_map(|(index, row)| Some((rank(app, row)?, index, row)))
        .filter(|&(rank, ..)| rank < 255)
        .collect();
    sort::by_key(&mut ranked, |&(rank, index, _)| (rank, index));
    let room = columns.saturating_sub(2 * MARGIN);
    let mut used = 0;
    let mut chosen: Vec<(usize, Placed)> = Vec::new();
    for (_, index, row) in ranked {
        let placed = Placed { x: 0, shown: row.shown, label: label(app, row.hint), row };
        let needed = placed.width() + if chosen.is_empty() { 0 } else { BETWEEN };
        if used + needed <= room {
            used += needed;
            chosen.push((index, placed));
        }
    }
    sort::by_key(&mut chosen, |&(index, _)| index);
    let mut x = MARGIN;
    let mut hints = Vec::with_capacity(chosen.len());
    for (_, mut placed) in chosen {
        placed.x = x;
        x += placed.width() + BETWEEN;
        hints.push(placed);
    }
    hints
}

/// How early a hint is shown now; `None` where its keys do nothing.
fn rank(app: &App, row: &Row) -> Option<u8> {
    let race = app.race();
    let rank = row.places.rank(app.screen(), race.is_still())?;
    let semaphore = race.wanted().protection == Protection::Semaphore;
    Some(match (app.screen(), row.hint) {
        (Screen::Race, Hint::Permits) if !race.is_still() => {
            if semaphore {
                3
            } else {
                24
            }
        }
        (Screen::Compare, Hint::Shared) if app.compare().plan().kind.otherwise().is_none() => 255,
        (Screen::Race | Screen::Step | Screen::Explore, Hint::Shared)
            if race.wanted().kind.otherwise().is_none() =>
        {
            255
        }
        (Screen::Race, Hint::Burst) if race.burst().is_some() => 1,
        (Screen::Race, Hint::Fixed("again")) if race.is_over() => 1,
        (Screen::Race, Hint::Pause | Hint::Fixed("one step") | Hint::On("finish", ..)) if race.is_over() => {
            255
        }
        (Screen::Step | Screen::Explore, Hint::Permits) if !semaphore => 255,
        (Screen::Compare, Hint::On("finish", ..)) if !app.compare().opens() => 255,
        (Screen::Compare, Hint::Permits)
            if !matches!(app.compare().shown(), Sweep::Protections | Sweep::Downloads) =>
        {
            255
        }
        // A shipped program has sizes of its own, and no real workers run it.
        (Screen::Step | Screen::Explore, Hint::Threads | Hint::Iterations | Hint::Burst)
            if !app.model().is_counter() =>
        {
            255
        }
        (Screen::Explore, Hint::Fixed("measured" | "none" | "lock" | "semaphore"))
            if !app.model().is_counter() =>
        {
            rank.saturating_add(20)
        }
        (Screen::Jobs, Hint::Threads) if !app.jobs().wanted().runner.is_pool() => 30,
        (Screen::Jobs, Hint::Permits) if app.jobs().work() != Work::Download => 255,
        // What is worth trying with downloads: how many at once, and failures. They hardly need a core.
        (Screen::Jobs, Hint::Permits | Hint::Crash) if app.jobs().work() == Work::Download => 2,
        (Screen::Jobs, Hint::Cores) if app.jobs().work() == Work::Download => rank.saturating_add(20),
        (Screen::Compare, Hint::Gap) if app.compare().shown() == Sweep::Window => 255,
        (Screen::Compare, Hint::Gap | Hint::Jitter | Hint::Kind | Hint::Shared)
            if matches!(app.compare().shown(), Sweep::Kinds | Sweep::Downloads) =>
        {
            255
        }
        _ => rank,
    })
}

/// What is written beside a hint's keys now.
#[must_use]
pub fn label(app: &App, hint: Hint) -> String {
    if app.screen() == Screen::Jobs
        && let Some(label) = of_jobs(app, hint)
    {
        return label;
    }
    let race = app.race();
    let wanted = match app.screen() {
        Screen::Compare => app.compare().sizes(),
        _ => *race.wanted(),
    };
    let kinds = app.screen() == Screen::Compare && app.compare().shown() == Sweep::Kinds;
    let downloads = app.screen() == Screen::Compare && app.compare().shown() == Sweep::Downloads;
    match hint {
        Hint::Threads if downloads => format!("permits to {}", wanted.threads),
        Hint::Iterations if downloads => format!("downloads {}", app.iterations()),
        Hint::Permits if downloads => format!("capacity {}", app.compare().plan().permits),
        Hint::Threads if kinds => format!("sleepers {}", wanted.threads),
        Hint::Iterations if kinds => format!("steps {}", super::race::ladder::short(app.iterations())),
        Hint::Work => format!("work {}", app.jobs().work()),
        Hint::Fixed(text) => text.into(),
        Hint::On(race, step, explore, compare) => match app.screen() {
            Screen::Race | Screen::Jobs => race,
            Screen::Step => step,
            Screen::Explore => explore,
            Screen::Compare => compare,
        }
        .into(),
        Hint::Workers => if app.screen() == Screen::Step { "move" } else { "focus" }.into(),
        Hint::Scheduler => app.step().scheduler_name(),
        Hint::Shared => match wanted.kind {
            Kind::Thread => "share everything",
            Kind::Process { shared: true } => "memory shared",
            Kind::Process { shared: false } => "memory own",
            Kind::Task { awaits: false } => "await nothing",
            Kind::Task { awaits: true } => "await between",
        }
        .into(),
        Hint::Kind => wanted.kind.short().into(),
        Hint::Threads => format!("{} {}", wanted.kind.plural(), wanted.threads),
        Hint::Crash => "crash".into(),
        Hint::Permits => format!("permits {}", wanted.permits),
        Hint::Iterations => format!("iterations {}", super::race::ladder::short(app.iterations())),
        Hint::Gap if wanted.gap.delay == Delay::None => "gap none".into(),
        Hint::Gap => wanted.gap.words(),
        Hint::Jitter => format!("jitter {} %", wanted.gap.jitter),
        Hint::Cores => format!("cores {}", wanted.cores),
        Hint::Pause => match app.screen() {
            Screen::Race | Screen::Jobs => if race.wants_pause() { "go on" } else { "pause" }.into(),
            Screen::Step => if app.step().runs() { "pause" } else { "run on" }.into(),
            Screen::Explore => if app.explore().under().is_some() { "stop" } else { "search" }.into(),
            Screen::Compare => if app.compare().is_sweeping() { "stop" } else { "sweep" }.into(),
        },
        Hint::Burst => if race.burst().is_some() { "cancel burst" } else { "burst" }.into(),
        Hint::Theme => format!("theme {}", app.look().palette.name()),
        Hint::Follow => if race.follows() { "stop after run" } else { "next run follows" }.into(),
    }
}

/// What is written beside a hint's keys while workers do jobs, where that is something else.
fn of_jobs(app: &App, hint: Hint) -> Option<String> {
    let wanted = app.jobs().wanted();
    Some(match hint {
        Hint::On("lane", ..) => "job".into(),
        Hint::Kind => wanted.runner.name().into(),
        Hint::On("oldest, newest", ..) => "first, last".into(),
        Hint::Threads if wanted.runner.is_pool() => format!("workers {}", wanted.workers),
        Hint::Threads | Hint::Iterations => format!("jobs {}", wanted.jobs),
        Hint::Gap => "size".into(),
        Hint::Jitter => format!("jitter {} %", wanted.jitter),
        Hint::Cores => format!("cores {}", wanted.cores),
        Hint::Pause => if app.jobs().is_going_on() { "call off" } else { "begin" }.into(),
        Hint::Permits => {
            wanted.net.permits.map_or_else(|| "no permits".into(), |permits| format!("permits {permits}"))
        }
        Hint::Crash if wanted.work == Work::Download && wanted.net.failures > 0 => {
            format!("{} % fail", wanted.net.failures)
        }
        Hint::Crash if wanted.work == Work::Download => "failures".into(),
        Hint::Crash => wanted.crash.map_or_else(|| "crash".into(), |job| format!("job {job} crashes")),
        _ => return None,
    })
}

/// From so many columns on the header begins with the program's name.
const NAMED: u16 = 76;

/// Whether a header of so many columns has room for the program's name.
#[must_use]
pub fn has_name(columns: u16) -> bool {
    columns >= NAMED
}

/// The tabs of a header of so many columns: each one's first column and its screen.
pub fn tabs(columns: u16) -> impl Iterator<Item = (u16, Screen)> {
    let mut x = if has_name(columns) { 14 } else { 0 };
    Screen::ALL.into_iter().map(move |screen| {
        let here = x;
        x += width(screen.name()) + 2;
        (here, screen)
    })
}

/// The header's own hint for help, written at its right end.
pub const HEADER_HELP: &str = "? help";

/// What a click in this cell presses.
#[must_use]
pub fn at(app: &App, column: u16, row: u16) -> Option<Action> {
    let (columns, rows) = app.size();
    if rows == 0 {
        return None;
    }
    if row == rows - 1 {
        let hints = footer(app, columns);
        let hit = hints.iter().find(|hint| (hint.x..hint.x + hint.width()).contains(&column))?;
        return hit.click(column - hit.x);
    }
    if row == 0 {
        let help = columns.saturating_sub(MARGIN + width(HEADER_HELP));
        if (help..columns.saturating_sub(MARGIN)).contains(&column) {
            return Some(Action::Help);
        }
        let here = Screen::ALL.iter().position(|&screen| screen == app.screen().tab())?;
        let there =
            tabs(columns).position(|(x, screen)| (x..x + width(screen.name()) + 2).contains(&column))?;
        return Some(Action::Screen(i8::try_from(there as i64 - here as i64).ok()?));
    }
    None
}
