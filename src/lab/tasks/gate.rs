//! What guards an increment of a task: the runtime's own lock, semaphore and readers-writer lock, whose waiters let the
//! other tasks go on; and what waits for nobody.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};

use tokio::sync::{Mutex, RwLock, Semaphore};
use tokio::task::yield_now;

use super::turns::{Turns, get_in, update};
use crate::experiment::{Protection, Settings};
use crate::lab::board::Guarding;
use crate::lab::hands::Hands;
use crate::lab::protection::occupancy::{Alone, Occupancy};

/// A protection, and how many are inside.
#[derive(Debug)]
pub(in crate::lab) struct Gate {
    guard: Guard,
    occupancy: Occupancy,
}

#[derive(Debug)]
enum Guard {
    Nothing,
    /// Acquired and released by hand, or released by its scope.
    Lock(Mutex<()>),
    Semaphore {
        semaphore: Semaphore,
        /// How many permits there are, free or not.
        permits: AtomicU16,
    },
    CompareAndSwap,
    FetchAdd,
    Spin(AtomicBool),
    ReadLock(RwLock<()>),
    WriteLock(RwLock<()>),
}

/// Releases a spin lock when it goes, also in a panic.
struct Spun<'a>(&'a AtomicBool);

impl Drop for Spun<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

fn try_spin(taken: &AtomicBool) -> Option<Spun<'_>> {
    taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok().then(|| Spun(taken))
}

/// A task that spins must give the thread away, or the holder would never come to run. While nobody awaits anything
/// inside, it never finds the lock taken.
async fn spin(taken: &AtomicBool) -> Spun<'_> {
    loop {
        if let Some(held) = try_spin(taken) {
            return held;
        }
        yield_now().await;
    }
}

/// Let in, until it goes: also in a panic.
struct Inside<'a, T> {
    occupancy: &'a Occupancy,
    _held: T,
}

impl<T> Drop for Inside<'_, T> {
    fn drop(&mut self) {
        self.occupancy.leave();
    }
}

impl Gate {
    /// One increment.
    pub(super) async fn increment<T: Turns>(&self, task: &mut T) {
        match &self.guard {
            Guard::Nothing => update(task).await,
            Guard::Lock(mutex) => self.within(task, || mutex.try_lock().ok(), mutex.lock()).await,
            Guard::Semaphore { semaphore, .. } => {
                // Nobody ever closes it.
                let wait = async { semaphore.acquire().await.ok() };
                self.within(task, || semaphore.try_acquire().ok().map(Some), wait).await;
            }
            Guard::Spin(taken) => self.within(task, || try_spin(taken), spin(taken)).await,
            Guard::ReadLock(lock) => self.within(task, || lock.try_read().ok(), lock.read()).await,
            Guard::WriteLock(lock) => self.within(task, || lock.try_write().ok(), lock.write()).await,
            Guard::FetchAdd => {
                task.turn().await;
                task.ops().fetch_add();
            }
            Guard::CompareAndSwap => {
                task.turn().await;
                let mut loaded = task.ops().load();
                loop {
                    task.between().await;
                    task.turn().await;
                    match task.ops().swap(loaded) {
                        Ok(()) => return,
                        Err(found) => loaded = found,
                    }
                }
            }
        }
    }

    /// An increment inside what is held.
    async fn within<T: Turns, H>(
        &self,
        task: &mut T,
        at_once: impl FnOnce() -> Option<H>,
        wait: impl Future<Output = H>,
    ) {
        let held = get_in(task, at_once, wait).await;
        self.occupancy.enter();
        let inside = Inside { occupancy: &self.occupancy, _held: held };
        task.ops().enter();
        // Nothing is awaited between being let in and the load.
        let loaded = task.ops().load();
        task.between().await;
        task.turn().await;
        task.ops().store(loaded);
        task.ops().leave();
        drop(inside);
        task.ops().left();
    }
}

impl Guarding for Gate {
    fn new(settings: &Settings) -> Self {
        let guard = match settings.protection {
            Protection::None => Guard::Nothing,
            Protection::Lock | Protection::Guard => Guard::Lock(Mutex::new(())),
            Protection::Semaphore => Guard::Semaphore {
                semaphore: Semaphore::new(usize::from(settings.permits)),
                permits: AtomicU16::new(settings.permits),
            },
            Protection::CompareAndSwap => Guard::CompareAndSwap,
            Protection::FetchAdd => Guard::FetchAdd,
            Protection::Spin => Guard::Spin(AtomicBool::new(false)),
            Protection::ReadLock => Guard::ReadLock(RwLock::new(())),
            Protection::WriteLock => Guard::WriteLock(RwLock::new(())),
        };
        Gate { guard, occupancy: Occupancy::default() }
    }

    fn set_permits(&self, permits: u16) {
        if let Guard::Semaphore { semaphore, permits: had } = &self.guard {
            let had = had.swap(permits, Ordering::Relaxed);
            semaphore.add_permits(usize::from(permits.saturating_sub(had)));
            // All are at rest: every permit is free.
            semaphore.forget_permits(usize::from(had.saturating_sub(permits)));
        }
    }

    fn most_holders(&self, _: &Alone) -> Option<u16> {
        match self.guard {
            Guard::Nothing | Guard::CompareAndSwap | Guard::FetchAdd => None,
            _ => Some(self.occupancy.most()),
        }
    }

    fn forget_holders(&self) {
        self.occupancy.forget();
    }
}
