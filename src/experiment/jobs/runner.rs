//! Who runs the jobs, by name, and how many jobs and workers each can have.

use std::fmt;
use std::str::FromStr;

use crate::experiment::SettingError;

/// Who runs the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runner {
    /// One worker, one job after another: the measure for all others.
    Row,
    /// A thread for each job.
    Threads,
    /// A pool of threads.
    Pool,
    /// A process for each job.
    Process,
    /// A pool of processes.
    ProcessPool,
    /// A task for each job, all on a single thread.
    Tasks,
}

impl Runner {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Runner; 6] =
        [Runner::Row, Runner::Threads, Runner::Pool, Runner::Process, Runner::ProcessPool, Runner::Tasks];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Runner::Row => "row",
            Runner::Threads => "threads",
            Runner::Pool => "pool",
            Runner::Process => "processes",
            Runner::ProcessPool => "process-pool",
            Runner::Tasks => "tasks",
        }
    }

    /// What it is, in a few plain words.
    pub fn title(self) -> &'static str {
        match self {
            Runner::Row => "in a row",
            Runner::Threads => "threads",
            Runner::Pool => "thread pool",
            Runner::Process => "processes",
            Runner::ProcessPool => "process pool",
            Runner::Tasks => "tasks on one thread",
        }
    }

    /// Whether its number of workers is a setting.
    pub fn is_pool(self) -> bool {
        matches!(self, Runner::Pool | Runner::ProcessPool)
    }

    /// Whether its workers are processes of their own.
    pub fn has_processes(self) -> bool {
        matches!(self, Runner::Process | Runner::ProcessPool)
    }

    /// Most jobs that it can be given.
    pub fn most_jobs(self) -> u32 {
        match self {
            Runner::Row | Runner::Pool | Runner::ProcessPool | Runner::Tasks => 10_000,
            Runner::Threads => 64,
            Runner::Process => 256,
        }
    }

    /// Most workers that it can have, where that is a setting.
    pub fn most_workers(self) -> u16 {
        if self == Runner::ProcessPool { 256 } else { 64 }
    }

    /// What comes after it.
    #[must_use]
    pub fn next(self) -> Runner {
        let here = Runner::ALL.iter().position(|&runner| runner == self).unwrap_or(0);
        Runner::ALL[(here + 1) % Runner::ALL.len()]
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Runner {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        Runner::ALL.into_iter().find(|runner| runner.name() == text).ok_or_else(|| {
            let names = Runner::ALL.map(Runner::name).join(", ");
            SettingError(format!("'{text}' runs no jobs; use one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_the_key_goes_round() {
        let mut runner = Runner::Row;
        for expected in Runner::ALL {
            assert_eq!(runner, expected);
            assert_eq!(runner.name().parse(), Ok(runner));
            runner = runner.next();
        }
        assert_eq!(runner, Runner::Row);
        assert!("fork".parse::<Runner>().expect_err("no such").to_string().contains("row, threads"));
    }
}
