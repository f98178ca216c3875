//! From the graph that a search left to what is reported.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use num_bigint::BigUint;

use super::count::{self, Tally};
use super::graph::{Graph, Terminal};
use super::outcome::{Count, Coverage, Endless, Exploration, Found, Limit, Outcome, Round};
use super::pass::{GivenUp, Pass};
use super::sweep::{self, Swept, Wanted};
use super::tables::{Tables, TooNarrow};
use super::witness::Replay;
use super::{Options, Watch, endless, switches};
use crate::machine::Machine;
use crate::machine::schedule::Schedule;

/// What a search left, on the way to becoming an [`Exploration`].
pub(super) struct Report<'a> {
    pub(super) machine: &'a Machine,
    pub(super) graph: Graph,
    pub(super) tables: Tables<'a>,
    pub(super) numbers: Vec<u32>,
    pub(super) threads: Vec<usize>,
    pub(super) limit: Option<Limit>,
}

/// The terminal states that are one outcome.
struct Group {
    nearest: u32,
    count: Count,
    probability: f64,
}

impl Report<'_> {
    pub(super) fn exploration(
        mut self,
        options: &Options,
        watch: &mut Watch,
    ) -> Result<Exploration, TooNarrow> {
        let is_complete = self.limit.is_none();
        let mut pass = Pass::new(&self.graph, options.memory, watch);
        let with_counts = is_complete && options.counts;
        let with_switches = is_complete && options.switches;
        let swept = self.swept(Wanted { counts: with_counts, switches: with_switches }, &mut pass);
        let tally = match &swept {
            _ if !with_counts => None,
            Ok(Some(swept)) => Some(Tally::of(swept)),
            Ok(None) => count::tally(&self.graph, &mut pass).ok(),
            Err(GivenUp) => None,
        };
        let groups = self.groups(tally.as_ref());
        let nearest: Vec<u32> = groups.values().map(|group| group.nearest).collect();
        let fewest = match &swept {
            _ if !with_switches => None,
            Ok(Some(swept)) if swept.has_switches() => {
                Some(swept.ways(&self.graph, &self.targets(&groups), groups.len()))
            }
            Ok(None) => switches::ways(&self.graph, &self.targets(&groups), groups.len(), &mut pass).ok(),
            _ => None,
        };
        let mut fewest = fewest.unwrap_or_default().into_iter();
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
        let endless = if is_complete {
            let open = match &tally {
                Some(tally) => Ok(tally.rounds.clone()),
                None if self.graph.has_no_rounds => Ok(None),
                None => self.graph.in_order(&mut pass, |_| {}),
            };
            self.endless(open)?
        } else {
            Endless::Unknown
        };
        let schedules = total(&outcomes, tally.is_some(), endless.round().is_some());
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
                Entry::Vacant(entry) => {
                    entry.insert(Group { nearest: terminal.state, count, probability });
                }
                Entry::Occupied(mut entry) => {
                    let group = entry.get_mut();
                    group.count = sum(std::mem::replace(&mut group.count, Count::Unknown), &count);
                    group.probability += probability;
                }
            }
        }
        groups
    }

    /// What can be found out level by level, and as much of it as there is room for; nothing where it can't be done so.
    fn swept(&self, wanted: Wanted, pass: &mut Pass) -> Result<Option<Swept>, GivenUp> {
        if !(wanted.counts || wanted.switches) || !sweep::suits(&self.graph) {
            return Ok(None);
        }
        let has_room = pass.has_room(sweep::bytes(&self.graph, wanted));
        let switches = wanted.switches && (has_room || !wanted.counts);
        sweep::sweep(&self.graph, Wanted { switches, ..wanted }, pass)
    }

    /// The terminal states, each with the number of its outcome.
    fn targets(&self, groups: &BTreeMap<Outcome, Group>) -> Vec<(Terminal, usize)> {
        let mut numbers: BTreeMap<&Outcome, usize> = BTreeMap::new();
        numbers.extend(groups.keys().enumerate().map(|(i, outcome)| (outcome, i)));
        let target = |terminal: &Terminal| {
            let outcome =
                Outcome::of(self.machine, self.tables.shared(terminal.shared), terminal.anyone_left);
            (*terminal, numbers[&outcome])
        };
        self.graph.terminals.iter().map(target).collect()
    }

    fn schedule(&mut self, way: &[usize]) -> Result<Schedule, TooNarrow> {
        Replay::new(&mut self.tables, &self.numbers, &self.threads).follow(way)
    }

    fn endless(&mut self, open: Result<Option<Vec<bool>>, GivenUp>) -> Result<Endless, TooNarrow> {
        let Ok(open) = open else { return Ok(Endless::Unknown) };
        let Some((state, way_round)) = open.and_then(|open| endless::round(&self.graph, &open)) else {
            return Ok(Endless::Impossible);
        };
        let way = self.graph.way_to(state);
        let mut replay = Replay::new(&mut self.tables, &self.numbers, &self.threads);
        Ok(Endless::Possible(Round { prefix: replay.follow(&way)?, round: replay.follow(&way_round)? }))
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
