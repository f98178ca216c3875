//! Child processes: starting this very executable with something to do, seeing a child end, and ending with one's parent.
//!
//! What a child is to do is a word or two on its command line; what it reads and writes is up to who starts it. It
//! inherits nothing else, and it never outlives the parent: on Linux the system kills it when the thread that started it
//! ends, however that comes; elsewhere its files close.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::{Bell, Watched, end_if_stopped, inherited, sleep_on, wake_all};

/// The argument that makes this executable a child. It comes first, followed by its parent's number and what it is to do.
pub const MARK: &str = "--racescope-child";

static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();

/// Says which executable is started as a child: one that calls [`called`] before anything else.
pub fn set_executable(path: impl Into<PathBuf>) {
    // Said twice, the first holds.
    let _ = EXECUTABLE.set(path.into());
}

/// What a child was told on its command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What it is to do.
    pub job: String,
    /// The process that started it.
    pub parent: u32,
}

/// Whether this process was started to be a child. Either way it may start others of itself from now on.
#[must_use]
pub fn called() -> Option<Called> {
    if let Some(own) = imp::own_executable() {
        set_executable(own);
    }
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != MARK {
        return None;
    }
    let mut word = || arguments.next()?.into_string().ok();
    Some(Called { parent: word()?.parse().ok()?, job: word()? })
}

impl Called {
    /// Child: ends with its parent from now on, and leaves what the keyboard sends to all of them to the parent to answer.
    ///
    /// # Errors
    /// What the system says, or that the parent is no more.
    pub fn obey(&self) -> io::Result<()> {
        imp::die_with(self.parent)?;
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
            signal_hook::flag::register(signal, std::sync::Arc::default())?;
        }
        Ok(())
    }
}

/// How much further behind in the queue for a core a process stands that gives way. The nicest is 19; this one gets a tenth of
/// what others get where there is not enough for all, and everything where there is.
#[cfg(unix)]
const WAY: i32 = 10;

/// Child: from now on gives way to others. Hundreds that never rest would else keep whoever shows and ends them waiting for a
/// core for a tenth of a second and more.
pub fn give_way() {
    // Whoever may not is as eager as before.
    #[cfg(unix)]
    let _ = rustix::process::nice(WAY);
}

/// Why there can be no processes, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(&'static str);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unsupported {}

/// Whether workers can be processes here, which share memory and are watched.
///
/// # Errors
/// Says why they can't.
pub fn check() -> Result<(), Unsupported> {
    if cfg!(not(target_os = "linux")) {
        return Err(Unsupported("processes with shared memory are had on Linux only, so far"));
    }
    match EXECUTABLE.get() {
        Some(_) => Ok(()),
        None => Err(Unsupported("this executable was not made to be started as a child")),
    }
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit status.
    Exit(i32),
    /// By this signal.
    Signal(i32),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(status) => write!(f, "ended with exit status {status}"),
            End::Signal(signal) => write!(f, "was killed by signal {signal}"),
        }
    }
}

/// A child process. One that is still there when this goes is ended.
#[derive(Debug)]
pub struct Child(std::process::Child);

impl Child {
    /// Starts a child that is to do this. The thread that calls it must live as long as the child shall.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(job: &str, input: impl Into<Stdio>, output: impl Into<Stdio>) -> io::Result<Self> {
        let executable = EXECUTABLE.get().ok_or_else(|| io::Error::other("no executable to start"))?;
        let mut command = Command::new(executable);
        command.args([MARK, &std::process::id().to_string(), job]);
        command.stdin(input).stdout(output).stderr(Stdio::null()).spawn().map(Child)
    }

    /// Its number with the system.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// What it reads, where that is a pipe that nobody has taken.
    pub fn take_input(&mut self) -> Option<ChildStdin> {
        self.0.stdin.take()
    }

    /// What it writes, where that is a pipe that nobody has taken.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        // It fails only when the child has ended already.
        let _ = self.0.kill();
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Waits until it has ended and lets the system forget it.
    pub fn collect(&mut self) -> End {
        let Ok(status) = self.0.wait() else { return End::Exit(0) };
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return End::Signal(signal);
        }
        End::Exit(status.code().unwrap_or_default())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Of one that was collected the system knows nothing any more, and nothing is asked of it.
        self.kill();
        self.collect();
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::io;
    use std::path::PathBuf;

    use rustix::process::{Signal, getppid, set_parent_process_death_signal};

    /// This executable, also when its file was moved or replaced meanwhile.
    pub(super) fn own_executable() -> Option<PathBuf> {
        Some("/proc/self/exe".into())
    }

    pub(super) fn die_with(parent: u32) -> io::Result<()> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // It may have ended before that held.
        if getppid().map(|pid| pid.as_raw_pid().cast_unsigned()) != Some(parent) {
            return Err(io::Error::other("the parent has ended"));
        }
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;
    use std::path::PathBuf;

    pub(super) fn own_executable() -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    /// The child finds out by itself: its files close.
    pub(super) fn die_with(_: u32) -> io::Result<()> {
        Ok(())
    }
}
