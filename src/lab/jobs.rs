//! Jobs: what workers do besides counting, run by workers of every sort.
//!
//! ```text
//! deed       what a job does: say, compute, sleep, download; one async function each, the same whoever runs it
//! hands      what a deed may do while it is made: say, sleep, wait for a permit, be called off
//! hall       where the jobs of a run lie: who may take which up, what happened to each, in order of time
//! runner     who takes them up: in a row, threads, a pool of them, tasks, processes, a pool of them
//! ```
//! # The contract
//! - A **deed** does its work in [`Deed::make`](deed::Deed::make), awaits only through its [`Hands`](hands::Hands), and looks
//!   now and then whether it was called off. A thread that makes it waits in its place; a task lets others go on. A new kind
//!   of job is a file beside `deed/say.rs`, a variant of [`Deed`], and `run` with a [`Load`] of them.
//! - A **runner** hands in every job in order, sees to it that each is taken up by one worker at the most, and comes back when
//!   all have ended. Nothing that happens to one job, a panic or the death of its process included, keeps it from that.
//! - The **hall** is why the accounts add up: a job goes from queued to running to ended, each step once and told once.
//!
//! Times are taken in this process, under the lock under which events are put in order: what a child process does is told
//! when we hear of it, the way through its pipe included.

mod block_on;
mod child;
pub mod deed;
mod downloads;
mod hall;
pub mod hands;
mod leash;
pub mod live;
mod row;
mod runner;
mod wire;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::event::download::Served;
use crate::event::jobs::{Job, JobEvent};
use crate::experiment::Work;
use crate::experiment::jobs::{InRow, JobSettings, Outcome, Runner};
use crate::platform::affinity;

use super::download::server::Server;
use super::download::target::Target;
use super::error::LabError;
pub use deed::Deed;
use hall::Hall;

pub(super) use child::serve;

/// How often a run is asked whether to stop.
const ASKED: Duration = Duration::from_millis(10);

/// The jobs of a run, and who is to run them.
#[derive(Clone, Debug)]
pub struct Load {
    /// Who runs them, where, and which one crashes.
    pub settings: JobSettings,
    /// What each does, in the order in which they are handed in.
    pub deeds: Vec<Deed>,
    /// How many may hold a permit at once, for deeds that ask for one.
    pub permits: Option<u16>,
    /// The server of our own, where they download from it: for one run.
    pub server: Option<Arc<Server>>,
}

impl Load {
    /// The jobs that these settings describe; with a new server of our own, if they are to download.
    ///
    /// # Errors
    /// A setting out of its range, or no server.
    pub fn new(settings: JobSettings) -> Result<Load, LabError> {
        if settings.work == Work::Download {
            return Load::download(settings, &[]);
        }
        settings.check()?;
        Ok(Load { settings, deeds: deed::of(&settings), permits: None, server: None })
    }

    /// Downloads from these targets in turn, or from a new server of our own if there are none.
    ///
    /// # Errors
    /// A setting out of its range, or no server.
    pub fn download(settings: JobSettings, targets: &[Target]) -> Result<Load, LabError> {
        settings.check()?;
        downloads::load(settings, targets)
    }

    /// The same jobs for one worker, one after another, none of which crashes; from a server that has nothing else to do.
    /// `None` for downloads from others, whom nobody asks twice.
    fn in_row(&self) -> Option<Load> {
        let settings = self.settings.load();
        match (settings.work, &self.server) {
            (Work::Download, Some(_)) => Load::new(settings).ok(),
            (Work::Download, None) => None,
            _ => Some(Load { settings, ..self.clone() }),
        }
    }
}

/// A run of jobs while it goes on: any thread may watch it and call jobs off.
#[derive(Clone, Debug)]
pub struct Run {
    hall: Arc<Hall>,
}

impl Run {
    /// A run that has not begun.
    #[must_use]
    pub fn new(load: Load) -> Run {
        Run { hall: Arc::new(Hall::new(load)) }
    }

    /// Runs all jobs and comes back when each has ended. For one thread, once.
    ///
    /// # Errors
    /// A worker or its place could not be had; whoever had been started is put away, and no job is under way.
    pub fn go(&self) -> Result<Outcome, LabError> {
        let settings = self.hall.settings();
        if settings.cores == crate::experiment::Cores::One {
            affinity::check().map_err(|why| LabError::Cores(why.to_string()))?;
        }
        if settings.work == Work::Download {
            downloads::make_room(self.hall.load())?;
        }
        let made = runner::run(&self.hall);
        if let Some(server) = &self.hall.load().server {
            server.close();
        }
        made?;
        if let Some(why) = self.hall.complaint() {
            return Err(why);
        }
        let row = if settings.runner == Runner::Row { InRow::Itself } else { InRow::Unknown };
        Ok(Outcome {
            nanos: self.hall.nanos(),
            row,
            stopped: self.hall.was_stopped(),
            replaced: self.hall.replaced(),
        })
    }

    /// The same in a thread of its own, while this is asked every hundredth of a second whether to call off all that has not
    /// ended.
    ///
    /// # Errors
    /// As there, or that there is no thread.
    pub fn go_unless(&self, stop: &dyn Fn() -> bool) -> Result<Outcome, LabError> {
        let caller = thread::current();
        thread::scope(|scope| {
            let work = move || {
                let made = self.go();
                caller.unpark();
                made
            };
            let going = thread::Builder::new().name("job run".into()).spawn_scoped(scope, work);
            let going =
                going.map_err(|why| LabError::Process(format!("the run could not be started: {why}")))?;
            while !going.is_finished() {
                if stop() {
                    self.call_off(None);
                }
                thread::park_timeout(ASKED);
            }
            going
                .join()
                .unwrap_or_else(|_| Err(LabError::Process("the run crashed: a mistake of ours".into())))
        })
    }

    /// What has happened since this was asked last, in order of time.
    #[must_use]
    pub fn take_events(&self) -> Vec<JobEvent> {
        self.hall.take_events()
    }

    /// Nanoseconds since the first job was handed in; 0 before.
    #[must_use]
    pub fn elapsed(&self) -> u64 {
        self.hall.elapsed()
    }

    /// What the server of our own has counted so far, if there is one; it counts nothing after the run.
    #[must_use]
    pub fn served(&self) -> Option<Served> {
        self.hall.load().server.as_ref().map(|server| server.served())
    }

    /// Calls off one job, or all that have not ended.
    pub fn call_off(&self, job: Option<Job>) {
        match job {
            Some(job) => self.hall.call_off(job),
            None => self.hall.call_off_all(),
        }
    }
}

/// Measures the same work in a row: after a run, so that neither disturbs the other.
///
/// `most` is how long that may take; beyond it the rest is inferred. `stop` is asked between two jobs.
#[must_use]
pub fn in_row(load: &Load, most: Duration, stop: &dyn Fn() -> bool) -> InRow {
    if load.settings.runner == Runner::Row {
        return InRow::Itself;
    }
    load.in_row().map_or(InRow::Unknown, |load| row::measure(load, most, stop))
}
