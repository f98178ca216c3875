//! The keys that belong to no experiment.

use super::action::{Hint, Row, press, race, row};
use crate::app::keymap::Action as A;
use crate::app::message::Key::{self, Char};

/// The look, the screens, help, leaving.
pub(super) const ROWS: &[Row] = &[
    row(
        "t",
        Hint::Theme,
        race(16, 32).jobs(20).step(28).explore(28).compare(28),
        &[press(&[Char('t')], "t", A::Theme, "the next set of colours")],
    ),
    row(
        "esc",
        Hint::Fixed("back"),
        race(255, 255).jobs(255).step(255).explore(255).compare(255),
        &[press(&[Key::Esc], "esc", A::Back, "cancel the burst or the sweep, deselect, dismiss a notice")],
    ),
    row(
        "tab",
        Hint::Fixed("screen"),
        race(255, 255).jobs(255).step(255).explore(255).compare(255),
        &[
            press(&[Key::BackTab], "shift-tab", A::Screen(-1), "the screen before"),
            press(&[Key::Tab], "tab", A::Screen(1), "the next screen"),
        ],
    ),
    row(
        "ctrl-z",
        Hint::Fixed("suspend"),
        race(255, 255).jobs(255).step(255).explore(255).compare(255),
        &[press(&[Key::Ctrl('z')], "ctrl-z", A::Suspend, "back to the shell until you return with fg")],
    ),
    row(
        "?",
        Hint::Fixed("help"),
        race(0, 0).jobs(0).step(0).explore(0).compare(0),
        &[press(&[Char('?'), Key::F(1)], "? F1", A::Help, "all keys; type to search, enter runs one")],
    ),
    row(
        "q",
        Hint::Fixed("quit"),
        race(0, 0).jobs(0).step(0).explore(0).compare(0),
        &[press(&[Char('q'), Key::Ctrl('c')], "q ctrl-c", A::Quit, "quit")],
    ),
];
