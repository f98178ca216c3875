//! Whatever is told and however small the terminal, nothing panics.

use crate::event::Source;
use proptest::prelude::*;

use super::screen;
use crate::app::fixture::{Phase, Recording, Report, Script, finished};
use crate::app::{App, Key, Look, Message, Palette};
use crate::compare;
use crate::compare::plan::{Plan, Sweep};
use crate::compare::service::News;
use crate::compare::table::Table;
use crate::experiment::figures::Doing;
use crate::experiment::{Pace, Protection, Settings};

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        4 => proptest::char::range(' ', '~').prop_map(Key::Char),
        1 => proptest::char::range('a', 'z').prop_map(Key::Ctrl),
        4 => prop::sample::select(vec![
            Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Backspace, Key::Delete, Key::Left, Key::Right, Key::Up,
            Key::Down, Key::Home, Key::End, Key::PageUp, Key::PageDown, Key::F(1), Key::Char(' '),
        ]),
    ]
}

fn pace() -> impl Strategy<Value = Pace> {
    prop::sample::select(vec![
        Pace::ByHand,
        Pace::START,
        Pace::Every(60_000_000),
        Pace::Every(5_000),
        Pace::Full,
    ])
}

prop_compose! {
    fn report()(
        threads in 1_u16..=64,
        steps in prop::collection::vec((0_u16..64, 0_u64..400, any::<bool>()), 0..120),
        pace in pace(),
        protection in prop::sample::select(Protection::ALL.to_vec()),
        kind in 0..4,
        phase in 0..5,
        paused in any::<bool>(),
        survived in 0_u64..20_000,
        big in any::<bool>(),
    ) -> Report {
        let settings = Settings { threads, protection, ..Settings::default() };
        let mut script = Script::new(settings);
        for (worker, ms, guarded) in steps {
            let worker = worker % threads;
            match script.workers[usize::from(worker)].doing {
                Doing::Between if guarded => script.request(worker),
                Doing::Waiting => script.acquire(worker),
                Doing::Holding(_) => script.store(worker),
                Doing::Leaving(_) => script.release(worker),
                _ => script.load(worker),
            };
            script.wait(ms);
        }
        let mut report = script.report(pace);
        if let Recording::Fresh(streams) = std::mem::take(&mut report.recording) {
            report.recording = match kind {
                0 => Recording::Nothing,
                1 => Recording::Fresh(streams),
                2 => Recording::More(streams),
                _ => Recording::Window { streams, base: None, last: Source::Unknown, left_out: 0 },
            };
        }
        report.phase = match phase {
            0 => Phase::Ended,
            1 => Phase::Failed,
            2 => Phase::Burst { done: 200, of: 0 },
            _ => Phase::Running,
        };
        report.paused = paused;
        if phase == 0 {
            report.finished = vec![finished(settings, survived)];
            report.notices = vec!["線 a thing\n went wrong".into()];
        }
        if big {
            report.counts.completed = u64::MAX;
            report.counts.survived = u64::MAX / 3;
            report.counter.value = i64::MAX;
            report.elapsed = u64::MAX;
            report.dropped = u64::MAX;
            report.exact = false;
            report.segments.clear();
        }
        if phase == 4 {
            report.workers.truncate(usize::from(threads / 2));
        }
        report
    }
}

/// What is said of a sweep of any kind and size, wanted or not.
fn sweeping() -> impl Strategy<Value = compare::service::Report> {
    let plan = (prop::sample::select(Sweep::ALL.to_vec()), 1_u16..=64, 1_u32..=5);
    (plan, 0_u64..6, 0_u64..8, 0..4, any::<bool>()).prop_map(
        |((sweep, threads, runs), made, number, news, stopped)| {
            let plan = Plan { threads, runs, ..Plan::of(sweep) };
            let table = Table { stopped, ..compare::fixture::likely(plan, made) };
            let news = match news {
                0 => News::Ended(table),
                1 => News::Failed("線 a thing\n went wrong".into()),
                _ => News::Going(table),
            };
            compare::service::Report { number, news }
        },
    )
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        2 => sweeping().prop_map(|report| Message::Compare(Box::new(report))),
        6 => key().prop_map(Message::Key),
        1 => (0_u16..140, 0_u16..50).prop_map(|(column, row)| Message::Click { column, row }),
        1 => (0_u16..140, 0_u16..50).prop_map(|(column, row)| Message::Drag { column, row }),
        1 => "[0-9x ä]{0,12}".prop_map(Message::Paste),
        1 => (0_u16..140, 0_u16..50, -5..5).prop_map(|(column, row, by)| Message::Wheel { column, row, by }),
        1 => (0_u16..140, 0_u16..50).prop_map(|(columns, rows)| Message::Resize { columns, rows }),
        2 => (0_u64..=100_000_000).prop_map(Message::Tick),
        2 => report().prop_map(|report| Message::Lab(Box::new(report))),
    ]
}

fn look() -> impl Strategy<Value = Look> {
    let palettes =
        vec![Palette::Dark, Palette::Light, Palette::Sixteen, Palette::SixteenLight, Palette::Mono];
    (prop::sample::select(palettes), any::<bool>()).prop_map(|(palette, ascii)| Look {
        palette,
        ascii,
        assumed: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        look in look(),
        messages in prop::collection::vec((message(), 0_u16..130, 0_u16..45), 1..40),
    ) {
        let mut app = App::new(Settings::default(), Pace::START, look);
        for (message, columns, rows) in messages {
            app.update(message);
            let buf = screen(&app, columns, rows);
            if look.ascii {
                prop_assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()));
            }
        }
    }
}

#[test]
fn every_size_is_drawn() {
    for (_, make) in super::scenes::ALL {
        let app = make(Look::default());
        for columns in (0..130).step_by(3) {
            for rows in (0..45).step_by(2) {
                screen(&app, columns, rows);
            }
        }
    }
}
