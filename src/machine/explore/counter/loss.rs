//! How soon an update can be lost on a counter, at any size.
//!
//! The moment at which an update *is lost* is the store that overwrites: one by a worker that had loaded before some
//! other worker's store took effect. From this store on two updates are built on the same value of the counter, and
//! however it goes on only one of them counts in the end. (Which one may stay open as long as others hold values
//! that are built on either.) No earlier moment will do: until that store nothing is gone yet, even where it has
//! become certain that something will be.
//!
//! So only three things of a worker matter: its next loads and stores, what it takes and gives back between them, and
//! whether the value that it holds is still the counter's. A breadth-first search over these needs a few thousand
//! steps whatever the sizes, because two workers and those who give a permit back for them are enough for a loss.

use std::collections::HashSet;
use std::mem;

use super::{loses, operations};
use crate::machine::advance::{Act, advance};
use crate::machine::{Machine, State};
use crate::program::value::Value;
use crate::program::{GuardKind, Switching, VarId};

/// Increments of a worker that are looked at: that of its next store and the whole one after it.
const AHEAD: usize = 2;
/// Workers that stand alike: more of them than take part in a loss make no difference.
const ALIKE: usize = 4;
/// Permits where nobody has to wait for one.
const PLENTY: i64 = 1 << 20;

/// What matters of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Load,
    Store,
    Acquire,
    Release,
    Await,
    Other,
}

/// Whether a worker is between its load and its store, and whether another's store has come in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Hold {
    Nothing,
    Fresh,
    Stale,
}

/// A worker: what it does next, last operation first, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Stand {
    rest: Vec<Kind>,
    hold: Hold,
    has_turn: bool,
}

/// Where all of them stand, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    stands: Vec<Stand>,
    permits: i64,
    switching: Switching,
}

/// The fewest operations from this state until an update is lost, the store that overwrites it included; `None` if
/// none can be any more, or if the program is not a counter. Nothing may have been lost on the way to the state.
#[must_use]
pub fn next_loss(machine: &Machine, state: &State) -> Option<u64> {
    if !machine.program().shape.is_some_and(loses) {
        return None;
    }
    let counter = machine.program().watched?;
    let mut stands: Vec<Stand> =
        (0..state.locals.len()).map(|thread| stand(machine, state, counter, thread)).collect();
    let is_stale = |stand: &Stand| stand.hold == Hold::Stale;
    let can_store = |stand: &&Stand| stand.rest.contains(&Kind::Store);
    if !stands.iter().any(is_stale) && stands.iter().filter(can_store).count() < 2 {
        return None;
    }
    stands.sort_unstable();
    let mut alike = 0;
    let mut before: Option<Stand> = None;
    stands.retain(|stand| {
        alike = if before.as_ref() == Some(stand) { alike + 1 } else { 1 };
        before = Some(stand.clone());
        alike <= ALIKE
    });
    search(Place { stands, permits: permits(machine, state), switching: machine.program().switching })
}

/// Permits that are free.
fn permits(machine: &Machine, state: &State) -> i64 {
    let is_counted =
        machine.program().guards.iter().any(|guard| matches!(guard.kind, GuardKind::Semaphore(_)));
    state.shared.guards.first().copied().filter(|_| is_counted).unwrap_or(PLENTY)
}

/// What a worker would do next if it never had to wait.
fn stand(machine: &Machine, state: &State, counter: VarId, thread: usize) -> Stand {
    let (mut shared, mut local) = (state.shared.clone(), state.locals[thread].clone());
    let now = shared.variables[counter.index()].as_int();
    let is_counted = permits(machine, state) != PLENTY;
    let ahead = machine.program().shape.map_or(0, |shape| operations(shape).0 as usize * AHEAD);
    let mut rest = Vec::with_capacity(ahead);
    let mut hold = Hold::Nothing;
    let has_turn = local.has_turn;
    for _ in 0..ahead {
        // As if it were always its turn.
        (shared.is_taken, local.has_turn) = (false, false);
        if is_counted {
            shared.guards.fill(PLENTY);
        }
        let Some(next) = advance(machine, thread, &shared, &local) else { break };
        let stores = |value: &Value| if value.as_int() == now + 1 { Hold::Fresh } else { Hold::Stale };
        let kind = match &next.act {
            Act::Load(..) => Kind::Load,
            Act::Store(_, value) => {
                hold = if rest.contains(&Kind::Load) { hold } else { stores(value) };
                Kind::Store
            }
            Act::Acquire(..) => Kind::Acquire,
            Act::Release(..) => Kind::Release,
            Act::Await => Kind::Await,
            _ => Kind::Other,
        };
        rest.push(kind);
        (shared, local) = (next.shared, next.local);
    }
    rest.reverse();
    Stand { rest, hold, has_turn }
}

/// Goes on by one operation after another until somebody stores who is stale.
fn search(start: Place) -> Option<u64> {
    let mut known = HashSet::from([start.clone()]);
    let mut level = vec![start];
    for steps in 1.. {
        for place in mem::take(&mut level) {
            let is_taken = place.stands.iter().any(|stand| stand.has_turn);
            for worker in 0..place.stands.len() {
                // Workers that stand alike lead to the same.
                if worker > 0 && place.stands[worker] == place.stands[worker - 1] {
                    continue;
                }
                let stand = &place.stands[worker];
                if is_taken && !stand.has_turn {
                    continue;
                }
                if stand.hold == Hold::Stale && stand.rest.last() == Some(&Kind::Store) {
                    return Some(steps);
                }
                if let Some(next) = go_on(&place, worker)
                    && known.insert(next.clone())
                {
                    level.push(next);
                }
            }
        }
        if level.is_empty() {
            break;
        }
    }
    None
}

/// One operation of a worker; `None` if it has to wait or is done.
fn go_on(place: &Place, worker: usize) -> Option<Place> {
    let mut next = place.clone();
    let kind = next.stands[worker].rest.pop()?;
    match kind {
        Kind::Load => next.stands[worker].hold = Hold::Fresh,
        Kind::Store => {
            next.stands[worker].hold = Hold::Nothing;
            let fresh = next.stands.iter_mut().filter(|stand| stand.hold == Hold::Fresh);
            fresh.for_each(|stand| stand.hold = Hold::Stale);
        }
        Kind::Acquire if next.permits == 0 => return None,
        Kind::Acquire => next.permits -= 1,
        Kind::Release => next.permits += 1,
        Kind::Await | Kind::Other => {}
    }
    let stand = &mut next.stands[worker];
    stand.has_turn = place.switching == Switching::AtAwaits
        && kind != Kind::Await
        && !matches!(stand.rest.last(), None | Some(Kind::Acquire));
    next.stands.sort_unstable();
    Some(next)
}
