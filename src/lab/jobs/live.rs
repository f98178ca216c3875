//! Jobs in the background, for whoever must not wait: orders in, reports out, one run at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::{Load, Run, in_row};
use crate::event::download::Served;
use crate::event::jobs::{Job, JobEvent};
use crate::experiment::jobs::{InRow, JobSettings, Outcome};

/// The name of the thread that directs them.
pub const THREAD: &str = "jobs";
/// How long the same work in a row may take.
const MOST_IN_ROW: Duration = Duration::from_secs(5);

/// What is asked of the service.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Call off what is going on, then run jobs of these settings. The number, greater than all before, comes back with
    /// everything that is said about them.
    Start(u64, JobSettings),
    /// Call off one job, or all.
    CallOff(Option<Job>),
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It goes on, or is about to.
    Running,
    /// All jobs have ended; the same work is being made in a row.
    InRow(Outcome),
    /// That is over too.
    Ended(Outcome),
    /// It could not be, or not go on; why.
    Failed(String),
}

/// What the service says of the run of this number.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which run.
    pub number: u64,
    /// What has happened since the report before, in order of time.
    pub events: Vec<JobEvent>,
    /// Nanoseconds since the first job was handed in.
    pub elapsed: u64,
    /// What the server of our own has counted, where there is one.
    pub served: Option<Served>,
    /// How far it is.
    pub phase: Phase,
}

/// The run that is spoken of.
#[derive(Debug)]
struct Current {
    number: u64,
    run: Run,
    phase: Phase,
    /// Whether the phase has not been told.
    is_news: bool,
}

#[derive(Debug, Default)]
struct Desk {
    waiting: Option<(u64, JobSettings)>,
    /// A run that could not be begun, and why.
    refused: Option<(u64, String)>,
    current: Option<Current>,
    /// The last run that was asked for.
    newest: u64,
    /// All runs up to this one are to end, whether they have begun or not; so is their measuring in a row.
    called_off: u64,
    is_closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    bell: Condvar,
}

/// The runs of jobs of a program. Dropping it calls off the one that is going on, without waiting for it.
#[derive(Debug, Default)]
pub struct Service {
    shared: Arc<Shared>,
    has_thread: bool,
}

impl Service {
    /// Passes an order on. Never waits.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Start(number, settings) => self.start(number, settings),
            Order::CallOff(job) => {
                let mut desk = self.shared.desk.lock();
                if job.is_none() {
                    desk.called_off = desk.newest;
                }
                if let Some(current) = &desk.current {
                    current.run.call_off(job);
                }
            }
        }
    }

    fn start(&mut self, number: u64, settings: JobSettings) {
        if !self.has_thread {
            let shared = Arc::clone(&self.shared);
            if let Err(why) = thread::Builder::new().name(THREAD.into()).spawn(move || work(&shared)) {
                self.shared.desk.lock().refused =
                    Some((number, format!("the thread that directs jobs could not be started: {why}")));
                return;
            }
            self.has_thread = true;
        }
        let mut desk = self.shared.desk.lock();
        (desk.called_off, desk.newest) = (desk.newest, number);
        if let Some(current) = &desk.current {
            current.run.call_off(None);
        }
        desk.waiting = Some((number, settings));
        self.shared.bell.notify_all();
    }

    /// The next thing that is said, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        let mut desk = self.shared.desk.lock();
        if let Some((number, why)) = desk.refused.take() {
            let phase = Phase::Failed(why);
            return Some(Report { number, events: Vec::new(), elapsed: 0, phase, served: None });
        }
        let current = desk.current.as_mut()?;
        // In this order: what was told before the phase changed is in the events.
        let phase = current.phase.clone();
        let events = current.run.take_events();
        if events.is_empty() && !std::mem::take(&mut current.is_news) {
            return None;
        }
        current.is_news = false;
        let elapsed = match &phase {
            Phase::Running => current.run.elapsed(),
            Phase::InRow(outcome) | Phase::Ended(outcome) => outcome.nanos,
            Phase::Failed(_) => 0,
        };
        let served = current.run.served();
        Some(Report { number: current.number, events, elapsed, served, phase })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let mut desk = self.shared.desk.lock();
        (desk.is_closed, desk.called_off) = (true, u64::MAX);
        if let Some(current) = &desk.current {
            current.run.call_off(None);
        }
        self.shared.bell.notify_all();
    }
}

/// The directing thread: one run after another until the service is dropped.
fn work(shared: &Shared) {
    loop {
        let mut desk = shared.desk.lock();
        let (number, settings) = loop {
            if desk.is_closed {
                return;
            }
            match desk.waiting.take() {
                Some(next) => break next,
                None => shared.bell.wait(&mut desk),
            }
        };
        drop(desk);
        let load = Load::new(settings);
        let mut desk = shared.desk.lock();
        let load = match load {
            Ok(load) => load,
            Err(why) => {
                desk.refused = Some((number, why.to_string()));
                continue;
            }
        };
        let run = Run::new(load.clone());
        if number <= desk.called_off {
            run.call_off(None);
        }
        desk.current = Some(Current { number, run: run.clone(), phase: Phase::Running, is_news: true });
        drop(desk);
        let made = catch_unwind(AssertUnwindSafe(|| follow(shared, number, &run, &load)));
        let phase = made.unwrap_or_else(|_| Phase::Failed("the run crashed: a mistake of ours".into()));
        tell(shared, phase);
    }
}

fn follow(shared: &Shared, number: u64, run: &Run, load: &Load) -> Phase {
    let outcome = match run.go() {
        Ok(outcome) => outcome,
        Err(why) => return Phase::Failed(why.to_string()),
    };
    if outcome.stopped || outcome.row == InRow::Itself {
        return Phase::Ended(outcome);
    }
    tell(shared, Phase::InRow(outcome));
    let row = in_row(load, MOST_IN_ROW, &|| number <= shared.desk.lock().called_off);
    Phase::Ended(Outcome { row, ..outcome })
}

fn tell(shared: &Shared, phase: Phase) {
    if let Some(current) = &mut shared.desk.lock().current {
        (current.phase, current.is_news) = (phase, true);
    }
}
