//! Exact numbers of schedules, and probabilities under the uniform scheduler.

use num_bigint::BigUint;

use super::graph::Graph;
use super::outcome::Count;
use super::pass::{GivenUp, Pass};
use super::sweep::Swept;

/// Rounds are followed until less than this is left on them.
const RESIDUE: f64 = 1e-13;
/// Most states visited while following rounds.
const MAX_VISITS: u64 = 2_000_000_000;

/// Bytes a state for a number of 128 bits and a probability.
const SMALL: u64 = 24;
/// Bytes a state for a number of any size, apart from its digits.
const LARGE: u64 = 40;

/// By terminal state of the graph, how many schedules lead to it and how likely it is.
pub(super) struct Tally {
    pub(super) counts: Vec<Count>,
    pub(super) probabilities: Vec<f64>,
    /// States on rounds or after them, if there are any.
    pub(super) rounds: Option<Vec<bool>>,
    /// How likely it is never to end.
    pub(super) endless: f64,
}

impl Tally {
    /// Where no step leads back, and everything is known already.
    pub(super) fn of(swept: &Swept) -> Self {
        let (counts, probabilities) = swept.sums.iter().cloned().unzip();
        Tally { counts, probabilities, rounds: None, endless: 0.0 }
    }
}

/// Counts the schedules that lead to each terminal state.
pub(super) fn tally(graph: &Graph, pass: &mut Pass) -> Result<Tally, GivenUp> {
    pass.needs(SMALL)?;
    let mut mass = vec![0.0; graph.numbers()];
    mass[graph.start as usize] = 1.0;
    let mut small = vec![0_u128; graph.numbers()];
    small[graph.start as usize] = 1;
    let mut overflows = false;
    let rounds = graph.in_order(pass, |state| {
        let (count, share) = (small[state as usize], mass[state as usize]);
        let ways = graph.successors(state).count() as f64;
        for to in graph.successors(state) {
            let (sum, overflow) = small[to as usize].overflowing_add(count);
            overflows |= overflow;
            small[to as usize] = sum;
            mass[to as usize] += share / ways;
        }
        if ways > 0.0 {
            mass[state as usize] = 0.0;
        }
    })?;
    let endless = match &rounds {
        Some(rounds) => follow_rounds(graph, rounds, &mut mass, pass)?,
        None => 0.0,
    };
    let is_open = |state: u32| rounds.as_ref().is_some_and(|rounds| rounds[state as usize]);
    let mut counts = |state: u32| match is_open(state) {
        true => Count::Infinite,
        false => Count::Exact(BigUint::from(small[state as usize])),
    };
    let states = graph.terminals.iter().map(|terminal| terminal.state);
    let counts =
        if overflows { large(graph, pass, is_open)? } else { states.clone().map(&mut counts).collect() };
    Ok(Tally { counts, probabilities: states.map(|state| mass[state as usize]).collect(), rounds, endless })
}

/// The same in numbers of any size.
fn large(graph: &Graph, pass: &mut Pass, is_open: impl Fn(u32) -> bool) -> Result<Vec<Count>, GivenUp> {
    // A number has at most as many digits in base W as a schedule has operations of W workers.
    let digits = graph.crew.threads.len().next_power_of_two().trailing_zeros();
    pass.needs(SMALL + LARGE + graph.depth * u64::from(digits) / 8)?;
    let mut numbers = vec![BigUint::ZERO; graph.numbers()];
    numbers[graph.start as usize] = BigUint::from(1_u32);
    graph.in_order(pass, |state| {
        if graph.successors(state).next().is_some() {
            let number = std::mem::take(&mut numbers[state as usize]);
            graph.successors(state).for_each(|to| numbers[to as usize] += &number);
        }
    })?;
    let states = graph.terminals.iter().map(|terminal| terminal.state);
    let count = |state| match is_open(state) {
        true => Count::Infinite,
        false => Count::Exact(std::mem::take(&mut numbers[state as usize])),
    };
    Ok(states.map(count).collect())
}

/// Lets what is on rounds leave them, sweep by sweep; gives what never does.
fn follow_rounds(graph: &Graph, rounds: &[bool], mass: &mut [f64], pass: &mut Pass) -> Result<f64, GivenUp> {
    let open: Vec<u32> = graph.all().filter(|state| rounds[*state as usize]).collect();
    let moving: Vec<u32> =
        open.into_iter().filter(|state| graph.successors(*state).next().is_some()).collect();
    let mut sweeps = MAX_VISITS / moving.len().max(1) as u64;
    let mut left: f64 = moving.iter().map(|state| mass[*state as usize]).sum();
    let mut settled = 0;
    while left > RESIDUE && sweeps > 0 && settled < 1_000 {
        for &state in &moving {
            pass.visit()?;
            let share = std::mem::take(&mut mass[state as usize]);
            // A step that changes nothing only takes time.
            let others = || graph.successors(state).filter(|to| *to != state);
            let ways = others().count();
            if ways == 0 {
                // The only way on is round and round here.
                mass[state as usize] = share;
                continue;
            }
            others().for_each(|to| mass[to as usize] += share / ways as f64);
        }
        let after: f64 = moving.iter().map(|state| mass[*state as usize]).sum();
        settled = if after < left { 0 } else { settled + 1 };
        left = after;
        sweeps -= 1;
    }
    Ok(if left > RESIDUE { left } else { 0.0 })
}
