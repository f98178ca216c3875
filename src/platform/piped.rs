//! A child of this executable that talks with us through pipes, a line at a time. It never outlives whoever has it: it is
//! ended when this is dropped, and it sees to it itself when the parent ends otherwise (see [`parent`](super::parent)).

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use parking_lot::Mutex;

use super::process::{self, End};

/// Whether there can be such children.
///
/// # Errors
/// This executable was not made to be started as a child.
pub fn check() -> io::Result<()> {
    process::executable().map(|_| ())
}

/// A child, as its attendant has it.
#[derive(Debug)]
pub struct Piped {
    process: Arc<Mutex<Child>>,
    id: u32,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Piped {
    /// Starts this executable with a flag, our number and more arguments. On Linux the thread that calls this must live as
    /// long as the child shall.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(flag: &str, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new(process::executable()?);
        command.arg(flag).arg(std::process::id().to_string()).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // An interrupt from the keyboard is the parent's alone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            let _ = process.kill().and_then(|()| process.wait());
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
        !matches!(self.process.lock().try_wait(), Ok(None))
    }

    /// What ends it at once, for another thread.
    pub fn ender(&self) -> impl FnOnce() + Send + 'static {
        let process = Arc::clone(&self.process);
        move || {
            // It fails only when the child has ended already.
            let _ = process.lock().kill();
        }
    }

    /// Ends it at once.
    pub fn end(&self) {
        self.ender()();
    }

    /// Waits until it has ended, which it is about to, and says how it came.
    pub fn collect(&mut self) -> End {
        match self.process.lock().wait() {
            #[cfg(unix)]
            Ok(status) if status.code().is_none() => {
                End::Signal(std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or_default())
            }
            Ok(status) => End::Exit(status.code().unwrap_or_default()),
            Err(_) => End::Exit(0),
        }
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        self.end();
        self.collect();
    }
}
