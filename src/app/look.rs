//! How the program looks: colours and characters, as words; what they come to is the view's.

/// The colours to draw with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// True colour on a dark ground.
    #[default]
    Dark,
    /// True colour on a light ground.
    Light,
    /// The terminal's own sixteen colours, on a dark ground.
    Sixteen,
    /// Those of the sixteen that are dark enough for a light ground.
    SixteenLight,
    /// No colour at all: bold, dim, underlined and reversed only.
    Mono,
}

impl Palette {
    /// The palette that comes after this one when the user asks for another.
    #[must_use]
    pub fn next(self) -> Palette {
        match self {
            Palette::Dark => Palette::Light,
            Palette::Light => Palette::Sixteen,
            Palette::Sixteen => Palette::SixteenLight,
            Palette::SixteenLight => Palette::Mono,
            Palette::Mono => Palette::Dark,
        }
    }

    /// The same for the ground that the terminal says it has.
    #[must_use]
    pub fn on(self, light: bool) -> Palette {
        match self {
            Palette::Dark | Palette::Light => [Palette::Dark, Palette::Light][usize::from(light)],
            Palette::Sixteen | Palette::SixteenLight => {
                [Palette::Sixteen, Palette::SixteenLight][usize::from(light)]
            }
            Palette::Mono => Palette::Mono,
        }
    }

    /// Its name, as it is shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Palette::Dark => "dark",
            Palette::Light => "light",
            Palette::Sixteen => "16 colours",
            Palette::SixteenLight => "16 colours, light",
            Palette::Mono => "no colour",
        }
    }
}

/// How the program looks; the shell chooses the first one from the terminal and the flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The colours.
    pub palette: Palette,
    /// Whether only ASCII characters may be drawn.
    pub ascii: bool,
    /// Whether the ground is only assumed to be dark: then the terminal is asked, and its answer followed.
    pub assumed: bool,
}
