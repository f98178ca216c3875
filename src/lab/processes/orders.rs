//! What the director tells its processes, as words in shared memory: the stretch that comes next, the meeting point, and
//! when to step aside so that permits can be counted afresh.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::experiment::{Cores, Delay, Gap, Kind, Protection, Settings};
use crate::lab::control::Flag;
use crate::platform::process;
use crate::platform::shared::shareable;

shareable! {
    /// The orders. Those about a stretch are written while all are at rest.
    #[derive(Debug)]
    #[repr(align(128))]
    pub(super) struct Orders {
        /// Changes with every call; those at rest sleep on it.
        calls: AtomicU32,
        /// The stretch that workers are let go on to.
        pub(super) round: AtomicU32,
        /// Workers with this number or a higher one are sent home.
        pub(super) crew: AtomicU32,
        /// Whether those who wait for a permit shall step aside. They sleep on it then.
        aside: AtomicU32,
        pub(super) run: AtomicU64,
        /// When the run began.
        pub(super) clock: AtomicU64,
        pub(super) record: Flag,
        pub(super) watched: Flag,
        /// Whether the counter is one that all share.
        pub(super) shared: Flag,
        /// How many leave the barrier together.
        pub(super) team: AtomicU32,
        workers: AtomicU32,
        iterations: AtomicU32,
        protection: AtomicU32,
        permits: AtomicU32,
        delay: AtomicU32,
        length: AtomicU32,
        jitter: AtomicU32,
        one_core: Flag,
        seed: AtomicU64,
    }
}

impl Orders {
    /// Director: these settings hold from the next call on.
    pub(super) fn set(&self, settings: &Settings) {
        let protection = Protection::ALL.iter().position(|&other| other == settings.protection);
        let (delay, length) = match settings.gap.delay {
            Delay::None => (0, 0),
            Delay::Spin(length) => (1, length),
            Delay::Yield => (2, 0),
            Delay::Sleep(length) => (3, length),
        };
        let words = [
            (&self.workers, u32::from(settings.threads)),
            (&self.iterations, settings.iterations),
            (&self.protection, protection.unwrap_or_default() as u32),
            (&self.permits, u32::from(settings.permits)),
            (&self.delay, delay),
            (&self.length, length),
            (&self.jitter, u32::from(settings.gap.jitter)),
        ];
        for (word, value) in words {
            word.store(value, Ordering::Relaxed);
        }
        self.shared.set(settings.kind == Kind::Process { shared: true });
        self.one_core.set(settings.cores == Cores::One);
        self.seed.store(settings.seed, Ordering::Relaxed);
    }

    /// Worker: the settings that hold.
    pub(super) fn settings(&self) -> Settings {
        let word = |word: &AtomicU32| word.load(Ordering::Relaxed);
        let length = word(&self.length);
        Settings {
            kind: Kind::Process { shared: self.shared.get() },
            threads: word(&self.workers) as u16,
            iterations: word(&self.iterations),
            protection: Protection::ALL
                .get(word(&self.protection) as usize)
                .copied()
                .unwrap_or(Protection::None),
            permits: word(&self.permits) as u16,
            gap: Gap {
                delay: match word(&self.delay) {
                    0 => Delay::None,
                    1 => Delay::Spin(length),
                    2 => Delay::Yield,
                    _ => Delay::Sleep(length),
                },
                jitter: word(&self.jitter) as u8,
            },
            cores: if self.one_core.get() { Cores::One } else { Cores::All },
            seed: self.seed.load(Ordering::Relaxed),
        }
    }

    /// Director: lets all who rest look at what is ordered now.
    pub(super) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Release);
        process::wake_all(&self.calls);
    }

    /// Worker at rest: sleeps until there is another round than the one it comes from. `None`: it is sent home.
    pub(super) fn next_round(&self, number: u16, from: u32) -> Option<u32> {
        loop {
            let calls = self.calls.load(Ordering::Acquire);
            if u32::from(number) >= self.crew.load(Ordering::Acquire) {
                return None;
            }
            let round = self.round.load(Ordering::Acquire);
            if round != from {
                return Some(round);
            }
            process::sleep_on(&self.calls, calls, None);
        }
    }

    /// Director: asks those who wait for a permit to step aside, or to ask again.
    pub(super) fn set_aside(&self, aside: bool) {
        self.aside.store(aside.into(), Ordering::SeqCst);
        process::wake_all(&self.aside);
    }

    /// Worker: whether it shall step aside.
    #[inline(always)]
    pub(super) fn is_aside(&self) -> bool {
        self.aside.load(Ordering::SeqCst) != 0
    }

    /// Worker: sleeps for as long as it shall step aside.
    pub(super) fn stay_aside(&self) {
        while self.is_aside() {
            process::sleep_on(&self.aside, 1, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::shared::Region;

    #[test]
    fn settings_come_over_as_they_were() {
        let region = Region::create(4096).expect("memory");
        let orders = region.place::<Orders>(0);
        for protection in Protection::ALL {
            for delay in [Delay::None, Delay::Spin(70), Delay::Yield, Delay::Sleep(1_000_000)] {
                for shared in [false, true] {
                    let settings = Settings {
                        kind: Kind::Process { shared },
                        threads: 256,
                        iterations: 15_000_000,
                        protection,
                        permits: 64,
                        gap: Gap { delay, jitter: 100 },
                        cores: if shared { Cores::One } else { Cores::All },
                        seed: u64::MAX - 3,
                    };
                    orders.set(&settings);
                    assert_eq!(orders.settings(), settings);
                }
            }
        }
    }
}
