//! Every interleaving: all outcomes of a program, how many schedules lead to each, how likely it is, and schedules
//! that show it.
//!
//! [`explore`] searches all states within bounds, [`sample`] draws schedules where that is too much; a part is never
//! presented as the whole. States are numbers in tables,
//! dealt out to shards; what the search leaves is a graph, on which everything else is computed.
//! The unprotected counter has an engine of its own ([`counter`]).

mod count;
pub mod counter;
mod endless;
mod graph;
mod key;
pub mod outcome;
pub mod sample;
mod search;
mod shard;
mod switches;
mod tables;
mod witness;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use num_bigint::BigUint;

use super::{Machine, State};
use count::Tally;
use graph::Graph;
use key::Layout;
use outcome::{Count, Coverage, Endless, Exploration, Found, Limit, Outcome};
use search::Bounds;
use tables::{Tables, TooNarrow};
use witness::Replay;

/// States that are searched on one core before others are called.
const ALONE: u64 = 200_000;
/// Most states that can be numbered.
const MOST_STATES: u64 = 1 << 31;

/// What to look for, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most memory that the search may hold, in bytes.
    pub memory: u64,
    /// Most states to visit.
    pub states: u64,
    /// Cores to use.
    pub cores: usize,
    /// Whether to count schedules and compute probabilities.
    pub counts: bool,
    /// Whether to look for the schedules with the fewest switches.
    pub switches: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { memory: 1 << 30, states: MOST_STATES, cores: 1, counts: true, switches: true }
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
    // Most programs fit a narrow key; only those that don't pay for a wide one.
    attempt::<1>(machine, start, options, watch)
        .or_else(|TooNarrow| attempt::<2>(machine, start, options, watch))
        .or_else(|TooNarrow| attempt::<4>(machine, start, options, watch))
        .or_else(|TooNarrow| attempt::<33>(machine, start, options, watch))
        .unwrap_or_else(|TooNarrow| nothing())
}

/// What is known of a program with more different values than can be numbered: nothing.
fn nothing() -> Exploration {
    Exploration {
        outcomes: Vec::new(),
        schedules: Count::Unknown,
        coverage: Coverage::Partial(Limit::Memory),
        endless: None,
        endless_probability: None,
        states: 0,
        transitions: 0,
        depth: 0,
        bytes: 0,
    }
}

fn attempt<const N: usize>(
    machine: &Machine,
    start: &State,
    options: &Options,
    watch: &mut Watch,
) -> Result<Exploration, TooNarrow> {
    let layout = Layout::<N>::new(start.locals.len() + 1).ok_or(TooNarrow)?;
    let mut tables = Tables::new(machine, layout.largest());
    let (numbers, threads) = tables.state(start)?;
    let tables = Mutex::new(tables);
    let states = options.states.min(MOST_STATES);
    let bounds =
        Bounds { states: if options.cores > 1 { states.min(ALONE) } else { states }, bytes: options.memory };
    let (mut graph, mut limit) = search::search(&tables, layout.clone(), &numbers, bounds, 1, watch)?;
    if limit == Some(Limit::States) && bounds.states < states {
        let bounds = Bounds { states, ..bounds };
        drop(graph);
        (graph, limit) = search::search(&tables, layout, &numbers, bounds, options.cores, watch)?;
    }
    let tables = tables.into_inner().unwrap_or_else(PoisonError::into_inner);
    Report { machine, graph, tables, numbers, threads, limit }.exploration(options)
}

/// What a search left, on the way to becoming an [`Exploration`].
struct Report<'a> {
    machine: &'a Machine,
    graph: Graph,
    tables: Tables<'a>,
    numbers: Vec<u32>,
    threads: Vec<usize>,
    limit: Option<Limit>,
}

/// The terminal states that are one outcome.
struct Group {
    nearest: u32,
    count: Count,
    probability: f64,
}

impl Report<'_> {
    fn exploration(mut self, options: &Options) -> Result<Exploration, TooNarrow> {
        let is_complete = self.limit.is_none();
        let tally = (is_complete && options.counts).then(|| count::tally(&self.graph));
        let groups = self.groups(tally.as_ref());
        let nearest: Vec<u32> = groups.values().map(|group| group.nearest).collect();
        let with_switches = is_complete && options.switches;
        let mut fewest = if with_switches { self.fewest(&groups) } else { Vec::new() }.into_iter();
        let mut outcomes = Vec::new();
        for ((outcome, group), nearest) in groups.into_iter().zip(nearest) {
            let way = self.graph.way_to(nearest);
            outcomes.push(Found {
                outcome,
                schedules: group.count,
                probability: tally.is_some().then_some(group.probability),
                shortest: self.schedule(&way)?,
                fewest_switches: match fewest.next() {
                    Some(way) => Some(self.schedule(&way)?),
                    None => None,
                },
            });
        }
        let endless = if is_complete { self.endless(tally.as_ref())? } else { None };
        let schedules = total(&outcomes, is_complete && options.counts, endless.is_some());
        Ok(Exploration {
            outcomes,
            schedules,
            coverage: self.limit.map_or(Coverage::Complete, Coverage::Partial),
            endless,
            endless_probability: tally.map(|tally| tally.endless),
            states: self.graph.size() as u64,
            transitions: self.graph.transitions,
            depth: self.graph.depth,
            bytes: self.graph.bytes,
        })
    }

    /// The outcomes, each with what its terminal states have together.
    fn groups(&self, tally: Option<&Tally>) -> BTreeMap<Outcome, Group> {
        let mut groups: BTreeMap<Outcome, Group> = BTreeMap::new();
        for (i, terminal) in self.graph.terminals.iter().enumerate() {
            let outcome =
                Outcome::of(self.machine, self.tables.shared(terminal.shared), terminal.anyone_left);
            let count = tally.map_or(Count::Unknown, |tally| tally.counts[i].clone());
            let probability = tally.map_or(0.0, |tally| tally.probabilities[i]);
            match groups.entry(outcome) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(Group { nearest: terminal.state, count, probability });
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    let group = entry.get_mut();
                    group.count = sum(std::mem::replace(&mut group.count, Count::Unknown), &count);
                    group.probability += probability;
                }
            }
        }
        groups
    }

    /// By outcome, the steps with the fewest switches: the best over all its terminal states.
    fn fewest(&self, groups: &BTreeMap<Outcome, Group>) -> Vec<Vec<usize>> {
        let numbers: BTreeMap<&Outcome, usize> =
            groups.keys().enumerate().map(|(i, outcome)| (outcome, i)).collect();
        let target = |terminal: &graph::Terminal| {
            let outcome =
                Outcome::of(self.machine, self.tables.shared(terminal.shared), terminal.anyone_left);
            (terminal.state, numbers[&outcome])
        };
        let targets: Vec<(u32, usize)> = self.graph.terminals.iter().map(target).collect();
        switches::ways(&self.graph, &targets, groups.len())
    }

    fn schedule(&mut self, way: &[usize]) -> Result<super::schedule::Schedule, TooNarrow> {
        Replay::new(&mut self.tables, &self.numbers, &self.threads).follow(way)
    }

    fn endless(&mut self, tally: Option<&Tally>) -> Result<Option<Endless>, TooNarrow> {
        let rounds = match tally {
            Some(tally) => tally.rounds.clone(),
            None => self.graph.in_order(|_| {}),
        };
        let Some((state, round)) = rounds.and_then(|open| endless::round(&self.graph, &open)) else {
            return Ok(None);
        };
        let way = self.graph.way_to(state);
        let mut replay = Replay::new(&mut self.tables, &self.numbers, &self.threads);
        Ok(Some(Endless { prefix: replay.follow(&way)?, round: replay.follow(&round)? }))
    }
}

fn sum(a: Count, b: &Count) -> Count {
    match (a, b) {
        (Count::Unknown, _) | (_, Count::Unknown) => Count::Unknown,
        (Count::Infinite, _) | (_, Count::Infinite) => Count::Infinite,
        (Count::Exact(a), Count::Exact(b)) => Count::Exact(a + b),
    }
}

fn total(outcomes: &[Found], is_counted: bool, is_endless: bool) -> Count {
    match (is_counted, is_endless) {
        (false, _) => Count::Unknown,
        (true, true) => Count::Infinite,
        (true, false) => {
            outcomes.iter().fold(Count::Exact(BigUint::ZERO), |all, found| sum(all, &found.schedules))
        }
    }
}
