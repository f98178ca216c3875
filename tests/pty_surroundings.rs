//! What the program makes of where it is started: without a terminal, with a dumb one, without colours.
#![cfg(unix)]

mod support;

use std::io::Read;
use std::process::{Command, Stdio};

use support::{BINARY, Start, modes};

#[test]
fn a_dumb_terminal_gets_a_hint() {
    let mut session = Start::racescope().env("TERM", "dumb").spawn();
    session.wait_restored(2);
    assert!(!session.raw.contains(&0x1b), "nothing is sent that it couldn't show");
    assert!(session.screen().contents().contains("racescope race --help"), "{}", session.screen().contents());
}

#[test]
fn no_terminal_at_all() {
    let output = Command::new("setsid")
        .args(["-w", BINARY])
        .stdin(Stdio::null())
        .output()
        .expect("setsid is part of every Linux");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let told = String::from_utf8(output.stderr).expect("text");
    assert!(told.contains("terminal") && told.contains("racescope race --help"), "{told}");
}

#[test]
fn only_one_end_is_a_terminal() {
    for redirection in ["< /dev/null", "| cat; exit 2", "> /dev/full", ">&-"] {
        let mut session = Start::script(&format!(r#""$RACESCOPE" {redirection}"#)).spawn();
        session.wait_restored(2);
        assert!(
            session.screen().contents().contains("racescope race --help"),
            "{}",
            session.screen().contents()
        );
    }
}

#[test]
fn standard_error_may_be_closed() {
    let mut session = Start::script(r#""$RACESCOPE" < /dev/null 2>&-"#).spawn();
    session.wait_restored(2);
    let mut session = Start::script(r#""$RACESCOPE" 2>&-"#).env("RACESCOPE_FAULT", "draw:1").spawn();
    session.wait_restored(101);
}

#[test]
fn nobody_reads_the_help() {
    let (mut read, write) = std::io::pipe().expect("a pipe");
    let mut child =
        Command::new(BINARY).arg("--help").stdout(write).stderr(Stdio::piped()).spawn().expect("it starts");
    // Closed while it starts, or at the latest before it is read.
    drop(read);
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("text");
    assert_eq!((child.wait().expect("it ends").code(), told.as_str()), (Some(0), ""));

    let (again, write) = std::io::pipe().expect("a pipe");
    read = again;
    let status = Command::new(BINARY).arg("--help").stdout(write).status().expect("it starts");
    let mut help = String::new();
    read.read_to_string(&mut help).expect("text");
    assert!(status.success() && help.contains("Usage"), "{help}");
}

#[test]
fn no_color_means_none() {
    let mut session = Start::racescope().env("NO_COLOR", "1").shown();
    session.resize(120, 40);
    session.wait_frames(1);
    session.send("q");
    session.wait_restored(0);
    assert_eq!(modes::colour(&session.raw), None);
    let empty = session.raw.windows(3).any(|bytes| bytes == b"\x1b[m");
    assert!(!empty, "an SGR without a number would cancel bold and reverse too");
}

/// The colour of the ground in the header's first cell.
fn header(screen: &vt100::Screen) -> Option<vt100::Color> {
    screen.cell(0, 0).map(vt100::Cell::bgcolor)
}

#[test]
fn the_colours_follow_the_ground_that_the_terminal_answers() {
    let mut session = Start::racescope().shown();
    let asked = session.raw.windows(6).any(|bytes| bytes == b"\x1b]11;?");
    assert!(asked, "a terminal that says nothing of its ground is asked");
    let dark = header(session.screen());
    session.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    session.wait_until("light", |screen| header(screen) != dark);
    session.send("q");
    session.wait_restored(0);

    let mut session = Start::racescope().env("COLORFGBG", "15;0").shown();
    session.send("q");
    session.wait_restored(0);
    assert!(!session.raw.windows(4).any(|bytes| bytes == b"\x1b]11"), "one that has said it is not");
}
