//! Sweeps of real runs, and watched runs: what must hold in every one of them, whoever was fast.

use std::cell::Cell;

use racescope::compare::findings::is_exact;
use racescope::compare::plan::{Plan, Sweep, WATCHED};
use racescope::compare::sweep;
use racescope::experiment::{Delay, Gap, Protection, Settings};
use racescope::lab::batch::{Batch, Record};
use racescope::lab::error::LabError;

fn small(sweep: Sweep) -> Plan {
    Plan { threads: 3, iterations: 200, runs: 5, gap: Delay::None, ..Plan::of(sweep) }
}

#[test]
fn every_row_accounts_for_every_run() {
    // Kinds makes no runs; tests/cli_kinds.rs looks at what it measures.
    for sweep in Sweep::ALL.into_iter().filter(|sweep| *sweep != Sweep::Kinds) {
        let plan = small(sweep);
        let mut heard = 0;
        let collected = sweep::run(&plan, &|| false, &mut |collected| {
            heard += 1;
            assert_eq!(collected.progress().done, heard);
        })
        .unwrap();
        let table = collected.table();
        assert!(table.is_complete() && !table.stopped);
        assert_eq!((table.progress.done, heard), (plan.all_runs(), plan.all_runs()));
        for (row, figures) in table.rows.iter().zip(collected.figures()) {
            let settings = &row.settings;
            assert_eq!(row.runs, 5);
            assert_eq!(row.completed, 5 * settings.increments());
            assert_eq!(row.lost, figures.samples.iter().map(|run| run.lost).sum::<u64>());
            assert!(figures.samples.iter().enumerate().all(|(round, run)| run.round as usize == round));
            assert!(row.losing <= row.runs && row.losing_interval.0 <= row.losing_share());
            assert!(!is_exact(settings) || row.lost == 0, "{settings:?}");
            if let (Some(capacity), Some(most)) =
                (settings.protection.capacity(settings.permits), row.most_holders)
            {
                assert!(most <= capacity, "{settings:?}: {most} inside");
            }
            let wanted = if sweep == Sweep::Protections { u64::from(5_u32.div_ceil(WATCHED)) } else { 0 };
            assert_eq!(row.watched, wanted);
        }
    }
}

#[test]
fn watched_runs_are_exact_and_see_how_far_all_are_when_the_first_is_done() {
    for protection in Protection::ALL {
        for (threads, gap) in [(1, Delay::None), (3, Delay::None), (3, Delay::Yield)] {
            let gap = Gap { delay: gap, jitter: 0 };
            let settings = Settings { threads, iterations: 300, protection, gap, ..Settings::default() };
            let mut batch = Batch::new(settings, Record::Watched).unwrap();
            for _ in 0..10 {
                let run = batch.run().unwrap();
                assert_eq!(run.counts.completed, settings.increments());
                assert_eq!(run.counts.survived + run.lost(), settings.increments());
                assert!(!is_exact(&settings) || run.lost() == 0, "{protection}");
                assert_eq!(run.watched.len(), usize::from(threads));
                assert!(run.watched.iter().any(|worker| worker.progress == 300), "someone was first");
                for worker in &run.watched {
                    assert!(worker.progress <= 300 && worker.waited <= worker.nanos);
                    assert!(worker.waits <= 300 && (worker.waits > 0 || worker.waited == 0));
                    assert!(protection.has_holders() || worker.waits == 0, "{protection} lets nobody wait");
                    assert!(threads > 1 || worker.waits == 0, "a single worker never waits");
                }
                assert_eq!(run.most_holders.is_some(), protection.has_holders(), "{protection}");
            }
        }
    }
}

#[test]
fn a_batch_changes_its_settings_and_still_accounts_for_every_increment() {
    let settings =
        |threads, protection| Settings { threads, iterations: 100, protection, ..Settings::default() };
    let mut batch = Batch::new(settings(4, Protection::None), Record::Off).unwrap();
    let whole = Record::Whole { limit: 1 << 20 };
    for (threads, protection, record) in [
        (4, Protection::Lock, Record::Off),
        (2, Protection::Lock, Record::Watched),
        (5, Protection::FetchAdd, Record::Off),
        (3, Protection::Spin, whole),
        (1, Protection::None, Record::Off),
    ] {
        let settings = settings(threads, protection);
        batch.change(settings, record).unwrap();
        let run = batch.run().unwrap();
        assert_eq!((run.settings, run.parts.len()), (settings, usize::from(threads)));
        assert_eq!((run.counts.completed, run.lost()), (settings.increments(), 0));
        assert_eq!(run.watched.len(), if record == Record::Watched { usize::from(threads) } else { 0 });
        assert_eq!(run.is_whole(), record == whole);
    }
}

#[test]
fn a_run_that_is_stopped_is_void_and_the_next_one_whole() {
    let gap = Gap { delay: Delay::Sleep(1_000_000), jitter: 0 };
    let endless =
        Settings { threads: 3, iterations: 10_000, gap, protection: Protection::Lock, ..Settings::default() };
    let mut batch = Batch::new(endless, Record::Off).unwrap();
    assert_eq!(batch.run_unless(&|| true).unwrap_err(), LabError::Stopped);
    let short = Settings { iterations: 10, gap: Gap::NONE, ..endless };
    batch.change(short, Record::Off).unwrap();
    let run = batch.run_unless(&|| false).unwrap();
    assert_eq!((run.counts.completed, run.lost()), (30, 0));
}

#[test]
fn a_sweep_that_is_stopped_keeps_the_runs_that_were_made() {
    for limit in [0, 1, 4, 13] {
        let made = Cell::new(0);
        let plan = small(Sweep::Permits);
        let collected =
            sweep::run(&plan, &|| made.get() >= limit, &mut |_| made.set(made.get() + 1)).unwrap();
        let table = collected.table();
        assert!(table.stopped && !table.is_complete());
        assert_eq!(table.rows.iter().map(|row| row.runs).sum::<u64>(), limit);
        let runs: Vec<u64> = table.rows.iter().map(|row| row.runs).collect();
        assert!(runs.windows(2).all(|pair| pair[0] >= pair[1]), "round after round: {runs:?}");
        assert!(runs[0] - runs[2] <= 1, "round after round: {runs:?}");
    }
}
