//! Processes: children of this executable, each looked after by a thread of ours that tells it its jobs, hears what it says
//! and sees it die. The system ends a child with the thread that started it, so none outlives us.

use std::sync::Arc;
use std::thread::{Builder, scope};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{STACK, fault_at, refused};
use crate::event::Worker;
use crate::event::jobs::{Cause, Job, JobOp};
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::lab::jobs::child;
use crate::lab::jobs::hall::Hall;
use crate::lab::jobs::wire::{Heard, Task};
use crate::platform::piped::Piped;
use crate::platform::process::End;

const KIND: Kind = Kind::Process { shared: false };

/// A process for each job.
pub(super) fn one_each(hall: &Arc<Hall>) -> Result<(), LabError> {
    scope(|scope| {
        for job in hall.jobs() {
            hall.hand_in(job);
            if hall.was_stopped() {
                continue;
            }
            let attend = move || {
                let made = Attendant::start(hall, job.index()).map(|mut attendant| attendant.see_to(job));
                if let Err(why) = made {
                    hall.give_up(refused(KIND, job.index(), hall.jobs().count(), &why));
                }
            };
            let builder = Builder::new().name(format!("attendant {job}")).stack_size(STACK);
            if let Err(why) = builder.spawn_scoped(scope, attend) {
                hall.give_up(refused(KIND, job.index(), hall.jobs().count(), &why));
            }
        }
    });
    finish(hall)
}

/// As many processes as the settings say, which take up whatever job is next.
pub(super) fn pool(hall: &Arc<Hall>) -> Result<(), LabError> {
    let workers = usize::from(hall.settings().workers);
    let (queue, jobs) = unbounded();
    let (ready, all) = unbounded();
    scope(|scope| {
        for number in 0..workers {
            let (jobs, ready) = (jobs.clone(), ready.clone());
            let attend = move || attend(hall, number, &jobs, ready);
            let builder = Builder::new().name(format!("attendant {number}")).stack_size(STACK);
            if let Err(why) = builder.spawn_scoped(scope, attend) {
                hall.give_up(refused(KIND, number, workers, &why));
            }
        }
        drop((jobs, ready));
        // Each has said that it is there, or hung up.
        while all.recv().is_ok() {}
        hand_in(hall, queue);
    });
    finish(hall)
}

fn hand_in(hall: &Hall, queue: Sender<Job>) {
    for job in hall.jobs() {
        hall.hand_in(job);
        // Without anybody to take it up it is called off at the end.
        let _ = queue.send(job);
    }
}

/// Whoever can't be had has said why.
fn finish(hall: &Hall) -> Result<(), LabError> {
    match hall.complaint() {
        Some(why) => Err(why),
        None => Ok(()),
    }
}

/// An attendant's life in a pool.
fn attend(hall: &Hall, number: usize, jobs: &Receiver<Job>, ready: Sender<()>) {
    let workers = usize::from(hall.settings().workers);
    let mut attendant = match Attendant::start(hall, number) {
        Ok(attendant) => attendant,
        Err(why) => return hall.give_up(refused(KIND, number, workers, &why)),
    };
    drop(ready);
    for job in jobs {
        if attendant.is_alone() {
            match Attendant::start(hall, number) {
                Ok(next) => attendant = next,
                Err(why) => return hall.give_up(refused(KIND, number, workers, &why)),
            }
            hall.note_replaced();
        }
        attendant.see_to(job);
    }
}

/// A child, and who looks after it.
struct Attendant<'a> {
    hall: &'a Hall,
    worker: Worker,
    child: Piped,
    is_alone: bool,
}

impl<'a> Attendant<'a> {
    /// Starts a child and waits until it is there.
    fn start(hall: &'a Hall, number: usize) -> std::io::Result<Self> {
        fault_at(number)?;
        let mut child = Piped::start(child::called(hall.settings().cores))?;
        let worker = Worker(number as u16);
        match child.hear().as_deref().map(Heard::read) {
            Some(Some(Heard::Ready)) => Ok(Attendant { hall, worker, child, is_alone: false }),
            Some(Some(Heard::Refused(why))) => Err(std::io::Error::other(why)),
            _ => Err(std::io::Error::other(format!("it {} before it had begun", child.collect()))),
        }
    }

    /// Whether its child is no more.
    fn is_alone(&mut self) -> bool {
        self.is_alone = self.is_alone || self.child.has_ended();
        self.is_alone
    }

    /// Lets the child make a job, unless that was called off in the queue.
    fn see_to(&mut self, job: Job) {
        if !self.hall.take_up(job, self.worker, Some(self.child.id())) {
            return;
        }
        self.hall.leash(job).send_away(self.child.ender());
        let crash = self.hall.is_to_crash(job);
        let asked = Task { deed: self.hall.deed(job).clone(), crash };
        // One that can't be asked has died, and is heard to have.
        let _ = self.child.say(&asked.write());
        let (end, core) = self.listen(job);
        self.hall.leash(job).come_back();
        self.hall.end(job, self.worker, end, core);
    }

    /// Hears what the child says until the job has ended.
    fn listen(&mut self, job: Job) -> (JobOp, Option<u16>) {
        while let Some(line) = self.child.hear() {
            match Heard::read(&line) {
                Some(Heard::News { op, core }) if op.is_end() => return (op, core),
                Some(Heard::News { op, core }) => self.hall.tell(job, Some(self.worker), op, core),
                _ => {
                    self.is_alone = true;
                    self.child.end();
                    self.child.collect();
                    return (JobOp::Failed(Cause::Garbled), None);
                }
            }
        }
        self.is_alone = true;
        let end = self.child.collect();
        if self.hall.leash(job).is_off() {
            return (JobOp::Cancelled, None);
        }
        let cause = match end {
            End::Signal(signal) => Cause::Killed(signal),
            End::Exit(status) => Cause::Left(status),
        };
        (JobOp::Failed(cause), None)
    }
}
