//! Two things measured in turn, how their ratio is spread, and how far the ratio of a thing to itself is.

/// What came of it: nanoseconds an increment and worker of ours and of theirs (medians), the ratio's quartiles, and those
/// of theirs to itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs {
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
    pub(crate) ratio: Quartiles,
    pub(crate) itself: Quartiles,
}

/// Of some values, the one below which a quarter of them lies, the median, and the one above which a quarter does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quartiles {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Quartiles {
    fn of(values: &[f64]) -> Self {
        let at = |share| quantile(values, share);
        Quartiles { low: at(0.25), median: at(0.5), high: at(0.75) }
    }
}

/// Measures two things in turn, so many times, and the second once more each time: as far as its own two figures are
/// apart, nothing can be told. Two threads on one cache line run in regimes that last for milliseconds and differ by a
/// factor of two, whoever wrote the loop: only many pairs say which side is slower.
pub(crate) fn pairs(
    count: usize,
    increments: u64,
    mut ours: impl FnMut() -> u64,
    mut theirs: impl FnMut() -> u64,
) -> Pairs {
    let (mut a, mut b, mut ratios, mut itself) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    ours();
    theirs();
    for pair in 0..count {
        // Each goes first every other time: what a core did just before is worth something to who comes next.
        let first = (pair % 2 == 0).then(&mut ours);
        let other = theirs() as f64;
        let one = first.unwrap_or_else(&mut ours) as f64;
        let again = theirs() as f64;
        ratios.push(one / other);
        itself.push(if pair % 2 == 0 { again / other } else { other / again });
        a.push(one / increments as f64);
        b.push(other / increments as f64);
    }
    Pairs {
        ours: median(&a),
        theirs: median(&b),
        ratio: Quartiles::of(&ratios),
        itself: Quartiles::of(&itself),
    }
}

/// The value below which so large a share of the values lies.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[((values.len() as f64 * share) as usize).min(values.len() - 1)]
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}
