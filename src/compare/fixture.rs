//! Tables made by hand, for tests.

use super::costs;
use super::plan::{Plan, Point, Sweep};
use super::table::{Figures, Progress, Row, Sample, Table, Watched};
use crate::experiment::{Delay, Kind, Protection, Settings};

/// A table in which each row's runs lost so many of a thousand updates and took so many nanoseconds.
pub(crate) fn table(plan: Plan, runs: impl Fn(&Settings) -> Vec<(u64, u64)>) -> Table {
    let points = plan.points();
    let figures: Vec<Figures> = points
        .iter()
        .map(|point| {
            let sample = |(round, (lost, nanos)): (u32, (u64, u64))| Sample {
                round,
                nanos,
                lost,
                completed: 1_000,
                ..Sample::default()
            };
            let samples: Vec<Sample> = (0..).zip(runs(&point.settings)).map(sample).collect();
            let watched = if samples.is_empty() { Vec::new() } else { watched(&point.settings) };
            Figures { samples, watched, ..Figures::default() }
        })
        .collect();
    let done = figures.iter().map(|figures| figures.samples.len() as u64).sum();
    let progress = Progress { done, of: plan.all_runs(), ..Progress::default() };
    let rows = points.iter().zip(&figures);
    let rows = rows.map(|(point, own)| Row::new(point, own, point.baseline.map(|row| &figures[row])));
    Table { plan, rows: rows.collect(), progress, stopped: false, void: None }
}

fn watched(settings: &Settings) -> Vec<Watched> {
    let guarded = settings.protection.has_holders();
    let fairness = (settings.threads > 1).then_some(1.0 - f64::from(settings.threads) / 20.0);
    let most_holders =
        guarded.then(|| settings.protection.capacity(settings.permits).unwrap_or(settings.threads));
    let waited = guarded.then_some(u64::from(settings.threads - 1) * 80);
    vec![Watched { worked: 1_000, waited, fairness, most_holders, ..Watched::default() }]
}

/// A table whose rows look like those of a real sweep: so many runs of each.
pub(crate) fn likely(plan: Plan, runs: u64) -> Table {
    if plan.sweep == Sweep::Kinds {
        return kinds(plan, runs);
    }
    if plan.sweep == Sweep::Downloads {
        return downloads(plan, runs);
    }
    table(plan, |settings| (0..runs).map(|run| likely_run(settings, run)).collect())
}

/// What workers of each kind may cost.
fn kinds(plan: Plan, rounds: u64) -> Table {
    let typical = |kind| match kind {
        Kind::Thread => [
            Some(19_300.0),
            Some(9_216.0),
            Some(1_840.0),
            Some(1.93),
            Some(0.21),
            Some(15.1),
            Some(31.5e6),
            Some(52.1e6),
            Some(1.0),
            Some(1.0),
        ],
        Kind::Process { .. } => [
            Some(655_000.0),
            Some(423_936.0),
            Some(2_310.0),
            Some(1.89),
            Some(0.012),
            Some(7.4),
            None,
            None,
            Some(1.0),
            Some(0.0),
        ],
        Kind::Task { .. } => [
            Some(210.0),
            Some(391.0),
            Some(96.0),
            Some(0.999),
            Some(0.93),
            Some(13.6),
            Some(21.4e6),
            Some(33.9e6),
            Some(1e-4),
            Some(1.0),
        ],
    };
    let points = plan.points();
    let row = |point: &Point| {
        let sample = |round: u64| {
            let wobble = 1.0 + (round * 7 % 5) as f64 / 40.0;
            let mut cost = typical(point.settings.kind);
            // What is counted is the same every time.
            let measured = costs::What::Threads as usize;
            cost[..measured].iter_mut().flatten().for_each(|figure| *figure *= wobble);
            costs::Sample { round: round as u32, cost }
        };
        let figures = Figures { costs: (0..rounds).map(sample).collect(), ..Figures::default() };
        Row::new(point, &figures, None)
    };
    let progress =
        Progress { done: rounds * points.len() as u64, of: plan.all_runs(), ..Progress::default() };
    Table { plan, rows: points.iter().map(row).collect(), progress, stopped: false, void: None }
}

/// What downloads may come to: as fast as there are permits, up to the server's capacity.
fn downloads(plan: Plan, rounds: u64) -> Table {
    let points = plan.points();
    let figures = |point: &Point| {
        let mut figures = Figures::default();
        for round in 0..rounds {
            let (permits, capacity) = (u32::from(point.settings.permits), u32::from(plan.permits));
            let at_once = permits.min(plan.iterations);
            let (served, queued) = (at_once.min(capacity), at_once.saturating_sub(capacity));
            let done = u64::from(plan.iterations);
            let nanos = done * (20_600_000 + round * 7 % 5 * 90_000) / u64::from(served.max(1));
            let run =
                super::downloads::Sample { round: round as u32, nanos, done, failed: 0, served, queued };
            figures.add(&super::table::Made::Downloads(run), round as u32, false);
        }
        figures
    };
    let all: Vec<Figures> = points.iter().map(figures).collect();
    let rows = points.iter().zip(&all).map(|(point, own)| Row::new(point, own, all.first())).collect();
    let progress =
        Progress { done: rounds * points.len() as u64, of: plan.all_runs(), ..Progress::default() };
    Table { plan, rows, progress, stopped: false, void: None }
}

/// Lost updates of a thousand, and nanoseconds.
fn likely_run(settings: &Settings, run: u64) -> (u64, u64) {
    let threads = u64::from(settings.threads);
    let wobble = run * 7 % 5;
    match (settings.gap.delay, settings.protection) {
        (Delay::Spin(nanos), _) => {
            let losing = run * 13 % 100 < u64::from(nanos) / 10;
            (u64::from(losing) * (20 + wobble), u64::from(nanos) * 20 + 100_000)
        }
        (Delay::Yield, _) => (700 + wobble, 900_000),
        (Delay::Sleep(micros), Protection::None) => (740 + wobble, 1_000 * u64::from(micros) + 50_000),
        (Delay::Sleep(_), _) => {
            let permits = u64::from(settings.permits).min(6);
            (
                (permits - 1) * 140 + wobble * u64::from(permits > 1),
                (160_000_000 + wobble * 900_000) / permits,
            )
        }
        (Delay::None, Protection::None) if settings.iterations < 100 => {
            (u64::from(run.is_multiple_of(67)), 20_000)
        }
        (Delay::None, protection) => match protection {
            Protection::None => ((threads - 1) * 45 + wobble * (threads - 1), 6_000 + wobble * 900),
            Protection::ReadLock => ((threads - 1) * 20, 60_000 + wobble * 3_000),
            Protection::Semaphore => (threads / 4, 230_000 + wobble * 9_000),
            Protection::FetchAdd => (0, 15_000 + wobble * 500),
            Protection::CompareAndSwap => (0, 24_000 + wobble * 5_000),
            _ => (0, 40_000 + threads * 9_000 + wobble * 2_000),
        },
    }
}
