//! Processes as workers: starting them from this executable, seeing them end, and ending with one's parent.
//!
//! A child is given two files in the place of its standard ones: the memory that it shares with its parent, and a bell
//! to ring. It inherits nothing else, and it never outlives the parent: the system kills it when the thread that started
//! it ends, however that comes.

use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The argument that makes this executable a worker. It comes first, followed by the worker's number and its parent's.
pub const MARK: &str = "--racescope-worker";

static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();

/// Says which executable is started as a worker: one that calls [`called_as_worker`] before anything else.
pub fn set_executable(path: impl Into<PathBuf>) {
    // Said twice, the first holds.
    let _ = EXECUTABLE.set(path.into());
}

/// What is started as a child: this executable, or what stands in for it.
///
/// # Errors
/// This executable was not made to be started as a child.
pub(super) fn executable() -> std::io::Result<PathBuf> {
    match EXECUTABLE.get() {
        Some(path) if path.as_os_str().is_empty() => std::env::current_exe(),
        Some(path) => Ok(path.clone()),
        None => Err(std::io::Error::other("this executable was not made to be started as a worker")),
    }
}

/// What a child was told on its command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// Which worker it is.
    pub number: u16,
    /// The process that started it.
    pub parent: u32,
}

/// Whether this process was started to be a worker. If it was not, it may start others of itself from now on.
#[must_use]
pub fn called_as_worker() -> Option<Called> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != MARK) {
        set_executable(imp::OWN_EXECUTABLE);
        return None;
    }
    let mut number = || arguments.next()?.to_str()?.parse::<u32>().ok();
    let (number, parent) = (number()?, number()?);
    Some(Called { number: u16::try_from(number).ok()?, parent })
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

/// Whether workers can be processes here.
///
/// # Errors
/// Says why they can't.
pub fn check() -> Result<(), Unsupported> {
    imp::check()?;
    match EXECUTABLE.get() {
        Some(_) => Ok(()),
        None => Err(Unsupported("this executable was not made to be started as a worker")),
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

#[cfg(target_os = "linux")]
pub use imp::{Bell, Child, become_worker, sleep_on, wake_all};

#[cfg(target_os = "linux")]
mod imp {
    use std::io;
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
    use rustix::process::{Pid, PidfdFlags, Signal, getppid, pidfd_open, set_parent_process_death_signal};
    use rustix::thread::futex;

    use super::super::shared::Region;
    use super::{Called, EXECUTABLE, End, MARK, Unsupported};

    /// This executable, also when its file was moved or replaced meanwhile.
    pub(super) const OWN_EXECUTABLE: &str = "/proc/self/exe";

    pub(super) fn check() -> Result<(), Unsupported> {
        Ok(())
    }

    /// What is rung when there is something to see: by a child, or in the parent by another thread.
    #[derive(Debug)]
    pub struct Bell(OwnedFd);

    impl Bell {
        /// # Errors
        /// What the system says.
        pub fn new() -> io::Result<Self> {
            Ok(Bell(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?))
        }

        /// Rings.
        pub fn ring(&self) {
            // It fails only when it has been rung 2⁶⁴ times unheard, and then it rings.
            let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
        }

        /// Waits until it rings or a child ends; says which have.
        pub fn wait<'a>(&self, children: impl Iterator<Item = (usize, &'a Child)>) -> Vec<usize> {
            let (numbers, watched): (Vec<usize>, Vec<&Child>) = children.unzip();
            let mut files = vec![PollFd::new(&self.0, PollFlags::IN)];
            files.extend(watched.iter().map(|child| PollFd::new(&child.watch, PollFlags::IN)));
            // Interrupted, it looks as if nothing had happened.
            let _ = poll(&mut files, None);
            let _ = rustix::io::read(&self.0, &mut [0; 8]);
            let ended = files[1..].iter().map(|file| !file.revents().is_empty());
            numbers.into_iter().zip(ended).filter_map(|(number, ended)| ended.then_some(number)).collect()
        }
    }

    /// A child process.
    #[derive(Debug)]
    pub struct Child {
        process: std::process::Child,
        watch: OwnedFd,
    }

    impl Child {
        /// Starts a worker of this number. The thread that calls this must live as long as the child shall.
        ///
        /// # Errors
        /// What the system says.
        pub fn start(number: u16, region: &Region, bell: &Bell) -> io::Result<Self> {
            let executable = EXECUTABLE.get().ok_or_else(|| io::Error::other("no executable to start"))?;
            let mut process = Command::new(executable)
                .arg(MARK)
                .arg(number.to_string())
                .arg(std::process::id().to_string())
                .stdin(Stdio::from(region.file().try_clone_to_owned()?))
                .stdout(Stdio::from(bell.0.try_clone()?))
                .stderr(Stdio::null())
                .spawn()?;
            match pidfd_open(Pid::from_child(&process), PidfdFlags::empty()) {
                Ok(watch) => Ok(Child { process, watch }),
                Err(why) => {
                    // It fails only when the child has ended already.
                    let _ = process.kill().and_then(|()| process.wait());
                    Err(why.into())
                }
            }
        }

        /// Its number with the system.
        #[must_use]
        pub fn id(&self) -> u32 {
            self.process.id()
        }

        /// Ends it at once.
        pub fn kill(&mut self) {
            // It fails only when the child has ended already.
            let _ = self.process.kill();
        }

        /// Waits until it has ended and lets the system forget it.
        pub fn collect(&mut self) -> End {
            match self.process.wait() {
                Ok(status) => match status.signal() {
                    Some(signal) => End::Signal(signal),
                    None => End::Exit(status.code().unwrap_or_default()),
                },
                Err(_) => End::Exit(0),
            }
        }
    }

    /// Child: takes the parent's memory and bell; dies with the parent from now on.
    ///
    /// # Errors
    /// What the system says, or that the parent is no more.
    pub fn become_worker(called: Called) -> io::Result<(Arc<Region>, Bell)> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // It may have ended before that held.
        if getppid().map(|pid| pid.as_raw_pid().cast_unsigned()) != Some(called.parent) {
            return Err(io::Error::other("the parent has ended"));
        }
        // What the keyboard sends to all of them is the parent's to answer.
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
            signal_hook::flag::register(signal, Arc::default())?;
        }
        let region = Region::open(copy(std::io::stdin().as_fd())?)?;
        Ok((region, Bell(copy(std::io::stdout().as_fd())?)))
    }

    fn copy(file: BorrowedFd<'_>) -> io::Result<OwnedFd> {
        file.try_clone_to_owned()
    }

    /// Sleeps until somebody calls [`wake_all`] on this word, but not if it no longer holds `seen`. May wake early.
    pub fn sleep_on(word: &AtomicU32, seen: u32, most: Option<Duration>) {
        let most = most.map(|most| Timespec {
            tv_sec: most.as_secs().cast_signed(),
            tv_nsec: most.subsec_nanos().into(),
        });
        // Whatever it says, who sleeps looks again.
        let _ = futex::wait(word, futex::Flags::empty(), seen, most.as_ref());
    }

    /// Wakes all who sleep on this word, in whichever process.
    pub fn wake_all(word: &AtomicU32) {
        let _ = futex::wake(word, futex::Flags::empty(), i32::MAX.cast_unsigned());
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::Unsupported;

    pub(super) const OWN_EXECUTABLE: &str = "";

    pub(super) fn check() -> Result<(), Unsupported> {
        Err(Unsupported("processes with shared memory are had on Linux only, so far"))
    }
}
