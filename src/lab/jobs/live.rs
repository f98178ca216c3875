//! Jobs in the background, for whoever must not wait: orders in, reports out, one run at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::{Load, Run, in_row};
use crate::event::download::Served;
use crate::event::jobs::{Job, JobEvent};
use crate::experiment::jobs::{InRow, JobSettings, Outcome};
use crate::lab::desk::{Desk, Room};

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

/// What the service and its thread tell each other.
#[derive(Debug, Default)]
struct Told {
    /// A run that could not be begun, and why.
    refused: Option<(u64, String)>,
    current: Option<Current>,
}

impl Told {
    fn call_off(&mut self, job: Option<Job>) {
        if let Some(current) = &self.current {
            current.run.call_off(job);
        }
    }
}

/// The runs of jobs of a program. Dropping it calls off the one that is going on, without waiting for it.
#[derive(Debug, Default)]
pub struct Service {
    desk: Desk<JobSettings, Told>,
}

impl Service {
    /// Passes an order on. Never waits.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Start(number, settings) => {
                let started = self.desk.start(THREAD, (number, settings), |told| told.call_off(None), work);
                if let Err(why) = started {
                    let why = format!("the thread that directs jobs could not be started: {why}");
                    self.desk.book().notes.refused = Some((number, why));
                }
            }
            Order::CallOff(job) => {
                let mut book = self.desk.book();
                if job.is_none() {
                    book.call_off();
                }
                book.notes.call_off(job);
            }
        }
    }

    /// The next thing that is said, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        let told = &mut self.desk.book().notes;
        if let Some((number, why)) = told.refused.take() {
            let phase = Phase::Failed(why);
            return Some(Report { number, events: Vec::new(), elapsed: 0, phase, served: None });
        }
        let current = told.current.as_mut()?;
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
        self.desk.close(|told| told.call_off(None));
    }
}

/// Makes a run, in the directing thread.
fn work(room: &Room<JobSettings, Told>, number: u64, settings: JobSettings) {
    let load = Load::new(settings);
    let mut book = room.book();
    let load = match load {
        Ok(load) => load,
        Err(why) => {
            book.notes.refused = Some((number, why.to_string()));
            return;
        }
    };
    let run = Run::new(load.clone());
    if book.is_called_off(number) {
        run.call_off(None);
    }
    book.notes.current = Some(Current { number, run: run.clone(), phase: Phase::Running, is_news: true });
    drop(book);
    let made = catch_unwind(AssertUnwindSafe(|| follow(room, number, &run, &load)));
    let phase = made.unwrap_or_else(|_| Phase::Failed("the run crashed: a mistake of ours".into()));
    tell(room, phase);
}

fn follow(room: &Room<JobSettings, Told>, number: u64, run: &Run, load: &Load) -> Phase {
    let outcome = match run.go() {
        Ok(outcome) => outcome,
        Err(why) => return Phase::Failed(why.to_string()),
    };
    if outcome.stopped || outcome.row == InRow::Itself {
        return Phase::Ended(outcome);
    }
    tell(room, Phase::InRow(outcome));
    let row = in_row(load, MOST_IN_ROW, &|| room.is_called_off(number));
    Phase::Ended(Outcome { row, ..outcome })
}

fn tell(room: &Room<JobSettings, Told>, phase: Phase) {
    if let Some(current) = &mut room.book().notes.current {
        (current.phase, current.is_news) = (phase, true);
    }
}
