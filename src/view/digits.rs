//! Large digits: four rows high, of full and half blocks, so that they can also be drawn in ASCII.
//!
//! ```text
//!   █  █ ▀▀▀█
//!   █▄▄█ ▄▄▄█
//!      █ █
//!      █ █▄▄▄
//! ```

use ratatui::style::Style;

use super::pen::Pen;

/// Rows of a digit.
const HEIGHT: usize = 4;
/// Columns of a digit with the space after it.
const ADVANCE: u16 = 5;

const DIGITS: [[&str; HEIGHT]; 10] = [
    ["█▀▀█", "█  █", "█  █", "█▄▄█"],
    ["  ▀█", "   █", "   █", "   █"],
    ["▀▀▀█", "▄▄▄█", "█   ", "█▄▄▄"],
    ["▀▀▀█", " ▄▄█", "   █", "▄▄▄█"],
    ["█  █", "█▄▄█", "   █", "   █"],
    ["█▀▀▀", "█▄▄▄", "   █", "▄▄▄█"],
    ["█▀▀▀", "█▄▄▄", "█  █", "█▄▄█"],
    ["▀▀▀█", "   █", "   █", "   █"],
    ["█▀▀█", "█▄▄█", "█  █", "█▄▄█"],
    ["█▀▀█", "█▄▄█", "   █", "▄▄▄█"],
];

/// Columns that a number takes in large digits.
#[must_use]
pub(crate) fn width(number: &str) -> u16 {
    super::pen::columns(number).saturating_mul(ADVANCE).saturating_sub(1)
}

/// Draws a number in large digits.
pub(crate) fn draw(number: &str, x: u16, y: u16, style: Style, pen: &mut Pen<'_>) {
    for (place, c) in (0_u16..).zip(number.chars()) {
        let digit = c.to_digit(10).and_then(|digit| DIGITS.get(digit as usize));
        let rows = digit.copied().unwrap_or(["    ", "▄▄▄▄", "    ", "    "]);
        for (y, row) in (y..).zip(rows) {
            pen.put(x.saturating_add(place.saturating_mul(ADVANCE)), y, row, style);
        }
    }
}
