//! Terminals of Unix.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use nix::unistd::{Pid, getsid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::stdio::{stdin, stdout};
use rustix::termios::{
    OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize, tcsetattr,
};

/// Whether both standard input and standard output are terminals.
#[must_use]
pub fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// The terminal's size in columns and rows; `None` when it doesn't know.
#[must_use]
pub fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

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

    /// Gives the terminal back as it was. Does not wait until what was written has been read by anyone.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn restore(&self) -> io::Result<()> {
        Ok(tcsetattr(stdin(), OptionalActions::Now, &self.0)?)
    }
}

/// Throws away what has been typed or answered and not yet read.
pub fn forget_input() {
    // Where it can't be thrown away there is no terminal to read it.
    let _ = rustix::termios::tcflush(stdin(), QueueSelector::IFlush);
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// There is something to read.
    pub input: bool,
    /// The other end of the wake line was written to.
    pub woken: bool,
    /// The terminal was hung up: nothing will ever come from it again.
    pub gone: bool,
}

/// Where keys come from, and a line on which signals and other threads can wake whoever waits for keys.
#[derive(Debug)]
pub struct Incoming {
    wake: UnixStream,
    waker: UnixStream,
}

impl Incoming {
    /// Opens the wake line.
    ///
    /// # Errors
    /// When the system has no more descriptors for it.
    pub fn open() -> io::Result<Self> {
        let (wake, waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        waker.set_nonblocking(true)?;
        Ok(Incoming { wake, waker })
    }

    /// Another end to wake it by: any byte will do.
    ///
    /// # Errors
    /// When the system has no more descriptors for it.
    pub fn waker(&self) -> io::Result<UnixStream> {
        self.waker.try_clone()
    }

    /// Waits for input, a wake-up or the end of the time.
    ///
    /// # Errors
    /// When the system can't wait at all. Being interrupted is no error, only a short wait.
    pub fn wait(&self, time: Duration) -> io::Result<Wait> {
        let stdin = stdin();
        let mut fds =
            [PollFd::new(&stdin, PollFlags::IN), PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN)];
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let time = Timespec { tv_sec: seconds, tv_nsec: time.subsec_nanos().into() };
        match poll(&mut fds, Some(&time)) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Wait::default()),
            Err(error) => return Err(error.into()),
        }
        let keys = fds[0].revents();
        let woken = !fds[1].revents().is_empty();
        if woken {
            let mut drain = [0_u8; 64];
            while matches!(rustix::io::read(&self.wake, &mut drain), Ok(count) if count == drain.len()) {}
        }
        let gone = keys.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        Ok(Wait { input: keys.contains(PollFlags::IN), woken, gone })
    }

    /// Reads what there is, without waiting: 0 when there is nothing.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(stdin(), into) {
            Ok(count) => Ok(count),
            Err(Errno::INTR | Errno::AGAIN) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

/// Writes all of it, however often that takes.
///
/// # Errors
/// When the terminal is gone.
pub fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(stdout(), bytes) {
            Ok(count) => bytes = &bytes[count.min(bytes.len())..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let stdout = stdout();
                match poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Writes what the terminal takes without making us wait; for last words when someone else may be stuck in a write.
pub fn write_if_room(bytes: &[u8]) {
    let Ok(flags) = fcntl_getfl(stdout()) else { return };
    if fcntl_setfl(stdout(), flags | OFlags::NONBLOCK).is_ok() {
        // What can't be said now can't be said at all; the line settings are restored all the same.
        let _ = rustix::io::write(stdout(), bytes);
        let _ = fcntl_setfl(stdout(), flags);
    }
}

/// Whether someone could bring the program back if it stopped: a shell in the same session. A terminal window that
/// runs the program without a shell has none; there the kernel ignores Ctrl-Z for every other program too.
#[must_use]
pub fn can_come_back() -> bool {
    // A session whose leader lies outside the container has the number 0, which rustix takes for impossible.
    match (getsid(None), getsid(Some(Pid::parent()))) {
        (Ok(ours), Ok(theirs)) => Pid::parent().as_raw() != 0 && ours == theirs,
        _ => false,
    }
}
