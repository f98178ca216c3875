//! The semaphore that limits how many transfers go on at once; threads block on it and tasks await it.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Lets in as many as there are permits, in the order in which they came; all at once where there is no limit.
#[derive(Debug)]
pub(super) struct Gate(Option<Semaphore>);

/// The right to transfer; given back when it goes.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    _permit: Option<SemaphorePermit<'a>>,
}

impl Gate {
    pub(super) fn new(permits: Option<u16>) -> Self {
        Gate(permits.map(|permits| Semaphore::new(permits.into())))
    }

    /// Comes back with a permit. `waits` is called first if there is none to be had at once, and `goes_on` when there
    /// is one at last.
    pub(super) async fn enter(&self, waits: impl FnOnce(), goes_on: impl FnOnce()) -> Pass<'_> {
        let Some(semaphore) = &self.0 else { return Pass { _permit: None } };
        if let Ok(permit) = semaphore.try_acquire() {
            return Pass { _permit: Some(permit) };
        }
        waits();
        // It is never closed, so that it always comes to a permit.
        let permit = semaphore.acquire().await.ok();
        goes_on();
        Pass { _permit: permit }
    }
}
