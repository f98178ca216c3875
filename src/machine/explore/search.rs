//! Every reachable state, nearest first.
//!
//! States are dealt out to shards by their hash. In each round every shard expands some of its newest states, sends
//! what it found to the shards that own it, and gets the numbers back. One shard needs no thread; more have
//! one each, and meet at barriers.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};

use super::graph::{Graph, Terminal};
use super::key::{self, FIELDS, Key, Layout};
use super::outcome::Limit;
use super::shard::{self, NONE, Shard};
use super::tables::{Crew, Memo, Move, Tables, TooNarrow};
use super::{Progress, Watch};

/// States that a shard expands in one round.
const CHUNK: usize = 2_048;
/// The same where several shards have to wait for each other.
const CHUNK_SHARED: usize = 32_768;

/// States that are looked up together.
const BATCH: usize = 32;

/// What a search may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Most states, at most what numbers of 32 bits can tell apart.
    pub(super) states: u64,
    /// Most bytes.
    pub(super) bytes: u64,
}

/// A new state for some shard, and the number of the state that it was reached from.
type Request<const N: usize> = (Key<N>, u32);

/// Why rounds end before everything is found.
const GO_ON: u8 = 0;
const TOO_NARROW: u8 = 1;
const MEMORY: u8 = 2;
const STATES: u8 = 3;
const STOPPED: u8 = 4;

/// What the shards share.
struct Common<'a, 'b, const N: usize> {
    tables: &'a Mutex<Tables<'b>>,
    layout: Layout<N>,
    bounds: Bounds,
    shards: usize,
    barrier: Barrier,
    /// By sender and receiver.
    requests: Vec<Mutex<Vec<Request<N>>>>,
    replies: Vec<Mutex<Vec<u32>>>,
    /// By shard, the states of this level that are left to expand, and those of the next.
    left: Vec<AtomicUsize>,
    fresh: Vec<AtomicUsize>,
    states: AtomicUsize,
    transitions: AtomicUsize,
    /// By shard.
    bytes: Vec<AtomicUsize>,
    most_bytes: AtomicUsize,
    stop: AtomicU8,
}

impl<const N: usize> Common<'_, '_, N> {
    /// Waits until every shard is here. One alone has nobody to wait for, and need not ask the system.
    fn meet(&self) {
        if self.shards > 1 {
            self.barrier.wait();
        }
    }
}

/// Searches from a state, whose numbers are given. Stops early within the bounds, or when `watch` says so.
pub(super) fn search<const N: usize>(
    tables: &Mutex<Tables>,
    layout: Layout<N>,
    start: &[u32],
    bounds: Bounds,
    shards: usize,
    watch: &mut Watch,
) -> Result<(Graph, Option<Limit>), TooNarrow> {
    let crew = lock(tables).crew.clone();
    let mut fields = [0; FIELDS];
    fields[..start.len()].copy_from_slice(start);
    let first = layout.pack(&fields);
    let mail = shards * shards;
    let zeros = || (0..shards).map(|_| AtomicUsize::new(0)).collect::<Vec<_>>();
    let common = Common {
        tables,
        layout,
        bounds,
        shards,
        barrier: Barrier::new(shards),
        requests: (0..mail).map(|_| Mutex::default()).collect(),
        replies: (0..mail).map(|_| Mutex::default()).collect(),
        left: zeros(),
        fresh: zeros(),
        states: AtomicUsize::new(0),
        transitions: AtomicUsize::new(0),
        bytes: zeros(),
        most_bytes: AtomicUsize::new(0),
        stop: AtomicU8::new(GO_ON),
    };
    let owner = owner(&first, shards);
    let mut workers: Vec<Searcher<N>> = (0..shards).map(|index| Searcher::new(&crew, index)).collect();
    workers[owner].shard.insert(first, NONE);
    workers.iter_mut().for_each(Searcher::next_level);
    let depth = std::thread::scope(|scope| {
        let (head, rest) = workers.split_first_mut().expect("there is at least one shard");
        let common = &common;
        rest.iter_mut().for_each(|searcher| {
            scope.spawn(move || searcher.run(common, &mut |_| ControlFlow::Continue(())));
        });
        head.run(common, watch)
    });
    let limit = match common.stop.into_inner() {
        TOO_NARROW => return Err(TooNarrow),
        MEMORY => Some(Limit::Memory),
        STATES => Some(Limit::States),
        STOPPED => Some(Limit::Stopped),
        _ => None,
    };
    let transitions = common.transitions.into_inner() as u64;
    let bytes = common.most_bytes.into_inner() as u64;
    let mut terminals: Vec<Terminal> = Vec::new();
    let mut parts = Vec::new();
    for searcher in workers {
        terminals.extend(searcher.terminals);
        parts.push(searcher.shard);
    }
    let is_levelled = parts.iter().all(Shard::is_levelled);
    let (states, numbers) = shard::merge(parts);
    for terminal in &mut terminals {
        terminal.state = numbers[terminal.state as usize % shards][terminal.state as usize / shards];
    }
    terminals.sort_by_key(|terminal| terminal.state);
    Ok((Graph { crew, states, terminals, is_levelled, transitions, depth, bytes }, limit))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked ends the search by its own panic; what it left is not used.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shard that a state falls to: by bits of the hash that the shard's own table does not use first.
fn owner<const N: usize>(key: &Key<N>, shards: usize) -> usize {
    if shards == 1 { 0 } else { ((key::hash(key) & 0xFFFF) as usize * shards) >> 16 }
}

/// One shard at work.
struct Searcher<'a, const N: usize> {
    index: usize,
    crew: &'a Crew,
    shard: Shard<N>,
    memo: Memo,
    level: Vec<(Key<N>, u32)>,
    next: usize,
    depth: u64,
    /// By receiver: what is sent, and which edge and landing each belongs to.
    out: Vec<Vec<Request<N>>>,
    edges: Vec<Vec<(usize, u8)>>,
    terminals: Vec<Terminal>,
}

impl<'a, const N: usize> Searcher<'a, N> {
    fn new(crew: &'a Crew, index: usize) -> Self {
        Searcher {
            index,
            crew,
            shard: Shard::new(crew.threads.len(), crew.is_symmetric()),
            memo: Memo::new(crew),
            level: Vec::new(),
            next: 0,
            depth: 0,
            out: Vec::new(),
            edges: Vec::new(),
            terminals: Vec::new(),
        }
    }

    fn next_level(&mut self) {
        self.level = self.shard.take_fresh();
        self.next = 0;
    }

    /// Round after round until nothing is left; gives the depth reached.
    ///
    /// What the shards tell each other is written between the first barrier and the second and read between the
    /// second and the next first, so all of them read the same.
    fn run(&mut self, common: &Common<N>, watch: &mut Watch) -> u64 {
        self.out = vec![Vec::new(); common.shards];
        self.edges = vec![Vec::new(); common.shards];
        loop {
            let before = self.shard.len();
            let expanded = self.expand(common);
            common.meet();
            self.receive(common);
            match expanded {
                Ok(count) => drop(common.transitions.fetch_add(count, Ordering::Relaxed)),
                Err(TooNarrow) => common.stop.store(TOO_NARROW, Ordering::Relaxed),
            }
            common.states.fetch_add(self.shard.len() - before, Ordering::Relaxed);
            common.bytes[self.index].store(self.bytes(), Ordering::Relaxed);
            common.left[self.index].store(self.level.len() - self.next, Ordering::Relaxed);
            common.fresh[self.index].store(self.shard.fresh(), Ordering::Relaxed);
            if self.index == 0 {
                self.check(common, watch);
            }
            common.meet();
            self.take_replies(common);
            let none = |counts: &[AtomicUsize]| counts.iter().all(|count| count.load(Ordering::Relaxed) == 0);
            let is_level_done = none(&common.left);
            if common.stop.load(Ordering::Relaxed) != GO_ON || is_level_done && none(&common.fresh) {
                return self.depth;
            }
            if is_level_done {
                self.next_level();
                self.depth += 1;
            }
        }
    }

    fn bytes(&self) -> usize {
        let pending = self.level.capacity() + self.out.iter().map(Vec::capacity).sum::<usize>();
        (self.shard.bytes() + self.memo.bytes()) as usize + pending * std::mem::size_of::<Request<N>>()
    }

    /// The bounds and whoever watches.
    fn check(&self, common: &Common<N>, watch: &mut Watch) {
        let states = common.states.load(Ordering::Relaxed) as u64;
        let bytes: usize = common.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum();
        let bytes = bytes as u64 + lock(common.tables).bytes();
        common.most_bytes.fetch_max(bytes as usize, Ordering::Relaxed);
        let transitions = common.transitions.load(Ordering::Relaxed) as u64;
        let stop = |why| common.stop.compare_exchange(GO_ON, why, Ordering::Relaxed, Ordering::Relaxed);
        let progress = Progress { states, transitions, depth: self.depth, bytes };
        // What is full grows to twice its size before the next look.
        if bytes * 2 > common.bounds.bytes {
            let _ = stop(MEMORY);
        } else if states > common.bounds.states {
            let _ = stop(STATES);
        } else if watch(&progress).is_break() {
            let _ = stop(STOPPED);
        }
    }

    /// Expands the next states of this level and sends off what was found; gives the number of transitions.
    fn expand(&mut self, common: &Common<N>) -> Result<usize, TooNarrow> {
        let chunk = if common.shards == 1 { CHUNK } else { CHUNK_SHARED };
        let upto = self.level.len().min(self.next + chunk);
        let mut transitions = 0;
        let mut fields = [0; FIELDS];
        for i in self.next..upto {
            let (key, number) = self.level[i];
            common.layout.unpack(&key, &mut fields);
            match self.expand_one(common, &mut fields, number)? {
                0 => self.end(common, &fields, number),
                count => transitions += count,
            }
        }
        self.next = upto;
        for to in 0..common.shards {
            std::mem::swap(&mut *lock(&common.requests[self.index * common.shards + to]), &mut self.out[to]);
        }
        Ok(transitions)
    }

    fn expand_one(
        &mut self,
        common: &Common<N>,
        fields: &mut [u32; FIELDS],
        number: u32,
    ) -> Result<usize, TooNarrow> {
        let workers = self.crew.threads.len();
        let parent = number * common.shards as u32 + self.index as u32;
        let mut count = 0;
        let mut same = None;
        for position in 0..workers {
            let (group, local) = (self.crew.groups[position], fields[position + 1]);
            let edge = number as usize * workers + position;
            // Workers in the same state lead to the same state.
            if position > 0 && group == self.crew.groups[position - 1] && local == fields[position] {
                if let Some((owner, request, landing)) = same {
                    self.send(owner, request, edge, landing);
                    count += 1;
                }
                continue;
            }
            let step = self
                .memo
                .step(group, local, fields[0], || lock(common.tables).step(group, local, fields[0]))?;
            if step == Move::NONE {
                same = None;
                continue;
            }
            let mut after = *fields;
            let landing = apply(&self.crew.groups, &mut after, position, step) as u8;
            let key = common.layout.pack(&after);
            let sent = (owner(&key, common.shards), (key, parent), landing);
            self.send(sent.0, sent.1, edge, landing);
            same = Some(sent);
            count += 1;
        }
        Ok(count)
    }

    fn send(&mut self, owner: usize, request: Request<N>, edge: usize, landing: u8) {
        self.out[owner].push(request);
        self.edges[owner].push((edge, landing));
    }

    /// Nobody can move: the end of a schedule.
    fn end(&mut self, common: &Common<N>, fields: &[u32; FIELDS], number: u32) {
        let numbers = &fields[..=self.crew.threads.len()];
        let anyone_left = lock(common.tables).anyone_left(numbers);
        let state = number * common.shards as u32 + self.index as u32;
        self.terminals.push(Terminal { state, shared: fields[0], anyone_left });
    }

    /// Gives numbers to the states that other shards found for this one.
    fn receive(&mut self, common: &Common<N>) {
        for from in 0..common.shards {
            let mail = from * common.shards + self.index;
            let mut requests = lock(&common.requests[mail]);
            let mut replies = lock(&common.replies[mail]);
            // Look-ups miss the cache; several at once wait for memory together.
            for some in requests.chunks(BATCH) {
                self.shard.touch(some.iter().map(|(key, _)| key));
                replies.extend(some.iter().map(|(key, parent)| {
                    self.shard.insert(*key, *parent) * common.shards as u32 + self.index as u32
                }));
            }
            requests.clear();
        }
    }

    fn take_replies(&mut self, common: &Common<N>) {
        for to in 0..common.shards {
            let mut replies = lock(&common.replies[self.index * common.shards + to]);
            for (state, (edge, landing)) in replies.drain(..).zip(self.edges[to].drain(..)) {
                self.shard.set_edge(edge, state, landing);
            }
        }
    }
}

/// A step of the worker at this position, on the numbers of a state: what is shared, then by position. Workers
/// of a group stay in order; gives the position at which the worker stands afterwards.
pub(super) fn apply(groups: &[usize], fields: &mut [u32; FIELDS], position: usize, step: Move) -> usize {
    fields[0] = step.shared;
    let group = groups[position];
    let mut at = position;
    while at > 0 && groups[at - 1] == group && fields[at] > step.local {
        fields[at + 1] = fields[at];
        at -= 1;
    }
    while at + 1 < groups.len() && groups[at + 1] == group && fields[at + 2] < step.local {
        fields[at + 1] = fields[at + 2];
        at += 1;
    }
    fields[at + 1] = step.local;
    at
}
