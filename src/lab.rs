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
mod counter;
mod crew;
mod decode;
pub mod desk;
pub mod download;
pub mod error;
mod gap;
mod hands;
pub mod jobs;
pub mod live;
pub mod loss;
mod meeting;
mod own;
mod plan;
#[cfg(target_os = "linux")]
mod processes;
mod protection;
mod raw;
pub mod report;
mod ring;
mod seat;
mod tasks;
mod threads;
mod word;
mod worker;

pub use crew::check_kind;
pub use protection::semaphore;

/// If this process was called to be a child of the lab, a worker, one that makes jobs or one that is measured, it is that for all its life: to
/// be asked before anything else.
#[must_use]
pub fn serve() -> Option<std::process::ExitCode> {
    let called = crate::platform::process::called()?;
    if called.obey().is_err() {
        // Nobody is there to be told why not.
        return Some(std::process::ExitCode::from(2));
    }
    #[cfg(target_os = "linux")]
    if let Some(code) = processes::serve(&called.job) {
        return Some(code);
    }
    jobs::serve(&called.job).or_else(|| Some(costs::serve(&called.job)))
}
