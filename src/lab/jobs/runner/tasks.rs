//! A task for each job, all on one thread: they take turns where they await.

use std::sync::Arc;
use std::thread::{Builder as ThreadBuilder, scope};

use tokio::runtime::Builder;

use super::refused;
use crate::event::Worker;
use crate::experiment::Kind;
use crate::lab::error::LabError;
use crate::lab::jobs::hall::Hall;

pub(super) fn run(hall: &Arc<Hall>) -> Result<(), LabError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|why| LabError::Tasks(why.to_string()))?;
    let gather = async {
        let start = |job: crate::event::jobs::Job| {
            hall.hand_in(job);
            let hall = Arc::clone(hall);
            tokio::spawn(async move { hall.work_on_as_task(job, Worker(job.0 as u16)).await })
        };
        let tasks: Vec<_> = hall.jobs().map(start).collect();
        for task in tasks {
            // What panics in it was caught inside.
            let _ = task.await;
        }
    };
    scope(|scope| {
        let work = || {
            hall.settle();
            runtime.block_on(gather);
        };
        let thread = ThreadBuilder::new().name("job tasks".into()).spawn_scoped(scope, work);
        thread.map(|_| ()).map_err(|why| refused(Kind::Thread, 0, 1, &why))
    })
}
