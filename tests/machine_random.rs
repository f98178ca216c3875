//! Any random program, gone through at random: back after forward is the same state, whatever was done in between, and
//! what is said of the moment is what is so when everything that can follow is gone through plainly.

#[path = "support/programs.rs"]
mod programs;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;

use programs::{loose_program, program, task_program};
use proptest::prelude::*;
use racescope::event::Worker;
use racescope::machine::explore::advice::Forecast;
use racescope::machine::explore::outcome::{End, Outcome};
use racescope::machine::explore::{Options, explore_from};
use racescope::machine::run::Run;
use racescope::machine::{Machine, State};
use racescope::program::{GuardId, library, text};

/// What somebody does with a run.
#[derive(Clone, Copy, Debug)]
enum Do {
    Step(usize),
    Back,
    Forward,
    Scrub(usize),
}

fn what() -> impl Strategy<Value = Do> {
    prop_oneof![
        6 => (0_usize..8).prop_map(Do::Step),
        3 => Just(Do::Back),
        1 => Just(Do::Forward),
        1 => (0_usize..40).prop_map(Do::Scrub),
    ]
}

/// Does it, and keeps beside the run what its states were and where it must be; whatever is done, they are what they
/// were.
fn journey(machine: &Machine, deeds: &[Do]) {
    let mut run = Run::new(machine.clone());
    let mut states = vec![machine.start()];
    let mut at: usize = 0;
    for deed in deeds {
        match *deed {
            Do::Step(pick) => {
                let enabled = machine.enabled(run.state());
                let Some(&worker) = enabled.get(pick % enabled.len().max(1)) else { continue };
                let (state, _) = machine.next(run.state(), worker).expect("it is enabled");
                states.truncate(at + 1);
                states.push(state);
                run.step(worker).expect("it is enabled");
                at += 1;
            }
            Do::Back => {
                assert_eq!(at > 0, run.back());
                at = at.saturating_sub(1);
            }
            Do::Forward => {
                assert_eq!(at + 1 < states.len(), run.forward());
                at = (at + 1).min(states.len() - 1);
            }
            Do::Scrub(to) => {
                run.scrub(to);
                at = to.min(states.len() - 1);
            }
        }
        assert_eq!((run.at(), run.steps().len() + 1), (at, states.len()));
        assert_eq!(run.state(), &states[at]);
    }
    let again = Run::replay(machine.clone(), &run.schedule()).expect("it was done before");
    assert_eq!((again.state(), again.events()), (run.state(), run.events()));
    for guard in 0..machine.program().guards.len() as u16 {
        assert_eq!(again.holders(GuardId(guard)), run.holders(GuardId(guard)));
    }
}

fn of(text: &str) -> Machine {
    Machine::new(text::parse("random", text).expect("it is a program"))
}

/// Every end that can follow, with the fewest steps to it, and whether something can go round: breadth first, with nothing
/// left out.
fn plainly(machine: &Machine, from: &State) -> (HashMap<Outcome, u64>, bool) {
    let mut ends: HashMap<Outcome, u64> = HashMap::new();
    let mut edges: HashMap<State, Vec<State>> = HashMap::new();
    let mut queue = VecDeque::from([(from.clone(), 0)]);
    while let Some((state, depth)) = queue.pop_front() {
        if edges.contains_key(&state) {
            continue;
        }
        let enabled = machine.enabled(&state);
        if enabled.is_empty() {
            let mut all = (0..state.locals.len()).map(|worker| Worker(worker as u16));
            let outcome =
                Outcome::of(machine, &state.shared, all.any(|worker| machine.is_alive(&state, worker)));
            ends.entry(outcome).or_insert(depth);
        }
        let next = enabled.into_iter().map(|worker| machine.next(&state, worker).expect("it is enabled").0);
        let next: Vec<State> = next.collect();
        queue.extend(next.iter().map(|state| (state.clone(), depth + 1)));
        edges.insert(state, next);
    }
    // What is left when states without a way on are taken away again and again goes round.
    let mut left: HashSet<&State> = edges.keys().collect();
    loop {
        let over = |state: &&&State| !edges[**state].iter().any(|next| left.contains(next));
        let gone: Vec<&State> = left.iter().filter(over).copied().collect();
        if gone.is_empty() {
            return (ends, !left.is_empty());
        }
        for state in gone {
            left.remove(state);
        }
    }
}

/// What is said of a moment is so.
fn said_is_so(machine: &Machine, state: &State) {
    let options = Options { counts: false, switches: false, cores: 1, states: 20_000, ..Options::default() };
    let said = explore_from(machine, state, &options, &mut |_| ControlFlow::Continue(()));
    if !said.is_complete() {
        return;
    }
    let (ends, round) = plainly(machine, state);
    let listed: HashMap<Outcome, u64> =
        said.outcomes.iter().map(|found| (found.outcome.clone(), found.shortest.steps())).collect();
    assert_eq!(listed, ends);
    assert_eq!(said.endless.round().is_some(), round);
    let kinds: [fn(&Outcome) -> bool; 3] = [
        |outcome| outcome.end == End::Done && !outcome.holds,
        |outcome| outcome.end == End::Deadlock,
        |outcome| matches!(outcome.end, End::Failed(_)),
    ];
    for is_meant in kinds {
        let fewest = ends.iter().filter(|(outcome, _)| is_meant(outcome)).map(|(_, steps)| *steps).min();
        let always = ends.keys().all(is_meant);
        let expected = match fewest {
            None => Forecast::Excluded,
            Some(steps) if always => Forecast::Certain(steps),
            Some(steps) => Forecast::Possible(steps),
        };
        assert_eq!(said.forecast(is_meant), expected);
    }
}

#[test]
fn what_is_said_of_moments_of_shipped_programs_is_so() {
    for entry in library::ENTRIES {
        let machine = Machine::new(entry.program());
        let mut scheduler = racescope::machine::scheduler::Scheduler::random(7);
        let mut state = machine.start();
        for moment in 0..20 {
            if moment % 4 == 0 {
                said_is_so(&machine, &state);
            }
            let Some(worker) = scheduler.choose(&machine.enabled(&state)) else { break };
            state = machine.next(&state, worker).expect("it is enabled").0;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn back_after_forward_is_the_same_state(
        text in prop_oneof![program(), loose_program(), task_program(false)],
        deeds in prop::collection::vec(what(), 1..80),
    ) {
        journey(&of(&text), &deeds);
    }

    #[test]
    fn what_is_said_of_a_moment_is_so(
        text in prop_oneof![program(), task_program(false)],
        picks in prop::collection::vec(0_usize..8, 0..12),
    ) {
        let machine = of(&text);
        let mut state = machine.start();
        for pick in picks {
            let enabled = machine.enabled(&state);
            let Some(&worker) = enabled.get(pick % enabled.len().max(1)) else { break };
            state = machine.next(&state, worker).expect("it is enabled").0;
        }
        said_is_so(&machine, &state);
    }
}
