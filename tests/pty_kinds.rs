//! What a worker is, changed by key while everything runs: nothing hangs, and leaving is quick and leaves nobody behind.
#![cfg(target_os = "linux")]

mod support;

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rustix::process::{Pid, Signal, kill_process};
use support::{Session, Start};

/// Quits quickly, and leaves no child behind.
fn quits_quickly(mut session: Session) {
    let children = children(&session);
    session.quit_quickly();
    let asked = Instant::now();
    for child in children {
        while std::path::Path::new(&format!("/proc/{child}")).exists() {
            assert!(asked.elapsed() < support::DEADLINE, "{child} is left behind");
            std::thread::yield_now();
        }
    }
}

fn children(session: &Session) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", session.pid.as_raw_nonzero())).expect("it lives");
    let of_task = |path: std::path::PathBuf| std::fs::read_to_string(path.join("children")).ok();
    let all: Vec<String> = tasks.flatten().filter_map(|task| of_task(task.path())).collect();
    all.iter().flat_map(|text| text.split_whitespace()).filter_map(|number| number.parse().ok()).collect()
}

/// Hundreds of changes of everything that can be changed, as fast as they are read.
#[test]
fn kinds_changed_hundreds_of_times_in_any_order() {
    const KEYS: &[u8] = b"KAKAKAKAnlsxfukwW+-[]gGiIcj,.r ";
    for seed in 1..=3 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut session = Start::racescope().size(120, 40).shown();
        for _ in 0..40 {
            let keys: Vec<u8> = (0..10).map(|_| KEYS[random.random_range(0..KEYS.len())]).collect();
            session.send(keys);
            session.wait_frames(1);
        }
        assert!(!session.screen().contents().contains("crashed"), "{}", session.screen().contents());
        quits_quickly(session);
    }
}

#[test]
fn leaving_is_quick_while_all_wait() {
    for (kind, sign) in [("process", "processes 6"), ("task-await", "tasks 6"), ("task", "tasks 6")] {
        let arguments = ["-k", kind, "-t", "6", "-p", "lock", "--gap", "sleep:1000000"].into_iter();
        let mut session = arguments.fold(Start::racescope().size(120, 40), Start::arg).shown();
        session.wait_text(sign);
        session.wait_text("holds");
        quits_quickly(session);
    }
}

/// A child that somebody stops is named, and the others go on.
#[test]
fn a_stopped_child_is_named_and_ended() {
    let mut session =
        ["-k", "process", "-t", "3"].into_iter().fold(Start::racescope().size(120, 40), Start::arg).shown();
    session.wait_text("holds");
    let child = children(&session)[0];
    let child = Pid::from_raw(child.cast_signed()).expect("a process has a number");
    kill_process(child, Signal::STOP).expect("it lives");
    session.send("l");
    session.wait_text("was stopped from outside");
    session.wait_text("lock");
    quits_quickly(session);
}
