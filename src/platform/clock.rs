//! A clock that all processes of the machine read alike.

/// Nanoseconds since a moment that is the same for every process; never goes back on Unix.
#[must_use]
pub fn nanos() -> u64 {
    imp::nanos()
}

#[cfg(unix)]
mod imp {
    use rustix::time::{ClockId, clock_gettime};

    pub(super) fn nanos() -> u64 {
        let now = clock_gettime(ClockId::Monotonic);
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
    }
}

#[cfg(not(unix))]
mod imp {
    use std::time::SystemTime;

    /// The time of day: the only clock of the standard library that processes share.
    pub(super) fn nanos() -> u64 {
        SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_goes_on() {
        let first = super::nanos();
        assert!(first > 0 && super::nanos() >= first);
    }
}
