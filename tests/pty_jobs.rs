//! Jobs on the screen, with real threads, processes and tasks.
#![cfg(target_os = "linux")]

mod support;

use support::{Session, Start};

/// The program with workers that sleep: two tasks, 1 s and 2 s.
fn sleepers() -> Session {
    let mut session = Start::racescope().size(120, 40).shown();
    session.send("J");
    session.wait_text("what is heard");
    session.send("J");
    session.wait_text("jobs that compute");
    session.send("J");
    session.wait_text("2 jobs that sleep");
    session
}

#[test]
fn work_goes_round_and_race_goes_on_after_it() {
    let mut session = sleepers();
    session.send("J");
    session.wait_text("12 downloads");
    session.send("J");
    session.wait_text("interleaving");
    session.wait_text("slow motion");
    session.quit_quickly();
}

#[test]
fn a_run_ends_and_is_measured_beside_the_same_in_a_row() {
    let mut session = Start::racescope().size(120, 40).shown();
    session.send("JJ");
    session.wait_text("results, in the order of submission");
    session.wait_text("done 8 of 8");
    session.wait_text("as fast");
    session.wait_text("ended, in this order");
    session.quit_quickly();
}

#[test]
fn a_process_that_dies_is_one_failed_job() {
    let mut session = Start::racescope().size(120, 40).shown();
    // From the thread pool on to processes and a pool of them; one job crashes.
    session.send("JJKK");
    session.wait_text("process pool of 4");
    session.send("X");
    session.wait_text("✗ its process aborted");
    session.wait_text("done 7 of 8");
    session.quit_quickly();
}

#[test]
fn every_kind_of_worker_is_called_off_and_left_at_once() {
    let mut session = sleepers();
    for runner in
        ["in a row", "threads", "thread pool of 4", "processes", "process pool of 4", "tasks on one thread"]
    {
        session.send("K");
        session.wait_text(&format!("{runner}, all cores"));
        session.wait_text("▶ running");
    }
    // Ten thousand seconds at the least. Called off at once, also where it has not begun yet.
    session.send("ggggggggg");
    session.send(" ");
    session.wait_text("■ called off");
    session.send(" KKK");
    session.wait_text("thread pool of 4, all cores");
    session.quit_quickly();
}

/// Some never answer, some wait for a permit, and the server serves others.
#[test]
fn quitting_while_downloads_go_on() {
    let mut session = Start::racescope().arg("--ascii").size(120, 40).shown();
    session.send("JJJJX[[[[[[[[");
    session.wait_text("permits 4 of 4");
    session.wait_text("served at once");
    session.quit_quickly();
}

#[test]
fn one_download_is_called_off_and_the_others_go_on() {
    let mut session = Start::racescope().size(120, 40).shown();
    // Tasks, every one of which waits for a permit in its turn; the last one is called off.
    session.send("JJJJKK[[[[[[[[[[[");
    session.wait_text("permits 1 of 1");
    session.send("\x1b[F\x1b[3~");
    session.wait_text("called off 1");
    session.wait_text("done 11 of 12");
    session.quit_quickly();
}

#[test]
fn quitting_while_processes_sleep() {
    let mut session = sleepers();
    session.send("KKKKKgggg");
    session.wait_text("process pool of 4, all cores");
    session.wait_text("process ");
    session.quit_quickly();
}
