//! After every single event the account must agree with a naive one that walks whole paths and compares sets.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::analysis::oracle::{self, plans};
use crate::analysis::timeline::Entry;

/// The naive account: every parent, what each worker holds, the path as a list.
#[derive(Default)]
struct Naive {
    parents: HashMap<Increment, Source>,
    held: HashMap<Worker, (Increment, Source)>,
    path: Vec<Increment>,
    by: HashMap<Increment, Increment>,
    all: Vec<Increment>,
}

impl Naive {
    fn apply(&mut self, event: &Event) -> Effect {
        if let Some(seen) = event.op.seen() {
            self.held.insert(event.worker(), (event.increment, seen.source));
        }
        if event.op.stored().is_none() {
            return Effect::default();
        }
        let (_, parent) = self.held.remove(&event.worker()).unwrap();
        self.parents.insert(event.increment, parent);
        self.all.push(event.increment);
        let new = oracle::path(&self.parents, Source::Store(event.increment));
        let without = |one: &[Increment], other: &[Increment]| -> Vec<Increment> {
            one.iter().copied().filter(|increment| !other.contains(increment)).collect()
        };
        let (overwrote, restored) = (without(&self.path, &new), without(&new[1..], &self.path));
        for increment in &overwrote {
            self.by.insert(*increment, event.increment);
        }
        self.path = new;
        Effect {
            overwrote: listed(&overwrote),
            overwrote_count: overwrote.len() as u32,
            restored: restored.iter().copied().take(Entry::LISTED).collect(),
        }
    }

    fn fate(&self, increment: Increment) -> Fate {
        let has = |source: Source| oracle::path(&self.parents, source).contains(&increment);
        let mut held = self.held.values().map(|(_, source)| *source);
        match (self.path.contains(&increment), held.clone().all(has), held.any(has)) {
            (true, true, _) => Fate::Survived,
            (true, false, _) => Fate::Surviving,
            (false, _, true) => Fate::Overwritten { by: self.by[&increment] },
            (false, _, false) => Fate::Lost { winner: None },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_step_agrees_with_walking_the_paths(plan in plans()) {
        let truth = oracle::run(&plan);
        let (mut ledger, mut naive) = (Ledger::from_start(), Naive::default());
        let mut settled: HashMap<Increment, Fate> = HashMap::new();
        for event in &truth {
            prop_assert_eq!(ledger.apply(event), naive.apply(event), "{:?}", event);
            for increment in &naive.all {
                let fate = ledger.fate(*increment);
                match (fate, naive.fate(*increment)) {
                    (Fate::Lost { .. }, Fate::Lost { .. }) => {}
                    (fate, naive) => prop_assert_eq!(fate, naive, "{} after {:?}", increment, event),
                }
                // What is final stays final; only a winner that was not known may be named.
                match settled.insert(*increment, fate) {
                    Some(Fate::Lost { winner: None }) => {
 prop_assert!(is_lost(fate))
},
                    Some(before @ (Fate::Lost { .. } | Fate::Survived)) => prop_assert_eq!(before, fate),
                    _ => {}
                }
            }
            for worker in 0..plan.workers {
                let worker = Worker(worker as u16);
                let open = naive.held.get(&worker).map(|(increment, _)| *increment);
                prop_assert_eq!(ledger.holding(worker).map(|(increment, _)| increment), open);
                if let Some(increment) = open {
                    prop_assert_eq!(ledger.fate(increment), Fate::Open);
                }
                let top = naive.path.first().map_or(Source::Start, |top| Source::Store(*top));
                let stale = naive.held.get(&worker).is_some_and(|(_, source)| *source != top);
                prop_assert_eq!(ledger.is_stale(worker), stale);
                prop_assert_eq!(ledger.would_overwrite(worker), would_overwrite(&naive, worker));
            }
        }
        let survivors = naive.path.clone();
        prop_assert_eq!(ledger.word().map(|word| word.value), Some(survivors.len() as i64));
        for increment in &naive.all {
            let expected = if survivors.contains(increment) {
                Fate::Survived
            } else {
                Fate::Lost { winner: oracle::winner(&naive.parents, &survivors, *increment) }
            };
            prop_assert_eq!(ledger.fate(*increment), expected);
        }
    }
}

fn would_overwrite(naive: &Naive, worker: Worker) -> (Vec<Increment>, u32) {
    let Some((_, held)) = naive.held.get(&worker) else { return (Vec::new(), 0) };
    let keeps = oracle::path(&naive.parents, *held);
    let takes: Vec<Increment> = naive.path.iter().copied().filter(|one| !keeps.contains(one)).collect();
    (listed(&takes), takes.len() as u32)
}

/// The newest, and the oldest.
fn listed(all: &[Increment]) -> Vec<Increment> {
    let mut listed: Vec<Increment> = all.iter().copied().take(Entry::LISTED).collect();
    if let (Some(last), Some(oldest)) = (listed.last_mut(), all.last()) {
        *last = *oldest;
    }
    listed
}

#[test]
fn workers_that_overwrite_each_other_for_ever_need_no_memory() {
    // Each in turn loads its own store and overwrites the other's; what they build is never settled.
    let mut ledger = Ledger::from_start();
    let mut own = [Source::Start; 2];
    for iteration in 1..=5_000 {
        for worker in if iteration == 1 { vec![0, 1] } else { vec![] } {
            ledger.apply(&event(worker, 1, Op::Load(Seen { value: 0, source: own[worker as usize] })));
        }
        for worker in [0, 1] {
            let effect = ledger.apply(&event(worker, iteration, Op::Store(i64::from(iteration))));
            assert!(iteration == 1 || effect.overwrote_count + 1 >= iteration, "{effect:?}");
            own[usize::from(worker)] = Source::Store(event(worker, iteration, Op::Release).increment);
            let seen = Seen { value: i64::from(iteration), source: own[usize::from(worker)] };
            ledger.apply(&event(worker, iteration + 1, Op::Load(seen)));
            if iteration > 3 {
                ledger.forget(Increment { worker: Worker(worker), iteration: iteration - 3 });
            }
        }
    }
    assert!(ledger.tree.size() < 20, "{:?}", ledger.tree.size());
}

fn event(worker: u16, iteration: u32, op: Op) -> Event {
    Event { increment: Increment { worker: Worker(worker), iteration }, op, time: None, core: None }
}

#[test]
fn out_of_sight_nothing_is_final() {
    let (a1, b1) = (event(0, 1, Op::Release).increment, event(1, 1, Op::Release).increment);
    let start = Op::Load(Seen { value: 0, source: Source::Start });
    let mut ledger = Ledger::in_midst(3);
    for step in [event(0, 1, start), event(1, 1, start), event(0, 1, Op::Store(1)), event(1, 1, Op::Store(1))]
    {
        ledger.apply(&step);
    }
    assert_eq!(ledger.fate(a1), Fate::Overwritten { by: b1 });
    assert_eq!(ledger.fate(b1), Fate::Surviving);
    // The third comes into sight and holds nothing of it: now it is settled.
    ledger.apply(&event(2, 7, Op::Load(Seen { value: 1, source: Source::Store(b1) })));
    assert_eq!(ledger.fate(a1), Fate::Lost { winner: Some(b1) });
    assert_eq!(ledger.fate(b1), Fate::Survived);
}

#[test]
fn a_store_on_top_of_nobody_knows_what_decides_nothing() {
    let (a1, b1) = (event(0, 1, Op::Release).increment, event(1, 1, Op::Release).increment);
    let start = Op::Load(Seen { value: 0, source: Source::Start });
    let mut ledger = Ledger::in_midst(3);
    for step in [event(0, 1, start), event(1, 1, start), event(0, 1, Op::Store(1)), event(1, 1, Op::Store(1))]
    {
        ledger.apply(&step);
    }
    ledger.apply(&event(2, 7, Op::Store(2)));
    assert_eq!((ledger.fate(a1), ledger.fate(b1)), (Fate::Unknown, Fate::Unknown));
    assert_eq!(ledger.fate(event(2, 7, Op::Release).increment), Fate::Survived);
}

fn is_lost(fate: Fate) -> bool {
    matches!(fate, Fate::Lost { .. })
}
