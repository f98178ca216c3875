//! What threads cost.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, Builder, JoinHandle};
use std::time::Instant;

use crossbeam_channel::{Sender, bounded};

use super::work::Work;
use crate::experiment::Kind;
use crate::lab::error::LabError;

/// Threads started one after another.
const STARTS: u32 = 50;
/// Turns each of two takes, and before the clock is read.
const TURNS: u32 = 1_000;
const WARM_UP: u32 = 50;
/// Address space for a thread's stack. None of it is memory before it is touched.
const STACK: usize = 512 * 1024;

fn builder() -> Builder {
    Builder::new().name("measured".into()).stack_size(STACK)
}

fn refused(number: usize, of: usize) -> impl FnOnce(io::Error) -> LabError {
    move |why| LabError::Start { kind: Kind::Thread, number: number + 1, of, why: why.to_string() }
}

/// Nanoseconds from asking for a thread to its first action: the average of several, one after another.
pub(super) fn start() -> Result<f64, LabError> {
    let mut spent = 0.0;
    for number in 0..STARTS {
        let asked = Instant::now();
        let thread = builder().spawn(Instant::now).map_err(refused(number as usize, STARTS as usize))?;
        // Reading a clock does not panic.
        let began = thread.join().unwrap_or(asked);
        spent += began.saturating_duration_since(asked).as_nanos() as f64;
    }
    Ok(spent / f64::from(STARTS))
}

/// Nanoseconds from one of two threads to the other, which sleeps until it is woken.
pub(super) fn switch() -> Result<f64, LabError> {
    let turn = AtomicU32::new(0);
    let wait = |mine: u32| {
        while turn.load(Ordering::Acquire) != mine {
            thread::park();
        }
    };
    let first = thread::current();
    thread::scope(|scope| {
        let second = builder().spawn_scoped(scope, || {
            for _ in 0..WARM_UP + TURNS {
                wait(1);
                turn.store(0, Ordering::Release);
                first.unpark();
            }
        });
        let second = second.map_err(refused(0, 1))?;
        let rounds = |count: u32| {
            for _ in 0..count {
                turn.store(1, Ordering::Release);
                second.thread().unpark();
                wait(0);
            }
        };
        rounds(WARM_UP);
        let began = Instant::now();
        rounds(TURNS);
        Ok(began.elapsed().as_nanos() as f64 / f64::from(2 * TURNS))
    })
}

/// Nanoseconds from asking for the first of so many threads to the last one's end.
pub(super) fn together(count: u16, work: Work) -> Result<u64, LabError> {
    let began = Instant::now();
    let mut threads: Vec<JoinHandle<()>> = Vec::with_capacity(count.into());
    let mut failed = None;
    for number in 0..usize::from(count) {
        match builder().spawn(move || work.make()) {
            Ok(thread) => threads.push(thread),
            Err(why) => {
                failed = Some(refused(number, count.into())(why));
                break;
            }
        }
    }
    for thread in threads {
        // Neither computing nor sleeping panics.
        let _ = thread.join();
    }
    let nanos = began.elapsed().as_nanos() as u64;
    failed.map_or(Ok(nanos), Err)
}

/// Threads that have made their first action and wait until this is dropped.
pub(super) struct Waiting {
    threads: Vec<JoinHandle<()>>,
    home: Option<Sender<()>>,
}

/// Starts so many and waits until all wait.
pub(super) fn hold(count: u16) -> Result<Waiting, LabError> {
    let (home, end) = bounded::<()>(0);
    let (begun, all) = bounded(count.into());
    let mut waiting = Waiting { threads: Vec::with_capacity(count.into()), home: Some(home) };
    for number in 0..usize::from(count) {
        let (begun, end) = (begun.clone(), end.clone());
        let body = move || {
            // The receiver outlives them all.
            let _ = begun.send(());
            let _ = end.recv();
        };
        waiting.threads.push(builder().spawn(body).map_err(refused(number, count.into()))?);
    }
    for _ in 0..count {
        let _ = all.recv();
    }
    Ok(waiting)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.home = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
