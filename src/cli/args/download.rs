//! What can be said of downloads.

use std::path::PathBuf;

use clap::Args;

use crate::experiment::Work;
use crate::experiment::download::{Faults, Net};
use crate::experiment::jobs::{JobSettings, Runner, Sizes};

use super::limits;

/// Downloads.
#[derive(Debug, Args)]
#[command(after_long_help = DOWNLOAD_FIGURES)]
pub struct DownloadArgs {
    /// Who downloads: row (one after another), threads (one a transfer), pool (of threads) or tasks (all on one thread)
    #[arg(long, short = 'r', default_value = "threads", value_name = "RUNNER")]
    pub runner: Runner,
    /// How many transfers: 1 to 64 of threads, 10 000 otherwise; unless said 12, or each URL once
    #[arg(long, short = 'n', value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub transfers: Option<u32>,
    /// Threads of a pool, 1 to 64
    #[arg(long, short = 'w', default_value_t = 4, value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub workers: u16,
    /// How many transfers may go on at once, by a semaphore; as many as there are workers unless said
    #[arg(long, short = 'p', value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub permits: Option<u16>,
    /// Milliseconds that a transfer may take once it has its permit; unless said 1000, and 10000 from other servers
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub timeout: Option<u32>,
    /// Download this (http only) instead of from the server of our own; may be said several times
    #[arg(long, value_name = "URL")]
    pub url: Vec<String>,
    /// Download what stands in this file, a URL a line; empty lines and those that begin with # are none
    #[arg(long, value_name = "FILE")]
    pub urls: Option<PathBuf>,
    /// The server of our own: milliseconds from letting a request in to the answer's first byte
    #[arg(long, default_value_t = 50, value_name = "MS", conflicts_with_all = ["url", "urls"], allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub delay: u32,
    /// The server of our own: bytes of each answer
    #[arg(long, default_value_t = 65_536, value_name = "BYTES", conflicts_with_all = ["url", "urls"], allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub size: u32,
    /// The server of our own: how many requests it serves at once; the others wait
    #[arg(long, default_value_t = 4, value_name = "N", conflicts_with_all = ["url", "urls"], allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub capacity: u16,
    /// The server of our own: percent of the transfers that it lets fail, rounded to whole ones
    #[arg(long, default_value_t = 0, value_name = "PERCENT", conflicts_with_all = ["url", "urls"], allow_negative_numbers = true, value_parser = limits::percent)]
    pub failures: u8,
    /// The server of our own: of what they fail, dealt in turn: refused, broken, silent, status, slow; all unless said
    #[arg(long, default_value_t = Faults::ALL, value_name = "FAULTS", hide_default_value = true)]
    pub faults: Faults,
    /// Seed that decides which of the transfers fail
    #[arg(long, default_value_t = 7, value_name = "SEED", allow_negative_numbers = true, value_parser = limits::any)]
    pub seed: u64,
    /// Print one JSON object with every transfer instead of the report
    #[arg(long)]
    pub json: bool,
}

impl DownloadArgs {
    /// The settings, where so many URLs are given; their limits are not checked yet.
    #[must_use]
    pub fn settings(&self, urls: usize) -> JobSettings {
        let usual = JobSettings::of(Work::Download);
        let all = if urls == 0 { usual.jobs } else { u32::try_from(urls).unwrap_or(u32::MAX) };
        let net = Net {
            permits: self.permits,
            limit: self.timeout.unwrap_or(if urls == 0 { usual.net.limit } else { 10_000 }),
            delay: self.delay,
            capacity: self.capacity,
            failures: self.failures,
            faults: self.faults,
        };
        JobSettings {
            runner: self.runner,
            jobs: self.transfers.unwrap_or(all),
            workers: self.workers,
            sizes: Sizes::of(&[self.size]),
            seed: self.seed,
            net,
            ..usual
        }
    }
}

/// What the figures are.
const DOWNLOAD_FIGURES: &str = "\
The server of our own is a real one on the loopback interface: it reads every
request at once, serves as many together as it has capacity, and counts them.
  queue       from the start to a worker's taking the transfer up
  permit      waiting for a permit of the semaphore
  connect     until there is a connection
  first byte  until the head of the answer is there
  receive     until the last byte
One connection carries one transfer. A transfer that is broken off, refused,
answered with a status other than 2xx, or not over in time has failed, and says
of what; redirections are not followed. https is not spoken: its library would
make this program larger by a third.
Ctrl-C calls off what has not ended and leaves the report of what has.";
