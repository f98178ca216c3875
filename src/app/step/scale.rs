//! How the moments of a run lie on a bar: a few cells from one to the next, or one for several where there are more of
//! them than cells.

/// A bar's scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Operations that are remembered: there is a moment before each, and one after the last.
    pub(super) steps: usize,
    /// Cells that there are.
    pub(super) most: u16,
    /// Most cells for an operation: as many as it has on the lanes above.
    pub(super) each: usize,
}

impl Scale {
    /// Cells that each operation has; 0 where there are more operations than cells.
    fn each(&self) -> usize {
        let room = usize::from(self.most.saturating_sub(1));
        room.checked_div(self.steps).unwrap_or(1).min(self.each)
    }

    /// Cells that are used.
    #[must_use]
    pub fn cells(&self) -> u16 {
        match self.each() {
            0 => self.most,
            each => u16::try_from(self.steps * each + 1).unwrap_or(u16::MAX).min(self.most),
        }
    }

    /// The operation that is drawn in a cell, counted from 0, where the cursor is in another: that before or after it.
    #[must_use]
    pub fn operation(&self, cell: u16, cursor: u16) -> usize {
        let after = usize::from(cell > cursor);
        match self.each() {
            0 => self.moment(cell).saturating_sub(after),
            each => (usize::from(cell) - after) / each,
        }
    }

    /// The cell of the moment after so many operations.
    #[must_use]
    pub fn cell(&self, moment: usize) -> u16 {
        let last = usize::from(self.cells().saturating_sub(1));
        (moment.min(self.steps) * last).checked_div(self.steps).unwrap_or(0) as u16
    }

    /// The moment that a cell stands for: the first of them; the last cell is the last moment.
    #[must_use]
    pub fn moment(&self, cell: u16) -> usize {
        let last = usize::from(self.cells().saturating_sub(1));
        match usize::from(cell) {
            cell if cell >= last => self.steps,
            cell if self.each() == 0 => (cell * self.steps).div_ceil(last),
            cell => (cell + self.each() / 2) / self.each(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_stands_for_the_moment_next_to_it() {
        for steps in [0, 1, 5, 26, 79, 80, 81, 1_000, 200_000] {
            for most in [1, 2, 80] {
                let scale = Scale { steps, most, each: 4 };
                let moments: Vec<usize> = (0..scale.cells()).map(|cell| scale.moment(cell)).collect();
                assert!(
                    moments.is_sorted() && moments.last() == Some(&steps),
                    "{steps} in {most}: {moments:?}"
                );
                assert!(scale.cells() <= most && (most < 2 || moments[0] == 0));
                for (cell, moment) in (0..).zip(moments).skip(usize::from(most < 2)) {
                    assert!(scale.cell(moment).abs_diff(cell) <= 2, "{steps} in {most}: {cell}");
                }
                assert_eq!((scale.cell(0), scale.moment(most + 7)), (0, steps));
                let fits = (0..=steps).all(|moment| scale.moment(scale.cell(moment)) == moment);
                assert_eq!(fits, steps < usize::from(most), "{steps} in {most}");
            }
        }
    }

    #[test]
    fn every_operation_has_cells_on_either_side_of_the_cursor() {
        let scale = Scale { steps: 3, most: 80, each: 4 };
        let cursor = scale.cell(1);
        let drawn: Vec<usize> =
            (0..13).filter(|cell| *cell != cursor).map(|cell| scale.operation(cell, cursor)).collect();
        assert_eq!(drawn, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    }
}
