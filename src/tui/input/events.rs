//! Keys elsewhere: crossterm's events.
#![cfg_attr(unix, allow(dead_code, reason = "on Unix only its tests use it"))]

use std::io;
use std::time::Duration;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::app::{Key, Message};

/// Messages taken in one go before a frame is due.
const MOST: usize = 4096;

/// The keyboard and the mouse.
#[derive(Debug)]
pub(in crate::tui) struct Input(());

impl Input {
    /// Opens it.
    pub(in crate::tui) fn open() -> io::Result<Self> {
        Ok(Input(()))
    }

    /// Waits at most so long and appends what has come. Says whether the screen may have changed its size.
    pub(in crate::tui) fn wait(&mut self, time: Duration, messages: &mut Vec<Message>) -> io::Result<bool> {
        let mut time = time.max(Duration::from_millis(1));
        let mut resized = false;
        while messages.len() < MOST && crossterm::event::poll(time)? {
            let event = crossterm::event::read()?;
            resized |= matches!(event, Event::Resize(..));
            messages.extend(message(&event));
            time = Duration::from_millis(1);
        }
        Ok(resized)
    }
}

fn message(event: &Event) -> Option<Message> {
    match event {
        // Some platforms report releases too: acting on them would count every key twice.
        Event::Key(event) if event.kind != KeyEventKind::Release => key(event).map(Message::Key),
        Event::Mouse(event) => mouse(event),
        _ => None,
    }
}

fn key(event: &KeyEvent) -> Option<Key> {
    Some(match event.code {
        KeyCode::Char(character) if event.modifiers.contains(KeyModifiers::CONTROL) => {
            Key::Ctrl(character.to_ascii_lowercase())
        }
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    })
}

fn mouse(event: &MouseEvent) -> Option<Message> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Message::Click { column, row }),
        MouseEventKind::Drag(MouseButton::Left) => Some(Message::Drag { column, row }),
        MouseEventKind::ScrollUp => Some(Message::Wheel { column, row, by: -1 }),
        MouseEventKind::ScrollDown => Some(Message::Wheel { column, row, by: 1 }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_no_press() {
        let event =
            |kind| Event::Key(KeyEvent::new_with_kind(KeyCode::Char('C'), KeyModifiers::CONTROL, kind));
        assert!(matches!(message(&event(KeyEventKind::Press)), Some(Message::Key(Key::Ctrl('c')))));
        assert!(message(&event(KeyEventKind::Repeat)).is_some());
        assert!(message(&event(KeyEventKind::Release)).is_none());
    }
}
