//! Pictures that are made elsewhere: what is shown while they are awaited, and when they no longer are.

use super::*;
use crate::app::fixture::{Script, finished};
use crate::app::{App, Look, Message, Palette};
use crate::experiment::{Pace, Settings};
use crate::lab::report::Report;

const TOO_FAST: Pace = Pace::Every(1_000);

fn app() -> App {
    let look = Look { palette: Palette::Dark, ascii: false, assumed: false };
    App::new(Settings::default(), TOO_FAST, look).make_beside()
}

/// A window of so many increments, from this script on.
fn window(script: &mut Script, increments: usize, pace: Pace) -> Report {
    (0..increments).for_each(|_| {
        script.increment(0, 0);
    });
    let mut report = script.report(pace);
    if let Recording::Fresh(streams) | Recording::More(streams) = report.recording {
        report.recording = Recording::Window { streams, base: None, last: Source::Unknown, left_out: 0 };
    }
    report
}

fn tell(app: &mut App, report: Report) {
    app.update(Message::Lab(Box::new(report)));
}

fn shown(app: &App) -> usize {
    app.race().timeline().entries().len()
}

#[test]
fn a_small_window_is_shown_at_once_and_a_large_one_when_its_picture_has_come() {
    let (mut app, mut script) = (app(), Script::new(Settings::default()));
    tell(&mut app, window(&mut script, 10, TOO_FAST));
    assert!(app.take_window().is_none());
    assert_eq!(shown(&app), 20);

    app.update(Message::Tick(super::super::STILL));
    tell(&mut app, window(&mut script, 200, TOO_FAST));
    assert_eq!(shown(&app), 20, "nothing else is shown before its picture has come");
    let large = app.take_window().expect("it is to be made elsewhere");
    assert!(app.take_window().is_none(), "it is asked for once");
    app.show(Picture::of(large));
    assert_eq!(shown(&app), 400);
}

#[test]
fn what_comes_while_a_picture_is_awaited_waits_for_its_turn_behind_it() {
    let (mut app, mut script) = (app(), Script::new(Settings::default()));
    tell(&mut app, window(&mut script, 200, TOO_FAST));
    let large = app.take_window().expect("it is to be made elsewhere");
    script.increment(1, 0);
    tell(&mut app, script.report(TOO_FAST));
    app.show(Picture::of(large));
    assert_eq!(shown(&app), 400);
    app.update(Message::Tick(super::super::STILL));
    assert_eq!(shown(&app), 2, "the next window");
}

#[test]
fn a_picture_that_never_comes_makes_way_and_comes_too_late() {
    let (mut app, mut script) = (app(), Script::new(Settings::default()));
    tell(&mut app, window(&mut script, 200, TOO_FAST));
    let late = app.take_window().expect("it is to be made elsewhere");
    app.update(Message::Tick(super::super::STILL));
    tell(&mut app, window(&mut script, 10, TOO_FAST));
    assert_eq!(shown(&app), 20);
    app.show(Picture::of(late));
    assert_eq!(shown(&app), 20, "something newer is shown");
}

#[test]
fn what_flows_does_not_follow_on_a_window_that_was_not_shown() {
    let (mut app, mut script) = (app(), Script::new(Settings::default()));
    tell(&mut app, script.increment(0, 0).report(TOO_FAST));
    app.update(Message::Tick(super::super::STILL));
    tell(&mut app, window(&mut script, 200, TOO_FAST));
    let late = app.take_window().expect("it is to be made elsewhere");
    tell(&mut app, script.increment(1, 0).report(Pace::START));
    assert_eq!(shown(&app), 2, "only what came after the hole");
    app.show(Picture::of(late));
    assert_eq!(shown(&app), 2);
}

#[test]
fn the_words_are_about_the_run_whose_counts_are_shown() {
    let (mut app, mut script) = (app(), Script::new(Settings::default()));
    tell(&mut app, window(&mut script, 10, TOO_FAST));
    let mut over = script.report(TOO_FAST);
    over.run = 2;
    over.finished = vec![finished(Settings::default(), 1_500)];
    tell(&mut app, over);
    assert_eq!(app.race().counts().0.survived, 1_500);
    assert_eq!(app.race().told(), app.race().counts());
}
