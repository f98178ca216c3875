//! When each event may have taken effect: its stamp, or a guess between the stamps around it. A guess only ever
//! chooses between orders that are all legal.

use crate::event::{Event, Op};

/// A time for every event of a batch, in nanoseconds since the run began, never decreasing within a worker.
pub(super) struct Hints {
    times: Vec<u64>,
    starts: Vec<usize>,
    /// Whether a clock was read at every access to the counter. Only then do stamps also say where requests,
    /// acquires and releases belong between the accesses of other workers: beside guessed times they could show
    /// two holders of a lock.
    pub(super) stamped: bool,
}

impl Hints {
    /// `clocks` holds each worker's last known time before the batch, and after it.
    pub(super) fn of(streams: &[Vec<Event>], clocks: &mut Vec<Option<u64>>) -> Self {
        clocks.resize(clocks.len().max(streams.len()), None);
        let earliest = streams.iter().flatten().filter_map(|event| event.time).min().unwrap_or(0);
        let mut hints = Hints { times: Vec::new(), starts: Vec::with_capacity(streams.len()), stamped: true };
        hints.times.reserve(streams.iter().map(Vec::len).sum());
        for (stream, clock) in streams.iter().zip(clocks.iter_mut()) {
            hints.starts.push(hints.times.len());
            hints.stamped &= stream.iter().all(|event| event.time.is_some() || !touches(event.op));
            hints.add(stream, clock, earliest);
        }
        hints
    }

    /// The number of a worker's first event, all events being counted worker by worker.
    pub(super) fn start(&self, stream: usize) -> usize {
        self.starts[stream]
    }

    /// The time of the event of this number.
    pub(super) fn time(&self, event: usize) -> u64 {
        self.times[event]
    }

    fn add(&mut self, stream: &[Event], clock: &mut Option<u64>, earliest: u64) {
        let mut waiting = 0;
        for event in stream {
            let Some(stamp) = event.time else {
                waiting += 1;
                continue;
            };
            let from = clock.unwrap_or(stamp).min(stamp);
            self.interpolate(from, stamp, waiting);
            // A clock that went back must not reverse a worker's own operations.
            let now = clock.unwrap_or(stamp).max(stamp);
            self.times.push(now);
            *clock = Some(now);
            waiting = 0;
        }
        let last = clock.unwrap_or(earliest);
        self.times.extend(std::iter::repeat_n(last, waiting));
    }

    fn interpolate(&mut self, from: u64, to: u64, waiting: usize) {
        let (span, parts) = (u128::from(to - from), waiting as u128 + 1);
        for part in 1..=waiting as u128 {
            self.times.push(from + u64::try_from(span * part / parts).unwrap_or(to - from));
        }
    }
}

fn touches(op: Op) -> bool {
    op.seen().is_some() || op.stored().is_some()
}
