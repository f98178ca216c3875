//! What became of jobs: from their events to how long each waited and ran, what each worker did when, how long the
//! queue was, and everything that was said, in the order in which it was heard.
//!
//! An [`Account`] takes events as they come, in order of time, and can be asked at any moment. Nothing here knows who
//! ran the jobs or what they were for.

mod lanes;
mod record;
pub mod transfers;

pub use lanes::{Doing, Lane, Span};
pub use record::{End, Load, Record, Said, Tally};

use crate::event::jobs::{Job, JobEvent, JobOp};
use crate::sort;

/// Everything that has happened to the jobs of a run so far.
#[derive(Clone, Debug, Default)]
pub struct Account {
    records: Vec<Record>,
    lanes: Vec<Lane>,
    finished: Vec<Job>,
    said: Vec<Said>,
    loads: Vec<Load>,
    most: u32,
    tally: Tally,
    last: u64,
    /// The cores that were told of, in order.
    cores: Vec<u16>,
    /// Since when each job has been sleeping or waiting for a permit.
    pausing: Vec<Option<u64>>,
}

impl Account {
    /// An account of these events.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a JobEvent>) -> Self {
        let mut account = Account::default();
        for event in events {
            account.push(event);
        }
        account
    }

    /// Takes the next event.
    pub fn push(&mut self, event: &JobEvent) {
        self.last = self.last.max(event.time);
        if event.op == JobOp::Queued {
            self.queue(event);
            return;
        }
        let index = event.job.index();
        let Some(record) = self.records.get_mut(index).filter(|record| record.ended.is_none()) else {
            return;
        };
        if let Some(since) = self.pausing[index].take() {
            record.paused += event.time.saturating_sub(since);
        }
        match event.op {
            JobOp::Queued => {}
            JobOp::Begin { process } => {
                record.began = Some(event.time);
                (record.worker, record.process, record.core) = (event.worker, process, event.core);
                self.load(event.time, -1, 1);
            }
            JobOp::Say(text) => {
                record.texts += 1;
                let (job, worker) = (event.job, event.worker);
                self.said.push(Said { time: event.time, job, worker, text });
            }
            JobOp::Sleep(_) | JobOp::Await => self.pausing[index] = Some(event.time),
            JobOp::Wake | JobOp::Stage(_) => {}
            JobOp::Done(result) => self.end(event, End::Done(result)),
            JobOp::Failed(cause) => self.end(event, End::Failed(cause)),
            JobOp::Cancelled => self.end(event, End::Cancelled),
        }
        if let Some(core) = event.core
            && let Err(place) = self.cores.binary_search(&core)
        {
            self.cores.insert(place, core);
        }
        if let Some(worker) = event.worker {
            let wanted = worker.index() + 1;
            if self.lanes.len() < wanted {
                self.lanes.resize_with(wanted, Lane::default);
            }
            self.lanes[worker.index()].follow(event);
        }
    }

    fn queue(&mut self, event: &JobEvent) {
        // Jobs are handed in by number; a hole would be a mistake of the engine's, and is no job.
        if event.job.index() != self.records.len() {
            return;
        }
        self.records.push(Record {
            queued: event.time,
            began: None,
            ended: None,
            worker: None,
            process: None,
            core: None,
            paused: 0,
            texts: 0,
        });
        self.pausing.push(None);
        self.load(event.time, 1, 0);
    }

    fn end(&mut self, event: &JobEvent, end: End) {
        let record = &mut self.records[event.job.index()];
        record.ended = Some((event.time, end));
        let had_begun = record.began.is_some();
        self.finished.push(event.job);
        match end {
            End::Done(_) => self.tally.done += 1,
            End::Failed(_) => self.tally.failed += 1,
            End::Cancelled => self.tally.cancelled += 1,
        }
        if had_begun {
            self.load(event.time, 0, -1);
        } else {
            self.load(event.time, -1, 0);
        }
    }

    fn load(&mut self, time: u64, queued: i32, busy: i32) {
        let before = self.load_now();
        let load = Load {
            time,
            queued: before.queued.saturating_add_signed(queued),
            busy: before.busy.saturating_add_signed(busy),
        };
        self.most = self.most.max(load.busy);
        match self.loads.last_mut() {
            Some(last) if last.time == time => *last = load,
            _ => self.loads.push(load),
        }
    }

    /// The jobs, in the order in which they were handed in.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The jobs in the order in which they ended.
    #[must_use]
    pub fn finished(&self) -> &[Job] {
        &self.finished
    }

    /// Whether the jobs ended in another order than that in which they were handed in.
    #[must_use]
    pub fn is_out_of_order(&self) -> bool {
        self.finished.windows(2).any(|pair| pair[0] > pair[1])
    }

    /// What each worker did, by the workers' numbers.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// What was said, in the order in which it was heard.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// What was said, as one text.
    #[must_use]
    pub fn output(&self) -> String {
        let texts: Vec<&str> = self.said.iter().map(|said| said.text.as_str()).collect();
        texts.join(" ")
    }

    /// How often a text came from another job than the one before it.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.said.windows(2).filter(|pair| pair[0].job != pair[1].job).count()
    }

    /// How many jobs waited and ran, from each moment at which that changed.
    #[must_use]
    pub fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// How many wait and run now.
    #[must_use]
    pub fn load_now(&self) -> Load {
        self.loads.last().copied().unwrap_or_default()
    }

    /// How many waited and ran at this time.
    #[must_use]
    pub fn load_at(&self, time: u64) -> Load {
        let after = self.loads.partition_point(|load| load.time <= time);
        after.checked_sub(1).map(|at| self.loads[at]).unwrap_or_default()
    }

    /// The longest that the queue was.
    #[must_use]
    pub fn longest_queue(&self) -> u32 {
        self.loads.iter().map(|load| load.queued).max().unwrap_or(0)
    }

    /// Most jobs that ran at once.
    #[must_use]
    pub fn most_at_once(&self) -> u32 {
        self.most
    }

    /// How many ended, and how.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The time of the newest event.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How long all jobs ran, together, not counting how long they slept and waited for permits.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.lanes
            .iter()
            .flat_map(|lane| lane.spans())
            .filter(|span| span.doing == Doing::Works)
            .map(Span::length)
            .sum()
    }

    /// How long all jobs slept, together.
    #[must_use]
    pub fn slept(&self) -> u64 {
        self.lanes
            .iter()
            .flat_map(|lane| lane.spans())
            .filter(|span| span.doing == Doing::Sleeps)
            .map(Span::length)
            .sum()
    }

    /// The cores on which anybody was, by their numbers.
    #[must_use]
    pub fn cores_seen(&self) -> &[u16] {
        &self.cores
    }

    /// What ran on each core, by the cores' numbers: every span in which a worker worked, in order of time.
    #[must_use]
    pub fn cores(&self) -> Vec<(u16, Vec<Span>)> {
        let mut spans: Vec<Span> = self.lanes.iter().flat_map(|lane| lane.spans().iter().copied()).collect();
        spans.retain(|span| span.doing == Doing::Works);
        sort::by_key(&mut spans, |span| (span.from, span.job));
        let mut cores: Vec<u16> = spans.iter().filter_map(|span| span.core).collect();
        sort::by(&mut cores, Ord::cmp);
        cores.dedup();
        let on = |core| spans.iter().filter(|span| span.core == Some(core)).copied().collect();
        cores.into_iter().map(|core| (core, on(core))).collect()
    }
}

#[cfg(test)]
mod tests;
