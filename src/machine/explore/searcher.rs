//! One part of a search at work: it expands its states, sends off what it finds, and numbers what it is sent.

use std::sync::atomic::Ordering;
use std::{hint, thread};

use rustc_hash::FxHashSet;

use super::front::Portion;
use super::graph::Terminal;
use super::hearsay::Hearsay;
use super::key::{self, FIELDS, Key};
use super::mail::{Edge, Found};
use super::reduce::Reduction;
use super::search::{
    Abandoned, Common, FAILURE, GO_ON, MEMORY, ROUNDS, STATES, STOPPED, TOO_NARROW, UNEVEN, lock,
};
use super::shard::Shard;
use super::tables::{Crew, Move, TooNarrow};
use super::{LESS_OFTEN, Progress, Watch};
use crate::platform::fault;

/// States that are expanded before what was found is dealt with: little enough to stay in the nearest cache.
const BUNDLE: usize = 64;
/// States that are looked up together.
const BATCH: usize = 32;
/// How often a part looks whether others know what they have, before it lets somebody else run in between.
const LOOKS: u32 = 1_000;

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

/// One shard at work.
pub(super) struct Searcher<'a, const N: usize> {
    index: usize,
    crew: &'a Crew,
    pub(super) shard: Shard<N>,
    hearsay: Hearsay,
    reduction: Option<Reduction>,
    keeps_edges: bool,
    depth: u64,
    /// How many states of this level are its own.
    level: usize,
    /// How many states it had when that was last said to all.
    known: usize,
    /// What was found last: what certainly falls to the same shard as the state that it was found from, and what may fall
    /// to any. Room to sort that in, and by shard what others are to be sent.
    stays: Vec<Found<N>>,
    roams: Vec<Found<N>>,
    sorted: [Vec<Found<N>>; 2],
    letters: Vec<Vec<Found<N>>>,
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
            hearsay: Hearsay::new(crew),
            reduction,
            depth: 0,
            level: 0,
            known: 0,
            stays: Vec::new(),
            roams: Vec::new(),
            sorted: [Vec::new(), Vec::new()],
            letters: Vec::new(),
            answers: Vec::new(),
            terminals: Vec::new(),
            ends: FxHashSet::default(),
        }
    }

    /// Level after level until nothing is left; gives the depth reached.
    pub(super) fn run(&mut self, common: &Common<N>, watch: &mut Watch) -> u64 {
        self.known = self.shard.len();
        self.letters = vec![Vec::new(); common.shards];
        self.answers = vec![Vec::new(); common.shards];
        loop {
            if common.shards > 1 {
                let each = common.expected.load(Ordering::Relaxed) / common.shards;
                // As uneven as shards become.
                self.shard.expect(each + each / 8);
            }
            let (shard, depth) = (&mut self.shard, self.depth);
            self.level = common.fronts[self.index].open(depth, |level| shard.next_level(level));
            let mut has_looked = false;
            while common.stop.load(Ordering::Relaxed) == GO_ON
                && let Some((part, portion)) = self.take(common)
            {
                self.chunk(common, part, portion, watch);
                has_looked = true;
            }
            // Nobody else looks whether there is enough, also where all that is left lies with others.
            if self.index == 0 && !has_looked {
                self.check(common, watch);
            }
            let crashes = common.shards > 1 && fault::get().part == Some((self.index, self.depth));
            assert!(!crashes, "part {} of the search fails, as ordered by RACESCOPE_FAULT", self.index);
            // Whoever is here has sent off everything that it found in this level.
            match common.meet(self.level) {
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

    /// The next states to expand and the part whose they are: its own, or else others'. Waits for whoever does not
    /// know yet what it has; nothing once all states of the level are taken, or somebody has crashed.
    fn take<'c>(&self, common: &'c Common<N>) -> Option<(usize, Portion<'c, N>)> {
        let mut looks = 0;
        loop {
            let mut are_all_open = true;
            for part in (self.index..common.shards).chain(0..self.index) {
                match common.fronts[part].take(self.depth, common.shards) {
                    Some(Some(portion)) => return Some((part, portion)),
                    Some(None) => are_all_open = false,
                    None => {}
                }
            }
            if are_all_open || common.is_broken() {
                return None;
            }
            looks += 1;
            if looks < LOOKS { hint::spin_loop() } else { thread::yield_now() }
        }
    }

    /// Expands some states of a part, takes what has come in the meantime, and tells how far it is.
    fn chunk(&mut self, common: &Common<N>, part: usize, portion: Portion<N>, watch: &mut Watch) {
        let result = self.expand(common, part, &portion);
        drop(portion);
        match result {
            Ok(count) => drop(common.transitions.fetch_add(count, Ordering::Relaxed)),
            Err(Abandoned::TooNarrow) => common.stop.store(TOO_NARROW, Ordering::Relaxed),
            Err(Abandoned::Failure) => common.stop.store(FAILURE, Ordering::Relaxed),
            Err(Abandoned::Uneven) => common.stop.store(UNEVEN, Ordering::Relaxed),
            Err(Abandoned::Rounds) => common.stop.store(ROUNDS, Ordering::Relaxed),
        }
        self.receive(common);
        self.hear(common);
        let known = std::mem::replace(&mut self.known, self.shard.len());
        common.states.fetch_add(self.shard.len() - known, Ordering::Relaxed);
        common.bytes[self.index].store(self.bytes(), Ordering::Relaxed);
        if self.index == 0 {
            self.check(common, watch);
        }
    }

    fn bytes(&self) -> usize {
        let pending = self.letters.iter().map(Vec::capacity).sum::<usize>() * std::mem::size_of::<Found<N>>();
        let level = self.level * std::mem::size_of::<Key<N>>();
        let reduction = self.reduction.as_ref().map_or(0, Reduction::bytes);
        (self.shard.bytes() + self.hearsay.bytes() + reduction) as usize + pending + level
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

    /// Expands these states of a part and sends off what was found; gives the number of transitions.
    fn expand(&mut self, common: &Common<N>, part: usize, portion: &Portion<N>) -> Result<usize, Abandoned> {
        let mut transitions = 0;
        let mut fields = [0; FIELDS];
        for (bundle, first) in portion.bundles(BUNDLE) {
            for (key, state) in bundle.iter().zip(first..) {
                common.layout.unpack(key, &mut fields);
                let number = common.numbering.number(part, state);
                match self.expand_one(common, key, &fields, number)? {
                    0 => self.end(common, &fields, number)?,
                    count => transitions += count,
                }
            }
            self.keep(common, part);
        }
        self.answer(common);
        for (to, letter) in self.letters.iter_mut().enumerate() {
            common.found[self.depth as usize & 1].send(self.index, to, letter);
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
        let mut same: Option<(Found<N>, bool)> = None;
        let enough = self.enough(common, fields)?;
        for position in enough.map_or(0..groups.len(), |position| position..position + 1) {
            let (group, local) = (groups[position], fields[position + 1]);
            // Workers in the same state lead to the same state.
            let is_alone = position == 0 || enough.is_some();
            if !is_alone && group == groups[position - 1] && local == fields[position] {
                if let Some((found, stays)) = same {
                    count += 1;
                    if self.keeps_edges {
                        let out = if stays { &mut self.stays } else { &mut self.roams };
                        out.push(Found { position: position as u8, ..found });
                    }
                }
                continue;
            }
            let step = self.hearsay.step(common.tables, group, local, fields[0])?;
            if step == Move::NONE {
                same = None;
                continue;
            }
            let mut after = *key;
            common.layout.set(&mut after, 0, step.shared);
            let set = |field, local| common.layout.set(&mut after, field, local);
            let landing = land(groups, fields, position, step.local, set) as u8;
            let found = Found { key: after, parent: number, position: position as u8, landing };
            let stays = position.max(usize::from(landing)) < common.deciding;
            if stays {
                self.stays.push(found);
            } else {
                self.roams.push(found);
            }
            same = Some((found, stays));
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
            self.hearsay.step(common.tables, group, local, fields[0])
        })
    }

    /// Numbers what was found from states of this part and falls to this shard, which needs no mail, and puts into letters
    /// what falls to others.
    fn keep(&mut self, common: &Common<N>, part: usize) {
        let mut stays = std::mem::take(&mut self.stays);
        if part == self.index {
            self.number(common, &stays);
        } else {
            self.letters[part].extend_from_slice(&stays);
        }
        stays.clear();
        self.stays = stays;
        if self.roams.is_empty() {
            return;
        }
        let [mut own, mut others] = std::mem::take(&mut self.sorted);
        let (kept, sent) = self.sort(common, &mut own, &mut others);
        self.number(common, &own[..kept]);
        for found in &others[..sent] {
            self.letters[owner(&found.key, &common.mask, common.shards)].push(*found);
        }
        self.sorted = [own, others];
        self.roams.clear();
    }

    /// What may fall to any shard, in two: what falls to this one and what falls to others. Nobody can foresee which it is,
    /// so it is written to both each time and passed on in one of them; says how many are in each.
    #[inline(always)]
    fn sort(
        &self,
        common: &Common<N>,
        own: &mut Vec<Found<N>>,
        others: &mut Vec<Found<N>>,
    ) -> (usize, usize) {
        if own.len() < self.roams.len() {
            own.extend_from_slice(&self.roams[own.len()..]);
            others.extend_from_slice(&self.roams[others.len()..]);
        }
        let (mut kept, mut sent) = (0, 0);
        for found in &self.roams {
            let is_own = owner(&found.key, &common.mask, common.shards) == self.index;
            (own[kept], others[sent]) = (*found, *found);
            kept += usize::from(is_own);
            sent += usize::from(!is_own);
        }
        (kept, sent)
    }

    /// Gives numbers to states that fall to this shard, and where edges are kept tells whoever has the state that each
    /// was reached from.
    #[inline(always)]
    fn number(&mut self, common: &Common<N>, all: &[Found<N>]) {
        // Look-ups miss the cache; several at once wait for memory together.
        for some in all.chunks(BATCH) {
            self.shard.touch(some);
            for found in some {
                let state = self.shard.insert(found);
                if self.keeps_edges {
                    let edge = found.edge(common.numbering.number(self.index, state));
                    let (part, from) = common.numbering.place(found.parent);
                    if part == self.index {
                        self.shard.set_edge(from, &edge);
                    } else {
                        self.answers[part].push(edge);
                    }
                }
            }
        }
    }

    /// Sends off where edges lead that others want to know.
    fn answer(&mut self, common: &Common<N>) {
        for (to, edges) in self.answers.iter_mut().enumerate() {
            common.answers.send(self.index, to, edges);
        }
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

    /// Gives numbers to the states that other shards have found for this one in this level.
    fn receive(&mut self, common: &Common<N>) {
        let own = self.index;
        for from in (0..common.shards).filter(|from| *from != own) {
            let post = &common.found[self.depth as usize & 1];
            post.read(from, own, |letter| self.number(common, letter));
        }
        self.answer(common);
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
