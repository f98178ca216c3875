//! The characters we draw with, and what stands for each where only ASCII may be drawn. All are one column wide.

/// Each character beyond ASCII that is drawn, and its stand-in.
const STAND_INS: &[(char, char)] = &[
    ('─', '-'),
    ('━', '='),
    ('╍', '~'),
    ('╌', '~'),
    ('│', '|'),
    ('├', '|'),
    ('└', '`'),
    ('·', '.'),
    ('░', ':'),
    ('▒', 'x'),
    ('█', '#'),
    ('▀', '"'),
    ('▄', '_'),
    ('▁', '.'),
    ('▂', '.'),
    ('▃', ':'),
    ('▅', '+'),
    ('▆', '+'),
    ('▇', '#'),
    ('●', '*'),
    ('○', 'o'),
    ('◌', '~'),
    ('✗', 'x'),
    ('✓', '='),
    ('⚠', '!'),
    ('▶', '>'),
    ('■', '#'),
    ('‖', '|'),
    ('»', '>'),
    ('×', 'x'),
    ('≈', '~'),
    ('–', '-'),
    ('…', '.'),
    ('←', '<'),
    ('→', '>'),
    ('↑', '^'),
    ('↓', 'v'),
    ('µ', 'u'),
    ('±', '~'),
    ('▏', '|'),
    ('┊', ':'),
    ('┘', '\''),
];

/// What is drawn for a character. What we don't know ourselves (a notice may quote the system) is replaced unless
/// it is one column wide.
#[must_use]
pub(crate) fn drawn(c: char, ascii: bool) -> char {
    if (' '..='~').contains(&c) {
        return c;
    }
    if !ascii {
        return if unicode_width::UnicodeWidthChar::width(c) == Some(1) { c } else { '?' };
    }
    STAND_INS.iter().find(|(from, _)| *from == c).map_or('?', |&(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    #[test]
    fn every_glyph_and_its_stand_in_is_one_column_wide() {
        for &(glyph, stand_in) in STAND_INS {
            assert_eq!(glyph.width(), Some(1), "{glyph}");
            assert!((' '..='~').contains(&stand_in), "{glyph} -> {stand_in}");
        }
    }

    #[test]
    fn what_is_unknown_is_replaced() {
        assert_eq!(drawn('線', false), '?');
        assert_eq!(drawn('\n', false), '?');
        assert_eq!(drawn('é', true), '?');
        assert_eq!(drawn('é', false), 'é');
    }
}
