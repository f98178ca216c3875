//! A crew of operating-system threads.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crate::event::Worker;
use crate::experiment::{Kind, Pace};
use crate::platform::fault;

use super::board::{Board, OnBoard};
use super::crew::{Bell, Crew, Rings};
use super::error::LabError;
use super::protection::AnyProtection;
use super::worker;

/// Stack of a worker: it calls little, but a panic in it must find room to be told.
const STACK: usize = 512 * 1024;

/// Workers' threads, and the board over them.
#[derive(Debug)]
pub(super) struct Threads {
    board: Board<AnyProtection>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    /// A crew of nobody.
    pub(super) fn new(pace: Pace, rings: Rings, bell: Bell) -> Self {
        Threads { board: Board::new(Kind::Thread, pace, rings, bell), threads: Vec::new() }
    }

    fn start_one(&mut self) -> std::io::Result<()> {
        let number = self.threads.len();
        if fault::get().spawn == Some(number) {
            return Err(std::io::Error::other("a fault was asked for"));
        }
        let worker = Worker(number as u16);
        let (seat, shared) = (self.board.seat(number), Arc::clone(&self.board.shared));
        self.board.shared.meeting.expect(number + 1);
        let name = format!("worker {number}");
        match Builder::new().name(name).stack_size(STACK).spawn(move || worker::live(worker, seat, shared)) {
            Ok(handle) => {
                self.threads.push(handle);
                Ok(())
            }
            Err(why) => {
                self.board.shared.meeting.expect(number);
                Err(why)
            }
        }
    }

    /// Sends home and joins all workers from this number on. They must be at rest, or on their way to it.
    fn dismiss(&mut self, crew: usize) {
        self.board.shared.meeting.wait();
        self.board.shared.meeting.send_home(u16::try_from(crew).unwrap_or(u16::MAX));
        for thread in self.threads.drain(crew.min(self.threads.len())..) {
            // A worker's panic was caught in it and has been told.
            let _ = thread.join();
        }
    }
}

impl OnBoard for Threads {
    type Guards = AnyProtection;

    fn board(&self) -> &Board<AnyProtection> {
        &self.board
    }

    fn board_mut(&mut self) -> &mut Board<AnyProtection> {
        &mut self.board
    }

    fn size(&self) -> usize {
        self.threads.len()
    }

    fn have(&mut self, workers: u16) -> Result<(), LabError> {
        let before = self.threads.len();
        while self.threads.len() < usize::from(workers) {
            if let Err(why) = self.start_one() {
                let number = self.threads.len() + 1;
                self.dismiss(before);
                return Err(LabError::Start {
                    kind: Kind::Thread,
                    number,
                    of: usize::from(workers),
                    why: why.to_string(),
                });
            }
        }
        self.dismiss(usize::from(workers));
        self.board.shared.meeting.wait();
        Ok(())
    }

    fn rouse(&self) {
        for thread in &self.threads {
            thread.thread().unpark();
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.gather();
        self.dismiss(0);
    }
}
