//! Which columns are shown where there is no room for all: leaves that one turns, each with what names a row on it.
//!
//! The first has what matters most, in the order of the ranks; the others what is left, each figure with its quartiles.

use super::columns::{self, Column};
use super::{Compare, Sweep, Table};

/// Columns before the first column of the table: the selection and the sign.
pub const SIGNS: u16 = 6;
/// Columns between two of the table's.
pub const GAP: u16 = 2;

/// A column of a leaf and how wide it is.
pub type Wide = (&'static Column, u16);

/// What is shown at once.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its columns.
    pub columns: Vec<Wide>,
    /// Columns of the screen that they take.
    pub used: u16,
    /// Which leaf, from 0, and of how many.
    pub number: usize,
    /// See `number`.
    pub of: usize,
}

/// A leaf of a table on so many columns; the last one where there are fewer.
#[must_use]
pub fn leaf(table: &Table, width: u16, number: usize) -> Leaf {
    let all = all(table);
    let named = named(table.plan.sweep);
    let mut leaves = vec![first(&all, width)];
    loop {
        let shown = |column: usize| leaves.iter().any(|leaf| leaf.contains(&column));
        let rest = next(&all, named, width, &shown);
        if rest.len() <= named {
            break;
        }
        leaves.push(rest);
    }
    let number = number.min(leaves.len() - 1);
    let columns: Vec<Wide> = leaves[number].iter().map(|&column| all[column]).collect();
    Leaf { used: used(columns.iter().map(|(_, width)| *width)), columns, number, of: leaves.len() }
}

/// Every column, as wide as what stands in it.
fn all(table: &Table) -> Vec<Wide> {
    let longest = |column: &Column| {
        let cells = (0..table.rows.len()).map(|row| (column.cell)(table, row).chars().count());
        cells.chain([column.heading.chars().count()]).max().unwrap_or(0) as u16
    };
    columns::columns(table.plan.sweep).iter().map(|column| (column, longest(column))).collect()
}

/// How many of the first columns say which row it is.
fn named(sweep: Sweep) -> usize {
    if sweep == Sweep::Protections { 2 } else { 1 }
}

fn used(widths: impl Iterator<Item = u16>) -> u16 {
    SIGNS + widths.map(|width| width + GAP).sum::<u16>().saturating_sub(GAP)
}

/// Whether so many columns leave room for the shortest bars.
fn fits(used: u16, width: u16) -> bool {
    let least = if width < 100 { 10 } else { width / 4 };
    used + GAP + least <= width
}

/// What matters most, as far as there is room for it.
fn first(all: &[Wide], width: u16) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..all.len()).collect();
    while !fits(used(chosen.iter().map(|&column| all[column].1)), width) {
        let rank = |at: &usize| all[chosen[*at]].0.rank;
        // Of several the last one.
        match (0..chosen.len()).max_by_key(rank) {
            Some(worst) if rank(&worst) > 0 => chosen.remove(worst),
            _ => break,
        };
    }
    chosen
}

/// After what names the row as much of what has not been shown as there is room for: figures before their quartiles, which
/// stand beside what they are of.
fn next(all: &[Wide], named: usize, width: u16, shown: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let is_quartiles = |column: usize| all[column].0.heading == QUARTILES;
    let hidden = || (named..all.len()).filter(|&column| !shown(column));
    let figures = hidden().filter(|&column| !is_quartiles(column) && all[column].0.heading != RUNS);
    let quartiles = hidden().filter(|&column| is_quartiles(column));
    let runs = hidden().filter(|&column| all[column].0.heading == RUNS);
    let mut chosen: Vec<usize> = (0..named).collect();
    for column in figures.chain(quartiles).chain(runs) {
        let mut with = chosen.clone();
        with.push(column);
        if is_quartiles(column) {
            with.push(column - 1);
        }
        with.sort_unstable();
        with.dedup();
        let is_first = chosen.len() == named;
        if is_first || fits(used(with.iter().map(|&column| all[column].1)), width) {
            chosen = with;
        }
    }
    chosen
}

/// What stands above the quartiles of the column before.
const QUARTILES: &str = "quartiles";
const RUNS: &str = "runs";

impl Leaf {
    /// What else there is, and how one comes to it, at length and shorter; nothing where all is shown.
    #[must_use]
    pub fn notes(&self, sweep: Sweep) -> Vec<String> {
        if self.of == 1 {
            return Vec::new();
        }
        if self.number > 0 {
            return vec![format!("columns , .  {} of {}", self.number + 1, self.of)];
        }
        let is_shown = |heading: &str| self.columns.iter().any(|(column, _)| column.heading == heading);
        let all = columns::columns(sweep).iter().map(|column| column.heading);
        let is_figure = |heading: &&str| !is_shown(heading) && ![QUARTILES, RUNS].contains(heading);
        let hidden: Vec<&str> = all.filter(is_figure).collect();
        let hidden = if hidden.is_empty() { QUARTILES.into() } else { hidden.join(", ") };
        vec![format!(". shows {hidden}"), "more columns: .".into()]
    }

    /// Whether a single chart is the second one.
    #[must_use]
    pub fn is_other_chart(&self) -> bool {
        self.number % 2 == 1
    }
}

impl Compare {
    /// The columns that are shown on a screen so wide.
    #[must_use]
    pub fn leaf(&self, columns: u16) -> Leaf {
        leaf(self.shown_table(), columns.saturating_sub(2), self.page().leaf)
    }

    /// Turns a leaf forwards or back; from the last the first follows.
    pub(super) fn turn(&mut self, by: i8, columns: u16) {
        let leaf = self.leaf(columns);
        if leaf.of == 1 {
            self.notice("All columns are shown: there is room for them.".into());
        }
        let (number, of) = (leaf.number as i64 + i64::from(by), leaf.of as i64);
        self.page_mut().leaf = number.rem_euclid(of) as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixture::likely;
    use crate::compare::plan::Plan;

    #[test]
    fn whoever_turns_the_leaves_has_seen_every_column_and_always_knows_the_row() {
        for sweep in Sweep::ALL {
            let table = likely(Plan::of(sweep), 20);
            let all = columns::columns(sweep);
            for width in 58..220 {
                let of = leaf(&table, width, 0).of;
                let leaves: Vec<Leaf> = (0..of).map(|number| leaf(&table, width, number)).collect();
                let at = |wide: &Wide| all.iter().position(|column| std::ptr::eq(column, wide.0));
                let mut seen: Vec<usize> =
                    leaves.iter().flat_map(|leaf| &leaf.columns).filter_map(at).collect();
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), all.len(), "{sweep} {width}");
                for leaf in &leaves {
                    assert!((0..named(sweep)).all(|column| at(&leaf.columns[column]) == Some(column)));
                    assert!(leaf.used < width, "{sweep} {width}: {}", leaf.used);
                }
            }
        }
    }

    #[test]
    fn figures_come_before_quartiles() {
        let table = likely(Plan::of(Sweep::Kinds), 15);
        let second = leaf(&table, 78, 1);
        let headings: Vec<&str> = second.columns.iter().map(|(column, _)| column.heading).collect();
        assert_eq!(headings, ["worker", "small jobs", "1000 waits", "downloads", "threads", "shared"]);
        let first = leaf(&table, 78, 0).notes(Sweep::Kinds);
        assert_eq!(first[0], ". shows small jobs, 1000 waits, downloads, threads, shared");
        assert!(second.notes(Sweep::Kinds)[0].starts_with("columns , .  2 of "));
    }
}
