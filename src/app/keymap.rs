//! The keys: one table from which dispatch, the footer's hints, clicks on them, the help overlay and the key list
//! of the README all come. A key means the same on every screen.

mod action;

pub use action::{Action, Hint, Press, Row};

use super::message::Key;
use crate::experiment::Protection;

const fn press(keys: &'static [Key], shown: &'static str, action: Action, help: &'static str) -> Press {
    Press { keys, shown, action, help }
}

const fn row(shown: &'static str, hint: Hint, running: u8, paused: u8, presses: &'static [Press]) -> Row {
    Row { shown, hint, presses, running, paused }
}

const DIGITS: [Key; 10] = [
    Key::Char('0'),
    Key::Char('1'),
    Key::Char('2'),
    Key::Char('3'),
    Key::Char('4'),
    Key::Char('5'),
    Key::Char('6'),
    Key::Char('7'),
    Key::Char('8'),
    Key::Char('9'),
];

use Action as A;
use Key::Char;

/// The table. Hints appear in this order.
pub const ROWS: &[Row] = &[
    row(
        "n",
        Hint::Fixed("none"),
        1,
        20,
        &[press(&[Char('n')], "n", A::Protect(Protection::None), "no protection: load, add, store")],
    ),
    row(
        "l",
        Hint::Fixed("lock"),
        2,
        21,
        &[press(
            &[Char('l')],
            "l",
            A::Protect(Protection::Lock),
            "a lock around the increment, acquired and released by hand",
        )],
    ),
    row(
        "s",
        Hint::Fixed("semaphore"),
        3,
        22,
        &[press(
            &[Char('s')],
            "s",
            A::Protect(Protection::Semaphore),
            "a semaphore around the increment: as many at once as it has permits",
        )],
    ),
    row(
        "[ ]",
        Hint::Permits,
        7,
        24,
        &[
            press(&[Char('[')], "[", A::Permits(-1), "one permit fewer for the semaphore"),
            press(&[Char(']')], "]", A::Permits(1), "one permit more for the semaphore"),
        ],
    ),
    row(
        "+ -",
        Hint::Threads,
        6,
        25,
        &[
            press(&[Char('+'), Char('=')], "+ =", A::Threads(1), "one thread more"),
            press(&[Char('-')], "-", A::Threads(-1), "one thread fewer"),
        ],
    ),
    row(
        ", .",
        Hint::Fixed("pace"),
        4,
        6,
        &[
            press(&[Char(',')], ",", A::Pace(-1), "slower, down to one operation at a time"),
            press(&[Char('.')], ".", A::Pace(1), "faster, up to full speed"),
        ],
    ),
    row(
        "g",
        Hint::Gap,
        8,
        23,
        &[
            press(&[Char('G')], "G", A::Gap(-1), "a narrower gap between load and store"),
            press(
                &[Char('g')],
                "g",
                A::Gap(1),
                "a wider gap between load and store: a wider window for the race",
            ),
        ],
    ),
    row(
        "c",
        Hint::Cores,
        11,
        26,
        &[press(&[Char('c')], "c", A::Cores, "all cores, or one: parallelism, or only concurrency")],
    ),
    row("space", Hint::Pause, 5, 1, &[press(&[Char(' ')], "space", A::Pause, "pause, or go on")]),
    row(
        "o",
        Hint::Fixed("one step"),
        14,
        2,
        &[press(
            &[Char('o')],
            "o",
            A::One,
            "pause, and let one operation happen: the focused worker's, or anyone's",
        )],
    ),
    row(
        "← →",
        Hint::Fixed("select"),
        255,
        3,
        &[
            press(&[Key::Left], "←", A::Select(-1), "while nothing moves: select the increment before"),
            press(&[Key::Right], "→", A::Select(1), "while nothing moves: select the next increment"),
        ],
    ),
    row(
        "pgup pgdn",
        Hint::Fixed("scroll"),
        255,
        5,
        &[
            press(&[Key::PageUp], "pgup", A::Page(-1), "while nothing moves: scroll back"),
            press(&[Key::PageDown], "pgdn", A::Page(1), "while nothing moves: scroll towards the newest"),
        ],
    ),
    row(
        "home end",
        Hint::Fixed("oldest, newest"),
        255,
        8,
        &[
            press(
                &[Key::Home],
                "home",
                A::SelectEnd(false),
                "while nothing moves: select the oldest recorded increment",
            ),
            press(&[Key::End], "end", A::SelectEnd(true), "while nothing moves: select the newest increment"),
        ],
    ),
    row(
        "b",
        Hint::Burst,
        9,
        27,
        &[press(&[Char('b')], "b", A::Burst, "a burst of 200 runs at full speed; again: cancel it")],
    ),
    row(
        "enter",
        Hint::Fixed("finish"),
        10,
        7,
        &[press(&[Key::Enter], "enter", A::Finish, "finish this run at full speed")],
    ),
    row(
        "r",
        Hint::Fixed("again"),
        13,
        9,
        &[press(&[Char('r')], "r", A::Again, "give this run up and begin a new one")],
    ),
    row(
        "0-9",
        Hint::Fixed("focus"),
        15,
        4,
        &[press(&DIGITS, "0-9", A::Focus(0), "focus this worker's lane; again: all lanes")],
    ),
    row(
        "↑ ↓",
        Hint::Fixed("lane"),
        255,
        255,
        &[
            press(&[Key::Up], "↑", A::FocusBy(-1), "focus the lane above"),
            press(&[Key::Down], "↓", A::FocusBy(1), "focus the lane below"),
        ],
    ),
    row(
        "i I",
        Hint::Iterations,
        12,
        28,
        &[
            press(&[Char('I')], "I", A::Iterations(-1), "fewer iterations for each thread"),
            press(&[Char('i')], "i", A::Iterations(1), "more iterations for each thread"),
        ],
    ),
    row(
        "e",
        Hint::Follow,
        17,
        29,
        &[press(&[Char('e')], "e", A::Follow, "whether another run follows when one has ended")],
    ),
    row(
        "j",
        Hint::Jitter,
        18,
        30,
        &[press(&[Char('j')], "j", A::Jitter, "by how much the gap varies: 0, 25, 50 or 100 percent")],
    ),
    row(
        "x",
        Hint::Fixed("compare-and-swap"),
        19,
        33,
        &[press(
            &[Char('x')],
            "x",
            A::Protect(Protection::CompareAndSwap),
            "compare-and-swap: store only if nobody has stored in between, else try again",
        )],
    ),
    row(
        "f",
        Hint::Fixed("fetch-and-add"),
        20,
        34,
        &[press(
            &[Char('f')],
            "f",
            A::Protect(Protection::FetchAdd),
            "fetch-and-add: the increment as one operation",
        )],
    ),
    row(
        "u",
        Hint::Fixed("guard"),
        21,
        35,
        &[press(&[Char('u')], "u", A::Protect(Protection::Guard), "the same lock, released by its scope")],
    ),
    row(
        "k",
        Hint::Fixed("spin lock"),
        22,
        36,
        &[press(&[Char('k')], "k", A::Protect(Protection::Spin), "a lock whose waiters spin")],
    ),
    row(
        "w W",
        Hint::Fixed("read, write lock"),
        23,
        37,
        &[
            press(
                &[Char('W')],
                "W",
                A::Protect(Protection::WriteLock),
                "a readers-writer lock used rightly: update under the write lock",
            ),
            press(
                &[Char('w')],
                "w",
                A::Protect(Protection::ReadLock),
                "a readers-writer lock used wrongly: update under the read lock",
            ),
        ],
    ),
    row("t", Hint::Theme, 16, 32, &[press(&[Char('t')], "t", A::Theme, "the next set of colours")]),
    row(
        "esc",
        Hint::Fixed("back"),
        255,
        255,
        &[press(&[Key::Esc], "esc", A::Back, "cancel the burst, deselect, dismiss a notice")],
    ),
    row(
        "tab",
        Hint::Fixed("screen"),
        255,
        255,
        &[
            press(&[Key::BackTab], "shift-tab", A::Screen(-1), "the screen before"),
            press(&[Key::Tab], "tab", A::Screen(1), "the next screen"),
        ],
    ),
    row(
        "ctrl-z",
        Hint::Fixed("suspend"),
        255,
        255,
        &[press(&[Key::Ctrl('z')], "ctrl-z", A::Suspend, "back to the shell until you return with fg")],
    ),
    row(
        "?",
        Hint::Fixed("help"),
        0,
        0,
        &[press(&[Char('?'), Key::F(1)], "? F1", A::Help, "all keys; type to search, enter runs one")],
    ),
    row("q", Hint::Fixed("quit"), 0, 0, &[press(&[Char('q'), Key::Ctrl('c')], "q ctrl-c", A::Quit, "quit")]),
];

/// What a key does.
#[must_use]
pub fn action(key: Key) -> Option<Action> {
    let press = presses().find(|press| press.keys.contains(&key))?;
    match (press.action, key) {
        (Action::Focus(_), Key::Char(digit)) => digit.to_digit(10).map(|d| Action::Focus(d as u16)),
        (action, _) => Some(action),
    }
}

/// Every entry of the table, in order.
pub fn presses() -> impl Iterator<Item = &'static Press> {
    ROWS.iter().flat_map(|row| row.presses)
}

/// The table as Markdown, for the README.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from("| key | what it does |\n|---|---|\n");
    for press in presses() {
        let keys: Vec<_> = press.shown.split(' ').map(|key| format!("`{key}`")).collect();
        text.push_str(&format!("| {} | {} |\n", keys.join(" "), press.help));
    }
    text
}
