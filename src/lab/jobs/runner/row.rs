//! One worker, one job after another.

use std::thread::{Builder, scope};

use super::{STACK, refused};
use crate::event::Worker;
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::lab::jobs::hall::Hall;

pub(super) fn run(hall: &Hall) -> Result<(), LabError> {
    scope(|scope| {
        let work = || {
            hall.settle();
            hall.hand_in_all();
            hall.jobs().for_each(|job| hall.work_on(job, Worker(0)));
        };
        let thread = Builder::new().name("jobs in a row".into()).stack_size(STACK).spawn_scoped(scope, work);
        thread.map(|_| ()).map_err(|why| refused(Kind::Thread, 0, 1, &why))
    })
}
