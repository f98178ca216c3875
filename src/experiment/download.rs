//! What is tried with downloads: who downloads, how many at once, what the server of our own is like, and which
//! transfers are to fail.

mod deal;

pub use deal::Faults;

use super::SettingError;
use super::jobs::Runner;

/// Most permits, and most requests that the server serves at once.
pub const MAX_AT_ONCE: u16 = 10_000;
/// Longest time-out and longest delay, in milliseconds.
pub const MAX_MILLIS: u32 = 600_000;
/// Most bytes of a download from the server of our own.
pub const MAX_BYTES: u32 = 1_000_000_000;
/// Who can download: all but processes.
pub const RUNNERS: [Runner; 4] = [Runner::Row, Runner::Threads, Runner::Pool, Runner::Tasks];

/// Everything that decides what is tried, but for the URLs of other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DownloadSettings {
    /// Who downloads: one of [`RUNNERS`].
    pub runner: Runner,
    /// How many transfers, 1 to [`Runner::most_jobs`].
    pub transfers: u32,
    /// How many workers a pool has; remembered while another runner is chosen.
    pub workers: u16,
    /// How many transfers may go on at once, 1 to [`MAX_AT_ONCE`]; `None` where there is no semaphore.
    pub permits: Option<u16>,
    /// How long a transfer may take, in milliseconds, 1 to [`MAX_MILLIS`]; waiting for a permit does not count.
    pub limit: u32,
    /// From letting a request in to the first byte of the answer, in milliseconds.
    pub delay: u32,
    /// Bytes of each download.
    pub bytes: u32,
    /// How many requests the server serves at once.
    pub capacity: u16,
    /// Share of the transfers that the server lets fail, in percent; see [`DownloadSettings::fates`].
    pub failures: u8,
    /// What those are to fail of.
    pub faults: Faults,
    /// Decides which transfers those are.
    pub seed: u64,
}

impl Default for DownloadSettings {
    fn default() -> Self {
        DownloadSettings {
            runner: Runner::Threads,
            transfers: 12,
            workers: 4,
            permits: None,
            limit: 1_000,
            delay: 50,
            bytes: 65_536,
            capacity: 4,
            failures: 0,
            faults: Faults::ALL,
            seed: 7,
        }
    }
}

impl DownloadSettings {
    /// Checks every limit.
    ///
    /// # Errors
    /// Names the first setting that is out of its range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        if !RUNNERS.contains(&self.runner) {
            let names = RUNNERS.map(Runner::name).join(", ");
            return Err(SettingError(format!("{} download nothing here; use one of {names}", self.runner)));
        }
        let title = self.runner.title();
        let range = |name: &str, value: u32, least: u32, most: u32| match (least..=most).contains(&value) {
            true => Ok(()),
            false => Err(SettingError(format!("{name} must be {least} to {most}, not {value}"))),
        };
        range(&format!("transfers of {title}"), self.transfers, 1, self.runner.most_jobs())?;
        range("workers", self.workers.into(), 1, self.runner.most_workers().into())?;
        range("permits", self.permits.unwrap_or(1).into(), 1, MAX_AT_ONCE.into())?;
        range("timeout (milliseconds)", self.limit, 1, MAX_MILLIS)?;
        range("delay (milliseconds)", self.delay, 0, MAX_MILLIS)?;
        range("size (bytes)", self.bytes, 0, MAX_BYTES)?;
        range("capacity", self.capacity.into(), 1, MAX_AT_ONCE.into())?;
        range("failures (percent)", self.failures.into(), 0, 100)
    }

    /// How many workers there are: those of a pool, or one for each transfer.
    #[must_use]
    pub fn crew(&self) -> u16 {
        let all = u16::try_from(self.transfers).unwrap_or(u16::MAX);
        match self.runner {
            Runner::Row => 1,
            Runner::Pool | Runner::ProcessPool => self.workers.min(all),
            Runner::Threads | Runner::Process | Runner::Tasks => all,
        }
    }

    /// How many transfers can go on at once at the most.
    #[must_use]
    pub fn at_once(&self) -> u16 {
        self.crew().min(self.permits.unwrap_or(u16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_named() {
        let said = |change: fn(&mut DownloadSettings)| {
            let mut settings = DownloadSettings::default();
            assert_eq!(settings.check(), Ok(()));
            change(&mut settings);
            settings.check().expect_err("out of range").to_string()
        };
        assert!(said(|s| s.runner = Runner::Process).contains("use one of row, threads, pool, tasks"));
        assert_eq!(said(|s| s.transfers = 65), "transfers of threads must be 1 to 64, not 65");
        assert_eq!(said(|s| s.workers = 0), "workers must be 1 to 64, not 0");
        assert_eq!(said(|s| s.permits = Some(0)), "permits must be 1 to 10000, not 0");
        assert_eq!(said(|s| s.limit = 0), "timeout (milliseconds) must be 1 to 600000, not 0");
        assert_eq!(said(|s| s.capacity = 0), "capacity must be 1 to 10000, not 0");
        assert_eq!(said(|s| s.failures = 101), "failures (percent) must be 0 to 100, not 101");
    }

    #[test]
    fn as_many_at_once_as_workers_and_permits_allow() {
        let settings = DownloadSettings { transfers: 20, ..DownloadSettings::default() };
        let at_once = |runner, permits| DownloadSettings { runner, permits, ..settings }.at_once();
        assert_eq!(at_once(Runner::Row, Some(3)), 1);
        assert_eq!(at_once(Runner::Pool, None), 4);
        assert_eq!(at_once(Runner::Tasks, None), 20);
        assert_eq!(at_once(Runner::Threads, Some(3)), 3);
    }
}
