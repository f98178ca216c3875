//! Schedules with the fewest switches.
//!
//! What counts besides the state is who moved last: to let that worker go on costs nothing, to let another one go on
//! costs a switch. Pairs of both are visited in order of their cost.

use rustc_hash::FxHashMap;

use super::graph::{Graph, Terminal};
use super::pass::{GivenUp, Pass};
use super::shard::NONE;

/// Marks a pair that was not reached.
const FAR: u32 = u32::MAX;
/// In place of a position: nobody has moved yet.
const NOBODY: u8 = u8::MAX;

/// Targets are states, each with the number of what it counts as, below `count`. For each number, the positions of
/// the steps on a way to one of its states with the fewest switches.
pub(super) fn ways(
    graph: &Graph,
    targets: &[(Terminal, usize)],
    count: usize,
    pass: &mut Pass,
) -> Result<Vec<Vec<usize>>, GivenUp> {
    // A pair each for what is known and for what is visited next.
    pass.needs(graph.crew.threads.len() as u64 * 16)?;
    let workers = graph.crew.threads.len();
    let mut search = Search {
        graph,
        workers,
        from: vec![(FAR, 0); graph.numbers() * workers],
        targets: targets.iter().map(|(terminal, number)| (terminal.state, *number)).collect(),
        missing: count,
        reached: vec![None; count],
    };
    let mut layer = vec![(graph.start, NOBODY)];
    search.reach(graph.start, NOBODY);
    while search.missing > 0 && !layer.is_empty() {
        layer = search.switch(&layer, pass)?;
    }
    Ok(search.reached.iter().map(|pair| pair.map_or_else(Vec::new, |pair| search.way(pair))).collect())
}

struct Search<'a> {
    graph: &'a Graph,
    workers: usize,
    /// By state and position of who moved last: the state before, and the position of who moved last there.
    from: Vec<(u32, u8)>,
    targets: FxHashMap<u32, usize>,
    missing: usize,
    /// By number, the target that was reached first, with who moved last.
    reached: Vec<Option<(u32, u8)>>,
}

impl Search<'_> {
    /// Everything that one more switch leads to from these pairs.
    fn switch(&mut self, layer: &[(u32, u8)], pass: &mut Pass) -> Result<Vec<(u32, u8)>, GivenUp> {
        let mut next = Vec::new();
        for &(state, last) in layer {
            pass.visit()?;
            // Who moved last has gone on as far as it can already.
            (0..self.workers).for_each(|position| self.run(state, last, position, &mut next));
        }
        Ok(next)
    }

    /// The worker at this position goes on until it can't, or until somebody was there before it.
    fn run(&mut self, state: u32, last: u8, position: usize, next: &mut Vec<(u32, u8)>) {
        let (mut state, mut last, mut position) = (state, last, position);
        loop {
            let to = self.graph.edges(state)[position];
            if to == NONE {
                return;
            }
            let landing = self.graph.landing(state, position);
            let pair = &mut self.from[to as usize * self.workers + landing];
            if pair.0 != FAR {
                return;
            }
            *pair = (state, last);
            next.push((to, landing as u8));
            self.reach(to, landing as u8);
            (state, last, position) = (to, landing as u8, landing);
        }
    }

    fn reach(&mut self, state: u32, last: u8) {
        if self.graph.successors(state).next().is_some() {
            return;
        }
        if let Some(number) = self.targets.get(&state)
            && self.reached[*number].is_none()
        {
            self.reached[*number] = Some((state, last));
            self.missing -= 1;
        }
    }

    fn way(&self, (mut state, mut last): (u32, u8)) -> Vec<usize> {
        let mut way = Vec::new();
        while last != NOBODY {
            let (before, who) = self.from[state as usize * self.workers + usize::from(last)];
            let fits = |position: usize| {
                self.graph.edges(before)[position] == state
                    && self.graph.landing(before, position) == usize::from(last)
            };
            // Going on is preferred: among steps to the same pair it is the one without a switch.
            let going_on = Some(usize::from(who)).filter(|who| *who < self.workers && fits(*who));
            let step = going_on.or_else(|| (0..self.workers).find(|position| fits(*position)));
            way.push(step.expect("the pair was reached by a step from there"));
            (state, last) = (before, who);
        }
        way.reverse();
        way
    }
}
