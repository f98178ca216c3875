//! What one part of a search knows of steps. The parts ask the machine under one lock; each remembers the answers for
//! itself, where it finds them without one, and learns what the others were told whenever it asks.

use std::hint;
use std::sync::{Mutex, MutexGuard, TryLockError};

use super::memo::Memo;
use super::search::lock;
use super::tables::{Crew, Move, Step, Tables, TooNarrow};

/// How often it looks whether the lock is free before it goes to sleep.
const LOOKS: u32 = 1_000;

/// What a shard remembers of the steps that were asked for: by itself, and by the others as far as it has heard of them.
pub(super) struct Hearsay {
    memo: Memo,
    /// How many of all steps it has heard of.
    heard: usize,
    /// Those that it hears of now.
    news: Vec<Step>,
}

impl Hearsay {
    pub(super) fn new(crew: &Crew) -> Self {
        Hearsay { memo: Memo::new(crew), heard: 0, news: Vec::new() }
    }

    /// The step of a worker of this group.
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        tables: &Mutex<Tables>,
        group: usize,
        local: u32,
        shared: u32,
    ) -> Result<Move, TooNarrow> {
        match self.memo.known(group, local, shared) {
            Some(known) => Ok(known),
            None => self.ask(tables, group, local, shared),
        }
    }

    /// Roughly how much memory it takes, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.memo.bytes()
    }

    /// The machine is asked only for what no shard has asked it before: it takes longer than to learn that, and nobody
    /// else can ask it meanwhile.
    #[cold]
    #[inline(never)]
    fn ask(
        &mut self,
        tables: &Mutex<Tables>,
        group: usize,
        local: u32,
        shared: u32,
    ) -> Result<Move, TooNarrow> {
        let mut tables = lock_soon(tables);
        self.news.extend_from_slice(tables.steps_since(self.heard));
        let is_it = |step: &&Step| (step.group as usize, step.local, step.shared) == (group, local, shared);
        let to = match self.news.iter().find(is_it) {
            Some(known) => known.to,
            None => {
                let to = tables.step(group, local, shared)?;
                self.news.push(Step { group: group as u32, local, shared, to });
                to
            }
        };
        drop(tables);
        self.heard += self.news.len();
        for step in self.news.drain(..) {
            self.memo.learn(step.group as usize, step.local, step.shared, step.to);
        }
        Ok(to)
    }
}

/// Locks what nobody keeps for long: to be woken would take longer than to wait awake.
fn lock_soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..LOOKS {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::WouldBlock) => hint::spin_loop(),
            Err(TryLockError::Poisoned(_)) => break,
        }
    }
    lock(mutex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Kind, Protection};
    use crate::machine::Machine;
    use crate::program::{CounterShape, counter};

    #[test]
    fn what_one_was_told_the_others_need_not_ask() {
        let shape = CounterShape {
            kind: Kind::Thread,
            threads: 2,
            iterations: 4,
            protection: Protection::None,
            permits: 1,
        };
        let machine = Machine::new(counter::program(shape));
        let mut tables = Tables::new(&machine);
        let (numbers, _) = tables.state(&machine.start()).unwrap();
        let (crew, tables) = (tables.crew.clone(), Mutex::new(tables));
        let parts = &mut [Hearsay::new(&crew), Hearsay::new(&crew)];
        let asked = || lock(&tables).steps_since(0).len();
        // Each goes on alone, one of them ahead of the other and then behind it.
        let (mut local, mut shared) = (numbers[1], numbers[0]);
        for i in 0..8 {
            let steps = [i % 2, 1 - i % 2].map(|part| parts[part].step(&tables, 0, local, shared).unwrap());
            assert_eq!(steps[0], steps[1]);
            assert_eq!(asked(), i + 1, "asked for once");
            assert_ne!(steps[0], Move::NONE);
            (local, shared) = (steps[0].local, steps[0].shared);
        }
        for part in parts {
            assert_eq!(part.step(&tables, 0, local, shared), Ok(Move::NONE), "nothing is left to do");
        }
        assert_eq!(asked(), 9, "that too");
    }
}
