//! What workers do while they are measured: compute or sleep.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use crate::lab::error::LabError;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// So many steps, each of which needs the one before.
    Compute(u32),
    /// Waits for so long.
    Sleep(Duration),
}

impl Work {
    /// Does it, in a thread of one's own.
    pub(super) fn make(self) {
        match self {
            Work::Compute(steps) => compute(steps),
            Work::Sleep(long) => thread::sleep(long),
        }
    }

    /// Does it, in a task.
    pub(super) async fn make_as_task(self) {
        match self {
            Work::Compute(steps) => compute(steps),
            Work::Sleep(long) => tokio::time::sleep(long).await,
        }
    }

    /// Does it so many times, one after the other; nanoseconds.
    ///
    /// # Errors
    /// That it was told to stop, which it asks after each.
    pub(super) fn in_a_row(self, count: u16, stop: &dyn Fn() -> bool) -> Result<u64, LabError> {
        let began = Instant::now();
        for _ in 0..count {
            self.make();
            if stop() {
                return Err(LabError::Stopped);
            }
        }
        Ok(began.elapsed().as_nanos() as u64)
    }
}

/// A multiplication, an addition and a shift a step, none of which can begin before the last has ended.
fn compute(steps: u32) {
    let mut figure = black_box(1_u64);
    for step in 0..steps {
        figure = (figure ^ (figure >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(step));
    }
    black_box(figure);
}
