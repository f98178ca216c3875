//! The live lab in slow motion: what it tells, operation by operation while the workers go on, adds up to exactly what
//! it counts, for every protection, with settings changed on the way.

use racescope::analysis::timeline::{Fate, Timeline};
use racescope::event::{Event, Increment, Worker};
use racescope::experiment::{Delay, Gap, Pace, Protection, Settings};
use racescope::lab::live::Live;
use racescope::lab::report::{Order, Phase, Recording, Report};

/// What the reports of one run tell.
struct Told {
    timeline: Timeline,
    events: usize,
}

impl Told {
    fn new() -> Self {
        Told { timeline: Timeline::new(1 << 20), events: 0 }
    }

    fn hear(&mut self, recording: Recording) {
        let streams: Vec<Vec<Event>> = match recording {
            Recording::Nothing => return,
            Recording::Fresh(streams) => {
                assert_eq!(self.events, 0, "a run begins once");
                streams
            }
            Recording::More(streams) => streams,
            Recording::Window { .. } => panic!("nothing is missing from a record in slow motion"),
        };
        self.events += streams.iter().map(Vec::len).sum::<usize>();
        self.timeline.extend(streams);
    }
}

/// Follows the first run to its end; `act` may give orders.
fn follow(settings: Settings, pace: Pace, mut act: impl FnMut(&mut Live, &Report)) -> (Told, Report) {
    let mut live = Live::start(settings, pace).expect("threads can be had");
    live.order(Order::Follow(false));
    let mut told = Told::new();
    loop {
        let Some(mut report) = live.poll() else {
            std::thread::yield_now();
            continue;
        };
        told.hear(std::mem::take(&mut report.recording));
        if report.phase == Phase::Ended {
            assert!(live.poll().is_none_or(|late| matches!(late.recording, Recording::Nothing)));
            return (told, report);
        }
        act(&mut live, &report);
    }
}

fn check(told: &Told, report: &Report, what: &str) {
    let timeline = &told.timeline;
    assert_eq!(report.dropped, 0, "{what}");
    assert_eq!(timeline.violations(), 0, "{what}: the order contradicts no read");
    assert_eq!(told.events as u64, report.recorded, "{what}: everything recorded is told");
    assert_eq!(timeline.counter().map(|seen| seen.value), Some(report.counter.value), "{what}");
    assert_eq!(timeline.counter().map(|seen| seen.source), Some(report.counter.source), "{what}");
    let mut lost = 0;
    let mut survived = 0;
    for (worker, now) in report.workers.iter().enumerate() {
        for iteration in 1..=now.completed {
            match timeline.fate(Increment { worker: Worker(worker as u16), iteration }) {
                Fate::Survived => survived += 1,
                Fate::Lost { winner: Some(_) } => lost += 1,
                other => panic!("{what}: when a run has ended every fate is sealed, not {other:?}"),
            }
        }
    }
    assert_eq!((survived, lost), (report.counts.survived, report.counts.lost()), "{what}");
    let mut newest = 0;
    for entry in timeline.entries() {
        let time = entry.event.time.expect("each operation is stamped");
        // Operations that overlapped may be told either way round; a provenance outranks a stamp.
        newest = newest.max(time);
    }
    assert!(newest <= report.elapsed.saturating_add(1_000_000_000), "{what}");
    if cfg!(target_os = "linux") {
        assert!(
            timeline.entries().iter().all(|entry| entry.event.core.is_some()),
            "{what}: each has its core"
        );
    }
}

fn settings(protection: Protection) -> Settings {
    let gap = Gap { delay: Delay::Yield, jitter: 50 };
    Settings { threads: 4, iterations: 60, protection, permits: 2, gap, ..Settings::default() }
}

#[test]
fn every_operation_is_told_and_adds_up() {
    for protection in Protection::ALL {
        for pace in [20_000, 200_000] {
            let (told, report) = follow(settings(protection), Pace::Every(pace), |_, _| {});
            check(&told, &report, &format!("{protection} at {pace} ns"));
        }
    }
}

#[test]
fn also_when_the_protection_changes_on_the_way() {
    let mut next = 0;
    let first = settings(Protection::None);
    let (told, report) = follow(first, Pace::Every(1_000_000), |live, report| {
        let last = report.segments.last().expect("there is always one");
        if last.counts.completed > 8 && report.settings.protection == Protection::ALL[next] {
            next = (next + 1) % Protection::ALL.len();
            live.order(Order::Change(settings(Protection::ALL[next])));
        }
    });
    assert!(report.segments.len() > 3, "it was changed on the way");
    check(&told, &report, "changing");
    let sum: u64 = report.segments.iter().map(|segment| segment.counts.completed).sum();
    assert_eq!(sum, report.counts.completed);
    for segment in &report.segments {
        let permits = segment.settings.protection.capacity(2);
        if permits == Some(1) {
            assert_eq!(segment.counts.lost(), 0, "{:?}", segment.settings.protection);
            assert!(segment.most_holders <= Some(1));
        }
    }
}

/// Windows from runs far too long to be recorded whole: what they show under a protection that works never looks like
/// a loss, and what they show of any protection contradicts no read.
#[test]
fn windows_at_full_speed_show_nothing_that_did_not_happen() {
    for protection in Protection::ALL {
        for (gap, threads) in [(Delay::None, 2), (Delay::Yield, 4), (Delay::None, 7)] {
            let gap = Gap { delay: gap, jitter: 50 };
            // Some runs end within a window's time, others go on for several windows.
            let iterations = if threads == 7 { 20_000_000 } else { 3_000 };
            let settings = Settings { threads, iterations, protection, gap, ..Settings::default() };
            let mut live = Live::start(settings, Pace::Full).expect("threads can be had");
            let mut windows = 0;
            let long = matches!(protection, Protection::None | Protection::Lock | Protection::CompareAndSwap);
            while windows < if threads == 7 && long { 2 } else { 1 } {
                let Some(report) = live.poll() else {
                    std::thread::yield_now();
                    continue;
                };
                let Recording::Window { streams, base, last, .. } = report.recording else { continue };
                let mut timeline = Timeline::new(1 << 20);
                timeline.show_stretch(streams, base.expect("nothing is missing within"), last);
                windows += 1;
                let what = format!("{protection}, {gap:?}, {threads} threads");
                assert_eq!(timeline.violations(), 0, "{what}");
                if protection.capacity(2) == Some(1)
                    || matches!(protection, Protection::CompareAndSwap | Protection::FetchAdd)
                {
                    let lost = timeline.entries().iter().find(|entry| entry.overwrote_count > 0);
                    assert!(lost.is_none(), "{what}: {lost:?}");
                    let reads = timeline.entries().iter().filter_map(|entry| entry.event.op.seen());
                    let values: Vec<i64> = reads.map(|seen| seen.value).collect();
                    assert!(values.is_sorted(), "{what}: the counter never goes back");
                }
            }
        }
    }
}

/// Permits go up and down while some workers hold one and others wait: none is let in beyond them, nothing is lost while
/// there is but one, and everything told adds up.
#[test]
fn permits_change_while_workers_hold_and_wait() {
    let with =
        |permits| Settings { threads: 6, permits, iterations: 100_000, ..settings(Protection::Semaphore) };
    let ladder = [1, 4, 2, 64, 1, 3, 1, 2];
    let mut step = 0;
    let mut enough = false;
    let mut changed_while_waiting = 0;
    let (told, report) = follow(with(ladder[0]), Pace::Every(200_000), |live, report| {
        use racescope::experiment::figures::Doing;
        let any = |wanted: fn(Doing) -> bool| report.workers.iter().any(|now| wanted(now.doing));
        let wait = any(|doing| doing == Doing::Waiting);
        let hold = any(|doing| matches!(doing, Doing::Inside | Doing::Holding(_) | Doing::Leaving(_)));
        let permits = ladder[step % ladder.len()];
        let progress = report.segments.last().is_some_and(|open| open.counts.completed > 2);
        if report.settings.permits == permits && hold && progress && (wait || permits >= 6) && step < 40 {
            changed_while_waiting += usize::from(wait);
            step += 1;
            live.order(Order::Change(with(ladder[step % ladder.len()])));
        }
        // That is enough: the rest would only take time.
        if changed_while_waiting > 8 && !enough {
            enough = true;
            live.order(Order::Change(Settings { iterations: 1, ..with(2) }));
        }
    });
    assert!(changed_while_waiting > 2 && report.segments.len() > 4, "{changed_while_waiting}, {step}");
    check(&told, &report, "permits");
    for segment in &report.segments {
        assert!(segment.most_holders <= Some(segment.settings.permits), "{segment:?}");
        if segment.settings.permits == 1 {
            assert_eq!(segment.counts.lost(), 0, "{segment:?}");
        }
    }
}

/// A minute of a key held down, thirty changes a second, as fast as they can be taken: neither hangs nor loses count.
#[test]
fn a_minute_of_a_key_held_down() {
    const CHANGES: u32 = 60 * 30;
    for (pace, delay) in [
        (Pace::Full, Delay::None),
        (Pace::Full, Delay::Sleep(1_000)),
        (Pace::Every(50_000), Delay::Yield),
        (Pace::Every(250_000_000), Delay::Yield),
    ] {
        let gap = Gap { delay, jitter: 50 };
        let with = |protection, iterations| Settings {
            threads: 4,
            iterations,
            protection,
            gap,
            ..Settings::default()
        };
        let mut live = Live::start(with(Protection::None, 60_000_000), pace).expect("threads can be had");
        live.order(Order::Follow(false));
        let look = |live: &mut Live| {
            let Some(report) = live.poll() else {
                std::thread::yield_now();
                return None;
            };
            assert!(report.notices.is_empty(), "{:?}", report.notices);
            for segment in report.segments.iter().rev().skip(1) {
                if segment.settings.protection == Protection::Lock {
                    assert_eq!(segment.counts.lost(), 0, "{pace}: {segment:?}");
                }
            }
            Some(report)
        };
        for change in 0..CHANGES {
            let protection = if change % 2 == 0 { Protection::Lock } else { Protection::None };
            live.order(Order::Change(with(protection, 60_000_000)));
            // Now and then it is waited for, so that not all of them pile up.
            while change % 20 == 0
                && look(&mut live).is_none_or(|report| report.settings.protection != protection)
            {}
        }
        live.order(Order::Change(with(Protection::Lock, 1)));
        live.order(Order::Finish);
        let report = loop {
            if let Some(report) = look(&mut live).filter(|report| report.phase == Phase::Ended) {
                break report;
            }
        };
        assert!(report.exact);
        let completed: u64 = report.workers.iter().map(|now| u64::from(now.completed)).sum();
        assert_eq!(completed, report.counts.completed, "{pace}");
        assert_eq!(report.counts.survived, report.counter.value as u64, "{pace}");
        assert!(report.counts.survived <= completed && completed >= 4, "{pace}");
    }
}

/// Enter: a slow run goes to its end at full speed, with nothing left out, and the next one is as slow as it was.
#[test]
fn a_slow_run_is_finished_at_full_speed() {
    let pace = Pace::Every(250_000_000);
    for protection in Protection::ALL {
        let settings = Settings { iterations: 500, ..settings(protection) };
        let mut live = Live::start(settings, pace).expect("threads can be had");
        let mut finished = Vec::new();
        let mut asked = false;
        let next = loop {
            let Some(report) = live.poll() else {
                std::thread::yield_now();
                continue;
            };
            // In the midst of increments: some hold a value, and under a lock others wait.
            if !asked && report.recorded > 3 {
                asked = true;
                live.order(Order::Finish);
            }
            finished.extend(report.finished.iter().cloned());
            if report.run == 2 {
                break report;
            }
        };
        let [run] = &finished[..] else { panic!("one run has ended, not {finished:?}") };
        assert_eq!(run.settings.as_ref().map(Settings::key), Some(settings.key()), "it joins the history");
        assert_eq!(run.counts.completed, 2_000, "{protection}");
        assert_eq!(run.counts.survived + run.counts.lost(), 2_000, "{protection}");
        assert_eq!(next.pace, pace);
        assert!(next.counts.completed < 100, "{protection}: the next run is slow again");
    }
}
