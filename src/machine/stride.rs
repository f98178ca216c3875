//! Follows schedules of any length. Of a counter, rounds of one worker in a row that are alike are gone through in one
//! stride: from one to the next nothing differs but how far the numbers are, and those by as much each time.

use super::schedule::Schedule;
use super::{Act, Local, Machine, Shared, State};
use crate::program::value::Value;

/// What the machine is like right after an increment.
struct Mark {
    /// Operations of the worker before it.
    at: u64,
    shared: Shared,
    local: Local,
}

/// Where a schedule leads; `None` if it can't be followed.
#[must_use]
pub fn follow(machine: &Machine, schedule: &Schedule) -> Option<State> {
    let mut state = machine.start();
    // By worker, the increments that it has left to do. Only of a counter is it known how many there are.
    let rounds = machine.program().shape.map_or(0, |shape| u64::from(shape.iterations));
    let mut left = vec![rounds; state.locals.len()];
    for &(worker, count) in schedule.runs() {
        let (count, mut done) = (u64::from(count), 0);
        let mut marks: Vec<Mark> = Vec::new();
        while done < count {
            let step = machine.go(&mut state, worker)?;
            done += 1;
            let left = &mut left[worker.index()];
            if *left == 0 || !is_increment(machine, &step.act) {
                continue;
            }
            *left -= 1;
            marks.drain(..marks.len().saturating_sub(2));
            let (shared, local) = (state.shared.clone(), state.locals[worker.index()].clone());
            marks.push(Mark { at: done, shared, local });
            // The last round is never left out: after it the worker goes another way.
            let most = |steps: u64| (left.saturating_sub(1)).min((count - done) / steps);
            if let Some((steps, times)) = round(&marks).map(|steps| (steps, most(steps)))
                && let Some((shared, local)) = stride(&marks, times)
            {
                (state.shared, state.locals[worker.index()]) = (shared, local);
                *left -= times;
                done += times * steps;
                marks.clear();
            }
        }
    }
    Some(state)
}

/// Whether this completes an increment of what is counted.
fn is_increment(machine: &Machine, act: &Act) -> bool {
    match act {
        Act::Store(variable, _) | Act::FetchAdd { variable, .. } => {
            machine.program().watched == Some(*variable)
        }
        Act::Swap { variable, stored, .. } => {
            stored.is_some() && machine.program().watched == Some(*variable)
        }
        _ => false,
    }
}

/// The operations of a round, if the last two took as many.
fn round(marks: &[Mark]) -> Option<u64> {
    let [first, second, third] = marks else { return None };
    (second.at - first.at == third.at - second.at).then_some(third.at - second.at)
}

/// What holds after so many more rounds like the last two; `None` if those were not alike.
fn stride(marks: &[Mark], times: u64) -> Option<(Shared, Local)> {
    let [first, second, third] = marks else { return None };
    let (mut shared, mut local) = (third.shared.clone(), third.local.clone());
    shared.variables =
        on([&first.shared.variables, &second.shared.variables, &third.shared.variables], times)?;
    local.registers = on([&first.local.registers, &second.local.registers, &third.local.registers], times)?;
    local.memory = on([&first.local.memory, &second.local.memory, &third.local.memory], times)?;
    // In all else they must be the same.
    let same = [second, first].into_iter().all(|mark| {
        let numbers = Shared { variables: third.shared.variables.clone(), ..mark.shared.clone() };
        let (registers, memory) = (third.local.registers.clone(), third.local.memory.clone());
        numbers == third.shared && Local { registers, memory, ..mark.local } == third.local
    });
    same.then_some((shared, local))
}

/// Values that went on by as much twice, after so many times more.
fn on([first, second, third]: [&[Value]; 3], times: u64) -> Option<Vec<Value>> {
    let values = first.iter().zip(second).zip(third);
    let next = values.map(|((first, second), third)| match (first, second, third) {
        (Value::Int(a), Value::Int(b), Value::Int(c)) if c.checked_sub(*b)? == b.checked_sub(*a)? => {
            let way = (c - b).checked_mul(i64::try_from(times).ok()?)?;
            c.checked_add(way).map(Value::Int)
        }
        _ => (first == second && second == third).then(|| third.clone()),
    });
    next.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Worker;
    use crate::experiment::{Kind, Protection};
    use crate::machine::explore::counter as written;
    use crate::machine::scheduler::Scheduler;
    use crate::program::{CounterShape, counter, library};
    use proptest::prelude::*;

    /// One operation after the other.
    fn plainly(machine: &Machine, schedule: &Schedule) -> Option<State> {
        let mut state = machine.start();
        for worker in schedule.workers() {
            state = machine.next(&state, worker)?.0;
        }
        Some(state)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_leads_where_one_operation_after_the_other_leads(
            kind in prop::sample::select(Kind::ALL.to_vec()),
            protection in prop::sample::select(Protection::ALL.to_vec()),
            (threads, iterations, permits) in (1_u16..4, 1_u32..30, 1_u16..3),
            runs in prop::collection::vec((0_u16..4, 1_u32..90), 0..8),
        ) {
            let machine = Machine::new(counter::program(CounterShape { kind, threads, iterations, protection, permits }));
            // Each run as long as it can be followed, and then one too many.
            let mut schedule = Schedule::default();
            for (worker, count) in runs {
                let worker = Worker(worker % threads);
                let mut longer = schedule.clone();
                longer.push(worker, count);
                prop_assert_eq!(follow(&machine, &longer), plainly(&machine, &longer));
                let mut state = plainly(&machine, &schedule).expect("it was followed so far");
                for _ in 0..count {
                    let Some((next, _)) = machine.next(&state, worker) else { break };
                    state = next;
                    schedule.push(worker, 1);
                }
                prop_assert_eq!(follow(&machine, &schedule), Some(state));
            }
        }
    }

    #[test]
    fn shipped_programs_are_followed_step_by_step() {
        for entry in library::ENTRIES {
            let machine = Machine::new(entry.program());
            let (mut state, mut schedule) = (machine.start(), Schedule::default());
            let mut random = Scheduler::random(7);
            for _ in 0..200 {
                let Some(worker) = random.choose(&machine.enabled(&state)) else { break };
                state = machine.next(&state, worker).expect("it can move").0;
                schedule.push(worker, 1);
            }
            assert_eq!(follow(&machine, &schedule), Some(state), "{}", entry.name);
        }
    }

    #[test]
    fn written_witnesses_of_the_largest_counters_lead_to_their_counts() {
        let shape = |protection| CounterShape {
            kind: Kind::Thread,
            threads: 64,
            iterations: 60_000_000,
            protection,
            permits: 2,
        };
        for protection in [Protection::None, Protection::Semaphore, Protection::ReadLock, Protection::Lock] {
            let shape = shape(protection);
            let machine = Machine::new(counter::program(shape));
            for count in [2, 60_000_000, 60_000_001, 1_234_567_890, 3_839_999_999, 3_840_000_000] {
                let Some(schedule) = written::witness(shape, count) else { continue };
                let state = follow(&machine, &schedule).expect("it can be followed");
                assert_eq!(state.shared.variables[0], Value::Int(count as i64), "{protection}");
                assert!(machine.enabled(&state).is_empty(), "it is at its end");
            }
        }
    }
}
