use std::ops::ControlFlow;

use proptest::prelude::*;

use super::panels::Panels;
use super::reach::Standing;
use super::*;
use crate::app::fixture::{Script, app};
use crate::app::layout::Area;
use crate::app::{App, Key, Look, Message, Overlay, Screen};
use crate::experiment::{Kind, Protection, Settings};
use crate::lab::report::Report as LabReport;
use crate::machine::explore::service::{self, Order};
use crate::machine::explore::{Options, explore_from};
use crate::program::{CounterShape, counter, library};

fn small(threads: u16, iterations: u32, protection: Protection) -> Step {
    let shape = CounterShape { kind: Kind::Thread, threads, iterations, protection, permits: 2 };
    Step::new(Machine::new(counter::program(shape)))
}

fn at(schedule: &str) -> Step {
    let mut step = small(2, 3, Protection::None);
    step.follow(&schedule.parse().unwrap()).unwrap();
    step
}

fn labels(step: &Step, wanted: fn(&Standing) -> bool) -> Vec<String> {
    step.chips()
        .0
        .iter()
        .filter(|chip| wanted(&chip.standing))
        .map(|chip| step.label(&chip.outcome))
        .collect()
}

fn stepping() -> App {
    let settings = Settings { threads: 2, iterations: 3, ..Settings::default() };
    let mut app = App::new(settings, Pace::START, Look::default());
    app.update(Message::Key(Key::Tab));
    app
}

fn press(app: &mut App, keys: &str) {
    for c in keys.chars() {
        app.update(Message::Key(Key::Char(c)));
    }
}

#[test]
fn what_the_mock_shows_is_so() {
    let step = at("0 1x4");
    assert_eq!(labels(&step, |standing| matches!(standing, Standing::Reachable(_))), ["2", "3", "4", "5"]);
    assert_eq!(labels(&step, |standing| *standing == Standing::Excluded), ["6"]);
    assert_eq!(step.forecasts()[0], ("a lost update", Forecast::Certain(1)));
    assert_eq!(step.forecasts()[1], ("deadlock", Forecast::Excluded));
    let row = &step.moment().rows[0];
    assert_eq!((row.holds.as_str(), row.next.as_str()), ("holds 0", "stores 1"));
    assert_eq!(row.warning.as_deref(), Some("stale: the counter is 2"));
    assert_eq!(step.moment().rows[1].next, "loads 2");
    assert!(step.out_of_reach().unwrap().starts_with("6 is out of reach: T0 holds 0"));
}

#[test]
fn a_hint_leads_to_the_chosen_outcome() {
    for shipped in library::ENTRIES.iter().filter(|entry| entry.name.len() < 11) {
        let fresh = Step::new(Machine::new(shipped.program()));
        let outcomes: Vec<Outcome> = fresh.chips().0.iter().map(|chip| chip.outcome.clone()).collect();
        for goal in outcomes {
            let mut step = Step::new(Machine::new(shipped.program()));
            step.goal = Some(goal.clone());
            for _ in 0..200 {
                if step.moment().end.is_some() {
                    break;
                }
                step.act(crate::app::keymap::Action::Hint, (80, 24));
            }
            assert_eq!(step.moment().end.as_ref(), Some(&goal), "{}", shipped.name);
        }
    }
    let mut step = at("0 1x4");
    step.act(crate::app::keymap::Action::FocusBy(1), (80, 24));
    step.act(crate::app::keymap::Action::FocusBy(1), (80, 24));
    let goal = step.goal().cloned();
    while step.moment().end.is_none() {
        step.act(crate::app::keymap::Action::Hint, (80, 24));
    }
    assert_eq!(step.moment().end, goal);
}

#[test]
fn every_scheduler_runs_to_the_end_and_the_adversary_to_the_worst() {
    for (keys, worst) in [("", false), ("a", false), ("aa", true)] {
        let mut app = stepping();
        press(&mut app, keys);
        app.update(Message::Key(Key::Enter));
        let step = app.step();
        assert_eq!(step.position(), (12, 12), "{keys}");
        let end = step.moment().end.clone().map(|end| step.label(&end));
        assert!(!worst || end.as_deref() == Some("2"), "{end:?}");
    }
}

#[test]
fn the_same_seed_does_the_same_again_after_going_back() {
    let mut app = stepping();
    app.update(Message::Key(Key::Enter));
    let first = app.step().schedule().0;
    press(&mut app, "");
    for key in [Key::Home, Key::Enter] {
        app.update(Message::Key(key));
    }
    assert_eq!(app.step().schedule().0, first);
}

#[test]
fn going_on_from_the_middle_is_a_new_branch_and_the_old_one_is_kept() {
    let mut step = at("0 1x4");
    step.go(-3);
    step.step(Worker(0));
    assert_eq!((step.schedule().0.to_string(), step.branch()), ("0 1 0".into(), Some((2, 3))));
    for (there, ahead) in [("0 1", "0"), ("0 1x4", ""), ("0 1", "1x3"), ("0 1 0", "")] {
        step.act(crate::app::keymap::Action::Branch, (80, 24));
        let (past, next) = step.schedule();
        assert_eq!((past.to_string(), next.to_string()), (there.into(), ahead.into()));
    }
}

#[test]
fn a_schedule_is_entered_and_what_is_wrong_with_it_is_named() {
    let mut app = stepping();
    press(&mut app, "p0 1x4");
    app.update(Message::Key(Key::Enter));
    assert!(app.overlay().is_none());
    assert_eq!(app.step().schedule().0.to_string(), "0 1x4");
    press(&mut app, "p0x3 1x9 0");
    app.update(Message::Key(Key::Enter));
    let Some(Overlay::Line(line)) = app.overlay() else { panic!("the line stays open") };
    let (column, why) = line.error().unwrap();
    assert_eq!(column, 5, "{why}");
    assert!(why.contains("operation 10"), "{why}");
    app.update(Message::Key(Key::Esc));
    assert_eq!(app.step().schedule().0.to_string(), "0 1x4", "nothing has changed");
    let copied = app.update(Message::Key(Key::Char('y')));
    assert_eq!(copied, [crate::app::Command::Copy("0 1x4".into())]);
}

#[test]
fn a_program_is_chosen_from_the_list() {
    let mut app = stepping();
    press(&mut app, "vdead");
    app.update(Message::Key(Key::Enter));
    assert_eq!(app.step().program().name, "deadlock");
    assert_eq!(app.explore().machine().program().name, "deadlock");
    press(&mut app, "01");
    assert!(app.step().moment().end.is_some(), "each has one lock and waits for the other");
    press(&mut app, "0");
    assert_eq!(app.step().told(), Some("T0 can't move: it waits for b: T1 has it."));
    press(&mut app, "n");
    assert!(app.model().is_counter());
}

/// A real run's reports in slow motion: two workers, one of which loses updates.
fn real(protection: Protection) -> (Settings, LabReport) {
    let settings = Settings { threads: 2, iterations: 3, protection, ..Settings::default() };
    let mut script = Script::new(settings);
    script.load(0).wait(5).increment(1, 5).increment(1, 5).store(0).wait(5).increment(1, 3).load(0);
    let mut report = script.report(Pace::START);
    report.paused = true;
    (settings, report)
}

#[test]
fn a_real_run_opens_with_the_same_loads_stores_and_losses() {
    let (settings, report) = real(Protection::None);
    let mut app = app(settings, Pace::START, Look::default(), vec![report]);
    press(&mut app, "z");
    assert_eq!(app.screen(), Screen::Race, "paused first");
    press(&mut app, "z");
    assert_eq!(app.screen(), Screen::Step, "{:?}", app.race().notices());
    let step = app.step();
    assert_eq!(step.schedule().0.to_string(), "0 1x4 0 1x2 0");
    let ours = step.timeline().entries().iter().map(|entry| (entry.event.increment, entry.event.op));
    let theirs = app.race().timeline().entries().iter().map(|entry| (entry.event.increment, entry.event.op));
    assert!(ours.eq(theirs));
    for entry in app.race().timeline().entries() {
        let increment = entry.event.increment;
        assert_eq!(step.timeline().fate(increment), app.race().timeline().fate(increment));
    }
    assert_eq!(step.counts(), Some((4, app.race().value())));
}

#[test]
fn a_click_on_an_operation_or_on_the_bar_goes_to_that_moment() {
    for (size, ends) in [((120, 40), true), ((80, 24), false)] {
        let mut app = stepping();
        app.update(Message::Resize { columns: size.0, rows: size.1 });
        press(&mut app, "01111");
        let panels = Panels::of(app.step(), size).unwrap();
        let track = panels.lanes.body.x + crate::app::layout::GUTTER;
        let cells: Vec<i64> = app.step().strip(panels.track()).items().iter().map(|item| item.at).collect();
        assert_eq!(cells.len(), 5);
        for (moment, cell) in (1_usize..).zip(cells) {
            let column = track + cell as u16;
            app.update(Message::Click { column, row: panels.lanes.body.y });
            assert_eq!(app.step().position(), (moment, 5), "{size:?}");
            app.update(Message::Key(Key::End));
        }
        assert_eq!(panels.scrub.is_some(), ends, "{size:?}");
        let bar = panels.scrub.unwrap_or(Area { x: track, width: panels.track(), ..panels.bar });
        for moment in [3, 0, 5] {
            let cell = app.step().scale(bar.width).cell(moment);
            app.update(Message::Click { column: bar.x + cell, row: bar.y });
            assert_eq!(app.step().position(), (moment, 5), "the cursor goes where the mouse is");
        }
        app.update(Message::Click { column: size.0 - 3, row: panels.lanes.body.y });
        assert_eq!(app.step().position().0, 5, "beyond the newest there is nothing to go to");
    }
}

#[test]
fn the_bar_goes_along_with_the_mouse_once_it_was_pressed() {
    for size in [(120, 40), (80, 24)] {
        let mut app = stepping();
        app.update(Message::Resize { columns: size.0, rows: size.1 });
        press(&mut app, "01111");
        let panels = Panels::of(app.step(), size).unwrap();
        let track = panels.lanes.body.x + crate::app::layout::GUTTER;
        let bar = panels.scrub.unwrap_or(Area { x: track, width: panels.track(), ..panels.bar });
        let column = |app: &App, moment| bar.x + app.step().scale(bar.width).cell(moment);
        let drag = |app: &mut App, column, row| {
            app.update(Message::Drag { column, row });
            app.step().position().0
        };
        let to = column(&app, 1);
        assert_eq!(drag(&mut app, to, bar.y), 5, "nothing was pressed");
        let press = column(&app, 4);
        app.update(Message::Click { column: press, row: bar.y });
        assert_eq!(drag(&mut app, to, bar.y), 1, "{size:?}");
        let to = column(&app, 3);
        assert_eq!(drag(&mut app, to, 0), 3, "whatever row the mouse is in");
        assert_eq!(drag(&mut app, 0, bar.y), 0, "before its beginning is its beginning");
        assert_eq!(drag(&mut app, size.0 - 1, bar.y), 5, "beyond its end is its end");
        app.update(Message::Click { column: size.0 - 3, row: panels.lanes.body.y });
        let to = column(&app, 1);
        assert_eq!(drag(&mut app, to, bar.y), 5, "something else was pressed last");
    }
}

#[test]
fn what_is_pasted_is_a_schedule_and_moves_nobody() {
    let mut app = stepping();
    app.update(Message::Paste(" 0 1x4\t0 ".into()));
    assert_eq!(app.step().position(), (0, 0));
    let Some(Overlay::Line(line)) = app.overlay() else { panic!("a line is open") };
    assert_eq!(line.text(), "0 1x4 0");
    app.update(Message::Key(Key::Enter));
    assert_eq!(app.step().schedule().0.to_string(), "0 1x4 0");
    press(&mut app, "p");
    app.update(Message::Paste("1x".into()));
    app.update(Message::Paste("4".into()));
    let Some(Overlay::Line(line)) = app.overlay() else { panic!("a line is open") };
    assert_eq!(line.text(), "1x4");
}

#[test]
fn the_way_to_every_final_count_is_known_at_any_size() {
    let settings = Settings { threads: 4, iterations: 40, ..Settings::default() };
    let mut app = app(settings, Pace::START, Look::default(), Vec::new());
    app.update(Message::Key(Key::Tab));
    while app.model().iterations() < 40 {
        press(&mut app, "i");
    }
    let all = 4 * u64::from(app.model().iterations());
    // The worst is selected: hints lead there all the way, although no search here is complete.
    assert_eq!(app.step().goal().and_then(|goal| goal.values.first().map(|value| value.as_int())), Some(2));
    assert!(!app.step().searched().1);
    for done in 0..2 * all {
        let way = app.step().way().unwrap_or_else(|| panic!("no way is known after {done} operations"));
        assert_eq!(way.steps(), 2 * all - done);
        press(&mut app, "h");
    }
    assert_eq!(app.step().counts(), Some((all, 2)));
}

#[test]
fn lanes_of_workers_that_have_ended_hold_nothing() {
    let mut step = Step::new(Machine::new(library::find("processes").unwrap().program()));
    step.follow(&"0x5 1x4".parse().unwrap()).unwrap();
    let state = |step: &Step, worker: u16| step.strip(40).state(Worker(worker));
    assert_eq!(state(&step, 0), crate::app::race::strip::Lane::Between, "its last load was for an assertion");
    assert_eq!(step.moment().rows[0].stand, Stand::Done);
    step.go(-5);
    assert_eq!(state(&step, 0), crate::app::race::strip::Lane::Between);
    step.go(-1);
    assert_eq!(
        state(&step, 0),
        crate::app::race::strip::Lane::Holding,
        "back before its end it holds what it read"
    );
}

#[test]
fn that_it_goes_on_for_ever_is_certain_where_nothing_else_can_follow() {
    let mut step = Step::new(Machine::new(library::find("tasks-busy").unwrap().program()));
    let for_ever =
        |step: &Step| step.forecasts().into_iter().find(|row| row.0 == "going on for ever").map(|row| row.1);
    assert!(matches!(for_ever(&step), Some(Forecast::Possible(_))));
    step.step(Worker(0));
    assert!(matches!(for_ever(&step), Some(Forecast::Certain(_))), "whoever could help never has a turn");
}

#[test]
fn a_run_that_is_not_whole_is_refused_kindly() {
    let (settings, mut report) = real(Protection::None);
    report.dropped = 1;
    let mut app = app(settings, Pace::START, Look::default(), vec![report]);
    press(&mut app, " z");
    assert_eq!(app.screen(), Screen::Race);
    assert!(app.race().notices()[0].starts_with("Not all of this run is recorded"));
}

#[test]
fn what_is_too_much_at_once_is_asked_of_the_search_in_the_background() {
    let settings = Settings { threads: 4, iterations: 3, ..Settings::default() };
    let mut app = App::new(settings, Pace::START, Look::default());
    let mut asked = app.update(Message::Key(Key::Tab));
    asked.extend(app.update(Message::Key(Key::Char('0'))));
    let [.., crate::app::Command::Search(Order::Start(query))] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert!(!app.step().searched().1);
    let answer = service::answer(query, &mut |_, _| std::ops::ControlFlow::Continue(()));
    let report = service::Report::Done { ticket: query.ticket, answer: std::sync::Arc::new(answer) };
    assert!(app.update(Message::Search(Box::new(report))).is_empty());
    assert!(app.step().searched().1, "all of it is known now");
    assert!(app.update(Message::Key(Key::Char('1'))).len() <= 1);
    app.update(Message::Key(Key::Left));
    assert!(app.step().searched().1, "and remembered");
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        6 => prop::sample::select(vec!['0', '1', '2', '3', ' ', 'o', 'a', 'h', 'd', 'r', ',', '.', 'y'])
            .prop_map(Key::Char),
        2 => prop::sample::select(vec!['n', 'l', 's', 'x', 'f', 'k', 'w', '+', '-', 'i', 'I', '[', ']', 'v', 'p'])
            .prop_map(Key::Char),
        5 => prop::sample::select(vec![
            Key::Left, Key::Right, Key::Up, Key::Down, Key::Home, Key::End, Key::PageUp, Key::PageDown, Key::Esc,
            Key::Enter,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_pressed_the_moment_is_that_of_its_schedule(keys in prop::collection::vec(key(), 1..60)) {
        let mut app = stepping();
        for key in keys {
            app.update(Message::Key(key));
            app.update(Message::Tick(30_000_000));
        }
        let step = app.step();
        let again = Run::replay(step.run.machine().clone(), &step.schedule().0).unwrap();
        prop_assert_eq!(again.state(), step.run.state());
        prop_assert_eq!(again.events(), step.run.events());
        let shown: Vec<_> = step.timeline().entries().iter().map(|entry| entry.event.op).collect();
        let events: Vec<_> = again.events().iter().map(|event| event.op).collect();
        prop_assert!(events.ends_with(&shown));
        let mut fresh = Picture::new(&Run::new(step.run.machine().clone()));
        fresh.follow(&step.run);
        let (fresh, shown) = (fresh.lanes(), step.picture.lanes());
        prop_assert_eq!(fresh.completed, shown.completed);
        prop_assert_eq!(format!("{:?}", fresh.strip), format!("{:?}", shown.strip));
    }
}

#[test]
fn how_high_the_counter_can_still_get_is_known_at_any_size() {
    let best = |schedule: &str| {
        let step = at(schedule);
        let reachable = step.chips().0.iter().filter(|chip| matches!(chip.standing, Standing::Reachable(_)));
        let highest = reachable.filter_map(|chip| chip.outcome.values[0].as_int().into()).max();
        assert_eq!(step.best(), highest, "{schedule}");
        step.best().unwrap()
    };
    assert_eq!(["", "0", "0 1x4", "0 1x4 0", "0 1x2 0 1x2", "0x6"].map(best), [6, 6, 5, 4, 5, 6]);
    let mut large = small(4, 1_000, Protection::None);
    large.follow(&"0 1x4 0".parse().unwrap()).unwrap();
    assert!(!large.searched().1);
    assert_eq!(large.forecasts()[0].1, Forecast::Certain(0));
    assert_eq!(large.forecasts()[1].1, Forecast::Excluded);
    let known = |value: i64| {
        let mut chips = large.chips().0.iter();
        chips.find(|chip| chip.outcome.values[0].as_int() == value).map(|chip| chip.standing)
    };
    assert_eq!((known(3_998), known(3_999)), (Some(Standing::Unknown), Some(Standing::Excluded)));
}

#[test]
fn in_how_few_steps_an_update_is_lost_is_told_all_the_way() {
    let lost = |schedule: &str| at(schedule).forecasts()[0].1;
    assert_eq!(["", "0x2", "0"].map(lost), [4, 4, 3].map(Forecast::Possible));
    // Both hold the same: it will be lost, but nothing is overwritten before the second store.
    assert_eq!(["0 1", "0 1 0", "0 1 0 1", "0 1 0 1 0x4"].map(lost), [2, 1, 0, 0].map(Forecast::Certain));
    assert_eq!(["0x6", "0x6 1x6"].map(lost), [Forecast::Excluded; 2]);
}

#[test]
fn the_wheel_over_the_names_shows_other_workers_until_somebody_moves() {
    let mut step = small(20, 1, Protection::None);
    let size = (80, 24);
    let panels = Panels::of(&step, size).unwrap();
    let body = panels.lanes.body;
    assert!(panels.visible < 20);
    step.wheel(body.x, body.y, 3, size);
    assert_eq!((step.first_shown(panels.visible), step.position().0), (3, 0));
    step.wheel(body.x, body.y, 99, size);
    assert_eq!(step.first_shown(panels.visible), 20 - panels.visible, "no further than the last");
    step.step(Worker(1));
    assert_eq!(step.first_shown(panels.visible), 0, "whoever moves is shown");
    step.wheel(body.x + 30, body.y, -1, size);
    assert_eq!(step.position().0, 0, "elsewhere it goes back");
}

#[test]
fn the_adversary_gives_up_where_nothing_bad_can_happen() {
    let mut step = small(4, 500, Protection::Lock);
    step.who = Who::Adversary;
    step.act(crate::app::keymap::Action::Finish, (80, 24));
    assert_eq!(step.position(), (8_000, 8_000));
    assert_eq!(step.counts(), Some((2_000, 2_000)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_search_finds_more_than_the_counter_can_still_get(
        protection in prop::sample::select(Protection::ALL.to_vec()),
        picks in prop::collection::vec(0_usize..3, 0..14),
    ) {
        let mut step = small(3, 2, protection);
        for pick in picks {
            if let Some(&worker) = step.enabled.get(pick % step.enabled.len().max(1)) {
                step.step(worker);
            }
        }
        // All of it, whatever Step searches at once and what in the background.
        let options = Options { cores: 1, counts: false, switches: false, ..Options::default() };
        let here = explore_from(step.run.machine(), step.run.state(), &options, &mut |_| ControlFlow::Continue(()));
        prop_assert!(here.is_complete());
        let highest = here.outcomes.iter().map(|found| found.outcome.values[0].as_int()).max();
        prop_assert!(step.best() >= highest, "{:?} {highest:?}", step.best());
        if protection == Protection::None {
            prop_assert_eq!(step.best(), highest);
        }
        let wrong = |outcome: &Outcome| !outcome.holds;
        let kind = |forecast: Forecast| match forecast {
            Forecast::Certain(_) => Forecast::Certain(0),
            Forecast::Possible(_) => Forecast::Possible(0),
            other => other,
        };
        let searched = here.forecast(wrong);
        prop_assert_eq!(kind(step.lost_update(searched)), kind(searched));
        if protection == Protection::None {
            prop_assert_eq!(step.lost_update(Forecast::Unknown), step.lost_update(searched));
        }
    }
}
