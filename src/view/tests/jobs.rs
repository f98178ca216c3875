//! Pictures of jobs, told by hand.

mod downloads;

use super::{draw_every_size, picture, text};
use crate::app::jobs::{Phase, Report};
use crate::app::keymap::Action;
use crate::app::{App, Command, Key, Look, Message, Palette};
use crate::event::Worker;
use crate::event::jobs::{Cause, Job, JobEvent, JobOp, Text};
use crate::experiment::jobs::{InRow, Outcome};
use crate::experiment::{Pace, Settings};

const MS: u64 = 1_000_000;

/// A scene's name, and what makes it.
type Scene = (&'static str, fn(Look) -> App);

const ALL: &[Scene] = &[
    ("say", say),
    ("compute", compute),
    ("sleep", sleep),
    ("crashed", crashed),
    ("refused", refused),
    ("called_off", called_off),
    ("crowd", crowd),
    ("downloads", downloads::going),
    ("downloads_failed", downloads::failed),
];

/// What happens to jobs, in order of time.
#[derive(Default)]
struct Tale {
    events: Vec<JobEvent>,
    time: u64,
}

impl Tale {
    fn at(&mut self, micros: u64) -> &mut Self {
        self.time = micros * 1_000;
        self
    }

    fn tell(&mut self, job: u32, worker: Option<u16>, op: JobOp, core: Option<u16>) -> &mut Self {
        let worker = worker.map(Worker);
        self.events.push(JobEvent { job: Job(job), worker, op, time: self.time, core });
        self
    }

    fn queue(&mut self, jobs: u32) -> &mut Self {
        for job in 0..jobs {
            self.tell(job, None, JobOp::Queued, None);
        }
        self
    }

    fn begin(&mut self, job: u32, worker: u16, process: Option<u32>) -> &mut Self {
        self.tell(job, Some(worker), JobOp::Begin { process }, Some(worker % 2))
    }

    fn on(&mut self, job: u32, worker: u16, op: JobOp) -> &mut Self {
        self.tell(job, Some(worker), op, Some(worker % 2))
    }
}

fn press(app: &mut App, keys: &str) -> Vec<Command> {
    keys.chars().flat_map(|key| app.update(Message::Key(Key::Char(key)))).collect()
}

/// The program after these keys, and what a run told then.
fn told(look: Look, keys: &str, tale: &Tale, phase: Phase) -> App {
    let mut app = App::new(Settings::default(), Pace::START, look);
    press(&mut app, keys);
    let number = keys.len() as u64;
    let report = Report { number, events: tale.events.clone(), elapsed: tale.time, phase, served: None };
    app.update(Message::Jobs(Box::new(report)));
    app
}

fn ended(tale: &Tale, row: InRow, replaced: u32) -> Phase {
    Phase::Ended(Outcome { nanos: tale.time, row, stopped: false, replaced })
}

/// Two threads speak, and are not done.
fn say(look: Look) -> App {
    let mut tale = Tale::default();
    tale.queue(2).at(200).begin(0, 0, None).at(300).begin(1, 1, None);
    for round in 0..7_u64 {
        let first = round % 3 != 1;
        for (turn, worker) in [u16::from(!first), u16::from(first)].into_iter().enumerate() {
            let job = worker.into();
            let text =
                if job == 0 { (round + 1).to_string() } else { char::from(b'a' + round as u8).to_string() };
            tale.at(400 + round * 50_300 + turn as u64 * 700);
            if round > 0 {
                tale.on(job, worker, JobOp::Wake);
            }
            tale.on(job, worker, JobOp::Say(Text::new(&text))).on(job, worker, JobOp::Sleep(50 * MS));
        }
    }
    tale.at(320_000);
    told(look, "J", &tale, Phase::Running)
}

/// Eight jobs on a pool of four threads and two cores, ended out of order.
fn pool(crash: bool) -> Tale {
    let mut tale = Tale::default();
    tale.queue(8);
    for worker in 0..4 {
        tale.at(50 + 900 * u64::from(worker)).begin(worker.into(), worker, None);
    }
    for (at, worker, done, next) in [
        (24_100, 1, 1, Some(4)),
        (26_900, 0, 0, Some(5)),
        (49_000, 3, 3, Some(6)),
        (51_500, 2, 2, Some(7)),
        (73_000, 0, 5, None),
        (75_100, 1, 4, None),
        (95_000, 2, 7, None),
        (96_300, 3, 6, None),
    ] {
        let failed = crash && done == 4;
        let op =
            if failed { JobOp::Failed(Cause::Panicked) } else { JobOp::Done(17_984 - 500 * u64::from(done)) };
        tale.at(at).on(done, worker, op);
        if let Some(next) = next {
            tale.begin(next, worker, None);
        }
    }
    tale
}

fn compute(look: Look) -> App {
    let tale = pool(false);
    let phase = ended(&tale, InRow::Measured(190 * MS), 0);
    told(look, "JJ", &tale, phase)
}

fn crashed(look: Look) -> App {
    let tale = pool(true);
    let phase = ended(&tale, InRow::Estimated { nanos: 190 * MS, measured: 3 }, 1);
    let mut app = told(look, "JJX", &tale, phase);
    for _ in 0..4 {
        app.update(Message::Key(Key::Down));
    }
    app
}

/// 1 s and 2 s as tasks: both wait at once, and the row is being measured.
fn sleep(look: Look) -> App {
    let mut tale = Tale::default();
    tale.queue(2);
    for job in [0, 1] {
        let long = 1_000 * MS * u64::from(job + 1);
        tale.at(70 + u64::from(job)).begin(job, job as u16, None).on(job, job as u16, JobOp::Sleep(long));
    }
    tale.at(1_000_900).on(0, 0, JobOp::Wake).on(0, 0, JobOp::Done(1_000));
    tale.at(2_001_000).on(1, 1, JobOp::Wake).on(1, 1, JobOp::Done(2_000));
    let outcome = Outcome { nanos: tale.time, row: InRow::Unknown, stopped: false, replaced: 0 };
    told(look, "JJJ", &tale, Phase::InRow(outcome))
}

fn refused(look: Look) -> App {
    let why = "process 3 of 8 could not be started: no more room; use fewer processes, or raise the limit (ulimit -u)";
    told(look, "JJK", &Tale::default(), Phase::Failed(why.into()))
}

/// Processes, two of which had begun.
fn called_off(look: Look) -> App {
    let mut tale = Tale::default();
    tale.queue(8).at(2_100).begin(0, 0, Some(4_711)).at(2_900).begin(1, 1, Some(4_712));
    for job in 2..8 {
        tale.at(9_000).tell(job, None, JobOp::Cancelled, None);
    }
    tale.at(9_100).on(0, 0, JobOp::Cancelled).at(9_200).on(1, 1, JobOp::Cancelled);
    let outcome = Outcome { nanos: tale.time, row: InRow::Unknown, stopped: true, replaced: 0 };
    told(look, "JJK", &tale, Phase::Ended(outcome))
}

/// Ten thousand tasks asleep.
fn crowd(look: Look) -> App {
    let mut tale = Tale::default();
    tale.queue(10_000);
    for job in 0..10_000 {
        let sleep = JobOp::Sleep(2_000 * MS);
        tale.at(500 + u64::from(job)).begin(job, job as u16, None).on(job, job as u16, sleep);
    }
    tale.at(700_000);
    let mut app = App::new(Settings::default(), Pace::START, look);
    press(&mut app, "JJJ");
    let mut number = 3;
    while app.jobs().made().jobs < 10_000 {
        number +=
            press(&mut app, "i").iter().filter(|command| matches!(command, Command::Jobs(_))).count() as u64;
    }
    let report =
        Report { number, events: tale.events, elapsed: tale.time, phase: Phase::Running, served: None };
    app.update(Message::Jobs(Box::new(report)));
    app
}

#[test]
fn pictures() {
    for (scene, make) in ALL {
        for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
            if columns == 200
                && !matches!(*scene, "say" | "compute" | "sleep" | "downloads" | "downloads_failed")
            {
                continue;
            }
            let buf = picture(*make, Look::default(), columns, rows);
            insta::assert_snapshot!(format!("jobs_{scene}_{columns}x{rows}"), text(&buf));
        }
    }
}

#[test]
fn pictures_in_ascii_and_without_colour() {
    for (scene, make) in ALL {
        let look = Look { palette: Palette::Mono, ascii: true, assumed: false };
        let buf = picture(*make, look, 80, 24);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()), "{scene}");
        // In the bars it is a key.
        let panels = &buf.content[80..80 * 23];
        assert!(panels.iter().all(|cell| cell.symbol() != "?"), "{scene}: what has no stand-in");
        assert!(buf.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
        if matches!(*scene, "crashed" | "downloads_failed") {
            insta::assert_snapshot!(format!("jobs_{scene}_ascii"), text(&buf));
        }
    }
}

#[test]
fn every_size_is_drawn() {
    for (scene, make) in ALL {
        if *scene != "crowd" {
            draw_every_size(make(Look::default()));
        }
    }
}

#[test]
fn race_stands_still_while_its_workers_do_jobs_and_goes_on_after() {
    let mut app = App::new(Settings::default(), Pace::START, Look::default());
    let pauses =
        |commands: &[Command]| commands.iter().filter(|command| matches!(command, Command::Lab(_))).count();
    assert_eq!(pauses(&press(&mut app, "J")), 1);
    assert!(app.race().wants_pause());
    assert_eq!(pauses(&press(&mut app, "JJJ")), 0);
    app.update(Message::Key(Key::Tab));
    app.update(Message::Key(Key::BackTab));
    assert_eq!(app.screen(), crate::app::Screen::Jobs, "its tab shows what its workers do");
    assert_eq!(pauses(&press(&mut app, "J")), 1);
    assert!(!app.race().wants_pause());
    assert_eq!(app.screen(), crate::app::Screen::Race);
}

#[test]
fn who_has_paused_race_finds_it_paused_after_the_jobs() {
    let mut app = App::new(Settings::default(), Pace::START, Look::default());
    press(&mut app, " JJJJJ");
    assert!(app.race().wants_pause());
}

#[test]
fn every_setting_begins_a_run_of_its_own_and_what_is_old_is_not_taken() {
    let tale = pool(false);
    let mut app = told(Look::default(), "JJ", &tale, Phase::Running);
    assert_eq!(app.jobs().account().tally().done, 8);
    for key in ["K", "+", "c", "i", "g", "j", "X", "r", "X", "G", "-", "I", "c"] {
        let commands = press(&mut app, key);
        assert!(matches!(commands[..], [Command::Jobs(_)]), "{key}: {commands:?}");
        assert_eq!(app.jobs().account().records().len(), 0, "{key}");
    }
    let old = Report { number: 2, events: tale.events, elapsed: 0, phase: Phase::Running, served: None };
    app.update(Message::Jobs(Box::new(old)));
    assert_eq!(app.jobs().account().records().len(), 0);
}

#[test]
fn no_key_makes_it_panic() {
    let keys = [
        Key::Up,
        Key::Down,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
        Key::Delete,
        Key::Esc,
        Key::Enter,
    ];
    let letters = "JKXcgGiIj+-[]r abdefhklmnopstuvwxyz0123456789,.".chars().map(Key::Char);
    let all: Vec<Key> = keys.into_iter().chain(letters).collect();
    for (scene, make) in ALL.iter().filter(|(scene, _)| *scene != "crowd") {
        let mut app = make(Look::default());
        app.update(Message::Resize { columns: 90, rows: 30 });
        for round in 0..3 {
            for (at, &key) in all.iter().enumerate() {
                app.update(Message::Key(all[(at * 7 + round) % all.len()]));
                app.update(Message::Key(key));
                super::screen(&app, 90, 30);
                let settings = app.jobs().wanted();
                settings.check().unwrap_or_else(|why| panic!("{scene}: {why}"));
            }
        }
    }
}

#[test]
fn the_selected_job_is_called_off() {
    let mut app = told(Look::default(), "JJ", &pool(false), Phase::Running);
    app.update(Message::Key(Key::Down));
    let commands = app.update(Message::Key(Key::Delete));
    assert!(format!("{commands:?}").contains("CallOff(Some(Job(1)))"), "{commands:?}");
    assert!(crate::app::keymap::action(Key::Delete, app.screen()) == Some(Action::CallOff));
    let commands = press(&mut app, " ");
    assert!(format!("{commands:?}").contains("CallOff(None)"), "{commands:?}");
}
