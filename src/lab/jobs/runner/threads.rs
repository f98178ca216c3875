//! A thread for each job.

use std::thread::{Builder, scope};

use super::{STACK, fault_at, refused};
use crate::event::Worker;
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::lab::jobs::hall::Hall;

pub(super) fn run(hall: &Hall) -> Result<(), LabError> {
    scope(|scope| {
        for job in hall.jobs() {
            hall.hand_in(job);
            let work = move || {
                hall.settle();
                hall.work_on(job, Worker(job.0 as u16));
            };
            let builder = Builder::new().name(format!("job {job}")).stack_size(STACK);
            let started = fault_at(job.index()).and_then(|()| builder.spawn_scoped(scope, work));
            if let Err(why) = started {
                hall.call_off_all();
                return Err(refused(Kind::Thread, job.index(), hall.jobs().count(), &why));
            }
        }
        Ok(())
    })
}
