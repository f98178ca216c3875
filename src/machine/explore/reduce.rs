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
/// It pays if in one state of so many it spares others their turn.
const WORTH: u32 = 16;

/// A number that has not been asked for.
const UNKNOWN: u64 = u64::MAX;

/// What a code touches, by position in it. Whatever may be touched from some place on is a *reach*; there are few
/// different ones, each with a bit of its own, and where there are more than bits some share the last one: then more
/// seems touched than is.
#[derive(Clone, Debug)]
struct Footprint {
    /// The reaches that the next operation conflicts with.
    meets: Vec<u64>,
    /// The reach from here on, and for each guard that from here on as long as it is not free.
    reaches: Vec<Vec<u64>>,
    /// The guards that are given back before having been waited for, a bit each.
    frees: Vec<u64>,
}

/// The reaches that came up, by their bits.
#[derive(Default)]
struct Reaches(Vec<Vec<Access>>);

impl Reaches {
    fn bit(&mut self, access: Access) -> u64 {
        let known = self.0.iter().position(|some| some.contains(&access));
        let bit = known.unwrap_or_else(|| {
            if self.0.len() < 64 {
                self.0.push(Vec::new());
            }
            let last = self.0.len() - 1;
            self.0[last].push(access);
            last
        });
        1 << bit
    }

    fn met_by(&self, next: &Access) -> u64 {
        let meets = |some: &Vec<Access>| some.iter().any(|access| next.conflicts(access));
        self.0.iter().enumerate().fold(0, |set, (bit, some)| set | u64::from(meets(some)) << bit)
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

impl Reduction {
    /// For this crew's program.
    pub(super) fn new(program: &Program, crew: &Crew) -> Self {
        let groups = crew.groups.iter().max().map_or(0, |group| group + 1);
        let mut threads = vec![0; groups];
        crew.groups.iter().zip(&crew.threads).for_each(|(group, thread)| threads[*group] = *thread);
        // Guards beyond those that a mask holds are never gates.
        let gates = program.guards.len().min(63);
        let mut reaches = Reaches::default();
        let mut footprints = Vec::new();
        for thread in &threads {
            let code = program.code(*thread);
            let before = |guard| access::from_here(program, code, Some(GuardId(guard as u16)));
            let before: Vec<Vec<Access>> = (0..gates).map(before).collect();
            let frees = |place: usize| {
                let is_freed = |guard: usize| before[guard][place].frees(GuardId(guard as u16));
                (0..gates).fold(0, |set, guard| set | u64::from(is_freed(guard)) << guard)
            };
            let frees = (0..=code.sites.len()).map(frees).collect();
            let from_here = std::iter::once(access::from_here(program, code, None)).chain(before);
            let mut bits = |all: Vec<Access>| all.into_iter().map(|access| reaches.bit(access)).collect();
            footprints.push(Footprint {
                meets: Vec::new(),
                reaches: from_here.map(&mut bits).collect(),
                frees,
            });
        }
        for (footprint, thread) in footprints.iter_mut().zip(&threads) {
            let each = access::each(program, program.code(*thread));
            footprint.meets = each.iter().map(|next| reaches.met_by(next)).collect();
        }
        Reduction {
            groups: crew.groups.clone(),
            footprints,
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
        let mut places = [0; FIELDS];
        let workers = self.groups.len();
        for (position, place) in places[..workers].iter_mut().enumerate() {
            *place = self.place(tables, self.groups[position], fields[position + 1]);
        }
        let places = &places[..workers];
        let mut found = self.choose_among(0..workers, None, tables, places, &mut step)?;
        let closed = if found.is_none() && self.has_guards { self.closed(tables, fields[0]) } else { 0 };
        let (mut some, mut several) = (0, 0);
        if closed != 0 {
            for (group, place) in self.groups.iter().zip(places) {
                let frees = self.footprints[*group].frees[*place];
                several |= some & frees;
                some |= frees;
            }
        }
        // A guard that somebody else may give back is no gate.
        let mut gates = closed & !several;
        while gates != 0 && found.is_none() {
            let gate = gates.trailing_zeros() as usize;
            gates &= gates - 1;
            let may_free = |position: &usize| {
                self.footprints[self.groups[*position]].frees[places[*position]] >> gate & 1 == 1
            };
            let only = if some >> gate & 1 == 1 { (0..workers).find(may_free) } else { None };
            let among = only.map_or(0..workers, |position| position..position + 1);
            found = self.choose_among(among, Some(gate), tables, places, &mut step)?;
        }
        if let Some(position) = found {
            // Where nobody else can move nothing is saved.
            let mut saves = false;
            for other in (0..workers).filter(|other| *other != position) {
                saves = saves || step(other)? != Move::NONE;
            }
            self.hits += u32::from(saves);
        }
        Ok(found)
    }

    /// The same among the workers at these positions, where this guard is not free; `places` says where in their codes
    /// all stand.
    fn choose_among(
        &mut self,
        among: std::ops::Range<usize>,
        gate: Option<usize>,
        tables: &Mutex<Tables>,
        places: &[usize],
        step: &mut impl FnMut(usize) -> Result<Move, TooNarrow>,
    ) -> Result<Option<usize>, TooNarrow> {
        let gate = gate.map_or(0, |guard| guard + 1);
        // What several workers may touch, so that each can be left out.
        let (mut some, mut several) = (0, 0);
        for (group, place) in self.groups.iter().zip(places) {
            let reach = self.footprints[*group].reaches[gate][*place];
            several |= some & reach;
            some |= reach;
        }
        for position in among {
            let (group, place) = (self.groups[position], places[position]);
            let footprint = &self.footprints[group];
            let others = several | some & !footprint.reaches[gate][place];
            if place == footprint.meets.len() - 1 || footprint.meets[place] & others != 0 {
                continue;
            }
            let after = step(position)?;
            if after != Move::NONE && self.place(tables, group, after.local) > place {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    #[inline(always)]
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
#[inline(always)]
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
