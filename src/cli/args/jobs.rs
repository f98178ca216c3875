//! What can be said of jobs on the command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::experiment::jobs::{JobSettings, Runner, Script, Sizes};
use crate::experiment::{Cores, SettingError, Work};

use super::limits;

/// Workers that do something else than count.
#[derive(Debug, Args)]
#[command(after_long_help = crate::export::jobs::FIELDS)]
pub struct JobsArgs {
    /// What each job does, and how large it is: say:MILLISECONDS (numbers and letters; the pause between two texts),
    /// compute:NUMBERS (counts primes among so many numbers) or sleep:MILLISECONDS. Up to 8 sizes, separated by commas, take
    /// turns; a size can be left out, and can have ms or s for its unit (of compute as well: about so long a job)
    #[arg(long, short = 'w', default_value = "compute", value_name = "WORK")]
    pub work: WorkArg,
    /// Who runs them: row (one after another), threads (one a job), pool (of threads), processes (one a job),
    /// process-pool or tasks (one a job, all on one thread); unless said what shows this work best
    #[arg(long, short = 'r', value_name = "RUNNER")]
    pub runner: Option<Runner>,
    /// Number of jobs: 1 to 64 for threads, 256 for processes, 10 000 for the others; unless said 8, and 2 for say and
    /// sleep
    #[arg(long, short = 'n', value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub jobs: Option<u32>,
    /// Workers of a pool: 1 to 64 threads or 256 processes
    #[arg(long, short = 't', default_value_t = 4, value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub workers: u16,
    /// By how many percent a size may be smaller or larger, 0 to 100
    #[arg(long, default_value_t = 0, value_name = "PERCENT", allow_negative_numbers = true, value_parser = limits::percent)]
    pub jitter: u8,
    /// Texts that each job says, 1 to 1 000
    #[arg(long, default_value_t = 10, value_name = "N", allow_negative_numbers = true, value_parser = limits::number::<u16>)]
    pub texts: u16,
    /// What is said: numbers (the first job says numbers, the second letters and so on) or greetings
    #[arg(long, default_value = "numbers", value_name = "SCRIPT")]
    pub script: Script,
    /// This job, counted from 0, crashes in its midst: it panics, or takes its process with it
    #[arg(long, value_name = "JOB", allow_negative_numbers = true, value_parser = limits::number::<u32>)]
    pub fail: Option<u32>,
    /// Processor cores to use: all or one
    #[arg(long, default_value = "all", value_name = "CORES")]
    pub cores: Cores,
    /// Seed of the jitter
    #[arg(long, default_value_t = 7, value_name = "SEED", allow_negative_numbers = true, value_parser = limits::any)]
    pub seed: u64,
    /// Longest time in seconds to do the same work in a row for comparison; beyond it the rest is inferred; 0: not at all
    #[arg(long, default_value_t = 10, value_name = "SECONDS", allow_negative_numbers = true, value_parser = limits::number::<u64>)]
    pub row: u64,
    /// Print one JSON object instead of the report
    #[arg(long)]
    pub json: bool,
    /// Write every event to a file as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

/// A kind of work and its sizes, as they were said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkArg {
    /// What each job does.
    pub work: Work,
    /// How large each is; empty if it was not said.
    pub sizes: Vec<SizeArg>,
}

/// A size as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeArg {
    /// In the unit of the work.
    Plain(u32),
    /// A time in milliseconds.
    Millis(u32),
}

impl FromStr for WorkArg {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let (name, sizes) = text.split_once(':').unwrap_or((text, ""));
        let work = name.parse()?;
        if sizes.is_empty() && !text.contains(':') {
            return Ok(WorkArg { work, sizes: Vec::new() });
        }
        let plain: Vec<String> = sizes.split(',').map(|size| digits(size).0.to_owned()).collect();
        let numbers: Sizes = plain.join(",").parse().map_err(|_| {
            SettingError::new(format!(
                "'{sizes}' is no size; say a whole number or a time like 20ms, or up to 8 separated by commas that \
                 take turns"
            ))
        })?;
        let unit = |(text, size): (&str, u32)| match digits(text).1 {
            None => Some(SizeArg::Plain(size)),
            Some(factor) => size.checked_mul(factor).map(SizeArg::Millis),
        };
        let sizes: Option<Vec<SizeArg>> = sizes.split(',').zip(numbers.iter()).map(unit).collect();
        let sizes = sizes.ok_or_else(|| SettingError::new(format!("'{text}' is too long a time")))?;
        Ok(WorkArg { work, sizes })
    }
}

/// The number before the unit, and how many milliseconds the unit is.
fn digits(text: &str) -> (&str, Option<u32>) {
    let text = text.trim();
    match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number.trim(), Some(1)),
        (None, Some(number)) => (number.trim(), Some(1_000)),
        (None, None) => (text, None),
    }
}

impl JobsArgs {
    /// The settings; their limits are not checked yet. `numbers` tells how many numbers are looked at in so many
    /// milliseconds.
    pub fn settings(&self, numbers: impl Fn(u32) -> u32) -> JobSettings {
        let usual = JobSettings::of(self.work.work);
        let size = |size: &SizeArg| match *size {
            SizeArg::Millis(millis) if self.work.work == Work::Compute => numbers(millis),
            SizeArg::Plain(size) | SizeArg::Millis(size) => size,
        };
        let sizes: Vec<u32> = self.work.sizes.iter().map(size).collect();
        JobSettings {
            runner: self.runner.unwrap_or(usual.runner),
            jobs: self.jobs.unwrap_or(usual.jobs),
            workers: self.workers,
            sizes: if sizes.is_empty() { usual.sizes } else { Sizes::of(&sizes) },
            jitter: self.jitter,
            texts: self.texts,
            script: self.script,
            crash: self.fail,
            cores: self.cores,
            seed: self.seed,
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_comes_with_its_sizes() {
        let parse = |text: &str| text.parse::<WorkArg>().map(|arg| (arg.work, arg.sizes));
        assert_eq!(parse("say"), Ok((Work::Say, vec![])));
        assert_eq!(parse("compute:5000"), Ok((Work::Compute, vec![SizeArg::Plain(5_000)])));
        assert_eq!(parse("compute:5ms"), Ok((Work::Compute, vec![SizeArg::Millis(5)])));
        let sizes = vec![SizeArg::Millis(1_000), SizeArg::Plain(250), SizeArg::Millis(2)];
        assert_eq!(parse("sleep:1s,250,2 ms"), Ok((Work::Sleep, sizes)));
        for wrong in
            ["sleep:", "sleep:x", "sleep:1,", "sleep:9999999s", "count", "nap:3", "sleep:1,2,3,4,5,6,7,8,9"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
