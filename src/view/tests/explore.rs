//! Pictures of the Explore screen, and what keys do to it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use ratatui::style::{Color, Modifier};

use super::{draw_every_size, picture, screen, text};
use crate::app::fixture::{Script, finished};
use crate::app::{App, Command, Key, Look, Message, Palette};
use crate::experiment::{Kind, Pace, Protection, Settings};
use crate::machine::explore::outcome::Met;
use crate::machine::explore::service::{self, Order, Query, Report, Stage, Ticket};
use crate::machine::explore::{Options, Progress};
use crate::machine::schedule::Schedule;
use crate::program::library;

type Scene = (&'static str, fn(Look) -> App);

const ALL: &[Scene] = &[
    ("explored", explored),
    ("explored_lock", locked),
    ("explored_huge", huge),
    ("exploring", exploring),
    ("explored_part", part),
    ("explored_deadlock", deadlock),
    ("explored_here", here),
    ("explored_scrolled", scrolled),
    ("explored_spinning", spinning),
    ("explored_truth", truth),
    ("explore_crashed", crashed),
];

fn settings(threads: u16, iterations: u32, protection: Protection) -> Settings {
    Settings { threads, iterations, protection, ..Settings::default() }
}

/// Answers what a query asks for at once; every search takes a tenth of a millisecond.
fn answered(query: &Query, time: Option<Duration>) -> Message {
    let options = Options { memory: 64 << 20, cores: 1, ..query.options };
    let sample = query.sample.map(|draw| crate::machine::explore::sample::Draw { samples: 200, ..draw });
    let query = Query { options, sample, sample_time: None, time, ..query.clone() };
    let mut answer = service::answer(&query, &mut |_, _| ControlFlow::Continue(()));
    answer.took = Duration::from_micros(100);
    answer.exploration.bytes = 12_345_678;
    Message::Search(Box::new(Report::Done { ticket: query.ticket, answer: Arc::new(answer) }))
}

/// Gives a message and answers whatever is asked because of it.
fn tell(app: &mut App, message: Message) {
    for command in app.update(message) {
        if let Command::Search(Order::Start(query)) = command {
            app.update(answered(&query, None));
        }
    }
}

fn press(app: &mut App, key: Key) {
    tell(app, Message::Key(key));
}

/// The Explore screen of the counter, before its search is answered, and the search.
fn opened(settings: Settings, look: Look) -> (App, Query) {
    let mut app = App::new(settings, Pace::START, look);
    let mut commands = app.update(Message::Key(Key::Tab));
    commands.extend(app.update(Message::Key(Key::Tab)));
    let query = commands.into_iter().find_map(|command| match command {
        Command::Search(Order::Start(query)) if query.ticket.asker == crate::app::explore::ASKER => {
            Some(*query)
        }
        _ => None,
    });
    (app, query.expect("showing the screen begins a search"))
}

fn searched(settings: Settings, look: Look) -> App {
    let (mut app, query) = opened(settings, look);
    app.update(answered(&query, None));
    app
}

fn explored(look: Look) -> App {
    let settings = settings(2, 3, Protection::None);
    let mut app = searched(settings, look);
    let mut report = Script::new(settings).report(Pace::START);
    report.finished = (0..200).map(|run| finished(settings, [6, 6, 6, 5, 5, 4][run % 6])).collect();
    app.update(Message::Lab(Box::new(report)));
    press(&mut app, Key::Char('m'));
    press(&mut app, Key::Down);
    if !app.explore().shows_measured((80, 24)) {
        press(&mut app, Key::Char('m'));
    }
    app
}

fn locked(look: Look) -> App {
    searched(settings(3, 2, Protection::Lock), look)
}

fn huge(look: Look) -> App {
    let mut app = searched(settings(3, 7, Protection::None), look);
    press(&mut app, Key::End);
    press(&mut app, Key::Up);
    app
}

fn exploring(look: Look) -> App {
    let (mut app, query) = opened(settings(4, 20, Protection::ReadLock), look);
    let met = Met { outcomes: 9, bad: 8 };
    let progress =
        Progress { states: 12_345_678, transitions: 40_000_000, depth: 71, bytes: 900_000_000, met };
    let elapsed = Duration::from_millis(2_500);
    let report = Report::Progress { ticket: query.ticket, stage: Stage::Searching, progress, elapsed };
    app.update(Message::Search(Box::new(report)));
    app
}

fn part(look: Look) -> App {
    let (mut app, query) = opened(settings(4, 20, Protection::ReadLock), look);
    app.update(answered(&query, Some(Duration::ZERO)));
    press(&mut app, Key::Down);
    app
}

fn of_program(name: &str, look: Look) -> App {
    let mut app = App::new(Settings::default(), Pace::START, look);
    let program = library::find(name).expect("it is shipped").program();
    app.open_in_step(program, &Schedule::default());
    press(&mut app, Key::Tab);
    app
}

/// From a moment of Step on: T0 is stale.
fn here(look: Look) -> App {
    let mut app = App::new(settings(2, 3, Protection::None), Pace::START, look);
    for key in [Key::Tab].into_iter().chain("01111z".chars().map(Key::Char)) {
        press(&mut app, key);
    }
    press(&mut app, Key::Down);
    app
}

/// Lanes that are longer than there is room.
fn scrolled(look: Look) -> App {
    let mut app = searched(settings(4, 3, Protection::Lock), look);
    for _ in 0..4 {
        press(&mut app, Key::Right);
    }
    app
}

fn deadlock(look: Look) -> App {
    of_program("philosophers", look)
}

fn spinning(look: Look) -> App {
    of_program("flag-lock", look)
}

fn truth(look: Look) -> App {
    of_program("rendezvous", look)
}

fn crashed(look: Look) -> App {
    let (mut app, query) = opened(settings(2, 2, Protection::None), look);
    let text = "a thing went wrong".to_owned();
    app.update(Message::Search(Box::new(Report::Crashed { ticket: query.ticket, text })));
    app
}

#[test]
fn pictures() {
    for (scene, make) in ALL {
        for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
            if columns == 200 && !["explored", "explored_huge"].contains(scene) {
                continue;
            }
            let buf = picture(*make, Look::default(), columns, rows);
            insta::assert_snapshot!(format!("{scene}_{columns}x{rows}"), text(&buf));
        }
    }
}

#[test]
fn pictures_in_ascii_and_without_colour() {
    let ascii = Look { ascii: true, ..Look::default() };
    let mono = Look { palette: Palette::Mono, ascii: false, assumed: false };
    for (scene, make) in ALL {
        let buf = picture(*make, ascii, 80, 24);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()), "{scene}");
        // The hints for help, and nothing that has no stand-in.
        assert_eq!(text(&buf).matches('?').count(), 2, "{scene}");
        let buf = picture(*make, mono, 120, 36);
        assert!(buf.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{scene}");
    }
}

#[test]
fn no_bar_is_a_hole_in_what_is_selected() {
    let look = Look { palette: Palette::Sixteen, ascii: false, assumed: false };
    let buf = picture(explored, look, 120, 36);
    let bars: Vec<_> = buf.content.iter().filter(|cell| cell.symbol() == "█").collect();
    assert!(bars.len() > 50, "there are bars");
    assert!(bars.iter().all(|cell| !cell.modifier.contains(Modifier::REVERSED)));
}

#[test]
fn what_was_stopped_is_not_called_too_much() {
    let said = |stops: bool| {
        let (mut app, query) = opened(settings(2, 2, Protection::None), Look::default());
        if stops {
            app.update(Message::Key(Key::Char(' ')));
        }
        let (progress, elapsed) = (Progress::default(), Duration::from_millis(300));
        for stage in [Stage::Searching, Stage::Drawing, Stage::Drawing] {
            let report = Report::Progress { ticket: query.ticket, stage, progress, elapsed };
            app.update(Message::Search(Box::new(report)));
        }
        text(&screen(&app, 120, 36))
    };
    assert!(said(false).contains("It was too much to search; this is a sample."));
    assert!(said(true).contains("The search was stopped; this is a sample."));
}

#[test]
fn what_was_not_measured_is_called_what_it_is() {
    for (kind, workers) in [
        (Kind::Thread, "threads"),
        (Kind::Process { shared: true }, "processes"),
        (Kind::Task { awaits: true }, "tasks"),
    ] {
        let mut app = searched(Settings { kind, ..settings(2, 2, Protection::None) }, Look::default());
        let said = text(&screen(&app, 120, 36));
        assert!(said.contains(&format!("Real {workers} have not run at these sizes yet")), "{said}");
        // From a moment of Step on.
        for key in [Key::BackTab, Key::Char('o'), Key::Char('z'), Key::Char('m')] {
            press(&mut app, key);
        }
        let said = text(&screen(&app, 120, 36));
        assert!(said.contains(&format!("Real {workers} begin at the start: esc")), "{said}");
    }
}

#[test]
fn every_size_is_drawn() {
    for (_, make) in ALL {
        draw_every_size(make(Look::default()));
    }
}

#[test]
fn enter_opens_the_selected_witness_in_step_and_explore_keeps_what_it_found() {
    let mut app = searched(settings(2, 3, Protection::None), Look::default());
    press(&mut app, Key::Down);
    let schedule = app.explore().witness().unwrap().schedule.clone();
    assert_eq!(schedule.to_string(), "0 1x6 0x5");
    press(&mut app, Key::Enter);
    assert_eq!(app.screen(), crate::app::Screen::Step);
    let copied = app.update(Message::Key(Key::Char('y')));
    assert_eq!(copied, [Command::Copy(schedule.to_string())]);
    press(&mut app, Key::Tab);
    assert_eq!((app.explore().rows().len(), app.explore().selected()), (5, 1));
}

#[test]
fn what_follows_a_moment_of_step_is_explored_and_opens_there() {
    let mut app = here(Look::default());
    assert_eq!(app.screen(), crate::app::Screen::Explore);
    let labels: Vec<&str> = app.explore().rows().iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels, ["2", "3", "4", "5"], "6 is out of reach");
    assert_eq!(app.explore().here().map(|here| here.words()).as_deref(), Some("from step 5 of 5"));
    let witness = app.explore().witness().unwrap();
    assert_eq!(witness.schedule, "0 1x4".parse::<Schedule>().unwrap().then(&witness.rest));
    let label = app.explore().rows()[1].label.clone();
    press(&mut app, Key::Enter);
    assert_eq!(app.screen(), crate::app::Screen::Step);
    let end = app.step().moment().end.clone().expect("it leads to the end");
    assert_eq!(app.step().label(&end), label);
    press(&mut app, Key::Tab);
    assert_eq!(app.explore().rows().len(), 4, "what was found is kept");
    press(&mut app, Key::Esc);
    assert_eq!((app.explore().here(), app.explore().rows().len()), (None, 5));
}

#[test]
fn the_right_outcome_always_has_a_row_and_panels_do_not_overlap() {
    let mut app = searched(settings(4, 3, Protection::None), Look::default());
    let panels = app.explore().panels((120, 40)).unwrap();
    assert_eq!(app.explore().shown(panels.rows()), (0..11).collect::<Vec<_>>(), "all of them have room");
    for wanted in [false, false, true] {
        for row in 0..11 {
            for (columns, rows) in
                (60..204).step_by(12).flat_map(|columns| (16..64).map(move |rows| (columns, rows)))
            {
                app.update(Message::Resize { columns, rows });
                let panels = app.explore().panels((columns, rows)).unwrap();
                let shown = app.explore().shown(panels.rows());
                assert!(shown.contains(&10) && shown.contains(&row), "{columns}x{rows}: {shown:?}");
                assert!(shown.is_sorted() && shown.len() <= usize::from(panels.rows()), "{shown:?}");
                assert!(!wanted || panels.measured.is_some());
                let measured = panels.measured.map(|panel| panel.body);
                let bodies = [panels.program.body, panels.outcomes.body, panels.witness.body];
                let mut below = 0;
                for body in bodies.into_iter().chain(measured) {
                    assert!(body.y > below && body.height > 0, "{columns}x{rows}: {panels:?}");
                    below = body.y + body.height - 1;
                }
                assert!(below < rows - 1, "{columns}x{rows}: {panels:?}");
            }
            press(&mut app, Key::Down);
        }
        press(&mut app, Key::Home);
        press(&mut app, Key::Char('m'));
    }
}

#[test]
fn a_click_selects_the_outcome_that_is_drawn_there() {
    let mut app = searched(settings(4, 3, Protection::None), Look::default());
    let (columns, rows) = (80, 24);
    app.update(Message::Resize { columns, rows });
    let table = app.explore().panels((columns, rows)).unwrap().table();
    let last = *app.explore().shown(table.height).last().unwrap();
    assert_eq!(last, 10, "the right one stands alone at the end");
    let row = table.y + table.height - 1;
    app.update(Message::Click { column: table.x + 8, row });
    assert_eq!(app.explore().selected(), 10);
}

#[test]
fn long_witnesses_scroll_to_their_end_and_back() {
    let mut app = searched(settings(4, 3, Protection::Lock), Look::default());
    let track = app.explore().panels((80, 24)).unwrap().track();
    assert_eq!(app.explore().left(track), 0);
    for _ in 0..100 {
        press(&mut app, Key::Right);
    }
    let end = app.explore().left(track);
    let tail = app.explore().witness().unwrap().laid(track).strip.tail();
    assert_eq!(end, tail + 1 - i64::from(track), "no farther than the end");
    let body = app.explore().panels((80, 24)).unwrap().witness.body;
    app.update(Message::Wheel { column: body.x + 20, row: body.y, by: -1 });
    assert_eq!(app.explore().left(track), end - 6);
    press(&mut app, Key::Left);
    assert_eq!(app.explore().left(track), end - 18);
    press(&mut app, Key::Char('h'));
    assert_eq!(app.explore().left(track), 0, "another witness is shown from its beginning");
    let mut short = searched(settings(2, 2, Protection::None), Look::default());
    press(&mut short, Key::Right);
    assert_eq!(short.explore().left(track), 0);
}

#[test]
fn settings_search_again_and_what_is_old_is_not_taken() {
    let (mut app, query) = opened(settings(2, 2, Protection::None), Look::default());
    let commands = app.update(Message::Key(Key::Char('l')));
    let orders: Vec<&Order> = commands
        .iter()
        .filter_map(|command| match command {
            Command::Search(order) => Some(order),
            _ => None,
        })
        .collect();
    assert!(matches!(orders.as_slice(), [Order::Cancel(old), Order::Start(_)] if *old == query.ticket));
    app.update(answered(&query, None));
    assert!(app.explore().findings().is_none(), "an answer to another question");
    let copied =
        searched(settings(2, 1, Protection::None), Look::default()).update(Message::Key(Key::Char('y')));
    assert_eq!(copied, [Command::Copy("0 1x2 0".into())]);
}

#[test]
fn space_stops_a_search_and_begins_one() {
    let (mut app, query) = opened(settings(2, 2, Protection::None), Look::default());
    let stop = app.update(Message::Key(Key::Char(' ')));
    assert_eq!(stop, [Command::Search(Order::Stop(query.ticket))]);
    app.update(answered(&query, Some(Duration::ZERO)));
    let again = app.update(Message::Key(Key::Char(' ')));
    assert!(matches!(again.as_slice(), [Command::Search(Order::Start(_))]));
    let other = Ticket { asker: "step", number: 1 };
    let text = String::new();
    app.update(Message::Search(Box::new(Report::Crashed { ticket: other, text })));
    assert!(app.explore().failed().is_none(), "another's");
}

fn key() -> impl Strategy<Value = Key> {
    let keys = "nlsxfukwW+-[]iIhmybr v?q0z,.".chars().map(Key::Char);
    let more = [Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Left, Key::Right, Key::Up, Key::Down];
    let ends = [Key::Home, Key::End, Key::PageUp, Key::PageDown];
    prop::sample::select(keys.chain(more).chain(ends).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_key_makes_it_panic(keys in prop::collection::vec((key(), 60_u16..130, 16_u16..45), 1..40)) {
        let mut app = searched(settings(2, 2, Protection::None), Look::default());
        for (key, columns, rows) in keys {
            app.update(Message::Resize { columns, rows });
            for command in app.update(Message::Key(key)) {
                if let Command::Search(Order::Start(query)) = command {
                    // Large ones are stopped at once.
                    let small = query.machine.program().threads.len() <= 2;
                    app.update(answered(&query, (!small).then_some(Duration::ZERO)));
                }
            }
            let (column, row) = (columns / 2, rows / 2);
            app.update(Message::Click { column, row });
            app.update(Message::Wheel { column, row, by: 1 });
            screen(&app, columns, rows);
        }
    }
}
