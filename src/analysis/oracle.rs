//! What really happened: random interleavings whose order is known, and the plainest possible judgement of them. It
//! shares no code and no idea with the rooms that it tests: paths are walked, sets are compared.

use std::collections::HashMap;

use proptest::prelude::*;

use crate::event::{Event, Increment, Op, Seen, Source, Value, Worker};

/// What guards an increment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    Nothing,
    Permits(usize),
    Swap,
    Add,
}

/// A random run: so many workers; for each stretch its guard and the iterations a worker; and who moves when.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) workers: usize,
    pub(super) stretches: Vec<(Guard, u32)>,
    pub(super) picks: Vec<u16>,
}

pub(super) fn guards() -> impl Strategy<Value = Guard> {
    prop_oneof![
        4 => Just(Guard::Nothing),
        1 => Just(Guard::Permits(1)),
        2 => Just(Guard::Permits(2)),
        2 => Just(Guard::Swap),
        1 => Just(Guard::Add),
    ]
}

pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let stretches = prop::collection::vec((guards(), 1u32..7), 1..4);
    (1usize..6, stretches, prop::collection::vec(any::<u16>(), 1..160))
        .prop_map(|(workers, stretches, picks)| Plan { workers, stretches, picks })
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Idle,
    Waiting,
    Inside,
    Holding(Seen),
    Leaving,
}

/// The events of a run in their true order, stamped 10, 20, 30 and so on.
pub(super) fn run(plan: &Plan) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut word = Seen { value: 0, source: Source::Start };
    let mut done = vec![0u32; plan.workers];
    let mut goal = 0;
    let mut pick = 0;
    for (guard, iterations) in &plan.stretches {
        goal += iterations;
        let mut at = vec![At::Idle; plan.workers];
        let mut inside = 0;
        loop {
            let free = !matches!(guard, Guard::Permits(permits) if inside >= *permits);
            let able: Vec<usize> = (0..plan.workers)
                .filter(|w| at[*w] != At::Idle || done[*w] < goal)
                .filter(|w| at[*w] != At::Waiting || free)
                .collect();
            if able.is_empty() {
                break;
            }
            let worker = able
                [(usize::from(plan.picks[pick % plan.picks.len()]) + pick / plan.picks.len()) % able.len()];
            pick += 1;
            let iteration = done[worker] + u32::from(at[worker] != At::Leaving);
            let increment = Increment { worker: Worker(worker as u16), iteration };
            let (op, next) = step(*guard, at[worker], free, word);
            inside += usize::from(op == Op::Acquire);
            inside -= usize::from(op == Op::Release);
            if let Some(value) = op.stored() {
                word = Seen { value, source: Source::Store(increment) };
                done[worker] += 1;
            }
            at[worker] = next;
            events.push(Event { increment, op, time: Some(events.len() as u64 * 10 + 10), core: None });
        }
    }
    events
}

fn step(guard: Guard, at: At, free: bool, word: Seen) -> (Op, At) {
    let guarded = matches!(guard, Guard::Permits(_));
    match at {
        At::Idle if guarded && !free => (Op::Request, At::Waiting),
        At::Idle | At::Waiting if guarded => (Op::Acquire, At::Inside),
        At::Idle if guard == Guard::Add => (Op::FetchAdd(word), At::Idle),
        At::Idle | At::Waiting | At::Inside => (Op::Load(word), At::Holding(word)),
        At::Holding(seen) if guard == Guard::Swap && seen != word => (Op::Retry(word), At::Holding(word)),
        At::Holding(seen) if guard == Guard::Swap => (Op::Swap(seen.value + 1), At::Idle),
        At::Holding(seen) => (Op::Store(seen.value + 1), if guarded { At::Leaving } else { At::Idle }),
        At::Leaving => (Op::Release, At::Idle),
    }
}

/// One list a worker, with the stamps that are to stay.
pub(super) fn split(events: &[Event], workers: usize, stamped: impl Fn(usize) -> bool) -> Vec<Vec<Event>> {
    let mut streams = vec![Vec::new(); workers];
    for (index, event) in events.iter().enumerate() {
        let time = event.time.filter(|_| stamped(index));
        streams[event.worker().index()].push(Event { time, ..*event });
    }
    streams
}

/// Replays events on a plain variable: everything read must be what is there. A store that is not among the events
/// may turn up at any time.
pub(super) fn replay(events: &[Event], mut word: Option<Seen>) -> Result<Option<Seen>, String> {
    let recorded: HashMap<Increment, Value> =
        events.iter().filter_map(|event| Some((event.increment, event.op.stored()?))).collect();
    let mut held: HashMap<Worker, Seen> = HashMap::new();
    for event in events {
        if let Some(seen) = event.op.seen() {
            let elsewhere = match seen.source {
                Source::Store(increment) => !recorded.contains_key(&increment),
                Source::Start | Source::Unknown => false,
            };
            if word.is_some_and(|word| word != seen) && !elsewhere {
                return Err(format!("{event:?} found {word:?}"));
            }
            word = Some(seen);
            held.insert(event.worker(), seen);
        }
        if let (Op::Swap(_), Some(held)) = (event.op, held.get(&event.worker()))
            && word != Some(*held)
        {
            return Err(format!("{event:?} held {held:?} and found {word:?}"));
        }
        if let Some(value) = event.op.stored() {
            word = Some(Seen { value, source: Source::Store(event.increment) });
            held.remove(&event.worker());
        }
    }
    Ok(word)
}

/// What each increment was built on.
pub(super) fn parents(events: &[Event]) -> HashMap<Increment, Source> {
    let mut read = HashMap::new();
    let mut parents = HashMap::new();
    for event in events {
        if let Some(seen) = event.op.seen() {
            read.insert(event.worker(), seen.source);
        }
        if event.op.stored().is_some() {
            parents.insert(event.increment, read[&event.worker()]);
        }
    }
    parents
}

/// The path from a store to the start, newest first.
pub(super) fn path(parents: &HashMap<Increment, Source>, mut from: Source) -> Vec<Increment> {
    let mut path = Vec::new();
    while let Source::Store(increment) = from {
        path.push(increment);
        from = parents[&increment];
    }
    path
}

/// Who won over a lost increment, given the path of the survivors.
pub(super) fn winner(
    parents: &HashMap<Increment, Source>,
    survivors: &[Increment],
    lost: Increment,
) -> Option<Increment> {
    let mut branch = parents[&lost];
    while let Source::Store(increment) = branch
        && !survivors.contains(&increment)
    {
        branch = parents[&increment];
    }
    survivors.iter().copied().find(|survivor| parents[survivor] == branch)
}

/// The last store.
pub(super) fn last(events: &[Event]) -> Source {
    events
        .iter()
        .rev()
        .find(|event| event.op.stored().is_some())
        .map_or(Source::Start, |event| Source::Store(event.increment))
}
