//! The columns of a sweep's table and its chart, in words and figures: both doors show the same.

pub mod kinds;

use crate::app::findings::{grouped, percent, short};
use crate::compare::costs::What;
use crate::compare::downloads::Downloads;
use crate::compare::findings::is_exact;
use crate::compare::plan::Sweep;
use crate::compare::table::{Row, Table};
use crate::experiment::statistics::Spread;

/// What a column says of the row of this number.
pub type Cell = fn(&Table, usize) -> String;

/// A column of the table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What stands above it.
    pub heading: &'static str,
    /// Whether it is set to the right.
    pub is_right: bool,
    /// How soon it is left out where there is little room: the greatest first, 0 never.
    pub rank: u8,
    /// Whether it tells of losses: where there are any it is in the colour of alarm.
    pub is_loss: bool,
    /// Its cells.
    pub cell: Cell,
}

const fn left(heading: &'static str, cell: Cell) -> Column {
    Column { heading, is_right: false, rank: 0, is_loss: false, cell }
}

const fn right(heading: &'static str, rank: u8, cell: Cell) -> Column {
    Column { heading, is_right: true, rank, is_loss: false, cell }
}

const fn loss(heading: &'static str, rank: u8, cell: Cell) -> Column {
    Column { is_loss: true, ..right(heading, rank, cell) }
}

const PROTECTIONS: &[Column] = &[
    left("protection", |table, row| table.rows[row].settings.protection_name()),
    right("workers", 0, |table, row| table.rows[row].settings.threads.to_string()),
    loss("lost", 0, |table, row| lost(&table.rows[row])),
    right("quartiles", 5, |table, row| share_quartiles(table.rows[row].lost_share)),
    right("a second", 0, |table, row| figure(table.rows[row].rate)),
    right("quartiles", 6, |table, row| quartiles(table.rows[row].rate)),
    right("relative", 1, |table, row| figure(table.rows[row].relative)),
    right("waiting", 2, |table, row| {
        table.rows[row].waiting.map_or_else(dash, |share| percent(share.median))
    }),
    right("inside", 3, |table, row| inside(&table.rows[row])),
    right("fairness", 2, |table, row| {
        table.rows[row].fairness.map_or_else(dash, |fairness| format!("{:.2}", fairness.median))
    }),
    right("runs", 7, |table, row| table.rows[row].runs.to_string()),
];

const PERMITS: &[Column] = &[
    right("permits", 0, |table, row| table.rows[row].settings.permits.to_string()),
    loss("lost", 0, |table, row| lost(&table.rows[row])),
    right("quartiles", 4, |table, row| share_quartiles(table.rows[row].lost_share)),
    loss("runs that lose", 2, |table, row| losing(&table.rows[row])),
    right("a second", 0, |table, row| figure(table.rows[row].rate)),
    right("quartiles", 5, |table, row| quartiles(table.rows[row].rate)),
    right("relative", 0, |table, row| figure(table.rows[row].relative)),
    right("one more buys", 1, one_more),
    right("inside", 3, |table, row| inside(&table.rows[row])),
    right("runs", 6, |table, row| table.rows[row].runs.to_string()),
];

const WINDOW: &[Column] = &[
    left("gap", |table, row| gap(&table.rows[row])),
    loss("runs that lose", 0, |table, row| losing(&table.rows[row])),
    right("share", 0, |table, row| of_runs(&table.rows[row], |row| percent(row.losing_share()))),
    right("95 % interval", 1, |table, row| {
        of_runs(&table.rows[row], |row| {
            if is_exact(&row.settings) {
                return "none can".into();
            }
            let (low, high) = row.losing_interval;
            shares(low, high)
        })
    }),
    loss("lost", 2, |table, row| lost(&table.rows[row])),
    right("hand-overs", 3, |table, row| {
        of_runs(&table.rows[row], |row| percent(row.hand_overs as f64 / row.completed.max(1) as f64))
    }),
    right("a second", 4, |table, row| figure(table.rows[row].rate)),
];

const DOWNLOADS: &[Column] = &[
    right("permits", 0, |table, row| table.rows[row].settings.permits.to_string()),
    right("a second", 0, |table, row| figure(table.rows[row].rate)),
    right("quartiles", 3, |table, row| quartiles(table.rows[row].rate)),
    right("relative", 0, |table, row| figure(table.rows[row].relative)),
    right("one more buys", 0, one_more),
    right("served at once", 1, |table, row| server(table, row, |server| server.served)),
    right("queued there", 2, |table, row| server(table, row, |server| server.queued)),
    right("runs", 4, |table, row| table.rows[row].runs.to_string()),
];

/// What the server counted.
fn server(table: &Table, row: usize, of: fn(Downloads) -> u32) -> String {
    table.rows[row].downloads.map_or_else(dash, |server| of(server).to_string())
}

/// The columns of a sweep.
#[must_use]
pub fn columns(sweep: Sweep) -> &'static [Column] {
    match sweep {
        Sweep::Protections => PROTECTIONS,
        Sweep::Permits => PERMITS,
        Sweep::Window => WINDOW,
        Sweep::Kinds => kinds::COLUMNS,
        Sweep::Downloads => DOWNLOADS,
    }
}

fn dash() -> String {
    "–".into()
}

fn of_runs(row: &Row, said: impl Fn(&Row) -> String) -> String {
    if row.runs == 0 { dash() } else { said(row) }
}

fn lost(row: &Row) -> String {
    of_runs(row, |row| percent(row.share()))
}

fn losing(row: &Row) -> String {
    let count = |runs: u64| grouped(&runs.to_string());
    of_runs(row, |row| format!("{} of {}", count(row.losing), count(row.runs)))
}

fn inside(row: &Row) -> String {
    row.most_holders.map_or_else(dash, |most| most.to_string())
}

fn figure(spread: Option<Spread>) -> String {
    spread.map_or_else(dash, |spread| short(spread.median))
}

fn quartiles(spread: Option<Spread>) -> String {
    spread.map_or_else(dash, |spread| format!("{}–{}", short(spread.lower), short(spread.upper)))
}

fn share_quartiles(spread: Option<Spread>) -> String {
    spread.map_or_else(dash, |spread| shares(spread.lower, spread.upper))
}

/// From one share to another, each rounded as it is where it stands alone.
fn shares(low: f64, high: f64) -> String {
    format!("{}–{}", percent(low).trim_end_matches(" %"), percent(high))
}

fn gap(row: &Row) -> String {
    let words = row.settings.gap.words();
    words.strip_prefix("gap ").unwrap_or("none").to_owned()
}

/// By how much one permit more raised the increments a second, relative to one permit's.
fn one_more(table: &Table, row: usize) -> String {
    let relative = |row: usize| table.rows[row].relative.map(|relative| relative.median);
    let before = row.checked_sub(1).and_then(relative);
    match (before, relative(row)) {
        // What rounds to nothing has no sign.
        (Some(before), Some(here)) if (here - before).abs() < 0.005 => "0.00".into(),
        (Some(before), Some(here)) => format!("{:+.2}", here - before),
        _ => dash(),
    }
}

/// A row's sign: it lost something; it lost nothing and can't; it lost nothing this time; nothing is known.
#[must_use]
pub fn sign(row: &Row) -> char {
    match row {
        Row { downloads: Some(Downloads { failed: 1.., .. }), .. } => '✗',
        Row { runs: 0, .. } | Row { costs: Some(_), .. } | Row { downloads: Some(_), .. } => ' ',
        Row { lost: 1.., .. } => '✗',
        row if is_exact(&row.settings) => '✓',
        _ => '·',
    }
}

/// A bar of the chart: its ends and its middle, each 0 to 1 of the chart's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The lower quartile, or the interval's lower bound.
    pub low: f64,
    /// The median, or the share.
    pub middle: f64,
    /// The upper quartile, or the interval's upper bound.
    pub high: f64,
}

/// What the bars show: at length, and shorter and shorter for where there is less room.
#[must_use]
pub fn bars_show(table: &Table) -> Vec<String> {
    let fixed = match table.plan.sweep {
        Sweep::Protections => {
            let (floor, top) = ends(table);
            let scale = format!("log scale from {} to {}", plain(floor), plain(top));
            return vec![
                format!("increments a second over those of none, {scale}, █▒ the quartiles"),
                format!("speed over none's, {scale}"),
                format!("speed, {scale}"),
                "speed, log scale".into(),
                "log speed".into(),
            ];
        }
        Sweep::Permits => [
            "increments a second over 1 permit's, █▒ the quartiles",
            "speed over 1 permit's, █▒ quartiles",
            "over 1 permit's",
            "speed",
        ],
        Sweep::Window => [
            "share of runs that lose anything, █▒ the 95 % interval",
            "runs that lose, █▒ 95 % interval",
            "runs that lose",
            "runs",
        ],
        Sweep::Downloads => [
            "downloads a second over 1 permit's, █▒ the quartiles",
            "speed over 1 permit's, █▒ quartiles",
            "over 1 permit's",
            "speed",
        ],
        Sweep::Kinds => return kinds::chart(table, What::Start).shows,
    };
    fixed.map(str::to_owned).into()
}

/// Where the bars of [`Sweep::Protections`] begin and end: at powers of ten, twice or five times one. A lock costs
/// some twenty times what nothing does, and a tenth more or less would not be seen beside it on an even scale.
fn ends(table: &Table) -> (f64, f64) {
    let all = || table.rows.iter().filter_map(|row| row.relative);
    let least = all().map(|relative| relative.lower).filter(|lower| *lower > 0.0).fold(0.5, f64::min);
    let most = all().map(|relative| relative.upper).fold(1.0, f64::max);
    let steps = || (-9..9).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)));
    let floor = steps().take_while(|step| step * 1.2 <= least).last().unwrap_or(1e-9);
    let top = steps().find(|step| *step >= most).unwrap_or(1e9);
    (floor, top)
}

/// A figure with nothing after what counts: `0.005`, `1`.
fn plain(figure: f64) -> String {
    let text = format!("{figure:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the bars of [`more_bars`] show.
#[must_use]
pub fn more_bars_show(table: &Table) -> Vec<String> {
    match table.plan.sweep {
        Sweep::Kinds => kinds::chart(table, What::Memory).shows,
        Sweep::Downloads => vec![format!("most served at once, of {} permits", table.plan.most_permits())],
        _ => vec!["updates lost, █▒ the quartiles".into(), "updates lost".into(), "lost".into()],
    }
}

/// Whether the bars tell of losses, and whether the second ones do.
#[must_use]
pub fn bars_are_losses(sweep: Sweep) -> (bool, bool) {
    match sweep {
        Sweep::Protections | Sweep::Permits => (false, true),
        Sweep::Window => (true, true),
        Sweep::Kinds | Sweep::Downloads => (false, false),
    }
}

/// A second chart: the share of updates that each row lost, or what a worker of its kind takes of memory.
#[must_use]
pub fn more_bars(table: &Table) -> Vec<Option<Bar>> {
    if table.plan.sweep == Sweep::Kinds {
        return kinds::chart(table, What::Memory).bars;
    }
    if table.plan.sweep == Sweep::Downloads {
        let share =
            |server: Downloads| f64::from(server.served) / f64::from(table.plan.most_permits().max(1));
        let bar = |share: f64| Bar { low: share, middle: share, high: share };
        return table.rows.iter().map(|row| row.downloads.map(share).map(bar)).collect();
    }
    let bar = |Spread { lower, median, upper, .. }| Bar { low: lower, middle: median, high: upper };
    table.rows.iter().map(|row| row.lost_share.map(bar)).collect()
}

/// The chart: a bar for each row that has figures.
#[must_use]
pub fn bars(table: &Table) -> Vec<Option<Bar>> {
    if table.plan.sweep == Sweep::Kinds {
        return kinds::chart(table, What::Start).bars;
    }
    let bar = |row: &Row| match table.plan.sweep {
        Sweep::Window => {
            let (low, high) = row.losing_interval;
            // Where none can lose there is nothing to be unsure of.
            let (low, high) = if is_exact(&row.settings) { (0.0, 0.0) } else { (low, high) };
            (row.runs > 0).then(|| Bar { low, middle: row.losing_share(), high })
        }
        _ => row.relative.map(|Spread { lower, median, upper, .. }| Bar {
            low: lower,
            middle: median,
            high: upper,
        }),
    };
    let bars: Vec<Option<Bar>> = table.rows.iter().map(bar).collect();
    let widest = bars.iter().flatten().map(|bar| bar.high).fold(f64::MIN_POSITIVE, f64::max);
    let (floor, top) = ends(table);
    let place = |figure: f64| match table.plan.sweep {
        Sweep::Protections if figure <= floor => 0.0,
        Sweep::Protections => (figure / floor).log10() / (top / floor).log10(),
        Sweep::Permits | Sweep::Downloads => figure / widest,
        Sweep::Window | Sweep::Kinds => figure,
    };
    let placed = |bar: Bar| Bar { low: place(bar.low), middle: place(bar.middle), high: place(bar.high) };
    bars.into_iter().map(|bar| bar.map(placed)).collect()
}

impl Bar {
    /// The bar in so many cells: how many are full, and how many after them are within the spread. What is there at all
    /// takes a cell.
    #[must_use]
    pub fn cells(&self, width: u16) -> (u16, u16) {
        let cells = |share: f64| (share.clamp(0.0, 1.0) * f64::from(width)).round() as u16;
        let full = cells(self.low);
        let end = cells(self.high).max(u16::from(self.high > 0.0 && width > 0));
        (full, end.saturating_sub(full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixture::{likely, table};
    use crate::compare::plan::Plan;

    #[test]
    fn every_cell_of_every_row_says_something() {
        for sweep in Sweep::ALL {
            for runs in [0, 1, 20] {
                let table = likely(Plan::of(sweep), runs);
                for column in columns(sweep) {
                    assert!((0..table.rows.len()).all(|row| !(column.cell)(&table, row).is_empty()));
                }
                let bars = bars(&table);
                assert_eq!(bars.iter().flatten().count(), if runs == 0 { 0 } else { table.rows.len() });
                for bar in bars.iter().flatten() {
                    assert!(
                        0.0 <= bar.low && bar.low <= bar.middle && bar.middle <= bar.high && bar.high <= 1.0
                    );
                    let (full, more) = bar.cells(40);
                    assert!((1..=40).contains(&(full + more)), "{sweep} {bar:?}");
                }
            }
        }
    }

    #[test]
    fn bars_on_a_log_scale_are_as_long_as_their_logarithm() {
        let plan = Plan { threads: 1, ..Plan::of(Sweep::Protections) };
        let table = table(plan, |settings| {
            let times = if settings.protection == crate::experiment::Protection::None { 1 } else { 10 };
            vec![(0, 1_000 * times)]
        });
        assert_eq!(ends(&table), (0.05, 1.0));
        let bars = bars(&table);
        let expected = 2_f64.log10() / 20_f64.log10();
        assert!(bars[0].is_some_and(|bar| (bar.high - 1.0).abs() < 1e-9));
        assert!(bars[1].is_some_and(|bar| (bar.high - expected).abs() < 1e-9));
        assert_eq!([0.005, 0.05, 1.0, 20.0].map(plain), ["0.005", "0.05", "1", "20"]);
    }

    #[test]
    fn the_ends_of_a_range_are_rounded_as_what_stands_beside_it() {
        assert_eq!(shares(0.0, 0.004), "0.0–0.4 %");
        assert_eq!(shares(0.0004, 0.012), "<0.1–1.2 %");
        assert_eq!(shares(0.5, 0.9999), "50.0–>99.9 %");
    }
}
