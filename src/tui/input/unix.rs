//! Keys of Unix terminals.

use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::decode::Decoder;
use crate::app::Message;
use crate::platform::tty::Incoming;

/// Messages taken in one go before a frame is due: a flood is drained, not drawn.
const MOST: usize = 4096;

/// How long the rest of an escape sequence may take to come. Until then a lone escape is not the Escape key.
const REST: Duration = Duration::from_millis(30);
/// The same of what is being pasted: it may come in pieces over a slow line.
const REST_OF_PASTE: Duration = Duration::from_millis(300);

/// The keyboard, the mouse, and the line on which the loop is woken.
#[derive(Debug)]
pub(in crate::tui) struct Input {
    incoming: Incoming,
    decoder: Decoder,
    /// When a begun sequence is given up.
    rest_due: Option<Instant>,
}

impl Input {
    /// Opens it. The terminal needs to be raw before it is read.
    pub(in crate::tui) fn open() -> io::Result<Self> {
        Ok(Input { incoming: Incoming::open()?, decoder: Decoder::default(), rest_due: None })
    }

    /// The line's other end.
    pub(in crate::tui) fn waker(&self) -> io::Result<UnixStream> {
        self.incoming.waker()
    }

    /// Waits at most so long and appends what has come. Says whether it was woken to look around.
    ///
    /// # Errors
    /// `BrokenPipe` when the terminal was hung up: waiting on would only spin.
    pub(in crate::tui) fn wait(&mut self, time: Duration, messages: &mut Vec<Message>) -> io::Result<bool> {
        let rest = self.rest_due.map(|due| due.saturating_duration_since(Instant::now()));
        let wait = self.incoming.wait(rest.map_or(time, |rest| rest.min(time)))?;
        if wait.input {
            self.read(messages)?;
        }
        if messages.is_empty() && wait.gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if self.rest_due.is_some_and(|due| due <= Instant::now()) {
            self.decoder.give_up(messages);
        }
        self.rest_due = self.rest_due.filter(|_| self.decoder.is_midway());
        Ok(wait.woken)
    }

    fn read(&mut self, messages: &mut Vec<Message>) -> io::Result<()> {
        let mut bytes = [0_u8; 4096];
        while messages.len() < MOST {
            let count = self.incoming.read(&mut bytes)?;
            if count == 0 {
                break;
            }
            self.decoder.feed(&bytes[..count], messages);
            let rest = if self.decoder.is_pasting() { REST_OF_PASTE } else { REST };
            self.rest_due = self.decoder.is_midway().then(|| Instant::now() + rest);
        }
        Ok(())
    }
}
