//! What is said, word for word.

use super::{Tone, story};
use crate::app::fixture::{Script, app, finished};
use crate::app::keymap::{self, Action};
use crate::app::{App, Look, Message, Screen};
use crate::experiment::figures::{Counts, Doing, Segment};
use crate::experiment::{Gap, Pace, Protection, Settings};
use crate::lab::report::Phase;

fn said(app: &App) -> Vec<(Tone, String)> {
    story(app.race()).1
}

/// T1 and T0 load the same, and both store.
fn lossy() -> Script {
    let mut script = Script::new(Settings::default());
    script.load(0).wait(100).load(1).wait(100).store(0).wait(100).store(1).wait(100);
    script
}

#[test]
fn a_loss_is_told_until_the_settings_change() {
    let mut script = lossy();
    let mut app = app(Settings::default(), Pace::START, Look::default(), vec![script.report(Pace::START)]);
    let lost = |app: &App| said(app).iter().any(|(tone, text)| *tone == Tone::Alarm && text.contains("lost"));
    assert!(lost(&app));

    script.wait(50);
    let mut report = script.report(Pace::START);
    let locked = Settings { protection: Protection::Lock, ..Settings::default() };
    report.settings = locked;
    let open = |completed| {
        let counts = Counts { completed, survived: completed, hand_overs: 0, retries: 0 };
        Segment { settings: locked, counts, most_holders: Some(1) }
    };
    report.segments.push(open(0));
    app.update(Message::Lab(Box::new(report.clone())));
    assert!(!lost(&app), "what was lost before the lock came is not what happens now: {:?}", said(&app));
    assert!(
        super::earlier(app.race()).any(|(_, text)| text.contains("is lost")),
        "but it is what happened before"
    );

    report.segments.pop();
    report.segments.push(open(1));
    app.update(Message::Lab(Box::new(report.clone())));
    let good = said(&app).into_iter().find(|(tone, _)| *tone == Tone::Good).map(|(_, text)| text);
    assert_eq!(good.as_deref(), Some("Since the change: 1 update, and none is lost."));

    script.wait(100).load(2).wait(10).load(3).wait(10).store(2).wait(10).store(3);
    let mut report = script.report(Pace::START);
    report.settings = locked;
    app.update(Message::Lab(Box::new(report)));
    assert!(lost(&app), "a loss after the change is told");
}

#[test]
fn who_was_killed_with_an_old_value_threatens_nobody() {
    let mut script = Script::new(Settings::default());
    script.load(0).wait(100).load(1).wait(100).store(0).wait(100);
    let mut report = script.report(Pace::START);
    let threat = |report: &crate::lab::report::Report| {
        let app = app(Settings::default(), Pace::START, Look::default(), vec![report.clone()]);
        super::threat(app.race(), 60)
    };
    assert_eq!(threat(&report).as_deref(), Some("If T1 stores next, T0's update is gone."));
    report.workers[1].doing = Doing::Killed;
    assert_eq!(threat(&report), None);
}

#[test]
fn when_nobody_met_it_is_said_and_the_key_that_widens_the_gap_is_named() {
    let settings = Settings { gap: Gap::NONE, ..Settings::default() };
    let counts = |hand_overs| Counts { completed: 4_000, survived: 4_000, hand_overs, retries: 0 };
    let check = |hand_overs, met: &str| {
        let mut report = Script::new(settings).report(Pace::Full);
        report.phase = Phase::Ended;
        let mut run = finished(settings, 4_000);
        run.counts = counts(hand_overs);
        report.counts = run.counts;
        report.finished = vec![run];
        let told = said(&app(settings, Pace::Full, Look::default(), vec![report]));
        let told: Vec<_> = told.into_iter().map(|(_, text)| text).collect();
        assert_eq!(told[0], "Nothing was lost of 4 000 updates, though nothing protects them.");
        assert!(told[1].starts_with(met), "{told:?}");
        assert_eq!(told[2], "g widens the gap.");
    };
    check(0, "No hand-overs: the workers hardly met.");
    check(1, "Only 1 hand-over: the workers hardly met.");
    check(3, "Only 3 hand-overs: the workers hardly met.");
    let wider = keymap::presses(Screen::Race).find(|press| press.action == Action::Gap(1));
    assert_eq!(wider.map(|press| press.shown), Some("g"), "and that is the key which does it");
}

#[test]
fn the_story_of_an_increment_names_whose_store_it_read_who_read_the_same_and_who_won() {
    let mut script = lossy();
    script.load(2).wait(100).store(2).wait(500);
    let mut report = script.report(Pace::START);
    report.paused = true;
    let mut app = app(Settings::default(), Pace::START, Look::default(), vec![report]);
    app.update(Message::Resize { columns: 120, rows: 40 });
    let mut of = |keys: &[crate::app::Key]| {
        for &key in keys {
            app.update(Message::Key(key));
        }
        let (title, told) = story(app.race());
        (title, told.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" "))
    };
    use crate::app::Key;
    let (title, told) = of(&[Key::Char(' '), Key::Home]);
    assert_eq!(title, "story of T0's update 1");
    assert_eq!(
        told,
        "T0 loaded 0, the value from the start. T1's update 1 loaded it too; only one of these can count. It stored 1; \
         nobody had stored in between. ✗ Lost for good. T1's update 1 won over it."
    );
    let (title, told) = of(&[Key::Right]);
    assert_eq!(title, "story of T1's update 1");
    assert_eq!(
        told,
        "T1 loaded 0, the value from the start. T0's update 1 loaded it too; only one of these can count. When it stored \
         1, the counter had become 1, from T0's update 1. It overwrote T0's update 1. The counter is built on it: it \
         survived. T2's update 1 built on it."
    );
    let (title, told) = of(&[Key::End]);
    assert_eq!(title, "story of T2's update 1");
    assert_eq!(
        told,
        "T2 loaded 1, from T1's update 1. It stored 2; nobody had stored in between. The counter is built on it: it \
         survived."
    );
}

#[test]
fn who_is_alone_is_told_so_and_which_key_adds_another() {
    let settings = Settings { threads: 1, ..Settings::default() };
    let told =
        said(&app(settings, Pace::START, Look::default(), vec![Script::new(settings).report(Pace::START)]));
    assert_eq!(told[0].1, "A worker alone: nobody comes between its load and its store. + adds another.");
    let more = keymap::presses(Screen::Race).find(|press| press.action == Action::Threads(1));
    assert_eq!(more.map(|press| press.shown), Some("+ ="), "and that is the key which does it");
}

#[test]
fn one_is_not_said_as_several() {
    let settings = Settings { threads: 2, iterations: 1, ..Settings::default() };
    let mut report = Script::new(settings).report(Pace::Full);
    report.phase = Phase::Ended;
    let mut run = finished(settings, 1);
    run.counts.hand_overs = 0;
    report.counts = run.counts;
    report.finished = vec![run];
    let told = said(&app(settings, Pace::Full, Look::default(), vec![report]));
    assert_eq!(told[0].1, "✗ 1 of 2 updates is lost (50.0 %).");
}

#[test]
fn what_is_over_is_not_said_of_settings_that_came_after_it() {
    let locked = Settings { protection: Protection::Lock, ..Settings::default() };
    let mut report = Script::new(locked).report(Pace::START);
    report.phase = Phase::Ended;
    report.counts = finished(locked, 4_000).counts;
    report.segments = vec![Segment { settings: locked, counts: report.counts, most_holders: Some(1) }];
    report.settings = Settings::default();
    let app = app(Settings::default(), Pace::START, Look::default(), vec![report]);
    assert_eq!(app.race().counted_settings().protection, Protection::Lock);
    let told: Vec<_> = said(&app).into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        told,
        ["0 of 4 000 updates lost.", "That run was made with protection lock; r begins one with none."]
    );
}

#[test]
fn at_full_speed_a_change_takes_the_counts_from_before_it_off_the_screen() {
    let mut report = Script::new(Settings::default()).report(Pace::Full);
    report.finished = vec![finished(Settings::default(), 1_000)];
    let mut app = app(Settings::default(), Pace::Full, Look::default(), vec![report.clone()]);
    assert_eq!(app.race().counts().0.lost(), 3_000);
    let locked = Settings { protection: Protection::Lock, ..Settings::default() };
    let mut change = |finished| {
        let report = crate::lab::report::Report { settings: locked, finished, ..report.clone() };
        app.update(Message::Lab(Box::new(report)));
        (app.race().counts().0, app.race().held_run().is_some())
    };
    assert_eq!(change(Vec::new()), (Counts::default(), false));
    let (counts, held) = change(vec![finished(locked, 4_000)]);
    assert_eq!((counts.lost(), counts.completed, held), (0, 4_000, true));
}
