//! One part of a search at work: it expands its states, sends off what it finds, and numbers what it is sent.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;

use super::graph::Terminal;
use super::key::{self, FIELDS, Key};
use super::reduce::Reduction;
use super::search::{
    Abandoned, Common, FAILURE, GO_ON, MEMORY, Request, STATES, STOPPED, TOO_NARROW, UNEVEN, lock,
};
use super::shard::Shard;
use super::tables::{Crew, Memo, Move, TooNarrow};
use super::{Progress, Watch};
use crate::platform::fault;

/// States that a shard expands in one round.
const CHUNK: usize = 2_048;
/// The same where several shards have to wait for each other: many, but so few that what they send stays in the cache.
const CHUNK_SHARED: usize = 16_384;
/// Found states that a shard keeps to itself for so long before it numbers them.
const OWN: usize = 4_096;

/// States that are looked up together.
const BATCH: usize = 32;

/// The shard that a state falls to: by bits of the hash that the shard's own table does not use first.
pub(super) fn owner<const N: usize>(key: &Key<N>, shards: usize) -> usize {
    if shards == 1 { 0 } else { ((key::hash(key) & 0xFFFF) as usize * shards) >> 16 }
}

/// A step whose end has no number yet.
#[derive(Clone, Copy, Debug)]
struct Edge {
    state: u32,
    position: u8,
    landing: u8,
}

/// One shard at work.
pub(super) struct Searcher<'a, const N: usize> {
    index: usize,
    crew: &'a Crew,
    pub(super) shard: Shard<N>,
    memo: Memo,
    reduction: Option<Reduction>,
    level: Vec<(Key<N>, u32)>,
    next: usize,
    depth: u64,
    /// By receiver: what is sent, and which edge and landing each belongs to.
    out: Vec<Vec<Request<N>>>,
    edges: Vec<Vec<Edge>>,
    pub(super) terminals: Vec<Terminal>,
    /// By what is shared and whether workers are left: the ends whose outcome is known.
    ends: FxHashSet<(u32, bool)>,
}

impl<'a, const N: usize> Searcher<'a, N> {
    pub(super) fn new(crew: &'a Crew, index: usize, reduction: Option<Reduction>, forgets: bool) -> Self {
        Searcher {
            index,
            crew,
            shard: Shard::new(crew.threads.len(), crew.is_symmetric(), forgets),
            memo: Memo::new(crew),
            reduction,
            level: Vec::new(),
            next: 0,
            depth: 0,
            out: Vec::new(),
            edges: Vec::new(),
            terminals: Vec::new(),
            ends: FxHashSet::default(),
        }
    }

    pub(super) fn next_level(&mut self) {
        self.level = self.shard.take_fresh();
        self.next = 0;
    }

    /// Round after round until nothing is left; gives the depth reached.
    ///
    /// What the shards tell each other is written between the first barrier and the second and read between the
    /// second and the next first, so all of them read the same.
    pub(super) fn run(&mut self, common: &Common<N>, watch: &mut Watch) -> u64 {
        self.out = vec![Vec::new(); common.shards];
        self.edges = vec![Vec::new(); common.shards];
        loop {
            let before = self.shard.len();
            let expanded = self.expand(common);
            let crashes = common.shards > 1 && fault::get().part == Some((self.index, self.depth));
            assert!(!crashes, "part {} of the search fails, as ordered by RACESCOPE_FAULT", self.index);
            if common.meet().is_err() {
                return self.depth;
            }
            self.receive(common);
            match expanded {
                Ok(count) => drop(common.transitions.fetch_add(count, Ordering::Relaxed)),
                Err(Abandoned::TooNarrow) => common.stop.store(TOO_NARROW, Ordering::Relaxed),
                Err(Abandoned::Failure) => common.stop.store(FAILURE, Ordering::Relaxed),
                Err(Abandoned::Uneven) => common.stop.store(UNEVEN, Ordering::Relaxed),
            }
            common.states.fetch_add(self.shard.len() - before, Ordering::Relaxed);
            common.bytes[self.index].store(self.bytes(), Ordering::Relaxed);
            common.left[self.index].store(self.level.len() - self.next, Ordering::Relaxed);
            common.fresh[self.index].store(self.shard.fresh(), Ordering::Relaxed);
            if self.index == 0 {
                self.check(common, watch);
            }
            if common.meet().is_err() {
                return self.depth;
            }
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
        let reduction = self.reduction.as_ref().map_or(0, Reduction::bytes);
        (self.shard.bytes() + self.memo.bytes() + reduction) as usize
            + pending * std::mem::size_of::<Request<N>>()
    }

    /// The bounds and whoever watches.
    fn check(&self, common: &Common<N>, watch: &mut Watch) {
        let states = common.states.load(Ordering::Relaxed) as u64;
        let bytes: usize = common.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum();
        let tables = lock(common.tables);
        if common.is_even && tables.is_uneven() {
            common.stop.store(UNEVEN, Ordering::Relaxed);
        }
        let known = tables.bytes();
        drop(tables);
        let (met, ends) = {
            let ends = lock(&common.ends);
            (ends.met, ends.bytes)
        };
        let bytes = bytes as u64 + known + ends;
        common.most_bytes.fetch_max(bytes as usize, Ordering::Relaxed);
        let transitions = common.transitions.load(Ordering::Relaxed) as u64;
        let stop = |why| common.stop.compare_exchange(GO_ON, why, Ordering::Relaxed, Ordering::Relaxed);
        let progress = Progress { states, transitions, depth: self.depth, bytes, met };
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
    fn expand(&mut self, common: &Common<N>) -> Result<usize, Abandoned> {
        let chunk = if common.shards == 1 { CHUNK } else { CHUNK_SHARED };
        let upto = self.level.len().min(self.next + chunk);
        let mut transitions = 0;
        let mut fields = [0; FIELDS];
        for i in self.next..upto {
            let (key, number) = self.level[i];
            common.layout.unpack(&key, &mut fields);
            match self.expand_one(common, &mut fields, number)? {
                0 => self.end(common, &fields, number)?,
                count => transitions += count,
            }
            if self.out[self.index].len() >= OWN {
                self.keep(common);
            }
        }
        self.next = upto;
        self.keep(common);
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
        let enough = self.enough(common, fields)?;
        for position in enough.map_or(0..workers, |position| position..position + 1) {
            let (group, local) = (self.crew.groups[position], fields[position + 1]);
            // Workers in the same state lead to the same state.
            let is_alone = position == 0 || enough.is_some();
            if !is_alone && group == self.crew.groups[position - 1] && local == fields[position] {
                if let Some((owner, request, landing)) = same {
                    self.send(owner, request, Edge { state: number, position: position as u8, landing });
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
            self.send(sent.0, sent.1, Edge { state: number, position: position as u8, landing });
            same = Some(sent);
            count += 1;
        }
        Ok(count)
    }

    /// The position of a worker whose step is enough, where it is looked for and found.
    fn enough(&mut self, common: &Common<N>, fields: &[u32; FIELDS]) -> Result<Option<usize>, TooNarrow> {
        let Some(reduction) = self.reduction.as_mut().filter(|reduction| reduction.pays()) else {
            return Ok(None);
        };
        reduction.choose(common.tables, fields, |position| {
            let (group, local) = (self.crew.groups[position], fields[position + 1]);
            self.memo.step(group, local, fields[0], || lock(common.tables).step(group, local, fields[0]))
        })
    }

    fn send(&mut self, owner: usize, request: Request<N>, edge: Edge) {
        self.out[owner].push(request);
        self.edges[owner].push(edge);
    }

    /// Numbers what this shard has found for itself: that needs no mail and nobody to wait for.
    fn keep(&mut self, common: &Common<N>) {
        let own = self.index;
        // Look-ups miss the cache; several at once wait for memory together.
        for (some, edges) in self.out[own].chunks(BATCH).zip(self.edges[own].chunks(BATCH)) {
            self.shard.touch(some.iter().map(|(key, _)| key));
            for ((key, parent), edge) in some.iter().zip(edges) {
                let state = self.shard.insert(*key, *parent) * common.shards as u32 + own as u32;
                self.shard.set_edge(edge.state, edge.position, state, edge.landing);
            }
        }
        self.out[own].clear();
        self.edges[own].clear();
    }

    /// Nobody can move: the end of a schedule.
    fn end(&mut self, common: &Common<N>, fields: &[u32; FIELDS], number: u32) -> Result<(), Abandoned> {
        let numbers = &fields[..=self.crew.threads.len()];
        let tables = lock(common.tables);
        if self.reduction.is_some() && tables.shared(fields[0]).failure.is_some() {
            return Err(Abandoned::Failure);
        }
        let anyone_left = tables.anyone_left(numbers);
        if self.ends.insert((fields[0], anyone_left)) {
            lock(&common.ends).add(tables.outcome(fields[0], anyone_left));
        }
        let state = number * common.shards as u32 + self.index as u32;
        self.terminals.push(Terminal { state, shared: fields[0], anyone_left });
        Ok(())
    }

    /// Gives numbers to the states that other shards found for this one.
    fn receive(&mut self, common: &Common<N>) {
        for from in 0..common.shards {
            let mail = from * common.shards + self.index;
            let mut requests = lock(&common.requests[mail]);
            let mut replies = lock(&common.replies[mail]);
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
            for (state, edge) in replies.drain(..).zip(self.edges[to].drain(..)) {
                self.shard.set_edge(edge.state, edge.position, state, edge.landing);
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
