//! Downloading: one transfer, once there is a permit for it.

use serde::{Deserialize, Serialize};

use crate::event::download::Fault;
use crate::event::jobs::{Cause, JobOp};
use crate::lab::download::client::{Blocking, Terms, Transfer};
use crate::lab::download::target::Target;
use crate::lab::jobs::hands::{Halt, Hands, Way};

thread_local! {
    /// The client of this thread, if it makes transfers itself; the system's number for why there is none.
    static CLIENT: Result<Blocking, Option<i32>> = Blocking::new().map_err(|why| why.raw_os_error());
}

/// Downloads this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// From where.
    pub target: Target,
    /// On which terms.
    pub terms: Terms,
    /// What it takes in a row, in milliseconds: only the proportion to other downloads is of interest.
    pub takes: u32,
}

impl Download {
    /// Waits for a permit, and downloads; the result is how many bytes that was.
    pub(super) async fn make(&self, hands: &Hands<'_>) -> Result<u64, Halt> {
        hands.hold_permit().await?;
        hands.midst();
        match hands.way() {
            Way::Task => self.transfer(hands).await,
            Way::Thread => CLIENT.with(|client| match client {
                Ok(client) => client.block_on(self.transfer(hands)),
                Err(why) => Err(Halt::Failed(Cause::Transfer(Fault::System(*why)))),
            }),
        }
    }

    async fn transfer(&self, hands: &Hands<'_>) -> Result<u64, Halt> {
        let mut transfer = Transfer::new(&self.target, self.terms);
        let mut tell = |stage| hands.tell(JobOp::Stage(stage));
        match hands.unless_called_off(transfer.go(&mut tell)).await {
            Ok(done) => done.map_err(|fault| Halt::Failed(Cause::Transfer(fault))),
            Err(halt) => {
                transfer.leave_off().await;
                Err(halt)
            }
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.takes.into()
    }
}
