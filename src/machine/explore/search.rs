//! Every reachable state, nearest first.
//!
//! States are dealt out to shards. Every shard expands its newest states, sends what it found to the
//! shards that own it, and takes what it is sent. One shard needs no thread; more have one each, and meet at the end of
//! every level.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Watch;
use super::barrier::{Barrier, Broken, together};
use super::front::Front;
use super::graph::{Graph, Numbering, Terminal};
use super::key::{FIELDS, Key, Layout};
use super::mail::{Edge, Found, Post};
use super::outcome::{Limit, Met, Outcome};
use super::reduce::Reduction;
use super::searcher::{Searcher, owner};
use super::shard::{Keeps, NONE, Shard};
use super::tables::{Tables, TooNarrow};

/// One worker in so many decides in which shard a state is: the fewer do, the less is sent; the more do, the more evenly
/// states are dealt out.
const DECIDE: usize = 3;

/// What a search may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Most states, at most what numbers of 32 bits can tell apart.
    pub(super) states: u64,
    /// Most bytes.
    pub(super) bytes: u64,
}

/// How to search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// In how many parts, with a thread each.
    pub(super) shards: usize,
    /// Whether one worker is followed where that is enough.
    pub(super) reduces: bool,
    /// Whether to trust that a state comes up on one level only, until something is seen that speaks against it.
    pub(super) is_even: bool,
    /// Whether to keep where every step leads. A search that is not even has to, once it may go round.
    pub(super) keeps_edges: bool,
}

/// Why a search ends before everything is found; the first is that they don't.
pub(super) const GO_ON: u8 = 0;
pub(super) const TOO_NARROW: u8 = 1;
pub(super) const MEMORY: u8 = 2;
pub(super) const STATES: u8 = 3;
pub(super) const STOPPED: u8 = 4;
pub(super) const FAILURE: u8 = 5;
pub(super) const UNEVEN: u8 = 6;
pub(super) const ROUNDS: u8 = 7;

/// Why a search has nothing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abandoned {
    /// The states don't fit their keys.
    TooNarrow,
    /// Something can fail, and it was searched with reduction, which is not made for that.
    Failure,
    /// States may come up again on a later level, and it was searched as if they could not.
    Uneven,
    /// There may be ways round and round, and it was searched as if there were none.
    Rounds,
}

impl From<TooNarrow> for Abandoned {
    fn from(_: TooNarrow) -> Self {
        Abandoned::TooNarrow
    }
}

/// The outcomes found so far.
#[derive(Default)]
pub(super) struct Ends {
    known: HashSet<Outcome>,
    pub(super) met: Met,
    /// Roughly how much memory they take.
    pub(super) bytes: u64,
}

impl Ends {
    pub(super) fn add(&mut self, outcome: Outcome) {
        if !self.known.contains(&outcome) {
            self.met.add(&outcome);
            self.bytes += 100 + 16 * (outcome.values.len() + outcome.output.len()) as u64;
            self.known.insert(outcome);
        }
    }
}

/// What the shards share.
pub(super) struct Common<'a, 'b, const N: usize> {
    pub(super) tables: &'a Mutex<Tables<'b>>,
    pub(super) layout: Layout<N>,
    /// What of a key decides in which shard its state is.
    pub(super) mask: Key<N>,
    /// The position of the first worker that decides: as long as none from there on moves, states stay in their shard.
    pub(super) deciding: usize,
    pub(super) bounds: Bounds,
    pub(super) shards: usize,
    pub(super) numbering: Numbering,
    pub(super) is_even: bool,
    /// Whether it is to be abandoned once there may be ways round.
    pub(super) fears_rounds: bool,
    barrier: Barrier,
    /// By shard.
    pub(super) fronts: Vec<Front<N>>,
    /// Whoever is done with a level may send what it finds in the next one to others that are not: even levels and odd
    /// ones have mail of their own.
    pub(super) found: [Post<Found<N>>; 2],
    pub(super) answers: Post<Edge>,
    /// The states of this level, and when the last one ended, of all shards together those that there were and those
    /// that the next one may bring.
    level: AtomicUsize,
    pub(super) expected: AtomicUsize,
    pub(super) states: AtomicUsize,
    pub(super) transitions: AtomicUsize,
    /// By shard.
    pub(super) bytes: Vec<AtomicUsize>,
    pub(super) most_bytes: AtomicUsize,
    pub(super) ends: Mutex<Ends>,
    pub(super) stop: AtomicU8,
}

impl<const N: usize> Common<'_, '_, N> {
    /// Waits until every shard has come to the end of this level, in which it had so many states. Says whether the
    /// search is over: all leave together. One alone has nobody to wait for, and need not ask the system.
    pub(super) fn meet(&self, states: usize) -> Result<bool, Broken> {
        let is_over = |level| level == 0 || self.stop.load(Ordering::Relaxed) != GO_ON;
        if self.shards == 1 {
            return Ok(is_over(states));
        }
        self.level.fetch_add(states, Ordering::Relaxed);
        self.barrier.wait(|| {
            let level = self.level.swap(0, Ordering::Relaxed);
            self.expected.store(self.states.load(Ordering::Relaxed) + level, Ordering::Relaxed);
            is_over(level)
        })
    }

    /// Whether a shard has crashed, so that nothing more can be expected of it.
    pub(super) fn is_broken(&self) -> bool {
        self.barrier.is_broken()
    }
}

/// Searches from a state, whose numbers are given. Stops early within the bounds, or when `watch` says so.
pub(super) fn search<const N: usize>(
    tables: &Mutex<Tables>,
    layout: Layout<N>,
    start: &[u32],
    bounds: Bounds,
    plan: Plan,
    watch: &mut Watch,
) -> Result<(Graph, Option<Limit>), Abandoned> {
    let Plan { shards, reduces, is_even, keeps_edges } = plan;
    let crew = lock(tables).crew.clone();
    let reduction = reduces.then(|| Reduction::new(lock(tables).program(), &crew));
    let mut fields = [0; FIELDS];
    fields[..start.len()].copy_from_slice(start);
    let first = Found { key: layout.pack(&fields), parent: NONE, position: 0, landing: 0 };
    let workers = crew.threads.len();
    let decide = if shards == 1 { 0 } else { workers.div_ceil(DECIDE) };
    let common = Common {
        tables,
        mask: layout.last(decide),
        deciding: workers - decide,
        layout,
        bounds,
        shards,
        numbering: Numbering::new(shards),
        is_even,
        fears_rounds: !is_even && !keeps_edges,
        barrier: Barrier::new(shards),
        fronts: (0..shards).map(|_| Front::default()).collect(),
        found: [Post::new(shards), Post::new(shards)],
        answers: Post::new(shards),
        level: AtomicUsize::new(0),
        expected: AtomicUsize::new(0),
        states: AtomicUsize::new(0),
        transitions: AtomicUsize::new(0),
        bytes: (0..shards).map(|_| AtomicUsize::new(0)).collect(),
        most_bytes: AtomicUsize::new(0),
        ends: Mutex::default(),
        stop: AtomicU8::new(GO_ON),
    };
    let keeps = Keeps { edges: keeps_edges, landings: crew.is_symmetric(), only_newest: is_even };
    let shard = || Shard::new(workers, keeps);
    let mut workers: Vec<Searcher<N>> =
        (0..shards).map(|index| Searcher::new(&crew, index, reduction.clone(), shard())).collect();
    let owner = owner(&first.key, &common.mask, shards);
    let start_state = common.numbering.number(owner, workers[owner].shard.insert(&first));
    let Some(depth) = run(&mut workers, &common, watch) else {
        let layout = common.layout.clone();
        drop((workers, common));
        return search(tables, layout, start, bounds, Plan { shards: 1, ..plan }, watch);
    };
    let limit = match common.stop.into_inner() {
        TOO_NARROW => return Err(Abandoned::TooNarrow),
        FAILURE => return Err(Abandoned::Failure),
        UNEVEN => return Err(Abandoned::Uneven),
        ROUNDS => return Err(Abandoned::Rounds),
        MEMORY => Some(Limit::Memory),
        STATES => Some(Limit::States),
        STOPPED => Some(Limit::Stopped),
        _ => None,
    };
    // It may have been seen after the last look.
    if is_even && lock(tables).is_uneven() {
        return Err(Abandoned::Uneven);
    }
    if !is_even && !keeps_edges && limit.is_none() && lock(tables).may_go_round(1) {
        return Err(Abandoned::Rounds);
    }
    let transitions = common.transitions.into_inner() as u64;
    let bytes = common.most_bytes.into_inner() as u64;
    let met = lock(&common.ends).met;
    let is_levelled = workers.iter().all(|searcher| searcher.shard.is_levelled());
    let has_no_rounds = is_levelled || !keeps_edges;
    let mut terminals: Vec<Terminal> = Vec::new();
    let mut parts = Vec::new();
    for searcher in workers {
        terminals.extend(searcher.terminals);
        parts.push(searcher.shard.into_part());
    }
    terminals.sort_unstable_by_key(|terminal| (terminal.depth, terminal.state));
    let start = start_state;
    Ok((
        Graph { crew, parts, start, terminals, is_levelled, has_no_rounds, transitions, depth, bytes, met },
        limit,
    ))
}

/// All parts at work, until none has anything left to do; gives the depth reached, or nothing if the system has no
/// threads for so many. If one crashes the others stop, and its crash goes on from here.
fn run<const N: usize>(workers: &mut [Searcher<N>], common: &Common<N>, watch: &mut Watch) -> Option<u64> {
    let (head, rest) = workers.split_first_mut().expect("there is at least one shard");
    let part = |searcher: &mut Searcher<N>| {
        searcher.run(common, &mut |_| ControlFlow::Continue(()));
    };
    let rest = rest.iter_mut().map(|searcher| || part(searcher)).collect();
    together(&common.barrier, || head.run(common, watch), rest)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked ends the search by its own panic; what it left is not used.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
