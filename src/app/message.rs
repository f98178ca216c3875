//! What the program is told, and what it asks for.

use crate::compare;
use crate::lab::jobs;
use crate::lab::report::{Order, Report};
use crate::machine::explore::service;

/// A key press, free of any terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A printable character, as typed (shift is already in it).
    Char(char),
    /// A character typed with Ctrl, in lower case.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Left arrow.
    Left,
    /// Right arrow.
    Right,
    /// Up arrow.
    Up,
    /// Down arrow.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// Everything that can happen to the program.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// The left button was pressed in this cell.
    Click {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
    },
    /// The mouse was moved to this cell with the left button held down.
    Drag {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
    },
    /// This text was pasted, line breaks as blanks.
    Paste(String),
    /// The wheel was turned in this cell: up is negative.
    Wheel {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
        /// Notches; up is negative.
        by: i32,
    },
    /// The terminal has this size now.
    Resize {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal says what its ground is.
    Ground {
        /// Light rather than dark.
        light: bool,
    },
    /// Time has passed: nanoseconds since the message before, at most 100 ms.
    Tick(u64),
    /// The lab reports.
    Lab(Box<Report>),
    /// The search in the background reports.
    Search(Box<service::Report>),
    /// The sweep in the background reports.
    Compare(Box<compare::service::Report>),
    /// The jobs in the background report.
    Jobs(Box<jobs::live::Report>),
}

/// What the program asks of the shell around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Tell the lab.
    Lab(Order),
    /// Tell the search in the background.
    Search(service::Order),
    /// Tell the sweep in the background.
    Compare(compare::service::Order),
    /// Tell the jobs in the background.
    Jobs(jobs::live::Order),
    /// Put this text where it can be pasted from: the clipboard, where the terminal allows it, and a file.
    Copy(String),
    /// Give the terminal back and stop until the user brings the program to the foreground again (Ctrl-Z).
    Suspend,
    /// Leave.
    Quit,
}
