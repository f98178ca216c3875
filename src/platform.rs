//! The one place for what depends on the operating system. The lowest room: it imports nothing of ours.
//!
//! Each file is one contract with an answer for every platform; a platform that can't do a thing says so.
//! (Signals that end or stop the program are the terminal's business and live in `tui::signals`.)

pub mod affinity;
pub mod between;
pub mod clock;
pub mod fault;
pub mod files;
pub mod interrupt;
pub mod memory;
pub mod piped;
pub mod process;
pub mod shared;
pub mod tty;
pub mod whole;
