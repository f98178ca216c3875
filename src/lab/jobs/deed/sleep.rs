//! Sleeping: what waiting for a disk or a network is to the processor.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Halt, Hands};

/// A sleep. The result is its milliseconds, so that whose it is can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sleep {
    /// How long.
    pub millis: u32,
}

impl Sleep {
    pub(super) async fn make(self, hands: &Hands<'_>) -> Result<u64, Halt> {
        let whole = Duration::from_millis(self.millis.into());
        if hands.is_to_crash() {
            hands.sleep(whole / 2).await?;
            hands.midst();
        }
        hands.sleep(whole).await?;
        Ok(self.millis.into())
    }

    pub(super) fn size(self) -> u64 {
        self.millis.into()
    }
}
