//! Pictures of the Race screen.

mod random;
mod scenes;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::draw_buffer;
use crate::app::App;

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

#[test]
#[ignore = "for looking"]
fn look() {
    let size = std::env::var("SIZE").unwrap_or("80x24".into());
    let (w, h) = size.split_once('x').unwrap();
    let (w, h) = (w.parse().unwrap(), h.parse().unwrap());
    let name = std::env::var("SCENE").unwrap_or_default();
    for (scene, make) in scenes::ALL {
        if !name.is_empty() && name != *scene {
            continue;
        }
        let mut app = make(scenes::look_from_env());
        app.update(crate::app::Message::Resize { columns: w, rows: h });
        println!("== {scene}\n{}", text(&screen(&app, w, h)));
    }
}
