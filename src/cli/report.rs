//! The readable report of `racescope race`. Plain text: it may be piped.
//!
//! ```text
//! no protection, 4 threads × 1 000, gap yield, all cores
//!
//! final counts of 20 runs (4 000 expected)
//!    1 021 – 1 060  ██████████▌        5
//!    1 061 – 1 100  ████████████████   8
//!
//! lost        58 874 of 80 000 updates (73.6 %), in 20 of 20 runs
//! hand-overs  61 002 of 80 000 loads read another worker's store
//! ```

use std::fmt::Write;

use crate::experiment::statistics::Spread;
use crate::experiment::{Cores, Protection};
use crate::view::pen::{grouped, percent};

use super::race::Results;

/// Rows of the distribution, and cells of its longest bar.
const ROWS: u64 = 10;
const BAR: u64 = 40;

/// The report.
pub(super) fn text(results: &Results) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = write_all(&mut text, results);
    text
}

fn write_all(out: &mut String, results: &Results) -> std::fmt::Result {
    let settings = &results.settings;
    let permits = if settings.protection == Protection::Semaphore {
        format!(" of {}", counted(settings.permits.into(), "permit", "permits"))
    } else {
        String::new()
    };
    writeln!(
        out,
        "{}{permits}, {} × {}, {}, {}",
        settings.protection.title(),
        counted(settings.threads.into(), settings.kind.noun(), settings.kind.plural()),
        grouped(u64::from(settings.iterations)),
        settings.gap.words(),
        match settings.cores {
            Cores::All => "all cores",
            Cores::One => "one core",
        },
    )?;
    if !settings.kind.shares_memory() {
        return own_memory(out, results);
    }
    let runs = counted(results.finals.runs(), "run", "runs");
    writeln!(out, "\nfinal counts of {runs} ({} expected)", grouped(settings.increments()))?;
    distribution(out, results)?;
    writeln!(out)?;
    totals(out, results)?;
    explanation(out, results)?;
    probe_effect(out, results)
}

/// A number and what it counts: `1 run`, `20 runs`.
fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { several })
}

/// Each worker has a counter of its own: there is no race, and nothing that could be lost.
fn own_memory(out: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(
        out,
        "\nthe parent's counter: 0 after each run, as expected; each process counts in memory of its own\n"
    )?;
    writeln!(out, "{:>10}  {:>14}  {:>14}  {:>14}", "process", "completed", "own counter", "parent's")?;
    let Some(last) = results.runs.last() else { return Ok(()) };
    for worker in &last.workers {
        let own = grouped(worker.own_final.unwrap_or_default());
        let completed = grouped(u64::from(worker.completed));
        writeln!(out, "{:>10}  {completed:>14}  {own:>14}  {:>14}", worker.worker, 0)?;
    }
    let same = results
        .runs
        .iter()
        .flat_map(|run| &run.workers)
        .all(|worker| worker.own_final == Some(u64::from(worker.completed)));
    if same {
        writeln!(
            out,
            "\nNothing was lost, because nothing is shared: each counter has all of its own increments, and none of the\n\
             others'. For one counter of all processes use --kind process."
        )?;
    }
    speed(out, results)?;
    probe_effect(out, results)
}

fn speed(out: &mut String, results: &Results) -> std::fmt::Result {
    let rates = results.runs.iter().map(|run| run.increments_per_second).collect();
    let median = Spread::of(rates).map_or(0.0, |spread| spread.median);
    writeln!(out, "speed       {} increments a second (median)", grouped(median as u64))
}

fn distribution(out: &mut String, results: &Results) -> std::fmt::Result {
    let finals = &results.finals;
    let (Some(min), Some(max)) = (finals.min(), finals.max()) else { return Ok(()) };
    let width = (max - min + 1).div_ceil(ROWS).max(finals.bin_width());
    let rows = (max - min) / width + 1;
    let range = min..=min + rows * width - 1;
    let heights = finals.histogram(range, rows as usize);
    let tallest = heights.iter().copied().max().unwrap_or(0).max(1);
    for (row, &height) in (0..).zip(&heights) {
        let from = min + row * width;
        let to = (from + width - 1).min(max);
        let label = if from >= to { grouped(from) } else { format!("{} – {}", grouped(from), grouped(to)) };
        let cells = (height * BAR).div_ceil(tallest) as usize;
        writeln!(out, "{label:>25}  {:<40}  {}", "█".repeat(cells), grouped(height))?;
    }
    Ok(())
}

fn totals(out: &mut String, results: &Results) -> std::fmt::Result {
    let sum = |of: fn(&crate::export::json::RunFigures) -> u64| results.runs.iter().map(of).sum::<u64>();
    let (lost, all) = (sum(|run| run.lost), sum(|run| run.expected));
    let runs = results.finals.runs();
    let losing = runs - results.finals.exact();
    let share = percent(lost as f64 / all.max(1) as f64);
    writeln!(
        out,
        "lost        {} of {} ({share}), in {} of {}",
        grouped(lost),
        counted(all, "update", "updates"),
        grouped(losing),
        counted(runs, "run", "runs")
    )?;
    let hand_overs = grouped(sum(|run| run.hand_overs));
    let loads = counted(all, "load", "loads");
    writeln!(out, "hand-overs  {hand_overs} of {loads} read another worker's store")?;
    let retries = sum(|run| run.retries);
    if retries > 0 {
        let (swaps, were) = (counted(retries, "compare-and-swap", "compare-and-swaps"), was(retries));
        writeln!(out, "retries     {swaps} failed and {were} tried again")?;
    }
    if let Some(most) = results.runs.iter().filter_map(|run| run.most_holders).max() {
        writeln!(out, "holders     at most {most} inside at once")?;
    }
    speed(out, results)?;
    let (recorded, dropped) = (sum(|run| run.events_recorded), sum(|run| run.events_dropped));
    write!(out, "recorded    {}", counted(recorded, "operation", "operations"))?;
    if dropped > 0 {
        let (more, were) = (grouped(dropped), was(dropped));
        write!(out, "; {more} more {were} counted but not recorded (see --record-limit)")?;
    }
    writeln!(out)
}

fn was(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

/// Why nothing was lost where something might have been.
fn explanation(out: &mut String, results: &Results) -> std::fmt::Result {
    let settings = &results.settings;
    let unguarded = matches!(settings.protection, Protection::None | Protection::ReadLock)
        || (settings.protection == Protection::Semaphore && settings.permits > 1);
    let lost: u64 = results.runs.iter().map(|run| run.lost).sum();
    if !unguarded || lost > 0 || settings.threads == 1 {
        return Ok(());
    }
    if !settings.kind.can_interfere() {
        return writeln!(
            out,
            "\nNothing was lost, and nothing can be: tasks take turns on one thread, and only where one awaits. Nothing is\n\
             awaited between load and store. With an await there updates are lost: --kind task-await."
        );
    }
    let all: u64 = results.runs.iter().map(|run| run.expected).sum();
    let hand_overs: u64 = results.runs.iter().map(|run| run.hand_overs).sum();
    let overlap =
        if hand_overs * 100 < all { "The workers hardly overlapped, so there was" } else { "There was" };
    writeln!(
        out,
        "\nNothing was lost, but not because anything prevents it. {overlap} hardly a race to see;\n\
         widen the gap between load and store: --gap yield or --gap sleep:100."
    )
}

fn probe_effect(out: &mut String, results: &Results) -> std::fmt::Result {
    let Some(probe) = results.probe_effect else { return Ok(()) };
    writeln!(
        out,
        "\nprobe effect, {} of each kind in turn\n  recorded    {:.1} % lost, {} ns a run (median)\n  \
         unrecorded  {:.1} % lost, {} ns a run (median)",
        counted(probe.runs, "run", "runs"),
        probe.lost_share_recorded * 100.0,
        grouped(probe.nanoseconds_recorded),
        probe.lost_share_unrecorded * 100.0,
        grouped(probe.nanoseconds_unrecorded),
    )
}
