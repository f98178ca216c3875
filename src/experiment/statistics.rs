//! Statistics of what was measured: how sure a share is, how far figures spread, how evenly something is shared out.

/// Of a normal distribution, how many standard deviations hold 95 %.
const DEVIATIONS: f64 = 1.959_963_985;

/// Wilson's interval for a probability of which `hits` of `samples` were seen: between these bounds it lies, at 95 %
/// confidence. Of no samples nothing is known: 0 to 1.
#[must_use]
pub fn wilson(hits: u64, samples: u64) -> (f64, f64) {
    if samples == 0 {
        return (0.0, 1.0);
    }
    let (hits, samples) = (hits as f64, samples as f64);
    let (share, square) = (hits / samples, DEVIATIONS * DEVIATIONS / samples);
    let middle = share + square / 2.0;
    let reach = DEVIATIONS * (share * (1.0 - share) / samples + square / (4.0 * samples)).sqrt();
    let bound = |value: f64| (value / (1.0 + square)).clamp(0.0, 1.0);
    // What was seen lies within, rounding or not.
    (bound(middle - reach).min(share), bound(middle + reach).max(share))
}

/// How far figures spread: the least, the quartiles, the greatest. Quartiles between two figures are on the line
/// between them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The least.
    pub least: f64,
    /// A quarter of the figures are no greater.
    pub lower: f64,
    /// Half of them are no greater.
    pub median: f64,
    /// Three quarters of them are no greater.
    pub upper: f64,
    /// The greatest.
    pub most: f64,
}

impl Spread {
    /// Of these figures, in any order; `None` if there are none.
    #[must_use]
    pub fn of(mut figures: Vec<f64>) -> Option<Spread> {
        figures.sort_unstable_by(f64::total_cmp);
        let (&least, &most) = (figures.first()?, figures.last()?);
        let at = |share: f64| {
            let place = share * (figures.len() - 1) as f64;
            let (below, part) = (place.floor() as usize, place.fract());
            let above = figures.get(below + 1).copied().unwrap_or(most);
            figures[below] + (above - figures[below]) * part
        };
        Some(Spread { least, lower: at(0.25), median: at(0.5), upper: at(0.75), most })
    }
}

/// Jain's index of fairness: the square of the sum over the number times the sum of the squares. 1 when all have the
/// same, 1/n when one of n has all. `None` if nobody has anything.
#[must_use]
pub fn jain(shares: &[f64]) -> Option<f64> {
    let sum: f64 = shares.iter().sum();
    let squares: f64 = shares.iter().map(|share| share * share).sum();
    (squares > 0.0).then(|| sum * sum / (shares.len() as f64 * squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        let close = |(low, high): (f64, f64), expected: (f64, f64)| {
            assert!((low - expected.0).abs() < 1e-4 && (high - expected.1).abs() < 1e-4, "{low} {high}");
        };
        close(wilson(5, 10), (0.2366, 0.7634));
        close(wilson(0, 10), (0.0, 0.2775));
        close(wilson(10, 10), (0.7225, 1.0));
        close(wilson(0, 0), (0.0, 1.0));
        // Published: Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3.
        close(wilson(81, 263), (0.2553, 0.3662));
        close(wilson(15, 148), (0.0624, 0.1605));
        close(wilson(0, 20), (0.0, 0.1611));
        close(wilson(1, 29), (0.0061, 0.1718));
    }

    /// What defines them: a probability on the bound is as many standard deviations of its own away from the share seen.
    #[test]
    fn bounds_are_as_far_away_as_is_still_believed() {
        for samples in [1, 2, 7, 200, 10_000, 1_000_000_000_u64] {
            for hits in [0, 1, samples / 3, samples / 2, samples - 1, samples] {
                let share = hits as f64 / samples as f64;
                let (low, high) = wilson(hits, samples);
                assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{hits} of {samples}");
                for bound in [low, high].into_iter().filter(|bound| *bound > 0.0 && *bound < 1.0) {
                    let deviation = (bound * (1.0 - bound) / samples as f64).sqrt();
                    let away = (bound - share).abs() / deviation;
                    assert!((away - DEVIATIONS).abs() < 1e-3, "{hits} of {samples}: {away}");
                }
            }
        }
    }

    #[test]
    fn quartiles_lie_where_they_should() {
        assert_eq!(Spread::of(Vec::new()), None);
        let one = Spread::of(vec![3.0]).unwrap();
        assert_eq!((one.least, one.lower, one.median, one.upper, one.most), (3.0, 3.0, 3.0, 3.0, 3.0));
        let five = Spread::of(vec![5.0, 1.0, 4.0, 2.0, 3.0]).unwrap();
        assert_eq!((five.least, five.lower, five.median, five.upper, five.most), (1.0, 2.0, 3.0, 4.0, 5.0));
        assert_eq!(Spread::of(vec![1.0, 2.0]).unwrap().median, 1.5);
    }

    #[test]
    fn fairness_is_jains() {
        assert_eq!(jain(&[2.0, 2.0, 2.0]), Some(1.0));
        assert_eq!(jain(&[4.0, 0.0, 0.0, 0.0]), Some(0.25));
        assert_eq!(jain(&[0.0, 0.0]), None);
        assert_eq!(jain(&[]), None);
    }
}
