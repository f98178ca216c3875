//! Stopping and going on: the shell gets its own screen back in between, and afterwards everything lives.
#![cfg(unix)]

mod support;

use rustix::process::Signal;
use support::{Session, Start};

/// A shell with job control that runs the program, waits for Enter once it has stopped, and brings it back.
fn in_a_shell() -> Session {
    Start::script(
        r#"set -m; "$RACESCOPE"; echo "stopped, $?"; read line; fg; echo "left, $?"; read line; echo "really""#,
    )
    .shown()
}

fn stops_and_comes_back(stop: impl Fn(&Session)) {
    let mut session = in_a_shell();
    stop(&session);
    session.wait_text("stopped, 1");
    session.check_given_back();
    session.send("\r");
    session.wait_shown();
    // The keys are alive, and so is the rest of the way out.
    session.send("q");
    session.wait_text("left, 0");
    session.check_given_back();
    session.send("\r");
    session.wait_restored(0);
}

#[test]
fn sigtstp_from_outside() {
    stops_and_comes_back(|session| session.signal_foreground(Signal::TSTP));
}

#[test]
fn ctrl_z() {
    stops_and_comes_back(|session| session.send("\x1a"));
}

#[test]
fn a_continuation_without_a_stop_draws_anew() {
    let mut session = Start::racescope().shown();
    let before = session.raw.len();
    session.signal(Signal::CONT);
    session.wait_frames(1);
    session.wait_shown();
    assert!(session.raw.len() > before);
    session.send("q");
    session.wait_restored(0);
}

#[test]
fn ctrl_z_without_a_shell_to_come_back_to_is_refused() {
    let mut session = Start::racescope().shown();
    session.send("\x1a");
    session.signal(Signal::TSTP);
    session.send("q");
    session.wait_restored(0);
}

#[test]
fn ending_while_stopped() {
    let mut session =
        Start::script(r#"set -m; "$RACESCOPE"; echo "stopped, $?"; kill %1; fg; echo "left, $?""#).shown();
    session.send("\x1a");
    session.wait_text("left, 143");
    session.wait_restored(0);
}
