//! What processes cost: children of this very executable.

use std::io::{Read, Write};
use std::process::Stdio;
use std::time::Instant;

use super::Held;
use super::child::Job;
use super::work::Work;
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::platform::clock;
use crate::platform::process::{Child, End};

/// Processes started one after another.
const STARTS: u32 = 8;
/// Turns each of two takes, and before the clock is read.
const TURNS: u32 = 1_000;
const WARM_UP: u32 = 50;

/// Children; those that are still there are ended when this is dropped.
#[derive(Default)]
pub(super) struct Children(Vec<Child>);

impl Drop for Children {
    fn drop(&mut self) {
        // All at once: each is waited for when it goes.
        self.0.iter_mut().for_each(Child::kill);
    }
}

fn failed(what: &str, why: impl std::fmt::Display) -> LabError {
    LabError::Process(format!("{what}: {why}"))
}

impl Children {
    /// Starts one more.
    fn start(&mut self, job: Job, input: Stdio, output: Stdio) -> Result<&mut Child, LabError> {
        let number = self.0.len() + 1;
        let started = Child::start(&job.to_string(), input, output);
        self.0.push(started.map_err(|why| failed(&format!("process {number} could not be started"), why))?);
        Ok(&mut self.0[number - 1])
    }

    /// Waits until all have ended, as they should.
    fn join(mut self) -> Result<(), LabError> {
        for child in &mut self.0 {
            match child.collect() {
                End::Exit(0) => {}
                end => {
                    return Err(failed(
                        "a process did not end its work",
                        format!(
                            "it {end}; perhaps the system refused it threads or open files (ulimit -u, -n)"
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(Child::id)
    }
}

/// The first action that a child tells of: what its clock showed.
fn first_action(child: &mut Child) -> Result<u64, LabError> {
    let mut shown = [0; 8];
    let mut output =
        child.take_output().ok_or_else(|| failed("a process has no output", "a mistake of ours"))?;
    output.read_exact(&mut shown).map_err(|why| failed("a process ended before its first action", why))?;
    Ok(u64::from_le_bytes(shown))
}

/// Nanoseconds from asking for a process to its first action: the average of several, one after another.
pub(super) fn start() -> Result<f64, LabError> {
    let mut spent = 0;
    for _ in 0..STARTS {
        let mut children = Children::default();
        let asked = clock::nanos();
        let child = children.start(Job::Start, Stdio::null(), Stdio::piped())?;
        spent += first_action(child)?.saturating_sub(asked);
        children.join()?;
    }
    Ok(spent as f64 / f64::from(STARTS))
}

/// Nanoseconds from this process to a child and back, halved: each reads a byte that the other has written.
pub(super) fn switch() -> Result<f64, LabError> {
    let mut children = Children::default();
    let child = children.start(Job::Echo, Stdio::piped(), Stdio::piped())?;
    let (Some(mut input), Some(mut output)) = (child.take_input(), child.take_output()) else {
        return Err(failed("a process has no pipes", "a mistake of ours"));
    };
    let mut rounds = |count: u32| {
        let mut byte = [1];
        (0..count).try_for_each(|_| input.write_all(&byte).and_then(|()| output.read_exact(&mut byte)))
    };
    let gone = |why| failed("a process ended before its work was done", why);
    rounds(WARM_UP).map_err(gone)?;
    let began = Instant::now();
    rounds(TURNS).map_err(gone)?;
    let spent = began.elapsed();
    drop(input);
    children.join()?;
    Ok(spent.as_nanos() as f64 / f64::from(2 * TURNS))
}

/// Nanoseconds from asking for the first of so many processes to the last one's end.
pub(super) fn together(count: u16, work: Work) -> Result<u64, LabError> {
    let began = Instant::now();
    let mut children = Children::default();
    for _ in 0..count {
        children.start(Job::Work(work), Stdio::null(), Stdio::null())?;
    }
    children.join()?;
    Ok(began.elapsed().as_nanos() as u64)
}

/// Starts so many and waits until all wait.
pub(super) fn hold(count: u16) -> Result<Children, LabError> {
    let mut children = Children::default();
    for _ in 0..count {
        children.start(Job::Rest, Stdio::piped(), Stdio::piped())?;
    }
    for child in &mut children.0 {
        first_action(child)?;
    }
    Ok(children)
}

/// What a waiting worker of this kind takes, measured in a fresh process: what another experiment has left in this one
/// would hide it.
pub(super) fn held_by(kind: Kind) -> Result<Held, LabError> {
    let mut children = Children::default();
    let child = children.start(Job::Memory(kind), Stdio::null(), Stdio::piped())?;
    let mut said = String::new();
    if let Some(mut output) = child.take_output() {
        output.read_to_string(&mut said).map_err(|why| failed("a process can't be read", why))?;
    }
    children.join()?;
    let mut figures = said.split_whitespace().map(|figure| figure.parse().ok());
    Ok(Held { memory: figures.next().flatten(), threads: figures.next().flatten() })
}
