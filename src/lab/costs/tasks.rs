//! What tasks cost: futures that take turns on one thread, under an established runtime.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::{self, JoinHandle, LocalSet};

use super::work::Work;
use crate::lab::error::LabError;

/// Tasks started one after another.
const STARTS: u32 = 1_000;
/// Turns each of two takes, and before the clock is read.
const TURNS: u32 = 1_000;
const WARM_UP: u32 = 50;

fn runtime() -> Result<Runtime, LabError> {
    let made = Builder::new_current_thread().enable_time().build();
    made.map_err(|why| LabError::Tasks(why.to_string()))
}

/// Nanoseconds from asking for a task to its first action: the average of several, one after another.
pub(super) fn start() -> Result<f64, LabError> {
    runtime()?.block_on(async {
        let mut spent = 0.0;
        for _ in 0..STARTS {
            let asked = Instant::now();
            // Reading a clock does not panic.
            let began = task::spawn(async { Instant::now() }).await.unwrap_or(asked);
            spent += began.saturating_duration_since(asked).as_nanos() as f64;
        }
        Ok(spent / f64::from(STARTS))
    })
}

/// Nanoseconds from one of two tasks to the other, which awaits being notified.
pub(super) fn switch() -> Result<f64, LabError> {
    runtime()?.block_on(async {
        let (here, there) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (own, other) = (Arc::clone(&there), Arc::clone(&here));
        let second = task::spawn(async move {
            for _ in 0..WARM_UP + TURNS {
                own.notified().await;
                other.notify_one();
            }
        });
        let first = task::spawn(async move {
            let mut began = Instant::now();
            for turn in 0..WARM_UP + TURNS {
                if turn == WARM_UP {
                    began = Instant::now();
                }
                there.notify_one();
                here.notified().await;
            }
            began.elapsed()
        });
        let spent = first.await.unwrap_or_default();
        let _ = second.await;
        Ok(spent.as_nanos() as f64 / f64::from(2 * TURNS))
    })
}

/// Nanoseconds from asking for the first of so many tasks to the last one's end.
pub(super) fn together(count: u16, work: Work) -> Result<u64, LabError> {
    runtime()?.block_on(async {
        let began = Instant::now();
        let tasks: Vec<JoinHandle<()>> = (0..count).map(|_| task::spawn(work.make_as_task())).collect();
        for task in tasks {
            // Neither computing nor sleeping panics.
            let _ = task.await;
        }
        Ok(began.elapsed().as_nanos() as u64)
    })
}

/// Starts so many tasks that make their first action and wait; does something when all do.
pub(super) fn hold<T>(count: u16, all_wait: impl FnOnce() -> T) -> Result<T, LabError> {
    let runtime = runtime()?;
    let tasks = LocalSet::new();
    Ok(tasks.block_on(&runtime, async {
        let (begun, home) = (Rc::new(Cell::new(0)), Rc::new(Notify::new()));
        for _ in 0..count {
            let (begun, home) = (Rc::clone(&begun), Rc::clone(&home));
            task::spawn_local(async move {
                begun.set(begun.get() + 1);
                home.notified().await;
            });
        }
        while begun.get() < count {
            task::yield_now().await;
        }
        all_wait()
    }))
}
