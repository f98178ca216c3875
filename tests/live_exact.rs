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
