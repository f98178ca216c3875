//! The lab: real workers, real memory, real locks.
//!
//! Workers are operating-system threads, the counter is one word of memory, the lock is a real lock. An increment
//! is a relaxed atomic load and a relaxed atomic store of one more: the two machine instructions of the plain race,
//! without undefined behaviour. The word carries whose store it is, so that everything said about lost updates
//! follows from what was read, and nothing is guessed.
//!
//! - [`batch`] makes runs one after another and hands each over whole: the door without a screen.
//! - [`live`] keeps one experiment going while everything about it is changed: the door with one.
//! - [`jobs`] runs what workers do besides counting.
//! - [`costs`] measures what workers themselves cost, by kind.
//!
//! What is absent: nothing here judges which updates were lost, and nothing here draws.

pub mod batch;
mod board;
mod control;
pub mod costs;
mod crew;
mod decode;
pub mod error;
mod gap;
mod hands;
pub mod jobs;
pub mod live;
pub mod loss;
mod meeting;
mod plan;
#[cfg(target_os = "linux")]
mod processes;
mod protection;
mod raw;
pub mod report;
mod ring;
mod seat;
mod threads;
mod word;
mod worker;

pub use protection::semaphore;

/// If this process was called to be a worker of the lab, it is that for all its life: to be asked before anything else.
#[must_use]
pub fn serve() -> Option<std::process::ExitCode> {
    #[cfg(target_os = "linux")]
    let served = processes::serve();
    // Where none can be had it is remembered all the same that this executable may be started as a child.
    #[cfg(not(target_os = "linux"))]
    let served = crate::platform::process::called_as_worker().map(|_| std::process::ExitCode::from(2));
    served.or_else(jobs::serve)
}
