//! From one worker's recorded words to its events.

use crate::event::{Event, Increment, Op, Seen, Source, Value, Worker};
use crate::experiment::{Cores, Protection, Settings};
use crate::platform::affinity;

use super::raw::{self, Kind, Raw, Stamp};
use super::word::{Layout, Word};

/// Reads one worker's record. The words come in pieces; a piece ends between two operations, at full speed between
/// two increments.
#[derive(Debug)]
pub(super) struct Decoder {
    worker: Worker,
    layout: Layout,
    protection: Protection,
    /// Whether the counter is one that only this worker has.
    own: bool,
    /// The counter when the present settings came into force: only a fetch-and-add that finds just this word can
    /// trust the word's provenance, since fetch-and-adds leave it as it was.
    base: Word,
    /// The increment that the next load begins.
    iteration: u32,
    /// The value loaded by an increment whose store was not read yet.
    held: Value,
    /// An increment recorded at full speed whose store was not told yet: a retry may still follow.
    implied: bool,
    /// Whether a word is the next load; just after a new beginning it is what the worker stored last.
    told: bool,
    /// Whether an [`Op::Acquire`] of the next increment was told already.
    entered: bool,
    stamp: Option<Stamp>,
    /// The core that the worker may not leave, if it may not leave one; the one that a chunk began and ended on.
    only: Option<u16>,
    core: Option<u16>,
}

impl Decoder {
    pub(super) fn new(worker: Worker) -> Self {
        Decoder {
            worker,
            layout: Layout::THREADS,
            protection: Protection::None,
            own: false,
            base: Word::START,
            iteration: 1,
            held: 0,
            implied: false,
            told: false,
            entered: false,
            stamp: None,
            only: None,
            core: None,
        }
    }

    /// New settings hold for the words to come, from this word on.
    pub(super) fn begin(&mut self, settings: &Settings, base: Word) {
        self.layout = Layout::of(settings.kind);
        self.protection = settings.protection;
        self.own = settings.kind == crate::experiment::Kind::Process { shared: false };
        self.base = base;
        self.only = if settings.cores == Cores::One { affinity::the_one() } else { None };
        self.core = None;
    }

    /// Reads a piece.
    pub(super) fn read(&mut self, words: &[u64], mut emit: impl FnMut(Event)) {
        let mut words = words.iter().copied().map(raw::read);
        while let Some(word) = words.next() {
            match word {
                Raw::Chunk(iteration) => {
                    self.finish(&mut emit);
                    self.core = None;
                    self.iteration = iteration;
                    self.entered = false;
                    self.told = false;
                }
                Raw::Until(iteration, _) => {
                    self.finish(&mut emit);
                    while self.iteration < iteration {
                        self.own(&mut emit);
                    }
                    self.told = true;
                }
                // After a new beginning: what the worker stored last.
                Raw::Word(word) if !self.told => self.held = Value::from(Word(word).value()) - 1,
                Raw::Word(word) => {
                    self.finish(&mut emit);
                    self.full_speed(Word(word), &mut emit);
                }
                Raw::Marker(Kind::Stamp, stamp) => {
                    self.finish(&mut emit);
                    self.stamp = Some(stamp);
                    self.core = stamp.core.filter(|_| stamp.core == ended_on(words.clone()));
                }
                Raw::Marker(kind, stamp) => {
                    let found = match kind {
                        Kind::Load | Kind::Retry | Kind::FetchAdd => match words.next() {
                            Some(Raw::Word(word)) => Some(Word(word)),
                            _ => None,
                        },
                        _ => None,
                    };
                    if kind != Kind::Retry {
                        self.finish(&mut emit);
                    }
                    if stamp.time > 0 {
                        self.core = None;
                    }
                    self.stamped(kind, found, stamp, &mut emit);
                }
            }
        }
        self.finish(&mut emit);
    }

    fn tell(&self, op: Op, stamp: Option<Stamp>, emit: &mut impl FnMut(Event)) {
        let increment = Increment { worker: self.worker, iteration: self.iteration };
        let time = stamp.map(|stamp| stamp.time);
        emit(Event {
            increment,
            op,
            time,
            core: stamp.and_then(|stamp| stamp.core).or(self.core).or(self.only),
        });
    }

    /// An increment that found its worker's own store.
    fn own(&mut self, emit: &mut impl FnMut(Event)) {
        let value = self.held + 1;
        let by = Increment { worker: self.worker, iteration: self.iteration - 1 };
        self.loaded(Seen { value, source: Source::Store(by) }, emit);
        self.finish(emit);
    }

    /// An increment of which only the loaded word was recorded.
    fn full_speed(&mut self, word: Word, emit: &mut impl FnMut(Event)) {
        let seen =
            if self.protection == Protection::FetchAdd { self.found(word) } else { self.layout.seen(word) };
        self.loaded(seen, emit);
    }

    fn loaded(&mut self, seen: Seen, emit: &mut impl FnMut(Event)) {
        let stamp = self.stamp.take();
        self.held = seen.value;
        if self.protection == Protection::FetchAdd {
            self.tell(Op::FetchAdd(seen), stamp, emit);
            self.iteration += 1;
            return;
        }
        if self.protection.has_holders() && !self.entered {
            self.tell(Op::Acquire, None, emit);
        }
        self.tell(Op::Load(seen), stamp, emit);
        self.implied = true;
    }

    /// Tells the store, and the release, of an increment recorded at full speed.
    fn finish(&mut self, emit: &mut impl FnMut(Event)) {
        if !std::mem::take(&mut self.implied) {
            return;
        }
        let stored = self.held + 1;
        let swaps = self.protection == Protection::CompareAndSwap;
        self.tell(if swaps { Op::Swap(stored) } else { Op::Store(stored) }, None, emit);
        if self.protection.has_holders() {
            self.tell(Op::Release, None, emit);
        }
        self.entered = false;
        self.iteration += 1;
    }

    /// An operation with a marker of its own.
    fn stamped(&mut self, kind: Kind, found: Option<Word>, stamp: Stamp, emit: &mut impl FnMut(Event)) {
        let timed = (stamp.time > 0).then_some(stamp);
        let op = match (kind, found) {
            (Kind::Load, Some(word)) => {
                self.held = Value::from(word.value());
                Op::Load(self.layout.seen(word))
            }
            (Kind::Retry, Some(word)) => {
                self.held = Value::from(word.value());
                Op::Retry(self.layout.seen(word))
            }
            (Kind::FetchAdd, Some(word)) => Op::FetchAdd(self.found(word)),
            (Kind::Store, _) => Op::Store(self.held + 1),
            (Kind::Swap, _) => Op::Swap(self.held + 1),
            (Kind::Request, _) => Op::Request,
            (Kind::Acquire, _) => {
                self.entered = true;
                Op::Acquire
            }
            (Kind::Release, _) => Op::Release,
            (Kind::Chunk | Kind::Stamp | Kind::Load | Kind::Retry | Kind::FetchAdd, _) => return,
        };
        self.tell(op, timed, emit);
    }

    fn found(&self, word: Word) -> Seen {
        if self.own && word.value() > 0 {
            let by = Increment { worker: self.worker, iteration: self.iteration - 1 };
            return Seen { value: Value::from(word.value()), source: Source::Store(by) };
        }
        let source = if word == self.base { self.layout.source(word) } else { Source::Unknown };
        Seen { value: Value::from(word.value()), source }
    }
}

/// The core that the chunk ended on of which these are the words to come, where it came to its end.
fn ended_on(words: impl Iterator<Item = Raw>) -> Option<u16> {
    words.take_while(|word| !matches!(word, Raw::Marker(Kind::Stamp, _) | Raw::Chunk(_))).find_map(|word| {
        match word {
            Raw::Until(_, core) => core,
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cores of the events of a chunk of three increments that ended there; it began on core 3.
    fn cores(ended: Option<u16>) -> Vec<Option<u16>> {
        let mut decoder = Decoder::new(Worker(0));
        decoder.begin(&Settings::default(), Word::START);
        let mut cores = Vec::new();
        let began = raw::marker(Kind::Stamp, Stamp { time: 5, core: Some(3) });
        decoder
            .read(&[raw::chunk(1), raw::until(1), began, raw::end(4, ended)], |event| cores.push(event.core));
        cores
    }

    #[test]
    fn what_lies_between_two_looks_at_one_core_ran_there() {
        assert_eq!(cores(Some(3)), [Some(3); 6]);
        let only_the_first = [Some(3), None, None, None, None, None];
        assert_eq!(cores(Some(2)), only_the_first, "moved in between");
        assert_eq!(cores(None), only_the_first, "the end was not told");
    }
}
