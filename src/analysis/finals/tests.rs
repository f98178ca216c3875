//! Totals stay exact however many values there are, and tables stay bounded.

use super::*;
use crate::experiment::Settings;
use crate::experiment::figures::Finished;

fn counts(completed: u64, survived: u64) -> Counts {
    Counts { completed, survived, ..Counts::default() }
}

fn finals(values: impl IntoIterator<Item = u64>) -> Finals {
    let mut finals = Finals::default();
    values.into_iter().for_each(|value| finals.add(&counts(100_000, value)));
    finals
}

#[test]
fn few_values_are_kept_one_by_one() {
    let finals = finals([10, 12, 12, 40, 100_000]);
    assert_eq!((finals.runs(), finals.exact(), finals.min(), finals.max()), (5, 1, Some(10), Some(100_000)));
    assert_eq!((finals.sum(), finals.completed(), finals.bin_width()), (100_074, 500_000, 1));
    assert_eq!(finals.values().collect::<Vec<_>>(), [(10, 1), (12, 2), (40, 1), (100_000, 1)]);
    assert_eq!(finals.histogram(10..=49, 4), [3, 0, 0, 1]);
    assert_eq!(finals.histogram(12..=12, 3), [2, 0, 0]);
    assert_eq!(
        [0.0, 0.2, 0.5, 0.8, 1.0].map(|share| finals.quantile(share)),
        [10, 10, 12, 40, 100_000].map(Some)
    );
}

#[test]
fn many_values_share_bins_and_totals_stay_exact() {
    let finals = finals((0..5_000).map(|run| 1_001 + run * 7));
    assert!(finals.values().count() <= Finals::BINS);
    assert!(finals.bin_width() > 1);
    assert_eq!(finals.values().map(|(_, runs)| runs).sum::<u64>(), 5_000);
    assert_eq!((finals.min(), finals.max()), (Some(1_001), Some(1_001 + 4_999 * 7)));
    assert_eq!(finals.sum(), (0..5_000).map(|run| 1_001 + run * 7).sum());
    assert_eq!(finals.histogram(0..=u64::MAX, 1), [5_000]);
    assert_eq!(finals.histogram(1_001..=36_000, 10).iter().sum::<u64>(), 5_000);
    let median = finals.quantile(0.5).unwrap();
    assert!((18_494 - median) < finals.bin_width() + 7, "{median}");
}

#[test]
fn nothing_has_no_figures() {
    let none = Finals::default();
    assert_eq!((none.min(), none.max(), none.mean(), none.quantile(0.5)), (None, None, None, None));
    assert_eq!(none.histogram(0..=9, 0), Vec::<u64>::new());
}

fn run(settings: Option<Settings>, survived: u64) -> Finished {
    Finished { settings, counts: counts(10, survived), most_holders: None, nanos: 0 }
}

#[test]
fn one_experiment_is_one_row_whatever_its_seed() {
    let mut history = History::default();
    let settings = Settings::default();
    history.add(&run(Some(settings), 9));
    history.add(&run(Some(Settings { seed: 99, permits: 5, ..settings }), 10));
    history.add(&run(None, 4));
    let rows: Vec<_> = history.rows().map(|(key, finals)| (key.copied(), finals.runs())).collect();
    assert_eq!(rows, [(Some(settings.key()), 2), (None, 1)]);
    assert_eq!(history.of(&settings).map(Finals::exact), Some(1));
    assert_eq!(history.mixed().sum(), 4);
}

#[test]
fn the_experiment_run_longest_ago_is_forgotten() {
    let mut history = History::default();
    let with = |iterations| Settings { iterations, ..Settings::default() };
    for iterations in 1..=History::EXPERIMENTS as u32 {
        history.add(&run(Some(with(iterations)), 1));
    }
    history.add(&run(Some(with(1)), 1));
    history.add(&run(Some(with(5_000)), 1));
    assert_eq!(history.rows().count(), History::EXPERIMENTS);
    assert!(history.of(&with(1)).is_some() && history.of(&with(5_000)).is_some());
    assert!(history.of(&with(2)).is_none());
    let keys: Vec<_> = history.rows().map(|(key, _)| key.copied()).collect();
    assert!(keys.is_sorted());
}
