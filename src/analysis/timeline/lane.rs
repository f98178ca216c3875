//! What one worker is doing, read off its operations.

use crate::event::{Event, Op};
use crate::experiment::figures::Doing;

#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) doing: Doing,
    /// Since when, in nanoseconds since the run began.
    pub(super) since: Option<u64>,
    /// Whether it was let into a protection and has not left it.
    inside: bool,
}

impl Default for Lane {
    fn default() -> Self {
        Lane { doing: Doing::Between, since: None, inside: false }
    }
}

impl Lane {
    pub(super) fn follow(&mut self, event: &Event) {
        match event.op {
            Op::Acquire => self.inside = true,
            Op::Request | Op::Release => self.inside = false,
            _ => {}
        }
        self.since = event.time;
        self.doing = match (event.op, event.op.stored()) {
            (Op::Request, _) => Doing::Waiting,
            (Op::Acquire, _) => Doing::Inside,
            (Op::Release, _) => Doing::Between,
            (Op::Load(seen) | Op::Retry(seen), _) => Doing::Holding(seen.value),
            (_, Some(value)) if self.inside => Doing::Leaving(value),
            _ => Doing::Between,
        };
    }
}
