//! The ladders that keys climb: iterations, gaps, jitter.

use crate::experiment::{Delay, MAX_ITERATIONS};

/// The gaps, from the narrowest to the widest.
const GAPS: [Delay; 10] = [
    Delay::None,
    Delay::Spin(50),
    Delay::Spin(200),
    Delay::Spin(1_000),
    Delay::Spin(10_000),
    Delay::Yield,
    Delay::Sleep(10),
    Delay::Sleep(100),
    Delay::Sleep(1_000),
    Delay::Sleep(10_000),
];

/// How wide a gap is, for finding its place on the ladder: its kind, then its length.
fn width(delay: Delay) -> (u8, u32) {
    match delay {
        Delay::None => (0, 0),
        Delay::Spin(n) => (1, n),
        Delay::Yield => (2, 0),
        Delay::Sleep(n) => (3, n),
    }
}

/// The next gap up or down the ladder; at its end it stays.
#[must_use]
pub fn gap(now: Delay, by: i8) -> Delay {
    let next = if by > 0 {
        GAPS.into_iter().find(|&gap| width(gap) > width(now))
    } else {
        GAPS.into_iter().rev().find(|&gap| width(gap) < width(now))
    };
    next.unwrap_or(now)
}

/// The next number of iterations up or down: 1, 2, 5, 10, 20, 50 and so on to the limit.
#[must_use]
pub fn iterations(now: u32, by: i8) -> u32 {
    let steps = (0..8).flat_map(|power| [1, 2, 5].map(|digit| digit * 10u32.pow(power)));
    let mut steps = steps.filter(|&n| n < MAX_ITERATIONS).chain([MAX_ITERATIONS]);
    let next = if by > 0 { steps.find(|&n| n > now) } else { steps.rfind(|&n| n < now) };
    next.unwrap_or(now)
}

/// A setting so much higher or lower, within 1 and its limit.
#[must_use]
pub fn step(now: u16, by: i8, most: u16) -> u16 {
    now.saturating_add_signed(i16::from(by)).clamp(1, most)
}

/// Numbers of workers beyond the greatest to which one is added at a time.
const CROWDS: [u16; 9] = [64, 100, 150, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// So many workers more or fewer, within 1 and the limit: one at a time up to 64, beyond that by crowds.
#[must_use]
pub fn workers(now: u16, by: i8, most: u16) -> u16 {
    let next = match by {
        1.. if now >= CROWDS[0] => CROWDS.into_iter().find(|&crowd| crowd > now).unwrap_or(most),
        ..=-1 if now > CROWDS[0] => CROWDS.into_iter().rev().find(|&crowd| crowd < now).unwrap_or(now),
        _ => now.saturating_add_signed(i16::from(by)),
    };
    next.clamp(1, most)
}

/// The next jitter, in percent; after the last comes the first.
#[must_use]
pub fn jitter(now: u8) -> u8 {
    [25, 50, 100].into_iter().find(|&n| n > now).unwrap_or(0)
}

/// A number of iterations in few characters: `1000`, `20 k`, `5 M`.
#[must_use]
pub fn short(n: u32) -> String {
    match n {
        1_000_000.. if n.is_multiple_of(1_000_000) => format!("{} M", n / 1_000_000),
        10_000.. if n.is_multiple_of(1_000) => format!("{} k", n / 1_000),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_climb_and_stop_at_the_ends() {
        let mut seen = vec![Delay::None];
        while gap(seen[seen.len() - 1], 1) != seen[seen.len() - 1] {
            seen.push(gap(seen[seen.len() - 1], 1));
        }
        assert_eq!(seen, GAPS);
        assert_eq!(gap(Delay::None, -1), Delay::None);
        assert_eq!(gap(Delay::Spin(300), 1), Delay::Spin(1_000));
        assert_eq!(gap(Delay::Sleep(5), -1), Delay::Yield);
    }

    #[test]
    fn iterations_climb_by_1_2_5() {
        let mut n = 1;
        let mut seen = vec![n];
        while iterations(n, 1) != n {
            n = iterations(n, 1);
            seen.push(n);
        }
        assert_eq!(seen[..7], [1, 2, 5, 10, 20, 50, 100]);
        assert_eq!(seen[seen.len() - 3..], [20_000_000, 50_000_000, MAX_ITERATIONS]);
        assert_eq!(iterations(1, -1), 1);
        assert_eq!(iterations(700, -1), 500);
    }

    #[test]
    fn workers_come_one_by_one_and_then_in_crowds() {
        assert_eq!([workers(1, -1, 64), workers(7, 1, 64), workers(64, 1, 64)], [1, 8, 64]);
        assert_eq!([workers(64, 1, 256), workers(200, 1, 256), workers(256, -1, 256)], [100, 256, 200]);
        assert_eq!([workers(100, -1, 10_000), workers(64, -1, 10_000)], [64, 63]);
        assert_eq!([workers(5_000, 1, 10_000), workers(10_000, 1, 10_000)], [10_000, 10_000]);
    }

    #[test]
    fn short_numbers() {
        assert_eq!([1_000, 20_000, 5_000_000, 1_234].map(short), ["1000", "20 k", "5 M", "1234"]);
    }
}
