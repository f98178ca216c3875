//! From the state to a frame. Knows no engine.

use ratatui::Frame;

use crate::app::App;

/// Draws the whole screen.
pub fn draw(_app: &App, frame: &mut Frame<'_>) {
    frame.render_widget("racescope", frame.area());
}
