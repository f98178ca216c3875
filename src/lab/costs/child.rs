//! This executable as a child that is measured: the other side of the measurements of processes.

use std::fmt;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use super::work::Work;
use super::{Held, processes, tasks, threads};
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
    /// Measures what waiting workers of this kind take.
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
        Job::Memory(kind) => {
            let Held { memory, threads } = held_by(kind).map_err(io::Error::other)?;
            let said =
                [memory, threads].map(|figure| figure.map_or("-".to_owned(), |figure| figure.to_string()));
            tell(said.join(" ").as_bytes())
        }
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

/// What this process and its children have more with so many waiting workers than before, for each.
fn held_by(kind: Kind) -> Result<Held, LabError> {
    let count = match kind {
        Kind::Thread => THREADS,
        Kind::Process { .. } => PROCESSES,
        Kind::Task { .. } => TASKS,
    };
    // What the first of its kind sets up stays.
    all_with(kind, 1)?;
    let (before, after) = (all_of([std::process::id()]), all_with(kind, count)?);
    let each = |before: Option<u64>, after: Option<u64>| {
        Some(after?.saturating_sub(before?) as f64 / f64::from(count))
    };
    Ok(Held { memory: each(before.0, after.0), threads: each(before.1, after.1) })
}

/// Memory and threads of these processes together.
fn all_of(processes: impl IntoIterator<Item = u32> + Clone) -> (Option<u64>, Option<u64>) {
    let memory = processes.clone().into_iter().map(memory::private).sum();
    (memory, processes.into_iter().map(memory::threads).sum())
}

/// Memory and threads of this process and its children while so many workers wait.
fn all_with(kind: Kind, count: u16) -> Result<(Option<u64>, Option<u64>), LabError> {
    let us = std::process::id();
    match kind {
        Kind::Thread => {
            let _waiting = threads::hold(count)?;
            Ok(all_of([us]))
        }
        Kind::Process { .. } => {
            let waiting = processes::hold(count)?;
            Ok(all_of(waiting.numbers().chain([us]).collect::<Vec<u32>>()))
        }
        Kind::Task { .. } => tasks::hold(count, || all_of([us])),
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
