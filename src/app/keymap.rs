//! The keys: one table from which dispatch, the footer's hints, clicks on them, the help overlay and the key list
//! of the README all come. A key means the same on every screen; a row says on which screens its keys do something.

mod action;
mod general;
mod moves;
mod settings;

pub use action::{Action, Hint, Places, Press, Row};

use super::Screen;
use super::message::Key;

/// The rows of the table. Hints appear in this order.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [settings::FIRST, moves::ROWS, settings::MORE, general::ROWS].into_iter().flatten()
}

/// What a key does on a screen.
#[must_use]
pub fn action(key: Key, screen: Screen) -> Option<Action> {
    let press = presses(screen).find(|press| press.keys.contains(&key))?;
    match (press.action, key) {
        (Action::Focus(_), Key::Char(digit)) => digit.to_digit(10).map(|d| Action::Focus(d as u16)),
        (action, _) => Some(action),
    }
}

/// The entries of the table that do something on a screen, in order.
pub fn presses(screen: Screen) -> impl Iterator<Item = &'static Press> {
    rows().filter(move |row| row.places.includes(screen)).flat_map(|row| row.presses)
}

/// The table as Markdown, for the README.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from("| key | on | what it does |\n|---|---|---|\n");
    for row in rows() {
        let screens = Screen::PLACES.into_iter().filter(|&screen| row.places.includes(screen));
        let screens: Vec<_> = screens.map(Screen::name).collect();
        let on = if screens.len() == Screen::PLACES.len() { "all".into() } else { screens.join(", ") };
        for press in row.presses {
            let keys: Vec<_> = press.shown.split(' ').map(|key| format!("`{key}`")).collect();
            text.push_str(&format!("| {} | {on} | {} |\n", keys.join(" "), press.help));
        }
    }
    text
}
