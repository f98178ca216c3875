use crate::event::{Op, Worker};
use crate::experiment::figures::Counts;
use crate::experiment::{Delay, Gap, Protection};
use crate::lab::report::Recording;

use super::*;

fn settings(threads: u16, iterations: u32, protection: Protection) -> Settings {
    Settings { threads, iterations, protection, ..Settings::default() }
}

/// The next report for which `wanted` holds. Hands every report on to `seen` first.
fn until(live: &mut Live, mut seen: impl FnMut(&Report), wanted: impl Fn(&Report) -> bool) -> Report {
    loop {
        match live.poll() {
            Some(report) => {
                seen(&report);
                if wanted(&report) {
                    return report;
                }
            }
            None => std::thread::yield_now(),
        }
    }
}

fn sum(report: &Report) -> Counts {
    let mut sum = Counts::default();
    for segment in &report.segments {
        sum.completed += segment.counts.completed;
        sum.survived += segment.counts.survived;
        sum.hand_overs += segment.counts.hand_overs;
        sum.retries += segment.counts.retries;
    }
    sum
}

#[test]
fn a_run_ends_exactly_and_the_next_one_follows() {
    let mut live = Live::start(settings(3, 500, Protection::None), Pace::Full).expect("threads can be had");
    let ended = until(&mut live, |_| {}, |report| report.phase == Phase::Ended && report.run == 1);
    assert!(ended.exact);
    assert_eq!(ended.counts.completed, 1_500);
    assert_eq!(ended.counter.value, ended.counts.survived as i64);
    assert_eq!(sum(&ended), ended.counts);
    until(&mut live, |_| {}, |report| report.run == 2);
}

#[test]
fn steps_by_hand_are_single_operations_and_nothing_else_happens() {
    let mut live = Live::start(settings(2, 3, Protection::None), Pace::ByHand).expect("threads can be had");
    let mut told = Vec::new();
    for (step, worker) in [0, 1, 0, 1, 1, 1, 0, 0].into_iter().enumerate() {
        live.order(Order::Step(Some(Worker(worker))));
        while told.len() <= step {
            until(
                &mut live,
                |_| {},
                |report| match &report.recording {
                    Recording::Nothing => false,
                    Recording::Fresh(_) | Recording::More(_) | Recording::Window { .. } => true,
                },
            )
            .recording
            .pipe(|recording| match recording {
                Recording::Fresh(streams) | Recording::More(streams) => {
                    told.extend(streams.into_iter().flatten())
                }
                other => panic!("a stamped record has no holes: {other:?}"),
            });
        }
        assert_eq!(told.len(), step + 1);
        assert_eq!(told[step].worker(), Worker(worker));
    }
    let ops: Vec<_> = told.iter().map(|event| event.op.stored()).collect();
    assert_eq!(ops, [None, None, Some(1), Some(1), None, Some(2), None, Some(3)]);
}

trait Pipe: Sized {
    fn pipe<T>(self, f: impl FnOnce(Self) -> T) -> T {
        f(self)
    }
}

impl Pipe for Recording {}

#[test]
fn changes_as_fast_as_they_come_neither_hang_nor_lose_count() {
    for pace in [Pace::Full, Pace::Every(20_000), Pace::Every(1_000_000)] {
        let mut live = Live::start(settings(4, 50_000, Protection::None), pace).expect("threads can be had");
        let mut wanted = settings(4, 50_000, Protection::None);
        for round in 0..300_u32 {
            wanted.protection = Protection::ALL[(round as usize * 7) % Protection::ALL.len()];
            wanted.permits = (round % 5 + 1) as u16;
            wanted.threads = (round % 6 + 1) as u16;
            wanted.gap.delay =
                [Delay::None, Delay::Yield, Delay::Spin(200), Delay::Sleep(30)][round as usize % 4];
            live.order(Order::Change(wanted));
            let held =
                |report: &Report| report.settings.key() == wanted.key() || report.phase == Phase::Ended;
            until(&mut live, |_| {}, held);
        }
        live.order(Order::Change(settings(4, 60, Protection::Lock)));
        live.order(Order::Finish);
        let mut finished = Vec::new();
        let ended = |report: &Report| report.phase == Phase::Ended;
        let report = until(&mut live, |report| finished.extend(report.finished.clone()), ended);
        assert!(report.exact);
        assert_eq!(report.counts.survived, report.counter.value as u64);
        assert_eq!(report.counts.survived + report.counts.lost(), report.counts.completed);
        for finished in finished {
            assert!(finished.counts.survived <= finished.counts.completed);
        }
    }
}

#[test]
fn each_segment_has_its_own_exact_accounts() {
    let mut live =
        Live::start(settings(4, 100_000, Protection::None), Pace::Every(100_000)).expect("threads");
    for (round, protection) in [
        Protection::Lock,
        Protection::None,
        Protection::FetchAdd,
        Protection::Guard,
        Protection::CompareAndSwap,
        Protection::Spin,
        Protection::WriteLock,
    ]
    .into_iter()
    .enumerate()
    {
        let mut wanted = settings(4, 100_000, protection);
        wanted.gap = Gap::NONE;
        until(
            &mut live,
            |_| {},
            |report| report.segments.last().is_some_and(|open| open.counts.completed > 20),
        );
        live.order(Order::Change(wanted));
        let report = until(&mut live, |_| {}, |report| report.settings.protection == protection);
        assert_eq!(report.segments.len(), round + 2);
        for segment in &report.segments {
            if !matches!(segment.settings.protection, Protection::None) {
                assert_eq!(segment.counts.lost(), 0, "{:?}", segment.settings.protection);
            }
        }
    }
}

#[test]
fn a_burst_makes_all_its_runs_and_can_be_ended_early() {
    let mut live = Live::start(settings(3, 200, Protection::Lock), Pace::START).expect("threads can be had");
    let mut runs = 0;
    live.order(Order::Burst(50));
    until(&mut live, |report| runs += report.finished.len(), |report| report.phase == Phase::Ended);
    assert_eq!(runs, 50);
    live.order(Order::Burst(1_000_000));
    until(&mut live, |_| {}, |report| matches!(report.phase, Phase::Burst { done: 1.., .. }));
    live.order(Order::CancelBurst);
    until(&mut live, |_| {}, |report| report.phase == Phase::Running);
}

#[test]
fn while_paused_nothing_happens_and_permits_may_change() {
    let mut live = Live::start(settings(4, 1_000_000, Protection::Semaphore), Pace::Full).expect("threads");
    until(&mut live, |_| {}, |report| report.counts.completed > 0);
    live.order(Order::Pause(true));
    let paused = until(&mut live, |_| {}, |report| report.paused && report.exact);
    for permits in [5, 1, 3] {
        live.order(Order::Change(Settings { permits, ..paused.settings }));
        let still = until(&mut live, |_| {}, |report| report.settings.permits == permits);
        assert_eq!(still.counts.completed, paused.counts.completed);
    }
    live.order(Order::Pause(false));
    until(&mut live, |_| {}, |report| report.counts.completed > paused.counts.completed);
}

#[test]
fn stamped_records_tell_every_operation_in_an_order_of_effect() {
    let mut live = Live::start(settings(3, 40, Protection::None), Pace::Every(300_000)).expect("threads");
    let mut loads = 0;
    let mut stores = 0;
    let mut newest = 0;
    let count = |report: &Report| {
        let (Recording::Fresh(streams) | Recording::More(streams)) = &report.recording else { return };
        let times = || streams.iter().flatten().filter_map(|event| event.time);
        assert!(times().min().is_none_or(|first| first >= newest), "an earlier report is earlier");
        newest = times().max().unwrap_or(newest);
        loads += streams.iter().flatten().filter(|event| matches!(event.op, Op::Load(_))).count();
        stores += streams.iter().flatten().filter(|event| matches!(event.op, Op::Store(_))).count();
    };
    until(&mut live, count, |report| report.phase == Phase::Ended);
    assert_eq!((loads, stores), (120, 120));
}

#[test]
fn short_runs_at_full_speed_are_shown_again_and_again() {
    let mut live = Live::start(settings(4, 1_000, Protection::None), Pace::Full).expect("threads can be had");
    let mut runs = Vec::new();
    let seen = |report: &Report| {
        if let Recording::Window { streams, .. } = &report.recording {
            assert!(streams.iter().any(|events| !events.is_empty()));
            runs.push(report.run);
        }
    };
    until(&mut live, seen, |report| report.run == 12);
    assert!(runs.len() > 1, "windows came of runs {runs:?}");
}

#[test]
fn kinds_changed_under_load_neither_hang_nor_lose_count() {
    let kinds = [Kind::Thread, Kind::Task { awaits: true }, Kind::Task { awaits: false }];
    for pace in [Pace::Full, Pace::Every(50_000), Pace::ByHand] {
        let mut wanted = settings(4, 5_000, Protection::None);
        let mut live = Live::start(wanted, pace).expect("threads can be had");
        for round in 0..60_usize {
            wanted.kind = kinds[(round * 2 / 3) % 3];
            let most = usize::from(wanted.kind.most_workers());
            wanted.threads = [3, 40, 700, 5][round % 4].min(most) as u16;
            wanted.protection = Protection::ALL[(round * 7) % Protection::ALL.len()];
            wanted.gap.delay = [Delay::None, Delay::Yield, Delay::Spin(200), Delay::Sleep(3_000)][round % 4];
            live.order(Order::Change(wanted));
            let held =
                |report: &Report| report.settings.key() == wanted.key() || report.phase == Phase::Ended;
            let report = until(&mut live, |_| {}, held);
            if report.exact {
                assert_eq!(report.counts.survived + report.counts.lost(), report.counts.completed);
            }
        }
        live.order(Order::Change(Settings { iterations: 50, ..wanted }));
        live.order(Order::Finish);
        let report = until(&mut live, |_| {}, |report| report.phase == Phase::Ended);
        assert!(report.exact);
        assert_eq!(report.counts.survived, report.counter.value as u64);
    }
}

#[test]
fn tasks_that_await_can_be_stepped_in_any_order_and_others_only_one_after_another() {
    let two = Settings { kind: Kind::Task { awaits: true }, ..settings(2, 2, Protection::None) };
    let mut live = Live::start(two, Pace::ByHand).expect("tasks can be had");
    let mut told = Vec::new();
    for worker in [1, 0, 0, 1] {
        live.order(Order::Step(Some(Worker(worker))));
        step(&mut live, &mut told);
    }
    let stored: Vec<_> = told.iter().map(|event| (event.worker().0, event.op.stored())).collect();
    assert_eq!(stored, [(1, None), (0, None), (0, Some(1)), (1, Some(1))]);

    let none = Settings { kind: Kind::Task { awaits: false }, ..two };
    let mut live = Live::start(none, Pace::ByHand).expect("tasks can be had");
    let mut told = Vec::new();
    for _ in 0..8 {
        live.order(Order::Step(None));
        step(&mut live, &mut told);
    }
    let workers: Vec<_> = told.iter().map(|event| event.worker().0).collect();
    assert_eq!(workers, [0, 0, 0, 0, 1, 1, 1, 1]);
}

/// Waits for the next operation.
fn step(live: &mut Live, told: &mut Vec<crate::event::Event>) {
    let before = told.len();
    while told.len() == before {
        let any = |report: &Report| !matches!(report.recording, Recording::Nothing);
        match until(live, |_| {}, any).recording {
            Recording::Fresh(streams) | Recording::More(streams) => {
                told.extend(streams.into_iter().flatten())
            }
            other => panic!("a stamped record has no holes: {other:?}"),
        }
    }
}

#[test]
fn what_tasks_await_can_be_changed_in_mid_run() {
    let awaited = Settings { kind: Kind::Task { awaits: true }, ..settings(8, 200_000, Protection::None) };
    let mut live = Live::start(awaited, Pace::Full).expect("tasks can be had");
    until(&mut live, |_| {}, |report| report.counts.completed > 1_000);
    live.order(Order::Change(Settings { kind: Kind::Task { awaits: false }, ..awaited }));
    let ended = until(&mut live, |_| {}, |report| report.phase == Phase::Ended);
    assert_eq!((ended.run, ended.segments.len()), (1, 2));
    assert_eq!(ended.segments[1].counts.lost(), 0);
    assert!(ended.segments[0].counts.lost() > 0, "they come between each other wherever they can");
}
