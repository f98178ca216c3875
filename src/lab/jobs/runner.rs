//! Who takes up the jobs of a hall. Each sort in a file of its own, behind the same contract: hand in every job in order,
//! let each be taken up once, come back when all have ended, and leave nobody behind.
//!
//! | runner | workers | where it comes from |
//! |---|---|---|
//! | [`row`] | one, number 0 | a thread of ours |
//! | [`threads`] | one a job, with its number | the operating system |
//! | [`pool`] | as many as the settings say | the thread pool of rayon |
//! | [`tasks`] | one a job, with its number | tokio, on one thread; all are awaited together, in order: `gather` |
//! | [`processes`] | one a job, or as many as the settings say | children of this executable |
//!
//! A pool is there before the first job is handed in; a thread or process for a job is started when that job is.

mod pool;
mod processes;
mod row;
mod tasks;
mod threads;

use std::sync::Arc;

use crate::experiment::Kind;
use crate::experiment::jobs::Runner;
use crate::lab::error::LabError;
use crate::platform::fault;

use super::hall::Hall;

/// Address space for a thread's stack. None of it is memory before it is touched.
const STACK: usize = 512 * 1024;

/// Runs all jobs.
///
/// # Errors
/// A worker can't be had. Whoever had been started is put away.
pub(super) fn run(hall: &Arc<Hall>) -> Result<(), LabError> {
    match hall.settings().runner {
        Runner::Row => row::run(hall),
        Runner::Threads => threads::run(hall),
        Runner::Pool => pool::run(hall),
        Runner::Tasks => tasks::run(hall),
        Runner::Process => processes::one_each(hall),
        Runner::ProcessPool => processes::pool(hall),
    }
}

/// The worker of this number, counted from 0, was refused.
fn refused(kind: Kind, number: usize, of: usize, why: &dyn std::fmt::Display) -> LabError {
    LabError::Start { kind, number: number + 1, of, why: why.to_string() }
}

/// A refusal that a test has asked for.
fn fault_at(number: usize) -> std::io::Result<()> {
    match fault::get().spawn {
        Some(at) if at == number => Err(std::io::Error::other("a fault was asked for")),
        _ => Ok(()),
    }
}
