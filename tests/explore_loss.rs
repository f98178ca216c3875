//! How soon an update can be lost, held against a brute force that goes through every state of small counters.

use std::collections::HashMap;

use racescope::experiment::{Kind, Protection};
use racescope::machine::explore::counter::next_loss;
use racescope::machine::{Act, Machine, State};
use racescope::program::{CounterShape, counter};

/// Whether a worker has loaded, and if so whether that is still what the counter has.
type Held = Vec<Option<bool>>;

/// A state before anything was lost, and how to go on: where to, or to a loss.
struct Node {
    state: State,
    next: Vec<Option<usize>>,
}

fn machine(shape: CounterShape) -> Machine {
    Machine::new(counter::program(shape))
}

/// Every state that is reached without a loss.
fn all(machine: &Machine) -> Vec<Node> {
    let start = (machine.start(), vec![None; machine.start().locals.len()]);
    let mut numbers = HashMap::from([(start.clone(), 0)]);
    let mut queue: Vec<(State, Held)> = vec![start];
    let mut nodes = Vec::new();
    while nodes.len() < queue.len() {
        let (state, held) = queue[nodes.len()].clone();
        let mut next = Vec::new();
        for worker in machine.enabled(&state) {
            let (after, step) = machine.next(&state, worker).expect("an enabled worker moves");
            let (mut held, own) = (held.clone(), worker.index());
            match step.act {
                Act::Load(..) => held[own] = Some(true),
                Act::Store(..) if held[own] == Some(false) => {
                    next.push(None);
                    continue;
                }
                Act::Store(..) | Act::Swap { stored: Some(_), .. } | Act::FetchAdd { .. } => {
                    if !machine.program().has_own_memory() {
                        held.iter_mut().flatten().for_each(|fresh| *fresh = false);
                    }
                    held[own] = None;
                }
                _ => {}
            }
            let count = numbers.len();
            let number = *numbers.entry((after.clone(), held.clone())).or_insert(count);
            if number == count {
                queue.push((after, held));
            }
            next.push(Some(number));
        }
        nodes.push(Node { state, next });
    }
    nodes
}

/// By state, the fewest operations to a loss.
fn distances(nodes: &[Node]) -> Vec<Option<u64>> {
    let mut distances: Vec<Option<u64>> = vec![None; nodes.len()];
    loop {
        let mut changed = false;
        for (at, node) in nodes.iter().enumerate() {
            let nearest = node.next.iter().filter_map(|to| to.map_or(Some(0), |to| distances[to])).min();
            let distance = nearest.map(|steps| steps + 1);
            changed |= distance != distances[at];
            distances[at] = distance;
        }
        if !changed {
            return distances;
        }
    }
}

#[test]
fn the_next_loss_is_as_near_as_a_brute_force_says() {
    let mut seen = [0; 32];
    for (kind, protection) in Kind::ALL.iter().flat_map(|kind| Protection::ALL.map(|one| (*kind, one))) {
        for (threads, iterations, permits) in [
            (1, 3, 2),
            (2, 1, 2),
            (2, 3, 1),
            (2, 3, 2),
            (3, 1, 2),
            (3, 2, 2),
            (3, 1, 3),
            (4, 1, 2),
            (4, 1, 3),
        ] {
            let machine = machine(CounterShape { kind, threads, iterations, protection, permits });
            let nodes = all(&machine);
            for (node, expected) in nodes.iter().zip(distances(&nodes)) {
                assert_eq!(
                    next_loss(&machine, &node.state),
                    expected,
                    "{kind} {protection} {:?}",
                    node.state
                );
                seen[expected.unwrap_or(0) as usize] += 1;
            }
        }
    }
    assert!(seen[..=8].iter().all(|count| *count > 0), "every distance up to eight occurs: {seen:?}");
}

#[test]
fn it_is_known_at_any_size() {
    let from_start = |threads, iterations, protection, permits| {
        let machine = machine(CounterShape { kind: Kind::Thread, threads, iterations, protection, permits });
        next_loss(&machine, &machine.start())
    };
    assert_eq!(from_start(64, 60_000_000, Protection::None, 2), Some(4));
    assert_eq!(from_start(64, 60_000_000, Protection::ReadLock, 2), Some(6));
    assert_eq!(from_start(64, 60_000_000, Protection::Semaphore, 64), Some(6));
    assert_eq!(from_start(64, 60_000_000, Protection::Semaphore, 1), None);
    assert_eq!(from_start(64, 60_000_000, Protection::Lock, 2), None);
    assert_eq!(from_start(1, 60_000_000, Protection::None, 2), None);
}
