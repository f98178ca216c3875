//! What the workers recorded, gathered for the reports.
//!
//! While operations are stamped one by one the record is told without a hole, up to a moment before which nothing
//! can still turn up. At full speed the rings show windows: what was recorded since they were emptied last.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use crate::event::{Event, Seen, Source, Worker};
use crate::experiment::Settings;
use crate::lab::decode::Decoder;
use crate::lab::plan::Clock;
use crate::lab::report::Recording;
use crate::lab::seat::Seat;
use crate::lab::word::{Layout, Word};

/// Recordings that may wait for a report; beyond that they are given up.
const WAITING: usize = 8;
/// Operations up to which a recording goes on with what comes after it while it waits: whoever has no time to listen for a
/// moment shall miss nothing.
const JOINED: usize = 1_024;

/// Operations of all workers together in a window from a run at full speed: more than anybody will scroll through.
const WINDOW: usize = 24_000;

/// Operations of each worker in a window: a fair share, and a whole increment at least.
fn window(seats: &[Arc<Seat>]) -> usize {
    (WINDOW / seats.len().max(1)).max(4)
}

/// The gatherer.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    decoders: Vec<Decoder>,
    /// What was read and is not to be told yet, by worker.
    pending: Vec<VecDeque<Event>>,
    words: Vec<u64>,
    /// What the counter held when the rings were empty and all at rest, until they are emptied otherwise.
    base: Option<Seen>,
    /// Whether the next recording is the first of its run.
    fresh: bool,
    /// Whether something is missing before the next recording.
    hole: bool,
    dropped: u64,
    /// Operations that were read last and left out for want of room.
    left_out: u64,
    outbox: VecDeque<Recording>,
}

impl Harvest {
    /// New settings hold for what is recorded from now on. Everything before must have been gathered.
    pub(super) fn begin(&mut self, seats: &[Arc<Seat>], settings: &Settings, base: Word) {
        while self.decoders.len() < seats.len() {
            self.decoders.push(Decoder::new(Worker(self.decoders.len() as u16)));
            self.pending.push(VecDeque::new());
        }
        for decoder in &mut self.decoders {
            decoder.begin(settings, base);
        }
        self.base = Some(Layout::of(settings.kind).seen(base));
    }

    /// A new run begins; the rings are empty.
    pub(super) fn begin_run(&mut self) {
        self.pending.iter_mut().for_each(VecDeque::clear);
        self.fresh = true;
        self.hole = false;
        self.dropped = 0;
    }

    /// Empties the rings into `pending`: copies all of them first, so that they all begin anew at about the same time.
    /// Of each worker not more than `most` operations are read.
    fn empty(&mut self, seats: &[Arc<Seat>], most: usize) {
        let mut heads = Vec::with_capacity(seats.len());
        let mut starts = Vec::with_capacity(seats.len());
        self.words.clear();
        for seat in seats {
            starts.push(self.words.len());
            heads.push(seat.ring.copy(&mut self.words));
        }
        for (seat, head) in seats.iter().zip(heads) {
            seat.ring.free(head);
        }
        starts.push(self.words.len());
        let mut left_out = 0;
        for (worker, decoder) in self.decoders.iter_mut().enumerate().take(seats.len()) {
            let pending = &mut self.pending[worker];
            decoder.read(&self.words[starts[worker]..starts[worker + 1]], |event| {
                if pending.len() < most {
                    pending.push_back(event);
                } else {
                    left_out += 1;
                }
            });
        }
        self.left_out = left_out;
        let dropped = seats.iter().map(|seat| seat.tally.dropped.load(Ordering::Relaxed)).sum();
        self.hole |= dropped != self.dropped;
        self.dropped = dropped;
    }

    /// Whether operations went unrecorded since the rings were emptied last.
    pub(super) fn has_dropped(&self, seats: &[Arc<Seat>]) -> bool {
        seats.iter().map(|seat| seat.tally.dropped.load(Ordering::Relaxed)).sum::<u64>() != self.dropped
    }

    /// Gathers stamped operations while workers go on: everything that took effect before some moment.
    pub(super) fn gather_stamped(&mut self, seats: &[Arc<Seat>], clock: Clock) {
        let now = clock.nanos();
        // An operation that is not announced by now takes effect, and is stamped, after now.
        fence(Ordering::SeqCst);
        let announced = seats.iter().map(|seat| seat.tally.in_operation.load(Ordering::Acquire));
        let moment = announced.min().map_or(now, |first| first.min(now));
        self.empty(seats, usize::MAX);
        let told = self.pending.iter_mut().map(|pending| {
            let ready =
                pending.iter().take_while(|event| event.time.is_none_or(|time| time < moment)).count();
            pending.drain(..ready).collect::<Vec<_>>()
        });
        let told = told.collect();
        self.tell(told);
    }

    /// Gathers everything while all are at rest: of stamped operations the rest, of a run at full speed a window, with
    /// whose store the counter then holds.
    pub(super) fn gather_at_rest(&mut self, seats: &[Arc<Seat>], full_speed: Option<Source>) {
        self.empty(seats, full_speed.map_or(usize::MAX, |_| window(seats)));
        let told = self.all();
        match full_speed {
            Some(last) => self.tell_window(told, last),
            None => self.tell(told),
        }
    }

    fn all(&mut self) -> Vec<Vec<Event>> {
        self.pending.iter_mut().map(|pending| pending.drain(..).collect()).collect()
    }

    /// Gathers a window from a run at full speed.
    pub(super) fn gather_window(&mut self, seats: &[Arc<Seat>]) {
        self.empty(seats, window(seats));
        let told = self.all();
        self.tell_window(told, Source::Unknown);
    }

    /// Throws away what the rings hold, so that what comes next is recent.
    pub(super) fn discard(&mut self, seats: &[Arc<Seat>]) {
        self.empty(seats, 0);
    }

    fn tell(&mut self, told: Vec<Vec<Event>>) {
        if told.iter().all(Vec::is_empty) {
            return;
        }
        let recording = if std::mem::take(&mut self.hole) {
            self.fresh = false;
            Recording::Window { streams: told, base: None, last: Source::Unknown, left_out: 0 }
        } else if std::mem::take(&mut self.fresh) {
            Recording::Fresh(told)
        } else {
            Recording::More(told)
        };
        self.post(recording);
    }

    fn tell_window(&mut self, told: Vec<Vec<Event>>, last: Source) {
        self.hole = false;
        // What was recorded since the rings were emptied while workers went on has no known beginning.
        let Some(base) = self.base.take() else { return };
        if told.iter().any(|events| !events.is_empty()) {
            self.fresh = false;
            // Nobody will look at windows that an even newer one replaces.
            self.outbox.clear();
            let left_out = self.left_out;
            self.post(Recording::Window { streams: told, base: Some(base), last, left_out });
        }
    }

    fn post(&mut self, mut recording: Recording) {
        if self.outbox.back_mut().is_some_and(|last| join(last, &mut recording)) {
            return;
        }
        self.outbox.push_back(recording);
        if self.outbox.len() > WAITING {
            self.outbox.clear();
            self.hole = true;
        }
    }

    /// The next recording to report.
    pub(super) fn take(&mut self) -> Recording {
        self.outbox.pop_front().unwrap_or_default()
    }

    pub(super) fn has_news(&self) -> bool {
        !self.outbox.is_empty()
    }
}

/// Lets a recording go on with the next one, unless they are too many operations together or don't follow on each other.
fn join(last: &mut Recording, next: &mut Recording) -> bool {
    let (Recording::Fresh(streams) | Recording::More(streams), Recording::More(more)) = (last, next) else {
        return false;
    };
    if streams.iter().chain(more.iter()).map(Vec::len).sum::<usize>() > JOINED {
        return false;
    }
    if streams.len() < more.len() {
        streams.resize_with(more.len(), Vec::new);
    }
    streams.iter_mut().zip(more).for_each(|(stream, more)| stream.append(more));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::raw::{Kind, Stamp, chunk, marker};
    use crate::lab::seat::NO_OPERATION;

    fn record(seat: &Seat, words: &[u64]) {
        let mut tail = seat.ring.position();
        for &word in words {
            seat.ring.put(tail, word);
            tail += 1;
        }
        seat.ring.publish(tail);
    }

    fn at(kind: Kind, time: u64) -> u64 {
        marker(kind, Stamp { time, core: None })
    }

    fn times(recording: Recording) -> Vec<Vec<u64>> {
        let (Recording::Fresh(streams) | Recording::More(streams)) = recording else {
            return Vec::new();
        };
        streams.iter().map(|events| events.iter().filter_map(|event| event.time).collect()).collect()
    }

    #[test]
    fn what_may_still_be_preceded_by_an_announced_operation_is_held_back() {
        let seats = [Arc::new(Seat::new(64)), Arc::new(Seat::new(64))];
        let clock = Clock::started_long_ago();
        let mut harvest = Harvest::default();
        harvest.begin_run();
        harvest.begin(&seats, &Settings::default(), Word::START);

        // Worker 1 is about to do something from 100 on; worker 0 has loaded before and after.
        seats[1].tally.in_operation.store(100, Ordering::Relaxed);
        record(&seats[0], &[chunk(1), at(Kind::Load, 90), 0, at(Kind::Store, 150)]);
        harvest.gather_stamped(&seats, clock);
        assert_eq!(times(harvest.take()), [vec![90], vec![]]);

        // What worker 1 did turns up: it comes before what was held back.
        record(&seats[1], &[chunk(1), at(Kind::Load, 120), 0]);
        seats[1].tally.in_operation.store(NO_OPERATION, Ordering::Relaxed);
        harvest.gather_stamped(&seats, clock);
        assert_eq!(times(harvest.take()), [vec![150], vec![120]]);
        assert!(!harvest.has_news());
    }

    #[test]
    fn while_nobody_listens_what_is_recorded_goes_on_without_a_hole() {
        let seats = [Arc::new(Seat::new(64))];
        let clock = Clock::started_long_ago();
        let mut harvest = Harvest::default();
        harvest.begin_run();
        harvest.begin(&seats, &Settings::default(), Word::START);
        for time in 1..=40 {
            record(&seats[0], &[chunk(time as u32), at(Kind::Load, time), 0]);
            harvest.gather_stamped(&seats, clock);
        }
        assert_eq!(times(harvest.take()), [(1..=40).collect::<Vec<u64>>()]);
        assert!(!harvest.has_news());
    }

    #[test]
    fn after_a_hole_the_record_is_a_window() {
        let seats = [Arc::new(Seat::new(64))];
        let mut harvest = Harvest::default();
        harvest.begin_run();
        harvest.begin(&seats, &Settings::default(), Word::START);
        seats[0].tally.dropped.store(3, Ordering::Relaxed);
        record(&seats[0], &[chunk(7), at(Kind::Load, 5), 0]);
        harvest.gather_stamped(&seats, Clock::started_long_ago());
        assert!(matches!(harvest.take(), Recording::Window { .. }));
    }
}
