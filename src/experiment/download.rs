//! What is tried with downloads, beside what holds for jobs of every kind: how many at once, what the server of our own
//! is like, and which transfers are to fail.

mod deal;

pub use deal::Faults;

use super::SettingError;
use super::digits::grouped;
use super::jobs::{JobSettings, Runner};

/// Most permits, and most requests that the server serves at once.
pub const MAX_AT_ONCE: u16 = 10_000;
/// Longest time-out and longest delay, in milliseconds.
pub const MAX_MILLIS: u32 = 600_000;
/// Most bytes of a download from the server of our own.
pub const MAX_BYTES: u32 = 1_000_000_000;
/// Who can download: all but processes.
pub const RUNNERS: [Runner; 4] = [Runner::Row, Runner::Threads, Runner::Pool, Runner::Tasks];

/// What holds for downloads only. A job's size is that of the download, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Net {
    /// How many transfers may go on at once, 1 to [`MAX_AT_ONCE`]; `None` where there is no semaphore.
    pub permits: Option<u16>,
    /// How long a transfer may take, in milliseconds, 1 to [`MAX_MILLIS`]; waiting for a permit does not count.
    pub limit: u32,
    /// From letting a request in to the first byte of the answer, in milliseconds.
    pub delay: u32,
    /// How many requests the server serves at once.
    pub capacity: u16,
    /// Share of the transfers that the server lets fail, in percent; see [`JobSettings::fates`].
    pub failures: u8,
    /// What those are to fail of.
    pub faults: Faults,
}

impl Default for Net {
    fn default() -> Self {
        Net { permits: None, limit: 1_000, delay: 50, capacity: 4, failures: 0, faults: Faults::ALL }
    }
}

impl Net {
    /// Checks every limit.
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let range = |name: &str, value: u32, least: u32, most: u32| match (least..=most).contains(&value) {
            true => Ok(()),
            false => {
                let (most, value) = (grouped(most.into()), grouped(value.into()));
                Err(SettingError(format!("{name} must be {least} to {most}, not {value}")))
            }
        };
        range("permits", self.permits.unwrap_or(1).into(), 1, MAX_AT_ONCE.into())?;
        range("timeout (milliseconds)", self.limit, 1, MAX_MILLIS)?;
        range("delay (milliseconds)", self.delay, 0, MAX_MILLIS)?;
        range("capacity", self.capacity.into(), 1, MAX_AT_ONCE.into())?;
        range("failures (percent)", self.failures.into(), 0, 100)
    }
}

impl JobSettings {
    /// How many downloads can go on at once at the most.
    #[must_use]
    pub fn at_once(&self) -> u16 {
        let crew = u32::from(self.crew()).min(self.jobs) as u16;
        crew.min(self.net.permits.unwrap_or(u16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Work;

    #[test]
    fn each_limit_is_named() {
        let said = |change: fn(&mut JobSettings)| {
            let mut settings = JobSettings::of(Work::Download);
            assert_eq!(settings.check(), Ok(()));
            change(&mut settings);
            settings.check().expect_err("out of range").to_string()
        };
        assert!(said(|s| s.runner = Runner::Process).contains("use one of row, threads, pool, tasks"));
        assert_eq!(said(|s| s.net.permits = Some(0)), "permits must be 1 to 10 000, not 0");
        assert_eq!(said(|s| s.net.limit = 0), "timeout (milliseconds) must be 1 to 600 000, not 0");
        assert_eq!(said(|s| s.net.capacity = 0), "capacity must be 1 to 10 000, not 0");
        assert_eq!(said(|s| s.net.failures = 101), "failures (percent) must be 0 to 100, not 101");
    }

    #[test]
    fn as_many_at_once_as_workers_and_permits_allow() {
        let settings = JobSettings { jobs: 20, ..JobSettings::of(Work::Download) };
        let at_once = |runner, permits| {
            let net = Net { permits, ..settings.net };
            JobSettings { runner, net, ..settings }.at_once()
        };
        assert_eq!(at_once(Runner::Row, Some(3)), 1);
        assert_eq!(at_once(Runner::Pool, None), 4);
        assert_eq!(at_once(Runner::Tasks, None), 20);
        assert_eq!(at_once(Runner::Threads, Some(3)), 3);
        assert_eq!(JobSettings { runner: Runner::Pool, jobs: 2, ..settings }.at_once(), 2);
    }
}
