//! The terminal's line settings: raw while the screen is ours, and exactly as they were afterwards.
//!
//! Ours rather than crossterm's because of one byte: crossterm reads the terminal with a blocking read until it has
//! a whole event, so half an escape sequence would stop the program until the next key. With `VMIN = 0` that read
//! returns at once.

#[cfg(unix)]
pub use unix::{Modes, can_come_back, gone};

#[cfg(not(unix))]
pub use other::{Modes, can_come_back, gone};

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{getppid, getsid};
    use rustix::stdio::stdin;
    use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    /// Line settings, kept to be given back.
    #[derive(Clone, Debug)]
    pub struct Modes(Termios);

    impl Modes {
        /// Makes the terminal raw and returns what it was.
        ///
        /// # Errors
        /// When standard input is no terminal, or it is gone.
        pub fn raw() -> io::Result<Modes> {
            let before = Modes(tcgetattr(stdin())?);
            before.raw_again()?;
            Ok(before)
        }

        /// Makes the terminal raw once more, after someone else may have changed it.
        ///
        /// # Errors
        /// When the terminal is gone.
        pub fn raw_again(&self) -> io::Result<()> {
            let mut raw = self.0.clone();
            raw.make_raw();
            raw.special_codes[SpecialCodeIndex::VMIN] = 0;
            raw.special_codes[SpecialCodeIndex::VTIME] = 0;
            Ok(tcsetattr(stdin(), OptionalActions::Now, &raw)?)
        }

        /// Gives the terminal back as it was. Does not wait for output to be read by anyone.
        ///
        /// # Errors
        /// When the terminal is gone.
        pub fn restore(&self) -> io::Result<()> {
            Ok(tcsetattr(stdin(), OptionalActions::Now, &self.0)?)
        }
    }

    /// Whether the terminal was hung up: nothing will ever come from it again.
    #[must_use]
    pub fn gone() -> bool {
        let stdin = stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        match poll(&mut fds, Some(&now)) {
            Ok(_) => fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
            Err(_) => false,
        }
    }

    /// Whether someone could bring the program back if it stopped: a shell in the same session. A terminal window
    /// that runs the program without a shell has none, and there the kernel would ignore the default Ctrl-Z too.
    #[must_use]
    pub fn can_come_back() -> bool {
        match (getsid(getppid()), getsid(None)) {
            (Ok(parents), Ok(ours)) => getppid().is_some() && parents == ours,
            _ => false,
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::io;

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

    /// Whether the terminal was hung up; this platform ends the program itself then.
    #[must_use]
    pub fn gone() -> bool {
        false
    }

    /// Whether someone could bring the program back if it stopped: this platform can't stop it.
    #[must_use]
    pub fn can_come_back() -> bool {
        false
    }
}
