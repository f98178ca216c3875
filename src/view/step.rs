//! The Step screen.

use super::pen::Pen;
use crate::app::layout::Area;
use crate::app::step::Step;
use crate::app::step::line::Line;

/// Draws the screen between the header and the footer.
pub(crate) fn draw(step: &Step, whole: Area, pen: &mut Pen<'_>) {
    let text = pen.theme.text();
    pen.put(whole.x + 2, whole.y + 2, &step.status(), text);
}

pub(crate) fn line(_line: &Line, _whole: Area, _pen: &mut Pen<'_>) {}
