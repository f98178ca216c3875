//! The real program without a terminal, for the `cli_*` tests.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) fn racescope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_racescope"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program can be started")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it prints UTF-8")
}

/// What it prints; the exit status is 0.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = racescope(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The JSON that it prints; the exit status is 0.
pub(crate) fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).expect("one JSON object")
}

/// What is complained about; the exit status is 2.
pub(crate) fn complaint(arguments: &[&str]) -> String {
    let output = racescope(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stdout));
    assert!(output.stdout.is_empty());
    text(&output.stderr)
}
