//! Where the parts of a search wait for each other. Unlike that of the standard library it can break: when a part has
//! crashed, nobody waits for it for ever. And it decides: whoever comes last looks whether to go on, for all.

use std::hint;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::service::THREAD;

/// How often a part looks whether the others are here before it goes to sleep: for about as long as it would take to
/// be woken.
const LOOKS: u32 = 4_000;

/// A meeting point.
#[derive(Debug)]
pub(super) struct Barrier {
    parts: usize,
    state: Mutex<State>,
    all_are_here: Condvar,
    /// As in the state, for those that look.
    round: AtomicUsize,
    is_broken: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    here: usize,
    asleep: usize,
    round: usize,
    verdict: bool,
    is_broken: bool,
}

/// One of those that are waited for has crashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl Barrier {
    pub(super) fn new(parts: usize) -> Self {
        Barrier {
            parts,
            state: Mutex::default(),
            all_are_here: Condvar::new(),
            round: AtomicUsize::new(0),
            is_broken: AtomicBool::new(false),
        }
    }

    /// Waits until all parts are here, and tells each of them what the last one decided.
    pub(super) fn wait(&self, decide: impl FnOnce() -> bool) -> Result<bool, Broken> {
        let mut state = self.state();
        let round = state.round;
        state.here += 1;
        if state.here == self.parts && !state.is_broken {
            state.here = 0;
            state.round = round.wrapping_add(1);
            state.verdict = decide();
            self.round.store(state.round, Ordering::Release);
            if state.asleep > 0 {
                self.all_are_here.notify_all();
            }
            return Ok(state.verdict);
        }
        drop(state);
        let is_over =
            || self.round.load(Ordering::Acquire) != round || self.is_broken.load(Ordering::Acquire);
        for _ in 0..LOOKS {
            if is_over() {
                break;
            }
            hint::spin_loop();
        }
        let mut state = self.state();
        state.asleep += 1;
        while state.round == round && !state.is_broken {
            state = self.all_are_here.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.asleep -= 1;
        // Nobody decides again before this part is back.
        if state.is_broken { Err(Broken) } else { Ok(state.verdict) }
    }

    /// Lets everybody go who waits or comes later: somebody will not come.
    pub(super) fn end(&self) {
        self.state().is_broken = true;
        self.is_broken.store(true, Ordering::Release);
        self.all_are_here.notify_all();
    }

    /// Whether somebody will not come.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Acquire)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All parts at work, the first one here, each other one in a thread of its own; gives what the first one gives, or
/// nothing if the system has no threads for so many. If one crashes, those that wait for it are let go, and its crash
/// goes on from here: nobody may use what it leaves.
pub(super) fn together<T>(
    barrier: &Barrier,
    first: impl FnOnce() -> T,
    others: Vec<impl FnOnce() + Send>,
) -> Option<T> {
    let crashed = Mutex::new(None);
    let guarded = |part: &mut dyn FnMut()| {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(part)) {
            barrier.end();
            crashed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(payload);
        }
    };
    let mut result = None;
    thread::scope(|scope| {
        for part in others {
            let (guarded, mut part) = (&guarded, Some(part));
            let part = move || guarded(&mut || part.take().map_or((), |part| part()));
            if thread::Builder::new().name(THREAD.into()).spawn_scoped(scope, part).is_err() {
                barrier.end();
                return;
            }
        }
        let mut first = Some(first);
        guarded(&mut || result = first.take().map(|first| first()));
    });
    match crashed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(payload) => resume_unwind(payload),
        None => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_goes_on_before_all_are_there() {
        let (barrier, passed) = (Barrier::new(3), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..2_000 {
                        barrier.wait(|| true).unwrap();
                        assert!(passed.fetch_add(1, Ordering::SeqCst) / 3 == round);
                        barrier.wait(|| true).unwrap();
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 6_000);
    }

    #[test]
    fn one_decides_for_all() {
        let (barrier, decided) = (Barrier::new(3), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..2_000 {
                        let verdict = barrier.wait(|| decided.fetch_add(1, Ordering::SeqCst) % 2 == 0);
                        assert_eq!(verdict, Ok(round % 2 == 0));
                    }
                });
            }
        });
        assert_eq!(decided.into_inner(), 2_000);
    }

    #[test]
    fn whoever_waits_is_let_go_when_it_ends() {
        let barrier = Barrier::new(3);
        thread::scope(|scope| {
            let waiting = [scope.spawn(|| barrier.wait(|| true)), scope.spawn(|| barrier.wait(|| true))];
            barrier.end();
            waiting.into_iter().for_each(|part| assert_eq!(part.join().unwrap(), Err(Broken)));
        });
        assert_eq!(barrier.wait(|| true), Err(Broken), "and whoever comes later");
    }
}
