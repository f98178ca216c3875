//! What a deed may do while it is made. All that differs between threads, tasks and processes is here: who waits, and who
//! is told.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::event::jobs::{Cause, JobOp, Text};
use crate::platform::affinity;

use super::leash::Leash;

/// How often a job tells at the most that it goes on on another core: what is told is kept.
const MOVES: u32 = 1_000;

/// Why a deed ends without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It was called off.
    CalledOff,
    /// It failed.
    Failed(Cause),
}

/// Who waits while a deed awaits something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The thread that makes it, and everything else in that thread.
    Thread,
    /// Only the deed: it is a task of a runtime, with its timers, and others go on.
    Task,
}

/// How a job crashes that is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crash {
    /// It panics.
    Panic,
    /// It takes its process with it.
    Abort,
}

/// Who is told what happens to a job.
pub(super) trait Teller: Sync {
    /// Takes the news of it.
    fn tell(&self, op: JobOp);
}

/// The hands of the worker that makes a deed.
pub struct Hands<'a> {
    pub(super) teller: &'a dyn Teller,
    pub(super) leash: &'a Leash,
    pub(super) way: Way,
    pub(super) permits: Option<&'a Semaphore>,
    pub(super) crash: Option<Crash>,
    /// The permit that the deed holds. It goes with the hands, so after the job's end has been told: whoever counts the
    /// jobs that hold one never counts more than there are.
    pub(super) held: Mutex<Option<SemaphorePermit<'a>>>,
    /// Where it was when it was asked last.
    core: AtomicU32,
    moves: AtomicU32,
}

impl<'a> Hands<'a> {
    pub(super) fn new(teller: &'a dyn Teller, leash: &'a Leash, way: Way, crash: Option<Crash>) -> Self {
        let (core, moves) = (AtomicU32::new(here()), AtomicU32::new(0));
        Hands { teller, leash, way, permits: None, crash, held: Mutex::default(), core, moves }
    }

    /// Who waits while it awaits something.
    #[must_use]
    pub fn way(&self) -> Way {
        self.way
    }

    /// Says a text: it is heard at once, and before anything that is said later.
    pub fn say(&self, text: &str) {
        self.teller.tell(JobOp::Say(Text::new(text)));
    }

    /// Tells what else happens to the job, short of its end.
    pub fn tell(&self, op: JobOp) {
        debug_assert!(!op.is_end(), "the end is told by whoever runs the job");
        self.teller.tell(op);
    }

    /// Goes on, unless it was called off. To be asked between two pieces of computing, a millisecond apart at the most.
    ///
    /// # Errors
    /// That it was called off.
    #[inline]
    pub fn check(&self) -> Result<(), Halt> {
        if self.leash.is_off() {
            return Err(Halt::CalledOff);
        }
        let core = here();
        if self.core.load(Ordering::Relaxed) != core {
            self.core.store(core, Ordering::Relaxed);
            if self.moves.fetch_add(1, Ordering::Relaxed) < MOVES {
                self.teller.tell(JobOp::Wake);
            }
        }
        Ok(())
    }

    /// Sleeps; not even a task's turn passes where there is no time to sleep.
    ///
    /// # Errors
    /// That it was called off meanwhile.
    pub async fn sleep(&self, long: Duration) -> Result<(), Halt> {
        self.check()?;
        if long.is_zero() {
            return Ok(());
        }
        self.teller.tell(JobOp::Sleep(u64::try_from(long.as_nanos()).unwrap_or(u64::MAX)));
        let slept = match self.way {
            Way::Thread => self.leash.sleep(long),
            Way::Task => tokio::time::timeout(long, self.leash.off()).await.is_err(),
        };
        if !slept {
            return Err(Halt::CalledOff);
        }
        self.teller.tell(JobOp::Wake);
        Ok(())
    }

    /// Waits for a permit, if permits are counted in this run, and holds it until the job has ended. Who does not have to
    /// wait tells nobody.
    ///
    /// # Errors
    /// That it was called off meanwhile.
    pub async fn hold_permit(&self) -> Result<(), Halt> {
        self.check()?;
        let Some(permits) = self.permits else { return Ok(()) };
        let permit = match permits.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => {
                self.teller.tell(JobOp::Await);
                // It is never closed.
                let permit = self.unless_called_off(permits.acquire()).await?.ok();
                self.teller.tell(JobOp::Wake);
                permit
            }
        };
        *self.held.lock() = permit;
        Ok(())
    }

    /// Awaits something, but no longer than until the job is called off; then that something is dropped.
    ///
    /// # Errors
    /// That it was called off first.
    pub async fn unless_called_off<T>(&self, future: impl Future<Output = T>) -> Result<T, Halt> {
        let (mut future, mut off) = (pin!(future), pin!(self.leash.off()));
        poll_fn(|context| {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(value));
            }
            off.as_mut().poll(context).map(|()| Err(Halt::CalledOff))
        })
        .await
    }

    /// Whether this job is to crash in its midst.
    pub(super) fn is_to_crash(&self) -> bool {
        self.crash.is_some()
    }

    /// The job is in its midst: where one crashes that is to. Such a panic is asked for, and no hook is told of it.
    pub(super) fn midst(&self) {
        match self.crash {
            None => {}
            Some(Crash::Panic) => std::panic::resume_unwind(Box::new("a crash was asked for")),
            Some(Crash::Abort) => std::process::abort(),
        }
    }
}

/// The core, as a number that can be compared.
#[inline]
fn here() -> u32 {
    affinity::current_core().map_or(u32::MAX, u32::from)
}
