//! Figures that people can read, however large or small.

use num_bigint::BigUint;

pub use crate::experiment::digits::groups as grouped;

/// Numbers of more digits are written in scientific form.
const MOST_DIGITS: usize = 15;

/// A number with its digits grouped; a huge one in short with how many digits it has: `1.234e56, 57 digits`.
#[must_use]
pub fn number(number: &BigUint) -> String {
    let digits = number.to_string();
    if digits.len() <= MOST_DIGITS {
        return grouped(&digits);
    }
    format!("{}.{}e{}, {} digits", &digits[..1], &digits[1..4], digits.len() - 1, digits.len())
}

/// A number in a sentence: `17 153 136`, or `1.234e56`.
#[must_use]
pub(super) fn said(number: &BigUint) -> String {
    let text = self::number(number);
    text.split(',').next().unwrap_or_default().to_owned()
}

/// The decimal logarithm; of 0 it is 0.
pub(super) fn log10(number: &BigUint) -> f64 {
    let digits = number.to_string();
    let head: f64 = digits[..digits.len().min(15)].parse().unwrap_or(1.0);
    head.max(1.0).log10() + digits.len().saturating_sub(15) as f64
}

/// One number divided by another.
#[must_use]
pub fn ratio(part: &BigUint, whole: &BigUint) -> f64 {
    if *part == BigUint::ZERO || *whole == BigUint::ZERO {
        return 0.0;
    }
    let shift = whole.bits().saturating_sub(900).min(part.bits().saturating_sub(1));
    let float = |number: &BigUint| (number >> shift).to_string().parse::<f64>().unwrap_or(f64::INFINITY);
    float(part) / float(whole)
}

/// A probability in percent: `34.38 %`, `0.0117 %`, `0.000012 %`, `1.2e-9 %`. What is little has two digits that count.
#[must_use]
pub fn probability(share: f64) -> String {
    let percent = share * 100.0;
    if share > 0.0 && percent < 1e-6 {
        return format!("{percent:.1e} %");
    }
    if share > 0.0 && percent < 0.001 {
        let decimals = (1.0 - percent.log10().floor()) as usize;
        return format!("{percent:.decimals$} %");
    }
    // What is computed as 1 may be off by rounding.
    if share < 1.0 - 1e-9 && percent > 99.995 {
        return ">99.99 %".into();
    }
    let decimals = if percent < 0.1 && share > 0.0 { 4 } else { 2 };
    format!("{percent:.decimals$} %")
}

/// A share of 0 to 1 in percent: `8.7 %`. What is little is not rounded to nothing, nor what is nearly all to all.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        "<0.1 %".into()
    } else if percent < 100.0 && percent > 99.9 {
        ">99.9 %".into()
    } else {
        format!("{percent:.1} %")
    }
}

/// A figure with three digits that count and its unit: `1.23 M`, `45.6 k`, `0.31`.
#[must_use]
pub fn short(figure: f64) -> String {
    let (scaled, unit) = match figure.abs() {
        x if x >= 999.5e6 => (figure / 1e9, " G"),
        x if x >= 999.5e3 => (figure / 1e6, " M"),
        x if x >= 999.5 => (figure / 1e3, " k"),
        _ => (figure, ""),
    };
    let decimals = match scaled.abs() {
        99.95.. => 0,
        9.995.. => 1,
        0.0995.. => 2,
        0.0.. if scaled == 0.0 => 0,
        0.00995.. => 3,
        _ => 4,
    };
    format!("{scaled:.decimals$}{unit}")
}

/// A time in the unit that suits it: `0.1 ms`, `2.4 s`.
#[must_use]
pub fn short_time(seconds: f64) -> String {
    if seconds < 0.000_1 {
        format!("{:.0} µs", seconds * 1e6)
    } else if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.1} s")
    }
}

/// Bytes in the unit that suits them: `64 kB`, `1.5 GB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let float = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", float / 1e3),
        1_000_000..1_000_000_000 => format!("{:.0} MB", float / 1e6),
        _ => format!("{:.1} GB", float / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn large(text: &str) -> BigUint {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_stay_short() {
        assert_eq!(number(&large("17153136")), "17 153 136");
        assert_eq!(number(&large("999999999999999")), "999 999 999 999 999");
        assert_eq!(number(&large("1234567890123456")), "1.234e15, 16 digits");
    }

    #[test]
    fn huge_numbers_are_compared() {
        let (small, huge) = (large(&"3".repeat(400)), large(&"6".repeat(400)));
        assert!((ratio(&small, &huge) - 0.5).abs() < 1e-9);
        assert_eq!(ratio(&BigUint::ZERO, &huge), 0.0);
        assert!((log10(&large("1000")) - 3.0).abs() < 1e-12);
        assert!((log10(&huge) - 399.8).abs() < 0.1);
    }

    #[test]
    fn probabilities_times_and_bytes() {
        assert_eq!(
            [0.0, 0.34375, 0.000_116_7, 7.44e-6, 1.04e-8, 1.2e-11, 0.999_999, 1.0].map(probability),
            ["0.00 %", "34.38 %", "0.0117 %", "0.00074 %", "0.0000010 %", "1.2e-9 %", ">99.99 %", "100.00 %"]
        );
        assert_eq!([0.000_05, 0.000_1, 0.25, 2.44].map(short_time), ["50 µs", "0.1 ms", "250.0 ms", "2.4 s"]);
        assert_eq!([12, 64_000, 5_000_000, 1_500_000_000].map(bytes), ["12 B", "64 kB", "5 MB", "1.5 GB"]);
    }

    #[test]
    fn shares_in_percent() {
        assert_eq!(
            [0.0, 0.000_1, 0.087, 0.999_9, 1.0].map(percent),
            ["0.0 %", "<0.1 %", "8.7 %", ">99.9 %", "100.0 %"]
        );
    }

    #[test]
    fn figures_keep_three_digits() {
        let figures = [0.0, 0.00312, 0.0314, 0.31, 1.0, 9.999, 31.42, 314.2, 999.6, 31_416.0, 31.4e6, 2.5e9];
        let expected = [
            "0", "0.0031", "0.031", "0.31", "1.00", "10.0", "31.4", "314", "1.00 k", "31.4 k", "31.4 M",
            "2.50 G",
        ];
        assert_eq!(figures.map(short), expected);
    }
}
