//! The terminal as the system has it: its line settings, its size, and bytes in and out.
//!
//! Ours rather than crossterm's, for two reasons. crossterm reads with a blocking read until it has a whole event, so
//! half an escape sequence would stop the program until the next key; with `VMIN = 0` a read returns at once. And
//! what is written goes past the standard library's buffer and its lock, which a signal or a panic may find held.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{
    Incoming, Modes, Wait, can_come_back, forget_input, is_terminal, size, write_all, write_if_room,
};

#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub use other::{Modes, can_come_back, forget_input, is_terminal, size, write_all, write_if_room};
