//! A child of this executable that talks with us through pipes, a line at a time.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;

use parking_lot::Mutex;

use super::process::{Child, End};

/// A child, as its attendant has it. One that is still there when this goes is ended.
#[derive(Debug)]
pub struct Piped {
    process: Arc<Mutex<Child>>,
    id: u32,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Piped {
    /// Starts a child that is to do this. The thread that calls it must live as long as the child shall.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(job: &str) -> io::Result<Self> {
        let mut process = Child::start(job, Stdio::piped(), Stdio::piped())?;
        let (Some(input), Some(output)) = (process.take_input(), process.take_output()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let id = process.id();
        Ok(Piped { process: Arc::new(Mutex::new(process)), id, input, output: BufReader::new(output) })
    }

    /// Its number with the system.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Says a line, which ends with a line feed.
    ///
    /// # Errors
    /// It no longer listens.
    pub fn say(&mut self, line: &[u8]) -> io::Result<()> {
        self.input.write_all(line)
    }

    /// Waits for the next line; `None` if none comes any more, or a part of one.
    pub fn hear(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let heard = self.output.read_until(b'\n', &mut line);
        (heard.is_ok() && line.ends_with(b"\n")).then_some(line)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.process.lock().has_ended()
    }

    /// What ends it at once, for another thread.
    pub fn ender(&self) -> impl FnOnce() + Send + 'static {
        let process = Arc::clone(&self.process);
        move || process.lock().kill()
    }

    /// Ends it at once.
    pub fn end(&self) {
        self.process.lock().kill();
    }

    /// Waits until it has ended, which it is about to, and says how it came.
    pub fn collect(&mut self) -> End {
        self.process.lock().collect()
    }
}
