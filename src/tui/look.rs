//! What the terminal can show, as far as its environment tells: colours, their ground, and characters.

use crate::app::{Look, Palette};

/// Reads the look from the environment, given as a look-up. Flags of the user's come after it and win.
///
/// - `NO_COLOR`, not empty: no colours (<https://no-color.org>).
/// - `COLORTERM` and `TERM` tell true colour from sixteen colours. 256 colours count as true colour, since nearly every
///   terminal that has them understands both; those known not to are left out.
/// - `COLORFGBG` tells a light ground from a dark one; without it a dark one is assumed until the terminal says.
/// - `LC_ALL`, `LC_CTYPE`, `LANG`, the first one set: ASCII when it names another encoding than UTF-8. Where none is set
///   (containers, Windows) nothing is claimed, and practically every terminal shows UTF-8.
pub fn look<F>(env: F) -> Look
where
    F: Fn(&str) -> Option<String>,
{
    let get = |name: &str| env(name).filter(|value| !value.is_empty());
    let palette = palette(&get);
    let answers = match palette {
        Palette::Mono => false,
        Palette::Dark | Palette::Light => true,
        // The consoles of some systems write out what they don't understand.
        Palette::Sixteen | Palette::SixteenLight => {
            let term = get("TERM").unwrap_or_default();
            ["xterm", "rxvt", "screen", "tmux"].iter().any(|known| term.starts_with(known))
        }
    };
    let assumed = answers && get("COLORFGBG").is_none();
    Look { palette, ascii: ascii(&get), assumed }
}

fn palette(get: &dyn Fn(&str) -> Option<String>) -> Palette {
    if get("NO_COLOR").is_some() {
        Palette::Mono
    } else {
        let palette = if rich(get) { Palette::Dark } else { Palette::Sixteen };
        palette.on(light_ground(get))
    }
}

fn rich(get: &dyn Fn(&str) -> Option<String>) -> bool {
    let colorterm = get("COLORTERM").unwrap_or_default().to_ascii_lowercase();
    if colorterm == "truecolor" || colorterm == "24bit" || get("WT_SESSION").is_some() {
        return true;
    }
    // GNU screen and older Terminal.apps take the numbers of a true colour for attributes.
    let term = get("TERM").unwrap_or_default().to_ascii_lowercase();
    if term.starts_with("screen") || get("TERM_PROGRAM").is_some_and(|program| program == "Apple_Terminal") {
        return false;
    }
    ["256color", "direct", "kitty", "alacritty", "ghostty", "foot", "wezterm"]
        .iter()
        .any(|part| term.contains(part))
}

/// `COLORFGBG` is `foreground;background` or `foreground;something;background` in the numbers of the sixteen colours.
fn light_ground(get: &dyn Fn(&str) -> Option<String>) -> bool {
    let ground =
        get("COLORFGBG").and_then(|text| text.rsplit(';').next().and_then(|last| last.parse::<u8>().ok()));
    matches!(ground, Some(7 | 9..=15))
}

fn ascii(get: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale = get("LC_ALL").or_else(|| get("LC_CTYPE")).or_else(|| get("LANG"));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(env: &[(&str, &str)], palette: Palette, ascii: bool) {
        let found =
            look(|name| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()));
        assert_eq!((found.palette, found.ascii), (palette, ascii), "{env:?}");
    }

    #[test]
    fn colours_follow_term_and_colorterm() {
        check(&[("TERM", "xterm-256color")], Palette::Dark, false);
        check(&[("TERM", "xterm")], Palette::Sixteen, false);
        check(&[("TERM", "xterm"), ("COLORTERM", "truecolor")], Palette::Dark, false);
        check(&[("TERM", "linux")], Palette::Sixteen, false);
        check(&[("TERM", "screen-256color")], Palette::Sixteen, false);
        check(&[("TERM", "screen-256color"), ("COLORTERM", "24bit")], Palette::Dark, false);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], Palette::Sixteen, false);
        check(&[("TERM", "xterm-kitty")], Palette::Dark, false);
        check(&[], Palette::Sixteen, false);
        check(&[("WT_SESSION", "1")], Palette::Dark, false);
    }

    #[test]
    fn the_terminal_is_asked_only_where_nothing_else_tells() {
        let assumed = |env: &[(&str, &str)]| {
            look(|name| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
                .assumed
        };
        assert!(assumed(&[("COLORTERM", "truecolor")]));
        assert!(!assumed(&[("COLORTERM", "truecolor"), ("COLORFGBG", "15;0")]));
        assert!(!assumed(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]));
        assert!(assumed(&[("TERM", "xterm")]));
        assert!(!assumed(&[("TERM", "xterm"), ("COLORFGBG", "0;15")]));
        assert!(!assumed(&[("TERM", "linux")]));
    }

    #[test]
    fn no_color_wins_unless_it_is_empty() {
        check(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], Palette::Mono, false);
        check(&[("NO_COLOR", ""), ("COLORTERM", "truecolor")], Palette::Dark, false);
    }

    fn sixteen(palette: Palette) -> Palette {
        if palette == Palette::Light { Palette::SixteenLight } else { Palette::Sixteen }
    }

    #[test]
    fn the_ground_follows_colorfgbg() {
        for (text, palette) in [
            ("0;15", Palette::Light),
            ("0;7", Palette::Light),
            ("15;0", Palette::Dark),
            ("0;default;15", Palette::Light),
            ("15;default", Palette::Dark),
            ("7;8", Palette::Dark),
            ("rubbish", Palette::Dark),
            (";", Palette::Dark),
        ] {
            check(&[("COLORTERM", "truecolor"), ("COLORFGBG", text)], palette, false);
            check(&[("TERM", "xterm"), ("COLORFGBG", text)], sixteen(palette), false);
        }
    }

    #[test]
    fn the_first_locale_that_is_set_decides_on_ascii() {
        check(&[("LANG", "de_DE.UTF-8")], Palette::Sixteen, false);
        check(&[("LANG", "C.utf8")], Palette::Sixteen, false);
        check(&[("LANG", "C")], Palette::Sixteen, true);
        check(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "POSIX")], Palette::Sixteen, true);
        check(&[("LANG", "C"), ("LC_CTYPE", "en_GB.UTF-8")], Palette::Sixteen, false);
        check(&[("LANG", "C"), ("LC_ALL", ""), ("LC_CTYPE", "UTF-8")], Palette::Sixteen, false);
    }
}
