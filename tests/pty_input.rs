//! No input and no size makes the program panic, hang or fall behind.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use support::Start;

#[test]
fn four_thousand_bytes_then_q() {
    let mut session = Start::racescope().shown();
    let mut bytes = b"\x1b[<35;10;10M".repeat(334);
    bytes.push(b'q');
    session.send(bytes);
    session.wait_restored(0);
}

#[test]
fn a_flood_then_q() {
    let mut session = Start::racescope().shown();
    let began = Instant::now();
    session.send(b"\x1b[<64;10;10Mxj".repeat(15_000));
    session.send("q");
    session.wait_restored(0);
    // 0.2 s on an idle machine; one frame for each event would take minutes.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn at_most_sixty_frames_a_second() {
    let mut session = Start::racescope().shown();
    let began = Instant::now();
    for _ in 0..30 {
        session.send("x");
        session.wait_frames(1);
    }
    assert!(began.elapsed() > Duration::from_millis(400), "30 frames in {:?}", began.elapsed());
    session.send("q");
    session.wait_restored(0);
}

#[test]
fn half_a_sequence_does_not_hold_up_what_follows() {
    for beginning in ["\x1b", "\x1b[", "\x1b[?", "\x1b[<0;1", "\x1bO", "\x1b[200~", "\u{e4}\x1b["] {
        let mut session = Start::racescope().shown();
        session.send(beginning);
        // Drawn although the sequence is incomplete: reading it doesn't block.
        session.resize(100, 30);
        session.wait_frames(1);
        // Escape may belong to what was begun; the second q can't.
        session.send("\x1b[Aq");
        session.wait_restored(0);
    }
}

#[test]
fn a_schedule_is_pasted_dragged_and_copied() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("copied");
    std::fs::create_dir_all(&folder).expect("a folder for what is copied");
    let script = format!("cd '{}' && exec \"$RACESCOPE\"", folder.display());
    let mut session = Start::script(&script).size(120, 40).shown();
    session.send("\t");
    session.wait_text("from here");
    session.send("\x1b[200~0 1x2\r\n0\x1b[201~");
    session.wait_text("enter follows it");
    session.send("\r");
    session.wait_text("step 4 of 4");
    // The bar: seven cells an operation here, as its lanes have.
    let bar = |screen: &vt100::Screen| screen.contents().lines().position(|line| line.contains("▄▄▄▄"));
    session.wait_until("the bar", |screen| bar(screen).is_some());
    let row = bar(session.screen()).expect("it was there");
    session.send(format!("\x1b[<0;13;{}M", row + 1));
    session.wait_text("step 1 of 4");
    session.send("\x1b[<32;31;3M");
    session.wait_text("step 3 of 4");
    session.send("\x1b[<32;120;1M\x1b[<0;120;1m");
    session.wait_text("step 4 of 4");
    session.send("y");
    session.wait_text("racescope-schedule.txt");
    let file = std::fs::read_to_string(folder.join("racescope-schedule.txt")).expect("it was written");
    assert_eq!(file, "0 1x2 0\n");
    session.quit_quickly();
}

#[test]
fn a_paste_without_its_end_swallows_no_ctrl_c() {
    let mut session = Start::racescope().shown();
    session.send("\x1b[200~0 1\x03");
    session.wait_restored(0);
}

#[test]
fn ten_thousand_random_keys_and_pastes() {
    let mut session = Start::racescope().shown();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    for _ in 0..100 {
        let bytes: Vec<u8> = (0..100).flat_map(|_| key(&mut random)).collect();
        session.send(bytes);
    }
    // Whatever is open after that is closed by Escape: an overlay takes q for a letter. The sequence at the end means
    // nothing and keeps the last Escape apart from the q, which would be Alt-q otherwise.
    session.send(b"\x1b\x1b\x1b\x1b\x1b[Iq");
    session.wait_restored(0);
}

/// A key, a click, a paste or rubbish; never one that quits or stops.
fn key(random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let bytes = match random.random_range(0..10) {
        0..4 => vec![random.random_range(0x20..0x7f)],
        4 => vec![random.random_range(0x00..0x20)],
        5 => format!("\x1b[{}", char::from(random.random_range(b'A'..=b'Z'))).into_bytes(),
        6 => format!("\x1b[{}~", random.random_range(0..40)).into_bytes(),
        7 => {
            let (button, x, y) =
                (random.random_range(0..90), random.random_range(0..300), random.random_range(0..99));
            format!("\x1b[<{button};{x};{y}M").into_bytes()
        }
        8 => (0..random.random_range(0..50)).map(|_| random.random()).collect(),
        _ => format!("\x1b[200~{}\x1b[201~", "paste ä \n".repeat(random.random_range(0..20))).into_bytes(),
    };
    // Left out: q and Q, Ctrl-C, Ctrl-D, Ctrl-Q and Ctrl-Z, alone or as part of anything.
    bytes.into_iter().filter(|byte| !matches!(byte, b'q' | b'Q' | 0x03 | 0x04 | 0x11 | 0x1a)).collect()
}

#[test]
fn a_hundred_sizes_down_to_one_cell_and_back() {
    let mut session = Start::racescope().shown();
    for step in 0..50 {
        session.resize(80 - 79 * step / 49, 24 - 23 * step / 49);
    }
    for step in 0..50 {
        session.resize(1 + 199 * step / 49, 1 + 59 * step / 49);
    }
    session.resize(80, 24);
    session.wait_shown();
    session.send("q");
    session.wait_restored(0);
}

#[test]
fn it_starts_in_one_cell() {
    for (columns, rows) in [(1, 1), (1, 60), (200, 1), (2, 2), (400, 120)] {
        let mut session = Start::racescope().size(columns, rows).spawn();
        session.wait_frames(1);
        session.send("q");
        session.wait_restored(0);
    }
}
