//! This executable as a child that is measured: the other side of the measurements of processes.

use std::fmt;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use super::work::Work;
use super::{processes, tasks, threads};
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::platform::{clock, memory};

/// Workers that wait while their memory is measured. The smaller one is, the more are needed to see it.
const THREADS: u16 = 64;
const PROCESSES: u16 = 8;
const TASKS: u16 = 10_000;

/// What a child does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Tells what the clock shows.
    Start,
    /// The same, then waits until its input ends.
    Rest,
    /// Gives back every byte.
    Echo,
    /// Does a piece of work.
    Work(Work),
    /// Measures the memory of workers of this kind.
    Memory(Kind),
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Job::Start => f.write_str("start"),
            Job::Rest => f.write_str("rest"),
            Job::Echo => f.write_str("echo"),
            Job::Work(Work::Compute(steps)) => write!(f, "compute:{steps}"),
            Job::Work(Work::Sleep(long)) => write!(f, "sleep:{}", long.as_micros()),
            Job::Memory(kind) => write!(f, "memory:{kind}"),
        }
    }
}

impl FromStr for Job {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let number = || value.parse::<u32>().map_err(|_| ());
        Ok(match name {
            "start" => Job::Start,
            "rest" => Job::Rest,
            "echo" => Job::Echo,
            "compute" => Job::Work(Work::Compute(number()?)),
            "sleep" => Job::Work(Work::Sleep(Duration::from_micros(number()?.into()))),
            "memory" => Job::Memory(value.parse().map_err(|_| ())?),
            _ => return Err(()),
        })
    }
}

/// Child: does its job and says how to leave.
pub(in crate::lab) fn serve(job: &str) -> ExitCode {
    match job.parse::<Job>().map(make) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(()) => ExitCode::from(2),
    }
}

fn make(job: Job) -> io::Result<()> {
    match job {
        Job::Start => tell(&clock::nanos().to_le_bytes()),
        Job::Rest => {
            tell(&clock::nanos().to_le_bytes())?;
            io::stdin().read(&mut [0]).map(|_| ())
        }
        Job::Echo => echo(),
        Job::Work(work) => {
            work.make();
            Ok(())
        }
        Job::Memory(kind) => match memory_of(kind).map_err(io::Error::other)? {
            Some(bytes) => tell(bytes.to_string().as_bytes()),
            None => Ok(()),
        },
    }
}

fn tell(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

/// Until the parent closes its end, or is gone.
fn echo() -> io::Result<()> {
    let mut byte = [0];
    while io::stdin().read(&mut byte)? > 0 {
        tell(&byte)?;
    }
    Ok(())
}

/// What this process and its children have more with so many waiting workers than with one, for each.
fn memory_of(kind: Kind) -> Result<Option<f64>, LabError> {
    let count = match kind {
        Kind::Thread => THREADS,
        Kind::Process { .. } => PROCESSES,
        Kind::Task { .. } => TASKS,
    };
    // What the first of its kind sets up stays.
    memory_with(kind, 1)?;
    let (before, after) = (memory::private(std::process::id()), memory_with(kind, count)?);
    Ok(before.zip(after).map(|(before, after)| after.saturating_sub(before) as f64 / f64::from(count)))
}

/// The memory of this process and its children while so many workers wait.
fn memory_with(kind: Kind, count: u16) -> Result<Option<u64>, LabError> {
    let ours = || memory::private(std::process::id());
    match kind {
        Kind::Thread => {
            let _waiting = threads::hold(count)?;
            Ok(ours())
        }
        Kind::Process { .. } => {
            let waiting = processes::hold(count)?;
            Ok(waiting.numbers().map(memory::private).chain([ours()]).sum())
        }
        Kind::Task { .. } => tasks::hold(count, ours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_back() {
        let sleep = Work::Sleep(Duration::from_millis(10));
        let kinds = Kind::ALL.map(Job::Memory);
        let jobs = [Job::Start, Job::Rest, Job::Echo, Job::Work(Work::Compute(7)), Job::Work(sleep)];
        for job in jobs.into_iter().chain(kinds) {
            assert_eq!(job.to_string().parse(), Ok(job));
        }
        for nonsense in ["", "start!", "compute:", "sleep:-1", "memory:fibre"] {
            assert_eq!(nonsense.parse::<Job>(), Err(()), "{nonsense}");
        }
    }
}
