//! What the live lab is told, and what it tells.

use crate::event::{Event, Seen, Source, Worker};
use crate::experiment::figures::{Counts, Finished, Segment, WorkerNow};
use crate::experiment::{Pace, Settings};

/// What the live lab can be told. Orders never block the one who gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the next safe point on, these settings hold: a new segment begins.
    Change(Settings),
    /// Hold the workers back by this much from now on, in the midst of what they do.
    Pace(Pace),
    /// Hold all workers before their next operation, or let them go on.
    Pause(bool),
    /// Let one operation happen, also while paused: this worker's, or that of whichever worker comes first.
    Step(Option<Worker>),
    /// Bring the present run to its end at full speed; the pace after it is as before.
    Finish,
    /// Give up the present run and begin a new one.
    Again,
    /// Make so many runs at full speed with the present settings; the run in progress is given up.
    Burst(u32),
    /// End a burst early; the runs it has made stay.
    CancelBurst,
    /// Whether another run follows when one has ended.
    Follow(bool),
}

/// What the live lab publishes, at most sixty times a second and only when something has changed. A report
/// stands for everything since the one before it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The settings in force.
    pub settings: Settings,
    /// The pace in force.
    pub pace: Pace,
    /// Whether the workers are held.
    pub paused: bool,
    /// What is going on.
    pub phase: Phase,
    /// Which run this is, counted from 1.
    pub run: u64,
    /// Nanoseconds since the present run began; when it has ended, how long it took.
    pub elapsed: u64,
    /// The counter as it stands, and whose store that is.
    pub counter: Seen,
    /// The counts of the present run.
    pub counts: Counts,
    /// Whether `counts` is exact: all workers were seen at one moment. At full speed in mid-run it is not, since
    /// they go on while they are looked at one after another.
    pub exact: bool,
    /// The segments of the present run, oldest first, the last one still open. A very restless run has its oldest
    /// segments merged away: see `segments_dropped`.
    pub segments: Vec<Segment>,
    /// Segments of this run that are no longer listed.
    pub segments_dropped: u64,
    /// Each worker, in order of its number.
    pub workers: Vec<WorkerNow>,
    /// The process that each worker is, where they are processes.
    pub pids: Vec<u32>,
    /// What was recorded since the last report.
    pub recording: Recording,
    /// Operations of this run that were recorded.
    pub recorded: u64,
    /// Operations of this run that no ring had room for: they are counted, but not shown.
    pub dropped: u64,
    /// Runs that ended since the last report.
    pub finished: Vec<Finished>,
    /// What went wrong or can't be had, each said once.
    pub notices: Vec<String>,
}

/// What the live lab is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A run is going on.
    Running,
    /// A burst is going on: so many runs of so many are done.
    Burst {
        /// Runs made.
        done: u32,
        /// Runs asked for.
        of: u32,
    },
    /// The run has ended; if another is to follow, it begins shortly.
    Ended,
    /// The lab can't go on: a worker crashed or no thread could be started. `Order::Again` tries afresh.
    Failed,
}

/// Recorded operations. Each worker's own come in the order in which it made them; how the workers' operations
/// interleaved follows from what they read.
#[derive(Clone, Debug, Default)]
pub enum Recording {
    /// Nothing new.
    #[default]
    Nothing,
    /// A new run has begun: what was recorded before belongs to the past. Carries on like `More`.
    Fresh(Vec<Vec<Event>>),
    /// The next operations, without a hole: everything that took effect before some moment and is not in an earlier
    /// report. One list a worker.
    More(Vec<Vec<Event>>),
    /// A window into a run that is too fast to be recorded whole.
    Window {
        /// One list a worker: what it did from the beginning of the window on until its ring was full or was looked at.
        streams: Vec<Vec<Event>>,
        /// What the counter held at the beginning, when all workers were at rest. `None`: there are holes, and nothing is
        /// known of the beginning.
        base: Option<Seen>,
        /// Whose store the counter held at the end, if all were at rest then.
        last: Source,
        /// Operations that were recorded in it and left out, because a window has room for so many of each worker.
        left_out: u64,
    },
}
