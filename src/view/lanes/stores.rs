//! From when on a value that a lane holds is an old one.

use crate::app::race::strip::Strip;

/// Finds the first store after an operation, for one lane after the other. Where thousands of operations lie between two
/// stores, they are gone through once and not for each lane.
pub(super) struct Stores<'a> {
    strip: &'a Strip,
    /// Where the operations end that are drawn.
    end: usize,
    /// The search that was last made: from which operation on, and what it found.
    from: usize,
    found: usize,
}

impl<'a> Stores<'a> {
    /// For the operations before this index.
    pub(super) fn new(strip: &'a Strip, end: usize) -> Self {
        Stores { strip, end, from: end, found: end }
    }

    /// Index of the first store after this operation.
    pub(super) fn after(&mut self, index: usize) -> Option<usize> {
        let from = index + 1;
        if !(self.from..=self.found).contains(&from) {
            let stop = if from < self.from { self.from } else { self.end };
            let mut between = self.strip.items().range(from..stop.max(from));
            match between.position(|item| item.event.op.stored().is_some()) {
                Some(at) => self.found = from + at,
                None if from < self.from => {}
                None => self.found = self.end,
            }
            self.from = from;
        }
        Some(self.found).filter(|&found| found < self.end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::timeline::Timeline;
    use crate::event::{Event, Increment, Op, Seen, Source, Worker};
    use crate::experiment::Pace;

    proptest! {
        #[test]
        fn every_search_finds_what_a_look_at_all_would(
            operations in prop::collection::vec(prop::bool::weighted(0.2), 1..60),
            asked in prop::collection::vec(0_usize..60, 1..40),
            end in 0_usize..60,
        ) {
            let event = |(store, iteration): (&bool, u32)| Event {
                increment: Increment { worker: Worker(0), iteration },
                op: if *store { Op::Store(1) } else { Op::Load(Seen { value: 0, source: Source::Unknown }) },
                time: None,
                core: None,
            };
            let mut timeline = Timeline::new(100);
            timeline.push(operations.iter().zip(0..).map(event));
            let mut strip = Strip::default();
            strip.flow(&timeline, 0, Pace::ByHand);
            let end = end.min(operations.len());
            let mut stores = Stores::new(&strip, end);
            for index in asked.into_iter().filter(|&index| index < end) {
                prop_assert_eq!(stores.after(index), (index + 1..end).find(|&at| operations[at]));
            }
        }
    }
}
