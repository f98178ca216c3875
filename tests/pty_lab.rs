//! Faults of the lab while the screen is up: it is told on the screen, the screen stays whole, and quitting is quick.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use support::{Session, Start};

/// Quits and checks that it was quick: 150 ms in the program, the rest is for busy cores.
fn quits_quickly(mut session: Session) -> Session {
    let asked = Instant::now();
    session.send("q");
    session.wait_restored(0);
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    session
}

/// The fault is told on the screen, which stays ours; the keys live; afterwards the terminal is whole.
fn fault(order: &str, keys: &str, told: &str) -> Session {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", order).shown();
    session.send(keys);
    session.wait_text(told);
    assert!(session.screen().alternate_screen() && session.modes().is_set(1049));
    session.send("?");
    session.wait_text("search");
    session.send("\x1b[Z\x1b\x1b\x1b[I");
    quits_quickly(session)
}

#[test]
fn a_panic_in_a_worker() {
    let session = fault("worker:1@2", "\r", "worker 1 crashed");
    let after = session.screen().contents();
    assert!(after.contains("thread 'worker 1' crashed"), "told again on the user's own screen: {after}");
}

#[test]
fn a_panic_in_the_collector() {
    fault("collector", "\r", "the collector crashed");
}

#[test]
fn a_panic_in_a_part_of_a_search() {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    let start = Start::racescope().env("RACESCOPE_FAULT", "part:1@3");
    let mut session =
        ["-t", "3", "-i", "7", "-p", "rwlock-read"].into_iter().fold(start, Start::arg).size(120, 36).shown();
    session.send("\t\t");
    session.wait_text("The search failed: part 1 of the search fails");
    let session = quits_quickly(session);
    let after = session.screen().contents();
    assert!(after.contains("thread 'search' crashed"), "told again on the user's own screen: {after}");
}

#[test]
fn a_thread_that_is_refused() {
    fault("spawn:2", "", "could not be");
}

#[test]
fn a_panic_in_drawing_while_workers_run() {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", "draw:10").spawn();
    session.wait_restored(101);
    assert!(
        session.screen().contents().contains("as ordered by RACESCOPE_FAULT"),
        "{}",
        session.screen().contents()
    );
}

#[test]
fn quitting_while_all_wait_for_the_lock() {
    let mut session = Start::racescope().shown();
    // Slow motion: one holds the lock for a second and more, the others wait for it.
    session.send("l");
    session.wait_text("░");
    quits_quickly(session);
}

#[test]
fn quitting_in_the_midst_of_a_burst() {
    let mut session = Start::racescope().shown();
    session.send("b");
    session.wait_frames(2);
    quits_quickly(session);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pause_costs_next_to_nothing() {
    let mut session = Start::racescope().shown();
    session.send(" ");
    session.wait_text("paused");
    // Not a wait for anything: this is the time that is measured.
    let (cpu, wall) = (support::cpu_time(session.pid), Instant::now());
    std::thread::sleep(Duration::from_secs(2));
    let share = (support::cpu_time(session.pid) - cpu) as f64 / wall.elapsed().as_nanos() as f64;
    println!("paused: {:.2} % of a core", share * 100.0);
    assert!(share < 0.02, "{:.2} % of a core; an optimised build is held to 0.5 %", share * 100.0);
    quits_quickly(session);
}
