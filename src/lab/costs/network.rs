//! Many downloads at once: as many as there may be threads, from a new server of our own that serves them all at once.

use crate::event::jobs::JobOp;
use crate::experiment::download::{MAX_MILLIS, Net};
use crate::experiment::jobs::{JobSettings, Runner, Sizes};
use crate::experiment::{Kind, Work};
use crate::lab::jobs::{Load, Run};

/// How many, how large in bytes, and after how many milliseconds each is answered.
pub(super) const DOWNLOADS: (u16, u32, u32) = (64, 1_024, 20);

/// Nanoseconds from handing in the first to the end of the last. `None` for processes, which don't download here, and where
/// one of them failed: some systems refuse so many connections.
pub(super) fn downloads(kind: Kind) -> Option<f64> {
    let runner = match kind {
        Kind::Thread => Runner::Threads,
        Kind::Task { .. } => Runner::Tasks,
        Kind::Process { .. } => return None,
    };
    let (count, bytes, delay) = DOWNLOADS;
    let usual = JobSettings::of(Work::Download);
    let net = Net { permits: None, capacity: count, delay, limit: MAX_MILLIS, ..usual.net };
    let settings = JobSettings { runner, jobs: count.into(), sizes: Sizes::of(&[bytes]), net, ..usual };
    let run = Run::new(Load::new(settings).ok()?);
    let nanos = run.go().ok()?.nanos;
    let done = run.take_events().iter().filter(|event| matches!(event.op, JobOp::Done(_))).count();
    (done == usize::from(count)).then_some(nanos as f64)
}
