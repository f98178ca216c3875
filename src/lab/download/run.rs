//! A run: all transfers of an experiment, by whoever is to make them, from the first to the last.
//!
//! ```text
//! Plan ──▶ workers: permit ─▶ connecting ─▶ asking ─▶ receiving ──▶ journal ──▶ whoever watches
//! ```
//!
//! A permit is taken before a transfer begins and given back after its end has been written down: whoever counts the
//! transfers between their first stage and their end never counts more than there are permits.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Builder;

use super::client::{Blocking, Cancel, Cancelled, Ended, Terms, transfer};
use super::gate::Gate;
use super::journal::Journal;
use super::server::{NoServer, Server, Setup};
use super::target::Target;
use crate::event::Worker;
use crate::event::download::{Fate, Fault, Served, Stage};
use crate::event::jobs::{Cause, Job, JobEvent, JobOp};
use crate::experiment::SettingError;
use crate::experiment::download::DownloadSettings;
use crate::experiment::jobs::Runner;
use crate::platform::files;

/// How often a run looks whether it is to stop, at least.
const LOOK: Duration = Duration::from_millis(10);
/// The name of the threads that download.
pub const THREAD: &str = "download";
/// Files that the program needs besides those of the transfers.
const OTHER_FILES: u64 = 64;
/// Files of a thread that downloads: what its runtime waits with.
const FILES_OF_A_THREAD: u64 = 4;

/// What is downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How.
    pub settings: DownloadSettings,
    /// From where, in turn; from the server of our own if there is nothing here.
    pub targets: Vec<Target>,
}

/// What a run came to, beside what happened to each transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// From handing in the first transfer to the end of the last, in nanoseconds.
    pub nanos: u64,
    /// Whether it was cancelled.
    pub stopped: bool,
    /// What the server of our own counted.
    pub served: Option<Served>,
    /// What it was to do with each transfer; empty where others were asked.
    pub fates: Vec<Fate>,
}

/// Why there is no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRun {
    /// A setting is out of its range.
    Setting(SettingError),
    /// There is no server.
    Server(NoServer),
    /// A thread could not be started: the which, of how many, and what the system said.
    Thread(u16, u16, String),
    /// So many transfers at once need more open files than the system allows.
    Files {
        /// Files that are needed.
        needed: u64,
        /// Files that are allowed.
        allowed: u64,
    },
}

impl fmt::Display for NoRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoRun::Setting(why) => why.fmt(f),
            NoRun::Server(NoServer(why)) => {
                write!(f, "the server of our own could not be started: {why}; use --url for another")
            }
            NoRun::Thread(number, of, why) => {
                write!(f, "thread {number} of {of} could not be started: {why}; use fewer, or --runner tasks")
            }
            NoRun::Files { needed, allowed } => write!(
                f,
                "so many transfers at once need {needed} open files, and the system allows {allowed}; use --permits for \
                 fewer at once, or raise the limit (ulimit -n)"
            ),
        }
    }
}

impl std::error::Error for NoRun {}

impl From<SettingError> for NoRun {
    fn from(why: SettingError) -> Self {
        NoRun::Setting(why)
    }
}

/// What the workers of a run share.
#[derive(Debug)]
struct Desk {
    targets: Vec<Target>,
    transfers: u32,
    terms: Terms,
    gate: Gate,
    journal: Journal,
    cancel: Cancel,
    /// The first transfer that no worker has taken up.
    next: AtomicU32,
}

/// Makes every transfer of a plan, and comes back when all have ended. `told` hears what happened, in order of time, a
/// hundredth of a second later at most; `stop` is asked as often whether to call off what has not ended.
///
/// # Errors
/// There is no run, and why.
pub fn run(plan: &Plan, stop: &dyn Fn() -> bool, told: &mut dyn FnMut(&JobEvent)) -> Result<Run, NoRun> {
    let settings = &plan.settings;
    settings.check()?;
    make_room(settings)?;
    let (server, fates) = if plan.targets.is_empty() {
        let delay = Duration::from_millis(settings.delay.into());
        let server = Server::start(Setup { delay, capacity: settings.capacity }).map_err(NoRun::Server)?;
        (Some(server), settings.fates())
    } else {
        (None, Vec::new())
    };
    let limit = Duration::from_millis(settings.limit.into());
    let desk = Arc::new(Desk {
        targets: match &server {
            Some(server) => {
                let target = |(number, fate): (u32, &Fate)| server.target(*fate, settings.bytes, number);
                (0..).zip(&fates).map(target).collect()
            }
            None => plan.targets.clone(),
        },
        transfers: settings.transfers,
        terms: if server.is_some() { Terms::of_our_own(limit) } else { Terms::of_others(limit) },
        gate: Gate::new(settings.permits),
        journal: Journal::new(),
        cancel: Cancel::default(),
        next: AtomicU32::new(0),
    });
    for job in 0..settings.transfers {
        desk.journal.tell(Job(job), None, JobOp::Queued);
    }
    let (workers, refused) = start(&desk, settings);
    let mut stopped = refused.is_some();
    if stopped {
        desk.cancel.cancel();
    }
    loop {
        let all_ended = workers.iter().all(JoinHandle::is_finished);
        desk.journal.read(if all_ended { Duration::ZERO } else { LOOK }).iter().for_each(&mut *told);
        if all_ended {
            break;
        }
        if !stopped && stop() {
            stopped = true;
            desk.cancel.cancel();
        }
    }
    for worker in workers {
        // It has ended, and whatever made it panic has been written down as a transfer's end.
        let _ = worker.join();
    }
    if let Some(why) = refused {
        return Err(why);
    }
    let nanos = desk.journal.last();
    Ok(Run { nanos, stopped, served: server.map(Server::stop), fates })
}

/// Sees to it that there may be as many open files as the transfers need.
fn make_room(settings: &DownloadSettings) -> Result<(), NoRun> {
    let threads = if settings.runner == Runner::Tasks { 1 } else { settings.crew() };
    let needed = 2 * u64::from(settings.at_once()) + FILES_OF_A_THREAD * u64::from(threads) + OTHER_FILES;
    files::make_room(needed).map_err(|allowed| NoRun::Files { needed, allowed })
}

/// Starts the threads, up to the one that is refused.
fn start(desk: &Arc<Desk>, settings: &DownloadSettings) -> (Vec<JoinHandle<()>>, Option<NoRun>) {
    let mut started = Vec::new();
    let is_tasks = settings.runner == Runner::Tasks;
    let threads = if is_tasks { 1 } else { settings.crew() };
    for number in 0..threads {
        let desk = Arc::clone(desk);
        let work = move || if is_tasks { tasks(&desk) } else { worker(&desk, Worker(number)) };
        match thread::Builder::new().name(THREAD.into()).spawn(work) {
            Ok(thread) => started.push(thread),
            Err(why) => return (started, Some(NoRun::Thread(number + 1, threads, why.to_string()))),
        }
    }
    (started, None)
}

/// A thread that downloads, one transfer after another, until there is none left.
fn worker(desk: &Desk, worker: Worker) {
    let client = Blocking::new();
    let mut cancelled = desk.cancel.token();
    loop {
        let job = desk.next.fetch_add(1, Ordering::Relaxed);
        if job >= desk.transfers {
            return;
        }
        let job = Job(job);
        match &client {
            Ok(client) => {
                let one = || client.block_on(one(desk, job, worker, &mut cancelled));
                if catch_unwind(AssertUnwindSafe(one)).is_err() {
                    desk.journal.tell(job, Some(worker), JobOp::Failed(Cause::Panicked));
                }
            }
            Err(why) => desk.refused(job, worker, why),
        }
    }
}

/// The thread of the tasks: all transfers at once, a task each.
fn tasks(desk: &Arc<Desk>) {
    let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(why) => return (0..desk.transfers).for_each(|job| desk.refused(Job(job), worker_of(job), &why)),
    };
    runtime.block_on(async {
        let task = |job| {
            let desk = Arc::clone(desk);
            tokio::spawn(async move { one(&desk, Job(job), worker_of(job), &mut desk.cancel.token()).await })
        };
        let tasks: Vec<_> = (0..desk.transfers).map(task).collect();
        for (job, task) in (0..).zip(tasks) {
            if task.await.is_err() {
                desk.journal.tell(Job(job), Some(worker_of(job)), JobOp::Failed(Cause::Panicked));
            }
        }
    });
    // A name that is still being looked up holds up nobody.
    runtime.shutdown_background();
}

/// The task that makes a transfer; there are no more of them than numbers of workers.
fn worker_of(job: u32) -> Worker {
    Worker(u16::try_from(job).unwrap_or(u16::MAX))
}

/// One transfer, from its worker's taking it up to its end.
async fn one(desk: &Desk, job: Job, worker: Worker, cancelled: &mut Cancelled) {
    let tell = |op| desk.journal.tell(job, Some(worker), op);
    if cancelled.is_cancelled() {
        return desk.journal.tell(job, None, JobOp::Cancelled);
    }
    tell(JobOp::Begin { process: None });
    let pass = tokio::select! {
        biased;
        () = cancelled.wait() => None,
        pass = desk.gate.enter(|| tell(JobOp::Await), || tell(JobOp::Wake)) => Some(pass),
    };
    let Some(pass) = pass else { return tell(JobOp::Cancelled) };
    let target = &desk.targets[job.index() % desk.targets.len()];
    let mut stage = |stage: Stage| tell(JobOp::Stage(stage));
    tell(match transfer(target, desk.terms, cancelled, &mut stage).await {
        Ok(bytes) => JobOp::Done(bytes),
        Err(Ended::Failed(fault)) => JobOp::Failed(Cause::Transfer(fault)),
        Err(Ended::Cancelled) => JobOp::Cancelled,
    });
    drop(pass);
}

impl Desk {
    /// A transfer that can't even be tried, because the system has nothing to wait with.
    fn refused(&self, job: Job, worker: Worker, why: &std::io::Error) {
        self.journal.tell(job, Some(worker), JobOp::Begin { process: None });
        let fault = Fault::System(why.raw_os_error());
        self.journal.tell(job, Some(worker), JobOp::Failed(Cause::Transfer(fault)));
    }
}

#[cfg(test)]
mod tests;
