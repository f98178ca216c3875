//! From the state to a frame. Knows no engine.
//!
//! ```text
//!  racescope    Race  Step  Explore  Compare          ▶ slow motion  4 steps/s   00:12   ? help
//!
//!                              the screen: see view/race.rs, jobs.rs, step.rs, explore.rs, compare.rs
//!
//!  n none  l lock  s semaphore  [ ] permits 2  …                                ? help  q quit
//! ```

mod bars;
mod compare;
mod digits;
mod explore;
mod glyphs;
mod help;
mod jobs;
mod lanes;
pub(crate) mod pen;
mod programs;
mod race;
mod step;
mod theme;
mod way;
mod words;

use ratatui::Frame;
use ratatui::buffer::Buffer;

use crate::app::layout::{Area, LEAST};
use crate::app::{App, Overlay, Screen};
use pen::Pen;
use theme::Theme;

/// Draws the whole screen.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    draw_buffer(app, frame.buffer_mut());
}

/// Draws the whole screen into a buffer of any size.
pub fn draw_buffer(app: &App, buf: &mut Buffer) {
    let whole = Area { x: buf.area.x, y: buf.area.y, width: buf.area.width, height: buf.area.height };
    let look = app.look();
    let mut pen = Pen::new(buf, Theme::new(look.palette), look.ascii);
    if whole.width < LEAST.0 || whole.height < LEAST.1 {
        too_small(whole, &mut pen);
    } else {
        bars::header(app, whole, &mut pen);
        match app.screen() {
            Screen::Race => race::draw(app.race(), whole, &mut pen),
            Screen::Jobs => jobs::draw(app.jobs(), whole, &mut pen),
            Screen::Step => step::draw(app.step(), app.model(), whole, &mut pen),
            Screen::Explore => explore::draw(app, whole, &mut pen),
            Screen::Compare => compare::draw(app.compare(), whole, &mut pen),
        }
        bars::footer(app, whole, &mut pen);
    }
    if app.overlay().is_some() {
        // What lies beneath stands back.
        pen.fade(whole);
    }
    match app.overlay() {
        None => {}
        Some(Overlay::Help(state)) => help::draw(state, whole, &mut pen),
        Some(Overlay::Programs(list)) => programs::draw(list, whole, &mut pen),
        Some(Overlay::Line(line)) => step::line(line, whole, &mut pen),
        Some(Overlay::Way(shown)) => way::draw(shown, whole, app.size(), &mut pen),
    }
}

/// Says kindly that there is not enough room.
fn too_small(area: Area, pen: &mut Pen<'_>) {
    let needed = format!("{} × {} or more, please", LEAST.0, LEAST.1);
    let here = format!("this is {} × {}", area.width, area.height);
    let lines = ["racescope needs a little room:", &needed, &here, "? help   q quit"];
    let top = area.y + (area.height.saturating_sub(lines.len() as u16)) / 2;
    for (y, line) in (top..).zip(lines) {
        let x = area.x + area.width.saturating_sub(pen::columns(line)) / 2;
        let style = if y == top { pen.theme.strong() } else { pen.theme.text() };
        pen.put(x, y, line, style);
    }
}

#[cfg(test)]
mod tests;
