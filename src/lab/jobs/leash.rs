//! What calls a job off in its midst, wherever it is: computing, asleep in a thread or as a task, or in another process.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::sync::Notify;

/// Who ends what has the job somewhere else.
type Ender = Box<dyn FnOnce() + Send>;

/// The leash of one job.
#[derive(Default)]
pub(super) struct Leash {
    is_off: AtomicBool,
    far: Mutex<Option<Ender>>,
    woken: Condvar,
    tasks: Notify,
}

impl fmt::Debug for Leash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Leash").field(&self.is_off).finish()
    }
}

impl Leash {
    /// Calls the job off. Comes back at once.
    pub(super) fn call_off(&self) {
        let mut far = self.far.lock();
        self.is_off.store(true, Ordering::Release);
        self.woken.notify_all();
        self.tasks.notify_waiters();
        if let Some(end) = far.take() {
            end();
        }
    }

    /// Whether it was called off.
    #[inline]
    pub(super) fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Acquire)
    }

    /// Waits in one's place for so long; `false` if it was called off meanwhile.
    pub(super) fn sleep(&self, long: Duration) -> bool {
        let until = Instant::now() + long;
        let mut far = self.far.lock();
        while !self.is_off() {
            if self.woken.wait_until(&mut far, until).timed_out() {
                return !self.is_off();
            }
        }
        false
    }

    /// Awaits being called off.
    pub(super) async fn off(&self) {
        let mut called = pin!(self.tasks.notified());
        called.as_mut().enable();
        if !self.is_off() {
            called.await;
        }
    }

    /// The job is somewhere else now, and this ends it there; at once if it has been called off already.
    pub(super) fn send_away(&self, end: impl FnOnce() + Send + 'static) {
        let mut far = self.far.lock();
        if self.is_off() { end() } else { *far = Some(Box::new(end)) }
    }

    /// It is no longer there.
    pub(super) fn come_back(&self) {
        self.far.lock().take();
    }
}
