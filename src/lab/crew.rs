//! The crew: all workers of an experiment, whatever they are, and what the one who directs them can ask of them.
//!
//! ```text
//! hire → resize → begin_run → (gather → go_on | go_on_with | resize)* → at rest → begin_run → …
//! ```
//! Directing is one thread's business. Workers are *at rest* from their hiring on, once they have made all their
//! increments, and once they were gathered; what says "at rest" below holds only then.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::{Source, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Cores, Kind, Pace, Settings};
use crate::platform::{affinity, process};

use super::error::LabError;
use super::loss::Loss;
use super::meeting::Crash;
use super::plan::Clock;
#[cfg(target_os = "linux")]
use super::processes::Processes;
use super::seat::{Seat, Tally};
use super::tasks::Tasks;
use super::threads::Threads;
use super::word::Word;

/// Rung whenever all are at rest.
pub(super) type Bell = Box<dyn Fn() + Send + Sync>;

/// How much room each worker has for its record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rings {
    /// So many words.
    Each(usize),
    /// Enough for a window to look through: plenty for each of a few, less for each of many, 8 MiB at the most.
    Windows,
}

impl Rings {
    /// Words for the worker of this number.
    pub(super) fn words(self, number: usize) -> usize {
        match (self, number) {
            (Rings::Each(words), _) => words,
            (Rings::Windows, ..64) => 2_048,
            (Rings::Windows, 64..512) => 512,
            (Rings::Windows, _) => 64,
        }
    }
}

/// Workers of one kind. Whoever lets go of it sends them home, and waits for no more than what each has begun.
pub(super) trait Crew: Send {
    /// Has as many workers as this, started or sent home, at rest; seats stay. All must be at rest.
    ///
    /// # Errors
    /// When the system refuses a worker. The crew then is as large as it was.
    fn resize(&mut self, workers: u16) -> Result<(), LabError>;

    /// How many workers there are.
    fn len(&self) -> usize;

    /// Every seat that was ever taken: at least one a worker, by number.
    fn seats(&self) -> &[Arc<Seat>];

    /// Whether runs are watched from the next one on: waiting is clocked, every increment told at once.
    fn set_watched(&mut self, watched: bool);

    /// How far the workers are held back from now on, in the midst of what they do.
    fn hold(&self, pace: Pace, paused: bool, finish: bool);

    /// Lets one operation happen: this worker's, or that of whoever comes first.
    fn step(&self, worker: Option<Worker>);

    /// Lets those who are held back look up what was said by [`Crew::hold`] and [`Crew::step`].
    fn wake(&self);

    /// Begins a new run, the counter at 0. All must be at rest.
    fn begin_run(&mut self, run: u64, settings: Settings, record: bool);

    /// Goes on with the run as it was. All must be at rest. Gives what the counter holds before any of them moves: whoever
    /// asks for it afterwards may find what one has stored by then.
    fn go_on(&mut self) -> Word;

    /// Likewise with other settings, of a kind that can take over.
    fn go_on_with(&mut self, settings: Settings) -> Word;

    /// Calls all to rest and waits until they are: each ends the increment it has begun, and nobody is held back or
    /// minds a gap meanwhile.
    fn gather(&self);

    /// Waits until all have made their increments.
    fn wait(&self);

    /// The same, but no longer than this; says whether all are at rest.
    fn wait_for(&self, most: Duration) -> bool;

    /// Whether all are at rest.
    fn is_at_rest(&self) -> bool;

    /// Workers that crashed since this was asked last.
    fn take_crashes(&self) -> Vec<Crash>;

    /// Before a new run: whoever was lost in the one before may be replaced when there is a [`Crew::resize`].
    fn renew(&mut self) {}

    /// Whether somebody was lost who has not been looked after: [`Crew::gather`] does, and then the run can go on.
    fn has_lost(&self) -> bool {
        false
    }

    /// Workers that were lost since this was asked last.
    fn take_losses(&self) -> Vec<Loss> {
        Vec::new()
    }

    /// The process that each worker is, where they are processes; 0 for one that there is none of.
    fn pids(&self) -> Vec<u32> {
        Vec::new()
    }

    /// The counter's word as it stands.
    fn word(&self) -> Word;

    /// Whose store the counter's value is. Under fetch-and-adds, which leave the word's provenance as it was, that is
    /// known for sure only while all are at rest.
    fn last_author(&self) -> Source;

    /// The clock of the run that was begun last.
    fn clock(&self) -> Option<Clock>;

    /// Most workers that were inside the protection at once, since the settings were changed last.
    fn most_holders(&self) -> Option<u16>;

    /// Of a run that is watched: the increments that each had completed when the first one was done.
    fn progress(&self) -> Vec<u32>;

    /// Counts of the present run, all workers together. Exact while all are at rest.
    fn counts(&self) -> Counts {
        let mut counts = Counts { survived: u64::from(self.word().value()), ..Counts::default() };
        for seat in self.seats() {
            counts.completed += u64::from(seat.tally.completed.load(Ordering::Relaxed));
            counts.hand_overs += seat.tally.hand_overs.load(Ordering::Relaxed);
            counts.retries += seat.tally.retries.load(Ordering::Relaxed);
        }
        counts
    }

    /// From the first worker's leaving the barrier to the last one's coming to rest, in nanoseconds.
    fn nanos(&self) -> u64 {
        let tallies = || self.seats().iter().map(|seat| &*seat.tally);
        let began = tallies().map(|tally: &Tally| tally.began.load(Ordering::Relaxed)).min().unwrap_or(0);
        let ended = tallies().map(|tally: &Tally| tally.ended.load(Ordering::Relaxed)).max().unwrap_or(0);
        ended.saturating_sub(began)
    }
}

/// A crew of nobody.
///
/// # Errors
/// Workers of this kind can't be had here.
pub(super) fn hire(kind: Kind, pace: Pace, rings: Rings, bell: Bell) -> Result<Box<dyn Crew>, LabError> {
    match kind {
        Kind::Thread => Ok(Box::new(Threads::new(pace, rings, bell))),
        Kind::Process { .. } => check_kind(kind).and_then(|()| processes(kind, pace, rings, bell)),
        Kind::Task { .. } => Ok(Box::new(Tasks::new(pace, rings, bell)?)),
    }
}

/// Whether workers can be of this kind here.
///
/// # Errors
/// Says why they can't.
pub fn check_kind(kind: Kind) -> Result<(), LabError> {
    match kind {
        Kind::Process { .. } => process::check().map_err(|why| LabError::Processes(why.to_string())),
        Kind::Thread | Kind::Task { .. } => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn processes(kind: Kind, pace: Pace, rings: Rings, bell: Bell) -> Result<Box<dyn Crew>, LabError> {
    Ok(Box::new(Processes::new(kind, pace, rings, bell)?))
}

#[cfg(not(target_os = "linux"))]
fn processes(kind: Kind, _: Pace, _: Rings, _: Bell) -> Result<Box<dyn Crew>, LabError> {
    Err(LabError::Kind(kind))
}

/// Whether the workers can be put where the settings want them.
///
/// # Errors
/// Says why this platform can't.
pub(super) fn check_cores(cores: Cores) -> Result<(), LabError> {
    match cores {
        Cores::All => Ok(()),
        Cores::One => affinity::check().map_err(|why| LabError::Cores(why.to_string())),
    }
}
