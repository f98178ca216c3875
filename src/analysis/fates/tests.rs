//! The verdict against paths that are walked one by one, and records that can't be judged.

use proptest::prelude::*;

use super::*;
use crate::analysis::oracle::{self, plans, split};
use crate::experiment::Kind;

proptest! {
    #[test]
    fn the_verdict_agrees_with_walking_back(plan in plans()) {
        let truth = oracle::run(&plan);
        let streams = split(&truth, plan.workers, |_| false);
        let verdict = Parents::of(&streams).judge(oracle::last(&truth)).unwrap();
        let parents = oracle::parents(&truth);
        let survivors = oracle::path(&parents, oracle::last(&truth));
        let end = oracle::replay(&truth, None).unwrap().unwrap();
        let completed: u64 = truth.iter().filter(|event| event.op.stored().is_some()).count() as u64;
        let (survived, lost) = (verdict.survived.iter().sum::<u64>(), verdict.lost.iter().sum::<u64>());
        prop_assert_eq!(survived, end.value as u64);
        prop_assert_eq!(survived + lost, completed);
        for (increment, parent) in &parents {
            prop_assert_eq!(verdict.is_lost(*increment), !survivors.contains(increment));
            let winner = if survivors.contains(increment) { None } else { oracle::winner(&parents, &survivors, *increment) };
            prop_assert_eq!(verdict.winner(*increment), winner);
            prop_assert!(survivors.contains(increment) || winner.is_some(), "{} on {:?}", increment, parent);
        }
        for worker in 0..plan.workers {
            let own = |increment: &&Increment| increment.worker.index() == worker;
            let other = |source: &Source| matches!(source, Source::Store(one) if one.worker.index() != worker);
            let hand_overs = parents.iter().filter(|(increment, parent)| own(increment) && other(parent)).count();
            prop_assert_eq!(verdict.hand_overs[worker], hand_overs as u64);
            prop_assert_eq!(verdict.survived[worker], survivors.iter().filter(own).count() as u64);
        }
    }

    #[test]
    fn nonsense_is_refused_or_judged_but_never_hangs(
        sources in prop::collection::vec((0u16..3, 0u16..4, 0u32..12), 1..40),
        (worker, iteration) in (0u16..4, 0u32..12),
    ) {
        let mut parents = Parents::new(6, 0);
        for (worker, other, iteration) in sources {
            parents.push(Worker(worker), Source::Store(Increment { worker: Worker(other), iteration }));
        }
        let last = Increment { worker: Worker(worker), iteration };
        prop_assert!(parents.judge(Source::Store(last)).is_err());
    }

    #[test]
    fn circles_off_the_path_have_no_winner(
        sources in prop::collection::vec((0u16..3, 0u16..4, 0u32..12), 0..40),
    ) {
        let mut parents = Parents::new(6, 0);
        parents.push(Worker(5), Source::Start);
        for (worker, other, iteration) in &sources {
            parents.push(Worker(*worker), Source::Store(Increment { worker: Worker(*other), iteration: *iteration }));
        }
        let last = Increment { worker: Worker(5), iteration: 1 };
        let verdict = parents.judge(Source::Store(last)).unwrap();
        prop_assert_eq!(verdict.survived.iter().sum::<u64>(), 1);
        prop_assert_eq!(verdict.lost.iter().sum::<u64>(), sources.len() as u64);
        for (worker, _, _) in sources {
            prop_assert_eq!(verdict.winner(Increment { worker: Worker(worker), iteration: 1 }), None);
        }
    }
}

#[test]
fn an_entry_takes_four_bytes_and_reaches_every_limit() {
    assert_eq!(size_of::<Packed>(), 4);
    for kind in Kind::ALL {
        let (workers, most) = (kind.most_workers(), kind.most_iterations());
        let packing = Packing::of(usize::from(workers));
        for (worker, iteration) in [(0, 1), (workers - 1, most), (1, 1), (63, 1)] {
            let increment = Increment { worker: Worker(worker), iteration };
            assert_eq!(packing.increment(packing.pack(Source::Store(increment))), Some(increment));
        }
        assert_eq!(packing.increment(packing.pack(Source::Unknown)), None);
        assert_eq!(packing.increment(packing.pack(Source::Start)), None);
    }
}

#[test]
fn a_run_without_increments_is_judged() {
    let verdict = Parents::new(2, 0).judge(Source::Start).unwrap();
    assert_eq!((verdict.survived, verdict.lost), (vec![0, 0], vec![0, 0]));
}

#[test]
fn a_hole_in_the_path_is_named() {
    let mut parents = Parents::new(1, 2);
    parents.push(Worker(0), Source::Unknown);
    let increment = Increment { worker: Worker(0), iteration: 1 };
    assert_eq!(
        parents.clone().judge(Source::Store(increment)).err(),
        Some(Broken { above: Some(increment) })
    );
    assert_eq!(parents.judge(Source::Unknown).err(), Some(Broken { above: None }));
}
