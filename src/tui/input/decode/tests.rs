use proptest::prelude::*;

use super::*;

fn decode(bytes: &[u8]) -> Vec<String> {
    let mut messages = Vec::new();
    Decoder::default().feed(bytes, &mut messages);
    messages.iter().map(show).collect()
}

fn show(message: &Message) -> String {
    match message {
        Message::Key(key) => format!("{key:?}"),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: &[&str]) {
    assert_eq!(decode(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn characters_and_control_keys() {
    check(b"qQ ~", &["Char('q')", "Char('Q')", "Char(' ')", "Char('~')"]);
    check("äµ…𝄞".as_bytes(), &["Char('ä')", "Char('µ')", "Char('…')", "Char('𝄞')"]);
    check(b"\x03\x1a\x01\0\x1c", &["Ctrl('c')", "Ctrl('z')", "Ctrl('a')", "Ctrl(' ')", "Ctrl('4')"]);
    check(b"\r\n\t\x7f\x08", &["Enter", "Enter", "Tab", "Backspace", "Backspace"]);
}

#[test]
fn named_keys_in_every_dialect() {
    check(b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", &["Up", "Down", "Right", "Left", "Home", "End"]);
    check(b"\x1bOA\x1bOH\x1bOP\x1bOS", &["Up", "Home", "F(1)", "F(4)"]);
    check(b"\x1b[1;5A\x1b[1;2P\x1b[P", &["Up", "F(1)", "F(1)"]);
    check(b"\x1b[1~\x1b[4~\x1b[3~\x1b[5~\x1b[6~", &["Home", "End", "Delete", "PageUp", "PageDown"]);
    check(b"\x1b[11~\x1b[15~\x1b[17~\x1b[21~\x1b[24~", &["F(1)", "F(5)", "F(6)", "F(10)", "F(12)"]);
    check(b"\x1b[[A\x1b[[E", &["F(1)", "F(5)"]);
    check(b"\x1b[Z\x1b[15;2~", &["BackTab", "F(5)"]);
}

#[test]
fn presses_of_the_left_button_and_the_wheel_only() {
    check(b"\x1b[<0;20;10M", &["Click { column: 19, row: 9 }"]);
    check(b"\x1b[<32;21;10M", &["Drag { column: 20, row: 9 }"]);
    check(b"\x1b[<0;20;10m\x1b[<32;20;10m\x1b[<2;1;1M\x1b[<34;1;1M\x1b[<35;1;1M", &[]);
    check(b"\x1b[<64;1;1M", &["Wheel { column: 0, row: 0, by: -1 }"]);
    check(b"\x1b[<81;3;4M", &["Wheel { column: 2, row: 3, by: 1 }"]);
    check(b"\x1b[<0;0;0M\x1b[<0;5M\x1b[<;;M\x1b[<0;99999;1M\x1b[<0;1;1", &[]);
}

#[test]
fn the_ground_that_the_terminal_answers() {
    check(b"\x1b]11;rgb:1616/1818/1d1d\x1b\\q", &["Ground { light: false }", "Char('q')"]);
    check(b"\x1b]11;rgb:ffff/ffff/ffff\x07q", &["Ground { light: true }", "Char('q')"]);
    check(b"\x1b]11;rgb:fd/f6/e3\x07", &["Ground { light: true }"]);
    check(b"\x1b]11;rgba:0000/0000/0000/ffff\x07", &["Ground { light: false }"]);
    check(
        b"\x1b]10;rgb:ff/ff/ff\x07\x1b]11;?\x07\x1b]11;rgb:/\x07\x1b]11;rgb:123456789/0/0\x07\x1b]\x07",
        &[],
    );
    // Ctrl-C is never part of an answer, and an answer has an end.
    check(b"\x1b]11;rgb:ff\x03", &["Ctrl('c')"]);
    check(&[b"\x1b]".as_slice(), &[b'a'; LONGEST + 1], b"q"].concat(), &["Char('q')"]);
}

#[test]
fn escape_is_known_when_nothing_follows() {
    let mut messages = Vec::new();
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b", &mut messages);
    assert!(messages.is_empty() && decoder.is_midway());
    decoder.give_up(&mut messages);
    assert_eq!(messages.iter().map(show).collect::<Vec<_>>(), ["Esc"]);
    assert!(!decoder.is_midway());
    check(b"\x1b\x1b[A", &["Esc", "Up"]);
    check(b"\x1bqx", &["Char('x')"]);
}

#[test]
fn no_beginning_swallows_ctrl_c() {
    for beginning in [
        "\x1b",
        "\x1b[",
        "\x1b[?",
        "\x1b[<0;1",
        "\x1b[1;",
        "\x1bO",
        "\x1b[200",
        "\x1b[200~",
        "\x1b[[",
        "\x1b[M",
    ] {
        let mut bytes = beginning.as_bytes().to_vec();
        bytes.extend(b"\x03q");
        check(&bytes, &["Ctrl('c')", "Char('q')"]);
    }
    check(b"\xe2\x82\x03", &["Ctrl('c')"]);
}

#[test]
fn what_is_pasted_is_text_and_no_keys() {
    check(b"\x1b[200~0x3 1\r\n2q\x1b[201~q", &["Paste(\"0x3 1  2q\")", "Char('q')"]);
    check("\x1b[200~é\x1b[201~".as_bytes(), &["Paste(\"é\")"]);
    check(b"\x1b[200~\x1b[201~\x1b[201~q", &["Char('q')"]);
    // Whatever is no text ends it.
    check(b"\x1b[200~0 1\x03q", &["Paste(\"0 1\")", "Ctrl('c')", "Char('q')"]);
    check(b"\x1b[200~0\x1b[Aq", &["Paste(\"0\")", "Up", "Char('q')"]);
    let mut decoder = Decoder::default();
    let mut messages = Vec::new();
    decoder.feed(b"\x1b[200~0 1", &mut messages);
    assert!(messages.is_empty() && decoder.is_midway() && decoder.is_pasting());
    decoder.give_up(&mut messages);
    decoder.feed(b"q", &mut messages);
    assert_eq!(messages.iter().map(show).collect::<Vec<_>>(), ["Paste(\"0 1\")", "Char('q')"]);
    let long = [b"\x1b[200~".as_slice(), &[b'1'; LONGEST_PASTE + 9], b"\x1b[201~"].concat();
    assert_eq!(decode(&long)[0].len(), LONGEST_PASTE + "Paste(\"\")".len());
}

#[test]
fn a_sequence_without_end_ends_all_the_same() {
    let mut endless = b"\x1b[".to_vec();
    endless.extend(std::iter::repeat_n(b'1', LONGEST + 1));
    endless.push(b'q');
    check(&endless, &["Char('q')"]);
}

#[test]
fn broken_characters_are_skipped() {
    check(
        b"\xffa\x80b\xc3c\xe2\x82d\xed\xa0\x80e\xf5f",
        &["Char('a')", "Char('b')", "Char('c')", "Char('d')", "Char('e')", "Char('f')"],
    );
}

proptest! {
    #[test]
    fn however_the_bytes_are_cut_the_messages_are_the_same(
        bytes in prop::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b'<'), Just(b';'), Just(b'M'), any::<u8>()], 0..200),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.sort_unstable();
        let mut decoder = Decoder::default();
        let mut messages = Vec::new();
        let mut from = 0;
        for to in at.into_iter().chain([bytes.len()]) {
            decoder.feed(&bytes[from..to], &mut messages);
            from = to;
        }
        prop_assert_eq!(messages.iter().map(show).collect::<Vec<_>>(), decode(&bytes));
        prop_assert!(decoder.collected.len() <= LONGEST + 1);
    }

    #[test]
    fn after_anything_and_a_moment_q_is_q(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let mut decoder = Decoder::default();
        decoder.feed(&bytes, &mut Vec::new());
        decoder.give_up(&mut Vec::new());
        let mut messages = Vec::new();
        decoder.feed(b"q", &mut messages);
        prop_assert_eq!(messages.iter().map(show).collect::<Vec<_>>(), ["Char('q')"]);
    }
}
