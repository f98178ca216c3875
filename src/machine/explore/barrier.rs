//! Where the parts of a search wait for each other. Unlike that of the standard library it can break: when a part has
//! crashed, nobody waits for it for ever.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A meeting point.
#[derive(Debug)]
pub(super) struct Barrier {
    parts: usize,
    state: Mutex<State>,
    all_are_here: Condvar,
}

#[derive(Debug, Default)]
struct State {
    here: usize,
    round: usize,
    is_broken: bool,
}

/// One of those that are waited for has crashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl Barrier {
    pub(super) fn new(parts: usize) -> Self {
        Barrier { parts, state: Mutex::default(), all_are_here: Condvar::new() }
    }

    /// Waits until all parts are here.
    pub(super) fn wait(&self) -> Result<(), Broken> {
        let mut state = self.state();
        let round = state.round;
        state.here += 1;
        if state.here == self.parts {
            state.here = 0;
            state.round = round.wrapping_add(1);
            self.all_are_here.notify_all();
        }
        while state.round == round && !state.is_broken {
            state = self.all_are_here.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_broken { Err(Broken) } else { Ok(()) }
    }

    /// Lets everybody go who waits or comes later: somebody will not come.
    pub(super) fn end(&self) {
        self.state().is_broken = true;
        self.all_are_here.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn nobody_goes_on_before_all_are_there() {
        let (barrier, passed) = (Barrier::new(3), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..2_000 {
                        barrier.wait().unwrap();
                        assert!(passed.fetch_add(1, Ordering::SeqCst) / 3 == round);
                        barrier.wait().unwrap();
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 6_000);
    }

    #[test]
    fn whoever_waits_is_let_go_when_it_ends() {
        let barrier = Barrier::new(3);
        thread::scope(|scope| {
            let waiting = [scope.spawn(|| barrier.wait()), scope.spawn(|| barrier.wait())];
            barrier.end();
            waiting.into_iter().for_each(|part| assert_eq!(part.join().unwrap(), Err(Broken)));
        });
        assert_eq!(barrier.wait(), Err(Broken), "and whoever comes later");
    }
}
