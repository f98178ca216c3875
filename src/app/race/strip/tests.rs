//! What the strip finds by its links is what a look at every item finds.

use proptest::prelude::*;

use super::*;
use crate::event::{Increment, Seen, Source, Value};

/// Increments of four workers: each choice is a worker who makes its next operation, a load or a store.
fn events(choices: &[u16]) -> Vec<Event> {
    let mut held: [Option<Seen>; 4] = [None; 4];
    let mut iterations = [0; 4];
    let mut counter = Seen { value: 0 as Value, source: Source::Start };
    let mut made = Vec::new();
    for (&worker, time) in choices.iter().zip(1..) {
        let index = usize::from(worker);
        let increment = Increment { worker: Worker(worker), iteration: iterations[index] };
        let op = match held[index].take() {
            None => {
                held[index] = Some(counter);
                Op::Load(counter)
            }
            Some(seen) => {
                counter = Seen { value: seen.value + 1, source: Source::Store(increment) };
                iterations[index] += 1;
                Op::Store(counter.value)
            }
        };
        made.push(Event { increment, op, time: Some(time * 1_000), core: None });
    }
    made
}

proptest! {
    #[test]
    fn links_lead_to_what_a_look_at_every_item_finds(
        choices in prop::collection::vec(0_u16..4, 0..200),
        remembered in 1_usize..60,
        batch in 1_usize..40,
        from in 0_usize..80,
        length in 0_usize..80,
        is_window: bool,
    ) {
        let mut timeline = Timeline::new(remembered);
        let mut strip = Strip::default();
        let mut placed = 0;
        for batch in events(&choices).chunks(batch) {
            timeline.push(batch.iter().copied());
            if is_window {
                strip.window(&timeline);
            } else {
                strip.flow(&timeline, placed.max(timeline.first()), Pace::Every(10_000));
            }
            placed = timeline.first() + timeline.entries().len() as u64;
        }
        let items = strip.items();
        for worker in (0..5).map(Worker) {
            let looked = (from..items.len()).filter(|&at| items[at].event.worker() == worker);
            prop_assert!(strip.lane(worker, from).eq(looked));
        }
        let among = from.min(items.len())..(from + length).min(items.len());
        let overwrites = |at: &usize| {
            let entry = (items[*at].entry - timeline.first()) as usize;
            timeline.entries()[entry].overwrote_count > 0
        };
        prop_assert!(strip.overwriting(among.clone()).eq(among.rev().filter(overwrites)));
    }
}
