//! The pace: how far the workers are held back.

use std::fmt;
use std::str::FromStr;

use super::SettingError;

/// How fast the workers may go. Whatever the pace, they are the same real threads; a pace only holds each of
/// them back before its next operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pace {
    /// One operation at a time, each asked for.
    ByHand,
    /// One operation a worker in every so many nanoseconds, on average.
    Every(u64),
    /// Nobody is held back.
    Full,
}

/// The steps of the ladder between one at a time and full speed, in nanoseconds an operation and worker.
const LADDER: [u64; 21] = [
    2_000_000_000,
    1_000_000_000,
    700_000_000,
    500_000_000,
    350_000_000,
    250_000_000,
    170_000_000,
    125_000_000,
    85_000_000,
    60_000_000,
    40_000_000,
    20_000_000,
    10_000_000,
    5_000_000,
    2_000_000,
    1_000_000,
    500_000,
    200_000,
    100_000,
    50_000,
    20_000,
];

impl Pace {
    /// Where the program starts: four operations a second and worker.
    pub const START: Pace = Pace::Every(250_000_000);

    /// The slowest pace at which single operations can no longer be followed by eye; from here on the screen
    /// shows windows that stand still instead of lanes that flow.
    pub const BLUR: u64 = 40_000_000;

    /// One step faster.
    #[must_use]
    pub fn faster(self) -> Pace {
        match self {
            Pace::ByHand => Pace::Every(LADDER[0]),
            Pace::Every(now) => LADDER.into_iter().find(|&step| step < now).map_or(Pace::Full, Pace::Every),
            Pace::Full => Pace::Full,
        }
    }

    /// One step slower.
    #[must_use]
    pub fn slower(self) -> Pace {
        match self {
            Pace::ByHand => Pace::ByHand,
            Pace::Every(now) => {
                LADDER.into_iter().rev().find(|&step| step > now).map_or(Pace::ByHand, Pace::Every)
            }
            Pace::Full => Pace::Every(LADDER[LADDER.len() - 1]),
        }
    }

    /// Whether single operations can be followed by eye, so that the lanes flow with time.
    pub fn is_slow(self) -> bool {
        match self {
            Pace::ByHand => true,
            Pace::Every(nanos) => nanos > Pace::BLUR,
            Pace::Full => false,
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Pace::ByHand => f.write_str("by hand"),
            Pace::Every(nanos) if nanos > 1_000_000_000 => write!(f, "1 step in {} s", nanos / 1_000_000_000),
            Pace::Every(nanos) => {
                let rate = 1e9 / nanos.max(1) as f64;
                if rate < 10.0 && (rate - rate.round()).abs() > 0.05 {
                    write!(f, "{rate:.1} steps/s")
                } else {
                    write!(f, "{rate:.0} steps/s")
                }
            }
            Pace::Full => f.write_str("full speed"),
        }
    }
}

impl FromStr for Pace {
    type Err = SettingError;

    /// Reads `by-hand`, `full`, or a number of operations a second and worker.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "by-hand" => return Ok(Pace::ByHand),
            "full" => return Ok(Pace::Full),
            _ => {}
        }
        let rate = text.parse::<f64>().ok().filter(|rate| (0.01..=50_000.0).contains(rate));
        rate.map(|rate| Pace::Every((1e9 / rate) as u64)).ok_or_else(|| {
            SettingError(format!(
                "'{text}' is not a pace; use by-hand, full, or 0.01 to 50000 operations a second and worker"
            ))
        })
    }
}
