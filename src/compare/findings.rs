//! What a table shows, as data: which rows lost what, what is cheapest, where something begins. How it is said is
//! elsewhere.

use super::claims::{self, Claims};
use super::plan::Sweep;
use super::table::{Row, Table};
use crate::experiment::{Delay, Kind, Protection, Settings};
use crate::sort;

/// A permit that buys less than this share of what one permit does is said to buy nothing.
const WORTH: f64 = 0.1;

/// What a sweep found.
#[derive(Clone, Debug, PartialEq)]
pub enum Findings {
    /// Of the protections.
    Protections(Protections),
    /// Of the permits.
    Permits(Permits),
    /// Of the gaps.
    Window(Window),
    /// Of the kinds of workers.
    Kinds(Claims),
    /// Of the downloads.
    Downloads(Downloads),
}

/// A row and one figure of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The settings of the row.
    pub settings: Settings,
    /// The figure.
    pub value: f64,
}

/// What the protections came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Protections {
    /// Why nothing could be lost, where that does not depend on the protection.
    pub safe: Option<Safe>,
    /// The number of workers that costs and losses are of: the one with which unprotected lost most, else the greatest.
    pub workers: u16,
    /// How many different protections let only one in or need nobody to wait, and how many runs were made with them, at
    /// any number of workers.
    pub exact: usize,
    /// Runs made with these.
    pub exact_runs: u64,
    /// Those of them that lost something all the same: a mistake of ours.
    pub broken: Vec<Settings>,
    /// The one of them with the most increments a second relative to unprotected.
    pub cheapest: Option<Figure>,
    /// And the one with the fewest.
    pub dearest: Option<Figure>,
    /// The others with the share of updates that they lost, the worst first.
    pub leaky: Vec<Figure>,
    /// Share of increments that built on another worker's store, without protection.
    pub hand_overs: f64,
}

/// What the permits came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permits {
    /// Why nothing could be lost, where that does not depend on the permits.
    pub safe: Option<Safe>,
    /// The number of workers.
    pub workers: u16,
    /// The greatest number of permits up to which nothing was lost.
    pub exact_up_to: u16,
    /// The first number of permits that lost something, and which share of the updates.
    pub begins: Option<(u16, f64)>,
    /// The greatest number of permits measured, and its increments a second relative to one permit.
    pub most: Option<(u16, f64)>,
    /// From this number of permits on, further ones bought less than a tenth of what the first did each, on average; `None`
    /// where the last one still bought more.
    pub enough: Option<u16>,
}

/// What the gaps came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Why nothing could be lost, where that does not depend on the gap.
    pub safe: Option<Safe>,
    /// The narrowest gap measured, and how many of how many runs lost anything there.
    pub narrowest: (Delay, u64, u64),
    /// Between which bounds the probability lies that a run does, at 95 % confidence.
    pub interval: (f64, f64),
    /// The narrowest gap at which any run lost anything.
    pub begins: Option<Delay>,
    /// The narrowest gap from which on, at it and all wider ones, every run lost something.
    pub always: Option<Delay>,
    /// The widest gap measured, and how many of how many runs lost anything there.
    pub widest: (Delay, u64, u64),
}

/// What the permits of downloads came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Downloads {
    /// How many requests the server serves at once.
    pub capacity: u16,
    /// Downloads a second with 1 permit.
    pub first: f64,
    /// The greatest number of permits measured, and its downloads a second relative to one permit.
    pub most: Option<(u16, f64)>,
    /// From this number of permits on, further ones bought less than a tenth of what the first did each, on average; `None`
    /// where the last one still bought more.
    pub enough: Option<(u16, f64)>,
    /// Most requests that the server served at once, in any run.
    pub served: u32,
    /// Most requests that waited there at once, in any run.
    pub queued: u32,
    /// Downloads that failed: a mistake of ours, or a machine without room.
    pub failed: u64,
}

/// Why nothing can be lost, whatever guards and however wide the gap is: there is no race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safe {
    /// A single worker.
    Alone,
    /// Each worker has a counter of its own.
    Apart,
    /// Workers take turns, and none ends its turn between load and store.
    Whole,
}

/// Whether there is no race under these settings, and why.
#[must_use]
pub fn safe(settings: &Settings) -> Option<Safe> {
    match settings.kind {
        _ if settings.threads == 1 => Some(Safe::Alone),
        Kind::Process { shared: false } => Some(Safe::Apart),
        Kind::Task { awaits: false } => Some(Safe::Whole),
        Kind::Thread | Kind::Process { shared: true } | Kind::Task { awaits: true } => None,
    }
}

/// Whether nothing can be lost under these settings.
#[must_use]
pub fn is_exact(settings: &Settings) -> bool {
    is_guarded(settings) || safe(settings).is_some()
}

/// Whether the protection sees to it.
fn is_guarded(settings: &Settings) -> bool {
    matches!(settings.protection, Protection::CompareAndSwap | Protection::FetchAdd)
        || settings.protection.capacity(settings.permits) == Some(1)
}

/// What a table shows; `None` while there is too little of it.
#[must_use]
pub fn find(table: &Table) -> Option<Findings> {
    let rows: Vec<&Row> = table.rows.iter().filter(|row| row.runs > 0).collect();
    let (first, last) = (*rows.first()?, *rows.last()?);
    Some(match table.plan.sweep {
        Sweep::Protections => Findings::Protections(protections(&rows, worst(&rows))),
        Sweep::Permits => Findings::Permits(permits(&rows, first.settings.threads)),
        Sweep::Kinds => Findings::Kinds(claims::judge(table)),
        Sweep::Downloads => Findings::Downloads(downloads(&rows, table.plan.permits)),
        Sweep::Window => Findings::Window(Window {
            safe: safe(&first.settings),
            narrowest: (first.settings.gap.delay, first.losing, first.runs),
            interval: first.losing_interval,
            begins: rows.iter().find(|row| row.losing > 0).map(|row| row.settings.gap.delay),
            always: {
                let all = rows.iter().rev().take_while(|row| row.losing == row.runs);
                all.last().map(|row| row.settings.gap.delay)
            },
            widest: (last.settings.gap.delay, last.losing, last.runs),
        }),
    })
}

/// The number of workers with which unprotected lost the greatest share; of several the greatest number.
fn worst(rows: &[&Row]) -> u16 {
    let none = rows.iter().filter(|row| row.settings.protection == Protection::None);
    let order = |a: &&&Row, b: &&&Row| {
        a.share().total_cmp(&b.share()).then(a.settings.threads.cmp(&b.settings.threads))
    };
    none.max_by(order).map_or(0, |row| row.settings.threads)
}

fn protections(rows: &[&Row], workers: u16) -> Protections {
    let exact: Vec<&Row> = rows.iter().filter(|row| is_guarded(&row.settings)).copied().collect();
    let none_can = rows.iter().filter(|row| is_exact(&row.settings));
    let kinds = exact.iter().filter(|row| row.settings.threads == workers).count();
    let relative = |row: &&Row| {
        let value = row.relative.filter(|_| row.settings.threads == workers)?.median;
        Some(Figure { settings: row.settings, value })
    };
    let by_value = |a: &Figure, b: &Figure| a.value.total_cmp(&b.value);
    let here = || rows.iter().filter(|row| row.settings.threads == workers);
    let mut leaky: Vec<Figure> = here()
        .filter(|row| !is_exact(&row.settings))
        .map(|row| Figure { settings: row.settings, value: row.share() })
        .collect();
    sort::by(&mut leaky, |a, b| by_value(b, a));
    let none = here().find(|row| row.settings.protection == Protection::None);
    Protections {
        safe: none.and_then(|row| safe(&row.settings)),
        workers,
        exact: kinds,
        exact_runs: exact.iter().map(|row| row.runs).sum(),
        broken: none_can.filter(|row| row.lost > 0).map(|row| row.settings).collect(),
        cheapest: exact.iter().filter_map(relative).max_by(by_value),
        dearest: exact.iter().filter_map(relative).min_by(by_value),
        leaky,
        hand_overs: none.map_or(0.0, |row| row.hand_overs as f64 / row.completed.max(1) as f64),
    }
}

/// By number of permits, what they make relative to one.
fn relative(rows: &[&Row]) -> Vec<(u16, f64)> {
    rows.iter().filter_map(|row| Some((row.settings.permits, row.relative?.median))).collect()
}

/// The number of permits beyond which, however many more there are, they are not worth it on average, if any follow. Not step
/// by step: a row that came out low makes the one after it look like a gain.
fn enough(relative: &[(u16, f64)]) -> Option<(u16, f64)> {
    let buys = |from: &(u16, f64), to: &(u16, f64)| (to.1 - from.1) / f64::from(to.0 - from.0) >= WORTH;
    let ends = |at: &usize| !relative[at + 1..].iter().any(|further| buys(&relative[*at], further));
    let enough = (0..relative.len()).find(ends).map(|at| relative[at]);
    enough.filter(|enough| relative.last().is_some_and(|last| enough.0 < last.0))
}

fn downloads(rows: &[&Row], capacity: u16) -> Downloads {
    let relative = relative(rows);
    let of = || rows.iter().filter_map(|row| row.downloads);
    Downloads {
        capacity,
        first: rows.first().and_then(|row| row.rate).map_or(0.0, |rate| rate.median),
        most: relative.last().copied(),
        enough: enough(&relative),
        served: of().map(|row| row.served).max().unwrap_or(0),
        queued: of().map(|row| row.queued).max().unwrap_or(0),
        failed: of().map(|row| row.failed).sum(),
    }
}

fn permits(rows: &[&Row], workers: u16) -> Permits {
    let relative = relative(rows);
    let most = relative.last().copied();
    let begins = rows.iter().find(|row| row.lost > 0).map(|row| (row.settings.permits, row.share()));
    let up_to = rows.iter().take_while(|row| row.lost == 0).last();
    Permits {
        safe: rows.first().and_then(|row| safe(&row.settings)),
        workers,
        exact_up_to: up_to.map_or(0, |row| row.settings.permits),
        begins,
        most,
        enough: enough(&relative).map(|(permits, _)| permits),
    }
}

#[cfg(test)]
mod tests;
