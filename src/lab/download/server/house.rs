//! Who is served, who waits to be, and the exact count of both.

use parking_lot::Mutex;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Setup;
use crate::event::download::{Fate, Served};

/// The server's inside.
#[derive(Debug)]
pub(super) struct House {
    delay: Duration,
    seats: Semaphore,
    served: Mutex<Served>,
}

/// The right to be served; given back when it goes.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    house: &'a House,
    ended: bool,
    _permit: SemaphorePermit<'a>,
}

/// A request that waits to be let in; counted as long as it does, and as one that left if it is not let in.
struct Queued<'a> {
    house: &'a House,
    is_let_in: bool,
}

impl House {
    pub(super) fn new(setup: Setup) -> Self {
        House {
            delay: setup.delay,
            seats: Semaphore::new(setup.capacity.into()),
            served: Mutex::new(Served::default()),
        }
    }

    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    pub(super) fn served(&self) -> Served {
        *self.served.lock()
    }

    pub(super) fn came(&self) {
        self.served.lock().requests += 1;
    }

    pub(super) fn not_understood(&self) {
        self.served.lock().not_understood += 1;
    }

    /// Lets a request in as soon as there is room for it; `None` never comes to pass, for the house is never closed.
    pub(super) async fn let_in(&self) -> Option<Seat<'_>> {
        let permit = match self.seats.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let mut queued = Queued::new(self);
                let permit = self.seats.acquire().await.ok()?;
                queued.is_let_in = true;
                permit
            }
        };
        let mut served = self.served.lock();
        served.now += 1;
        served.most = served.most.max(served.now);
        Some(Seat { house: self, ended: false, _permit: permit })
    }
}

impl Seat<'_> {
    /// The request has been dealt with to its end, in this way.
    pub(super) fn end(mut self, fate: Fate) {
        self.ended = true;
        self.house.served.lock().ended[fate as usize] += 1;
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut served = self.house.served.lock();
        served.now -= 1;
        served.left += u64::from(!self.ended);
    }
}

impl<'a> Queued<'a> {
    fn new(house: &'a House) -> Self {
        let mut served = house.served.lock();
        served.queued += 1;
        served.most_queued = served.most_queued.max(served.queued);
        Queued { house, is_let_in: false }
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut served = self.house.served.lock();
        served.queued -= 1;
        served.left += u64::from(!self.is_let_in);
    }
}
