//! A crew of tasks: all take turns on one thread of ours under a single-threaded runtime, and only where one awaits.
//!
//! - With nothing awaited between load and store, no other task can come between them: nothing is ever lost. A task that
//!   is held back there holds the thread, and everybody with it.
//! - With an await there, and once more after the store, the others come between as other threads would.
//! - What is awaited inside a protection is awaited really: a lock, a semaphore and a readers-writer lock of the runtime.
//!
//! `runner` is the thread, `turns` how one task makes its operations, `gate` what guards them.

mod gate;
mod runner;
mod turns;

use std::sync::Arc;
use std::thread::{Builder as ThreadBuilder, JoinHandle};

use parking_lot::Mutex;
use tokio::runtime::Builder;
use tokio::sync::Notify;

use crate::experiment::{Kind, Pace};
use crate::platform::fault;

use super::board::{Board, OnBoard};
use super::crew::{Bell, Crew, Rings};
use super::error::LabError;
use super::seat::Seat;
use gate::Gate;
use runner::Runner;

/// As a kind, for what doesn't depend on what they await.
const KIND: Kind = Kind::Task { awaits: false };

/// The tasks' thread, and the board over them.
#[derive(Debug)]
pub(super) struct Tasks {
    board: Board<Gate>,
    tasks: u16,
    thread: Option<JoinHandle<()>>,
    /// Wakes the tasks that are held back where they await.
    wake: Arc<Notify>,
    /// The seats, for the runner.
    seats: Arc<Mutex<Vec<Arc<Seat>>>>,
}

impl Tasks {
    /// A crew of nobody, on a thread that waits for it.
    ///
    /// # Errors
    /// The runtime or its thread can't be had.
    pub(super) fn new(pace: Pace, rings: Rings, bell: Bell) -> Result<Self, LabError> {
        let board: Board<Gate> = Board::new(KIND, pace, rings, bell);
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|why| LabError::Tasks(why.to_string()))?;
        let (wake, seats) = (Arc::new(Notify::new()), Arc::new(Mutex::default()));
        let runner = Runner::new(runtime, Arc::clone(&board.shared), Arc::clone(&wake), Arc::clone(&seats));
        board.shared.meeting.expect(1);
        let thread = ThreadBuilder::new().name("tasks".into()).spawn(move || runner.live());
        let thread = thread.map_err(|why| LabError::Tasks(why.to_string()))?;
        Ok(Tasks { board, tasks: 0, thread: Some(thread), wake, seats })
    }
}

impl OnBoard for Tasks {
    type Guards = Gate;

    fn board(&self) -> &Board<Gate> {
        &self.board
    }

    fn board_mut(&mut self) -> &mut Board<Gate> {
        &mut self.board
    }

    fn size(&self) -> usize {
        usize::from(self.tasks)
    }

    fn have(&mut self, workers: u16) -> Result<(), LabError> {
        if let Some(number) = fault::get().spawn.filter(|number| *number < usize::from(workers)) {
            let (number, of) = (number + 1, usize::from(workers));
            return Err(LabError::Start { kind: KIND, number, of, why: "a fault was asked for".into() });
        }
        self.board.shared.meeting.wait();
        let mut seats = self.seats.lock();
        for number in seats.len()..usize::from(workers) {
            seats.push(self.board.seat(number));
        }
        self.tasks = workers;
        Ok(())
    }

    fn rouse(&self) {
        self.wake.notify_waiters();
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.gather();
        self.board.shared.meeting.send_home(0);
        if let Some(thread) = self.thread.take() {
            // The tasks' panics were caught and have been told.
            let _ = thread.join();
        }
    }
}
