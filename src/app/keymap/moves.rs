//! The keys that make something happen, or look at what has happened.

use super::action::{DIGITS, Hint, Row, explore, jobs, press, race, row, step};
use crate::app::keymap::Action as A;
use crate::app::message::Key::{self, Char};

/// One operation after another, back and forth.
pub(super) const ROWS: &[Row] = &[
    row(
        "space",
        Hint::Pause,
        race(5, 1).jobs(3).step(3).explore(3).compare(1),
        &[press(
            &[Char(' ')],
            "space",
            A::Pause,
            "pause, or go on; in Step: run on with the chosen scheduler; in Explore: search, or stop searching; in Compare: sweep, or stop sweeping; in Jobs: call off what has not ended, or begin again",
        )],
    ),
    row(
        "o",
        Hint::Fixed("one step"),
        race(14, 2).step(9),
        &[press(
            &[Char('o')],
            "o",
            A::One,
            "pause, and let one operation happen: the focused worker's, or the scheduler's choice",
        )],
    ),
    row(
        "← →",
        Hint::On("select", "back, forward", "scroll", "other sweep"),
        race(255, 3).step(2).explore(14).compare(2),
        &[
            press(
                &[Key::Left],
                "←",
                A::Select(-1),
                "select the increment before, while nothing moves; in Step: back by one operation; in Explore: scroll the lanes back; in Compare: the sweep before",
            ),
            press(
                &[Key::Right],
                "→",
                A::Select(1),
                "select the next increment, while nothing moves; in Step: forward by one operation; in Explore: scroll the lanes on; in Compare: the next sweep",
            ),
        ],
    ),
    row(
        "pgup pgdn",
        Hint::Fixed("scroll"),
        race(255, 5).jobs(14).step(19).explore(20).compare(19),
        &[
            press(
                &[Key::PageUp],
                "pgup",
                A::Page(-1),
                "scroll back, while nothing moves; in Step: back by many operations",
            ),
            press(
                &[Key::PageDown],
                "pgdn",
                A::Page(1),
                "scroll towards the newest, while nothing moves; in Step: forward by many operations",
            ),
        ],
    ),
    row(
        "home end",
        Hint::On("oldest, newest", "start, end", "first, last", "first, last"),
        race(255, 8).jobs(15).step(17).explore(17).compare(17),
        &[
            press(
                &[Key::Home],
                "home",
                A::SelectEnd(false),
                "select the oldest recorded increment, while nothing moves; in Step: to the start",
            ),
            press(
                &[Key::End],
                "end",
                A::SelectEnd(true),
                "select the newest increment, while nothing moves; in Step: to the last operation",
            ),
        ],
    ),
    row(
        "b",
        Hint::Burst,
        race(9, 27).explore(16),
        &[press(
            &[Char('b')],
            "b",
            A::Burst,
            "a burst of 200 runs at full speed, again: cancel it; in Explore: of real threads at the sizes explored",
        )],
    ),
    row(
        "enter",
        Hint::On("finish", "to the end", "open in Step", "open in Race"),
        race(10, 7).step(11).explore(1).compare(3),
        &[press(
            &[Key::Enter],
            "enter",
            A::Finish,
            "finish this run at full speed; in Step: run on to the end at once; in Explore: open the selected outcome in Step; in Compare: open the selected row in Race",
        )],
    ),
    row(
        "r",
        Hint::Fixed("again"),
        race(13, 9).jobs(4).step(18).explore(18).compare(18),
        &[press(
            &[Char('r')],
            "r",
            A::Again,
            "give this run up and begin a new one; in Step: from the start, with the next seed; in Explore: search again; in Compare: sweep again",
        )],
    ),
    row(
        "0-9",
        Hint::Workers,
        race(15, 4).step(1),
        &[press(
            &DIGITS,
            "0-9",
            A::Focus(0),
            "focus this worker's lane, again: all lanes; in Step: let this worker do its next operation",
        )],
    ),
    row(
        "↑ ↓",
        Hint::On("lane", "outcome", "outcome", "row"),
        race(255, 255).jobs(9).step(8).explore(2).compare(4),
        &[
            press(
                &[Key::Up],
                "↑",
                A::FocusBy(-1),
                "focus the lane above; in Step and Explore: select the outcome before; in Compare: select the row above; in Jobs: select the job before",
            ),
            press(
                &[Key::Down],
                "↓",
                A::FocusBy(1),
                "focus the lane below; in Step and Explore: select the next outcome; in Compare: select the row below; in Jobs: select the next job",
            ),
        ],
    ),
    row(
        "del",
        Hint::Fixed("call off"),
        jobs(11),
        &[press(&[Key::Delete], "del", A::CallOff, "call off the selected job")],
    ),
    row(
        "a",
        Hint::Scheduler,
        step(4),
        &[press(
            &[Char('a')],
            "a",
            A::Scheduler,
            "who moves next when nobody is asked: at random, in turn, or as the adversary wants it",
        )],
    ),
    row(
        "h",
        Hint::On("hint", "hint", "other witness", ""),
        step(5).explore(13),
        &[press(
            &[Char('h')],
            "h",
            A::Hint,
            "one step of the shortest way to the selected outcome; in Explore: the shortest way, or the one with the fewest switches",
        )],
    ),
    row(
        "H",
        Hint::Fixed("whole way"),
        step(20).explore(22),
        &[press(
            &[Char('H')],
            "H",
            A::Whole,
            "the whole way to the selected outcome, where a line has no room for it",
        )],
    ),
    row(
        "y",
        Hint::Fixed("copy"),
        step(21).explore(12).compare(12),
        &[press(
            &[Char('y')],
            "y",
            A::Copy,
            "copy the schedule, in Compare the table as CSV: to the clipboard, where the terminal can, and to a file",
        )],
    ),
    row(
        "p",
        Hint::Fixed("paste"),
        step(22),
        &[press(&[Char('p')], "p", A::Paste, "enter or paste a schedule; enter follows it")],
    ),
    row(
        "d",
        Hint::Fixed("branch"),
        step(21),
        &[press(
            &[Char('d')],
            "d",
            A::Branch,
            "back to where this branch left the one before; again: over to that one",
        )],
    ),
    row(
        "v",
        Hint::Fixed("program"),
        step(6).explore(4),
        &[press(
            &[Char('v')],
            "v",
            A::Programs,
            "choose a program: the counter, or one of those that are shipped",
        )],
    ),
    row(
        "m",
        Hint::Fixed("measured"),
        explore(11),
        &[press(
            &[Char('m')],
            "m",
            A::Measured,
            "what real threads came to at the sizes explored, beside what is possible",
        )],
    ),
    row(
        "z",
        Hint::On("in Step", "explore here", "", ""),
        race(31, 22).step(16),
        &[press(
            &[Char('z')],
            "z",
            A::Onward,
            "open this run in Step, where all of it is recorded: pauses it first; in Step: explore from this moment on",
        )],
    ),
];
