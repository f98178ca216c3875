//! What a run of jobs took, beside the same work in a row.

/// How long the same work takes in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InRow {
    /// The run was in a row itself.
    Itself,
    /// Measured right after the run: all jobs, one after another, on one thread.
    Measured(u64),
    /// Measured for as many jobs as there was time for, and the rest inferred from their sizes.
    Estimated {
        /// Nanoseconds that all would take.
        nanos: u64,
        /// How many jobs were measured.
        measured: u32,
    },
    /// Not known: it was not asked for, or there was no time for a single job.
    Unknown,
}

/// What came of a run of jobs, beside what happened to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// From handing in the first job to the end of the last, in nanoseconds.
    pub nanos: u64,
    /// The same work in a row.
    pub row: InRow,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// How many workers of a pool had to be replaced.
    pub replaced: u32,
}

impl Outcome {
    /// How long the same work takes in a row, in nanoseconds, if that is known.
    #[must_use]
    pub fn row_nanos(&self) -> Option<u64> {
        match self.row {
            InRow::Itself => Some(self.nanos),
            InRow::Measured(nanos) | InRow::Estimated { nanos, .. } => Some(nanos),
            InRow::Unknown => None,
        }
    }

    /// How many times as fast as in a row.
    #[must_use]
    pub fn speed_up(&self) -> Option<f64> {
        let row = self.row_nanos()?;
        (self.nanos > 0).then(|| row as f64 / self.nanos as f64)
    }
}
