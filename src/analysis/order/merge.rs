//! All events of a batch along the modification order of its stores. Accesses to the counter stand in one line: each
//! store, then those who read it. What does not touch the counter (requests, acquires, releases, and reads of
//! nobody knows what) is free between its worker's accesses and goes where its time says.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::event::{Event, Op, Source};

use super::hints::Hints;
use super::stores::{NONE, Stores};

/// An access: its place in the line, its time and its number, all events being counted worker by worker.
type Access = (u64, u64, u32);

/// The events in one order of effect, and how many accesses had to leave their place to keep program order.
pub(super) fn merge(streams: &[Vec<Event>], hints: &Hints, stores: &Stores) -> (Vec<Event>, u64) {
    let (accesses, bent) = line(streams, hints, stores);
    let mut merge = Merge::new(streams, hints, stores);
    for number in 0..streams.len() {
        merge.look(number);
    }
    for (_, time, event) in accesses {
        merge.free_before(time);
        merge.catch_up(event as usize);
    }
    merge.rest();
    (merge.out, bent)
}

/// The accesses in their line: sorted by the place of the store concerned, the store itself first. A worker whose
/// record goes back in the modification order stays where it was, so that program order holds whatever was recorded.
fn line(streams: &[Vec<Event>], hints: &Hints, stores: &Stores) -> (Vec<Access>, u64) {
    let mut accesses = Vec::with_capacity(stores.touches.len());
    let mut bent = 0;
    for (number, stream) in streams.iter().enumerate() {
        let start = hints.start(number);
        let mut least = 0;
        for event in start..start + stream.len() {
            let touch = stores.touches[event];
            let wanted = match (touch.writes, touch.reads) {
                (NONE, NONE) => continue,
                (NONE, read) => u64::from(stores.places[read as usize]) * 2 + 1,
                (written, _) => u64::from(stores.places[written as usize]) * 2,
            };
            bent += u64::from(wanted < least);
            least = least.max(wanted);
            accesses.push((least, hints.time(event), u32::try_from(event).unwrap_or(u32::MAX)));
        }
    }
    accesses.sort_unstable();
    (accesses, bent)
}

struct Merge<'a> {
    streams: &'a [Vec<Event>],
    hints: &'a Hints,
    stores: &'a Stores,
    /// The next event of each worker.
    next: Vec<usize>,
    /// Workers whose next event is free, by its time. Releases first: what they give may be acquired at once.
    free: BinaryHeap<Reverse<(u64, bool, usize, usize)>>,
    /// The worker of each access, found by where its events begin.
    starts: Vec<usize>,
    out: Vec<Event>,
}

/// When an event that does not touch the counter goes out.
enum Due {
    /// At its time.
    Timed,
    /// Directly after its worker's event before.
    AtOnce,
    /// Directly before its worker's next access.
    Last,
}

impl<'a> Merge<'a> {
    fn new(streams: &'a [Vec<Event>], hints: &'a Hints, stores: &'a Stores) -> Self {
        let starts = (0..streams.len()).map(|number| hints.start(number)).collect();
        let out = Vec::with_capacity(stores.touches.len());
        Merge { streams, hints, stores, next: vec![0; streams.len()], free: BinaryHeap::new(), starts, out }
    }

    fn touches(&self, event: usize) -> bool {
        let touch = self.stores.touches[event];
        touch.reads != NONE || touch.writes != NONE
    }

    fn due(&self, event: &Event) -> Due {
        let placed = event.time.is_some();
        match event.op {
            Op::Request if !placed => Due::AtOnce,
            Op::Release if !(placed && self.hints.stamped) => Due::AtOnce,
            Op::Acquire if !(placed && self.hints.stamped) => Due::Last,
            _ => Due::Timed,
        }
    }

    /// Lets out what is due at once at the head of a stream, and notes what is due at some time.
    fn look(&mut self, stream: usize) {
        while let Some(event) = self.streams[stream].get(self.next[stream]) {
            let number = self.starts[stream] + self.next[stream];
            if self.touches(number) {
                return;
            }
            match self.due(event) {
                Due::AtOnce => self.emit(stream),
                Due::Last => return,
                Due::Timed => {
                    let later = event.op != Op::Release;
                    self.free.push(Reverse((self.hints.time(number), later, stream, number)));
                    return;
                }
            }
        }
    }

    fn emit(&mut self, stream: usize) {
        let index = self.next[stream];
        let mut event = self.streams[stream][index];
        let read = self.stores.touches[self.starts[stream] + index].reads;
        if let Op::Load(seen) | Op::Retry(seen) | Op::FetchAdd(seen) = &mut event.op
            && seen.source == Source::Unknown
            && read != NONE
        {
            seen.source = self.stores.source(read);
        }
        self.out.push(event);
        self.next[stream] += 1;
    }

    /// Lets out every free event with a smaller time.
    fn free_before(&mut self, time: u64) {
        while let Some(Reverse((when, ..))) = self.free.peek()
            && *when < time
        {
            self.free_one();
        }
    }

    fn free_one(&mut self) {
        if let Some(Reverse((_, _, stream, number))) = self.free.pop()
            && self.starts[stream] + self.next[stream] == number
        {
            self.emit(stream);
            self.look(stream);
        }
    }

    /// Lets out this access, and before it whatever its worker did before it.
    fn catch_up(&mut self, access: usize) {
        let stream = self.starts.partition_point(|start| *start <= access).saturating_sub(1);
        while self.starts[stream] + self.next[stream] <= access {
            self.emit(stream);
        }
        self.look(stream);
    }

    /// After the last access: the free events by time, then acquires whose access is still to come.
    fn rest(&mut self) {
        loop {
            while !self.free.is_empty() {
                self.free_one();
            }
            let waiting =
                (0..self.streams.len()).find(|stream| self.next[*stream] < self.streams[*stream].len());
            let Some(stream) = waiting else { return };
            self.emit(stream);
            self.look(stream);
        }
    }
}
