//! The columns of threads, processes and tasks beside each other, and their charts.

use super::{Bar, Column, dash, left, right};
use crate::app::findings::short;
use crate::compare::costs::What;
use crate::compare::table::Table;
use crate::experiment::Kind;
use crate::experiment::statistics::Spread;

pub(super) const COLUMNS: &[Column] = &[
    left("worker", |table, row| singular(table.rows[row].settings.kind).into()),
    right("start", 0, |table, row| median(table, row, What::Start)),
    right("quartiles", 6, |table, row| quartiles(table, row, What::Start)),
    right("memory", 0, |table, row| median(table, row, What::Memory)),
    right("quartiles", 9, |table, row| quartiles(table, row, What::Memory)),
    right("switch", 0, |table, row| median(table, row, What::Switch)),
    right("quartiles", 8, |table, row| quartiles(table, row, What::Switch)),
    right("compute", 0, |table, row| median(table, row, What::Compute)),
    right("quartiles", 7, |table, row| quartiles(table, row, What::Compute)),
    right("small jobs", 1, |table, row| median(table, row, What::Small)),
    right("quartiles", 11, |table, row| quartiles(table, row, What::Small)),
    right("sleep", 0, |table, row| median(table, row, What::Sleep)),
    right("quartiles", 10, |table, row| quartiles(table, row, What::Sleep)),
    right("1000 waits", 2, |table, row| median(table, row, What::Many)),
    right("quartiles", 12, |table, row| quartiles(table, row, What::Many)),
    right("downloads", 3, |table, row| median(table, row, What::Network)),
    right("quartiles", 13, |table, row| quartiles(table, row, What::Network)),
    right("threads", 4, |table, row| median(table, row, What::Threads)),
    right("shared", 5, |table, row| median(table, row, What::Shared)),
    right("runs", 14, |table, row| table.rows[row].runs.to_string()),
];

/// One of them, in a word.
#[must_use]
pub fn singular(kind: Kind) -> &'static str {
    match kind {
        Kind::Thread => "thread",
        Kind::Process { .. } => "process",
        Kind::Task { .. } => "task",
    }
}

fn spread(table: &Table, row: usize, measure: What) -> Option<Spread> {
    table.rows[row].costs?.get(measure)
}

fn median(table: &Table, row: usize, measure: What) -> String {
    spread(table, row, measure).map_or_else(dash, |spread| figure(measure, spread.median))
}

fn quartiles(table: &Table, row: usize, measure: What) -> String {
    spread(table, row, measure).map_or_else(dash, |spread| between(measure, spread))
}

/// From the lower quartile to the upper one.
#[must_use]
pub fn between(measure: What, Spread { lower, upper, .. }: Spread) -> String {
    let (low, high) = (figure(measure, lower), figure(measure, upper));
    if low == high {
        return low;
    }
    // A unit that both have is said once.
    let unit = |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (one, other) = (unit(&low), unit(&high));
    let low = if low[one..] == high[other..] { &low[..one] } else { &low };
    format!("{low}–{high}")
}

/// A figure with its unit.
#[must_use]
pub fn figure(measure: What, figure: f64) -> String {
    match measure {
        What::Start | What::Switch | What::Many | What::Network => scaled(figure, &["ns", "µs", "ms", "s"]),
        What::Memory => scaled(figure, &["B", "kB", "MB", "GB"]),
        What::Compute | What::Small | What::Sleep => format!("{}×", short(figure)),
        What::Threads => short(figure),
        What::Shared => format!("{:.0} %", figure * 100.0),
    }
}

/// Three digits that count and the unit, each a thousand of the one before.
fn scaled(figure: f64, units: &[&str; 4]) -> String {
    let mut at = 0;
    let mut figure = figure;
    while figure >= 999.5 && at < 3 {
        (figure, at) = (figure / 1e3, at + 1);
    }
    format!("{} {}", short(figure), units[at])
}

/// A chart: what it shows, shorter and shorter, and a bar for each row.
pub(super) struct Chart {
    pub(super) shows: Vec<String>,
    pub(super) bars: Vec<Option<Bar>>,
}

/// A chart of a measure on a log scale from a power of ten to another.
pub(super) fn chart(table: &Table, measure: What) -> Chart {
    let rows = || (0..table.rows.len()).map(|row| spread(table, row, measure));
    let least = rows().flatten().map(|spread| spread.lower).fold(f64::INFINITY, f64::min);
    let most = rows().flatten().map(|spread| spread.upper).fold(1e-9, f64::max);
    let floor = 10_f64.powf((least.clamp(1e-9, most) * 0.8).log10().floor());
    let top = 10_f64.powf(most.log10().ceil()).max(floor * 10.0);
    let place = |figure: f64| ((figure / floor).log10() / (top / floor).log10()).clamp(0.0, 1.0);
    let bar = |Spread { lower, median, upper, .. }| Bar {
        low: place(lower),
        middle: place(median),
        high: place(upper),
    };
    let name = match measure {
        What::Start => "time to start one",
        What::Memory => "memory of one",
        _ => "time to switch",
    };
    let end = |figure: f64| {
        let said = self::figure(measure, figure);
        // A power of ten: nothing stands behind the point.
        said.replacen(".00", "", 1).replacen(".0", "", 1)
    };
    let range = match rows().flatten().next() {
        Some(_) => format!("log scale from {} to {}", end(floor), end(top)),
        None => "log scale".into(),
    };
    let shows = vec![
        format!("{name}, {range}, █▒ the quartiles"),
        format!("{name}, {range}"),
        format!("{name}, log scale"),
        name.into(),
        name.rsplit(' ').next().unwrap_or_default().into(),
    ];
    Chart { shows, bars: rows().map(|spread| spread.map(bar)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixture::likely;
    use crate::compare::plan::{Plan, Sweep};

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        let said = |measure, figures: &[f64]| -> Vec<String> {
            figures.iter().map(|figure| self::figure(measure, *figure)).collect()
        };
        assert_eq!(
            said(What::Start, &[96.4, 999.4, 999.6, 19_321.0, 655e3, 3.2e9]),
            ["96.4 ns", "999 ns", "1.00 µs", "19.3 µs", "655 µs", "3.20 s"]
        );
        assert_eq!(said(What::Memory, &[391.0, 9_216.0, 4.2e6]), ["391 B", "9.22 kB", "4.20 MB"]);
        assert_eq!(said(What::Compute, &[1.934, 0.012]), ["1.93×", "0.012×"]);
    }

    #[test]
    fn a_unit_of_both_quartiles_is_said_once() {
        let table = likely(Plan::of(Sweep::Kinds), 5);
        assert_eq!(quartiles(&table, 0, What::Start), "19.8–20.7 µs");
        assert_eq!(quartiles(&table, 1, What::Many), "–");
        assert_eq!(quartiles(&table, 0, What::Compute), "1.98–2.07×");
    }
}
