//! What can be said for sure of costs without a child process; those are measured with the real program.

use super::*;

fn small(kind: Kind, measure: Measure) -> f64 {
    let sizes = Sizes { sleepers: 3, steps: 1_000, cores: Cores::All };
    one(kind, measure, sizes, &|| false).expect("it can be measured").expect("it is told")
}

#[test]
fn threads_and_tasks_are_measured() {
    for kind in [Kind::Thread, Kind::Task { awaits: true }] {
        let alone = [Measure::Start, Measure::Switch, Measure::Compute, Measure::Small, Measure::Sleep];
        for measure in alone {
            let figure = small(kind, measure);
            assert!(figure.is_finite() && figure > 0.0, "{kind} {measure:?}: {figure}");
        }
        // None can be over before the last one's sleep, nor can sleepers be quicker than all of them at once.
        let least = MANY.1.as_nanos() as f64;
        assert!(many(kind).is_none_or(|nanos| nanos >= least));
    }
    assert_eq!(many(Kind::Process { shared: false }), None);
    // No answer comes before its time.
    let least = f64::from(network::DOWNLOADS.2) * 1e6;
    for kind in [Kind::Thread, Kind::Task { awaits: true }] {
        assert!(network::downloads(kind).is_some_and(|nanos| nanos >= least));
    }
    assert_eq!(network::downloads(Kind::Process { shared: false }), None);
    // Who starts threads or tasks finds all that they made.
    assert_eq!(
        [Kind::Thread, Kind::Task { awaits: true }].map(|kind| small(kind, Measure::Shared)),
        [1.0, 1.0]
    );
}

#[test]
fn it_stops_when_it_is_told_to() {
    let sizes = Sizes { sleepers: 64, steps: 1_000, cores: Cores::All };
    for kind in KINDS {
        assert_eq!(measure(kind, sizes, &|| true), Err(LabError::Stopped));
    }
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() == 3
    };
    assert_eq!(Work::Compute(1).in_a_row(10, &stop), Err(LabError::Stopped));
    assert_eq!(asked.get(), 3);
}

#[test]
fn what_waits_waits_until_it_is_let_go() {
    drop(threads::hold(5).expect("threads start"));
    assert_eq!(tasks::hold(100, || 7), Ok(7));
}

#[test]
fn there_is_work_for_every_core_and_for_two_at_least() {
    assert_eq!(pieces(Cores::One), 2);
    assert!((2..=64).contains(&pieces(Cores::All)));
}
