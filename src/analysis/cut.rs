//! A consistent cut through a window: of each worker's recorded stretch the part that depends on nothing unrecorded
//! from within the window.
//!
//! At full speed each worker records from the moment its ring was emptied until the ring is full, so the stretches
//! begin together and end one by one. What a worker did after another's record had ended may rest on stores that nobody
//! recorded; a picture of it would show workers beside each other that never were, and losses that never happened. So
//! each stretch is cut before the first load that read a store from beyond the end of its author's stretch, and again
//! until nothing is left to cut. What remains is a beginning of the truth.

use crate::event::{Event, Source};

/// Cuts the stretches, one list a worker, each in program order.
pub fn consistent(streams: &mut [Vec<Event>]) {
    let mut ends: Vec<Option<u32>> = streams.iter().map(|stream| last_store(stream)).collect();
    loop {
        let mut changed = false;
        for worker in 0..streams.len() {
            let Some(at) = first_beyond(&streams[worker], &ends) else { continue };
            let increment = streams[worker][at].increment;
            let begin = streams[worker][..at].iter().rposition(|event| event.increment != increment);
            streams[worker].truncate(begin.map_or(0, |before| before + 1));
            // A stretch of which nothing is left ended before its first store.
            let first = increment.iteration;
            ends[worker] = Some(last_store(&streams[worker]).unwrap_or(first.saturating_sub(1)));
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

/// The iteration of the last store; `None` for a worker that did nothing in the window.
fn last_store(stream: &[Event]) -> Option<u32> {
    let store = stream.iter().rev().find(|event| event.op.stored().is_some());
    store.or(stream.first()).map(|event| {
        // Nothing stored yet: the iteration before the one it is in.
        event.increment.iteration - u32::from(event.op.stored().is_none())
    })
}

/// The first event that read a store from beyond its author's end.
fn first_beyond(stream: &[Event], ends: &[Option<u32>]) -> Option<usize> {
    stream.iter().position(|event| match event.op.seen().map(|seen| seen.source) {
        Some(Source::Store(by)) => {
            let end = ends.get(by.worker.index()).copied().flatten();
            by.worker != event.worker() && end.is_some_and(|end| by.iteration > end)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Increment, Op, Seen, Value, Worker};

    fn increment(worker: u16, iteration: u32) -> Increment {
        Increment { worker: Worker(worker), iteration }
    }

    /// An increment that read another's store, or the start.
    fn made(worker: u16, iteration: u32, read: Option<(u16, u32)>, value: Value) -> [Event; 2] {
        let source =
            read.map_or(Source::Start, |(worker, iteration)| Source::Store(increment(worker, iteration)));
        [Op::Load(Seen { value, source }), Op::Store(value + 1)].map(|op| Event {
            increment: increment(worker, iteration),
            op,
            time: None,
            core: None,
        })
    }

    #[test]
    fn what_rests_on_unrecorded_stores_goes_and_what_rests_on_that() {
        // T0 is recorded up to its 2nd increment; T1 read its 1st and then its 4th; T2 read T1 after that.
        let mut streams = vec![
            [made(0, 1, None, 0), made(0, 2, Some((0, 1)), 1)].concat(),
            [made(1, 1, Some((0, 1)), 1), made(1, 2, Some((0, 4)), 4), made(1, 3, Some((1, 2)), 5)].concat(),
            [made(2, 1, Some((1, 1)), 2), made(2, 2, Some((1, 3)), 6)].concat(),
            Vec::new(),
        ];
        consistent(&mut streams);
        let left: Vec<usize> = streams.iter().map(Vec::len).collect();
        assert_eq!(left, [4, 2, 2, 0]);
    }

    #[test]
    fn what_came_before_the_window_and_what_idle_workers_did_is_no_reason_to_cut() {
        let mut streams = vec![
            [made(0, 7, Some((1, 3)), 10), made(0, 8, Some((2, 99)), 11)].concat(),
            made(1, 5, Some((0, 6)), 9).to_vec(),
            Vec::new(),
        ];
        let before = streams.clone();
        consistent(&mut streams);
        assert_eq!(streams, before);
    }
}
