//! Every interleaving: all outcomes of a program, how many schedules lead to each, how likely it is, and schedules
//! that show it.
//!
//! [`explore`] searches all states within bounds, [`sample`] draws schedules where that is too much; a part is never
//! presented as the whole. States are numbers in tables,
//! dealt out to shards; what the search leaves is a graph, on which everything else is computed. Where neither counts
//! nor switches are asked for, it leaves out what only changes the order of operations that don't meet (`reduce`).
//! The unprotected counter has an engine of its own ([`counter`]).

pub mod advice;
mod barrier;
mod count;
pub mod counter;
mod endless;
mod graph;
mod key;
mod mail;
mod memo;
pub mod outcome;
mod pass;
mod reduce;
mod report;
mod rounds;
pub mod sample;
mod search;
mod searcher;
pub mod service;
mod shard;
mod store;
mod sweep;
mod switches;
mod table;
mod tables;
mod witness;

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::{Machine, State};
use crate::program::Switching;
use graph::Graph;
use key::Layout;
use outcome::{Count, Coverage, Endless, Exploration, Limit, Met};
use report::Report;
use search::{Abandoned, Bounds, Plan};
use tables::{Tables, TooNarrow};

/// What [`Options::alone`] is unless it is said.
const ALONE: u64 = 100_000;
/// Most states that can be numbered.
const MOST_STATES: u64 = 1 << 31;

/// Whether steps may lead round and round is looked at whenever there are so many times as many.
const LESS_OFTEN: usize = 4;

/// What to look for, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most memory that the search may hold, in bytes.
    pub memory: u64,
    /// Most states to visit.
    pub states: u64,
    /// Cores to use. With several, which of two equally short schedules is shown may differ from run to run.
    pub cores: usize,
    /// States that are searched on one core before others are called.
    pub alone: u64,
    /// Whether to count schedules and compute probabilities.
    pub counts: bool,
    /// Whether to look for the schedules with the fewest switches. Without these and without counts, many orders of
    /// operations need not be searched.
    pub switches: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { memory: 1 << 30, states: MOST_STATES, cores: 1, alone: ALONE, counts: true, switches: true }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// States found.
    pub states: u64,
    /// Transitions followed.
    pub transitions: u64,
    /// Operations on the way to the states that are looked at now.
    pub depth: u64,
    /// Bytes held, as far as they are counted.
    pub bytes: u64,
    /// The outcomes so far: a search that is stopped now keeps them.
    pub met: Met,
}

/// Is told of progress every few thousand states; may stop the search, which then keeps what it has.
pub type Watch<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// All outcomes of a machine from its start.
pub fn explore(machine: &Machine, options: &Options, watch: &mut Watch) -> Exploration {
    let shape = machine.program().shape;
    if let Some(exploration) = shape.and_then(|shape| counter::explore(shape, options, watch)) {
        return exploration;
    }
    explore_from(machine, &machine.start(), options, watch)
}

/// All outcomes that are still reachable from a state.
pub fn explore_from(machine: &Machine, start: &State, options: &Options, watch: &mut Watch) -> Exploration {
    // What the other questions need, reduction does not keep. And it speaks of single operations: whoever has a turn
    // does several in one go.
    let reduces = !options.counts && !options.switches && machine.program().switching == Switching::Anywhere;
    let mut found = widening(machine, start, options, reduces, watch);
    if matches!(found, Err(Abandoned::Failure)) {
        found = widening(machine, start, options, false, watch);
    }
    found.and_then(|report| Ok(report.exploration(options, watch)?)).unwrap_or_else(|_| nothing())
}

/// Most programs fit a narrow key; only those that don't pay for a wide one. What was learnt of how large numbers become
/// says which widths to try.
fn widening<'a>(
    machine: &'a Machine,
    start: &State,
    options: &Options,
    reduces: bool,
    watch: &mut Watch,
) -> Result<Report<'a>, Abandoned> {
    let mut tables = Mutex::new(Tables::new(machine));
    let mut attempt = |widths: Option<Vec<u32>>, tables: &mut Mutex<Tables<'a>>, attempt: Attempt<'a>| {
        attempt(tables, &widths.ok_or(TooNarrow)?, start, options, reduces, watch)
    };
    let fields = start.locals.len() + 1;
    let mut found = attempt(key::widths::<1>(fields), &mut tables, self::attempt::<1>);
    if matches!(found, Err(Abandoned::TooNarrow)) {
        found = attempt(owned(&mut tables).widths::<1>(), &mut tables, self::attempt::<1>);
    }
    if matches!(found, Err(Abandoned::TooNarrow)) {
        found = attempt(owned(&mut tables).widths::<2>(), &mut tables, self::attempt::<2>);
    }
    if matches!(found, Err(Abandoned::TooNarrow)) {
        found = attempt(owned(&mut tables).widths::<4>(), &mut tables, self::attempt::<4>);
    }
    if matches!(found, Err(Abandoned::TooNarrow)) {
        found = attempt(key::widths::<33>(fields), &mut tables, self::attempt::<33>);
    }
    let (graph, limit, numbers, threads) = found?;
    let tables = tables.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Report { machine, graph, tables, numbers, threads, limit })
}

/// What is known of a program with more different values than can be numbered: nothing.
fn nothing() -> Exploration {
    Exploration {
        outcomes: Vec::new(),
        schedules: Count::Unknown,
        coverage: Coverage::Partial(Limit::Memory),
        endless: Endless::Unknown,
        endless_probability: None,
        states: 0,
        transitions: 0,
        depth: 0,
        bytes: 0,
    }
}

type Searched = (Graph, Option<Limit>, Vec<u32>, Vec<usize>);
type Attempt<'a> =
    fn(&mut Mutex<Tables<'a>>, &[u32], &State, &Options, bool, &mut Watch) -> Result<Searched, Abandoned>;

fn owned<'a, 'b>(tables: &'a mut Mutex<Tables<'b>>) -> &'a mut Tables<'b> {
    tables.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// The search with keys of `N` words, in which fields have so many bits.
fn attempt<const N: usize>(
    tables: &mut Mutex<Tables>,
    widths: &[u32],
    start: &State,
    options: &Options,
    reduces: bool,
    watch: &mut Watch,
) -> Result<Searched, Abandoned> {
    let layout = Layout::<N>::new(widths).ok_or(TooNarrow)?;
    owned(tables).narrow(widths);
    let (numbers, threads) = owned(tables).state(start)?;
    let tables = &*tables;
    let states = options.states.min(MOST_STATES);
    let alone = if options.cores > 1 { states.min(options.alone) } else { states };
    let bounds = Bounds { states: alone, bytes: options.memory };
    let mut search = |bounds, shards| loop {
        let is_even = !search::lock(tables).is_uneven();
        let asks_for_more = options.counts || options.switches;
        let keeps_edges = asks_for_more || !is_even && search::lock(tables).may_go_round(LESS_OFTEN);
        let plan = Plan { shards, reduces, is_even, keeps_edges };
        match search::search(tables, layout.clone(), &numbers, bounds, plan, watch) {
            // Seen early or not at all, as a rule.
            Err(Abandoned::Uneven | Abandoned::Rounds) => {}
            found => return found,
        }
    };
    let (mut graph, mut limit) = search(bounds, 1)?;
    if limit == Some(Limit::States) && bounds.states < states {
        let bounds = Bounds { states, ..bounds };
        drop(graph);
        (graph, limit) = search(bounds, options.cores)?;
    }
    Ok((graph, limit, numbers, threads))
}
