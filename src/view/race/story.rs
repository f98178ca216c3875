//! What happened, in plain sentences.
//!
//! ```text
//! ─ what happened ─────────────────────────────────
//!   ⚠ worker 3 crashed: …
//!   T1 had loaded 41 before T0 stored 42. Its own
//!   store of 42 now stands in its place.
//!   ✗ T0's update 11 is lost; T1 won over it.
//! ```

use crate::app::layout::{Area, Panel};
use crate::app::race::Race;
use crate::sort;
use crate::view::pen::{Pen, lines};
use crate::view::words::{self, Tone};

/// A sentence, and how it is meant.
type Sentence = (Tone, String);

/// Draws the panel.
pub(crate) fn draw(race: &Race, panel: Panel, pen: &mut Pen<'_>) {
    let (title, sentences) = words::story(race);
    pen.rule(panel.rule, &title, "");
    let body = panel.body;
    let end = body.y.saturating_add(body.height);
    let mut y = body.y;
    let alarm = pen.theme.alarm().patch(pen.theme.strong());
    let below = |y: u16| Area {
        x: body.x + 2,
        y,
        width: body.width.saturating_sub(2),
        height: end.saturating_sub(y),
    };
    for notice in race.notices().iter().rev() {
        y += pen.wrap(below(y), &format!("⚠ {notice}"), alarm);
    }
    let width = body.width.saturating_sub(2);
    let sentences = fitting(sentences, width, end.saturating_sub(y));
    for (tone, text) in sentences {
        let text = cut(text, width, end.saturating_sub(y));
        let style = match tone {
            Tone::Plain => pen.theme.text(),
            Tone::Aside => pen.theme.dim(),
            Tone::Alarm => alarm,
            Tone::Good => pen.theme.ok(),
        };
        y = y.saturating_add(pen.wrap(below(y), &text, style));
    }
    if race.selected().is_some() || race.other_run().is_some() || y + 3 > end {
        return;
    }
    for (before, (_, text)) in words::earlier(race).enumerate() {
        let heading = if before == 0 { 2 } else { 0 };
        if y.saturating_add(heading + lines(&text, width)) > end {
            return;
        }
        if before == 0 {
            pen.wrap(below(y + 1), "before that", pen.theme.dim());
        }
        y += heading;
        y += pen.wrap(below(y), &text, pen.theme.dim());
    }
}

/// The sentences that fit into so many lines of so many columns, each whole, in their order: what was lost or not comes
/// before how, and how before what may be passed over. The most important one is there in any case.
fn fitting(sentences: Vec<Sentence>, width: u16, room: u16) -> Vec<Sentence> {
    let rank = |tone: Tone| match tone {
        Tone::Alarm | Tone::Good => 0,
        Tone::Plain => 1,
        Tone::Aside => 2,
    };
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    sort::by_key(&mut order, |&index| rank(sentences[index].0));
    let mut used = 0;
    let mut chosen = vec![false; sentences.len()];
    for (place, index) in order.into_iter().enumerate() {
        let needed = lines(&sentences[index].1, width);
        if place == 0 || used + needed <= room {
            used += needed;
            chosen[index] = true;
        } else {
            break;
        }
    }
    sentences.into_iter().zip(chosen).filter_map(|(sentence, chosen)| chosen.then_some(sentence)).collect()
}

/// As much of a sentence as so many lines have room for, and a sign where that is not all of it.
fn cut(text: String, width: u16, room: u16) -> String {
    if lines(&text, width) <= room {
        return text;
    }
    let spaces = text.match_indices(' ').map(|(at, _)| at).rev();
    let mut begun = spaces.map(|at| format!("{}…", &text[..at]));
    begun.find(|begun| lines(begun, width) <= room).unwrap_or_else(|| "…".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_is_cut_says_so() {
        let check = |room, said: &str| assert_eq!(cut("one two three".into(), 6, room), said);
        check(3, "one two three");
        check(2, "one two…");
        check(1, "one…");
        check(0, "…");
    }

    #[test]
    fn where_there_is_little_room_the_loss_itself_is_what_is_said() {
        let told = || {
            [(Tone::Plain, "how it"), (Tone::Plain, "came"), (Tone::Alarm, "✗ lost"), (Tone::Aside, "once")]
                .map(|(tone, text)| (tone, text.to_owned()))
                .to_vec()
        };
        let said = |room| fitting(told(), 6, room).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(said(0), ["✗ lost"]);
        assert_eq!(said(1), ["✗ lost"]);
        assert_eq!(said(2), ["how it", "✗ lost"]);
        assert_eq!(said(4), ["how it", "came", "✗ lost", "once"]);
    }
}
