//! All outcomes of the counter without protection, level by level.
//!
//! A worker is as many increments as it has left and, while it is between its load and its store, the difference
//! between the counter and what it holds. When a worker stores, the counter moves by one minus its difference, and all
//! other differences with it. Workers are alike, so they are kept in order.

use num_bigint::BigUint;

use super::level::Level;
use super::rows::{Reached, Rows, Weights};
use super::{is_reachable, operations, witness};
use crate::experiment::{Kind, Protection};
use crate::machine::explore::key::{self, FIELDS, Layout};
use crate::machine::explore::outcome::{
    Count, Coverage, End, Endless, Exploration, Found, Limit, Met, Outcome,
};
use crate::machine::explore::{Options, Progress, Watch};
use crate::program::CounterShape;
use crate::program::value::Value;

/// Beyond so many increments nothing is searched or counted, and only the extreme outcomes are listed.
pub(super) const MOST_INCREMENTS: u64 = 20_000;
/// Most words of 64 bits for the number of all schedules: with so many workers nobody counts on an end.
const WIDEST: u64 = 32;
/// States expanded between two looks at the bounds.
const CHUNK: usize = 1_024;

/// All outcomes of a counter without protection, with counts and probabilities if they are asked for; `None` for any
/// other counter. If a bound stops it, the outcomes are still known, from schedules that are written rather than
/// found.
#[must_use]
pub(super) fn explore(shape: CounterShape, options: &Options, watch: &mut Watch) -> Option<Exploration> {
    // Tasks that await after each operation are switched as threads are: what is awaited only adds operations.
    let is_bare =
        matches!(shape.kind, Kind::Thread | Kind::Process { shared: true } | Kind::Task { awaits: true });
    if shape.protection != Protection::None || !is_bare {
        return None;
    }
    let increments = shape.increments();
    if increments > MOST_INCREMENTS {
        return Some(constructed(shape, Limit::States, &Progress::default()));
    }
    let total = schedules(shape);
    let exploration = match total.bits().div_ceil(64) {
        _ if !options.counts => narrow(Reached::default(), shape, options, watch),
        words @ ..=WIDEST => narrow(Weights::of(words as usize), shape, options, watch),
        // Far beyond what can be searched: the bound on states would stop it anyway.
        _ => constructed(shape, Limit::States, &Progress::default()),
    };
    let schedules = Count::Exact(total);
    Some(Exploration { schedules: if options.counts { schedules } else { Count::Unknown }, ..exploration })
}

/// How many schedules there are: the ways to merge what the workers do in one go.
pub(super) fn schedules(shape: CounterShape) -> BigUint {
    merges(shape, if shape.awaits_to_switch() { 2 } else { u64::from(operations(shape).0) })
}

/// The same where an increment is done in so many moves.
pub(super) fn merges(shape: CounterShape, moves: u64) -> BigUint {
    let each = u64::from(shape.iterations) * moves;
    let mut total = BigUint::from(1_u32);
    for worker in 1..u64::from(shape.threads) {
        // Choose where the next worker's operations go among those of the workers before it.
        for i in 1..=each {
            total = total * (worker * each + i) / i;
        }
    }
    total
}

fn narrow<R: Rows>(rows: R, shape: CounterShape, options: &Options, watch: &mut Watch) -> Exploration {
    attempt::<R, 1>(&rows, shape, options, watch)
        .or_else(|| attempt::<R, 2>(&rows, shape, options, watch))
        .or_else(|| attempt::<R, 33>(&rows, shape, options, watch))
        .unwrap_or_else(|| constructed(shape, Limit::States, &Progress::default()))
}

/// The search with keys of `N` words; `None` if a worker's state does not fit them.
#[inline(never)]
fn attempt<R: Rows, const N: usize>(
    rows: &R,
    shape: CounterShape,
    options: &Options,
    watch: &mut Watch,
) -> Option<Exploration> {
    let codes = Codes::new(shape)?;
    let workers = usize::from(shape.threads);
    let widths = key::widths::<N>(workers).filter(|widths| codes.largest() >> widths[0] == 0)?;
    let layout = Layout::<N>::new(&widths)?;
    let mut start = [0; FIELDS];
    start[..workers].fill(codes.idle(shape.iterations));
    let mut level = Level::start(rows.clone(), layout.pack(&start));
    let mut next = Level::new(rows.clone(), 1);
    let mut search = Search {
        codes,
        layout,
        workers,
        progress: Progress { states: 1, met: met(shape), ..Progress::default() },
    };
    for depth in 0..shape.iterations * u32::from(shape.threads) * 2 {
        // After so many operations there have been at most half as many stores.
        next.clear(depth as usize / 2 + 2);
        search.progress.depth = u64::from(depth);
        if let Some(limit) = search.expand(&level, &mut next, options, watch) {
            return Some(constructed(shape, limit, &search.progress));
        }
        std::mem::swap(&mut level, &mut next);
    }
    search.progress.depth = u64::from(operations(shape).0) * shape.increments();
    Some(complete(shape, &level.rows, &search.progress))
}

/// All outcomes are known from the start, by schedules that are written.
fn met(shape: CounterShape) -> Met {
    let all = shape.increments();
    let outcomes = (1..=all).filter(|value| is_reachable(shape, *value)).count() as u64;
    Met { outcomes, bad: outcomes.saturating_sub(1) }
}

/// How a worker's state is written as one number. Numbers fall as a worker gets on; 0 has nothing left.
struct Codes {
    /// Increments of all workers: the largest difference.
    all: u32,
    /// Numbers for each increment that is left.
    each: u32,
    iterations: u32,
}

impl Codes {
    fn new(shape: CounterShape) -> Option<Self> {
        let all = u32::from(shape.threads).checked_mul(shape.iterations)?;
        // A power of two, so that taking a number apart is masking and not dividing.
        let each = all.checked_mul(2)?.checked_add(2)?.checked_next_power_of_two()?;
        each.checked_mul(shape.iterations)?;
        Some(Codes { all, each, iterations: shape.iterations })
    }

    fn largest(&self) -> u32 {
        self.each * self.iterations
    }

    /// With so many increments left, none of them begun.
    #[inline(always)]
    fn idle(&self, left: u32) -> u32 {
        left * self.each
    }

    /// Having just loaded: what it holds is what the counter has.
    #[inline(always)]
    fn loaded(&self, idle: u32) -> u32 {
        idle - self.each + 1 + self.all
    }

    /// What of the number says what the worker holds; 0 if it holds nothing.
    #[inline(always)]
    fn offset(&self, code: u32) -> u32 {
        code & (self.each - 1)
    }

    /// By how much the counter exceeds what the worker holds; `None` if it holds nothing.
    #[inline(always)]
    fn difference(&self, code: u32) -> Option<i32> {
        match self.offset(code) {
            0 => None,
            offset => Some(offset as i32 - 1 - self.all as i32),
        }
    }
}

struct Search<const N: usize> {
    codes: Codes,
    layout: Layout<N>,
    workers: usize,
    progress: Progress,
}

impl<const N: usize> Search<N> {
    /// Everything that one more operation leads to.
    fn expand<R: Rows>(
        &mut self,
        level: &Level<R, N>,
        next: &mut Level<R, N>,
        options: &Options,
        watch: &mut Watch,
    ) -> Option<Limit> {
        let mut fields = [0; FIELDS];
        for state in 0..level.keys.len() {
            self.layout.unpack(&level.keys[state], &mut fields);
            self.expand_one(&fields, (level, state), next);
            if state % CHUNK == 0 {
                let progress =
                    Progress { states: self.progress.states + next.keys.len() as u64, ..self.progress };
                let bytes = level.bytes() + next.bytes();
                self.progress.bytes = self.progress.bytes.max(bytes);
                // What is full grows to twice its size before the next look.
                if bytes + next.bytes() > options.memory {
                    return Some(Limit::Memory);
                } else if progress.states > options.states {
                    return Some(Limit::States);
                } else if watch(&Progress { bytes, ..progress }).is_break() {
                    return Some(Limit::Stopped);
                }
            }
        }
        self.progress.states += next.keys.len() as u64;
        None
    }

    #[inline(always)]
    fn expand_one<R: Rows>(
        &mut self,
        fields: &[u32; FIELDS],
        before: (&Level<R, N>, usize),
        next: &mut Level<R, N>,
    ) {
        let workers = &fields[..self.workers];
        let mut after = [0; FIELDS];
        let ways = workers.iter().filter(|code| **code != 0).count();
        let mut position = 0;
        while position < ways {
            let code = workers[position];
            let times = workers[position..].iter().take_while(|other| **other == code).count();
            after[..self.workers].copy_from_slice(workers);
            let shift = self.step(&mut after[..self.workers], position, code);
            let state = next.state(self.layout.pack(&after));
            next.add(state, before, shift, times as u32, times as f64 / ways as f64);
            self.progress.transitions += 1;
            position += times;
        }
    }

    /// One operation of the worker at this position; gives by how much the counter moves.
    #[inline(always)]
    fn step(&self, workers: &mut [u32], position: usize, code: u32) -> i32 {
        let (after, shift) = match self.codes.difference(code) {
            None => (self.codes.loaded(code), 0),
            Some(difference) => (code - self.codes.offset(code), 1 - difference),
        };
        if shift != 0 {
            for other in workers.iter_mut().filter(|code| self.codes.offset(**code) != 0) {
                *other = other.wrapping_add_signed(shift);
            }
        }
        // Only this worker can be out of order now, and its number has fallen.
        let mut at = position;
        while at + 1 < workers.len() && workers[at + 1] > after {
            workers[at] = workers[at + 1];
            at += 1;
        }
        workers[at] = after;
        shift
    }
}

/// The outcome in which the counter has this value in the end.
pub(in crate::machine::explore) fn outcome(shape: CounterShape, value: u64) -> Outcome {
    let holds = value == shape.right();
    Outcome { values: vec![Value::Int(value as i64)], output: Vec::new(), end: End::Done, holds }
}

fn found(shape: CounterShape, value: u64, schedules: Count, probability: Option<f64>) -> Option<Found> {
    let shortest = witness(shape, value)?;
    let fewest_switches = Some(shortest.clone());
    Some(Found { outcome: outcome(shape, value), schedules, probability, shortest, fewest_switches })
}

fn complete<R: Rows>(shape: CounterShape, rows: &R, progress: &Progress) -> Exploration {
    // One state is left, whose row has a cell for each value.
    let reached = (0..=shape.increments() as usize).filter(|value| rows.is_reached(*value));
    let found = reached
        .filter_map(|value| found(shape, value as u64, rows.count(value), rows.probability(value)))
        .collect();
    exploration(found, Coverage::Complete, rows.probability(0).map(|_| 0.0), progress)
}

fn constructed(shape: CounterShape, limit: Limit, progress: &Progress) -> Exploration {
    let all = shape.increments();
    let values: Vec<u64> = if all > MOST_INCREMENTS { vec![1, 2, all] } else { (1..=all).collect() };
    let found = values.into_iter().filter_map(|value| found(shape, value, Count::Unknown, None));
    exploration(found.collect(), Coverage::Partial(limit), None, progress)
}

fn exploration(
    outcomes: Vec<Found>,
    coverage: Coverage,
    endless_probability: Option<f64>,
    progress: &Progress,
) -> Exploration {
    Exploration {
        outcomes,
        schedules: Count::Unknown,
        coverage,
        endless: Endless::Impossible,
        endless_probability,
        states: progress.states,
        transitions: progress.transitions,
        depth: progress.depth,
        bytes: progress.bytes,
    }
}
