//! Where there is too much to search: schedules drawn at random, and how far off what they show may be.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::counter;
use super::memo::Memo;
use super::outcome::{Met, Outcome};
use super::tables::{Move, Tables, TooNarrow};
use super::{Progress, Watch};
use crate::event::Worker;
use crate::experiment::statistics::wilson;
use crate::experiment::{Kind, Protection};
use crate::machine::schedule::Schedule;
use crate::machine::scheduler::below;
use crate::machine::{Machine, State};
use crate::program::CounterShape;

/// Operations after which a schedule that has not ended is given up.
const MOST_STEPS: u64 = 1_000_000;
/// Operations between two looks at whoever watches.
const CHUNK: u64 = 10_000;

/// What to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// How many schedules.
    pub samples: u64,
    /// The same seed draws the same schedules.
    pub seed: u64,
    /// Most memory for remembered steps, in bytes.
    pub memory: u64,
}

/// An outcome that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The outcome.
    pub outcome: Outcome,
    /// How many of the schedules led to it.
    pub hits: u64,
    /// Between which bounds its probability lies, at 95 % confidence for this one outcome (Wilson's interval).
    pub interval: (f64, f64),
    /// The number of the first schedule that led to it; [`redraw`] gives the schedule.
    pub first: u64,
}

/// What a sample shows. Outcomes that are not listed may be possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The outcomes drawn.
    pub outcomes: Vec<Drawn>,
    /// How many schedules were drawn.
    pub samples: u64,
    /// How many of them were given up, because they had not ended after very many operations.
    pub unended: u64,
    /// Operations in all.
    pub transitions: u64,
}

/// Draws schedules from a state on: at every step each worker that can move is equally likely to.
pub fn sample(machine: &Machine, start: &State, draw: &Draw, watch: &mut Watch) -> Sample {
    let mut sampler = Sampler::new(machine, start, draw.seed);
    // By outcome, how often it was drawn and when first.
    let mut hits: BTreeMap<Outcome, (u64, u64)> = BTreeMap::new();
    let (mut samples, mut unended) = (0, 0);
    'fresh: while samples < draw.samples {
        // Numbers of 32 bits last until memory runs out; then the tables are begun anew.
        let mut tables = Tables::new(machine);
        let mut memo = Memo::new(&tables.crew);
        while samples < draw.samples {
            match sampler.one(samples, &mut tables, &mut memo, watch, &mut |_| {}) {
                Ok(Some(outcome)) => match hits.entry(outcome) {
                    Entry::Occupied(mut known) => known.get_mut().0 += 1,
                    Entry::Vacant(new) => {
                        sampler.met.add(new.key());
                        new.insert((1, samples));
                    }
                },
                Ok(None) => unended += 1,
                Err(Stop::Watch) => break 'fresh,
                Err(Stop::Numbers) => continue 'fresh,
            }
            samples += 1;
            if tables.bytes() + memo.bytes() > draw.memory {
                continue 'fresh;
            }
        }
    }
    let outcomes = hits.into_iter().map(|(outcome, (hits, first))| Drawn {
        outcome,
        hits,
        interval: wilson(hits, samples),
        first,
    });
    Sample { outcomes: outcomes.collect(), samples, unended, transitions: sampler.transitions }
}

/// The schedule of this number among those that [`sample`] draws with the same seed; `None` if it was given up.
#[must_use]
pub fn redraw(machine: &Machine, start: &State, seed: u64, number: u64) -> Option<Schedule> {
    let mut sampler = Sampler::new(machine, start, seed);
    let mut tables = Tables::new(machine);
    let mut memo = Memo::new(&tables.crew);
    let mut schedule = Schedule::default();
    let on = &mut |_: &Progress| ControlFlow::Continue(());
    let end = sampler.one(number, &mut tables, &mut memo, on, &mut |worker| schedule.push(worker, 1));
    end.ok().flatten().map(|_| schedule)
}

enum Stop {
    Watch,
    Numbers,
}

impl From<TooNarrow> for Stop {
    fn from(TooNarrow: TooNarrow) -> Self {
        Stop::Numbers
    }
}

struct Sampler<'a> {
    machine: &'a Machine,
    start: &'a State,
    seed: u64,
    /// Set where it is the threads' counter without protection from its start.
    counter: Option<CounterShape>,
    transitions: u64,
    met: Met,
}

impl<'a> Sampler<'a> {
    fn new(machine: &'a Machine, start: &'a State, seed: u64) -> Sampler<'a> {
        let counter = machine
            .program()
            .shape
            .filter(|shape| shape.protection == Protection::None && shape.kind == Kind::Thread)
            .filter(|_| *start == machine.start());
        Sampler { machine, start, seed, counter, transitions: 0, met: Met::default() }
    }

    /// The schedule of this number to its end, each step told to `each`; `None` if it was given up.
    fn one(
        &mut self,
        number: u64,
        tables: &mut Tables,
        memo: &mut Memo,
        watch: &mut Watch,
        each: &mut dyn FnMut(Worker),
    ) -> Result<Option<Outcome>, Stop> {
        // Every schedule has a generator of its own, so that it can be drawn again alone.
        let seed = self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        if let Some(shape) = self.counter {
            return self.count(shape, &mut generator, watch, each).map(Some);
        }
        let (mut numbers, threads) = tables.state(self.start)?;
        let groups = tables.crew.groups.clone();
        let mut moves = vec![(0, Move::NONE); groups.len()];
        for _ in 0..MOST_STEPS {
            let mut ways = 0;
            for (position, group) in groups.iter().enumerate() {
                let (local, shared) = (numbers[position + 1], numbers[0]);
                let step = memo.step(*group, local, shared, || tables.step(*group, local, shared))?;
                if step != Move::NONE {
                    moves[ways] = (position, step);
                    ways += 1;
                }
            }
            if ways == 0 {
                let shared = tables.shared(numbers[0]);
                return Ok(Some(Outcome::of(self.machine, shared, tables.anyone_left(&numbers))));
            }
            let (position, step) = moves[below(&mut generator, ways)];
            each(Worker(threads[position] as u16));
            (numbers[0], numbers[position + 1]) = (step.shared, step.local);
            self.look(watch, || tables.bytes() + memo.bytes())?;
        }
        Ok(None)
    }

    /// One more operation.
    fn look(&mut self, watch: &mut Watch, bytes: impl Fn() -> u64) -> Result<(), Stop> {
        self.transitions += 1;
        if self.transitions.is_multiple_of(CHUNK) {
            let (transitions, met) = (self.transitions, self.met);
            let progress = Progress { transitions, met, bytes: bytes(), ..Progress::default() };
            if watch(&progress) == ControlFlow::Break(()) {
                return Err(Stop::Watch);
            }
        }
        Ok(())
    }

    /// The same for the counter without protection, which needs no tables.
    fn count(
        &mut self,
        shape: CounterShape,
        generator: &mut Xoshiro256PlusPlus,
        watch: &mut Watch,
        each: &mut dyn FnMut(Worker),
    ) -> Result<Outcome, Stop> {
        let mut left = vec![shape.iterations; usize::from(shape.threads)];
        let mut held = vec![None; left.len()];
        let mut alive: Vec<usize> = (0..left.len()).filter(|_| shape.iterations > 0).collect();
        let mut value = 0;
        while !alive.is_empty() {
            let choice = below(generator, alive.len());
            let worker = alive[choice];
            each(Worker(worker as u16));
            match held[worker].take() {
                None => held[worker] = Some(value),
                Some(seen) => {
                    value = seen + 1;
                    left[worker] -= 1;
                    if left[worker] == 0 {
                        alive.remove(choice);
                    }
                }
            }
            self.look(watch, || 0)?;
        }
        Ok(counter::outcome(shape, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::explore::{Options, explore};
    use crate::program::{counter, library};

    fn draw(machine: &Machine, samples: u64, memory: u64) -> Sample {
        let on = &mut |_: &Progress| ControlFlow::Continue(());
        sample(machine, &machine.start(), &Draw { samples, seed: 7, memory }, on)
    }

    fn machine(threads: u16, iterations: u32, protection: Protection) -> Machine {
        Machine::new(counter::program(CounterShape {
            kind: Kind::Thread,
            threads,
            iterations,
            protection,
            permits: 2,
        }))
    }

    #[test]
    fn a_seed_draws_the_same_and_every_witness_replays() {
        let machine = machine(2, 2, Protection::None);
        let sample = draw(&machine, 2_000, 1 << 20);
        assert_eq!(sample, draw(&machine, 2_000, 1 << 20));
        assert_eq!(sample, draw(&machine, 2_000, 1), "memory makes no difference to what is drawn");
        assert_eq!(sample.outcomes.iter().map(|drawn| drawn.hits).sum::<u64>(), 2_000);
        let exact = explore(&machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
        for (drawn, found) in sample.outcomes.iter().zip(&exact.outcomes) {
            assert_eq!(drawn.outcome, found.outcome);
            // The seed is fixed, so this holds always or never.
            let probability = found.probability.unwrap();
            assert!(drawn.interval.0 < probability && probability < drawn.interval.1);
            let witness = redraw(&machine, &machine.start(), 7, drawn.first).unwrap();
            let run = crate::machine::run::Run::replay(machine.clone(), &witness).unwrap();
            assert_eq!(run.state().shared.variables[0], drawn.outcome.values[0]);
            assert!(machine.enabled(run.state()).is_empty());
        }
    }

    #[test]
    fn the_counter_without_tables_draws_the_same() {
        for (threads, iterations) in [(1, 3), (2, 3), (3, 2), (5, 4)] {
            let fast = machine(threads, iterations, Protection::None);
            let mut program = fast.program().clone();
            program.shape = None;
            let sample = draw(&Machine::new(program), 300, 1 << 20);
            assert_eq!(draw(&fast, 300, 1 << 20), sample);
        }
    }

    #[test]
    fn it_can_be_stopped_and_does_not_follow_a_round_for_ever() {
        let machine = machine(5, 1_000, Protection::None);
        let mut looks = 0;
        let draw = Draw { samples: u64::MAX, seed: 1, memory: 1 << 24 };
        let sample = sample(&machine, &machine.start(), &draw, &mut |_| {
            looks += 1;
            if looks < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!((sample.samples, sample.transitions), (2, 30_000));
        let spins = "busy = True\ndef f():\n    while busy:\n        pass\nthreads(f)\n";
        let machine = Machine::new(crate::program::text::parse("spins", spins).unwrap());
        let sample = super::tests::draw(&machine, 1, 1 << 20);
        assert_eq!((sample.samples, sample.unended), (1, 1));
    }

    #[test]
    fn only_outcomes_that_are_possible_are_drawn() {
        for entry in library::ENTRIES {
            let machine = Machine::new(entry.program());
            let exact = explore(&machine, &Options::default(), &mut |_| ControlFlow::Continue(()));
            for drawn in draw(&machine, 200, 1 << 20).outcomes {
                assert!(exact.outcomes.iter().any(|found| found.outcome == drawn.outcome), "{}", entry.name);
            }
        }
    }
}
