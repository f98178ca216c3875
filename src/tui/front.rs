//! What the loop needs of the program's state. The loop's only knowledge of `app` and `view`.

use std::time::Duration;

use ratatui::Frame;

use crate::app::picture::{Picture, Window};
use crate::app::{App, Command, Message};
use crate::view;

/// The state and its picture, as the loop sees them.
pub trait Front {
    /// Applies a message; says what is to be done about it.
    fn update(&mut self, message: Message) -> Vec<Command>;
    /// A window whose picture is to be made beside the loop.
    fn take_window(&mut self) -> Option<Window>;
    /// Shows the picture of a window that was taken.
    fn show(&mut self, picture: Picture);
    /// Tells the user something that the shell found out.
    fn notice(&mut self, text: String);
    /// Whether anything has changed since this was asked last.
    fn take_dirty(&mut self) -> bool;
    /// After how long a tick is wanted at the latest; `None` while nothing moves by itself.
    fn next_wake(&self) -> Option<Duration>;
    /// Whether the terminal should be asked for its ground.
    fn asks_ground(&self) -> bool;
    /// Draws the whole screen.
    fn draw(&self, frame: &mut Frame<'_>);
}

impl Front for App {
    fn update(&mut self, message: Message) -> Vec<Command> {
        App::update(self, message)
    }

    fn take_window(&mut self) -> Option<Window> {
        App::take_window(self)
    }

    fn show(&mut self, picture: Picture) {
        App::show(self, picture);
    }

    fn notice(&mut self, text: String) {
        App::notice(self, text);
    }

    fn take_dirty(&mut self) -> bool {
        App::take_dirty(self)
    }

    fn next_wake(&self) -> Option<Duration> {
        App::next_wake(self)
    }

    fn asks_ground(&self) -> bool {
        self.look().assumed
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        view::draw(self, frame);
    }
}
