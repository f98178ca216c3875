//! Pictures of the Race screen.

mod compare;
mod explore;
mod jobs;
mod random;
mod scenes;
mod step;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use ratatui::style::{Color, Modifier};

use super::draw_buffer;
use super::theme::Theme;
use crate::app::fixture::{Recording, Script};
use crate::app::{App, Look, Message, Palette};
use crate::event::Source;
use crate::experiment::figures::Doing;
use crate::experiment::{Kind, Pace, Settings};

/// The screen at a size.
fn screen(app: &App, columns: u16, rows: u16) -> Buffer {
    let mut buf = Buffer::empty(Rect::new(0, 0, columns, rows));
    draw_buffer(app, &mut buf);
    buf
}

/// Its text, without blanks at the ends of lines.
fn text(buf: &Buffer) -> String {
    let width = usize::from(buf.area.width.max(1));
    let line = |cells: &[ratatui::buffer::Cell]| {
        let line: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        line.trim_end().to_string()
    };
    buf.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
}

/// Its styles: one letter for each, and what the letters mean.
fn styles(buf: &Buffer) -> String {
    let mut known = Vec::new();
    let mut grid = String::new();
    for line in buf.content.chunks(usize::from(buf.area.width.max(1))) {
        let letters: String = line
            .iter()
            .map(|cell| {
                let style = (cell.fg, cell.bg, cell.modifier);
                if cell.symbol() == " " && style == (Color::Reset, Color::Reset, Modifier::empty()) {
                    return ' ';
                }
                let index = known.iter().position(|other| *other == style).unwrap_or_else(|| {
                    known.push(style);
                    known.len() - 1
                });
                char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"[index.min(35)])
            })
            .collect();
        grid.push_str(letters.trim_end());
        grid.push('\n');
    }
    for ((fg, bg, modifier), letter) in known.into_iter().zip('a'..) {
        grid.push_str(&format!("{letter}: {fg} on {bg} {modifier:?}\n"));
    }
    grid
}

/// A scene at a size, as text.
fn picture(make: fn(Look) -> App, look: Look, columns: u16, rows: u16) -> Buffer {
    let mut app = make(look);
    app.update(Message::Resize { columns, rows });
    screen(&app, columns, rows)
}

/// Draws it at sizes of every kind, and presses in the middle of each.
fn draw_every_size(mut app: App) {
    for columns in (0..130).step_by(7) {
        for rows in (0..45).step_by(3) {
            app.update(Message::Resize { columns, rows });
            screen(&app, columns, rows);
            app.update(Message::Click { column: columns / 2, row: rows / 2 });
        }
    }
}

#[test]
fn pictures() {
    for (scene, make) in scenes::ALL {
        for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
            let small = matches!(*scene, "empty" | "failed" | "burst" | "help" | "no_overlap" | "semaphore");
            if columns == 200 && small {
                continue;
            }
            let buf = picture(*make, Look::default(), columns, rows);
            insta::assert_snapshot!(format!("{scene}_{columns}x{rows}"), text(&buf));
        }
    }
}

#[test]
fn pictures_in_ascii() {
    let look = Look { ascii: true, ..Look::default() };
    for (name, make) in
        scenes::ALL.iter().filter(|(name, _)| ["slow", "lock", "window", "paused"].contains(name))
    {
        let buf = picture(*make, look, 80, 24);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii()));
        insta::assert_snapshot!(format!("{name}_ascii"), text(&buf));
    }
}

#[test]
fn pictures_of_styles() {
    for palette in [Palette::Dark, Palette::Light, Palette::Sixteen, Palette::SixteenLight, Palette::Mono] {
        let look = Look { palette, ascii: false, assumed: false };
        let buf = picture(scenes::paused, look, 80, 24);
        insta::assert_snapshot!(format!("styles_{palette:?}").to_lowercase(), styles(&buf));
    }
}

#[test]
fn mono_uses_no_colour() {
    for (_, make) in scenes::ALL {
        let buf = picture(*make, Look { palette: Palette::Mono, ascii: false, assumed: false }, 120, 40);
        assert!(buf.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    }
}

#[test]
fn alarm_never_stands_alone() {
    let alarm = Theme::new(Palette::Dark).alarm().fg.unwrap();
    // The help overlay hides the signs of what is beneath it.
    for (scene, make) in scenes::ALL.iter().filter(|(scene, _)| *scene != "help") {
        let buf = picture(*make, Look::default(), 120, 40);
        let rows: Vec<_> = buf.content.chunks(120).collect();
        for y in (0..rows.len()).filter(|&y| rows[y].iter().any(|cell| cell.fg == alarm)) {
            // The bar stands right under the figures, a note under the memory lane names what it is about, a sentence may go
            // on in the next line, and the bars of final counts stand on the row that says it.
            let near =
                rows[y.saturating_sub(3)..=(y + 3).min(rows.len() - 1)].iter().flat_map(|row| row.iter());
            let signs = ["✗", "⚠", "└", "┘"];
            assert!(near.into_iter().any(|cell| signs.contains(&cell.symbol())), "{scene}, row {y}");
        }
    }
}

#[test]
fn what_was_before_the_record_began_is_not_drawn_as_if_it_were_known() {
    let mut script = Script::new(Settings::default());
    script.load(0).wait(300).load(1).wait(100).store(1).wait(100).store(0);
    let mut report = script.report(Pace::START);
    if let Recording::Fresh(mut streams) = std::mem::take(&mut report.recording) {
        streams[0].remove(0);
        report.recording = Recording::Window { streams, base: None, last: Source::Unknown, left_out: 0 };
    }
    let app = crate::app::fixture::app(Settings::default(), Pace::START, Look::default(), vec![report]);
    let picture = text(&screen(&app, 80, 24));
    let lane = |name: &str| {
        picture.lines().rfind(|line| line.starts_with(name)).unwrap().chars().collect::<Vec<_>>()
    };
    let (t0, t1) = (lane("   T0"), lane("   T1"));
    let begin = t1.iter().position(|c| *c == 'L').unwrap();
    assert!(t0[..begin].iter().all(|c| !"━╍".contains(*c)), "{picture}");
    assert!(t0[begin] == '━', "{picture}");
}

#[test]
fn whoever_was_killed_holds_nothing_any_more() {
    let settings = Settings { kind: Kind::Process { shared: true }, ..Settings::default() };
    let mut script = Script::new(settings);
    script.acquire(0).wait(100).load(0).wait(400);
    let lane = |script: &mut Script| {
        let app = crate::app::fixture::app(
            settings,
            Pace::START,
            Look::default(),
            vec![script.report(Pace::START)],
        );
        let picture = text(&screen(&app, 80, 24));
        let lane = picture.lines().rfind(|line| line.starts_with("   T0")).unwrap().to_owned();
        lane.rsplit("L0").next().unwrap().to_owned()
    };
    let mut other = Script::new(settings);
    other.acquire(0).wait(100).load(0).wait(400);
    assert!(lane(&mut other).starts_with('━'));
    script.workers[0].doing = Doing::Killed;
    assert!(lane(&mut script).starts_with('·'));
}
