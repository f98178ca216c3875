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
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Builder;
use tokio::sync::Notify;

use crate::event::{Source, Worker};
use crate::experiment::{Kind, Pace, Settings};
use crate::platform::fault;

use super::board::Board;
use super::crew::{Bell, Crew, Rings};
use super::error::LabError;
use super::meeting::Crash;
use super::plan::Clock;
use super::seat::Seat;
use super::word::Word;
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

impl Crew for Tasks {
    fn resize(&mut self, workers: u16) -> Result<(), LabError> {
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

    fn len(&self) -> usize {
        usize::from(self.tasks)
    }

    fn seats(&self) -> &[Arc<Seat>] {
        &self.board.seats
    }

    fn set_watched(&mut self, watched: bool) {
        self.board.watched = watched;
    }

    fn hold(&self, pace: Pace, paused: bool, finish: bool) {
        self.board.hold(pace, paused, finish);
    }

    fn step(&self, worker: Option<Worker>) {
        self.board.shared.control.step(worker);
    }

    fn wake(&self) {
        self.wake.notify_waiters();
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    fn begin_run(&mut self, run: u64, settings: Settings, record: bool) {
        self.board.begin_run(run, settings, record, self.len());
    }

    fn go_on(&mut self) {
        self.board.go_on(self.len());
    }

    fn go_on_with(&mut self, settings: Settings) {
        self.board.go_on_with(settings, self.len());
    }

    fn gather(&self) {
        self.board.gather(|| self.wake());
    }

    fn wait(&self) {
        self.board.shared.meeting.wait();
    }

    fn wait_for(&self, most: Duration) -> bool {
        self.board.shared.meeting.wait_for(most)
    }

    fn is_at_rest(&self) -> bool {
        self.board.shared.meeting.is_complete()
    }

    fn take_crashes(&self) -> Vec<Crash> {
        self.board.shared.meeting.take_crashes()
    }

    fn word(&self) -> Word {
        self.board.word()
    }

    fn last_author(&self) -> Source {
        self.board.last_author()
    }

    fn clock(&self) -> Option<Clock> {
        self.board.clock()
    }

    fn most_holders(&self) -> Option<u16> {
        self.board.most_holders()
    }

    fn progress(&self) -> Vec<u32> {
        self.board.progress()
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
