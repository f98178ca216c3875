//! Where a worker's record in a window breaks off: between its recorded operations it must have loaded or stored, or
//! there are none after.

use crate::event::{Event, Op, Worker};

/// For each worker, how many of its operations come before each hole.
pub(super) struct Holes {
    lanes: Vec<Lane>,
}

#[derive(Default)]
struct Lane {
    holes: Vec<usize>,
    passed: usize,
    next: usize,
}

impl Holes {
    pub(super) fn of(streams: &[Vec<Event>]) -> Self {
        let mut holes = Holes { lanes: Vec::new() };
        for stream in streams {
            let Some(worker) = stream.first().map(|event| event.worker().index()) else { continue };
            if holes.lanes.len() <= worker {
                holes.lanes.resize_with(worker + 1, Lane::default);
            }
            holes.lanes[worker].holes = in_stream(stream);
        }
        holes
    }

    /// Passes the next operation of this worker, and tells whether a hole comes after it.
    pub(super) fn follow(&mut self, worker: Worker) -> bool {
        let Some(lane) = self.lanes.get_mut(worker.index()) else { return false };
        lane.passed += 1;
        let found = lane.holes.get(lane.next) == Some(&lane.passed);
        lane.next += usize::from(found);
        found
    }
}

fn in_stream(stream: &[Event]) -> Vec<usize> {
    let mut holes = Vec::new();
    let mut before: Option<(usize, &Event)> = None;
    for (index, event) in stream.iter().enumerate() {
        if event.op.seen().is_none() && event.op.stored().is_none() {
            continue;
        }
        if let Some((last, one)) = before
            && !follows(one, event)
        {
            holes.push(last + 1);
        }
        before = Some((index, event));
    }
    holes.push(before.map_or(stream.len(), |(last, _)| last + 1));
    holes
}

/// Whether a worker that did the one goes on to do the other, among the accesses to the counter.
fn follows(one: &Event, other: &Event) -> bool {
    let (now, then) = (one.increment.iteration, other.increment.iteration);
    let begins = matches!(other.op, Op::Load(_) | Op::FetchAdd(_));
    match one.op.stored() {
        Some(_) => begins && then == now.saturating_add(1),
        None => !begins && then == now,
    }
}
