//! Terminals elsewhere, by way of crossterm.

use std::io::{self, IsTerminal, Write};

/// Whether both standard input and standard output are terminals.
#[must_use]
pub fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// The terminal's size in columns and rows; `None` when it doesn't know.
#[must_use]
pub fn size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok().filter(|&(columns, rows)| columns > 0 && rows > 0)
}

/// Line settings, kept to be given back; here crossterm keeps them.
#[derive(Clone, Debug)]
pub struct Modes(());

impl Modes {
    /// Makes the terminal raw.
    ///
    /// # Errors
    /// When standard input is no terminal.
    pub fn raw() -> io::Result<Modes> {
        crossterm::terminal::enable_raw_mode().map(|()| Modes(()))
    }

    /// Makes the terminal raw once more.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn raw_again(&self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()
    }

    /// Gives the terminal back as it was.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn restore(&self) -> io::Result<()> {
        crossterm::terminal::disable_raw_mode()
    }
}

/// Throws away what has been typed and not yet read; nothing here asks the terminal anything.
pub fn forget_input() {}

/// Writes all of it.
///
/// # Errors
/// When the terminal is gone.
pub fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Last words when someone else may be stuck in a write: not to be had here without waiting, so none.
pub fn write_if_room(_bytes: &[u8]) {}

/// Whether someone could bring the program back if it stopped: this platform can't stop it.
#[must_use]
pub fn can_come_back() -> bool {
    false
}
