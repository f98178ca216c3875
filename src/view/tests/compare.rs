//! Pictures of the Compare screen, and what keys do to it.

use std::time::Duration;

use proptest::prelude::*;
use ratatui::style::Color;

use super::{draw_every_size, picture, screen, text};
use crate::app::fixture::Script;
use crate::app::{App, Command, Key, Look, Message, Palette, Screen};
use crate::compare::fixture::{likely, table};
use crate::compare::plan::{Plan, Sweep};
use crate::compare::service::{News, Order, Report};
use crate::compare::table::{Progress, Table};
use crate::experiment::{Cores, Delay, Kind, Pace, Protection, Settings};
use crate::lab::report;
use crate::machine::explore::service;

type Scene = (&'static str, fn(Look) -> App);

const ALL: &[Scene] = &[
    ("compare_none_yet", none_yet),
    ("compare_claims", claims),
    ("compare_going", going),
    ("compare_protections", protections),
    ("compare_leaf", leaf),
    ("compare_permits", permits),
    ("compare_window", window),
    ("compare_kinds", kinds),
    ("compare_downloads", downloads),
    ("compare_failed", failed),
    ("compare_disturbed", disturbed),
];

/// The Compare screen with this sweep shown.
fn opened(sweep: Sweep, look: Look) -> App {
    let mut app = App::new(Settings::default(), Pace::START, look);
    let moves = Sweep::ALL.iter().position(|one| *one == sweep).unwrap();
    for key in [Key::Tab; 3].into_iter().chain(std::iter::repeat_n(Key::Right, moves)) {
        app.update(Message::Key(key));
    }
    app
}

fn press(app: &mut App, key: Key) -> Vec<Command> {
    app.update(Message::Key(key))
}

/// Begins a sweep; says which number it has and what is to be swept.
fn begin(app: &mut App) -> (u64, Plan) {
    let started = press(app, Key::Char(' ')).into_iter().find_map(|command| match command {
        Command::Compare(Order::Start(number, plan)) => Some((number, plan)),
        _ => None,
    });
    started.expect("space begins a sweep")
}

fn tell(app: &mut App, number: u64, news: News) {
    app.update(Message::Compare(Box::new(Report { number, news })));
}

fn swept(sweep: Sweep, runs: u64, look: Look, news: fn(Table) -> News) -> App {
    let mut app = opened(sweep, look);
    let (number, plan) = begin(&mut app);
    tell(&mut app, number, news(likely(plan, runs)));
    app
}

fn none_yet(look: Look) -> App {
    opened(Sweep::Permits, look)
}

fn claims(look: Look) -> App {
    opened(Sweep::Kinds, look)
}

fn going(look: Look) -> App {
    let mut app = opened(Sweep::Protections, look);
    let (number, plan) = begin(&mut app);
    let progress = Progress {
        done: 312,
        of: plan.all_runs(),
        elapsed: Duration::from_secs(9),
        remaining: Some(Duration::from_millis(17_400)),
    };
    let part = table(plan, |settings| match settings.threads {
        8 => vec![(u64::from(settings.protection == Protection::None) * 300, 40_000); 2],
        _ => Vec::new(),
    });
    tell(&mut app, number, News::Going(Table { progress, ..part }));
    app
}

fn protections(look: Look) -> App {
    let mut app = swept(Sweep::Protections, 20, look, News::Ended);
    press(&mut app, Key::Down);
    app
}

/// The columns for which there was no room.
fn leaf(look: Look) -> App {
    let mut app = protections(look);
    press(&mut app, Key::Char('.'));
    app
}

fn permits(look: Look) -> App {
    swept(Sweep::Permits, 7, look, |table| News::Ended(Table { stopped: true, ..table }))
}

fn window(look: Look) -> App {
    let mut app = swept(Sweep::Window, 200, look, News::Ended);
    press(&mut app, Key::End);
    press(&mut app, Key::Char('+'));
    app
}

fn downloads(look: Look) -> App {
    swept(Sweep::Downloads, 10, look, News::Ended)
}

fn kinds(look: Look) -> App {
    swept(Sweep::Kinds, 15, look, News::Ended)
}

fn failed(look: Look) -> App {
    let mut app = opened(Sweep::Protections, look);
    let (number, _) = begin(&mut app);
    tell(&mut app, number, News::Failed("thread 5 of 8 could not be started".into()));
    app
}

/// Race was let go on in the midst of it.
fn disturbed(look: Look) -> App {
    let mut app = opened(Sweep::Protections, look);
    let (number, plan) = begin(&mut app);
    for key in [Key::Tab, Key::Char(' '), Key::BackTab] {
        press(&mut app, key);
    }
    tell(&mut app, number, News::Ended(likely(plan, 20)));
    app
}

#[test]
fn pictures() {
    for (scene, make) in ALL {
        for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
            if columns == 200 && ["compare_failed", "compare_disturbed", "compare_leaf"].contains(scene) {
                continue;
            }
            let buf = picture(*make, Look::default(), columns, rows);
            insta::assert_snapshot!(format!("{scene}_{columns}x{rows}"), text(&buf));
        }
    }
    let buf = picture(protections, Look::default(), 60, 16);
    insta::assert_snapshot!("compare_protections_60x16", text(&buf));
    assert!(text(&picture(protections, Look::default(), 59, 16)).contains("60 × 16 or more, please"));
}

#[test]
fn pictures_in_ascii_and_without_colour() {
    let ascii = Look { ascii: true, ..Look::default() };
    let mono = Look { palette: Palette::Mono, ..Look::default() };
    for (scene, make) in ALL {
        let buf = picture(*make, ascii, 80, 24);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()), "{scene}");
        // The hints for help, and nothing that has no stand-in.
        assert_eq!(text(&buf).matches('?').count(), 2, "{scene}");
        let buf = picture(*make, mono, 120, 40);
        assert!(buf.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{scene}");
    }
}

#[test]
fn every_size_is_drawn() {
    for (_, make) in ALL {
        draw_every_size(make(Look::default()));
    }
}

#[test]
fn space_sweeps_and_stops_and_race_stands_still_meanwhile() {
    let mut app = opened(Sweep::Permits, Look::default());
    let began = press(&mut app, Key::Char(' '));
    let plan = Plan::of(Sweep::Permits);
    // The search that began when Explore was passed by.
    assert!(matches!(began[0], Command::Search(service::Order::Cancel(_))), "{began:?}");
    let expected = [Command::Lab(report::Order::Pause(true)), Command::Compare(Order::Start(1, plan))];
    assert_eq!(began[1..], expected);
    assert_eq!(press(&mut app, Key::Char(' ')), [Command::Compare(Order::Stop)]);
    let news = News::Ended(Table { stopped: true, ..likely(plan, 2) });
    let ended = app.update(Message::Compare(Box::new(Report { number: 1, news })));
    assert_eq!(ended, [Command::Lab(report::Order::Pause(false))]);
    assert!(app.compare().table().is_some_and(|table| table.stopped) && !app.compare().is_disturbed());
}

#[test]
fn who_has_paused_race_finds_it_paused_after_a_sweep() {
    let mut app = App::new(Settings::default(), Pace::START, Look::default());
    press(&mut app, Key::Char(' '));
    for _ in 0..3 {
        press(&mut app, Key::Tab);
    }
    let (number, plan) = begin(&mut app);
    let news = News::Ended(likely(plan, 1));
    assert_eq!(app.update(Message::Compare(Box::new(Report { number, news }))), []);
    assert!(app.race().wants_pause());
}

#[test]
fn what_is_old_is_not_taken() {
    let mut app = opened(Sweep::Window, Look::default());
    let (first, plan) = begin(&mut app);
    let again = press(&mut app, Key::Char('r'));
    assert!(again.contains(&Command::Compare(Order::Start(first + 1, plan))));
    tell(&mut app, first, News::Ended(likely(plan, 3)));
    assert!(app.compare().table().is_none() && app.compare().is_sweeping());
    tell(&mut app, first + 1, News::Ended(likely(plan, 3)));
    assert!(app.compare().table().is_some() && !app.compare().is_sweeping());
}

#[test]
fn sizes_are_each_sweeps_own_and_count_from_the_next_sweep_on() {
    let mut app = opened(Sweep::Protections, Look::default());
    for key in "-I]gcj".chars() {
        assert_eq!(press(&mut app, Key::Char(key)), [], "{key} changes nothing that runs");
    }
    let (_, plan) = begin(&mut app);
    let usual = Plan::of(Sweep::Protections);
    let gap = Delay::Spin(50);
    assert_eq!(
        plan,
        Plan { threads: 7, iterations: 500_000, permits: 3, gap, jitter: 25, cores: Cores::One, ..usual }
    );
    assert_eq!(*app.race().wanted(), Settings::default());
    press(&mut app, Key::Char(' '));
    press(&mut app, Key::Left);
    let usual = Plan::of(Sweep::Downloads);
    assert_eq!((app.compare().shown(), *app.compare().plan()), (Sweep::Downloads, usual));
    for key in "gjk".chars() {
        press(&mut app, Key::Char(key));
        assert!(app.compare().notice_text().is_some_and(|text| text.contains("downloads by tasks")), "{key}");
    }
    for key in "-I]".chars() {
        press(&mut app, Key::Char(key));
    }
    assert_eq!(*app.compare().plan(), Plan { threads: 11, iterations: 20, permits: 5, ..usual });
    press(&mut app, Key::Left);
    assert_eq!((app.compare().shown(), *app.compare().plan()), (Sweep::Kinds, Plan::of(Sweep::Kinds)));
    for key in "gj]".chars() {
        press(&mut app, Key::Char(key));
        assert!(app.compare().notice_text().is_some_and(|text| text.contains("no counter")));
    }
    assert_eq!(*app.compare().plan(), Plan::of(Sweep::Kinds));
    press(&mut app, Key::Left);
    assert_eq!((app.compare().shown(), *app.compare().plan()), (Sweep::Window, Plan::of(Sweep::Window)));
    press(&mut app, Key::Char('g'));
    assert!(app.compare().notice_text().is_some_and(|text| text.contains("goes through the gaps")));
}

#[test]
fn kinds_of_workers_are_gone_through_with_limits_of_their_own() {
    let mut app = opened(Sweep::Protections, Look::default());
    for _ in 0..60 {
        press(&mut app, Key::Char('+'));
    }
    assert_eq!(app.compare().plan().threads, 64);
    assert_eq!(press(&mut app, Key::Char('K')), [], "what runs in Race stays");
    let plan = *app.compare().plan();
    assert_eq!((plan.kind, plan.threads), (Kind::Process { shared: true }, 64));
    press(&mut app, Key::Char('+'));
    assert_eq!(app.compare().plan().threads, 65);
    press(&mut app, Key::Char('A'));
    assert_eq!(app.compare().plan().kind, Kind::Process { shared: false });
    press(&mut app, Key::Char('K'));
    assert_eq!(app.compare().plan().kind, Kind::Task { awaits: false });
    press(&mut app, Key::Char('K'));
    let plan = *app.compare().plan();
    assert_eq!((plan.kind, plan.threads), (Kind::Thread, 64));
    press(&mut app, Key::Left);
    press(&mut app, Key::Left);
    press(&mut app, Key::Char('K'));
    assert!(app.compare().notice_text().is_some_and(|text| text.contains("goes through the kinds")));
    // A row is opened in Race as what it was measured with, and Race has the key too.
    let mut app = opened(Sweep::Permits, Look::default());
    press(&mut app, Key::Char('K'));
    let (number, plan) = begin(&mut app);
    tell(&mut app, number, News::Ended(likely(plan, 2)));
    press(&mut app, Key::Enter);
    assert_eq!(app.race().wanted().kind, Kind::Process { shared: true });
    let [Command::Lab(report::Order::Change(wanted))] = press(&mut app, Key::Char('K'))[..] else {
        panic!("the lab is told")
    };
    assert_eq!(wanted.kind, Kind::Task { awaits: false });
}

#[test]
fn enter_opens_the_selected_row_in_race() {
    let mut app = swept(Sweep::Permits, 3, Look::default(), News::Ended);
    for key in [Key::End, Key::Up] {
        press(&mut app, key);
    }
    let wanted = app.compare().rows()[6].settings;
    assert_eq!((wanted.permits, wanted.protection), (7, Protection::Semaphore));
    let commands = press(&mut app, Key::Enter);
    assert_eq!(commands, [Command::Lab(report::Order::Change(wanted))]);
    assert_eq!((app.screen(), *app.race().wanted()), (Screen::Race, wanted));
}

#[test]
fn enter_ends_the_sweep_that_goes_on() {
    let mut app = going(Look::default());
    let commands = press(&mut app, Key::Enter);
    assert_eq!(commands[0], Command::Compare(Order::Stop));
    assert_eq!(app.screen(), Screen::Race);
}

#[test]
fn clicks_choose_a_sweep_select_a_row_and_open_it() {
    let mut app = protections(Look::default());
    app.update(Message::Resize { columns: 80, rows: 24 });
    let panels = app.compare().panels((80, 24)).unwrap();
    let lines = panels.lines();
    let click = |app: &mut App, column, row| app.update(Message::Click { column, row });
    click(&mut app, 30, lines.y + 4);
    assert_eq!(app.compare().selected(), 4);
    for (x, sweep, _) in panels.names() {
        click(&mut app, x + 2, panels.sweeps.body.y);
        assert_eq!(app.compare().shown(), sweep);
    }
    click(&mut app, panels.names().next().unwrap().0 + 1, panels.sweeps.body.y);
    click(&mut app, 30, lines.y + 4);
    assert_eq!(app.screen(), Screen::Race);
}

#[test]
fn a_burst_and_a_search_make_way() {
    let mut app = opened(Sweep::Window, Look::default());
    let mut burst = Script::new(Settings::default()).report(Pace::Full);
    burst.phase = report::Phase::Burst { done: 3, of: 200 };
    app.update(Message::Lab(Box::new(burst)));
    let began = press(&mut app, Key::Char(' '));
    assert!(began.contains(&Command::Lab(report::Order::CancelBurst)), "{began:?}");
    assert!(began.iter().any(|command| matches!(command, Command::Search(_))), "{began:?}");
    assert!(app.explore().under().is_none());
}

fn key() -> impl Strategy<Value = Key> {
    let keys = "nls+-[]iIgGcybr vo t?q0K,.".chars().map(Key::Char);
    let more = [Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Left, Key::Right, Key::Up, Key::Down];
    let ends = [Key::Home, Key::End, Key::PageUp, Key::PageDown];
    prop::sample::select(keys.chain(more).chain(ends).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_key_makes_it_panic(keys in prop::collection::vec((key(), 60_u16..130, 16_u16..45, 0_u64..6), 1..40)) {
        let mut app = protections(Look::default());
        for (key, columns, rows, runs) in keys {
            app.update(Message::Resize { columns, rows });
            for command in app.update(Message::Key(key)) {
                if let Command::Compare(Order::Start(number, plan)) = command {
                    tell(&mut app, number, News::Going(likely(Plan { runs: 2, ..plan }, runs)));
                    screen(&app, columns, rows);
                    if runs > 3 {
                        tell(&mut app, number, News::Ended(likely(plan, runs)));
                    }
                }
            }
            let (column, row) = (columns / 2, rows / 2);
            app.update(Message::Click { column, row });
            app.update(Message::Wheel { column, row, by: 1 });
            screen(&app, columns, rows);
        }
    }
}
