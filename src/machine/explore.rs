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
mod front;
mod graph;
mod hearsay;
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
    /// States that are searched on one core, to see how they are best kept, before the search begins in earnest.
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

/// Most programs fit a narrow key; only those that don't pay for a wide one. How large numbers become in the first of the
/// states says which widths to try, and where they turn out too narrow, what was learnt until then.
fn widening<'a>(
    machine: &'a Machine,
    start: &State,
    options: &Options,
    reduces: bool,
    watch: &mut Watch,
) -> Result<Report<'a>, Abandoned> {
    let mut tables = Mutex::new(Tables::new(machine));
    let fields = start.locals.len() + 1;
    let (mut round, mut cores) = (0, None);
    let (graph, limit, numbers, threads) = loop {
        let (widths, attempt): (_, Attempt) = match round {
            0 => (key::widths::<1>(fields), attempt::<1>),
            1 | 2 => (owned(&mut tables).widths::<1>(), attempt::<1>),
            3 => (owned(&mut tables).widths::<2>(), attempt::<2>),
            4 => (owned(&mut tables).widths::<4>(), attempt::<4>),
            _ => (key::widths::<33>(fields), attempt::<33>),
        };
        let widths = widths.ok_or(Abandoned::TooNarrow);
        match widths.and_then(|widths| attempt(&mut tables, &widths, start, options, cores, reduces, watch)) {
            Err(Abandoned::TooNarrow) if round < LAST_ROUND => round += 1,
            // There are more than one core is to search alone, and with widths that were only guessed.
            Ok((_, Some(Limit::States), ..)) if cores.is_none() && options.alone < most_states(options) => {
                cores = Some(options.cores);
                round = round.max(1);
            }
            found => break found?,
        }
    };
    let tables = tables.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Report { machine, graph, tables, numbers, threads, limit })
}

/// The attempt in which every program fits.
const LAST_ROUND: u32 = 5;

fn most_states(options: &Options) -> u64 {
    options.states.min(MOST_STATES)
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
type Attempt<'a> = fn(
    &mut Mutex<Tables<'a>>,
    &[u32],
    &State,
    &Options,
    Option<usize>,
    bool,
    &mut Watch,
) -> Result<Searched, Abandoned>;

fn owned<'a, 'b>(tables: &'a mut Mutex<Tables<'b>>) -> &'a mut Tables<'b> {
    tables.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// The search with keys of `N` words, in which fields have so many bits: on so many cores, or else only of the first states,
/// on one.
fn attempt<const N: usize>(
    tables: &mut Mutex<Tables>,
    widths: &[u32],
    start: &State,
    options: &Options,
    cores: Option<usize>,
    reduces: bool,
    watch: &mut Watch,
) -> Result<Searched, Abandoned> {
    let layout = Layout::<N>::new(widths).ok_or(TooNarrow)?;
    owned(tables).narrow(widths);
    let (numbers, threads) = owned(tables).state(start)?;
    let tables = &*tables;
    let states = most_states(options);
    let states = if cores.is_some() { states } else { states.min(options.alone) };
    let bounds = Bounds { states, bytes: options.memory };
    loop {
        let is_even = !search::lock(tables).is_uneven();
        let asks_for_more = options.counts || options.switches;
        let keeps_edges = asks_for_more || !is_even && search::lock(tables).may_go_round(LESS_OFTEN);
        let plan = Plan { shards: cores.unwrap_or(1), reduces, is_even, keeps_edges };
        match search::search(tables, layout.clone(), &numbers, bounds, plan, watch) {
            // Seen early or not at all, as a rule.
            Err(Abandoned::Uneven | Abandoned::Rounds) => {}
            found => return found.map(|(graph, limit)| (graph, limit, numbers, threads)),
        }
    }
}
