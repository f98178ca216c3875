//! Large digits: four rows high, of full and half blocks, so that they can also be drawn in ASCII; and narrow ones of
//! quarter blocks, three rows high, for numbers that would not fit.
//!
//! ```text
//!   █  █ ▀▀▀█     ▌▌▀▌
//!   █▄▄█ ▄▄▄█     ▀▌▛▘
//!      █ █         ▌▙▖
//!      █ █▄▄▄
//! ```

use ratatui::style::Style;

use super::pen::Pen;

/// A shape for each digit, so many rows high, and one for any other character.
type Shapes<const HEIGHT: usize> = ([[&'static str; HEIGHT]; 10], [&'static str; HEIGHT]);

/// Columns of a digit with the space after it.
const LARGE: u16 = 5;
const NARROW: u16 = 2;

const LARGE_SHAPES: Shapes<4> = (
    [
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
    ],
    ["    ", "▄▄▄▄", "    ", "    "],
);

const NARROW_SHAPES: Shapes<3> = (
    [
        ["▛▌", "▌▌", "▙▌"],
        ["▝▌", " ▌", " ▌"],
        ["▀▌", "▛▘", "▙▖"],
        ["▀▌", "▀▌", "▄▌"],
        ["▌▌", "▀▌", " ▌"],
        ["▛▘", "▀▌", "▄▌"],
        ["▛▘", "▛▌", "▙▌"],
        ["▀▌", " ▌", " ▌"],
        ["▛▌", "▛▌", "▙▌"],
        ["▛▌", "▀▌", "▄▌"],
    ],
    ["  ", "▀▘", "  "],
);

/// Columns that a number takes in large digits.
#[must_use]
pub(crate) fn width(number: &str) -> u16 {
    super::pen::columns(number).saturating_mul(LARGE).saturating_sub(1)
}

/// Draws a number in the largest digits that take fewer columns than these, and says how many they take; nothing where
/// none do.
pub(crate) fn draw(
    number: &str,
    (x, y): (u16, u16),
    room: u16,
    style: Style,
    pen: &mut Pen<'_>,
) -> Option<u16> {
    let places = || (0_u16..).zip(number.chars());
    if width(number) < room {
        for (place, c) in places() {
            shape(&LARGE_SHAPES, c, (x + place * LARGE, y), style, pen);
        }
        return Some(width(number));
    }
    // A column between groups of three, and quarters of blocks are not to be had in ASCII.
    let count = super::pen::columns(number);
    let taken = count * NARROW + count.saturating_sub(1) / 3;
    if taken >= room || pen.is_ascii() {
        return None;
    }
    for (place, c) in places() {
        let gaps = count.saturating_sub(1) / 3 - (count - 1 - place) / 3;
        shape(&NARROW_SHAPES, c, (x + place * NARROW + gaps, y), style, pen);
    }
    Some(taken)
}

fn shape<const HEIGHT: usize>(
    (digits, other): &Shapes<HEIGHT>,
    c: char,
    (x, y): (u16, u16),
    style: Style,
    pen: &mut Pen<'_>,
) {
    let digit = c.to_digit(10).and_then(|digit| digits.get(digit as usize));
    for (y, row) in (y..).zip(digit.unwrap_or(other)) {
        pen.put(x, y, row, style);
    }
}
