//! However the program is left, the terminal is given back as it was. See the design's "What holds always".
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Start;

#[test]
fn start_see_quit() {
    let mut session = Start::racescope().shown();
    let modes = session.modes();
    assert!(
        modes.is_set(1049)
            && modes.is_set(1002)
            && modes.is_set(1006)
            && modes.is_set(2004)
            && modes.cursor_hidden(),
        "{modes:?}"
    );
    assert!(!modes.was_touched(1003), "nobody asks for mouse movements");
    session.send("q");
    session.wait_restored(0);
}

#[test]
fn quitting_is_quick_even_if_the_lab_never_ends() {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", "stuck").shown();
    let asked = Instant::now();
    session.send("q");
    session.wait_restored(0);
    // 150 ms in the program; the rest is for busy cores.
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

fn ends_by(signal: Signal) {
    let mut session = Start::racescope().shown();
    session.signal(signal);
    session.wait_restored(128 + u32::try_from(signal.as_raw()).expect("a small number"));
}

#[test]
fn sigint() {
    ends_by(Signal::INT);
}

#[test]
fn sigterm() {
    ends_by(Signal::TERM);
}

#[test]
fn sighup() {
    ends_by(Signal::HUP);
}

#[test]
fn sigquit() {
    ends_by(Signal::QUIT);
}

#[test]
fn signals_while_it_is_drawn_on() {
    for round in 0..10_u16 {
        let mut session = Start::racescope().shown();
        // Resizes make it draw all the time, so that the signal meets it in the midst of it.
        for step in 0..=round {
            session.resize(80 + step, 24 + step);
        }
        session.signal(Signal::TERM);
        session.wait_restored(143);
    }
}

#[test]
fn a_panic_in_drawing_is_told_on_the_users_own_screen() {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", "draw:2").shown();
    session.resize(90, 30);
    session.wait_restored(101);
    let told = session.screen().contents();
    assert!(told.contains("as ordered by RACESCOPE_FAULT"), "{told}");
    assert!(told.contains("given back"), "{told}");
}

#[test]
fn a_panic_in_the_first_frame() {
    let mut session = Start::racescope().env("RACESCOPE_FAULT", "draw:1,stuck").spawn();
    session.wait_restored(101);
}

#[test]
fn the_window_is_closed() {
    let mut session = Start::racescope().shown();
    session.close_window();
    assert_eq!(session.wait_exit(), 129);
}

/// The loop is stuck in a write, with the screen's lock in its hand, before it has even drawn; something else fills the
/// terminal all the time.
#[test]
fn the_terminal_takes_no_more_bytes() {
    let mut session = Start::script(r#"yes & exec "$RACESCOPE""#).unread().spawn();
    session.wait_raw();
    let asked = Instant::now();
    session.signal(Signal::TERM);
    assert_eq!(session.wait_exit(), 143);
    assert!(session.line_settings_are_back());
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

/// Only the session's leader hears of a hang-up by a signal; here that is a shell which ignores it. The program has to
/// find out by itself, or it would spin: nothing is drawn while it pauses, so nothing fails. (Without a character for the end
/// of file, closing the window types nothing.)
#[test]
fn the_window_is_closed_and_no_signal_says_so() {
    let directory = tempfile("hangup");
    let script = format!(r#"stty eof undef; trap "" HUP; "$RACESCOPE"; echo "status $?" > {directory}"#);
    let mut session = Start::script(&script).shown();
    session.send(" ");
    session.wait_text("paused");
    session.close_window();
    session.wait_exit();
    assert_eq!(std::fs::read_to_string(&directory).expect("the shell has written it"), "status 129\n");
    std::fs::remove_file(&directory).expect("it can be removed");
}

fn tempfile(name: &str) -> String {
    let directory = env!("CARGO_TARGET_TMPDIR");
    format!("{directory}/{name}-{}", std::process::id())
}
