//! States of the Race screen, told by hand.

use crate::app::fixture::{Phase, Recording, Report, Script, app, finished};
use crate::app::{App, Key, Look, Message};
use crate::event::Source;
use crate::experiment::figures::{Counts, Doing, Segment};
use crate::experiment::{Gap, Kind, Pace, Protection, Settings};

/// A scene's name, and what makes it.
type Scene = (&'static str, fn(Look) -> App);

/// Every scene by name.
pub(super) const ALL: &[Scene] = &[
    ("slow", slow),
    ("lock", lock),
    ("semaphore", semaphore),
    ("paused", paused),
    ("window", window),
    ("burst", burst),
    ("empty", empty),
    ("failed", failed),
    ("no_overlap", no_overlap),
    ("many", many),
    ("own_memory", own_memory),
    ("help", help),
];

fn settings(protection: Protection) -> Settings {
    Settings { protection, ..Settings::default() }
}

/// Two processes between load and store, each of a counter of its own: the parent's stays 0, and nobody is stale.
fn own_memory(look: Look) -> App {
    let settings = Settings { kind: Kind::Process { shared: false }, ..settings(Protection::None) };
    let report = story(settings).report(Pace::START);
    app(settings, Pace::START, look, vec![report])
}

/// The mock's story: two updates overwritten, one of them for good, and T1 about to do it again.
fn race() -> Script {
    story(settings(Protection::None))
}

fn story(settings: Settings) -> Script {
    let mut s = Script::new(settings);
    for _ in 0..9 {
        for worker in 0..4 {
            s.increment(worker, 30);
        }
    }
    s.wait(200).load(0).wait(250).store(0).wait(120).load(1).wait(180).store(1).wait(100);
    s.load(0).wait(110).load(1).wait(260).store(0).wait(210).store(1).wait(170);
    s.load(2).wait(160).load(3).wait(120).store(2).wait(190).store(3).wait(90);
    s.load(0).wait(100).load(1).wait(330).store(0).wait(180).load(2).wait(120);
    s
}

fn none_and_lock() -> Vec<crate::experiment::figures::Finished> {
    let none = settings(Protection::None);
    let mut runs: Vec<_> = (0..200)
        .map(|n| finished(none, 2_310 + [n * 8, n * n % 900 + 500, n * n * n % 500 + 900][n as usize % 3]))
        .collect();
    runs.extend((0..12).map(|_| finished(settings(Protection::Lock), 4_000)));
    let semaphore = settings(Protection::Semaphore);
    runs.extend((0..30).map(|n| finished(semaphore, 3_105 + (n * 97) % 886)));
    runs
}

fn slow(look: Look) -> App {
    let mut report = race().report(Pace::START);
    report.finished = none_and_lock();
    app(settings(Protection::None), Pace::START, look, vec![report])
}

fn lock(look: Look) -> App {
    let mut s = Script::new(settings(Protection::Lock));
    for worker in [0, 1, 2] {
        s.acquire(worker).wait(90).load(worker).wait(150).store(worker).wait(80).release(worker).wait(60);
    }
    s.acquire(0).wait(120).load(0).wait(60).request(1).wait(120).request(3).wait(200).store(0).wait(200);
    s.release(0).wait(10).acquire(1).wait(240).load(1).wait(100).request(2).wait(300);
    let mut report = s.report(Pace::START);
    let before = Counts { completed: 812, survived: 700, hand_overs: 70, retries: 0 };
    let none = Segment { settings: settings(Protection::None), counts: before, most_holders: None };
    report.segments.insert(0, none);
    app(settings(Protection::Lock), Pace::START, look, vec![report])
}

fn semaphore(look: Look) -> App {
    let mut s = Script::new(settings(Protection::Semaphore));
    s.acquire(0).wait(60).acquire(1).wait(100).load(0).wait(120).load(1).wait(80).request(2).wait(90);
    s.store(0).wait(160).release(0).wait(5).acquire(2).wait(120).load(2).wait(140).store(1).wait(130);
    app(settings(Protection::Semaphore), Pace::START, look, vec![s.report(Pace::START)])
}

pub(super) fn paused(look: Look) -> App {
    let mut report = race().report(Pace::START);
    report.paused = true;
    if let Recording::Fresh(streams) = &mut report.recording {
        for event in streams.iter_mut().flatten() {
            event.core = Some(event.increment.worker.0 % 2);
        }
    }
    let mut app = app(settings(Protection::None), Pace::START, look, vec![report]);
    app.update(Message::Resize { columns: 80, rows: 24 });
    for key in [Key::Char(' '), Key::Left, Key::Left, Key::Left, Key::Left] {
        app.update(Message::Key(key));
    }
    app
}

fn window(look: Look) -> App {
    let mut s = Script::new(settings(Protection::None));
    for _ in 0..40 {
        s.increment(0, 0);
    }
    s.load(1).load(0).store(1);
    for _ in 0..12 {
        s.increment(1, 0);
    }
    s.store(0);
    for _ in 0..5 {
        s.increment(2, 0);
    }
    s.load(3).increment(2, 0).store(3);
    for _ in 0..300 {
        s.increment(3, 0);
    }
    let mut report = s.report(Pace::Full);
    if let Recording::Fresh(streams) = std::mem::take(&mut report.recording) {
        report.recording = Recording::Window { streams, base: None, last: Source::Unknown, left_out: 0 };
    }
    report.exact = false;
    report.recorded = 4_096;
    report.dropped = 1_230_471;
    report.counts = Counts { completed: 1_234_567, survived: 1_120_004, hand_overs: 8_112, retries: 0 };
    report.counter.value = 1_120_004;
    for worker in &mut report.workers {
        worker.doing = Doing::Between;
    }
    app(settings(Protection::None), Pace::Full, look, vec![earlier(), report])
}

/// A report from before, with runs that have ended.
fn earlier() -> Report {
    let mut report = Script::new(settings(Protection::None)).report(Pace::START);
    report.finished = none_and_lock();
    report
}

fn burst(look: Look) -> App {
    let mut report = Script::new(settings(Protection::None)).report(Pace::Full);
    report.phase = Phase::Burst { done: 83, of: 200 };
    app(settings(Protection::None), Pace::Full, look, vec![earlier(), report])
}

fn empty(look: Look) -> App {
    app(Settings::default(), Pace::START, look, Vec::new())
}

fn failed(look: Look) -> App {
    let mut s = race();
    s.workers[3].doing = Doing::Crashed;
    let mut report = s.report(Pace::START);
    report.phase = Phase::Failed;
    report.notices = vec!["worker T3 crashed: attempt to divide by zero".into()];
    app(settings(Protection::None), Pace::START, look, vec![report])
}

fn no_overlap(look: Look) -> App {
    let settings = Settings { gap: Gap::NONE, ..settings(Protection::None) };
    let mut s = Script::new(settings);
    for worker in 0..4 {
        for _ in 0..20 {
            s.increment(worker, 0);
        }
    }
    let mut report = s.report(Pace::Full);
    report.phase = Phase::Ended;
    report.counts = Counts { completed: 4_000, survived: 4_000, hand_overs: 3, retries: 0 };
    report.counter.value = 4_000;
    let mut run = finished(settings, 4_000);
    run.counts.hand_overs = 3;
    report.finished = vec![run];
    app(settings, Pace::Full, look, vec![report])
}

fn many(look: Look) -> App {
    let settings = Settings { threads: 64, ..settings(Protection::None) };
    let mut s = Script::new(settings);
    for round in 0..12 {
        for worker in 0..64 {
            let other = (worker * 7 + round) % 64;
            match s.workers[usize::from(other)].doing {
                Doing::Holding(_) => s.store(other),
                _ => s.load(other),
            };
            s.wait(3);
        }
    }
    let mut app = app(settings, Pace::START, look, vec![s.report(Pace::START)]);
    app.update(Message::Key(Key::Char('7')));
    app
}

fn help(look: Look) -> App {
    let mut app = slow(look);
    for key in ['?', 'l', 'o', 'c', 'k'] {
        app.update(Message::Key(Key::Char(key)));
    }
    app.update(Message::Key(Key::Down));
    app
}
