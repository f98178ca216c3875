//! What can be said on the command line. Help, completions and the man page all come from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::experiment::{Cores, Delay, Gap, Pace, Protection, Settings};
use crate::lab::batch::RECORD_LIMIT;

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
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
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
    /// Colours: chosen from the terminal (COLORFGBG, COLORTERM, NO_COLOR) unless said
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
    /// No colours at all
    Mono,
}

/// The experiment.
#[derive(Clone, Debug, Args)]
pub struct SettingsArgs {
    /// Number of threads, 1 to 64
    #[arg(long, short = 't', default_value_t = 4, value_name = "N")]
    pub threads: u16,
    /// Increments each thread makes, 1 to 60 000 000
    #[arg(long, short = 'i', default_value_t = 1_000, value_name = "K")]
    pub iterations: u32,
    /// What guards an increment: none, lock, guard, semaphore, cas, fetch-add, spin, rwlock-read or rwlock-write
    #[arg(long, short = 'p', default_value = "none", value_name = "PROTECTION")]
    pub protection: Protection,
    /// Permits of the semaphore, 1 to 64
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub permits: u16,
    /// Between load and store: none, spin:NANOSECONDS, yield or sleep:MICROSECONDS
    #[arg(long, short = 'g', default_value = "yield", value_name = "GAP")]
    pub gap: Delay,
    /// By how many percent a gap may be shorter or longer, 0 to 100
    #[arg(long, default_value_t = 50, value_name = "PERCENT")]
    pub jitter: u8,
    /// Processor cores to use: all or one
    #[arg(long, default_value = "all", value_name = "CORES")]
    pub cores: Cores,
    /// Seed of the jitter
    #[arg(long, default_value_t = 7, value_name = "SEED")]
    pub seed: u64,
}

impl SettingsArgs {
    /// The settings; their limits are not checked yet.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
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
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
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
    #[arg(long, default_value_t = RECORD_LIMIT, value_name = "WORDS")]
    pub record_limit: u64,
}
