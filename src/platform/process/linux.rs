//! Children that share memory with their parent and are watched: they are given the memory and a bell in the place of
//! their standard files. Words in that memory can be slept on.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open, waitid};
use rustix::thread::futex;

use super::super::shared::Region;
use super::{Child, End};

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
    pub fn wait<'a>(&self, children: impl Iterator<Item = (usize, &'a Watched)>) -> Vec<usize> {
        let (numbers, watched): (Vec<usize>, Vec<&Watched>) = children.unzip();
        let mut files = vec![PollFd::new(&self.0, PollFlags::IN)];
        files.extend(watched.iter().map(|child| PollFd::new(&child.watch, PollFlags::IN)));
        // Interrupted, it looks as if nothing had happened.
        let _ = poll(&mut files, None);
        let _ = rustix::io::read(&self.0, &mut [0; 8]);
        let ended = files[1..].iter().map(|file| !file.revents().is_empty());
        numbers.into_iter().zip(ended).filter_map(|(number, ended)| ended.then_some(number)).collect()
    }
}

/// A child whose end can be waited for along with others'.
#[derive(Debug)]
pub struct Watched {
    child: Child,
    watch: OwnedFd,
}

impl Watched {
    /// Starts a child that is to do this with this memory and bell; see [`Child::start`].
    ///
    /// # Errors
    /// What the system says.
    pub fn start(job: &str, region: &Region, bell: &Bell) -> io::Result<Self> {
        let memory = Stdio::from(region.file().try_clone_to_owned()?);
        let child = Child::start(job, memory, Stdio::from(bell.0.try_clone()?))?;
        // It fails only when the child has ended already.
        let watch = pidfd_open(Pid::from_child(&child.0), PidfdFlags::empty())?;
        Ok(Watched { child, watch })
    }

    /// Its number with the system.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        self.child.kill();
    }

    /// Waits until it has ended and lets the system forget it.
    pub fn collect(&mut self) -> End {
        self.child.collect()
    }
}

/// Ends a child of ours that somebody has stopped, so that it does not even see that it is called; says whether it
/// was one.
#[must_use]
pub fn end_if_stopped(child: u32) -> bool {
    let Some(pid) = i32::try_from(child).ok().and_then(Pid::from_raw) else { return false };
    // Left as it is, so that whoever asks next sees it, too.
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let stopped = matches!(waitid(WaitId::Pid(pid), options), Ok(Some(status)) if status.stopped());
    stopped && kill_process(pid, Signal::KILL).is_ok()
}

/// Child: the parent's memory and bell.
///
/// # Errors
/// What the system says; also when it was given something else.
pub fn inherited() -> io::Result<(Arc<Region>, Bell)> {
    let region = Region::open(io::stdin().as_fd().try_clone_to_owned()?)?;
    Ok((region, Bell(io::stdout().as_fd().try_clone_to_owned()?)))
}

/// Sleeps until somebody calls [`wake_all`] on this word, but not if it no longer holds `seen`. May wake early.
pub fn sleep_on(word: &AtomicU32, seen: u32, most: Option<Duration>) {
    let most = most
        .map(|most| Timespec { tv_sec: most.as_secs().cast_signed(), tv_nsec: most.subsec_nanos().into() });
    // Whatever it says, who sleeps looks again.
    let _ = futex::wait(word, futex::Flags::empty(), seen, most.as_ref());
}

/// Wakes all who sleep on this word, in whichever process.
pub fn wake_all(word: &AtomicU32) {
    let _ = futex::wake(word, futex::Flags::empty(), i32::MAX.cast_unsigned());
}
