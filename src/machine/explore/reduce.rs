//! States in which it is enough to let one worker go on.
//!
//! Where only outcomes are asked for, it does not matter which of two operations comes first if neither changes what
//! the other touches. So if the next operation of an enabled worker conflicts with nothing that any other worker may
//! still do before this one moves, only it is followed: alone it is a *persistent set* (Godefroid, Partial-Order
//! Methods for the Verification of Concurrent Systems, 1996, chapter 4). What the others may still do is known from
//! their codes ([`access`]). While a guard is not free, and none of the others can give it back before having waited
//! for it, only what they do before that counts; this is what lets a worker pass through a critical section in one go.
//! In the same way it takes nothing to give back a guard or to end: who waits for that does nothing before it.
//!
//! What stays the same, and why. Take any schedule from here to its end. The operation is on it, since nothing else
//! could have disabled it, and may as well come first: the others on the way do not conflict with it. The rest ends in
//! the same state and is one operation shorter. By induction all *terminal states* are still found, by schedules
//! *no longer* than before. A schedule without an end stays one if the operation comes first or is put before it: so
//! whether a program *can go on for ever* is still known. None of this minds that workers which do the same are
//! exchanged: it speaks of the schedules from one state, and exchanged states have the same ones.
//!
//! What fails stops everybody, so it conflicts with everything, and nearly all arithmetic might. Failures are therefore
//! not foreseen but found: the search with reduction finds one if there is one, and then it is begun again
//! without. For take a schedule to a failure. If the operation is on it, it may come first; if not, it may be put
//! before it, and the failure is as near as it was. It is not put off for ever, since only steps forward in a worker's
//! code are followed alone: there are only so many before all workers are asked again.
//!
//! What is lost: how many schedules there are, how likely they are, which have the fewest switches, and the number
//! of states. Where any of that is asked for there is no reduction; a search also gives it up if it saves nothing.

use std::sync::Mutex;

use super::key::FIELDS;
use super::search::lock;
use super::tables::{Crew, Move, Tables, TooNarrow};
use crate::program::access::{self, Access};
use crate::program::{GuardId, Program};

/// States that are looked at before it is asked whether it pays.
const TRIAL: u32 = 4_096;
/// It pays if one state in so many needs only one worker.
const WORTH: u32 = 64;

/// A number that has not been asked for.
const UNKNOWN: u64 = u64::MAX;

/// What a code touches, by position in it.
#[derive(Clone, Debug)]
struct Footprint {
    next: Vec<Access>,
    from_here: Vec<Access>,
    /// By guard: from here on as long as it is not free.
    before: Vec<Vec<Access>>,
}

impl Footprint {
    fn may(&self, gate: Option<usize>) -> &[Access] {
        gate.map_or(&self.from_here, |guard| &self.before[guard])
    }
}

/// Finds the workers that are enough.
#[derive(Clone, Debug)]
pub(super) struct Reduction {
    groups: Vec<usize>,
    /// By group.
    footprints: Vec<Footprint>,
    /// By group and number of what a worker has to itself: where it stands.
    places: Vec<Vec<u64>>,
    /// By number of what is shared: the guards that nobody can take now.
    closed: Vec<u64>,
    has_guards: bool,
    looks: u32,
    hits: u32,
}

/// What several workers may touch, so that each can be left out.
#[derive(Default)]
struct Others {
    some: Access,
    several: Access,
}

impl Others {
    fn add(&mut self, access: &Access) {
        self.several.reads |= self.some.reads & access.reads;
        self.several.writes |= self.some.writes & access.writes;
        self.several.frees |= self.some.frees & access.frees;
        self.some = self.some.and(*access);
    }

    /// What all but one may touch.
    fn without(&self, access: &Access) -> Access {
        Access {
            reads: self.several.reads | self.some.reads & !access.reads,
            writes: self.several.writes | self.some.writes & !access.writes,
            frees: self.several.frees | self.some.frees & !access.frees,
        }
    }
}

impl Reduction {
    /// For this crew's program.
    pub(super) fn new(program: &Program, crew: &Crew) -> Self {
        let groups = crew.groups.iter().max().map_or(0, |group| group + 1);
        let mut threads = vec![0; groups];
        crew.groups.iter().zip(&crew.threads).for_each(|(group, thread)| threads[*group] = *thread);
        // Guards beyond those that a mask holds are never gates.
        let gates = program.guards.len().min(63);
        let footprint = |thread: &usize| {
            let code = program.code(*thread);
            let before = |guard| access::from_here(program, code, Some(GuardId(guard as u16)));
            Footprint {
                next: access::each(program, code),
                from_here: access::from_here(program, code, None),
                before: (0..gates).map(before).collect(),
            }
        };
        Reduction {
            groups: crew.groups.clone(),
            footprints: threads.iter().map(footprint).collect(),
            places: vec![Vec::new(); groups],
            closed: Vec::new(),
            has_guards: gates > 0,
            looks: 0,
            hits: 0,
        }
    }

    /// Whether it may still be worth asking.
    pub(super) fn pays(&self) -> bool {
        self.looks < TRIAL || self.hits >= self.looks / WORTH
    }

    /// The position of a worker whose step is enough from the state with these numbers, if one is found; `step` says
    /// what a worker's step leads to.
    pub(super) fn choose(
        &mut self,
        tables: &Mutex<Tables>,
        fields: &[u32; FIELDS],
        mut step: impl FnMut(usize) -> Result<Move, TooNarrow>,
    ) -> Result<Option<usize>, TooNarrow> {
        self.looks += 1;
        let mut closed = if self.has_guards { self.closed(tables, fields[0]) } else { 0 };
        let mut gate = None;
        loop {
            if let Some(position) = self.choose_behind(gate, tables, fields, &mut step)? {
                self.hits += 1;
                return Ok(Some(position));
            }
            if closed == 0 {
                return Ok(None);
            }
            gate = Some(closed.trailing_zeros() as usize);
            closed &= closed - 1;
        }
    }

    /// The same where this guard is not free.
    fn choose_behind(
        &mut self,
        gate: Option<usize>,
        tables: &Mutex<Tables>,
        fields: &[u32; FIELDS],
        step: &mut impl FnMut(usize) -> Result<Move, TooNarrow>,
    ) -> Result<Option<usize>, TooNarrow> {
        let mut all = Others::default();
        for position in 0..self.groups.len() {
            let (may, _) = self.touches(gate, tables, position, fields[position + 1]);
            all.add(&may);
        }
        for position in 0..self.groups.len() {
            let group = self.groups[position];
            let (may, place) = self.touches(gate, tables, position, fields[position + 1]);
            let others = all.without(&may);
            let end = self.footprints[group].next.len() - 1;
            let next = self.footprints[group].next[place];
            let is_open = gate.is_some_and(|guard| others.frees(GuardId(guard as u16)));
            if place == end || is_open || next.conflicts(&others) {
                continue;
            }
            let after = step(position)?;
            if after == Move::NONE {
                continue;
            }
            let landing = self.place(tables, group, after.local);
            if landing > place {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// What the worker at this position may touch, and where it stands.
    fn touches(
        &mut self,
        gate: Option<usize>,
        tables: &Mutex<Tables>,
        position: usize,
        local: u32,
    ) -> (Access, usize) {
        let group = self.groups[position];
        let place = self.place(tables, group, local);
        (self.footprints[group].may(gate)[place], place)
    }

    fn place(&mut self, tables: &Mutex<Tables>, group: usize, local: u32) -> usize {
        let place = remembered(&mut self.places[group], local, || lock(tables).place(group, local).into());
        place as usize
    }

    fn closed(&mut self, tables: &Mutex<Tables>, shared: u32) -> u64 {
        remembered(&mut self.closed, shared, || lock(tables).closed(shared))
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> u64 {
        let places: usize = self.places.iter().map(Vec::capacity).sum();
        (places + self.closed.capacity()) as u64 * 8
    }
}

/// What was asked for before, or else the answer.
fn remembered(known: &mut Vec<u64>, number: u32, ask: impl FnOnce() -> u64) -> u64 {
    let at = number as usize;
    if at >= known.len() {
        known.resize(at + 1, UNKNOWN);
    }
    if known[at] == UNKNOWN {
        known[at] = ask();
    }
    known[at]
}
