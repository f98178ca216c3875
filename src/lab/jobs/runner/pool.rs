//! A pool of threads: rayon's, which is well kept and has one crate of its own for the pool alone (`rayon-core`; the
//! `threadpool` crate has not been released since 2020). Jobs that are handed in from outside lie in its one queue, first
//! in, first out; a panic is caught before it reaches the pool, so that its worker goes on.

use std::cell::RefCell;
use std::thread::{Builder, JoinHandle};

use rayon_core::{ThreadBuilder, ThreadPoolBuilder, current_thread_index};

use super::{STACK, fault_at, refused};
use crate::event::Worker;
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::lab::jobs::hall::Hall;

pub(super) fn run(hall: &Hall) -> Result<(), LabError> {
    let workers = usize::from(hall.settings().workers);
    let threads: RefCell<Vec<JoinHandle<()>>> = RefCell::default();
    let start = |thread: ThreadBuilder| {
        let number = thread.index();
        let builder = Builder::new().name(format!("job worker {number}")).stack_size(STACK);
        let started = fault_at(number).and_then(|()| builder.spawn(|| thread.run()));
        threads.borrow_mut().push(started?);
        Ok(())
    };
    let pool = ThreadPoolBuilder::new().num_threads(workers).spawn_handler(start).build();
    let made = pool.map_err(|why| refused(Kind::Thread, threads.borrow().len(), workers, &why)).map(|pool| {
        // Each worker goes where it is to run before there is anything to do.
        pool.broadcast(|_| hall.settle());
        pool.in_place_scope_fifo(|scope| {
            for job in hall.jobs() {
                hall.hand_in(job);
                scope.spawn_fifo(move |_| {
                    let worker = current_thread_index().unwrap_or_default();
                    hall.work_on(job, Worker(worker as u16));
                });
            }
        });
    });
    // The pool is gone, and its threads are on their way home.
    for thread in threads.into_inner() {
        let _ = thread.join();
    }
    made
}
