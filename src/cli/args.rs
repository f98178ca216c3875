//! What can be said on the command line. Help, completions and the man page all come from here.

mod download;
pub mod jobs;
mod limits;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::compare::plan::Sweep;
use crate::experiment::{Cores, Delay, Gap, Kind, Pace, Protection, Settings};
use crate::lab::batch::RECORD_LIMIT;
use crate::program::CounterShape;

pub use download::DownloadArgs;

/// An oscilloscope for race conditions.
#[derive(Debug, Parser)]
#[command(name = "racescope", version, about, long_about = LONG_ABOUT, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; nothing means: open the screen.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How the screen starts.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

const LONG_ABOUT: &str = "\
An oscilloscope for race conditions: real threads on one shared counter, with or without a lock or a semaphore, and \
every lost update shown and accounted for.

Without a command it opens a screen on which everything can be changed while the threads run; press ? there. \
`racescope race` makes the same experiment without a screen.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the experiment without a screen and report the final counts
    Race(RaceArgs),
    /// Go through every interleaving: all outcomes, how many schedules lead to each, and schedules that show it
    Explore(ExploreArgs),
    /// Follow a schedule and print what happens, an operation a line
    Step(StepArgs),
    /// Change one thing at a time and measure what that changes: protections, permits or the gap
    Compare(CompareArgs),
    /// Let workers say, compute or sleep: in a row, in threads, pools, processes or tasks
    Jobs(jobs::JobsArgs),
    /// Download: in a row, with threads, a pool or tasks, as many at once as there are permits; how each transfer ended
    Download(Box<DownloadArgs>),
    /// Exit with 1 if a lost update, a failed assertion or a deadlock is reachable, and print the schedule
    Check(CheckArgs),
    /// List the programs that come with it
    Programs,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page, or that of a command
    Man {
        /// Which command
        command: Option<String>,
    },
}

/// How the screen starts.
#[derive(Debug, Args)]
pub struct ScreenArgs {
    /// The experiment.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Pace at the start: by-hand, full, or operations a second and worker
    #[arg(long, default_value = "4", value_name = "PACE")]
    pub pace: Pace,
    /// Colours: chosen from the terminal (its answer, COLORFGBG, COLORTERM, NO_COLOR) unless said
    #[arg(long, value_enum, value_name = "THEME")]
    pub theme: Option<Theme>,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// For dark terminals
    Dark,
    /// For light terminals
    Light,
    /// The terminal's own sixteen colours
    Sixteen,
    /// Those of the sixteen that are dark enough for a light terminal
    SixteenLight,
    /// No colours at all
    Mono,
}

/// The experiment.
#[derive(Clone, Debug, Args)]
pub struct SettingsArgs {
    /// What a worker is: thread, process (one shared word), process-own (each its own memory), task (nothing awaited
    /// between load and store) or task-await
    #[arg(long, short = 'k', default_value = "thread", value_name = "KIND")]
    pub kind: Kind,
    /// Number of workers: 1 to 64 threads, 256 processes or 10 000 tasks
    #[arg(long, short = 't', visible_alias = "workers", default_value_t = 4, allow_negative_numbers = true, value_name = "N", value_parser = limits::workers)]
    pub threads: u16,
    /// Increments each worker makes: 1 to 60 million of a thread, 15 million of a process, 250 thousand of a task
    #[arg(long, short = 'i', default_value_t = 1_000, allow_negative_numbers = true, value_name = "K", value_parser = limits::iterations)]
    pub iterations: u32,
    /// What guards an increment: none, lock, guard, semaphore, cas, fetch-add, spin, rwlock-read or rwlock-write
    #[arg(long, short = 'p', default_value = "none", value_name = "PROTECTION")]
    pub protection: Protection,
    /// Permits of the semaphore, 1 to 64
    #[arg(long, default_value_t = 2, allow_negative_numbers = true, value_name = "N", value_parser = limits::permits)]
    pub permits: u16,
    /// Between load and store: none, spin:NANOSECONDS, yield or sleep:MICROSECONDS
    #[arg(long, short = 'g', default_value = "yield", value_name = "GAP")]
    pub gap: Delay,
    /// By how many percent a gap may be shorter or longer, 0 to 100
    #[arg(long, allow_negative_numbers = true, default_value_t = 50, value_name = "PERCENT", value_parser = limits::percent)]
    pub jitter: u8,
    /// Processor cores to use: all or one
    #[arg(long, default_value = "all", value_name = "CORES")]
    pub cores: Cores,
    /// Seed of the jitter
    #[arg(long, default_value_t = 7, allow_negative_numbers = true, value_name = "SEED", value_parser = limits::any)]
    pub seed: u64,
}

impl SettingsArgs {
    /// The settings; their limits are not checked yet.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            kind: self.kind,
            threads: self.threads,
            iterations: self.iterations,
            protection: self.protection,
            permits: self.permits,
            gap: Gap { delay: self.gap, jitter: self.jitter },
            cores: self.cores,
            seed: self.seed,
        }
    }
}

/// The experiment without a screen.
#[derive(Debug, Args)]
#[command(after_long_help = crate::export::trace::FIELDS)]
pub struct RaceArgs {
    /// The experiment.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Number of runs
    #[arg(long, short = 'n', allow_negative_numbers = true, default_value_t = 20, value_name = "N", value_parser = limits::runs)]
    pub runs: u32,
    /// Print one JSON object instead of the report
    #[arg(long)]
    pub json: bool,
    /// Write every operation to a file as JSON Lines, whole or not at all
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Exit with 1 if an update was lost
    #[arg(long)]
    pub expect_no_loss: bool,
    /// Make each run also without recording, and say what recording changes
    #[arg(long)]
    pub probe_effect: bool,
    /// Most words of 8 bytes to set aside for recording a run; 0 records nothing
    #[arg(long, default_value_t = RECORD_LIMIT, allow_negative_numbers = true, value_name = "WORDS", value_parser = limits::any)]
    pub record_limit: u64,
}

/// What is stepped or explored.
#[derive(Clone, Debug, Args)]
pub struct ProgramArgs {
    /// A shipped program (see `racescope programs`) or a file with one, in place of the counter
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["kind", "threads", "iterations", "protection", "permits"])]
    pub program: Option<String>,
    /// What a worker is: thread, process (one shared word), process-own (each its own memory), task (nothing awaited
    /// between load and store) or task-await
    #[arg(long, short = 'k', default_value = "thread", value_name = "KIND")]
    pub kind: Kind,
    /// Number of workers on the counter, 1 to 64
    #[arg(long, short = 't', visible_alias = "workers", default_value_t = 2, allow_negative_numbers = true, value_name = "N", value_parser = limits::workers)]
    pub threads: u16,
    /// Increments each worker makes, 1 to 60 million
    #[arg(long, short = 'i', default_value_t = 2, allow_negative_numbers = true, value_name = "K", value_parser = limits::iterations)]
    pub iterations: u32,
    /// What guards an increment: none, lock, guard, semaphore, cas, fetch-add, spin, rwlock-read or rwlock-write
    #[arg(long, short = 'p', default_value = "none", value_name = "PROTECTION")]
    pub protection: Protection,
    /// Permits of the semaphore, 1 to 64
    #[arg(long, default_value_t = 2, allow_negative_numbers = true, value_name = "N", value_parser = limits::permits)]
    pub permits: u16,
}

impl ProgramArgs {
    /// The counter's sizes; their limits are not checked yet.
    #[must_use]
    pub fn shape(&self) -> CounterShape {
        CounterShape {
            kind: self.kind,
            threads: self.threads,
            iterations: self.iterations,
            protection: self.protection,
            permits: self.permits,
        }
    }
}

/// How far a search goes.
#[derive(Clone, Debug, Args)]
pub struct BoundsArgs {
    /// Most memory that the search may hold, with k, M or G; a quarter of the machine's unless said
    #[arg(long, allow_negative_numbers = true, value_name = "BYTES", value_parser = memory)]
    pub memory: Option<u64>,
    /// Processor cores to search with; all unless said
    #[arg(long, allow_negative_numbers = true, value_name = "N", value_parser = limits::cores)]
    pub cores: Option<u16>,
    /// After so many seconds the search stops with what it has
    #[arg(long, allow_negative_numbers = true, default_value_t = 60, value_name = "SECONDS", value_parser = limits::seconds)]
    pub seconds: u64,
    /// Where not all can be searched, draw so many schedules; as many as two seconds allow unless said
    #[arg(long, allow_negative_numbers = true, value_name = "N", value_parser = limits::samples)]
    pub sample: Option<u64>,
    /// Seed of what is drawn
    #[arg(long, default_value_t = 7, allow_negative_numbers = true, value_name = "SEED", value_parser = limits::any)]
    pub seed: u64,
}

/// Every interleaving.
#[derive(Debug, Args)]
pub struct ExploreArgs {
    /// What is explored.
    #[command(flatten)]
    pub program: ProgramArgs,
    /// How far.
    #[command(flatten)]
    pub bounds: BoundsArgs,
    /// Print one JSON object instead of the table
    #[arg(long)]
    pub json: bool,
    /// Print only a schedule that leads to this outcome: a final count, the values separated by commas, deadlock or
    /// failed
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub witness: Option<String>,
    /// Count schedules and compute probabilities (so it is unless --outcomes is said)
    #[arg(long, conflicts_with = "outcomes")]
    pub counts: bool,
    /// Only the outcomes and a schedule for each, which takes less time
    #[arg(long)]
    pub outcomes: bool,
}

/// One schedule.
#[derive(Debug, Args)]
pub struct StepArgs {
    /// What is stepped.
    #[command(flatten)]
    pub program: ProgramArgs,
    /// Who moves when: `0x3 1 0x2` is worker 0 three times, worker 1 once, worker 0 twice
    #[arg(long, short = 's', value_name = "SCHEDULE", allow_hyphen_values = true)]
    pub schedule: String,
    /// Print one JSON object instead of the lines
    #[arg(long)]
    pub json: bool,
}

/// One thing changed, everything else the same.
#[derive(Debug, Args)]
#[command(after_long_help = COMPARE_FIGURES)]
pub struct CompareArgs {
    /// What is changed: protections (and the number of workers: 1, 2, 4 and so on), permits (of a semaphore, from 1 to
    /// the number of workers), window (the gap between load and store, from none to a sleep), kinds (what a worker is:
    /// thread, process or task, and what it costs) or downloads (how many may go on at once, from a server of our own)
    #[arg(value_name = "SWEEP")]
    pub sweep: Sweep,
    /// What a worker is, but for kinds: thread, process (one shared word), process-own (each its own memory), task
    /// (nothing awaited between load and store) or task-await; threads unless said
    #[arg(long, short = 'k', value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Number of workers, the greatest of them for protections: 1 to 64 threads, 256 processes or 10 000 tasks; unless
    /// said 8, and 4 for window. For kinds the number of workers that sleep together, 16 unless
    /// said; for downloads the greatest number of permits, 12 unless said
    #[arg(long, short = 't', visible_alias = "workers", value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub threads: Option<u16>,
    /// Increments each worker makes in a run, 1 to 60 million of a thread, 15 million of a process, 250 thousand of a task;
    /// unless said 1 000 000 for protections, 100 for permits and 2 for window. For kinds the steps of each piece of computing; 10 000 000 unless said
    #[arg(long, short = 'i', value_name = "K", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub iterations: Option<u32>,
    /// Runs of each row, 1 to 10 000; unless said 20, 1 000 for window, 15 for kinds and 10 for protections and downloads
    #[arg(long, short = 'n', value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub runs: Option<u32>,
    /// Between load and store: none, spin:NANOSECONDS, yield or sleep:MICROSECONDS; unless said none for protections and
    /// sleep:100 for permits
    #[arg(long, short = 'g', value_name = "GAP")]
    pub gap: Option<Delay>,
    /// Permits of the semaphore among the protections, 1 to 64; 2 unless said
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub permits: Option<u16>,
    /// Of downloads: how many requests the server serves at once, 1 to 10 000; 4 unless said
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub capacity: Option<u16>,
    /// Of downloads: milliseconds until the server answers, up to 1 000; 20 unless said
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub delay: Option<u32>,
    /// Processor cores to use: all or one
    #[arg(long, default_value = "all", value_name = "CORES")]
    pub cores: Cores,
    /// By how many percent a gap may be shorter or longer, 0 to 100; 0 unless said
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true, value_parser = limits::percent)]
    pub jitter: Option<u8>,
    /// Seed of the jitter
    #[arg(long, default_value_t = 7, allow_negative_numbers = true, value_name = "SEED", value_parser = limits::any)]
    pub seed: u64,
    /// Print one JSON object with every run instead of the report
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print the table as CSV instead of the report
    #[arg(long)]
    pub csv: bool,
}

/// What the figures of a sweep are.
const COMPARE_FIGURES: &str = "\
Runs are real and made in turn, one of every row before the next of any, so
that whatever drifts hits all rows alike. Ctrl-C stops a sweep; what has been
measured is reported and labelled partial. Figures are medians; quartiles are
beside them.
  lost      share of the increments of all runs together that the final counts
            are not built on; the quartiles beside it are of single runs
  a second  increments a second, from the barrier to the last store
  relative  the same over that of the row compared with (no protection on as
            many workers, or 1 permit), in the same round
  waiting   of the workers' time, the share from having asked for the
            protection and not being let in at once to being let in
  inside    most workers inside the protection at once
  fairness  Jain's index of the increments that each worker has completed when
            the first one has completed all of its own: 1 if all are equally
            far, 1/n if the others have not begun
Before a row: ✗ lost something, ✓ lost nothing and can't, · lost nothing this
time. Where each process has its own memory, and where tasks await nothing
between load and store, there is no race: nothing can be lost anywhere.
Looking at the clock costs time, so waiting and fairness are measured in runs
of their own (a quarter as many), from which no speed is taken.
kinds has other figures, of a thread, a child process of this program and a
task of a runtime with one thread:
  start     from asking for one to its first action
  memory    what many that wait add to a fresh process and its children, for
            each: what is their own, without the program and the kernel's
  switch    from one to another and on, on one core: threads wake each other,
            processes write into pipes, tasks notify each other
  compute   work that needs a core, a piece a core: how many times as fast as
            the same in a row, starting and ending the workers included
  small jobs  the same with 16 pieces of some 5 microseconds
  sleep     the same with workers that sleep 10 ms each
  1000 waits  time until 1000 workers that began together and sleep 20 ms
            each have ended; so many processes are not started
  downloads  time until 64 downloads at once, from a server of our own that
            answers each after 20 ms, have ended
  threads   threads of the system that each of many waiting ones takes
  shared    of increments under a lock, the share in the starter's counter
downloads has runs from a new server each, by tasks:
  a second        downloads done a second, over the whole run
  relative        the same over that of 1 permit, in the same round
  served at once  most requests that the server says it served at once
  queued there    most that waited in it, because it serves only so many
A claim is confirmed or refuted where the quartiles of the two figures are
apart, and not decided where they overlap.";

const STATUSES: &str = "\
Exit status: 0 nothing of the kind is reachable, 1 something is, 2 wrong usage, 3 it could not be decided within the \
limits of time and memory. The counter is decided at any size.";

/// A verdict.
#[derive(Debug, Args)]
#[command(after_help = STATUSES)]
pub struct CheckArgs {
    /// What is checked.
    #[command(flatten)]
    pub program: ProgramArgs,
    /// How far.
    #[command(flatten)]
    pub bounds: BoundsArgs,
}

/// Bytes: a number, with k, M or G after it for thousands, millions or thousands of millions.
fn memory(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().next_back() {
        Some((at, 'k')) => (&text[..at], 1_000),
        Some((at, 'M')) => (&text[..at], 1_000_000),
        Some((at, 'G')) => (&text[..at], 1_000_000_000),
        _ => (text, 1),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    number
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| format!("'{text}' is no memory; say for instance 512M or 4G"))
}
