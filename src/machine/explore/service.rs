//! A search in the background, for whoever must not wait: orders in, reports out, never more than one at a time.
//!
//! ```text
//! order(Start) ──▶ [ each asker's newest ] ──▶ thread "search": explore, and sample if that was too much
//!                                              │
//! poll() ◀── Progress, now and then ◀──────────┤
//! poll() ◀── Done: all of it, or a part that says so ◀─┘
//! ```
//! Unlike the rest of the machine this has a clock: it says how long things took and keeps to limits of time.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::outcome::{Coverage, Exploration, Limit};
use super::sample::{Draw, Drawn, Sample, redraw, sample};
use super::{Options, Progress, Watch, explore, explore_from};
use crate::machine::schedule::Schedule;
use crate::machine::{Machine, State};
use crate::platform::{affinity, memory};

/// The name of the thread that searches.
pub const THREAD: &str = "search";
/// Progress is told at this distance at least.
const EVERY: Duration = Duration::from_millis(50);
/// What is taken for the machine's memory where the platform does not tell.
const MEMORY: u64 = 4 << 30;

/// Names a query: who asked, and for the how-manieth time. Comes back with everything that is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Who asked.
    pub asker: &'static str,
    /// Which of the asker's queries.
    pub number: u64,
}

/// What to search, and how far to go.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its name.
    pub ticket: Ticket,
    /// The machine.
    pub machine: Machine,
    /// Where to begin; `None` is the machine's own start.
    pub start: Option<State>,
    /// Bounds of the search.
    pub options: Options,
    /// After how long the search is stopped.
    pub time: Option<Duration>,
    /// What to draw where the search was not complete.
    pub sample: Option<Draw>,
    /// After how long drawing is stopped.
    pub sample_time: Option<Duration>,
}

impl Query {
    /// A search of everything from the start, with the default bounds.
    #[must_use]
    pub fn new(ticket: Ticket, machine: Machine) -> Self {
        let options = bounds();
        Query { ticket, machine, start: None, options, time: None, sample: None, sample_time: None }
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.ticket == other.ticket
            && self.start == other.start
            && (self.options, self.time) == (other.options, other.time)
            && (self.sample, self.sample_time) == (other.sample, other.sample_time)
            && self.machine.program() == other.machine.program()
    }
}

/// The default bounds: a quarter of the memory that there is, and every core.
#[must_use]
pub fn bounds() -> Options {
    let memory = memory::total().unwrap_or(MEMORY) / 4;
    Options { memory, cores: affinity::available(), ..Options::default() }
}

/// What a query came to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the search found; it says whether that is all.
    pub exploration: Exploration,
    /// What was drawn, where the search was not complete and drawing was asked for.
    pub sample: Option<Sample>,
    /// For each outcome drawn the first schedule that led to it; empty for a counter, whose schedules can be written down.
    pub witnesses: Vec<Schedule>,
    /// How long the search took.
    pub took: Duration,
    /// Whether the limit of time stopped it.
    pub out_of_time: bool,
    /// Whether schedules were to be counted.
    pub wants_counts: bool,
}

/// What is being done for a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// States are searched.
    Searching,
    /// Schedules are drawn.
    Drawing,
}

/// What is asked of the service.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Begin this, and give up what the same asker had asked for. Another's search that is going on is stopped and
    /// answered as it stands; one that has not begun comes later.
    Start(Box<Query>),
    /// Stop what is being done for this query: a search is answered with what it has (and a sample, where that was
    /// asked for), drawing ends.
    Stop(Ticket),
    /// Forget this query; nothing more is said about it.
    Cancel(Ticket),
}

/// What the service says.
#[derive(Clone, Debug)]
pub enum Report {
    /// How far it is.
    Progress {
        /// The query.
        ticket: Ticket,
        /// What is being done.
        stage: Stage,
        /// How far.
        progress: Progress,
        /// For how long this stage has been going on.
        elapsed: Duration,
    },
    /// The end of it.
    Done {
        /// The query.
        ticket: Ticket,
        /// What it came to.
        answer: Arc<Answer>,
    },
    /// The search crashed: a mistake of ours. What it said.
    Crashed {
        /// The query.
        ticket: Ticket,
        /// What it said.
        text: String,
    },
}

/// Does what a query asks for, here and now. `watch` may stop the search, and then the drawing.
pub fn answer(query: &Query, watch: &mut dyn FnMut(Stage, &Progress) -> ControlFlow<()>) -> Answer {
    let began = Instant::now();
    let mut out_of_time = false;
    let mut limited = |progress: &Progress| {
        out_of_time |= query.time.is_some_and(|time| began.elapsed() >= time);
        if out_of_time { ControlFlow::Break(()) } else { watch(Stage::Searching, progress) }
    };
    let watched: &mut Watch = &mut limited;
    let exploration = match &query.start {
        Some(start) => explore_from(&query.machine, start, &query.options, watched),
        None => explore(&query.machine, &query.options, watched),
    };
    let took = began.elapsed();
    out_of_time &= exploration.coverage == Coverage::Partial(Limit::Stopped);
    let draw = query.sample.filter(|_| !exploration.is_complete());
    let sample = draw.map(|draw| {
        let began = Instant::now();
        let start = query.start.clone().unwrap_or_else(|| query.machine.start());
        sample(&query.machine, &start, &draw, &mut |progress| {
            let is_late = query.sample_time.is_some_and(|time| began.elapsed() >= time);
            if is_late { ControlFlow::Break(()) } else { watch(Stage::Drawing, progress) }
        })
    });
    let witnesses =
        draw.zip(sample.as_ref()).map_or_else(Vec::new, |(draw, sample)| witnesses(query, &draw, sample));
    Answer { exploration, sample, witnesses, took, out_of_time, wants_counts: query.options.counts }
}

/// The first schedule of each outcome that was drawn.
fn witnesses(query: &Query, draw: &Draw, sample: &Sample) -> Vec<Schedule> {
    if query.machine.program().shape.is_some() && query.start.is_none() {
        return Vec::new();
    }
    let start = query.start.clone().unwrap_or_else(|| query.machine.start());
    let again = |drawn: &Drawn| redraw(&query.machine, &start, draw.seed, drawn.first);
    sample.outcomes.iter().map(|drawn| again(drawn).unwrap_or_default()).collect()
}

/// What the searching thread is to do with its query.
const GO_ON: u8 = 0;
const STOP: u8 = 1;
/// Another query waits: stop everything and say what there is.
const HURRY: u8 = 2;
const FORGET: u8 = 3;

/// A query and the word that is passed on to whoever works on it.
type Job = (Query, Arc<AtomicU8>);

/// What lies between the service and its thread.
#[derive(Debug, Default)]
struct Desk {
    /// One of each asker at most, the newest last: it is what somebody looks at.
    waiting: Vec<Job>,
    running: Option<(Ticket, Arc<AtomicU8>)>,
    progress: Option<Report>,
    ended: VecDeque<Report>,
    is_closed: bool,
}

/// The searches of a program, one at a time. Dropping it gives up the one that is going on without waiting for it.
#[derive(Debug, Default)]
pub struct Service {
    shared: Arc<(Mutex<Desk>, Condvar)>,
    has_thread: bool,
}

impl Service {
    /// Passes an order on. Never waits.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Start(query) => self.start(*query),
            Order::Stop(ticket) => self.tell(ticket, STOP),
            Order::Cancel(ticket) => self.tell(ticket, FORGET),
        }
    }

    fn start(&mut self, query: Query) {
        if !self.has_thread {
            let shared = Arc::clone(&self.shared);
            let spawned = thread::Builder::new().name(THREAD.into()).spawn(move || work(&shared));
            if let Err(why) = spawned {
                let text = format!("can't start the thread that searches: {why}");
                self.shared.0.lock().ended.push_back(Report::Crashed { ticket: query.ticket, text });
                return;
            }
            self.has_thread = true;
        }
        let mut desk = self.shared.0.lock();
        if let Some((ticket, word)) = &desk.running {
            let now = if ticket.asker == query.ticket.asker { FORGET } else { HURRY };
            word.fetch_max(now, Ordering::Relaxed);
        }
        // One that has not begun has nothing to show.
        desk.waiting.retain(|(waiting, _)| waiting.ticket.asker != query.ticket.asker);
        desk.waiting.push((query, Arc::new(AtomicU8::new(GO_ON))));
        self.shared.1.notify_all();
    }

    fn tell(&mut self, ticket: Ticket, word: u8) {
        let mut desk = self.shared.0.lock();
        if let Some((_, running)) = desk.running.as_ref().filter(|(running, _)| *running == ticket) {
            running.fetch_max(word, Ordering::Relaxed);
        }
        if word == FORGET {
            desk.waiting.retain(|(query, _)| query.ticket != ticket);
        }
        if let Some((_, waiting)) = desk.waiting.iter().find(|(query, _)| query.ticket == ticket) {
            waiting.fetch_max(word, Ordering::Relaxed);
        }
    }

    /// The next thing that is said, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        let mut desk = self.shared.0.lock();
        let progress = desk.progress.take();
        progress.or_else(|| desk.ended.pop_front())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let mut desk = self.shared.0.lock();
        desk.is_closed = true;
        desk.waiting.clear();
        desk.running.iter().for_each(|(_, word)| word.store(FORGET, Ordering::Relaxed));
        self.shared.1.notify_all();
    }
}

/// The searching thread: one query after another until the service is dropped.
fn work(shared: &(Mutex<Desk>, Condvar)) {
    loop {
        let mut desk = shared.0.lock();
        let (query, word) = loop {
            if desk.is_closed {
                return;
            }
            match desk.waiting.pop() {
                Some(job) => break job,
                None => shared.1.wait(&mut desk),
            }
        };
        desk.running = Some((query.ticket, Arc::clone(&word)));
        drop(desk);
        let ticket = query.ticket;
        let answered = catch_unwind(AssertUnwindSafe(|| follow(&query, &word, &shared.0)));
        let report = match answered {
            Ok(answer) => Report::Done { ticket, answer: Arc::new(answer) },
            Err(payload) => Report::Crashed { ticket, text: said(payload.as_ref()) },
        };
        let mut desk = shared.0.lock();
        desk.running = None;
        // Nothing comes after the end.
        desk.progress = None;
        if word.load(Ordering::Relaxed) != FORGET {
            desk.ended.push_back(report);
        }
    }
}

/// Answers a query, tells how far it is, and heeds what it is told.
fn follow(query: &Query, word: &AtomicU8, desk: &Mutex<Desk>) -> Answer {
    let mut told: Option<(Stage, Instant)> = None;
    let mut began = (Stage::Searching, Instant::now());
    answer(query, &mut |stage, progress| {
        if began.0 != stage {
            began = (stage, Instant::now());
            // Whoever stopped the search may stop the drawing too, but has to say so again.
            let _ = word.compare_exchange(STOP, GO_ON, Ordering::Relaxed, Ordering::Relaxed);
        }
        if word.load(Ordering::Relaxed) != GO_ON {
            return ControlFlow::Break(());
        }
        if told.is_none_or(|(before, when)| before != stage || when.elapsed() >= EVERY) {
            told = Some((stage, Instant::now()));
            let (ticket, elapsed) = (query.ticket, began.1.elapsed());
            desk.lock().progress = Some(Report::Progress { ticket, stage, progress: *progress, elapsed });
        }
        ControlFlow::Continue(())
    })
}

/// What a panic said.
#[must_use]
pub fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it did not say why").to_owned()
}

#[cfg(test)]
mod tests;
