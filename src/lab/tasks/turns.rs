//! How one task makes its operations: at full speed, at full speed under watch, or held back before each; and what it
//! does between load and store. The operations are the threads' own; what is new is where a task awaits.

use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::experiment::{Delay, Gap};
use crate::lab::control::Control;
use crate::lab::gap::{Filler, Jitter, Wide};
use crate::lab::hands::Hands;
use crate::lab::hands::held::{Held, Turn};

/// How far a task that is held back may fall behind its rate and make up for it, in parts of the pace: the runtime's
/// clock counts in milliseconds.
const BEHIND: u64 = 64;

/// A task at its operations.
pub(super) trait Turns {
    /// What makes them.
    type Ops: Hands;

    /// What makes them.
    fn ops(&mut self) -> &mut Self::Ops;

    /// Is held back where it has just awaited something, so that the others go on meanwhile. Where it awaits nothing the
    /// operation itself is held back, and the thread with it.
    async fn turn(&mut self);

    /// What lies between load and store.
    async fn between(&mut self);
}

/// The way in.
pub(super) async fn get_in<T: Turns, H>(
    task: &mut T,
    at_once: impl FnOnce() -> Option<H>,
    wait: impl Future<Output = H>,
) -> H {
    task.turn().await;
    task.ops().ask();
    let at_once = if T::Ops::TRIES_FIRST { at_once() } else { None };
    match at_once {
        Some(inside) => inside,
        None => {
            task.ops().wait();
            wait.await
        }
    }
}

/// Load, what lies between, store.
pub(super) async fn update<T: Turns>(task: &mut T) {
    task.turn().await;
    let loaded = task.ops().load();
    task.between().await;
    task.turn().await;
    task.ops().store(loaded);
}

/// What a task needs to await: whether it does, and what wakes it before its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaits<'a> {
    pub(super) awaits: bool,
    pub(super) control: &'a Control,
    pub(super) wake: &'a Notify,
}

impl Awaits<'_> {
    /// Lets the others have their turns, if it awaits at all.
    pub(super) async fn others(&self) {
        if self.awaits {
            yield_now().await;
        }
    }

    /// Spends the gap: where nothing is awaited the thread spends it.
    async fn gap(&self, gap: Gap, jitter: &mut Jitter) {
        let control = self.control;
        if !self.awaits {
            Wide { gap, jitter, control }.fill();
            return;
        }
        if control.hurry() {
            // Thousands may spin for what this one holds, and each would have its turn before this one's next.
            return;
        }
        match gap.delay {
            Delay::None => yield_now().await,
            Delay::Spin(_) => {
                Wide { gap, jitter, control }.fill();
                yield_now().await;
            }
            Delay::Yield => {
                yield_now().await;
                if gap.jitter > 0 && jitter.coin() {
                    yield_now().await;
                }
            }
            Delay::Sleep(micros) => {
                let nanos = jitter.around(u64::from(micros) * 1_000, gap.jitter);
                self.sleep(Duration::from_nanos(nanos)).await;
            }
        }
    }

    /// Sleeps, but comes back as soon as there is a meeting.
    async fn sleep(&self, length: Duration) {
        let begin = Instant::now();
        loop {
            let woken = self.wake.notified();
            let rest = length.saturating_sub(begin.elapsed());
            if rest.is_zero() || self.control.hurry() {
                return;
            }
            let _ = timeout(rest, woken).await;
        }
    }
}

/// At full speed.
pub(super) struct Quick<'a, H> {
    pub(super) hands: H,
    pub(super) gap: Gap,
    pub(super) jitter: &'a mut Jitter,
    pub(super) awaits: Awaits<'a>,
}

impl<H: Hands> Turns for Quick<'_, H> {
    type Ops = H;

    fn ops(&mut self) -> &mut H {
        &mut self.hands
    }

    async fn turn(&mut self) {}

    async fn between(&mut self) {
        self.awaits.gap(self.gap, self.jitter).await;
    }
}

/// Held back before each operation.
pub(super) struct Slow<'a> {
    pub(super) held: Held<'a>,
    pub(super) awaits: Awaits<'a>,
}

impl<'a> Turns for Slow<'a> {
    type Ops = Held<'a>;

    fn ops(&mut self) -> &mut Held<'a> {
        &mut self.held
    }

    async fn turn(&mut self) {
        if !self.awaits.awaits || self.held.may_go {
            return;
        }
        loop {
            let woken = self.awaits.wake.notified();
            match self.held.look(BEHIND) {
                Turn::Now => break,
                Turn::Never => woken.await,
                Turn::In(rest) => drop(timeout(rest, woken).await),
            }
        }
        self.held.may_go = true;
    }

    async fn between(&mut self) {
        self.awaits.gap(self.held.gap, self.held.jitter).await;
    }
}
