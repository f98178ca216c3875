//! What keys, clicks, reports and time do to the state.

use std::collections::HashSet;

use super::fixture::{MS, Script, app};
use super::help::Help;
use super::keymap::{self, Action};
use super::layout::Area;
use super::race::Activity;
use super::*;
use crate::event::Worker;
use crate::experiment::{Delay, Gap, Kind, Protection};
use crate::lab::report::{Order, Phase};

fn fresh() -> App {
    App::new(Settings::default(), Pace::START, Look::default())
}

fn running() -> App {
    let mut script = Script::new(Settings::default());
    for worker in [0, 1, 2, 3, 0, 1] {
        script.increment(worker, 100);
    }
    app(Settings::default(), Pace::START, Look::default(), vec![script.report(Pace::START)])
}

fn press(app: &mut App, key: Key) -> Vec<Command> {
    app.update(Message::Key(key))
}

fn orders(commands: Vec<Command>) -> Vec<Order> {
    let order = |command| match command {
        Command::Lab(order) => order,
        other => panic!("not an order: {other:?}"),
    };
    commands.into_iter().map(order).collect()
}

#[test]
fn each_key_appears_once() {
    let mut seen = HashSet::new();
    for press in keymap::rows().flat_map(|row| row.presses) {
        for key in press.keys {
            assert!(seen.insert(*key), "{key:?} appears twice");
        }
    }
}

#[test]
fn each_key_does_what_its_row_says_on_each_of_its_screens() {
    for screen in Screen::ALL {
        for press in keymap::presses(screen) {
            for &key in press.keys {
                match (keymap::action(key, screen), key) {
                    (Some(Action::Focus(lane)), Key::Char(digit)) => {
                        assert_eq!(digit.to_digit(10), Some(lane.into()))
                    }
                    (action, _) => assert_eq!(action, Some(press.action), "{key:?}"),
                }
            }
        }
    }
    assert_eq!(keymap::action(Key::Char('Z'), Screen::Race), None);
    assert_eq!(keymap::action(Key::Char('g'), Screen::Step), None, "there is no gap in a model");
}

#[test]
fn each_hint_is_in_the_help_of_its_screens() {
    for screen in Screen::ALL {
        let help = help::Help::of(screen);
        let entries: Vec<_> = help.entries().map(|press| press.shown).collect();
        for row in keymap::rows() {
            assert!(!row.presses.is_empty());
            for press in row.presses {
                assert_eq!(entries.contains(&press.shown), row.places.includes(screen), "{}", press.shown);
                assert!(!press.help.is_empty());
            }
        }
    }
}

#[test]
fn help_says_what_keys_do_on_the_screen_it_is_of() {
    let said = |key: &str, screen: Screen| {
        let press = keymap::presses(screen).find(|press| press.shown == key).unwrap();
        press.help_on(screen)
    };
    assert_eq!(said("space", Screen::Race), "pause, or go on");
    assert_eq!(said("space", Screen::Step), "run on with the chosen scheduler");
    assert_eq!(said("space", Screen::Compare), "sweep, or stop sweeping");
    assert_eq!(said("↓", Screen::Explore), "select the next outcome");
    assert_eq!(said("↓", Screen::Compare), "select the row below");
    assert_eq!(said("t", Screen::Compare), "the next set of colours");
    assert_eq!(said("pgup", Screen::Explore), "scroll back, while nothing moves");
}

#[test]
fn fast_repeats_add_up_before_the_lab_answers() {
    let mut app = fresh();
    let mut last = Vec::new();
    for _ in 0..5 {
        last = orders(press(&mut app, Key::Char('+')));
    }
    assert_eq!(last, [Order::Change(Settings { threads: 9, ..Settings::default() })]);
    for _ in 0..100 {
        press(&mut app, Key::Char('-'));
    }
    assert_eq!(app.race().wanted().threads, 1);
    assert_eq!(press(&mut app, Key::Char('-')), [], "nothing to change at the limit");
}

#[test]
fn every_setting_has_its_key() {
    let check = |key: char, expected: &dyn Fn(&mut Settings)| {
        let mut wanted = Settings::default();
        expected(&mut wanted);
        assert_eq!(orders(press(&mut fresh(), Key::Char(key))), [Order::Change(wanted)], "{key}");
    };
    check('l', &|s| s.protection = Protection::Lock);
    check('u', &|s| s.protection = Protection::Guard);
    check('s', &|s| s.protection = Protection::Semaphore);
    check('x', &|s| s.protection = Protection::CompareAndSwap);
    check('f', &|s| s.protection = Protection::FetchAdd);
    check('k', &|s| s.protection = Protection::Spin);
    check('w', &|s| s.protection = Protection::ReadLock);
    check('W', &|s| s.protection = Protection::WriteLock);
    check(']', &|s| s.permits = 3);
    check('[', &|s| s.permits = 1);
    check('i', &|s| s.iterations = 2_000);
    check('I', &|s| s.iterations = 500);
    check('g', &|s| s.gap.delay = Delay::Sleep(10));
    check('G', &|s| s.gap.delay = Delay::Spin(10_000));
    check('j', &|s| s.gap.jitter = 100);
    check('c', &|s| s.cores = crate::experiment::Cores::One);
}

#[test]
fn a_gap_that_was_none_for_a_while_has_its_jitter_again() {
    let mut app = fresh();
    for key in ["G"; 9].iter().chain(&["g"; 5]) {
        press(&mut app, Key::Char(key.chars().next().unwrap_or_default()));
    }
    assert_eq!(app.race().wanted().gap, Settings::default().gap);
    let bare = |jitter| Settings { gap: Gap { delay: Delay::None, jitter }, ..Settings::default() };
    assert_eq!(bare(0).key(), bare(50).key(), "without a gap there is nothing to vary");
}

#[test]
fn the_run_has_its_keys() {
    let check = |keys: &[Key], expected: &[Order]| {
        let mut app = running();
        let mut last = Vec::new();
        for &key in keys {
            last = press(&mut app, key);
        }
        assert_eq!(orders(last), expected, "{keys:?}");
    };
    check(&[Key::Char('.')], &[Order::Pace(Pace::START.faster())]);
    check(&[Key::Char(',')], &[Order::Pace(Pace::START.slower())]);
    check(&[Key::Char(' ')], &[Order::Pause(true)]);
    check(&[Key::Char(' '), Key::Char(' ')], &[Order::Pause(false)]);
    check(&[Key::Char('o')], &[Order::Pause(true), Order::Step(None)]);
    check(&[Key::Char('2'), Key::Char('o')], &[Order::Pause(true), Order::Step(Some(Worker(2)))]);
    check(&[Key::Char(' '), Key::Char('o')], &[Order::Step(None)]);
    check(&[Key::Enter], &[Order::Finish]);
    check(&[Key::Char(' '), Key::Enter], &[Order::Pause(false), Order::Finish]);
    check(&[Key::Char('b')], &[Order::Burst(200)]);
    check(&[Key::Char('e')], &[Order::Follow(false)]);
    check(&[Key::Char('e'), Key::Char('e')], &[Order::Follow(true)]);
    check(&[Key::Char('r')], &[Order::Again]);
}

#[test]
fn by_hand_nothing_moves_unasked_so_increments_can_be_selected() {
    let mut app = running();
    for _ in 0..10 {
        press(&mut app, Key::Char(','));
    }
    assert_eq!(app.race().wanted_pace(), Pace::ByHand);
    press(&mut app, Key::Left);
    assert!(app.race().selected().is_some());
    assert_eq!(orders(press(&mut app, Key::Char('o'))), [Order::Step(None)]);
    assert_eq!(app.race().selected(), None, "what happens next is what matters");
}

#[test]
fn the_key_list_names_every_key() {
    let list = keymap::markdown();
    for press in keymap::rows().flat_map(|row| row.presses) {
        assert!(list.contains(press.help));
    }
}

#[test]
fn a_burst_is_cancelled_by_its_key_and_by_escape() {
    let mut app = running();
    let mut report = Script::new(Settings::default()).report(Pace::Full);
    report.phase = Phase::Burst { done: 3, of: 200 };
    app.update(Message::Lab(Box::new(report)));
    assert_eq!(app.race().activity(), Activity::Burst { done: 3, of: 200 });
    assert_eq!(orders(press(&mut app, Key::Char('b'))), [Order::CancelBurst]);
    assert_eq!(orders(press(&mut app, Key::Esc)), [Order::CancelBurst]);
}

#[test]
fn what_the_lab_could_not_do_is_no_longer_wanted() {
    let mut app = running();
    press(&mut app, Key::Char('c'));
    assert_eq!(app.race().wanted().cores, crate::experiment::Cores::One);
    let mut report = Script::new(Settings::default()).report(Pace::START);
    report.notices = vec!["one core can't be had here".into()];
    app.update(Message::Lab(Box::new(report)));
    assert_eq!(app.race().wanted().cores, crate::experiment::Cores::All);
    assert_eq!(app.race().notices().len(), 1);
}

#[test]
fn time_moves_the_edge_only_while_workers_move() {
    let mut app = running();
    let before = app.race().edge(60);
    app.update(Message::Tick(100 * MS));
    assert!(app.race().edge(60) > before);
    assert!(app.next_wake().is_some());
    let mut report = Script::new(Settings::default()).report(Pace::START);
    report.recording = crate::lab::report::Recording::Nothing;
    report.paused = true;
    app.update(Message::Lab(Box::new(report)));
    let before = app.race().edge(60);
    app.take_dirty();
    for _ in 0..50 {
        app.update(Message::Tick(100 * MS));
    }
    assert_eq!(app.race().edge(60), before);
    assert_eq!(app.next_wake(), None);
    assert!(!app.take_dirty(), "nothing has changed");
}

#[test]
fn time_goes_on_between_runs_that_follow_each_other() {
    let mut app = running();
    let mut report = Script::new(Settings::default()).report(Pace::Full);
    report.phase = Phase::Ended;
    app.update(Message::Lab(Box::new(report.clone())));
    assert!(app.next_wake().is_some_and(|wake| wake <= Duration::from_millis(100)));
    press(&mut app, Key::Char('e'));
    report.finished = Vec::new();
    app.update(Message::Lab(Box::new(report)));
    for _ in 0..20 {
        app.update(Message::Tick(100 * MS));
    }
    assert_eq!(app.next_wake(), None);
}

#[test]
fn the_edge_does_not_run_ahead_of_the_reports() {
    let mut app = running();
    for _ in 0..100 {
        app.update(Message::Tick(100 * MS));
    }
    let newest = app.race().strip().end();
    assert!(app.race().edge(60) <= newest + 2 * app.race().strip().cells_per_step());
}

#[test]
fn digits_and_arrows_focus_lanes() {
    let mut app = running();
    press(&mut app, Key::Char('2'));
    assert_eq!(app.race().focus(), Some(2));
    press(&mut app, Key::Char('2'));
    assert_eq!(app.race().focus(), None);
    press(&mut app, Key::Char('9'));
    assert_eq!(app.race().focus(), None, "there is no such worker");
    press(&mut app, Key::Down);
    press(&mut app, Key::Down);
    assert_eq!(app.race().focus(), Some(1));
}

#[test]
fn paused_increments_are_selected_one_after_another() {
    let mut app = running();
    press(&mut app, Key::Left);
    assert_eq!(app.race().selected(), None, "not while the workers run");
    press(&mut app, Key::Char(' '));
    let mut seen = Vec::new();
    for _ in 0..8 {
        press(&mut app, Key::Left);
        seen.push(app.race().selected().unwrap().worker.0);
    }
    assert_eq!(seen, [1, 0, 3, 2, 1, 0, 0, 0]);
    press(&mut app, Key::End);
    assert_eq!(app.race().selected().unwrap().worker, Worker(1));
    press(&mut app, Key::Char('0'));
    press(&mut app, Key::Left);
    assert_eq!(app.race().selected().unwrap().worker, Worker(0));
    press(&mut app, Key::Char(' '));
    assert_eq!(app.race().selected(), None);
}

#[test]
fn a_click_on_a_hint_presses_its_key() {
    let mut app = running();
    app.update(Message::Resize { columns: 120, rows: 40 });
    let hints = hints::footer(&app, 120);
    let find = |shown: &str| hints.iter().find(|hint| hint.shown == shown).map(|hint| hint.x).unwrap();
    let mut click = |column| app.update(Message::Click { column, row: 39 });
    assert_eq!(orders(click(find("b"))), [Order::Burst(200)]);
    let lock = Settings { protection: Protection::Lock, ..Settings::default() };
    assert_eq!(orders(click(find("l") + 2)), [Order::Change(lock)]);
    let more = Settings { threads: 5, ..lock };
    assert_eq!(orders(click(find("+ -"))), [Order::Change(more)]);
    assert_eq!(orders(click(find("+ -") + 2)), [Order::Change(lock)]);
    assert_eq!(click(find("q")), [Command::Quit]);
}

#[test]
fn a_click_on_an_entry_of_the_keys_runs_it_and_one_beside_them_closes() {
    for size in [(80, 24), (120, 40), (60, 16)] {
        let whole = Area { x: 0, y: 0, width: size.0, height: size.1 };
        let opened = |downs: usize| {
            let mut app = running();
            app.update(Message::Resize { columns: size.0, rows: size.1 });
            press(&mut app, Key::Char('?'));
            (0..downs).for_each(|_| drop(press(&mut app, Key::Down)));
            app
        };
        // Whichever is selected, and however many rows it takes: each row runs what stands in it.
        for downs in 0..40 {
            let app = opened(downs);
            let Some(Overlay::Help(help)) = app.overlay() else { panic!("it is open") };
            let list = help.list(whole);
            let mut y = list.area.y;
            for (index, entry) in help.entries().enumerate().skip(list.first) {
                for row in (y..y + list.rows(index)).filter(|row| *row < list.area.y + list.area.height) {
                    let mut clicked = opened(downs);
                    let got = clicked.update(Message::Click { column: list.area.x + 3, row });
                    let mut ran = running();
                    ran.update(Message::Resize { columns: size.0, rows: size.1 });
                    let wanted = ran.act(entry.action);
                    assert_eq!(got, wanted, "{size:?} {downs} {}", entry.shown);
                    assert_eq!(clicked.screen(), ran.screen());
                    assert_eq!(clicked.overlay().is_some(), ran.overlay().is_some());
                }
                y += list.rows(index);
            }
            let (area, mut beside) = (Help::area(whole), opened(downs));
            beside.update(Message::Click { column: area.x + 3, row: area.y + 1 });
            assert!(beside.overlay().is_some(), "a click on what is searched for does nothing");
            beside.update(Message::Click { column: 0, row: size.1 - 1 });
            assert!(beside.overlay().is_none());
        }
    }
}

#[test]
fn the_wheel_pauses_before_it_scrolls_back() {
    let mut app = running();
    let wheel = |app: &mut App, by| app.update(Message::Wheel { column: 30, row: 11, by });
    assert_eq!(orders(wheel(&mut app, -1)), [Order::Pause(true)]);
    assert_eq!(wheel(&mut app, -1), []);
    assert!(app.update(Message::Wheel { column: 30, row: 3, by: -1 }).is_empty(), "not over the lanes");
}

#[test]
fn the_footer_always_has_help_and_quit() {
    let app = running();
    for columns in 20..200 {
        let shown: Vec<_> = hints::footer(&app, columns).iter().map(|hint| hint.shown).collect();
        assert!(shown.contains(&"?") && shown.contains(&"q"), "{columns}: {shown:?}");
    }
}

#[test]
fn tab_and_clicks_on_tabs_switch_screens() {
    let mut app = running();
    let mut seen = Vec::new();
    for key in [Key::Tab, Key::Tab, Key::Tab, Key::Tab, Key::BackTab] {
        press(&mut app, key);
        seen.push(app.screen());
    }
    assert_eq!(seen, [Screen::Step, Screen::Explore, Screen::Compare, Screen::Race, Screen::Compare]);
    for columns in [80, 60] {
        app.update(Message::Resize { columns, rows: 24 });
        for (x, screen) in hints::tabs(columns) {
            app.update(Message::Click { column: x + 1, row: 0 });
            assert_eq!(app.screen(), screen);
        }
    }
}

#[test]
fn settings_changed_in_step_are_the_same_everywhere() {
    let mut app = running();
    press(&mut app, Key::Tab);
    let lock = Settings { protection: Protection::Lock, ..Settings::default() };
    assert_eq!(orders(press(&mut app, Key::Char('l'))), [Order::Change(lock)]);
    assert_eq!(app.race().wanted().protection, Protection::Lock);
    assert_eq!(app.model().program().shape.map(|shape| shape.protection), Some(Protection::Lock));
    assert_eq!(press(&mut app, Key::Char('i')), [], "a thousand iterations are not stepped through");
    assert_eq!((app.iterations(), app.race().wanted().iterations), (5, 1_000));
}

#[test]
fn help_is_searched_by_typing_and_enter_runs_the_entry() {
    let mut app = running();
    press(&mut app, Key::Char('?'));
    for c in "scope".chars() {
        press(&mut app, Key::Char(c));
    }
    let Some(Overlay::Help(help)) = app.overlay() else { panic!("help is open") };
    assert_eq!(help.entries().map(|press| press.shown).collect::<Vec<_>>(), ["u"]);
    let guard = Settings { protection: Protection::Guard, ..Settings::default() };
    assert_eq!(orders(press(&mut app, Key::Enter)), [Order::Change(guard)]);
    assert!(app.overlay().is_none());
    press(&mut app, Key::F(1));
    assert_eq!(press(&mut app, Key::Ctrl('c')), [Command::Quit]);
    press(&mut app, Key::F(1));
    press(&mut app, Key::Esc);
    assert!(app.overlay().is_none());
}

#[test]
fn counts_of_a_run_that_has_ended_stay_while_runs_follow_fast() {
    let mut app = running();
    let mut report = Script::new(Settings::default()).report(Pace::Full);
    report.run = 8;
    report.finished = vec![super::fixture::finished(Settings::default(), 3_000)];
    app.update(Message::Lab(Box::new(report)));
    assert_eq!((app.race().held_run(), app.race().value()), (Some(7), 3_000));
    for _ in 0..20 {
        app.update(Message::Tick(100 * MS));
    }
    assert_eq!(app.race().held_run(), None);
}

#[test]
fn figures_and_window_are_renewed_together_while_runs_follow_fast() {
    let settings = Settings { iterations: 5, ..Settings::default() };
    let mut app = App::new(settings, Pace::Full, Look::default());
    let mut seen = Vec::new();
    for run in 1..=20 {
        let mut script = Script::new(settings);
        for worker in [0, 1, 2, 3] {
            for _ in 0..5 {
                script.increment(worker, 0);
            }
        }
        let mut report = script.report(Pace::Full);
        report.run = run;
        report.phase = Phase::Ended;
        report.finished = vec![super::fixture::finished(settings, run)];
        app.update(Message::Lab(Box::new(report)));
        for _ in 0..15 {
            app.update(Message::Tick(16 * MS));
        }
        seen.push(app.race().held_run().unwrap_or(0));
    }
    assert_eq!(seen[0], 1);
    seen.dedup();
    assert!((4..=6).contains(&seen.len()), "{seen:?}");
    assert!(seen[seen.len() - 1] >= 15, "{seen:?}");
}

#[test]
fn kinds_change_by_key_and_sizes_follow_them() {
    let tasks = Settings { kind: Kind::Task { awaits: false }, threads: 5_000, ..Settings::default() };
    let mut app = app(tasks, Pace::START, Look::default(), Vec::new());
    let mut wanted = |key: char| {
        app.update(Message::Key(Key::Char(key)));
        *app.race().wanted()
    };
    assert_eq!(wanted('+').threads, 10_000);
    assert_eq!(wanted('A').kind, Kind::Task { awaits: true });
    let threads = wanted('K');
    assert_eq!((threads.kind, threads.threads), (Kind::Thread, 64));
    assert_eq!(wanted('A').kind, Kind::Thread, "threads can do no otherwise");
    assert!(app.race().notices()[0].starts_with("Threads share all memory"));
}

#[test]
fn who_was_lost_is_not_told_of_once_there_are_other_workers() {
    let mut app = running();
    let mut report = Script::new(Settings::default()).report(Pace::START);
    report.notices = vec!["process 1 was killed by signal 9; the others go on".into()];
    app.update(Message::Lab(Box::new(report)));
    app.update(Message::Key(Key::Char('+')));
    assert_eq!(app.race().notices().len(), 1);
    app.update(Message::Key(Key::Char('K')));
    assert!(app.race().notices().iter().all(|told| !told.contains("killed")));
}
