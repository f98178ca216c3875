//! Every different thing once: what is shared and what workers have to themselves, by number.
//!
//! A state is then a few small numbers, and a step is looked up by two of them. So the search never touches a
//! value, whatever values there are, and the machine is asked only once for each pair.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::key::{self, Layout};
use super::outcome::Outcome;
use super::rounds;
use crate::machine::advance::{self, Stop};
use crate::machine::{Local, Machine, Shared, State};
use crate::program::value::Value;
use crate::program::{Guard, GuardKind, Op, Program};
use crate::sort;

/// A field of the packed state is too narrow for the numbers that came up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooNarrow;

/// What a step leads to: the numbers of what is shared then and of what the worker has then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) shared: u32,
    pub(super) local: u32,
}

impl Move {
    /// Stands for a worker that is not enabled.
    pub(super) const NONE: Move = Move { shared: u32::MAX, local: u32::MAX };
}

/// A step that was asked for, and where it leads if the worker is enabled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) group: u32,
    pub(super) local: u32,
    pub(super) shared: u32,
    pub(super) to: Move,
}

/// Values by number and numbers by value.
#[derive(Debug)]
struct Interner<T> {
    numbers: FxHashMap<Arc<T>, u32>,
    values: Vec<Arc<T>>,
}

impl<T: Eq + std::hash::Hash> Interner<T> {
    fn new() -> Self {
        Interner { numbers: FxHashMap::default(), values: Vec::new() }
    }

    fn number(&mut self, value: T, largest: u32) -> Result<u32, TooNarrow> {
        if let Some(number) = self.numbers.get(&value) {
            return Ok(*number);
        }
        let number = u32::try_from(self.values.len()).ok().filter(|n| *n <= largest).ok_or(TooNarrow)?;
        let value = Arc::new(value);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        Ok(number)
    }
}

/// Workers at positions: those that may be exchanged for each other stand side by side.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    /// By position, the worker's number.
    pub(super) threads: Vec<usize>,
    /// By position, the number of its group: workers that do the same.
    pub(super) groups: Vec<usize>,
}

impl Crew {
    /// Workers are exchangeable if they share a code and nothing in the program names a worker. One that nobody starts
    /// is not like one that runs.
    fn new(machine: &Machine) -> Self {
        let program = machine.program();
        let mut names_workers = program.threads.iter().any(|thread| thread.is_started_later);
        program.each_op(|op| names_workers |= matches!(op, Op::Wait(_) | Op::Start(_) | Op::Join(_)));
        let group =
            |thread: usize| if names_workers { thread } else { usize::from(program.threads[thread].code) };
        let mut threads: Vec<usize> = (0..program.threads.len()).collect();
        sort::by_key(&mut threads, |thread| group(*thread));
        let groups = threads.iter().map(|thread| group(*thread)).collect();
        Crew { threads, groups }
    }

    /// Whether there are workers that can be exchanged.
    pub(super) fn is_symmetric(&self) -> bool {
        self.groups.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// The numbers given so far.
#[derive(Debug)]
pub(super) struct Tables<'a> {
    machine: &'a Machine,
    pub(super) crew: Crew,
    /// By group, one of its workers.
    speakers: Vec<usize>,
    shared: Interner<Shared>,
    locals: Vec<Interner<Local>>,
    /// By group and local, how many operations a worker has made when it comes there.
    depths: Vec<Vec<u32>>,
    is_uneven: bool,
    /// All steps so far, how many of them were looked at for ways round, and whether there may be one.
    steps: Vec<Step>,
    looked_at: usize,
    may_go_round: bool,
    /// The largest numbers that may be given: of what is shared, and by group of what a worker has to itself.
    largest_shared: u32,
    largest: Vec<u32>,
}

impl<'a> Tables<'a> {
    /// Numbers of 32 bits.
    pub(super) fn new(machine: &'a Machine) -> Self {
        let crew = Crew::new(machine);
        let groups = crew.groups.iter().max().map_or(0, |group| group + 1);
        let mut speakers = vec![0; groups];
        crew.groups.iter().zip(&crew.threads).for_each(|(group, thread)| speakers[*group] = *thread);
        let locals = (0..groups).map(|_| Interner::new()).collect();
        let depths = vec![Vec::new(); groups];
        let shared = Interner::new();
        let (largest_shared, largest) = (u32::MAX - 1, vec![u32::MAX - 1; groups]);
        Tables {
            machine,
            crew,
            speakers,
            shared,
            locals,
            depths,
            is_uneven: false,
            steps: Vec::new(),
            looked_at: 0,
            may_go_round: false,
            largest_shared,
            largest,
        }
    }

    /// From now on numbers may have so many bits: of what is shared, then by position. There must be none yet that has
    /// more. What is shared never has the largest, so that no key begins with nothing but ones.
    pub(super) fn narrow(&mut self, widths: &[u32]) {
        self.largest_shared = (1 << widths[0]) - 2;
        for (group, width) in self.crew.groups.iter().zip(&widths[1..]) {
            self.largest[*group] = (1 << width) - 1;
        }
    }

    /// Widths for keys of `N` words in which all numbers so far have room for as many again, what is left dealt out;
    /// nothing if that does not fit.
    pub(super) fn widths<const N: usize>(&self) -> Option<Vec<u32>> {
        let bits = |count: usize| u32::BITS - (count as u32).leading_zeros() + 1;
        let locals = self.crew.groups.iter().map(|group| bits(self.locals[*group].values.len()));
        let least: Vec<u32> = std::iter::once(bits(self.shared.values.len())).chain(locals).collect();
        let wider = |all: u32, shared: u32| {
            let mut widths: Vec<u32> = least.iter().map(|width| (width + all).min(key::WIDEST)).collect();
            widths[0] = (widths[0] + shared).min(key::WIDEST);
            widths
        };
        let fits = |widths: &Vec<u32>| Layout::<N>::new(widths).is_some();
        let all = (0..key::WIDEST).rev().find(|all| fits(&wider(*all, 0)))?;
        // There is more that is shared than a worker has to itself, as a rule.
        (0..key::WIDEST).rev().map(|shared| wider(all, shared)).find(fits)
    }

    /// The numbers of a whole state (what is shared, then by position), and the worker at each position: those that
    /// can be exchanged are in the order of their numbers.
    pub(super) fn state(&mut self, state: &State) -> Result<(Vec<u32>, Vec<usize>), TooNarrow> {
        let shared = self.shared.number(state.shared.clone(), self.largest_shared)?;
        let mut workers = Vec::new();
        for (group, thread) in self.crew.groups.clone().into_iter().zip(self.crew.threads.clone()) {
            let local = self.local(group, state.locals[thread].clone())?;
            self.note_depth(group, local, 0);
            workers.push((group, local, thread));
        }
        sort::by(&mut workers, Ord::cmp);
        let numbers = std::iter::once(shared).chain(workers.iter().map(|(_, local, _)| *local)).collect();
        Ok((numbers, workers.into_iter().map(|(_, _, thread)| thread).collect()))
    }

    /// The step of a worker of this group.
    pub(super) fn step(&mut self, group: usize, local: u32, shared: u32) -> Result<Move, TooNarrow> {
        let before = (&self.shared.values[shared as usize], &self.locals[group].values[local as usize]);
        let Some(after) = advance::advance(self.machine, self.speakers[group], before.0, before.1) else {
            self.steps.push(Step { group: group as u32, local, shared, to: Move::NONE });
            return Ok(Move::NONE);
        };
        let depth = self.depths[group][local as usize] + 1;
        let to = Move {
            shared: self.shared.number(after.shared, self.largest_shared)?,
            local: self.local(group, after.local)?,
        };
        self.note_depth(group, to.local, depth);
        self.steps.push(Step { group: group as u32, local, shared, to });
        Ok(to)
    }

    /// All steps but so many that were asked for first.
    pub(super) fn steps_since(&self, known: usize) -> &[Step] {
        &self.steps[known..]
    }

    /// Whether the steps so far may lead round and round; not looked at again before there are `times` as many.
    pub(super) fn may_go_round(&mut self, times: usize) -> bool {
        if !self.may_go_round && self.steps.len() >= (self.looked_at * times).max(1) {
            self.may_go_round = rounds::may_be(&self.steps);
            self.looked_at = self.steps.len();
        }
        self.may_go_round
    }

    fn note_depth(&mut self, group: usize, local: u32, depth: u32) {
        let depths = &mut self.depths[group];
        match depths.get(local as usize) {
            Some(known) => self.is_uneven |= *known != depth,
            // Numbers are given in order.
            None => depths.push(depth),
        }
    }

    /// Whether some worker was seen to come to the same place, with the same in its registers, after more operations
    /// and after fewer. As long as none was, a state tells how many operations led to it, so that it can't come up again
    /// later in a search.
    pub(super) fn is_uneven(&self) -> bool {
        self.is_uneven
    }

    /// Local operations are done ahead and registers that are not read again are cleared: states that differ in
    /// nothing that matters become one.
    fn local(&mut self, group: usize, local: Local) -> Result<u32, TooNarrow> {
        let thread = self.speakers[group];
        let (stop, ahead) = advance::walk(self.machine.program.code(thread), &local);
        let mut local = if matches!(stop, Stop::Shared | Stop::End) { ahead } else { local };
        let code = usize::from(self.machine.program.threads[thread].code);
        let live = self.machine.live[code][local.pc as usize];
        for (i, register) in local.registers.iter_mut().enumerate().take(64) {
            if live >> i & 1 == 0 {
                *register = Value::Int(0);
            }
        }
        self.locals[group].number(local, self.largest[group])
    }

    /// The program whose things these are.
    pub(super) fn program(&self) -> &Program {
        &self.machine.program
    }

    /// What is shared, by its number.
    pub(super) fn shared(&self, number: u32) -> &Shared {
        &self.shared.values[number as usize]
    }

    /// What it has come to where nobody can move.
    pub(super) fn outcome(&self, shared: u32, anyone_left: bool) -> Outcome {
        Outcome::of(self.machine, self.shared(shared), anyone_left)
    }

    /// Where in its code a worker of this group stands.
    pub(super) fn place(&self, group: usize, local: u32) -> u32 {
        self.locals[group].values[local as usize].pc
    }

    /// The guards that nobody can take now, a bit each; of the first 63.
    pub(super) fn closed(&self, shared: u32) -> u64 {
        let guards = self.machine.program.guards.iter().zip(&self.shared(shared).guards);
        let is_closed = |(guard, count): (&Guard, &i64)| match guard.kind {
            GuardKind::Lock | GuardKind::Semaphore(_) => *count == 0,
            GuardKind::ReadersWriter => *count < 0,
        };
        guards.map(is_closed).take(63).enumerate().fold(0, |set, (i, closed)| set | u64::from(closed) << i)
    }

    /// Whether any of these workers was started and has operations left.
    pub(super) fn anyone_left(&self, numbers: &[u32]) -> bool {
        let started = self.shared(numbers[0]).started;
        (0..self.crew.threads.len()).any(|position| {
            let (group, thread) = (self.crew.groups[position], self.crew.threads[position]);
            let local = &self.locals[group].values[numbers[position + 1] as usize];
            started >> thread & 1 == 1 && (local.pc as usize) < self.machine.program.code(thread).sites.len()
        })
    }

    /// Roughly how much memory the numbers take, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let shared = self.shared.values.len() * 300;
        let locals: usize = self.locals.iter().map(|locals| locals.values.len() * 150).sum();
        (shared + locals + self.steps.len() * std::mem::size_of::<Step>()) as u64
    }
}
