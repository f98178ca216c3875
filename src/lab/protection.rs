//! What guards an increment: one file each behind one small contract.

pub(super) mod compare_and_swap;
pub(super) mod fetch_add;
mod guard;
mod lock;
pub(super) mod none;
pub(super) mod occupancy;
mod read_lock;
pub mod semaphore;
pub(super) mod spin;
mod write_lock;

use crate::experiment::{Protection, Settings};

use super::board::Guarding;
use super::hands::Hands;
use super::hands::fast::Teller;
use occupancy::Alone;

/// A protection makes one increment out of the operations that the hands offer, in the order that
/// [`Hands`] states. Whatever it holds it gives back before it returns, also when the hands panic.
pub(super) trait Protect {
    /// Whether an increment is a load, what lies between, and a store, and nothing else.
    const PLAIN: bool = false;
    /// Whether each store is told, and how.
    type Teller: Teller;

    /// One increment.
    fn increment<H: Hands>(&self, hands: &mut H);

    /// Most workers that were inside at once, where there is an inside. Measured, never assumed; beside the counter those
    /// show it who are alone inside.
    fn most_holders(&self, _: &Alone) -> Option<u16> {
        None
    }

    /// Starts what it counts itself afresh. Only while nobody is inside.
    fn forget_holders(&self) {}
}

/// Any of them, chosen while the program runs, alone on its cache lines.
#[derive(Debug)]
#[repr(align(128))]
pub(super) enum AnyProtection {
    None(none::Unprotected),
    Lock(lock::Lock),
    Guard(guard::Guard),
    Semaphore(semaphore::Semaphore),
    CompareAndSwap(compare_and_swap::CompareAndSwap),
    FetchAdd(fetch_add::FetchAdd),
    Spin(spin::SpinLock),
    ReadLock(read_lock::ReadLock),
    WriteLock(write_lock::WriteLock),
}

/// One of several protections, chosen while the program runs.
pub(super) trait Guards {
    /// Calls `job` with the protection itself, so that the loop within is compiled for just that one.
    fn with<J: ProtectionJob>(&self, job: J) -> J::Output;
}

impl Guards for AnyProtection {
    fn with<J: ProtectionJob>(&self, job: J) -> J::Output {
        match self {
            Self::None(protection) => job.run(protection),
            Self::Lock(protection) => job.run(protection),
            Self::Guard(protection) => job.run(protection),
            Self::Semaphore(protection) => job.run(protection),
            Self::CompareAndSwap(protection) => job.run(protection),
            Self::FetchAdd(protection) => job.run(protection),
            Self::Spin(protection) => job.run(protection),
            Self::ReadLock(protection) => job.run(protection),
            Self::WriteLock(protection) => job.run(protection),
        }
    }
}

impl Guarding for AnyProtection {
    fn new(settings: &Settings) -> Self {
        match settings.protection {
            Protection::None => Self::None(none::Unprotected),
            Protection::Lock => Self::Lock(lock::Lock::default()),
            Protection::Guard => Self::Guard(guard::Guard::default()),
            Protection::Semaphore => Self::Semaphore(semaphore::Semaphore::new(settings.permits)),
            Protection::CompareAndSwap => Self::CompareAndSwap(compare_and_swap::CompareAndSwap),
            Protection::FetchAdd => Self::FetchAdd(fetch_add::FetchAdd),
            Protection::Spin => Self::Spin(spin::SpinLock::default()),
            Protection::ReadLock => Self::ReadLock(read_lock::ReadLock::default()),
            Protection::WriteLock => Self::WriteLock(write_lock::WriteLock::default()),
        }
    }

    fn set_permits(&self, permits: u16) {
        if let Self::Semaphore(semaphore) = self {
            semaphore.set_permits(permits);
        }
    }

    fn most_holders(&self, alone: &Alone) -> Option<u16> {
        struct Most<'a>(&'a Alone);
        impl ProtectionJob for Most<'_> {
            type Output = Option<u16>;
            fn run<P: Protect>(self, protection: &P) -> Option<u16> {
                protection.most_holders(self.0)
            }
        }
        self.with(Most(alone))
    }

    fn forget_holders(&self) {
        struct Forget;
        impl ProtectionJob for Forget {
            type Output = ();
            fn run<P: Protect>(self, protection: &P) {
                protection.forget_holders();
            }
        }
        self.with(Forget);
    }
}

/// Something to do with a protection whose type is known only while the program runs.
pub(super) trait ProtectionJob {
    /// What comes of it.
    type Output;
    /// Does it.
    fn run<P: Protect>(self, protection: &P) -> Self::Output;
}
