//! The Compare screen and an interrupted sweep, in a real terminal.
#![cfg(unix)]

mod support;

use serde_json::Value;
use support::{Session, Start};

/// The program with its Compare screen open.
fn compare(start: Start) -> Session {
    let mut session = start.shown();
    session.send("\t\t\t");
    session.wait_text("not measured yet");
    session
}

#[test]
fn a_sweep_is_made_and_a_row_of_it_opened_in_race() {
    let mut session = compare(Start::racescope());
    // To Race window, with as few iterations as there can be.
    session.send("\x1b[C\x1b[CI");
    session.wait_text("4 threads × 1, gap from none to a sleep");
    session.send(" ");
    session.wait_text("✓ complete");
    session.wait_text("1 000 of 1 000");
    session.wait_text("runs lost anything");
    session.send("\x1b[F\r");
    session.wait_text("sleep 1 ms");
    session.wait_text("interleaving");
    assert!(!session.screen().contents().contains("paused"), "Race goes on after the sweep");
    session.quit_quickly();
}

#[test]
fn a_sweep_is_stopped_and_keeps_what_it_has() {
    let mut session = compare(Start::racescope());
    // Ten million increments a thread and run: it would go on for long.
    session.send("iiiiii ");
    session.wait_text("space stops it");
    session.wait_text(" s left");
    session.send(" ");
    session.wait_text("≈ partial: stopped after");
    session.wait_text("space sweeps");
    assert!(session.screen().contents().contains("none"), "the rows are kept");
    session.quit_quickly();
}

#[test]
fn quitting_in_the_midst_of_a_sweep_of_sleepers() {
    let mut session = compare(Start::racescope());
    session.send("\x1b[Cggii ");
    session.wait_text("the first runs are being made");
    session.quit_quickly();
}

#[test]
fn a_sweep_with_child_processes_is_stopped_and_left() {
    let mut session = compare(Start::racescope());
    session.send("\x1b[C\x1b[C\x1b[C");
    session.wait_text("16 sleepers");
    session.send(" ");
    session.wait_text("confirmed");
    session.send(" ");
    session.wait_text("≈ partial: stopped after");
    session.send(" ");
    session.wait_text("the first runs are being made");
    session.quit_quickly();
}

#[test]
fn what_can_not_be_had_is_told_on_the_screen() {
    let mut session = compare(Start::racescope().env("RACESCOPE_FAULT", "spawn:5"));
    session.send(" ");
    session.wait_text("thread 6 of 8 could not be started");
    session.quit_quickly();
}

/// A sweep that would take hours, interrupted once something was measured; what it printed.
fn interrupted(arguments: &str) -> String {
    let file = std::env::temp_dir().join(format!("racescope-{}-sweep{arguments}", std::process::id()));
    let script = format!(
        "exec \"$RACESCOPE\" compare permits -t 2 -i 20 -n 10000 -g sleep:100 {arguments} > '{}'",
        file.display()
    );
    let mut session = Start::script(&script).spawn();
    session.wait_text("ctrl-c stops with what there is");
    session.send("\x03");
    assert_eq!(session.wait_exit(), 0);
    let text = std::fs::read_to_string(&file).expect("it printed");
    std::fs::remove_file(&file).expect("it can be removed");
    text
}

#[test]
fn an_interrupt_leaves_a_report_that_says_it_is_partial() {
    let report = interrupted("");
    let label = report.lines().nth(1).expect("a second line");
    let made = label.strip_prefix("partial: stopped after ").and_then(|rest| rest.split(" of ").next());
    let made: u64 = made.expect(label).replace(' ', "").parse().expect(label);
    assert!(label.ends_with(" of 20 000 runs") && made > 0, "{label}");
    assert!(report.contains("With 1 permit nothing was lost"), "{report}");
    assert!(!report.contains('\u{1b}'), "what goes to a file is plain");
}

#[test]
fn an_interrupt_leaves_json_whose_runs_add_up() {
    let report: Value = serde_json::from_str(&interrupted("--json")).expect("one JSON object");
    assert_eq!((&report["complete"], &report["stopped"]), (&Value::Bool(false), &Value::Bool(true)));
    let runs: Vec<u64> = report["rows"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["runs"].as_array().expect("a list").len() as u64)
        .collect();
    assert_eq!(report["runs_made"].as_u64(), Some(runs.iter().sum()));
    assert_eq!(report["runs_wanted"], 20_000);
    assert!(runs[0] - runs[1] <= 1, "round after round: {runs:?}");
}
