//! One part of a search at work: it expands its states, sends off what it finds, and numbers what it is sent.

use std::sync::Mutex;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashSet;

use super::graph::Terminal;
use super::key::{self, FIELDS, Key};
use super::mail::{Edge, Found};
use super::memo::Memo;
use super::reduce::Reduction;
use super::search::{
    Abandoned, Common, FAILURE, GO_ON, MEMORY, ROUNDS, STATES, STOPPED, TOO_NARROW, UNEVEN, lock,
};
use super::shard::Shard;
use super::store::Pile;
use super::tables::{Crew, Move, Tables, TooNarrow};
use super::{LESS_OFTEN, Progress, Watch};
use crate::platform::fault;

/// States that are expanded between two looks at the mail and at the bounds.
const CHUNK: usize = 2_048;
/// Found states that a shard keeps to itself for so long before it numbers them.
const OWN: usize = 1_024;
/// States that are looked up together.
const BATCH: usize = 32;

/// The shard that a state falls to. It is decided by what only some of the workers have to themselves, which `mask` says
/// where to find: the others' steps stay in their shard, and need no mail.
#[inline(always)]
pub(super) fn owner<const N: usize>(key: &Key<N>, mask: &Key<N>, shards: usize) -> usize {
    if shards == 1 {
        return 0;
    }
    let some: Key<N> = std::array::from_fn(|word| key[word] & mask[word]);
    ((key::hash(&some) >> 48) as usize * shards) >> 16
}

/// What a shard remembers of the steps that were asked for: by itself, and by the others as far as it has heard of them.
struct Memory {
    memo: Memo,
    heard: usize,
}

impl Memory {
    #[inline(always)]
    fn step(
        &mut self,
        tables: &Mutex<Tables>,
        group: usize,
        local: u32,
        shared: u32,
    ) -> Result<Move, TooNarrow> {
        match self.memo.known(group, local, shared) {
            Some(known) => Ok(known),
            None => self.ask(tables, group, local, shared),
        }
    }

    /// The machine is asked only for what no shard has asked it before: it takes longer than to learn that, and nobody
    /// else can ask it meanwhile.
    #[cold]
    #[inline(never)]
    fn ask(
        &mut self,
        tables: &Mutex<Tables>,
        group: usize,
        local: u32,
        shared: u32,
    ) -> Result<Move, TooNarrow> {
        let mut tables = lock(tables);
        let (news, count) = tables.steps_since(self.heard);
        news.iter().for_each(|step| self.memo.learn(step.group as usize, step.local, step.shared, step.to));
        self.heard = count;
        if let Some(known) = self.memo.known(group, local, shared) {
            return Ok(known);
        }
        let step = tables.step(group, local, shared)?;
        self.heard += 1;
        self.memo.learn(group, local, shared, step);
        Ok(step)
    }
}

/// One shard at work.
pub(super) struct Searcher<'a, const N: usize> {
    index: usize,
    crew: &'a Crew,
    pub(super) shard: Shard<N>,
    memory: Memory,
    reduction: Option<Reduction>,
    keeps_edges: bool,
    /// The states of this level, the number of the first, and how many have been expanded.
    level: Pile<Key<N>>,
    first: u32,
    next: usize,
    depth: u64,
    /// What was found, by the shard that it falls to.
    out: Vec<Vec<Found<N>>>,
    /// Where edges lead that others want to know, by shard.
    answers: Vec<Vec<Edge>>,
    pub(super) terminals: Vec<Terminal>,
    /// By what is shared and whether workers are left: the ends whose outcome is known.
    ends: FxHashSet<(u32, bool)>,
}

impl<'a, const N: usize> Searcher<'a, N> {
    pub(super) fn new(crew: &'a Crew, index: usize, reduction: Option<Reduction>, shard: Shard<N>) -> Self {
        Searcher {
            index,
            crew,
            keeps_edges: shard.keeps().edges,
            shard,
            memory: Memory { memo: Memo::new(crew), heard: 0 },
            reduction,
            level: Pile::default(),
            first: 0,
            next: 0,
            depth: 0,
            out: Vec::new(),
            answers: Vec::new(),
            terminals: Vec::new(),
            ends: FxHashSet::default(),
        }
    }

    /// Level after level until nothing is left; gives the depth reached.
    pub(super) fn run(&mut self, common: &Common<N>, watch: &mut Watch) -> u64 {
        self.out = vec![Vec::new(); common.shards];
        self.answers = vec![Vec::new(); common.shards];
        loop {
            self.first = self.shard.next_level(&mut self.level);
            self.next = 0;
            while self.next < self.level.len() && common.stop.load(Ordering::Relaxed) == GO_ON {
                self.chunk(common, watch);
            }
            // Nobody else looks whether there is enough, also where all that is left lies with others.
            if self.index == 0 && self.level.is_empty() {
                self.check(common, watch);
            }
            let crashes = common.shards > 1 && fault::get().part == Some((self.index, self.depth));
            assert!(!crashes, "part {} of the search fails, as ordered by RACESCOPE_FAULT", self.index);
            let (count, depth) = (self.level.len(), self.depth);
            // Whoever is here has sent off everything that it found in this level.
            match common.meet(count) {
                Err(_) => return depth,
                Ok(true) => {
                    self.hear(common);
                    return if common.stop.load(Ordering::Relaxed) == GO_ON { depth - 1 } else { depth };
                }
                Ok(false) => self.receive(common),
            }
            self.depth += 1;
        }
    }

    /// Expands some states, takes what has come in the meantime, and tells how far it is.
    fn chunk(&mut self, common: &Common<N>, watch: &mut Watch) {
        let before = self.shard.len();
        match self.expand(common) {
            Ok(count) => drop(common.transitions.fetch_add(count, Ordering::Relaxed)),
            Err(Abandoned::TooNarrow) => common.stop.store(TOO_NARROW, Ordering::Relaxed),
            Err(Abandoned::Failure) => common.stop.store(FAILURE, Ordering::Relaxed),
            Err(Abandoned::Uneven) => common.stop.store(UNEVEN, Ordering::Relaxed),
            Err(Abandoned::Rounds) => common.stop.store(ROUNDS, Ordering::Relaxed),
        }
        self.receive(common);
        self.hear(common);
        common.states.fetch_add(self.shard.len() - before, Ordering::Relaxed);
        common.bytes[self.index].store(self.bytes(), Ordering::Relaxed);
        if self.index == 0 {
            self.check(common, watch);
        }
    }

    fn bytes(&self) -> usize {
        let pending = self.out.iter().map(Vec::capacity).sum::<usize>() * std::mem::size_of::<Found<N>>();
        let level = self.level.bytes();
        let reduction = self.reduction.as_ref().map_or(0, Reduction::bytes);
        (self.shard.bytes() + self.memory.memo.bytes() + reduction) as usize + pending + level
    }

    /// The bounds and whoever watches.
    fn check(&self, common: &Common<N>, watch: &mut Watch) {
        let states = common.states.load(Ordering::Relaxed) as u64;
        let bytes: usize = common.bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum();
        let mut tables = lock(common.tables);
        if common.is_even && tables.is_uneven() {
            common.stop.store(UNEVEN, Ordering::Relaxed);
        } else if common.fears_rounds && tables.may_go_round(LESS_OFTEN) {
            common.stop.store(ROUNDS, Ordering::Relaxed);
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
        let upto = self.level.len().min(self.next + CHUNK);
        let mut transitions = 0;
        let mut fields = [0; FIELDS];
        for i in self.next..upto {
            let (key, own) = (self.level[i], self.first + i as u32);
            common.layout.unpack(&key, &mut fields);
            let number = common.numbering.number(self.index, own);
            match self.expand_one(common, &key, &fields, number)? {
                0 => self.end(common, &fields, number)?,
                count => transitions += count,
            }
            if self.out[self.index].len() >= OWN {
                self.keep(common);
            }
        }
        self.next = upto;
        self.keep(common);
        for (to, found) in self.out.iter_mut().enumerate() {
            common.found[self.depth as usize & 1].send(self.index, to, found);
        }
        Ok(transitions)
    }

    fn expand_one(
        &mut self,
        common: &Common<N>,
        key: &Key<N>,
        fields: &[u32; FIELDS],
        number: u32,
    ) -> Result<usize, TooNarrow> {
        let groups = &self.crew.groups;
        let mut count = 0;
        let mut same: Option<(usize, Found<N>)> = None;
        let enough = self.enough(common, fields)?;
        for position in enough.map_or(0..groups.len(), |position| position..position + 1) {
            let (group, local) = (groups[position], fields[position + 1]);
            // Workers in the same state lead to the same state.
            let is_alone = position == 0 || enough.is_some();
            if !is_alone && group == groups[position - 1] && local == fields[position] {
                if let Some((owner, found)) = same {
                    count += 1;
                    if self.keeps_edges {
                        self.out[owner].push(Found { position: position as u8, ..found });
                    }
                }
                continue;
            }
            let step = self.memory.step(common.tables, group, local, fields[0])?;
            if step == Move::NONE {
                same = None;
                continue;
            }
            let mut after = *key;
            common.layout.set(&mut after, 0, step.shared);
            let set = |field, local| common.layout.set(&mut after, field, local);
            let landing = land(groups, fields, position, step.local, set) as u8;
            let found = Found { key: after, parent: number, position: position as u8, landing };
            let owner = owner(&after, &common.mask, common.shards);
            self.out[owner].push(found);
            same = Some((owner, found));
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
            self.memory.step(common.tables, group, local, fields[0])
        })
    }

    /// Numbers what this shard has found for itself: that needs no mail.
    fn keep(&mut self, common: &Common<N>) {
        let own = &mut self.out[self.index];
        // Look-ups miss the cache; several at once wait for memory together.
        for some in own.chunks(BATCH) {
            self.shard.touch(some);
            for found in some {
                let state = self.shard.insert(found);
                if self.keeps_edges {
                    let to = common.numbering.number(self.index, state);
                    self.shard.set_edge(common.numbering.place(found.parent).1, &found.edge(to));
                }
            }
        }
        own.clear();
    }

    /// Nobody can move: the end of a schedule.
    fn end(&mut self, common: &Common<N>, fields: &[u32; FIELDS], state: u32) -> Result<(), Abandoned> {
        let numbers = &fields[..=self.crew.threads.len()];
        let tables = lock(common.tables);
        if self.reduction.is_some() && tables.shared(fields[0]).failure.is_some() {
            return Err(Abandoned::Failure);
        }
        let anyone_left = tables.anyone_left(numbers);
        if self.ends.insert((fields[0], anyone_left)) {
            lock(&common.ends).add(tables.outcome(fields[0], anyone_left));
        }
        self.terminals.push(Terminal { state, depth: self.depth, shared: fields[0], anyone_left });
        Ok(())
    }

    /// Gives numbers to the states that other shards have found for this one in this level, and sends those back where
    /// edges are kept.
    fn receive(&mut self, common: &Common<N>) {
        for from in (0..common.shards).filter(|from| *from != self.index) {
            let answers = &mut self.answers[from];
            common.found[self.depth as usize & 1].read(from, self.index, |letter| {
                for some in letter.chunks(BATCH) {
                    self.shard.touch(some);
                    for found in some {
                        let state = self.shard.insert(found);
                        if self.keeps_edges {
                            answers.push(found.edge(common.numbering.number(self.index, state)));
                        }
                    }
                }
            });
            common.answers.send(self.index, from, answers);
        }
    }

    /// Takes the answers that have come.
    fn hear(&mut self, common: &Common<N>) {
        for from in (0..common.shards).filter(|from| *from != self.index) {
            common.answers.read(from, self.index, |letter| {
                letter
                    .iter()
                    .for_each(|edge| self.shard.set_edge(common.numbering.place(edge.parent).1, edge));
            });
        }
    }
}

/// Where a worker stands after a step, on the numbers of a state: what is shared, then by position. Workers of a group
/// stay in order. `set` is told the new numbers, except of what is shared.
#[inline(always)]
fn land(
    groups: &[usize],
    fields: &[u32; FIELDS],
    position: usize,
    local: u32,
    mut set: impl FnMut(usize, u32),
) -> usize {
    let group = groups[position];
    let mut at = position;
    while at > 0 && groups[at - 1] == group && fields[at] > local {
        set(at + 1, fields[at]);
        at -= 1;
    }
    while at >= position && at + 1 < groups.len() && groups[at + 1] == group && fields[at + 2] < local {
        set(at + 1, fields[at + 2]);
        at += 1;
    }
    set(at + 1, local);
    at
}

/// The step of the worker at this position; gives the position at which it stands afterwards.
pub(super) fn apply(groups: &[usize], fields: &mut [u32; FIELDS], position: usize, step: Move) -> usize {
    let before = *fields;
    fields[0] = step.shared;
    land(groups, &before, position, step.local, |field, local| fields[field] = local)
}
