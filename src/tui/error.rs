//! Why the screen could not be shown, or had to be left.

use std::{fmt, io};

/// What ends the interactive program other than the user's wish.
#[derive(Debug)]
pub enum Error {
    /// There is no terminal to draw on; says why.
    NoTerminal(&'static str),
    /// The system refused something that the screen needs.
    Refused {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The terminal went away while the program ran. There is nobody left to tell.
    Gone,
    /// The lab could not be started; says why.
    Lab(String),
    /// A mistake of ours; it was reported when it happened.
    Crashed,
}

impl Error {
    /// The status to leave with: 2 for wrong use, 1 for what was refused, 129 as after a hang-up, 101 as after a panic.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::NoTerminal(_) | Error::Refused { .. } | Error::Lab(_) => 2,
            Error::Gone => 129,
            Error::Crashed => 101,
        }
    }

    /// Whether it has been said already, or nobody is there to hear it.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(self, Error::Gone | Error::Crashed)
    }

    /// Sorts what the terminal answered: gone, or something worth telling.
    pub(super) fn of_terminal(what: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| {
            if is_gone(&source) { Error::Gone } else { Error::Refused { what, source } }
        }
    }
}

/// Whether this is how the system says that a terminal isn't there any more.
fn is_gone(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let gone = [Errno::IO, Errno::NXIO, Errno::NODEV, Errno::PIPE];
        if gone.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error())) {
            return true;
        }
    }
    error.kind() == io::ErrorKind::BrokenPipe
}

/// What can be done about what the system refused, where there is something.
fn way_out(error: &io::Error) -> &'static str {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        match error.raw_os_error() {
            Some(code) if code == Errno::MFILE.raw_os_error() => return "; raise the limit (ulimit -n)",
            Some(code) if code == Errno::AGAIN.raw_os_error() => {
                return "; raise the limit (ulimit -u, for memory -v)";
            }
            _ => {}
        }
    }
    let _ = error;
    ""
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoTerminal(why) => write!(
                f,
                "{why}, so the live screen can't be shown.\n\
                 Run `racescope` in a terminal, or `racescope race --help`: it runs the same without a screen."
            ),
            Error::Refused { what, source } => {
                write!(f, "can't {what}: {source}{}", way_out(source))
            }
            Error::Lab(why) => write!(f, "can't start the workers: {why}"),
            Error::Gone => f.write_str("the terminal is gone"),
            Error::Crashed => f.write_str("racescope crashed"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Refused { source, .. } => Some(source),
            _ => None,
        }
    }
}
