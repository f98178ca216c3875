//! What guards an increment between processes.
//!
//! | protection | made of | when a holder is killed |
//! |---|---|---|
//! | lock, guard | the system's mutex, shared and robust | the system hands it on and says so |
//! | semaphore | the system's POSIX semaphore | permits are counted afresh while nobody has one |
//! | spin lock, readers-writer lock | words of ours: the system has none that outlive a holder | set free while nobody has them |
//! | compare-and-swap, fetch-and-add, none | the counter's word | there is nothing to hold |
//!
//! A worker says at its station where it is on its way through. For counting afresh the director asks those who wait to
//! step aside: then nobody is inside, nobody is asking, and what is missing is what the dead took with them.

mod lock;
mod rw;
mod semaphore;
mod spin;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::experiment::{Protection, Settings};
use crate::lab::hands::Hands;
use crate::lab::hands::fast::EachStore;
use crate::lab::protection::occupancy::{Alone, Occupancy};
use crate::lab::protection::{
    Guards, Protect, ProtectionJob, compare_and_swap::CompareAndSwap, fetch_add::FetchAdd, none::Unprotected,
    spin::Word as SpinWord,
};
use crate::platform::between::{Lock, Semaphore};
use crate::platform::process::Bell;
use crate::platform::shared::{Padded, Place, shareable};

use super::site::{Site, Station};

/// Neither inside nor asking.
pub(super) const OUT: u32 = 0;
/// Asking to be let in.
pub(super) const ASKING: u32 = 1;
/// Let in.
pub(super) const INSIDE: u32 = 2;
/// About to give back what it has.
pub(super) const LEAVING: u32 = 3;
/// Stepped aside.
pub(super) const ASIDE: u32 = 4;

shareable! {
    /// Everything that can be held, and who counts the holders.
    #[derive(Debug)]
    pub(super) struct Locks {
        pub(super) lock: Lock,
        pub(super) semaphore: Semaphore,
        pub(super) spin: Padded<SpinWord>,
        pub(super) rw: rw::Words,
        /// Who is inside, where several may be; where only one may, that stands beside the counter.
        pub(super) occupancy: Occupancy,
        /// How often a worker was handed the lock of one that had died with it.
        pub(super) inherited: AtomicU32,
    }
}

impl Locks {
    /// Makes all of them. Only while nobody uses them.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn set_up(&self) -> io::Result<()> {
        self.lock.set_up()?;
        self.semaphore.set_up(1)
    }

    /// So many permits, and everything free. Only while nobody is inside, waits, or asks.
    pub(super) fn free_all(&self, permits: u16) {
        // It can't be refused: it was set up before.
        let _ = self.semaphore.set_up(permits);
        self.spin.give();
        self.rw.free();
    }
}

/// What a worker has at hand to be guarded.
#[derive(Clone, Debug)]
pub(super) struct Post {
    site: Site,
    station: Place<Station>,
    bell: Arc<Bell>,
}

impl Post {
    pub(super) fn new(site: Site, number: u16, bell: Arc<Bell>) -> Self {
        Post { station: site.station(usize::from(number)), site, bell }
    }

    #[inline(always)]
    fn locks(&self) -> &Locks {
        &self.site.head.locks
    }

    /// Beside the counter that all share, also where each has one of its own: the lock is one.
    #[inline(always)]
    fn alone(&self) -> &Alone {
        &self.site.head.counter.alone
    }

    #[inline(always)]
    fn is(&self, stage: u32) {
        // Released, so that what was done in the stage before is not seen later than the next.
        self.station.stage.store(stage, Ordering::Release);
    }

    /// Whether it shall step aside.
    #[inline(always)]
    fn is_called_aside(&self) -> bool {
        self.site.head.orders.is_aside()
    }

    /// Steps aside, having nothing, until it may ask again.
    #[cold]
    fn step_aside(&self) {
        self.is(ASIDE);
        self.bell.ring();
        self.site.head.orders.stay_aside();
        self.is(ASKING);
    }
}

/// Any of them.
#[derive(Debug)]
pub(super) enum Between {
    None(Told<Unprotected>),
    Lock(lock::Between),
    Semaphore(semaphore::Between),
    CompareAndSwap(Told<CompareAndSwap>),
    FetchAdd(Told<FetchAdd>),
    Spin(spin::Between),
    ReadLock(rw::Read),
    WriteLock(rw::Write),
}

impl Between {
    /// The one that the settings name.
    pub(super) fn new(settings: &Settings, post: Post) -> Self {
        match settings.protection {
            Protection::None => Self::None(Told(Unprotected)),
            // Whether a statement or a scope releases it, it is the same lock.
            Protection::Lock | Protection::Guard => Self::Lock(lock::Between(post)),
            Protection::Semaphore => Self::Semaphore(semaphore::Between(post)),
            Protection::CompareAndSwap => Self::CompareAndSwap(Told(CompareAndSwap)),
            Protection::FetchAdd => Self::FetchAdd(Told(FetchAdd)),
            Protection::Spin => Self::Spin(spin::Between(post)),
            Protection::ReadLock => Self::ReadLock(rw::Read(post)),
            Protection::WriteLock => Self::WriteLock(rw::Write(post)),
        }
    }
}

impl Guards for Between {
    fn with<J: ProtectionJob>(&self, job: J) -> J::Output {
        match self {
            Self::None(protection) => job.run(protection),
            Self::Lock(protection) => job.run(protection),
            Self::Semaphore(protection) => job.run(protection),
            Self::CompareAndSwap(protection) => job.run(protection),
            Self::FetchAdd(protection) => job.run(protection),
            Self::Spin(protection) => job.run(protection),
            Self::ReadLock(protection) => job.run(protection),
            Self::WriteLock(protection) => job.run(protection),
        }
    }
}

/// A protection that holds nothing, for workers that tell each store.
#[derive(Debug)]
pub(super) struct Told<P>(P);

impl<P: Protect> Protect for Told<P> {
    type Teller = EachStore;

    #[inline(always)]
    fn increment<H: Hands>(&self, hands: &mut H) {
        self.0.increment(hands);
    }
}
