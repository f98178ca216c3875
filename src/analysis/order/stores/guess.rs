//! Whose store it was, told from the value alone: a fetch-and-add leaves no name behind. Values that only ever grow
//! are unique, so among fetch-and-adds the value names the store; where two could have written it, nobody is named.

use std::collections::HashMap;

use crate::event::{Event, Increment, Op, Seen, Source, Value};

use super::super::Before;
use super::{Builder, is_unknown};

/// Who may have stored a value.
#[derive(Clone, Copy, Default)]
struct Candidates {
    adds: u32,
    others: u32,
    /// The last of the fetch-and-adds, or if there is none, of the others.
    last: Option<Increment>,
}

/// The stores of a batch by value, where any is needed.
pub(super) struct Guess {
    by_value: HashMap<Value, Candidates>,
}

impl Guess {
    pub(super) fn of(streams: &[Vec<Event>], builder: &Builder<'_>, before: Before) -> Self {
        let mut guess = Guess { by_value: HashMap::new() };
        if !streams.iter().flatten().filter_map(|event| event.op.seen()).any(is_unknown) {
            return guess;
        }
        guess.by_value.reserve(builder.touches.len());
        let adds = |event: &&Event| matches!(event.op, Op::FetchAdd(_));
        for event in streams.iter().flatten().filter(adds) {
            guess.add(event);
        }
        // Only in a whole record can the store of another kind be the one meant: elsewhere a chance value would do.
        if before == Before::Anything {
            return guess;
        }
        if let Before::Store(Seen { value, source: Source::Store(increment) }) = before {
            guess.by_value.entry(value).or_default().note(increment);
        }
        for event in streams.iter().flatten().filter(|event| !adds(event)) {
            guess.add(event);
        }
        guess
    }

    /// The source as recorded, or as the value tells.
    pub(super) fn source(&self, seen: Seen) -> Source {
        if !is_unknown(seen) {
            return seen.source;
        }
        match self.by_value.get(&seen.value) {
            Some(Candidates { adds: 1, last: Some(one), .. }) => Source::Store(*one),
            Some(Candidates { adds: 0, others: 1, last: Some(one) }) => Source::Store(*one),
            _ => Source::Unknown,
        }
    }

    fn add(&mut self, event: &Event) {
        let Some(value) = event.op.stored() else { return };
        let entry = self.by_value.entry(value).or_default();
        if matches!(event.op, Op::FetchAdd(_)) {
            entry.adds += 1;
            entry.last = Some(event.increment);
        } else {
            entry.note(event.increment);
        }
    }
}

impl Candidates {
    fn note(&mut self, increment: Increment) {
        self.others += 1;
        if self.adds == 0 {
            self.last = Some(increment);
        }
    }
}
