//! The gap: what a worker does between its load and its store.

use std::fmt;
use std::str::FromStr;

use super::SettingError;
use super::digits::{grouped, groups};

/// Longest spin, in nanoseconds.
const MAX_SPIN: u32 = 10_000_000;
/// Longest sleep, in microseconds.
const MAX_SLEEP: u32 = 1_000_000;

/// What fills the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delay {
    /// Nothing: the store follows the load at once.
    None,
    /// Busy waiting for so many nanoseconds.
    Spin(u32),
    /// The time slice is given away.
    Yield,
    /// Sleep for so many microseconds.
    Sleep(u32),
}

/// The gap between load and store: the wider it is, the wider the race window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    /// What fills it.
    pub delay: Delay,
    /// By how many percent of its length a gap may be shorter or longer, 0 to 100, drawn from the seed. A
    /// yield has no length: any jitter makes it one or two yields.
    pub jitter: u8,
}

impl Default for Gap {
    fn default() -> Self {
        Gap { delay: Delay::Yield, jitter: 50 }
    }
}

impl Gap {
    /// No gap at all.
    pub const NONE: Gap = Gap { delay: Delay::None, jitter: 0 };

    /// Checks the limits.
    ///
    /// # Errors
    /// Names what is out of range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        match self.delay {
            Delay::Spin(n) if !(1..=MAX_SPIN).contains(&n) => Err(too_long("spin", &n.to_string())),
            Delay::Sleep(n) if !(1..=MAX_SLEEP).contains(&n) => Err(too_long("sleep", &n.to_string())),
            _ if self.jitter > 100 => {
                Err(SettingError(format!("jitter must be 0 to 100 percent, not {}", self.jitter)))
            }
            _ => Ok(()),
        }
    }

    /// The gap in words for the screen: `gap yield`, `gap sleep 1 ms`, `no gap`; with its jitter where that is not the
    /// usual one.
    pub fn words_with_jitter(&self) -> String {
        let usual = self.jitter == Gap::default().jitter || self.delay == Delay::None;
        let jitter = if usual { String::new() } else { format!(" ± {} %", self.jitter) };
        format!("{}{jitter}", self.words())
    }

    /// The gap in words, without its jitter.
    pub fn words(&self) -> String {
        match self.delay {
            Delay::None => "no gap".into(),
            Delay::Spin(n) if n % 1_000 == 0 => format!("gap spin {} µs", n / 1_000),
            Delay::Spin(n) => format!("gap spin {n} ns"),
            Delay::Yield => "gap yield".into(),
            Delay::Sleep(n) if n % 1_000 == 0 => format!("gap sleep {} ms", n / 1_000),
            Delay::Sleep(n) => format!("gap sleep {n} µs"),
        }
    }
}

/// That a spin or a sleep can't be had, and how long it may be.
fn too_long(kind: &str, given: &str) -> SettingError {
    let (most, unit) = if kind == "spin" { (MAX_SPIN, "ns") } else { (MAX_SLEEP, "µs") };
    let digits = given.bytes().all(|byte| byte.is_ascii_digit());
    let given = if digits { groups(given) } else { given.into() };
    SettingError(format!("a {kind} must be 1 to {} {unit}, not {given}", grouped(most.into())))
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delay::None => f.write_str("none"),
            Delay::Spin(n) => write!(f, "spin:{n}"),
            Delay::Yield => f.write_str("yield"),
            Delay::Sleep(n) => write!(f, "sleep:{n}"),
        }
    }
}

impl FromStr for Delay {
    type Err = SettingError;

    /// Reads `none`, `spin:NANOSECONDS`, `yield` or `sleep:MICROSECONDS`.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let (kind, length) = match text.split_once(':') {
            Some((kind, length)) => (kind, Some(length)),
            None => (text, None),
        };
        let number = |unit: &str| {
            length.and_then(|n| n.parse::<u32>().ok()).ok_or_else(|| {
                let given = length.unwrap_or("nothing");
                if length.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit())) {
                    return too_long(kind, given);
                }
                SettingError(format!(
                    "'{text}': {kind} needs a whole number of {unit} after a colon, not {given}"
                ))
            })
        };
        let delay = match kind {
            "none" if length.is_none() => Delay::None,
            "yield" if length.is_none() => Delay::Yield,
            "spin" => Delay::Spin(number("nanoseconds")?),
            "sleep" => Delay::Sleep(number("microseconds")?),
            _ => {
                return Err(SettingError(format!(
                    "'{text}' is not a gap; use none, spin:NANOSECONDS, yield or sleep:MICROSECONDS"
                )));
            }
        };
        Gap { delay, jitter: 0 }.check().map(|()| delay)
    }
}
