//! On which cores a thread may run: one (the workers take turns) or all (they run at the same time).

use std::fmt;

/// Why a thread can't be pinned, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

/// How many cores the process may use. Counts what it was allowed when this module was first asked anything,
/// so `taskset` and containers' sets are respected.
#[must_use]
pub fn available() -> usize {
    imp::available().unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Whether threads can be pinned here at all.
///
/// # Errors
/// When the platform has no such thing.
pub fn check() -> Result<(), Unsupported> {
    imp::check()
}

/// Pins the calling thread to one core: the same one for every thread that asks.
///
/// # Errors
/// When the platform has no such thing, or refuses it.
pub fn pin_to_one() -> Result<(), Unsupported> {
    imp::pin_to_one()
}

/// The core that [`pin_to_one`] pins to, where there is one.
#[must_use]
pub fn the_one() -> Option<u16> {
    imp::the_one()
}

/// Lets the calling thread run again wherever the process may.
///
/// # Errors
/// When the platform has no such thing, or refuses it.
pub fn release() -> Result<(), Unsupported> {
    imp::release()
}

/// Pins the calling thread to the core whose turn it is, counted as [`spread`] does: a core of its own for each of as many
/// threads as there are cores.
///
/// # Errors
/// When the platform has no such thing, or refuses it.
pub fn pin(index: usize) -> Result<(), Unsupported> {
    imp::pin_to(index)
}

/// Moves the calling thread to the core whose turn it is, after the last of those [`available`] the first again, and leaves
/// it free to be moved on. A scheduler that wakes several threads at once may put them on one core and leave another idle
/// for milliseconds: long enough that they never meet.
///
/// # Errors
/// When the platform has no such thing, or refuses it.
pub fn spread(index: usize) -> Result<(), Unsupported> {
    imp::pin_to(index)?;
    imp::release()
}

/// The core that the calling thread runs on at this moment, if the platform tells. Cheap: no system call on Linux.
#[inline]
#[must_use]
pub fn current_core() -> Option<u16> {
    imp::current_core()
}

#[cfg(target_os = "linux")]
mod imp {
    use std::sync::OnceLock;

    use rustix::process::getpid;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    use super::Unsupported;

    /// What the process was allowed before any of its threads was pinned. Asks about the main thread, which is
    /// never pinned, so that it is right even when a pinned thread is the first to ask.
    fn original() -> Option<&'static CpuSet> {
        static ORIGINAL: OnceLock<Option<CpuSet>> = OnceLock::new();
        ORIGINAL.get_or_init(|| sched_getaffinity(Some(getpid())).ok()).as_ref()
    }

    fn refused(what: &str, why: &dyn std::fmt::Display) -> Unsupported {
        Unsupported(format!("the system refused to {what}: {why}"))
    }

    pub(super) fn check() -> Result<(), Unsupported> {
        original().map(|_| ()).ok_or_else(|| refused("say which cores there are", &"no answer"))
    }

    pub(super) fn available() -> Option<usize> {
        original().map(|set| set.count() as usize).filter(|&count| count > 0)
    }

    pub(super) fn pin_to_one() -> Result<(), Unsupported> {
        pin_to(0)
    }

    pub(super) fn the_one() -> Option<u16> {
        static ONE: OnceLock<Option<u16>> = OnceLock::new();
        *ONE.get_or_init(|| core(0).ok().and_then(|core| u16::try_from(core).ok()))
    }

    /// From the last one on: the first is where interrupts and everything else tend to be served.
    fn core(index: usize) -> Result<usize, Unsupported> {
        let set = original().ok_or_else(|| refused("say which cores there are", &"no answer"))?;
        let mut allowed = (0..CpuSet::MAX_CPU).rev().filter(|&core| set.is_set(core));
        let wanted = allowed.nth(index % available().unwrap_or(1));
        wanted.ok_or_else(|| refused("say which cores there are", &"an empty set"))
    }

    pub(super) fn pin_to(index: usize) -> Result<(), Unsupported> {
        let core = core(index)?;
        let mut one = CpuSet::new();
        one.set(core);
        sched_setaffinity(None, &one).map_err(|error| refused("pin the thread to one core", &error))
    }

    pub(super) fn release() -> Result<(), Unsupported> {
        let set = original().ok_or_else(|| refused("say which cores there are", &"no answer"))?;
        sched_setaffinity(None, set).map_err(|error| refused("let the thread use all cores", &error))
    }

    #[inline]
    pub(super) fn current_core() -> Option<u16> {
        u16::try_from(sched_getcpu()).ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::Unsupported;

    fn cannot() -> Unsupported {
        Unsupported(String::from("this platform can't pin threads to a core"))
    }

    pub(super) fn check() -> Result<(), Unsupported> {
        Err(cannot())
    }

    pub(super) fn available() -> Option<usize> {
        None
    }

    pub(super) fn pin_to_one() -> Result<(), Unsupported> {
        Err(cannot())
    }

    pub(super) fn the_one() -> Option<u16> {
        None
    }

    pub(super) fn pin_to(_: usize) -> Result<(), Unsupported> {
        Err(cannot())
    }

    pub(super) fn release() -> Result<(), Unsupported> {
        Err(cannot())
    }

    #[inline]
    pub(super) fn current_core() -> Option<u16> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use rustix::thread::sched_getaffinity;

    use super::*;

    #[test]
    fn all_pinned_threads_share_one_core_and_release_gives_back_what_there_was() {
        let before = sched_getaffinity(None).expect("this thread has a set");
        let cores: Vec<Option<u16>> = (0..4)
            .map(|_| {
                thread::spawn(|| {
                    pin_to_one().expect("Linux can pin");
                    let here = current_core();
                    assert_eq!(sched_getaffinity(None).expect("a set").count(), 1);
                    release().expect("Linux can release");
                    assert_eq!(sched_getaffinity(None).expect("a set").count() as usize, available());
                    here
                })
                .join()
                .expect("the thread ends well")
            })
            .collect();
        assert!(cores.iter().all(|&core| core.is_some() && core == the_one()), "{cores:?}");
        assert_eq!(before, sched_getaffinity(None).expect("a set"), "other threads are left alone");
    }

    #[test]
    fn each_of_as_many_threads_as_there_are_cores_can_have_one_of_its_own() {
        let on = |index: usize| {
            let thread = thread::spawn(move || {
                pin(index).expect("Linux can pin");
                assert_eq!(sched_getaffinity(None).expect("a set").count(), 1);
                current_core()
            });
            thread.join().expect("the thread ends well")
        };
        let mut cores: Vec<Option<u16>> = (0..available()).map(on).collect();
        cores.sort_unstable();
        cores.dedup();
        assert_eq!((cores.len(), cores.contains(&None)), (available(), false));
    }

    #[test]
    fn threads_that_spread_are_free_again() {
        thread::spawn(|| {
            for index in 0..2 * available() {
                spread(index).expect("Linux can spread");
                assert_eq!(sched_getaffinity(None).expect("a set").count() as usize, available());
            }
        })
        .join()
        .expect("the thread ends well");
    }

    #[test]
    fn a_thread_that_a_pinned_thread_starts_can_be_released_too() {
        thread::spawn(|| {
            pin_to_one().expect("Linux can pin");
            thread::spawn(|| {
                release().expect("Linux can release");
                assert_eq!(sched_getaffinity(None).expect("a set").count() as usize, available());
            })
            .join()
            .expect("the inner thread ends well");
        })
        .join()
        .expect("the outer thread ends well");
    }
}
