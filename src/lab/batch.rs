//! Runs made one after another, each handed over whole: the experiment without a screen.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::{Event, Increment, Op, Source, Value, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Kind, Pace, Protection, Settings};

use super::crew::{self, Crew, Rings};
use super::decode::Decoder;
use super::error::LabError;
use super::hands::fast;
use super::loss::Loss;
use super::own;
use super::seat::Seat;
use super::word::Word;

/// What is recorded of each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// Nothing; totals are counted all the same.
    Off,
    /// Nothing, but the runs are watched: workers clock how long they wait and tell every increment at once, which
    /// costs time. See [`Watched`].
    Watched,
    /// Every operation, in room set aside before the run.
    Whole {
        /// Most words of eight bytes to set aside for all workers together.
        limit: u64,
    },
}

/// Default limit of a whole record: 128 MiB.
pub const RECORD_LIMIT: u64 = 1 << 24;

/// One worker's part in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Increments it completed.
    pub completed: u32,
    /// Its increments that built on another worker's store.
    pub hand_overs: u64,
    /// Its compare-and-swaps that failed.
    pub retries: u64,
    /// Operations of its that were recorded.
    pub recorded: u64,
    /// Operations of its that were not.
    pub dropped: u64,
    /// Its process, where it is one.
    pub pid: Option<u32>,
    /// What its own counter ended at, where it is not one that all share.
    pub own_final: Option<u64>,
}

/// What is known of one worker in a run that was watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Nanoseconds that it waited: from having asked and not being let in at once to being let in.
    pub waited: u64,
    /// How often it waited.
    pub waits: u64,
    /// Nanoseconds from its leaving the barrier to its last store.
    pub nanos: u64,
    /// Increments it had completed when the first worker was done, read by that one right then.
    pub progress: u32,
}

/// One run, ended.
#[derive(Debug)]
pub struct Run {
    /// Which run, from 1.
    pub number: u64,
    /// Counts of all workers together, exact.
    pub counts: Counts,
    /// Each worker's part, by number.
    pub parts: Vec<Part>,
    /// Each worker's waiting and progress, where the run was watched; else empty.
    pub watched: Vec<Watched>,
    /// Most workers that were inside the protection at once, where it has an inside and they were counted.
    pub most_holders: Option<u16>,
    /// From the first worker's leaving the barrier to the last one's last store, in nanoseconds.
    pub nanos: u64,
    /// Whose store the final count was.
    pub last: Source,
    /// Workers that were lost on the way; the run went on with the others.
    pub losses: Vec<Loss>,
    /// The settings it was made with.
    pub settings: Settings,
    record: Vec<Vec<u64>>,
}

impl Run {
    /// The increments that were made but are not in the final count.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.counts.lost()
    }

    /// Whether every operation is in the record.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.parts.iter().all(|part| part.dropped == 0)
    }

    /// Increments made in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.counts.completed as f64 * 1e9 / self.nanos.max(1) as f64
    }

    /// Tells one worker's recorded operations in the order in which it made them.
    pub fn tell(&self, worker: Worker, tell: impl FnMut(Event)) {
        if let Some(words) = self.record.get(worker.index()) {
            let mut decoder = Decoder::new(worker);
            decoder.begin(&self.settings, Word::START);
            decoder.read(words, tell);
        }
    }

    /// Every worker's recorded operations. Of a whole record every source is known, also that of a fetch-and-add,
    /// which leaves no name but whose value no other one has.
    #[must_use]
    pub fn events(&self) -> Vec<Vec<Event>> {
        let of = |worker: usize| {
            let mut events = Vec::new();
            self.tell(Worker(worker as u16), |event| events.push(event));
            events
        };
        let mut streams: Vec<Vec<Event>> = (0..self.record.len()).map(of).collect();
        if self.settings.protection == Protection::FetchAdd && self.is_whole() {
            name_by_value(&mut streams);
        }
        streams
    }
}

fn name_by_value(streams: &mut [Vec<Event>]) {
    let stored = |event: &Event| event.op.stored().map(|value| (value, event.increment));
    let authors: HashMap<Value, Increment> = streams.iter().flatten().filter_map(stored).collect();
    for event in streams.iter_mut().flatten() {
        if let Op::FetchAdd(seen) = &mut event.op
            && seen.source == Source::Unknown
            && let Some(&author) = authors.get(&seen.value)
        {
            seen.source = Source::Store(author);
        }
    }
}

/// Makes runs with the same workers, threads and all.
pub struct Batch {
    crew: Box<dyn Crew>,
    settings: Settings,
    record: Record,
    runs: u64,
}

// Without its crew: all that a crew is made of would be part of the program only for this.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("settings", &self.settings)
            .field("runs", &self.runs)
            .finish_non_exhaustive()
    }
}

impl Batch {
    /// Starts the workers and sets aside what recording needs.
    ///
    /// # Errors
    /// A setting out of range, cores that can't be had, a refused thread, or a record beyond its limit.
    pub fn new(settings: Settings, record: Record) -> Result<Self, LabError> {
        settings.check()?;
        crew::check_cores(settings.cores)?;
        let ring_words = match record {
            Record::Off | Record::Watched => 0,
            Record::Whole { limit } => {
                let each = words_a_worker(&settings);
                let words = each.saturating_mul(u64::from(settings.threads));
                if words > limit {
                    return Err(LabError::Record { words, limit });
                }
                usize::try_from(each).unwrap_or(usize::MAX)
            }
        };
        let mut crew = crew::hire(settings.kind, Pace::Full, Rings::Each(ring_words), Box::new(|| {}))?;
        crew.resize(settings.threads)?;
        crew.set_watched(record == Record::Watched);
        Ok(Batch { crew, settings, record, runs: 0 })
    }

    /// Makes the runs to come with other settings, by the same workers as far as there are enough.
    ///
    /// # Errors
    /// As for [`Batch::new`]; the settings then are as before.
    pub fn change(&mut self, settings: Settings, record: Record) -> Result<(), LabError> {
        let whole = [self.record, record].iter().any(|record| matches!(record, Record::Whole { .. }));
        if whole || !settings.kind.takes_over(self.settings.kind) {
            // Room is set aside for just these settings, and workers are of just one kind.
            let runs = self.runs;
            *self = Batch { runs, ..Batch::new(settings, record)? };
            return Ok(());
        }
        settings.check()?;
        crew::check_cores(settings.cores)?;
        self.crew.resize(settings.threads)?;
        self.crew.set_watched(record == Record::Watched);
        (self.settings, self.record) = (settings, record);
        Ok(())
    }

    /// What the counter of this process holds; where each worker has one of its own, nobody has touched it.
    pub(super) fn counter(&self) -> u32 {
        self.crew.word().value()
    }

    /// The processes that the workers are, where they are processes.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.crew.pids().into_iter().filter(|&pid| pid > 0).collect()
    }

    /// Makes a run.
    ///
    /// # Errors
    /// A worker crashed.
    pub fn run(&mut self) -> Result<Run, LabError> {
        self.begin()?;
        self.crew.wait();
        self.end()
    }

    /// Makes a run, unless it is told to stop before the run has ended: asks so every 20 ms.
    ///
    /// # Errors
    /// A worker crashed, or the run was stopped and is void.
    pub fn run_unless(&mut self, stop: &dyn Fn() -> bool) -> Result<Run, LabError> {
        self.begin()?;
        while !self.crew.wait_for(PATIENCE) {
            if stop() {
                self.crew.gather();
                return Err(LabError::Stopped);
            }
        }
        self.end()
    }

    fn begin(&mut self) -> Result<(), LabError> {
        self.runs += 1;
        self.crew.renew();
        self.crew.resize(self.settings.threads)?;
        // Whoever was lost between two runs has been replaced.
        drop(self.crew.take_losses());
        self.crew.begin_run(self.runs, self.settings, matches!(self.record, Record::Whole { .. }));
        Ok(())
    }

    fn end(&mut self) -> Result<Run, LabError> {
        if let Some(crash) = self.crew.take_crashes().into_iter().next() {
            return Err(LabError::Crash { worker: crash.worker, message: crash.message });
        }
        Ok(self.collect())
    }

    fn watched(&self) -> Vec<Watched> {
        let progress = self.crew.progress();
        let of = |(seat, &progress): (&Arc<Seat>, &u32)| Watched {
            waited: seat.tally.waited.load(Ordering::Relaxed),
            waits: seat.tally.waits.load(Ordering::Relaxed),
            nanos: seat.tally.nanos(),
            progress,
        };
        self.crew.seats().iter().zip(&progress).take(self.crew.len()).map(of).collect()
    }

    fn collect(&self) -> Run {
        // Seats outlive those who sat on them while there were more workers.
        let seats = &self.crew.seats()[..self.crew.len()];
        let own = self.settings.kind == Kind::Process { shared: false };
        let pids = self.crew.pids();
        let own_final = |seat: &Seat| own.then(|| seat.tally.last_value());
        let parts = seats.iter().enumerate().map(|(number, seat)| Part {
            completed: seat.tally.completed.load(Ordering::Relaxed),
            hand_overs: seat.tally.hand_overs.load(Ordering::Relaxed),
            retries: seat.tally.retries.load(Ordering::Relaxed),
            recorded: seat.tally.recorded.load(Ordering::Relaxed),
            dropped: seat.tally.dropped.load(Ordering::Relaxed),
            pid: pids.get(number).copied().filter(|&pid| pid > 0),
            own_final: own_final(seat),
        });
        let record = seats.iter().map(|seat| {
            let mut words = Vec::new();
            seat.ring.free(seat.ring.copy(&mut words));
            words
        });
        Run {
            number: self.runs,
            counts: self.crew.counts(),
            parts: parts.collect(),
            watched: self.watched(),
            most_holders: self.crew.most_holders(),
            nanos: self.crew.nanos(),
            last: self.crew.last_author(),
            losses: self.crew.take_losses(),
            record: record.collect(),
            settings: self.settings,
        }
    }
}

/// What is waited for between two questions whether to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// The most words that one worker's record of a whole run can need.
fn words_a_worker(settings: &Settings) -> u64 {
    let iterations = u64::from(settings.iterations);
    let others = u64::from(settings.threads) - 1;
    // Nobody comes between a task's load and its swap unless it awaits something there.
    let retries = settings.protection == Protection::CompareAndSwap
        && !matches!(settings.kind, Kind::Task { awaits: false });
    // A compare-and-swap fails at most once for each increment of each other worker: two words each.
    let words_an_increment = if retries { 2 + 2 * others } else { 2 };
    let chunk = own::chunk(settings);
    // What can be retried takes room of its own as it comes.
    let margin = if retries { fast::MARGIN } else { fast::margin(chunk) };
    let chunks = iterations.div_ceil(u64::from(chunk)) + 1;
    iterations * words_an_increment + fast::CHUNK_WORDS * chunks + margin
}
