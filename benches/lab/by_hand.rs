//! The other side of each ratio: the loop that one would write by hand, with nothing recorded and nothing to change.
//!
//! So that only the loops differ, it stands on the same ground as the lab's: one thread is pinned to the core that the lab
//! pins its own to; several have a core each, as the lab's have, because left to it the scheduler may put two that fight for
//! a lock on one core, where they fight no more and are twice as fast. All leave the barrier together; the counter and
//! whatever protects it stand each on cache lines of their own. Only the time between the barrier and the last worker's
//! end is counted, on both sides.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use crossbeam_utils::{Backoff, CachePadded};
use parking_lot::{Condvar, Mutex, MutexGuard, RwLock};
use racescope::experiment::Protection;
use racescope::platform::affinity;

/// Runs `body`, which is told its number, in so many threads that leave a barrier together; nanoseconds from there to the last one's end.
pub(crate) fn by_hand(threads: u16, body: impl Fn(u16) + Sync) -> u64 {
    let ready = CachePadded::new(AtomicUsize::new(0));
    let began = Instant::now();
    let spans = CachePadded::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..threads {
            let (ready, spans, body) = (&ready, &spans, &body);
            scope.spawn(move || {
                // Where a system has no such thing, it has none for the lab either.
                let _ = match usize::from(threads) {
                    1 => affinity::pin_to_one(),
                    several if several <= affinity::available() => affinity::pin(usize::from(number)),
                    _ => affinity::spread(usize::from(number)),
                };
                ready.fetch_add(1, Ordering::AcqRel);
                let backoff = Backoff::new();
                while ready.load(Ordering::Acquire) < usize::from(threads) {
                    backoff.snooze();
                }
                let from = began.elapsed();
                body(number);
                let to = began.elapsed();
                spans.lock().push((from, to));
            });
        }
    });
    let spans = spans.lock();
    let from = spans.iter().map(|&(from, _)| from).min().unwrap_or_default();
    let to = spans.iter().map(|&(_, to)| to).max().unwrap_or_default();
    (to - from).as_nanos() as u64
}

/// An increment, as one thread makes it.
pub(crate) trait Increment {
    fn of(thread: u16) -> Self;
    fn bump(&mut self, counter: &AtomicU64);
    /// So many with nothing around each, which leaves more to whoever writes the loop.
    fn bumps(&mut self, counter: &AtomicU64, increments: u32) {
        (0..increments).for_each(|_| self.bump(counter));
    }
    /// One where nobody else may be meanwhile; whoever wants to know whether anybody was leaves a mark.
    #[inline(always)]
    fn alone(&mut self, counter: &AtomicU64, _inside: &AtomicU32) {
        self.bump(counter);
    }
    fn swap(&mut self, counter: &AtomicU64);
    fn add(&mut self, counter: &AtomicU64);
}

/// Of a plain number. What a fetch-and-add fetched is kept: an addition whose result nobody wants is another instruction.
pub(crate) struct Plain {
    found: u64,
}

impl Increment for Plain {
    fn of(_: u16) -> Self {
        Plain { found: 0 }
    }

    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    #[inline(always)]
    fn swap(&mut self, counter: &AtomicU64) {
        let mut loaded = counter.load(Ordering::Relaxed);
        while let Err(found) =
            counter.compare_exchange(loaded, loaded + 1, Ordering::Relaxed, Ordering::Relaxed)
        {
            loaded = found;
        }
    }

    #[inline(always)]
    fn add(&mut self, counter: &AtomicU64) {
        self.found = counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        black_box(self.found);
    }
}

/// Of a plain number, with its load and its store as two instructions, which is what they are for whoever wants to know what
/// was loaded. The plain loop's are one, and a processor that reads to modify asks for the cache line once.
pub(crate) struct Apart {
    loaded: u64,
}

impl Increment for Apart {
    fn of(_: u16) -> Self {
        Apart { loaded: 0 }
    }

    #[inline(always)]
    fn bump(&mut self, counter: &AtomicU64) {
        let loaded = counter.load(Ordering::Relaxed);
        counter.store(loaded + 1, Ordering::Relaxed);
        self.loaded ^= loaded;
    }

    #[inline(always)]
    fn swap(&mut self, counter: &AtomicU64) {
        Plain::of(0).swap(counter);
    }

    #[inline(always)]
    fn add(&mut self, counter: &AtomicU64) {
        self.loaded = counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        black_box(self.loaded);
    }
}

/// The loop that one would write by hand under each protection, with increments of this kind.
pub(crate) fn hand_written<I: Increment>(threads: u16, iterations: u32, protection: Protection) -> u64 {
    let place = CachePadded::new((AtomicU64::new(0), AtomicU32::new(0)));
    let (counter, inside) = &*place;
    match protection {
        Protection::None => by_hand(threads, |thread| I::of(thread).bumps(counter, iterations)),
        Protection::Lock | Protection::Guard => {
            let lock = CachePadded::new(Mutex::new(()));
            each::<I>(threads, iterations, |by| {
                let _held = lock.lock();
                by.alone(counter, inside);
            })
        }
        Protection::Semaphore => {
            let semaphore = CachePadded::new(Semaphore::default());
            each::<I>(threads, iterations, |by| {
                semaphore.acquire();
                by.bump(counter);
                semaphore.release();
            })
        }
        Protection::CompareAndSwap => each::<I>(threads, iterations, |by| by.swap(counter)),
        Protection::FetchAdd => each::<I>(threads, iterations, |by| by.add(counter)),
        Protection::Spin => {
            let taken = CachePadded::new(AtomicU32::new(0));
            each::<I>(threads, iterations, |by| {
                spin(&taken);
                by.alone(counter, inside);
                taken.store(0, Ordering::Release);
            })
        }
        Protection::ReadLock => {
            let lock = CachePadded::new(RwLock::new(()));
            each::<I>(threads, iterations, |by| {
                let _held = lock.read();
                by.bump(counter);
            })
        }
        Protection::WriteLock => {
            let lock = CachePadded::new(RwLock::new(()));
            each::<I>(threads, iterations, |by| {
                let _held = lock.write();
                by.alone(counter, inside);
            })
        }
    }
}

/// So many increments by each of so many threads.
fn each<I: Increment>(threads: u16, iterations: u32, one: impl Fn(&mut I) + Sync) -> u64 {
    by_hand(threads, |thread| in_a_row(thread, iterations, &one))
}

/// A function of its own, as the lab's loops are: in one with all that a thread does besides, the loop's pointers are fetched
/// from the stack in each increment.
#[inline(never)]
fn in_a_row<I: Increment>(thread: u16, iterations: u32, one: &impl Fn(&mut I)) {
    let mut by = I::of(thread);
    (0..iterations).for_each(|_| one(&mut by));
}

/// A semaphore of two permits: a count under a mutex, the greatest that it was, and a queue of those who found none left. The
/// textbook's, with one condition variable that is notified after each release, is another loop: what it does between two
/// acquisitions lets the other thread in, and decides how often two cores fight for the mutex.
struct Semaphore(Mutex<Holders>);

struct Holders {
    permits: u16,
    now: u16,
    most: u16,
    queue: VecDeque<Arc<Condvar>>,
}

impl Default for Semaphore {
    fn default() -> Self {
        Semaphore(Mutex::new(Holders { permits: 2, now: 0, most: 0, queue: VecDeque::new() }))
    }
}

impl Semaphore {
    #[inline(always)]
    fn acquire(&self) {
        let mut holders = self.0.lock();
        if holders.now >= holders.permits || !holders.queue.is_empty() {
            wait(&mut holders);
        }
        holders.now += 1;
        if holders.now > holders.most {
            holders.most = holders.now;
        }
    }

    #[inline(always)]
    fn release(&self) {
        let mut holders = self.0.lock();
        holders.now -= 1;
        if !holders.queue.is_empty() {
            wake(&holders);
        }
    }
}

#[cold]
#[inline(never)]
fn wait(holders: &mut MutexGuard<'_, Holders>) {
    let me = Arc::new(Condvar::new());
    holders.queue.push_back(Arc::clone(&me));
    let is_first = |holders: &Holders| holders.queue.front().is_some_and(|first| Arc::ptr_eq(first, &me));
    while !(is_first(holders) && holders.now < holders.permits) {
        me.wait(holders);
    }
    holders.queue.pop_front();
}

#[cold]
#[inline(never)]
fn wake(holders: &Holders) {
    if let Some(first) = holders.queue.front() {
        first.notify_one();
    }
}

#[inline(always)]
fn spin(taken: &AtomicU32) {
    if taken.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
        spin_on(taken);
    }
}

/// Leaves a lock that it found taken alone for as long as the lab's does: how long that is decides more than all the rest.
#[cold]
#[inline(never)]
fn spin_on(taken: &AtomicU32) {
    let backoff = Backoff::new();
    (0..16).for_each(|_| std::hint::spin_loop());
    loop {
        while taken.load(Ordering::Relaxed) != 0 {
            backoff.snooze();
        }
        if taken.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok() {
            return;
        }
    }
}
