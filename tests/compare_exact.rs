//! Sweeps of real runs, and watched runs: what must hold in every one of them, whoever was fast.

use std::cell::Cell;

use racescope::compare::findings::is_exact;
use racescope::compare::plan::{Plan, Sweep, WATCHED};
use racescope::compare::sweep;
use racescope::experiment::{Delay, Gap, Kind, Protection, Settings};
use racescope::lab::batch::{Batch, Record};
use racescope::lab::error::LabError;
use racescope::platform::process::set_executable;

fn small(sweep: Sweep) -> Plan {
    Plan { threads: 3, iterations: 200, runs: 5, gap: Delay::None, ..Plan::of(sweep) }
}

/// Every kind of worker that there is here.
fn kinds() -> impl Iterator<Item = Kind> {
    set_executable(env!("CARGO_BIN_EXE_racescope"));
    Kind::ALL.into_iter().filter(|kind| cfg!(target_os = "linux") || !matches!(kind, Kind::Process { .. }))
}

#[test]
fn every_row_accounts_for_every_run() {
    for kind in kinds() {
        accounts(kind);
    }
}

fn accounts(kind: Kind) {
    // Kinds makes no runs; tests/cli_kinds.rs looks at what it measures.
    for sweep in [Sweep::Protections, Sweep::Permits, Sweep::Window] {
        let plan = Plan { kind, ..small(sweep) };
        let mut heard = 0;
        let collected = sweep::run(&plan, &|| false, &mut |collected| {
            heard += 1;
            assert_eq!(collected.progress().done, heard);
        })
        .expect("the sweep is made");
        let table = collected.table();
        assert!(table.is_complete() && !table.stopped && table.void.is_none());
        assert_eq!((table.progress.done, heard), (plan.all_runs(), plan.all_runs()));
        for (row, figures) in table.rows.iter().zip(collected.figures()) {
            let settings = &row.settings;
            assert_eq!((row.runs, settings.kind), (5, kind));
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

#[cfg(target_os = "linux")]
mod lost {
    use std::fs;

    use super::*;

    /// The children of this process.
    fn children() -> Vec<u32> {
        let us = std::process::id();
        let all = fs::read_dir(format!("/proc/{us}/task")).expect("Linux tells").flatten().flat_map(|task| {
            let text = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()
        });
        all.collect()
    }

    /// Whether this process was started for this test alone; else does that: Cargo runs the tests of one file in one process,
    /// and other tests have children too.
    fn is_alone(test: &str) -> bool {
        if std::env::var_os("RACESCOPE_TEST_ALONE").is_some() {
            set_executable(env!("CARGO_BIN_EXE_racescope"));
            return true;
        }
        let output = std::process::Command::new(std::env::current_exe().expect("this test has a file"))
            .args(["--exact", test])
            .env("RACESCOPE_TEST_ALONE", "1")
            .output()
            .expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        false
    }

    #[test]
    fn there_are_never_more_processes_than_were_asked_for() {
        if !is_alone("lost::there_are_never_more_processes_than_were_asked_for") {
            return;
        }
        let kind = Kind::Process { shared: true };
        let plan = Plan { kind, threads: 8, runs: 2, ..small(Sweep::Protections) };
        let most = Cell::new(0);
        let table = sweep::run(&plan, &|| false, &mut |_| most.set(most.get().max(children().len())));
        let table = table.unwrap().table();
        assert!(table.is_complete() && table.rows.iter().all(|row| row.runs == 2));
        assert_eq!(most.get(), 8);
    }

    /// Whoever is killed in the midst of a run makes it void; it is made again, and the sweep says so.
    #[test]
    fn a_run_that_loses_a_worker_is_made_again() {
        if !is_alone("lost::a_run_that_loses_a_worker_is_made_again") {
            return;
        }
        let kind = Kind::Process { shared: true };
        let plan = Plan { kind, runs: 2, iterations: 3, gap: Delay::Sleep(50_000), ..small(Sweep::Permits) };
        let (asked, killed) = (Cell::new(0), Cell::new(0));
        let stop = || {
            asked.set(asked.get() + 1);
            // Asked once before a run, and then again and again while it goes on.
            if asked.get() == 2 && killed.get() == 0 {
                let victim = children()[0];
                let pid = rustix::process::Pid::from_raw(victim.cast_signed()).unwrap();
                rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
                killed.set(victim);
            }
            false
        };
        let table = sweep::run(&plan, &stop, &mut |_| asked.set(0)).unwrap().table();
        let (void, last) = table.void.clone().expect("a run was void");
        assert_eq!(void, 1);
        assert!(last.contains(&format!("(pid {}) was killed by signal 9", killed.get())), "{last}");
        assert!(table.is_complete() && !table.stopped);
        for row in &table.rows {
            assert_eq!((row.runs, row.completed), (2, 2 * row.settings.increments()));
        }
    }
}

#[test]
fn every_download_of_every_run_is_done_and_the_server_never_serves_more_than_there_are_permits() {
    let plan = Plan { threads: 5, iterations: 30, permits: 3, ..small(Sweep::Downloads) };
    let collected = sweep::run(&plan, &|| false, &mut |_| ()).expect("the sweep is made");
    let table = collected.table();
    assert!(table.is_complete() && table.rows.len() == 5);
    for (row, figures) in table.rows.iter().zip(collected.figures()) {
        assert_eq!((row.runs, row.completed, row.lost), (5, 5 * 30, 0));
        let server = row.downloads.expect("what the server counted");
        assert!(server.served <= u32::from(row.settings.permits).min(3), "{server:?}");
        assert!(server.queued <= u32::from(row.settings.permits) && server.failed == 0);
        assert!(figures.downloads.iter().all(|run| (run.done, run.failed) == (30, 0)));
        assert!(row.rate.is_some() && row.relative.is_some());
    }
    let stopped = Cell::new(0);
    let stop = || stopped.replace(stopped.get() + 1) == 3;
    let slow = Plan { gap: Delay::Sleep(1_000_000), iterations: 10_000, ..plan };
    let table = sweep::run(&slow, &stop, &mut |_| ()).expect("it is stopped").table();
    assert!(table.stopped && table.progress.done == 0, "a run that is stopped does not count");
}
