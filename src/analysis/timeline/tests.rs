//! The timeline as whoever draws it sees it: in batches, in windows, forgetting.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::analysis::oracle::{self, Plan, plans, split};
use crate::event::Source;

fn at(worker: u16, iteration: u32) -> Increment {
    Increment { worker: Worker(worker), iteration }
}

fn seen(value: Value, source: Source) -> Seen {
    Seen { value, source }
}

/// Reads like a lane: `(worker, iteration, operation)`, stamped 10, 20, 30 and so on.
fn events(steps: &[(u16, u32, Op)]) -> Vec<Event> {
    let event = |(index, (worker, iteration, op)): (usize, &(u16, u32, Op))| Event {
        increment: at(*worker, *iteration),
        op: *op,
        time: Some(10 + index as u64 * 10),
        core: None,
    };
    steps.iter().enumerate().map(event).collect()
}

const ZERO: Seen = Seen { value: 0, source: Source::Start };

#[test]
fn a_lost_update_is_told_step_by_step() {
    let steps = events(&[
        (0, 1, Op::Load(ZERO)),
        (1, 1, Op::Load(ZERO)),
        (2, 1, Op::Load(ZERO)),
        (0, 1, Op::Store(1)),
        (1, 1, Op::Store(1)),
        (2, 1, Op::Store(1)),
    ]);
    let mut timeline = Timeline::new(100);
    let mut fates = Vec::new();
    for step in &steps {
        timeline.extend(split(std::slice::from_ref(step), 3, |_| true));
        fates.push(timeline.fate(at(0, 1)));
    }
    assert_eq!(fates[..4], [Fate::Open, Fate::Open, Fate::Open, Fate::Surviving]);
    // Nobody holds a value built on it, so it is lost at once; to whom, only the last of the three decides.
    assert_eq!(fates[4], Fate::Lost { winner: None });
    assert_eq!(fates[5], Fate::Lost { winner: Some(at(2, 1)) });
    assert_eq!(timeline.entries()[4].overwrote, [at(0, 1)]);
    assert_eq!(timeline.entries()[4].overwrote_count, 1);
    assert_eq!(timeline.counter(), Some(seen(1, Source::Store(at(2, 1)))));
    let story = timeline.story(at(1, 1)).unwrap();
    assert_eq!((story.read, story.stored), (ZERO, Some(1)));
    assert_eq!(story.found, Some(seen(1, Source::Store(at(0, 1)))));
    assert_eq!(timeline.story(at(0, 1)).unwrap().found, Some(ZERO));
}

#[test]
fn of_many_that_one_store_overwrites_none_is_called_lost_that_could_come_back() {
    // T1 has loaded 0. T0 counts to 20, and T2 has loaded its 12.
    let mut steps = vec![(1, 1, Op::Load(ZERO))];
    let value = |iteration: u32| match iteration {
        0 => ZERO,
        n => seen(n.into(), Source::Store(at(0, n))),
    };
    for iteration in 1..=20 {
        steps.push((0, iteration, Op::Load(value(iteration - 1))));
        steps.push((0, iteration, Op::Store(iteration.into())));
        if iteration == 12 {
            steps.push((2, 1, Op::Load(value(12))));
        }
    }
    let mut timeline = Timeline::new(100);
    timeline.push(events(&steps));
    assert_eq!(
        timeline.threatened(Worker(1)),
        Some((at(0, 1), 20)),
        "all of them, not as many as are listed"
    );
    let mut next = |step: (u16, u32, Op)| {
        timeline.push(events(&[step]));
        let entries = timeline.entries();
        let store = entries.iter().find(|entry| entry.overwrote_count == 20);
        (store.and_then(|store| timeline.gone(store)), timeline.fate(at(0, 1)), timeline.fate(at(0, 20)))
    };
    let (gone, oldest, newest) = next((1, 1, Op::Store(1)));
    assert!(
        matches!((oldest, newest), (Fate::Overwritten { .. }, Fate::Lost { .. })),
        "{oldest:?} {newest:?}"
    );
    assert_eq!(gone, Some(Gone::PartlyLost));
    let (gone, oldest, _) = next((2, 1, Op::Store(13)));
    assert_eq!((gone, oldest), (Some(Gone::PartlyBack), Fate::Survived));
}

#[test]
fn what_is_brought_back_was_never_lost() {
    let one = seen(1, Source::Store(at(0, 1)));
    let steps = events(&[
        (0, 1, Op::Load(ZERO)),
        (1, 1, Op::Load(ZERO)),
        (0, 1, Op::Store(1)),
        (2, 1, Op::Load(one)),
        (1, 1, Op::Store(1)),
        (2, 1, Op::Store(2)),
    ]);
    let mut timeline = Timeline::new(100);
    timeline.extend(split(&steps[..5], 3, |_| true));
    assert_eq!(timeline.fate(at(0, 1)), Fate::Overwritten { by: at(1, 1) });
    assert!(timeline.is_stale(Worker(2)));
    assert_eq!(timeline.threatened(Worker(2)), Some((at(1, 1), 1)));
    timeline.extend(split(&steps[5..], 3, |_| true));
    let last = timeline.entries().back().unwrap();
    assert_eq!((&last.overwrote[..], &last.restored[..]), (&[at(1, 1)][..], &[at(0, 1)][..]));
    assert_eq!(timeline.fate(at(0, 1)), Fate::Survived);
    assert_eq!(timeline.fate(at(1, 1)), Fate::Lost { winner: Some(at(0, 1)) });
    assert_eq!(timeline.story(at(0, 1)).unwrap().built_on_by, [at(2, 1)]);
}

#[test]
fn what_a_worker_does_follows_its_operations() {
    let steps = events(&[
        (0, 1, Op::Request),
        (0, 1, Op::Acquire),
        (0, 1, Op::Load(ZERO)),
        (0, 1, Op::Store(1)),
        (0, 1, Op::Release),
        (0, 2, Op::FetchAdd(seen(1, Source::Unknown))),
    ]);
    let mut timeline = Timeline::new(100);
    let mut doing = Vec::new();
    for step in &steps {
        timeline.extend(split(std::slice::from_ref(step), 1, |_| true));
        doing.push(timeline.doing(Worker(0)));
    }
    use Doing::{Between, Holding, Inside, Leaving, Waiting};
    let expected = [Waiting, Inside, Holding(0), Leaving(1), Between, Between];
    assert_eq!(doing.iter().map(|(doing, _)| *doing).collect::<Vec<_>>(), expected);
    assert_eq!(doing[0].1, Some(10));
    assert_eq!(timeline.doing(Worker(7)), (Between, None));
    // The fetch-and-add did not know whose store it found; the record does.
    assert_eq!(timeline.story(at(0, 2)).unwrap().read.source, Source::Store(at(0, 1)));
}

#[test]
fn after_a_window_the_record_begins_anew() {
    let one = seen(1, Source::Store(at(0, 1)));
    let window = events(&[(0, 1, Op::Load(ZERO)), (0, 1, Op::Store(1))]);
    let more = events(&[(1, 1, Op::Load(one)), (1, 1, Op::Store(2))]);
    let mut timeline = Timeline::new(100);
    timeline.show_window(split(&window, 2, |_| true));
    assert_eq!(timeline.entries().len(), 2);
    timeline.extend(split(&more, 2, |_| true));
    assert_eq!((timeline.entries().len(), timeline.first()), (2, 0));
    assert_eq!(timeline.fate(at(0, 1)), Fate::Unknown);
    assert_eq!(timeline.fate(at(1, 1)), Fate::Surviving);
    timeline.clear();
    assert!(timeline.entries().is_empty());
    assert_eq!(timeline.counter(), None);
}

#[test]
fn a_worker_may_have_brought_it_back_while_it_was_out_of_sight() {
    let (one, two) = (seen(1, Source::Store(at(2, 1))), seen(2, Source::Store(at(1, 1))));
    let window = events(&[
        (2, 1, Op::Load(ZERO)),
        (2, 1, Op::Store(1)),
        (0, 1, Op::Load(one)),
        (1, 1, Op::Load(one)),
        (0, 1, Op::Store(2)),
        // Here the last worker's second increment, which is not in the window, may have begun.
        (1, 1, Op::Store(2)),
        (0, 2, Op::Load(two)),
        (1, 2, Op::Load(two)),
        (2, 3, Op::Load(seen(3, Source::Store(at(2, 2))))),
        (0, 2, Op::Store(3)),
    ]);
    let mut timeline = Timeline::new(100);
    timeline.show_window(split(&window, 3, |_| true));
    assert_eq!(timeline.fate(at(0, 1)), Fate::Unknown);
    assert_eq!(timeline.fate(at(2, 1)), Fate::Surviving);
}

/// What became of each increment in the end, by walking.
fn truth(events: &[Event]) -> HashMap<Increment, Fate> {
    let parents = oracle::parents(events);
    let survivors = oracle::path(&parents, oracle::last(events));
    let fate = |increment: Increment| {
        if survivors.contains(&increment) {
            return Fate::Survived;
        }
        Fate::Lost { winner: oracle::winner(&parents, &survivors, increment) }
    };
    parents.keys().map(|increment| (*increment, fate(*increment))).collect()
}

/// Whether a verdict, if it is one, is the true one.
fn is_honest(said: Fate, truth: Fate) -> bool {
    match said {
        Fate::Survived | Fate::Lost { winner: Some(_) } => said == truth,
        Fate::Lost { winner: None } => matches!(truth, Fate::Lost { .. }),
        Fate::Open | Fate::Surviving | Fate::Overwritten { .. } | Fate::Unknown => true,
    }
}

proptest! {
    #[test]
    fn forgetting_changes_no_verdict(plan in plans(), capacity in 1usize..40, batch in 1usize..20) {
        let events = oracle::run(&plan);
        let truth = truth(&events);
        let mut timeline = Timeline::new(capacity);
        for batch in events.chunks(batch) {
            timeline.extend(split(batch, plan.workers, |_| true));
            for entry in timeline.entries() {
                prop_assert!(is_honest(timeline.fate(entry.event.increment), truth[&entry.event.increment]));
            }
        }
        prop_assert_eq!(timeline.violations(), 0);
        prop_assert_eq!(timeline.first() as usize, events.len().saturating_sub(capacity));
        let kept: Vec<Event> = timeline.entries().iter().map(|entry| entry.event).collect();
        prop_assert_eq!(&kept[..], &events[timeline.first() as usize..]);
        for entry in timeline.entries().iter().filter(|entry| entry.event.op.stored().is_some()) {
            prop_assert_eq!(timeline.fate(entry.event.increment), truth[&entry.event.increment]);
        }
        for increment in truth.keys() {
            let remembered = kept.iter().any(|event| event.increment == *increment && event.op.stored().is_some());
            prop_assert_eq!(timeline.fate(*increment) == Fate::Unknown, !remembered);
        }
    }

    #[test]
    fn a_window_never_says_what_the_whole_run_denies(
        plan in plans(),
        slices in prop::collection::vec((0usize..12, 0usize..12), 6),
        holes in prop::collection::vec(prop::bool::weighted(0.15), 7..60),
    ) {
        let events = oracle::run(&plan);
        let truth = truth(&events);
        let mut streams = split(&events, plan.workers, |_| true);
        for (stream, (skip, leave)) in streams.iter_mut().zip(&slices) {
            let until = stream.len().saturating_sub(*leave);
            *stream = stream.drain(..until).skip(*skip).collect();
            // A hole swallows whole increments: a ring drops a stretch, it does not pick operations.
            stream.retain(|event| {
                let part = event.increment.iteration as usize + event.worker().index() * 13;
                !holes[part % holes.len()]
            });
        }
        let mut timeline = Timeline::new(1_000);
        timeline.show_window(streams);
        prop_assert_eq!(timeline.violations(), 0);
        for (increment, truth) in truth {
            let said = timeline.fate(increment);
            prop_assert!(is_honest(said, truth), "{}: said {:?}, was {:?}", increment, said, truth);
        }
    }

    /// Without stamps a window must be cut at one moment for all workers: then any legal order will do.
    #[test]
    fn a_window_between_two_moments_needs_no_stamps(
        plan in plans(),
        cuts in (0usize..500, 0usize..500),
        stamps in prop::collection::vec(prop::bool::weighted(0.1), 1..50),
    ) {
        let events = oracle::run(&plan);
        let truth = truth(&events);
        let (one, other) = (cuts.0 % (events.len() + 1), cuts.1 % (events.len() + 1));
        let window = &events[one.min(other)..one.max(other)];
        let mut timeline = Timeline::new(1_000);
        timeline.show_window(split(window, plan.workers, |index| stamps[index % stamps.len()]));
        prop_assert_eq!(timeline.violations(), 0);
        for (increment, truth) in truth {
            let said = timeline.fate(increment);
            prop_assert!(is_honest(said, truth), "{}: said {:?}, was {:?}", increment, said, truth);
        }
    }

    #[test]
    fn a_story_is_what_happened(plan in plans()) {
        let events = oracle::run(&plan);
        let parents = oracle::parents(&events);
        let mut timeline = Timeline::new(1_000);
        timeline.extend(split(&events, plan.workers, |_| true));
        for (increment, parent) in &parents {
            let story = timeline.story(*increment).unwrap();
            prop_assert_eq!(story.read.source, *parent);
            let stores = events.iter().filter(|event| event.op.stored().is_some());
            let before = stores.clone().take_while(|event| event.increment != *increment).last();
            let found = before.map_or(ZERO, |event| {
                seen(event.op.stored().unwrap(), Source::Store(event.increment))
            });
            prop_assert_eq!(story.found, Some(found));
            let children = stores.map(|event| event.increment);
            let children = children.filter(|child| parents[child] == Source::Store(*increment));
            prop_assert_eq!(story.built_on_by, children.take(Entry::LISTED).collect::<Vec<_>>());
            let same = parents.iter().filter(|(other, built)| *other != increment && *built == parent);
            let rivals: HashSet<_> = same.map(|(other, _)| *other).collect();
            let told: HashSet<_> = story.rivals.into_iter().collect();
            prop_assert!(told.len() == rivals.len().min(Entry::LISTED) && told.is_subset(&rivals));
        }
    }
}

#[test]
fn a_window_in_which_all_are_in_sight_is_judged() {
    let guard = oracle::Guard::Nothing;
    let picks = (0u16..97).map(|pick| pick * 31).collect();
    let events = oracle::run(&Plan { workers: 3, stretches: vec![(guard, 60)], picks });
    let middle = &events[60..300];
    let mut timeline = Timeline::new(1_000);
    timeline.show_window(split(middle, 3, |_| true));
    let stores = timeline.entries().iter().filter(|entry| entry.event.op.stored().is_some());
    let fates: Vec<Fate> = stores.map(|entry| timeline.fate(entry.event.increment)).collect();
    let settled = fates.iter().filter(|fate| matches!(fate, Fate::Survived | Fate::Lost { .. })).count();
    assert!(settled * 10 > fates.len() * 9, "{settled} of {}", fates.len());
}

/// T1 overwrites T0's second update. Out of sight T2, which had loaded it, stores on top of it, and T1 loads that: when T2
/// is back, T1 can still bring it back, and does.
#[test]
fn what_one_out_of_sight_hands_on_to_another_is_not_called_lost() {
    let of = |value, worker, iteration| seen(value, Source::Store(at(worker, iteration)));
    let all = events(&[
        (0, 1, Op::Load(ZERO)),
        (0, 1, Op::Store(1)),
        (1, 1, Op::Load(of(1, 0, 1))),
        (2, 1, Op::Load(of(1, 0, 1))),
        (0, 2, Op::Load(of(1, 0, 1))),
        (2, 1, Op::Store(2)),
        (0, 2, Op::Store(2)),
        (2, 2, Op::Load(of(2, 0, 2))),
        (1, 1, Op::Store(2)),
        (0, 3, Op::Load(of(2, 1, 1))),
        (2, 2, Op::Store(3)),
        (1, 2, Op::Load(of(3, 2, 2))),
        (0, 3, Op::Store(3)),
        (2, 3, Op::Load(of(3, 0, 3))),
        (2, 3, Op::Store(4)),
        (1, 2, Op::Store(4)),
        (0, 4, Op::Load(of(4, 1, 2))),
        (0, 4, Op::Store(5)),
    ]);
    let truth = truth(&all);
    assert_eq!(truth[&at(0, 2)], Fate::Survived);
    let hidden = [at(1, 2), at(2, 2)];
    let recorded: Vec<Event> = all.into_iter().filter(|event| !hidden.contains(&event.increment)).collect();
    for end in 0..=recorded.len() {
        let mut timeline = Timeline::new(100);
        timeline.show_window(split(&recorded[..end], 3, |_| true));
        for (increment, truth) in &truth {
            let said = timeline.fate(*increment);
            assert!(is_honest(said, *truth), "{increment}, {end} operations: said {said:?}, was {truth:?}");
        }
    }
}
