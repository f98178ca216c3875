//! Pictures of the Step screen.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{draw_every_size, screen, styles, text};
use crate::app::{App, Command, Key, Look, Message, Palette};
use crate::experiment::{Pace, Protection, Settings};
use crate::machine::explore::service::{self, Order, Report};

fn press(app: &mut App, keys: &str) {
    for c in keys.chars() {
        app.update(Message::Key(if c == '\n' { Key::Enter } else { Key::Char(c) }));
    }
}

/// The counter, after these keys.
fn counter(threads: u16, iterations: u32, protection: Protection, look: Look, keys: &str) -> App {
    let settings = Settings { threads, iterations, protection, ..Settings::default() };
    let mut app = App::new(settings, Pace::START, look);
    app.update(Message::Key(Key::Tab));
    press(&mut app, keys);
    app
}

/// The mock's story.
fn mock(look: Look) -> App {
    counter(2, 3, Protection::None, look, "01111")
}

/// T0 inside, the others waiting; a thousand iterations stand in Race.
fn lock(look: Look) -> App {
    counter(4, 1_000, Protection::Lock, look, "00")
}

/// Three permits would be needed.
fn semaphore(look: Look) -> App {
    counter(3, 2, Protection::Semaphore, look, "0011001122")
}

/// In the midst of a run that is remembered, with another branch.
fn branch(look: Look) -> App {
    let mut app = counter(2, 3, Protection::None, look, "\n");
    app.update(Message::Key(Key::Home));
    press(&mut app, "110");
    for key in [Key::Left, Key::Down] {
        app.update(Message::Key(key));
    }
    app
}

fn deadlock(look: Look) -> App {
    counter(2, 3, Protection::None, look, "vdeadlock\n01")
}

fn buffer(look: Look) -> App {
    counter(2, 3, Protection::None, look, "vbuffer-if\n000200")
}

fn spinning(look: Look) -> App {
    counter(2, 3, Protection::None, look, "vpeterson\n0011")
}

/// What is shared is true or false, and lanes say so.
fn truth(look: Look) -> App {
    counter(2, 3, Protection::None, look, "vrendezvous\n001101")
}

fn many(look: Look) -> App {
    counter(20, 2, Protection::None, look, "012345")
}

fn entering(look: Look) -> App {
    counter(2, 3, Protection::None, look, "p0x2 1x7\n")
}

/// A way that no line has room for, as a whole.
fn way(look: Look) -> App {
    let mut app = counter(6, 4, Protection::Lock, look, "");
    for command in app.update(Message::Key(Key::Char('0'))) {
        let Command::Search(Order::Start(query)) = command else { continue };
        let answer = Arc::new(service::answer(&query, &mut |_, _| ControlFlow::Continue(())));
        app.update(Message::Search(Box::new(Report::Done { ticket: query.ticket, answer })));
    }
    press(&mut app, "H");
    app
}

fn programs(look: Look) -> App {
    counter(2, 3, Protection::None, look, "v")
}

type Scene = (&'static str, fn(Look) -> App);

const ALL: &[Scene] = &[
    ("mock", mock),
    ("lock", lock),
    ("semaphore", semaphore),
    ("branch", branch),
    ("deadlock", deadlock),
    ("buffer", buffer),
    ("spinning", spinning),
    ("truth", truth),
    ("many", many),
    ("entering", entering),
    ("way", way),
    ("programs", programs),
];

fn picture(make: fn(Look) -> App, look: Look, columns: u16, rows: u16) -> ratatui::buffer::Buffer {
    let mut app = make(look);
    app.update(Message::Resize { columns, rows });
    screen(&app, columns, rows)
}

#[test]
fn pictures() {
    for (scene, make) in ALL {
        for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
            if columns == 200 && !matches!(*scene, "mock" | "lock" | "buffer") {
                continue;
            }
            let buf = picture(*make, Look::default(), columns, rows);
            insta::assert_snapshot!(format!("step_{scene}_{columns}x{rows}"), text(&buf));
        }
    }
}

#[test]
fn pictures_in_ascii_and_styles_without_colour() {
    for (scene, make) in [ALL[0], ALL[1]] {
        let ascii = picture(make, Look { ascii: true, ..Look::default() }, 80, 24);
        assert!(ascii.content.iter().all(|cell| cell.symbol().is_ascii()));
        insta::assert_snapshot!(format!("step_{scene}_ascii"), text(&ascii));
    }
    let mono = picture(mock, Look { palette: Palette::Mono, ..Look::default() }, 80, 24);
    insta::assert_snapshot!("step_mock_mono_styles", styles(&mono));
}

#[test]
fn every_size_is_drawn() {
    for (_, make) in ALL {
        draw_every_size(make(Look::default()));
    }
}
