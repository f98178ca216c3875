//! A consistent cut through a stretch that begins with all workers at rest and whose end is ragged.
//!
//! At full speed all workers record from a meeting on, each until its ring is full or somebody looks. What one did after
//! another's record had ended may rest on stores that nobody recorded; a picture of it would show workers beside each
//! other that never were, and losses that never happened. Since nobody held anything at the beginning, every load found
//! what the counter held then or a store from within the stretch. So each worker's list is cut before the first load that
//! found anything else, and again until nothing is left to cut. What remains is a beginning of the truth.

use crate::event::{Event, Op, Seen, Source, Value};

/// Cuts the lists, one a worker, each in program order. `base` is what the counter held at the beginning. Says whether
/// anything was cut.
pub fn consistent(streams: &mut [Vec<Event>], base: Seen) -> bool {
    let mut cut = cut_at_gap(streams, base.value);
    let mut recorded: Vec<(u32, u32)> = streams.iter().map(|stream| stores(stream)).collect();
    loop {
        let mut changed = false;
        for (worker, stream) in streams.iter_mut().enumerate() {
            let Some(at) = stream.iter().position(|event| !rests(event, base, &recorded)) else { continue };
            let increment = stream[at].increment;
            let before = stream[..at].iter().rposition(|event| event.increment != increment);
            stream.truncate(before.map_or(0, |before| before + 1));
            recorded[worker] = stores(stream);
            changed = true;
        }
        if !changed {
            return cut;
        }
        cut = true;
    }
}

/// The first and the last iteration whose store is in a list; none are if the first is the greater.
fn stores(stream: &[Event]) -> (u32, u32) {
    let mut iterations =
        stream.iter().filter(|event| event.op.stored().is_some()).map(|event| event.increment.iteration);
    let first = iterations.next();
    let last = iterations.next_back().or(first);
    (first.unwrap_or(1), last.unwrap_or(0))
}

/// Whether an event found only what is known.
fn rests(event: &Event, base: Seen, recorded: &[(u32, u32)]) -> bool {
    match event.op.seen().map(|seen| seen.source) {
        None | Some(Source::Unknown) => true,
        Some(source) if source == base.source => true,
        Some(Source::Start) => false,
        Some(Source::Store(by)) if by.worker == event.worker() => true,
        Some(Source::Store(by)) => recorded
            .get(by.worker.index())
            .is_some_and(|&(first, last)| (first..=last).contains(&by.iteration)),
    }
}

/// Fetch-and-adds don't name whose store they found, but their values follow one another: what comes after the first
/// value that is not in the record rests on something unrecorded.
fn cut_at_gap(streams: &mut [Vec<Event>], base: Value) -> bool {
    let found = |event: &Event| match event.op {
        Op::FetchAdd(seen) => Some(seen.value),
        _ => None,
    };
    let mut values: Vec<Value> = streams.iter().flatten().filter_map(found).collect();
    values.sort_unstable();
    let end =
        (base..).zip(&values).find(|(expected, value)| expected != *value).map(|(expected, _)| expected);
    let Some(end) = end else { return false };
    for stream in streams {
        if let Some(at) = stream.iter().position(|event| found(event).is_some_and(|value| value >= end)) {
            stream.truncate(at);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Increment, Worker};

    const ZERO: Seen = Seen { value: 0, source: Source::Start };

    fn increment(worker: u16, iteration: u32) -> Increment {
        Increment { worker: Worker(worker), iteration }
    }

    fn seen(value: Value, read: Option<(u16, u32)>) -> Seen {
        let store = |(worker, iteration)| Source::Store(increment(worker, iteration));
        Seen { value, source: read.map_or(Source::Start, store) }
    }

    fn event(worker: u16, iteration: u32, op: Op) -> Event {
        Event { increment: increment(worker, iteration), op, time: None, core: None }
    }

    /// An increment that read another's store, or the start.
    fn made(worker: u16, iteration: u32, read: Option<(u16, u32)>, value: Value) -> [Event; 2] {
        [Op::Load(seen(value, read)), Op::Store(value + 1)].map(|op| event(worker, iteration, op))
    }

    fn left(streams: &[Vec<Event>]) -> Vec<usize> {
        streams.iter().map(Vec::len).collect()
    }

    #[test]
    fn what_rests_on_unrecorded_stores_goes_and_what_rests_on_that() {
        // T0 is recorded up to its 2nd increment; T1 read its 1st and then its 4th; T2 read T1 after that; T4 read T3, of
        // which nothing is recorded.
        let mut streams = vec![
            [made(0, 1, None, 0), made(0, 2, Some((0, 1)), 1)].concat(),
            [made(1, 1, Some((0, 1)), 1), made(1, 2, Some((0, 4)), 4), made(1, 3, Some((1, 2)), 5)].concat(),
            [made(2, 1, Some((1, 1)), 2), made(2, 2, Some((1, 3)), 6)].concat(),
            Vec::new(),
            made(4, 1, Some((3, 1)), 2).to_vec(),
        ];
        assert!(consistent(&mut streams, ZERO));
        assert_eq!(left(&streams), [4, 2, 2, 0, 0]);
        assert!(!consistent(&mut streams, ZERO), "what is consistent stays");
    }

    #[test]
    fn what_the_counter_held_at_the_beginning_is_known() {
        let base = seen(9, Some((3, 7)));
        let mut streams = vec![made(0, 8, Some((3, 7)), 9).to_vec(), made(1, 5, Some((3, 6)), 8).to_vec()];
        assert!(consistent(&mut streams, base));
        assert_eq!(left(&streams), [2, 0]);
    }

    #[test]
    fn fetch_and_adds_end_where_a_value_is_missing() {
        let add = |worker, iteration, value| {
            event(worker, iteration, Op::FetchAdd(Seen { value, source: Source::Unknown }))
        };
        let mut streams = vec![
            vec![add(0, 1, 3), add(0, 2, 5)],
            vec![add(1, 1, 4), add(1, 2, 6), add(1, 3, 8)],
            vec![add(2, 9, 9)],
        ];
        assert!(consistent(&mut streams, seen(3, Some((0, 9)))));
        assert_eq!(left(&streams), [2, 2, 0]);
    }
}
