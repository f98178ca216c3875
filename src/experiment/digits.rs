//! Numbers that people can read at a glance. They stand here because every room says limits and figures.

/// A number with its digits in groups of three: `4 000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    groups(&number.to_string())
}

/// Digits in groups of three: `17 153 136`.
#[must_use]
pub fn groups(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_threes_from_the_right() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1 000", "1 234 567"]);
        assert_eq!(groups("100000000000000000000000"), "100 000 000 000 000 000 000 000");
    }
}
