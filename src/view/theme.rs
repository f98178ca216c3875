//! Colours by what they mean. Nothing is told by colour alone, so every palette, even one without colours, shows
//! the same picture.

use ratatui::style::{Color, Modifier, Style};

use crate::app::Palette;

/// Styles for everything that is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    colours: Colours,
    mono: bool,
}

/// The colours of a palette. `Reset` is the terminal's own.
#[derive(Clone, Copy, Debug)]
struct Colours {
    dim: Color,
    faint: Color,
    ok: Color,
    alarm: Color,
    bar: Color,
    bar_text: Color,
    bar_dim: Color,
    on_tab: Color,
    workers: &'static [Color],
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const DARK: Colours = Colours {
    dim: rgb(0x008a_94a4),
    faint: rgb(0x004a_515d),
    ok: rgb(0x0082_cd8c),
    alarm: rgb(0x00f5_6a42),
    bar: rgb(0x0026_2a32),
    bar_text: rgb(0x00e6_e9ee),
    bar_dim: rgb(0x00a4_acb8),
    on_tab: rgb(0x0016_181d),
    workers: &[
        rgb(0x0056_b4e9),
        rgb(0x00e6_9f00),
        rgb(0x0000_be8c),
        rgb(0x00dc_8cb9),
        rgb(0x00f0_e442),
        rgb(0x00a0_9cff),
        rgb(0x006f_d7d7),
        rgb(0x00c8_b496),
    ],
};

const LIGHT: Colours = Colours {
    dim: rgb(0x005a_6370),
    faint: rgb(0x00b4_bac4),
    ok: rgb(0x001b_6e2e),
    alarm: rgb(0x00b8_2c0c),
    bar: rgb(0x00e2_e6ec),
    bar_text: rgb(0x001c_2026),
    bar_dim: rgb(0x004c_5460),
    on_tab: rgb(0x00ff_ffff),
    workers: &[
        rgb(0x0000_62a8),
        rgb(0x008f_5800),
        rgb(0x0000_7050),
        rgb(0x00a0_2c78),
        rgb(0x006b_6000),
        rgb(0x0055_48c8),
        rgb(0x0000_6c78),
        rgb(0x007a_4c30),
    ],
};

const SIXTEEN: Colours = Colours {
    dim: Color::Reset,
    faint: Color::DarkGray,
    ok: Color::Green,
    alarm: Color::Red,
    bar: Color::Reset,
    bar_text: Color::Reset,
    bar_dim: Color::Reset,
    on_tab: Color::Reset,
    workers: &[Color::Cyan, Color::Yellow, Color::Green, Color::Magenta, Color::Blue],
};

/// Cyan, yellow and green are too pale for white in most terminals' sixteen; who survived is told by shape.
const SIXTEEN_LIGHT: Colours = Colours {
    faint: Color::Gray,
    ok: Color::Reset,
    workers: &[Color::Blue, Color::Magenta, Color::Reset, Color::DarkGray],
    ..SIXTEEN
};

const MONO: Colours = Colours {
    dim: Color::Reset,
    faint: Color::Reset,
    ok: Color::Reset,
    alarm: Color::Reset,
    bar: Color::Reset,
    bar_text: Color::Reset,
    bar_dim: Color::Reset,
    on_tab: Color::Reset,
    workers: &[Color::Reset],
};

impl Theme {
    /// The theme of a palette.
    #[must_use]
    pub(crate) fn new(palette: Palette) -> Theme {
        let colours = match palette {
            Palette::Dark => DARK,
            Palette::Light => LIGHT,
            Palette::Sixteen => SIXTEEN,
            Palette::SixteenLight => SIXTEEN_LIGHT,
            Palette::Mono => MONO,
        };
        Theme { colours, mono: palette == Palette::Mono }
    }

    fn fg(self, colour: Color) -> Style {
        if colour == Color::Reset { Style::new() } else { Style::new().fg(colour) }
    }

    /// Plain text.
    #[must_use]
    pub(crate) fn text(self) -> Style {
        Style::new()
    }

    /// A figure, or whatever should be read first.
    #[must_use]
    pub(crate) fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A label.
    #[must_use]
    pub(crate) fn dim(self) -> Style {
        let style = self.fg(self.colours.dim);
        if self.colours.dim == Color::Reset { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// Rules and empty lanes.
    #[must_use]
    pub(crate) fn faint(self) -> Style {
        let style = self.fg(self.colours.faint);
        if self.mono { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// What survived.
    #[must_use]
    pub(crate) fn ok(self) -> Style {
        self.fg(self.colours.ok)
    }

    /// What is lost or about to be. Always beside a ✗ or a ⚠.
    #[must_use]
    pub(crate) fn alarm(self) -> Style {
        self.fg(self.colours.alarm)
    }

    /// A worker, wherever it appears; its name stands beside it.
    #[must_use]
    pub(crate) fn worker(self, index: usize) -> Style {
        let workers = self.colours.workers;
        self.fg(workers[index % workers.len().max(1)])
    }

    /// The header and the footer. Whoever sets a ground sets what stands on it: the terminal's own colour may be that of
    /// the ground.
    #[must_use]
    pub(crate) fn bar(self) -> Style {
        self.on_bar(self.fg(self.colours.bar_text))
    }

    /// What stands back in the header and the footer.
    #[must_use]
    pub(crate) fn bar_dim(self) -> Style {
        self.on_bar(self.fg(self.colours.bar_dim))
    }

    fn on_bar(self, style: Style) -> Style {
        if self.colours.bar == Color::Reset {
            style.add_modifier(Modifier::REVERSED)
        } else {
            style.bg(self.colours.bar)
        }
    }

    /// The tab of the screen that is shown.
    #[must_use]
    pub(crate) fn tab(self) -> Style {
        if self.colours.bar == Color::Reset {
            return Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED);
        }
        Style::new().fg(self.colours.on_tab).bg(self.colours.workers[0]).add_modifier(Modifier::BOLD)
    }

    /// What is selected, on top of its own style.
    #[must_use]
    pub(crate) fn selected(self, style: Style) -> Style {
        style.add_modifier(Modifier::REVERSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as the web's accessibility guidelines define it.
    fn luminance(colour: Color) -> f64 {
        let Color::Rgb(r, g, b) = colour else { panic!("{colour} has no luminance of its own") };
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn check(colours: Colours, grounds: &[Color]) {
        for &ground in grounds {
            let texts =
                [colours.dim, colours.ok, colours.alarm].into_iter().chain(colours.workers.iter().copied());
            for text in texts {
                let ratio = contrast(text, ground);
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.1}");
            }
        }
        assert!(contrast(colours.bar_dim, colours.bar) >= 4.5);
        assert!(contrast(colours.bar_text, colours.bar) >= 7.0);
        assert!(contrast(colours.on_tab, colours.workers[0]) >= 4.5);
    }

    #[test]
    fn text_is_legible_on_dark_grounds() {
        check(DARK, &[rgb(0x0000_0000), rgb(0x0016_181d), rgb(0x0028_2c34)]);
    }

    #[test]
    fn text_is_legible_on_light_grounds() {
        check(LIGHT, &[rgb(0x00ff_ffff), rgb(0x00fa_f8f0)]);
    }

    #[test]
    fn mono_has_no_colour_at_all() {
        let theme = Theme::new(Palette::Mono);
        let styles = [
            theme.dim(),
            theme.faint(),
            theme.ok(),
            theme.alarm(),
            theme.worker(3),
            theme.bar(),
            theme.tab(),
        ];
        assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }
}
