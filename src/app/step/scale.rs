//! How the moments of a run lie on a bar: a cell for each, or for several where there are more moments than cells.

/// A bar's scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Operations that are remembered: there is a moment before each, and one after the last.
    pub(super) steps: usize,
    /// Cells that there are.
    pub(super) most: u16,
}

impl Scale {
    /// Cells that are used.
    #[must_use]
    pub fn cells(&self) -> u16 {
        u16::try_from(self.steps + 1).unwrap_or(u16::MAX).min(self.most)
    }

    /// The cell of the moment after so many operations.
    #[must_use]
    pub fn cell(&self, moment: usize) -> u16 {
        let last = usize::from(self.cells().saturating_sub(1));
        if self.steps <= last {
            moment.min(last) as u16
        } else {
            (moment.min(self.steps) * last / self.steps) as u16
        }
    }

    /// The moment that a cell stands for: the first of them; the last cell is the last moment.
    #[must_use]
    pub fn moment(&self, cell: u16) -> usize {
        let last = usize::from(self.cells().saturating_sub(1));
        match usize::from(cell) {
            cell if cell >= last => self.steps,
            cell => (cell * self.steps).div_ceil(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_stands_for_a_moment_that_lies_in_it() {
        for steps in [0, 1, 5, 79, 80, 81, 1_000, 200_000] {
            for most in [1, 2, 80] {
                let scale = Scale { steps, most };
                let moments: Vec<usize> = (0..scale.cells()).map(|cell| scale.moment(cell)).collect();
                assert!(
                    moments.is_sorted() && moments.last() == Some(&steps),
                    "{steps} in {most}: {moments:?}"
                );
                assert!(most < 2 || moments[0] == 0 || steps == 0);
                for (cell, moment) in (0..).zip(moments).skip(usize::from(most < 2)) {
                    assert_eq!(scale.cell(moment), cell, "{steps} in {most}");
                }
                assert_eq!((scale.cell(0), scale.moment(most + 7)), (0, steps));
            }
        }
    }
}
