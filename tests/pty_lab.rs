//! Faults of the lab while the screen is up: it is told on the screen, the screen stays whole, and quitting is quick.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use support::{Session, Start};

/// The fault is told on the screen, which stays ours; the keys live; afterwards the terminal is whole.
fn fault(order: &str, keys: &str, told: &str) -> Session {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", order).shown();
    session.send(keys);
    session.wait_text(told);
    assert!(session.screen().alternate_screen() && session.modes().is_set(1049));
    session.send("?");
    session.wait_text("search");
    session.send("\x1b[Z\x1b\x1b\x1b[I");
    session.quit_quickly();
    session
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
    session.quit_quickly();
    let after = session.screen().contents();
    assert!(after.contains("thread 'search' crashed"), "told again on the user's own screen: {after}");
}

#[test]
fn a_thread_that_is_refused() {
    fault("spawn:2", "", "thread 3 of 4 could not be");
    // Also where there would be lanes for many: they make room for what is to be done.
    let start = Start::racescope().env("RACESCOPE_FAULT", "spawn:2").arg("-t").arg("16");
    let mut session = start.shown();
    session.wait_text("(ulimit -u,");
    session.wait_text("r begins a");
    session.quit_quickly();
}

/// Where one more thread is refused in mid-run, it is said, those that did start are put away, and the run goes on as it was.
#[cfg(target_os = "linux")]
#[test]
fn threads_that_are_refused_in_mid_run() {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", "spawn:6").size(120, 36).shown();
    session.wait_text("T3");
    session.send("++");
    session.wait_text("threads 6");
    session.send("+");
    session.wait_text("thread 7 of 7 could not be started");
    session.wait_text("threads 6");
    assert_eq!(workers(&session), 6);
    session.quit_quickly();

    let mut session =
        Start::racescope().env("RACESCOPE_FAULT", "spawn:6").arg("-t").arg("8").size(120, 36).shown();
    session.wait_text("thread 7 of 8 could not be started");
    assert_eq!(workers(&session), 0, "those that did start are joined");
    session.send("----r");
    session.wait_text("slow motion");
    assert_eq!(workers(&session), 4);
    session.quit_quickly();
}

/// How many threads of the program are workers.
#[cfg(target_os = "linux")]
fn workers(session: &Session) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", session.pid.as_raw_nonzero())).expect("it runs");
    let names = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.starts_with("worker ")).count()
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
    session.quit_quickly();
}

#[test]
fn quitting_in_the_midst_of_a_burst() {
    let mut session = Start::racescope().shown();
    session.send("b");
    session.wait_frames(2);
    session.quit_quickly();
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
    session.quit_quickly();
}

/// The figures on the screen: expected, survived, lost.
fn figures(screen: &vt100::Screen) -> Option<(u64, u64, u64)> {
    let text = screen.contents();
    let after = |label: &str| {
        let rest = text.split(label).nth(1)?.trim_start();
        let digits = |c: char| c.is_ascii_digit() || c == ' ';
        let number: String = rest.chars().take_while(|&c| digits(c)).collect();
        // Groups of three have one blank between them; what follows has more.
        number.split("  ").next()?.replace(' ', "").parse().ok()
    };
    Some((after("expected")?, after("survived")?, after("✗ lost")?))
}

/// A minute of thirty changes a second, sent faster than that: the screen lives, and the figures add up.
#[test]
fn a_minute_of_keys_held_down() {
    for pace in ["4", "full"] {
        let start = Start::racescope().arg("--pace").arg(pace).arg("-i").arg("200000");
        let mut session = start.size(120, 36).shown();
        for round in 0..60 {
            session.send("lns]x[wuk+fW-g".repeat(2) + "GI");
            if round % 10 == 0 {
                session.wait_frames(1);
            }
        }
        session.send("nGGGGGGGGGeIIIIIIIIIIII\r");
        session.wait_text("■ ended");
        session.wait_until("showed its figures", |screen| figures(screen).is_some());
        let (expected, survived, lost) = figures(session.screen()).expect("just seen");
        assert_eq!(survived + lost, expected, "{}", session.screen().contents());
        session.quit_quickly();
    }
}

#[test]
fn a_burst_leaves_its_runs_in_the_history() {
    let mut session = Start::racescope().arg("-i").arg("50").size(120, 36).shown();
    session.send("b");
    session.wait_text("· 200 runs");
    session.send("lb");
    session.wait_text("· 200 runs each");
    session.wait_text("✓ exact");
    session.quit_quickly();
}

/// Enter finishes a slow run; its final count joins the history, and the next run follows in slow motion.
#[test]
fn enter_finishes_a_slow_run() {
    let mut session = Start::racescope().size(120, 36).shown();
    session.wait_text("slow motion");
    session.send("\r");
    session.wait_text("· 1 run");
    session.wait_text("▶ slow motion");
    session.quit_quickly();
}
