//! Where the jobs of a run lie. Each goes from queued to running to ended; who moves it on is decided by one atomic word
//! a job, so that each step is made once and told once, whoever else would like to make it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::event::Worker;
use crate::event::jobs::{Cause, Job, JobEvent, JobOp};
use crate::experiment::Cores;
use crate::experiment::jobs::JobSettings;
use crate::lab::error::LabError;
use crate::platform::affinity;

use super::block_on::block_on;
use super::hands::{Crash, Halt, Hands, Teller, Way};
use super::leash::Leash;
use super::{Deed, Load};

/// Where a job is.
const ABSENT: u8 = 0;
const QUEUED: u8 = 1;
const RUNNING: u8 = 2;
const ENDED: u8 = 3;

#[derive(Debug, Default)]
struct Place {
    state: AtomicU8,
    leash: Leash,
}

/// What happened, in order of time.
#[derive(Debug, Default)]
struct Log {
    began: Option<Instant>,
    /// When the newest event was.
    last: u64,
    events: Vec<JobEvent>,
}

/// The jobs of one run.
#[derive(Debug)]
pub(super) struct Hall {
    load: Load,
    places: Vec<Place>,
    permits: Option<Semaphore>,
    log: Mutex<Log>,
    /// Whether nobody listens: a measurement.
    is_deaf: bool,
    stopped: AtomicBool,
    replaced: AtomicU32,
    complaint: Mutex<Option<LabError>>,
}

impl Hall {
    pub(super) fn new(load: Load) -> Hall {
        let mut places = Vec::new();
        places.resize_with(load.deeds.len(), Place::default);
        Hall {
            permits: load.permits.map(|permits| Semaphore::new(permits.into())),
            load,
            places,
            log: Mutex::default(),
            is_deaf: false,
            stopped: AtomicBool::new(false),
            replaced: AtomicU32::new(0),
            complaint: Mutex::default(),
        }
    }

    /// One that keeps no record.
    pub(super) fn deaf(load: Load) -> Hall {
        Hall { is_deaf: true, ..Hall::new(load) }
    }

    pub(super) fn settings(&self) -> &JobSettings {
        &self.load.settings
    }

    pub(super) fn load(&self) -> &Load {
        &self.load
    }

    pub(super) fn deed(&self, job: Job) -> &Deed {
        &self.load.deeds[job.index()]
    }

    pub(super) fn leash(&self, job: Job) -> &Leash {
        &self.places[job.index()].leash
    }

    /// All of them, in order.
    pub(super) fn jobs(&self) -> impl Iterator<Item = Job> + use<> {
        (0..self.places.len() as u32).map(Job)
    }

    fn go_from(&self, job: Job, from: u8, to: u8) -> bool {
        let state = &self.places[job.index()].state;
        state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Runner: this job is in the queue from now on. In order of number.
    pub(super) fn hand_in(&self, job: Job) {
        // Told before it can be taken up.
        self.tell(job, None, JobOp::Queued, None);
        self.go_from(job, ABSENT, QUEUED);
        if self.leash(job).is_off() {
            self.end_queued(job);
        }
    }

    /// Runner: hands in all of them.
    pub(super) fn hand_in_all(&self) {
        self.jobs().for_each(|job| self.hand_in(job));
    }

    /// Worker: takes the job up, unless it was called off in the queue.
    pub(super) fn take_up(&self, job: Job, worker: Worker, process: Option<u32>) -> bool {
        let taken = self.go_from(job, QUEUED, RUNNING);
        if taken {
            let core = if process.is_none() { affinity::current_core() } else { None };
            self.tell(job, Some(worker), JobOp::Begin { process }, core);
        }
        taken
    }

    /// Worker: the job that it has taken up has ended.
    pub(super) fn end(&self, job: Job, worker: Worker, op: JobOp, core: Option<u16>) {
        debug_assert!(op.is_end());
        if self.go_from(job, RUNNING, ENDED) {
            self.tell(job, Some(worker), op, core);
        }
    }

    fn end_queued(&self, job: Job) {
        if self.go_from(job, QUEUED, ENDED) {
            self.tell(job, None, JobOp::Cancelled, None);
        }
    }

    /// Worker: takes the job up and makes it, in this thread.
    pub(super) fn work_on(&self, job: Job, worker: Worker) {
        if !self.take_up(job, worker, None) {
            return;
        }
        let teller = Here { hall: self, job, worker };
        let hands = self.hands(&teller, job, Way::Thread);
        let made = catch_unwind(AssertUnwindSafe(|| block_on(self.deed(job).make(&hands))));
        self.end(job, worker, end_of(made), affinity::current_core());
    }

    /// Worker: takes the job up and makes it, as a task.
    pub(super) async fn work_on_as_task(&self, job: Job, worker: Worker) {
        if !self.take_up(job, worker, None) {
            return;
        }
        let teller = Here { hall: self, job, worker };
        let hands = self.hands(&teller, job, Way::Task);
        let mut deed = pin!(self.deed(job).make(&hands));
        let made = poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| deed.as_mut().poll(context)));
            polled.map_or_else(|panic| std::task::Poll::Ready(Err(panic)), |poll| poll.map(Ok))
        });
        let made = made.await;
        self.end(job, worker, end_of(made), affinity::current_core());
    }

    fn hands<'a>(&'a self, teller: &'a dyn Teller, job: Job, way: Way) -> Hands<'a> {
        let crash = self.is_to_crash(job).then_some(Crash::Panic);
        let mut hands = Hands::new(teller, self.leash(job), way, crash);
        hands.permits = self.permits.as_ref();
        hands
    }

    pub(super) fn is_to_crash(&self, job: Job) -> bool {
        self.load.settings.crash == Some(job.0)
    }

    /// Calls a job off: at once where it is queued, soon where it is under way.
    pub(super) fn call_off(&self, job: Job) {
        let Some(place) = self.places.get(job.index()) else { return };
        place.leash.call_off();
        self.end_queued(job);
    }

    /// Calls off all that have not ended.
    pub(super) fn call_off_all(&self) {
        self.stopped.store(true, Ordering::Release);
        self.jobs().for_each(|job| self.call_off(job));
    }

    /// Whether the run is to end before its jobs have.
    pub(super) fn was_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Tells what happened to a job, now.
    pub(super) fn tell(&self, job: Job, worker: Option<Worker>, op: JobOp, core: Option<u16>) {
        let mut log = self.log.lock();
        let time = log.began.get_or_insert_with(Instant::now).elapsed().as_nanos() as u64;
        log.last = time;
        if !self.is_deaf {
            log.events.push(JobEvent { job, worker, op, time, core });
        }
    }

    pub(super) fn take_events(&self) -> Vec<JobEvent> {
        std::mem::take(&mut self.log.lock().events)
    }

    /// Nanoseconds since the first job was handed in.
    pub(super) fn elapsed(&self) -> u64 {
        self.log.lock().began.map_or(0, |began| began.elapsed().as_nanos() as u64)
    }

    /// Nanoseconds from there to the newest event.
    pub(super) fn nanos(&self) -> u64 {
        self.log.lock().last
    }

    /// A worker of a pool was replaced.
    pub(super) fn note_replaced(&self) {
        self.replaced.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn replaced(&self) -> u32 {
        self.replaced.load(Ordering::Relaxed)
    }

    /// Worker: goes where it is to run. Refused, the run is over.
    pub(super) fn settle(&self) {
        if self.load.settings.cores == Cores::One
            && let Err(why) = affinity::pin_to_one()
        {
            self.give_up(LabError::Cores(why.to_string()));
        }
    }

    /// Something can't be had without which the run makes no sense. The first complaint counts.
    pub(super) fn give_up(&self, why: LabError) {
        self.complaint.lock().get_or_insert(why);
        self.call_off_all();
    }

    pub(super) fn complaint(&self) -> Option<LabError> {
        self.complaint.lock().clone()
    }
}

/// The end of a job, from what came of its deed.
pub(super) fn end_of(made: Result<Result<u64, Halt>, Box<dyn Any + Send>>) -> JobOp {
    match made {
        Ok(Ok(result)) => JobOp::Done(result),
        Ok(Err(Halt::CalledOff)) => JobOp::Cancelled,
        Ok(Err(Halt::Failed(cause))) => JobOp::Failed(cause),
        Err(_) => JobOp::Failed(Cause::Panicked),
    }
}

/// A worker of this process tells the hall.
struct Here<'a> {
    hall: &'a Hall,
    job: Job,
    worker: Worker,
}

impl Teller for Here<'_> {
    fn tell(&self, op: JobOp) {
        self.hall.tell(self.job, Some(self.worker), op, affinity::current_core());
    }
}
