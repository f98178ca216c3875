//! The stores of a batch and a modification order for them: a topological order of what the workers saw, smallest
//! time first. Knows nothing of acquires and releases; they don't touch the counter.

mod edges;
mod guess;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::analysis::ids::ByIncrement;
use crate::event::{Event, Op, Seen, Source};

use super::Before;
use super::hints::Hints;
use edges::Edges;
use guess::Guess;

/// No store.
pub(super) const NONE: u32 = u32::MAX;

/// What an event did to the counter, by the numbers of the stores concerned; [`NONE`] where it did not, or where
/// that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    pub(super) reads: u32,
    pub(super) writes: u32,
}

/// A store, recorded or only read.
#[derive(Clone, Copy)]
struct Node {
    source: Source,
    /// Smallest time at which it must have taken effect already, then a tie-break: its place in its stream.
    hint: (u64, u32),
    /// The store that an indivisible update found, which must come directly before this one.
    after: u32,
    /// The store by the indivisible update that found this one.
    then: u32,
}

/// The stores of a batch, their modification order, and who touched which.
pub(super) struct Stores {
    nodes: Vec<Node>,
    /// What each event touched, all events being counted worker by worker.
    pub(super) touches: Vec<Touch>,
    /// Each store's place in the modification order.
    pub(super) places: Vec<u32>,
    /// Constraints that could not be kept.
    pub(super) violations: u64,
}

impl Stores {
    pub(super) fn of(streams: &[Vec<Event>], hints: &Hints, before: Before, last: Source) -> Self {
        let mut builder = Builder::new(hints, before);
        builder.add_writes(streams);
        let guess = Guess::of(streams, &builder, before);
        for (number, stream) in streams.iter().enumerate() {
            builder.walk(stream, hints.start(number), &guess);
        }
        builder.defer(last);
        builder.finish()
    }

    /// Whose store this number is.
    pub(super) fn source(&self, store: u32) -> Source {
        self.nodes[store as usize].source
    }
}

struct Builder<'a> {
    hints: &'a Hints,
    nodes: Vec<Node>,
    stored: ByIncrement<u32>,
    start: u32,
    /// What nothing in the batch can precede: the start, and the last store of the batch before.
    first: Vec<u32>,
    edges: Vec<(u32, u32)>,
    touches: Vec<Touch>,
    violations: u64,
}

impl<'a> Builder<'a> {
    fn new(hints: &'a Hints, before: Before) -> Self {
        let (nodes, edges, touches) = (Vec::new(), Vec::new(), Vec::new());
        let stored = ByIncrement::default();
        let mut builder =
            Builder { hints, nodes, stored, start: NONE, first: Vec::new(), edges, touches, violations: 0 };
        let source = match before {
            Before::Anything => return builder,
            Before::Start => Source::Start,
            Before::Store(seen) => seen.source,
        };
        if let Some(first) = builder.node_of(source) {
            builder.first.push(first);
        }
        builder
    }

    fn add(&mut self, source: Source) -> u32 {
        let number = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node { source, hint: (u64::MAX, u32::MAX), after: NONE, then: NONE });
        number
    }

    /// The node of a source, added if it is new; `None` if it is not known whose store it was.
    fn node_of(&mut self, source: Source) -> Option<u32> {
        match source {
            Source::Unknown => None,
            Source::Start => {
                if self.start == NONE {
                    self.start = self.add(source);
                    self.first.insert(0, self.start);
                }
                Some(self.start)
            }
            Source::Store(increment) => Some(match self.stored.get(&increment) {
                Some(node) => *node,
                None => {
                    let node = self.add(source);
                    self.stored.insert(increment, node);
                    node
                }
            }),
        }
    }

    fn add_writes(&mut self, streams: &[Vec<Event>]) {
        let count = streams.iter().map(Vec::len).sum();
        self.touches = vec![Touch { reads: NONE, writes: NONE }; count];
        self.stored.reserve(count / 2);
        for (number, stream) in streams.iter().enumerate() {
            let start = self.hints.start(number);
            for (index, event) in stream.iter().enumerate() {
                if event.op.stored().is_none() {
                    continue;
                }
                let source = Source::Store(event.increment);
                let node = self.add(source);
                if self.stored.insert(event.increment, node).is_some() {
                    self.violations += 1;
                }
                self.touches[start + index].writes = node;
                self.nodes[node as usize].hint = self.hint(start, index);
            }
        }
    }

    fn hint(&self, start: usize, index: usize) -> (u64, u32) {
        (self.hints.time(start + index), u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Follows one worker from store to store.
    fn walk(&mut self, stream: &[Event], start: usize, guess: &Guess) {
        let mut previous = NONE;
        let mut held = NONE;
        for (index, event) in stream.iter().enumerate() {
            if let Some(seen) = event.op.seen() {
                held = self.node_of(guess.source(seen)).unwrap_or(NONE);
                if held != NONE {
                    let hint = self.hint(start, index);
                    let node = &mut self.nodes[held as usize];
                    node.hint = node.hint.min(hint);
                    self.touches[start + index].reads = held;
                    self.step(&mut previous, held);
                }
            }
            let written = self.touches[start + index].writes;
            if written == NONE {
                continue;
            }
            if matches!(event.op, Op::Swap(_) | Op::FetchAdd(_)) && held != NONE {
                self.glue(held, written);
            }
            self.step(&mut previous, written);
            held = NONE;
        }
    }

    fn step(&mut self, previous: &mut u32, next: u32) {
        if *previous != NONE && *previous != next {
            self.edges.push((*previous, next));
        }
        *previous = next;
    }

    fn glue(&mut self, found: u32, written: u32) {
        if self.nodes[found as usize].then != NONE || self.nodes[written as usize].after != NONE {
            self.violations += 1;
            return;
        }
        self.nodes[found as usize].then = written;
        self.nodes[written as usize].after = found;
    }

    /// Nothing was stored after this one: where there is a choice it comes last.
    fn defer(&mut self, last: Source) {
        if let Source::Store(increment) = last
            && let Some(node) = self.stored.get(&increment)
        {
            self.nodes[*node as usize].hint = (u64::MAX, u32::MAX);
        }
    }

    fn finish(self) -> Stores {
        let mut sorting = Sorting::new(&self.nodes, &self.edges);
        sorting.run(&self.first);
        Stores {
            places: sorting.places,
            violations: self.violations + sorting.violations,
            nodes: self.nodes,
            touches: self.touches,
        }
    }
}

/// Kahn's algorithm over chains: stores that indivisible updates tie together move as one.
struct Sorting<'a> {
    nodes: &'a [Node],
    /// The first store of each store's chain.
    heads: Vec<u32>,
    /// For each head: how many steps into its chain are still to come.
    blocked: Vec<u32>,
    out: Edges,
    places: Vec<u32>,
    placed: u32,
    ready: BinaryHeap<Reverse<((u64, u32), u32)>>,
    violations: u64,
}

impl<'a> Sorting<'a> {
    fn new(nodes: &'a [Node], edges: &[(u32, u32)]) -> Self {
        let (heads, violations) = chains(nodes);
        let mut blocked = vec![0; nodes.len()];
        let crossing = edges.iter().filter(|(from, to)| heads[*from as usize] != heads[*to as usize]);
        crossing.for_each(|(_, to)| blocked[heads[*to as usize] as usize] += 1);
        let (out, places) = (Edges::of(nodes.len(), edges), vec![NONE; nodes.len()]);
        Sorting { nodes, heads, blocked, out, places, placed: 0, ready: BinaryHeap::new(), violations }
    }

    fn run(&mut self, first: &[u32]) {
        for head in 0..self.nodes.len() {
            if self.heads[head] as usize == head && self.blocked[head] == 0 {
                self.ready.push(Reverse((self.nodes[head].hint, self.heads[head])));
            }
        }
        for node in first {
            self.force(self.heads[*node as usize]);
        }
        self.drain();
        if (self.placed as usize) < self.nodes.len() {
            self.break_circles();
        }
    }

    fn drain(&mut self) {
        while let Some(Reverse((_, head))) = self.ready.pop() {
            self.place(head);
        }
    }

    fn force(&mut self, head: u32) {
        if self.places[head as usize] == NONE && self.blocked[head as usize] > 0 {
            self.violations += 1;
        }
        self.place(head);
    }

    fn place(&mut self, head: u32) {
        if self.places[head as usize] != NONE {
            return;
        }
        let mut node = head;
        while node != NONE && self.places[node as usize] == NONE && self.heads[node as usize] == head {
            self.places[node as usize] = self.placed;
            self.placed += 1;
            for to in self.out.from(node) {
                let next = self.heads[*to as usize];
                if next == head {
                    continue;
                }
                let blocked = &mut self.blocked[next as usize];
                *blocked -= 1;
                if *blocked == 0 && self.places[next as usize] == NONE {
                    self.ready.push(Reverse((self.nodes[next as usize].hint, next)));
                }
            }
            node = self.nodes[node as usize].then;
        }
    }

    /// The record goes in a circle: the earliest of what is left goes first, as often as it takes.
    fn break_circles(&mut self) {
        let mut left: Vec<u32> = (0u32..).take(self.nodes.len()).collect();
        left.retain(|node| self.heads[*node as usize] == *node && self.places[*node as usize] == NONE);
        left.sort_unstable_by_key(|head| (self.nodes[*head as usize].hint, *head));
        for head in left {
            if self.places[head as usize] == NONE {
                self.force(head);
                self.drain();
            }
        }
    }
}

/// The head of each node's chain, and how many chains closed into a ring, which no indivisible update can do.
fn chains(nodes: &[Node]) -> (Vec<u32>, u64) {
    let mut heads = vec![NONE; nodes.len()];
    let follow = |heads: &mut Vec<u32>, head: u32| {
        let mut node = head;
        while node != NONE && heads[node as usize] == NONE {
            heads[node as usize] = head;
            node = nodes[node as usize].then;
        }
    };
    for head in (0u32..).take(nodes.len()).filter(|node| nodes[*node as usize].after == NONE) {
        follow(&mut heads, head);
    }
    let mut rings = 0;
    for node in (0u32..).take(nodes.len()) {
        if heads[node as usize] == NONE {
            rings += 1;
            follow(&mut heads, node);
        }
    }
    (heads, rings)
}

/// Whether a read says what it found but not whose it was.
fn is_unknown(seen: Seen) -> bool {
    seen.source == Source::Unknown
}
