//! Reports made by hand, for tests: a shared counter that is moved one operation at a time.

use super::{App, Look, Message};
use crate::event::{Event, Increment, Op, Seen, Source, Value, Worker};
use crate::experiment::figures::{Counts, Doing, Finished, Segment, WorkerNow};
use crate::experiment::{Pace, Settings};
pub(crate) use crate::lab::report::{Phase, Recording, Report};

/// One millisecond.
pub(crate) const MS: u64 = 1_000_000;

/// A counter, and workers that do what they are told.
pub(crate) struct Script {
    settings: Settings,
    /// One for all, or one each.
    counters: Vec<Seen>,
    held: Vec<Option<Seen>>,
    inside: Vec<bool>,
    pub(crate) workers: Vec<WorkerNow>,
    streams: Vec<Vec<Event>>,
    counts: Counts,
    recorded: u64,
    time: u64,
    fresh: bool,
}

/// A counter before the first store.
const START: Seen = Seen { value: 0, source: Source::Start };

impl Script {
    pub(crate) fn new(settings: Settings) -> Self {
        let threads = usize::from(settings.threads);
        Script {
            settings,
            counters: vec![START; if settings.kind.shares_memory() { 1 } else { threads }],
            held: vec![None; threads],
            inside: vec![false; threads],
            workers: vec![WorkerNow { doing: Doing::Between, since: Some(0), completed: 0 }; threads],
            streams: vec![Vec::new(); threads],
            counts: Counts::default(),
            recorded: 0,
            time: 0,
            fresh: true,
        }
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn wait(&mut self, ms: u64) -> &mut Self {
        self.time += ms * MS;
        self
    }

    fn record(&mut self, worker: u16, op: Op, doing: Doing) -> &mut Self {
        let index = usize::from(worker);
        let iteration = self.workers[index].completed + 1;
        let increment = Increment { worker: Worker(worker), iteration };
        self.streams[index].push(Event { increment, op, time: Some(self.time), core: None });
        self.recorded += 1;
        self.workers[index].doing = doing;
        self.workers[index].since = Some(self.time);
        self
    }

    pub(crate) fn request(&mut self, worker: u16) -> &mut Self {
        self.record(worker, Op::Request, Doing::Waiting)
    }

    pub(crate) fn acquire(&mut self, worker: u16) -> &mut Self {
        self.inside[usize::from(worker)] = true;
        self.record(worker, Op::Acquire, Doing::Inside)
    }

    pub(crate) fn release(&mut self, worker: u16) -> &mut Self {
        let index = usize::from(worker);
        self.inside[index] = false;
        // The release belongs to the increment that has just been completed.
        self.workers[index].completed -= 1;
        self.record(worker, Op::Release, Doing::Between);
        self.workers[index].completed += 1;
        self
    }

    pub(crate) fn load(&mut self, worker: u16) -> &mut Self {
        let seen = *self.counter(worker);
        let other = matches!(seen.source, Source::Store(by) if by.worker != Worker(worker));
        self.counts.hand_overs += u64::from(other);
        self.held[usize::from(worker)] = Some(seen);
        self.record(worker, Op::Load(seen), Doing::Holding(seen.value))
    }

    pub(crate) fn store(&mut self, worker: u16) -> &mut Self {
        let index = usize::from(worker);
        let value: Value = self.held[index].take().expect("it has loaded").value + 1;
        let doing = if self.inside[index] { Doing::Leaving(value) } else { Doing::Between };
        self.record(worker, Op::Store(value), doing);
        self.workers[index].completed += 1;
        let increment = Increment { worker: Worker(worker), iteration: self.workers[index].completed };
        *self.counter(worker) = Seen { value, source: Source::Store(increment) };
        self.counts.completed += 1;
        self.counts.survived = self.counters.iter().map(|seen| seen.value as u64).sum();
        self
    }

    fn counter(&mut self, worker: u16) -> &mut Seen {
        let own = if self.counters.len() > 1 { usize::from(worker) } else { 0 };
        &mut self.counters[own]
    }

    /// A load, some time, and a store.
    pub(crate) fn increment(&mut self, worker: u16, ms: u64) -> &mut Self {
        self.load(worker).wait(ms).store(worker).wait(ms)
    }

    /// What the lab would report now.
    pub(crate) fn report(&mut self, pace: Pace) -> Report {
        let threads = self.streams.len();
        let streams = std::mem::replace(&mut self.streams, vec![Vec::new(); threads]);
        let fresh = std::mem::take(&mut self.fresh);
        Report {
            settings: self.settings,
            pace,
            paused: false,
            phase: Phase::Running,
            run: 1,
            elapsed: self.time,
            counter: if self.counters.len() > 1 { START } else { self.counters[0] },
            counts: self.counts,
            exact: true,
            segments: vec![Segment { settings: self.settings, counts: self.counts, most_holders: None }],
            segments_dropped: 0,
            workers: self.workers.clone(),
            pids: Vec::new(),
            recording: if fresh { Recording::Fresh(streams) } else { Recording::More(streams) },
            recorded: self.recorded,
            dropped: 0,
            finished: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// The program, having heard these reports, some time later.
pub(crate) fn app(settings: Settings, pace: Pace, look: Look, reports: Vec<Report>) -> App {
    let mut app = App::new(settings, pace, look);
    for report in reports {
        app.update(Message::Lab(Box::new(report)));
        for _ in 0..20 {
            app.update(Message::Tick(16 * MS));
        }
    }
    app
}

/// A run that ended with so many of all its updates surviving.
pub(crate) fn finished(settings: Settings, survived: u64) -> Finished {
    let counts = Counts { completed: settings.increments(), survived, hand_overs: 700, retries: 0 };
    Finished { settings: Some(settings), counts, most_holders: None, nanos: 5 * MS }
}
