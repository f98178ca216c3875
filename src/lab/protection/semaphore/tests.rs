use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// Waits for a condition that other threads bring about; the test's own time-out is the only clock.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

#[test]
fn as_many_as_permits_enter_and_no_more() {
    let semaphore = Semaphore::new(2);
    let first = semaphore.try_acquire();
    let second = semaphore.try_acquire();
    assert!(first.is_some() && second.is_some());
    assert!(semaphore.try_acquire().is_none());
    drop(first);
    assert!(semaphore.try_acquire().is_some());
}

#[test]
fn holders_never_exceed_permits_on_real_threads() {
    for permits in [1, 2, 3, 7] {
        let semaphore = Semaphore::new(permits);
        let inside = AtomicU32::new(0);
        let barrier = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    barrier.wait();
                    for _ in 0..500 {
                        let _permit = semaphore.acquire();
                        assert!(inside.fetch_add(1, Ordering::SeqCst) < u32::from(permits));
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(semaphore.load(), (0, 0));
        assert!(semaphore.most() <= permits);
    }
}

#[test]
fn waiters_enter_in_order_of_arrival() {
    let semaphore = Semaphore::new(1);
    let order = Mutex::new(Vec::new());
    let held = semaphore.acquire();
    std::thread::scope(|scope| {
        for n in 0..5_usize {
            let (semaphore, order) = (&semaphore, &order);
            scope.spawn(move || {
                let _permit = semaphore.acquire();
                order.lock().push(n);
            });
            until(|| semaphore.load().1 == n + 1);
        }
        drop(held);
    });
    assert_eq!(order.into_inner(), [0, 1, 2, 3, 4]);
}

#[test]
fn the_first_in_the_queue_is_passed_over_a_bounded_number_of_times() {
    let semaphore = Semaphore::new(1);
    let mut state = semaphore.state.lock();
    state.queue.push_back(Arc::new(Waiter::default()));
    let admitted = (0..10 * PATIENCE).filter(|_| state.admits_newcomer()).count();
    assert_eq!(admitted, PATIENCE as usize);
}

#[test]
fn permits_go_up_and_down_while_workers_hold_and_wait() {
    let semaphore = Semaphore::new(1);
    let held = semaphore.acquire();
    let go = Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let _permit = semaphore.acquire();
                go.wait();
            });
        }
        until(|| semaphore.load() == (1, 2));
        semaphore.set_permits(3);
        until(|| semaphore.load() == (3, 0));
        semaphore.set_permits(1);
        assert!(semaphore.try_acquire().is_none());
        go.wait();
        until(|| semaphore.load() == (1, 0));
        assert!(semaphore.try_acquire().is_none());
        drop(held);
        until(|| semaphore.load() == (0, 0));
        assert!(semaphore.try_acquire().is_some());
    });
    assert_eq!(semaphore.most(), 3);
}
