//! What a job does. Each kind in a file of its own; which one a job is follows from the settings.

mod compute;
pub(super) mod download;
mod say;
mod sleep;

use serde::{Deserialize, Serialize};

use crate::experiment::Work;
use crate::experiment::jobs::JobSettings;

use super::hands::{Halt, Hands};
pub use compute::{Compute, numbers_in};
pub use download::Download;
pub use say::Say;
pub use sleep::Sleep;

/// What a job does. A value: a process can be told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Says texts.
    Say(Say),
    /// Computes.
    Compute(Compute),
    /// Sleeps.
    Sleep(Sleep),
    /// Downloads.
    Download(Download),
}

impl Deed {
    /// Does it, and says what came of it.
    ///
    /// # Errors
    /// That it was called off, or why it failed.
    pub async fn make(&self, hands: &Hands<'_>) -> Result<u64, Halt> {
        match self {
            Deed::Say(say) => say.make(hands).await,
            Deed::Compute(compute) => compute.make(hands),
            Deed::Sleep(sleep) => sleep.make(hands).await,
            Deed::Download(download) => download.make(hands).await,
        }
    }

    /// How large it is, in the unit of its kind: what it takes in a row is in proportion to that.
    pub(super) fn size(&self) -> u64 {
        match self {
            Deed::Say(say) => say.size(),
            Deed::Compute(compute) => compute.size(),
            Deed::Sleep(sleep) => sleep.size(),
            Deed::Download(download) => download.size(),
        }
    }
}

/// What each job does under these settings, unless it downloads: for that there are [`downloads`](super::downloads).
pub(super) fn of(settings: &JobSettings) -> Vec<Deed> {
    let mut looked_at = 0;
    let deed = |(job, size): (u32, u32)| match settings.work {
        Work::Count | Work::Say => Deed::Say(Say::new(settings.script, job, settings.texts, size)),
        Work::Compute => {
            let from = looked_at;
            looked_at += size;
            Deed::Compute(Compute { from, count: size })
        }
        Work::Sleep | Work::Download => Deed::Sleep(Sleep { millis: size }),
    };
    (0..).zip(settings.each()).map(deed).collect()
}
