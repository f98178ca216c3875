//! The same work in a row, as the measure of what a run gained.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread::Builder;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, bounded};

use crate::event::Worker;
use crate::experiment::jobs::InRow;

use super::Load;
use super::hall::Hall;

/// How often it is asked whether to stop.
const ASKED: Duration = Duration::from_millis(10);

/// Makes one job after another until the time is over.
pub(super) fn measure(load: Load, most: Duration, stop: &dyn Fn() -> bool) -> InRow {
    let sizes: Vec<u64> = load.deeds.iter().map(|deed| deed.size().max(1)).collect();
    let hall = Hall::deaf(load);
    let (made, nanos) = (AtomicU32::new(0), AtomicU64::new(0));
    let stopped = std::thread::scope(|scope| {
        let (over, is_over) = bounded::<()>(0);
        let work = || {
            let _over = over;
            hall.settle();
            hall.hand_in_all();
            let began = Instant::now();
            for job in hall.jobs() {
                hall.work_on(job, Worker(0));
                if hall.was_stopped() {
                    return;
                }
                nanos.store(began.elapsed().as_nanos() as u64, Ordering::Relaxed);
                made.store(job.0 + 1, Ordering::Relaxed);
            }
        };
        let began = Instant::now();
        if Builder::new().name("jobs in a row".into()).spawn_scoped(scope, work).is_err() {
            return true;
        }
        while is_over.recv_timeout(ASKED) == Err(RecvTimeoutError::Timeout) {
            let stopped = stop();
            if stopped || began.elapsed() > most {
                hall.call_off_all();
            }
            if stopped {
                return true;
            }
        }
        false
    });
    let (made, nanos) = (made.into_inner(), nanos.into_inner());
    match made as usize {
        0 => InRow::Unknown,
        _ if stopped || hall.complaint().is_some() => InRow::Unknown,
        count if count == sizes.len() => InRow::Measured(nanos),
        count => {
            let sum = |sizes: &[u64]| sizes.iter().sum::<u64>() as f64;
            let share = sum(&sizes) / sum(&sizes[..count]);
            InRow::Estimated { nanos: (nanos as f64 * share) as u64, measured: made }
        }
    }
}
