//! What goes level by level over all states of a search in which every step leads to the next level: how many schedules
//! lead to each, how likely it is, and with how few switches it can be reached.
//!
//! Every part of the states has its own thread. It follows the steps out of its states of a level and adds up what they
//! bring, for each part by itself, so that nobody writes what another one writes; then each part takes what the others
//! have for it. Of the sums only the newest level is kept, which fits the cache where the whole would not; of the
//! switches only how many there are, from which the way back is found.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::barrier::{Barrier, together};
use super::counter::cell::{Cell, Weight};
use super::graph::{Graph, Terminal};
use super::outcome::Count;
use super::pass::{GivenUp, Pass};
use super::search::lock;
use super::shard::NONE;

/// No way was found.
const FAR: u16 = u16::MAX;
/// States between two looks at whoever watches.
const CHUNK: usize = 1 << 14;

/// What to find out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) counts: bool,
    pub(super) switches: bool,
}

/// What was found out.
#[derive(Debug)]
pub(super) struct Swept {
    /// By terminal state: how many schedules lead to it and how likely it is.
    pub(super) sums: Vec<(Count, f64)>,
    /// By part, state and position of who moved last: the switches so far, nothing if they were not asked for.
    costs: Vec<Vec<u16>>,
}

/// What is known of a level's states in one part.
#[derive(Clone, Debug)]
struct Level<C> {
    sums: Vec<C>,
    /// By state and position of who moved last.
    costs: Vec<u16>,
}

/// What the threads share.
struct Sweep<'a, C> {
    graph: &'a Graph,
    wanted: Wanted,
    /// For even levels and odd ones, from each part to each other one: whoever is ahead does not write what others
    /// still read.
    sent: [Vec<Mutex<Level<C>>>; 2],
    barrier: Barrier,
    is_given_up: AtomicBool,
}

/// One part at work.
struct Part<'a, C> {
    sweep: &'a Sweep<'a, C>,
    index: usize,
    /// Of the level that is looked at.
    here: Level<C>,
    /// By part, what the next level gets.
    next: Vec<Level<C>>,
    /// Its terminal states, deepest first, and their places in the list of all.
    terminals: Vec<(usize, Terminal)>,
    sums: Vec<(usize, (Count, f64))>,
    costs: Vec<u16>,
}

/// Words that hold the number of schedules to any state: with so many workers and levels there can't be more.
fn words(graph: &Graph) -> usize {
    let bits = (graph.crew.threads.len() as f64).log2() * graph.depth as f64;
    bits as usize / 64 + 1
}

/// Whether the graph is such that it can be done.
pub(super) fn suits(graph: &Graph) -> bool {
    graph.is_levelled && graph.depth < u64::from(FAR) && words(graph) <= 32
}

/// Bytes that it takes at most, beyond the graph.
pub(super) fn bytes(graph: &Graph, wanted: Wanted) -> u64 {
    let workers = graph.crew.threads.len();
    let widest = (0..=graph.depth).map(|level| graph.level(level).count()).max().unwrap_or(0);
    let sum = if wanted.counts { words(graph).next_power_of_two() * 8 + 8 } else { 1 };
    let cost = if wanted.switches { workers * 2 } else { 0 };
    // Of this level and of the next one, which each part keeps for each other one.
    let levels = widest * (sum + cost) * (1 + graph.parts.len() * 2);
    (levels + graph.numbers() * cost) as u64
}

/// Goes over all states; nothing if the system has no threads for so many parts.
pub(super) fn sweep(graph: &Graph, wanted: Wanted, pass: &mut Pass) -> Result<Option<Swept>, GivenUp> {
    match if wanted.counts { words(graph) } else { 0 } {
        0 => sweep_with::<u8>(graph, wanted, pass),
        1 => sweep_with::<Weight<1>>(graph, wanted, pass),
        2 => sweep_with::<Weight<2>>(graph, wanted, pass),
        3..=4 => sweep_with::<Weight<4>>(graph, wanted, pass),
        5..=8 => sweep_with::<Weight<8>>(graph, wanted, pass),
        9..=16 => sweep_with::<Weight<16>>(graph, wanted, pass),
        _ => sweep_with::<Weight<32>>(graph, wanted, pass),
    }
}

fn sweep_with<C: Cell>(graph: &Graph, wanted: Wanted, pass: &mut Pass) -> Result<Option<Swept>, GivenUp> {
    pass.needs_in_all(bytes(graph, wanted))?;
    let count = graph.parts.len();
    let nothing = Level { sums: Vec::new(), costs: Vec::new() };
    let sent = || (0..count * count).map(|_| Mutex::new(nothing.clone())).collect();
    let sweep = Sweep {
        graph,
        wanted,
        sent: [sent(), sent()],
        barrier: Barrier::new(count),
        is_given_up: AtomicBool::new(false),
    };
    let mut parts: Vec<Part<C>> = (0..count).map(|index| Part::new(&sweep, index)).collect();
    let (head, rest) = parts.split_first_mut().expect("there is at least one part");
    let rest = rest.iter_mut().map(|part| || part.run(&mut |_| Ok(()))).collect();
    if together(&sweep.barrier, || head.run(&mut |states| pass.visits(states)), rest).is_none() {
        return Ok(None);
    }
    if sweep.is_given_up.load(Ordering::Relaxed) {
        return Err(GivenUp);
    }
    let mut sums = vec![(Count::Unknown, 0.0); graph.terminals.len()];
    let mut costs = Vec::new();
    for part in parts {
        part.sums.into_iter().for_each(|(place, sum)| sums[place] = sum);
        costs.push(part.costs);
    }
    Ok(Some(Swept { sums, costs }))
}

impl<'a, C: Cell> Part<'a, C> {
    fn new(sweep: &'a Sweep<'a, C>, index: usize) -> Self {
        let is_here = |terminal: &Terminal| sweep.graph.place(terminal.state).0 == index;
        let terminals = sweep.graph.terminals.iter().copied().enumerate().rev();
        let nothing = Level { sums: Vec::new(), costs: Vec::new() };
        Part {
            sweep,
            index,
            here: nothing.clone(),
            next: vec![nothing; sweep.graph.parts.len()],
            terminals: terminals.filter(|(_, terminal)| is_here(terminal)).collect(),
            sums: Vec::new(),
            costs: Vec::new(),
        }
    }

    /// All levels; `visited` is told how many states were looked at and may give up, for all.
    fn run(&mut self, visited: &mut dyn FnMut(usize) -> Result<(), GivenUp>) {
        let Sweep { graph, barrier, is_given_up, .. } = self.sweep;
        let own = &graph.parts[self.index];
        self.prepare(0);
        std::mem::swap(&mut self.here, &mut self.next[self.index]);
        let (part, start) = graph.place(graph.start);
        if part == self.index {
            // In one way, and nobody has moved yet.
            self.here.sums[start as usize] = C::START;
            self.here.costs.fill(0);
        }
        for level in 0..=graph.depth {
            self.settle(level);
            self.costs.extend_from_slice(&self.here.costs);
            self.prepare(level + 1);
            let states = own.level(level as usize);
            for chunk in (states.start..states.end).step_by(CHUNK) {
                let upto = states.end.min(chunk + CHUNK as u32);
                self.follow(states.start, chunk..upto, level + 1);
                if visited((upto - chunk) as usize).is_err() {
                    is_given_up.store(true, Ordering::Relaxed);
                }
                if is_given_up.load(Ordering::Relaxed) {
                    break;
                }
            }
            self.send(level + 1);
            // One alone has nobody to wait for.
            let is_over = || is_given_up.load(Ordering::Relaxed);
            let over = if graph.parts.len() == 1 { Ok(is_over()) } else { barrier.wait(is_over) };
            if over != Ok(false) {
                return;
            }
            self.receive(level + 1);
        }
    }

    /// Empty sums of a level, for each part.
    fn prepare(&mut self, level: u64) {
        let Sweep { graph, wanted, .. } = self.sweep;
        for (level_of_part, part) in self.next.iter_mut().zip(&graph.parts) {
            let states = part.level(level as usize).len();
            let costs = if wanted.switches { states * graph.crew.threads.len() } else { 0 };
            level_of_part.sums.clear();
            level_of_part.sums.resize(states, C::EMPTY);
            level_of_part.costs.clear();
            level_of_part.costs.resize(costs, FAR);
        }
    }

    /// All steps out of these states; `first` is the first of their level.
    fn follow(&mut self, first: u32, states: std::ops::Range<u32>, to_level: u64) {
        let Sweep { graph, wanted, .. } = self.sweep;
        let (own, workers) = (&graph.parts[self.index], graph.crew.threads.len());
        let firsts: Vec<u32> = graph.parts.iter().map(|part| part.level(to_level as usize).start).collect();
        for state in states {
            let edges = own.edges(state);
            let ways = edges.iter().filter(|to| **to != NONE).count();
            let share = 1.0 / ways as f64;
            let i = (state - first) as usize;
            let costs = if wanted.switches { &self.here.costs[i * workers..][..workers] } else { &[] };
            let least = costs.iter().copied().min().unwrap_or(FAR);
            for (position, to) in edges.iter().enumerate().filter(|(_, to)| **to != NONE) {
                let (part, to) = graph.place(*to);
                let (next, to) = (&mut self.next[part], (to - firsts[part]) as usize);
                if wanted.counts {
                    next.sums[to].add(&self.here.sums[i], 1, share);
                }
                if wanted.switches {
                    // To let another one go on costs a switch.
                    let cost = costs[position].min(least.saturating_add(1));
                    let known = &mut next.costs[to * workers + own.landing(state, position)];
                    *known = cost.min(*known);
                }
            }
        }
    }

    /// Hands over what the others get.
    fn send(&mut self, level: u64) {
        let count = self.next.len();
        for (to, next) in self.next.iter_mut().enumerate().filter(|(to, _)| *to != self.index) {
            std::mem::swap(next, &mut *lock(&self.sweep.sent[level as usize & 1][self.index * count + to]));
        }
    }

    /// Begins a level with what all parts have for it.
    fn receive(&mut self, level: u64) {
        let count = self.next.len();
        std::mem::swap(&mut self.here, &mut self.next[self.index]);
        for from in (0..count).filter(|from| *from != self.index) {
            let sent = lock(&self.sweep.sent[level as usize & 1][from * count + self.index]);
            self.here.sums.iter_mut().zip(&sent.sums).for_each(|(sum, more)| sum.add(more, 1, 1.0));
            self.here.costs.iter_mut().zip(&sent.costs).for_each(|(cost, other)| *cost = *other.min(cost));
        }
    }

    /// Takes down the sums of the terminal states of a level.
    fn settle(&mut self, level: u64) {
        let first = self.sweep.graph.parts[self.index].level(level as usize).start;
        while let Some((place, terminal)) = self.terminals.pop_if(|(_, terminal)| terminal.depth == level) {
            let sum = &self.here.sums[(self.sweep.graph.place(terminal.state).1 - first) as usize];
            self.sums.push((place, (sum.count(), sum.probability().unwrap_or(0.0))));
        }
    }
}

/// A way that is followed back: where it is, who moved last there, and with how many switches so far.
#[derive(Clone, Copy, Debug)]
struct Trail {
    state: u32,
    last: usize,
    cost: u16,
}

impl Swept {
    /// Whether switches were asked for.
    pub(super) fn has_switches(&self) -> bool {
        self.costs.iter().any(|costs| !costs.is_empty())
    }

    /// Targets are terminal states, each with the number of what it counts as, below `count`. For each number, the
    /// positions of the steps on a way to one of its states with the fewest switches.
    pub(super) fn ways(&self, graph: &Graph, targets: &[(Terminal, usize)], count: usize) -> Vec<Vec<usize>> {
        let mut best: Vec<Option<(Trail, u64)>> = vec![None; count];
        for &(Terminal { state, depth, .. }, number) in targets {
            let (last, cost) = self.fewest(graph, state);
            if best[number].is_none_or(|(trail, _)| cost < trail.cost) {
                best[number] = Some((Trail { state, last, cost }, depth));
            }
        }
        let mut ways = vec![Vec::new(); count];
        let deepest = best.iter().flatten().map(|(_, depth)| *depth).max().unwrap_or(0);
        for level in (1..=deepest).rev() {
            let mut open: Vec<usize> =
                (0..count).filter(|i| best[*i].is_some_and(|(_, depth)| depth >= level)).collect();
            let mut is_wanted: Vec<Vec<bool>> =
                graph.parts.iter().map(|part| vec![false; part.level(level as usize).len()]).collect();
            let at = |state: u32| {
                let (part, state) = graph.place(state);
                (part, (state - graph.parts[part].level(level as usize).start) as usize)
            };
            for (trail, _) in open.iter().filter_map(|i| best[*i]) {
                let (part, state) = at(trail.state);
                is_wanted[part][state] = true;
            }
            // Backwards, so that of several ways it is one on which the first workers come first.
            for before in graph.level(level - 1).rev() {
                let edges = graph.edges(before).iter().enumerate();
                for (position, to) in edges.filter(|(_, to)| **to != NONE) {
                    let (part, state) = at(*to);
                    if !is_wanted[part][state] {
                        continue;
                    }
                    open.retain(|i| {
                        let step = best[*i]
                            .as_mut()
                            .and_then(|(trail, _)| self.back(graph, trail, before, position, *to));
                        ways[*i].extend(step);
                        step.is_none()
                    });
                }
                if open.is_empty() {
                    break;
                }
            }
        }
        ways.iter_mut().for_each(|way| way.reverse());
        ways
    }

    /// Takes a trail back by this step, if that is how it came here.
    fn back(&self, graph: &Graph, trail: &mut Trail, before: u32, position: usize, to: u32) -> Option<usize> {
        if to != trail.state || graph.landing(before, position) != trail.last {
            return None;
        }
        let (last, least) = self.fewest(graph, before);
        let (last, cost) = match self.costs(graph, before)[position] {
            going_on if going_on == trail.cost => (position, going_on),
            _ if least.saturating_add(1) == trail.cost => (last, least),
            _ => return None,
        };
        *trail = Trail { state: before, last, cost };
        Some(position)
    }

    /// The position of who moved last where a state is reached with the fewest switches, and how many those are.
    fn fewest(&self, graph: &Graph, state: u32) -> (usize, u16) {
        let costs = self.costs(graph, state).iter().copied().enumerate().rev();
        costs.min_by_key(|(_, cost)| *cost).unwrap_or((0, FAR))
    }

    fn costs(&self, graph: &Graph, state: u32) -> &[u16] {
        let ((part, state), workers) = (graph.place(state), graph.crew.threads.len());
        &self.costs[part][state as usize * workers..][..workers]
    }
}
