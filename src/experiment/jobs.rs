//! What is tried with jobs: who runs them, how many there are, how large each is.

mod outcome;
mod runner;
mod sizes;

pub use outcome::{InRow, Outcome};
pub use runner::Runner;
pub use sizes::Sizes;

use std::str::FromStr;

use super::digits::grouped;
use super::download::{MAX_BYTES, Net, RUNNERS};
use super::{Cores, SettingError, Work};

/// Most texts that a job says.
pub const MAX_TEXTS: u16 = 1_000;
/// Most numbers that a job of computing looks at.
pub const MAX_NUMBERS: u32 = 100_000_000;
/// Longest sleep of a job, and longest pause between two texts, in milliseconds.
pub const MAX_MILLIS: u32 = 600_000;
/// Most that all jobs of computing look at together: the numbers stay within 32 bits.
const MAX_ALL: u64 = u32::MAX as u64;
/// Most texts that all jobs say together: what was said is kept.
const MAX_SAID: u64 = 100_000;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// The first job counts in numbers, the second in letters, others in other ways.
    Numbers,
    /// Each job greets the name that it was given.
    Greetings,
}

impl Script {
    /// The name used on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Script::Numbers => "numbers",
            Script::Greetings => "greetings",
        }
    }
}

impl FromStr for Script {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let named = [Script::Numbers, Script::Greetings].into_iter().find(|script| script.name() == text);
        named.ok_or_else(|| SettingError(format!("'{text}' is nothing to say; use numbers or greetings")))
    }
}

/// Everything that decides what is tried with jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobSettings {
    /// What each job does; anything but counting.
    pub work: Work,
    /// Who runs them.
    pub runner: Runner,
    /// How many jobs, 1 to [`Runner::most_jobs`].
    pub jobs: u32,
    /// How many workers a pool has, 1 to [`Runner::most_workers`]; remembered while another runner is chosen.
    pub workers: u16,
    /// How large each job is: numbers to look at, milliseconds to sleep or between two texts, or bytes to download.
    pub sizes: Sizes,
    /// By how many percent a size may be smaller or larger, 0 to 100.
    pub jitter: u8,
    /// How many texts a job says, 1 to [`MAX_TEXTS`].
    pub texts: u16,
    /// What is said.
    pub script: Script,
    /// The job that crashes in its midst, if one is to.
    pub crash: Option<u32>,
    /// Where the workers run.
    pub cores: Cores,
    /// Seed of the jitter, and of which downloads fail.
    pub seed: u64,
    /// What holds for downloads only; remembered while something else is done.
    pub net: Net,
}

impl JobSettings {
    /// What shows this work best, to begin with.
    #[must_use]
    pub fn of(work: Work) -> Self {
        let (runner, jobs, sizes) = match work {
            Work::Count | Work::Say => (Runner::Threads, 2, Sizes::of(&[50])),
            Work::Compute => (Runner::Pool, 8, Sizes::of(&[200_000])),
            Work::Sleep => (Runner::Tasks, 2, Sizes::of(&[1_000, 2_000])),
            Work::Download => (Runner::Threads, 12, Sizes::of(&[65_536])),
        };
        JobSettings {
            work,
            runner,
            jobs,
            workers: 4,
            sizes,
            jitter: 0,
            texts: 10,
            script: Script::Numbers,
            crash: None,
            cores: Cores::All,
            seed: 7,
            net: Net::default(),
        }
    }

    /// Checks every limit.
    ///
    /// # Errors
    /// Names the first setting that is out of its range, and the range.
    pub fn check(&self) -> Result<(), SettingError> {
        if self.work == Work::Count {
            return Err(SettingError("counting is no job; use say, compute or sleep".into()));
        }
        let runner = self.runner;
        if !self.can_be_run_by(runner) {
            let names = RUNNERS.map(Runner::name).join(", ");
            return Err(SettingError(format!("{runner} can't download; use one of {names}")));
        }
        in_range(&format!("jobs for {}", runner.title()), self.jobs.into(), 1, runner.most_jobs().into())?;
        in_range("workers", self.workers.into(), 1, runner.most_workers().into())?;
        in_range("texts", self.texts.into(), 1, MAX_TEXTS.into())?;
        in_range("jitter", self.jitter.into(), 0, 100)?;
        let (least, most) = self.size_range();
        for size in self.sizes.iter() {
            in_range(self.size_name(), size.into(), least.into(), most.into())?;
        }
        if self.work == Work::Download {
            self.net.check()?;
        }
        if self.work == Work::Compute {
            let all: u64 = self.each().map(u64::from).sum();
            if all > MAX_ALL {
                let (all, most) = (grouped(all), grouped(MAX_ALL));
                return Err(SettingError(format!(
                    "all jobs together would look at {all} numbers, and the limit is {most}; use fewer jobs or a \
                     smaller size"
                )));
            }
        }
        let said = u64::from(self.jobs) * u64::from(self.texts);
        if self.work == Work::Say && said > MAX_SAID {
            let (said, most) = (grouped(said), grouped(MAX_SAID));
            return Err(SettingError(format!(
                "all jobs together would say {said} texts, and the limit is {most}; use fewer jobs or texts"
            )));
        }
        match self.crash.filter(|&job| job >= self.jobs) {
            Some(job) => Err(SettingError(format!("job {job} can't crash: jobs are 0 to {}", self.jobs - 1))),
            None => Ok(()),
        }
    }

    /// What a size is, as messages call it.
    fn size_name(&self) -> &'static str {
        match self.work {
            Work::Compute => "size (numbers to look at)",
            Work::Sleep => "size (milliseconds to sleep)",
            Work::Download => "size (bytes)",
            Work::Count | Work::Say => "size (milliseconds between two texts)",
        }
    }

    /// Least and greatest size of a job.
    #[must_use]
    pub fn size_range(&self) -> (u32, u32) {
        match self.work {
            Work::Compute => (1, MAX_NUMBERS),
            Work::Sleep => (1, MAX_MILLIS),
            Work::Download => (0, MAX_BYTES),
            Work::Count | Work::Say => (0, MAX_MILLIS),
        }
    }

    /// The size of each job, in the order in which they are handed in.
    pub fn each(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.jobs).map(|job| self.size(job))
    }

    /// The size of a job.
    #[must_use]
    pub fn size(&self, job: u32) -> u32 {
        let size = self.sizes.get(job);
        let (least, most) = self.size_range();
        vary(size, self.jitter, self.seed, job.into()).clamp(least, most)
    }

    /// How many workers there are: those of a pool, or one for each job.
    #[must_use]
    pub fn crew(&self) -> u16 {
        match self.runner {
            Runner::Row => 1,
            Runner::Pool | Runner::ProcessPool => self.workers,
            Runner::Threads | Runner::Process | Runner::Tasks => u16::try_from(self.jobs).unwrap_or(u16::MAX),
        }
    }

    /// Whether this runner can do it: only processes can't download.
    #[must_use]
    pub fn can_be_run_by(&self, runner: Runner) -> bool {
        self.work != Work::Download || RUNNERS.contains(&runner)
    }

    /// The same with this runner, or the next one that can do it, and as many jobs and workers as that can have at the
    /// most.
    #[must_use]
    pub fn with_runner(self, mut runner: Runner) -> JobSettings {
        while !self.can_be_run_by(runner) {
            runner = runner.next();
        }
        let jobs = self.jobs.min(runner.most_jobs());
        let crash = self.crash.filter(|&job| job < jobs);
        JobSettings { runner, jobs, workers: self.workers.min(runner.most_workers()), crash, ..self }
    }

    /// What is done, whoever does it: settings that are equal in this do the same work.
    #[must_use]
    pub fn load(&self) -> JobSettings {
        JobSettings { runner: Runner::Row, workers: 1, crash: None, ..*self }
    }
}

/// A size made larger or smaller by at most so many percent; the same for the same seed and number.
fn vary(size: u32, percent: u8, seed: u64, number: u64) -> u32 {
    if percent == 0 {
        return size;
    }
    // SplitMix64: enough to spread sizes, and the same everywhere.
    let mut z = seed.wrapping_add((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let unit = (z >> 11) as f64 / (1_u64 << 53) as f64;
    let factor = 1.0 + (2.0 * unit - 1.0) * f64::from(percent) / 100.0;
    (f64::from(size) * factor).round() as u32
}

fn in_range(name: &str, value: u64, least: u64, most: u64) -> Result<(), SettingError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let (most, value) = (grouped(most), grouped(value));
    Err(SettingError(format!("{name} must be {least} to {most}, not {value}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(change: impl Fn(&mut JobSettings)) -> String {
        let mut settings = JobSettings::of(Work::Compute);
        change(&mut settings);
        settings.check().expect_err("out of range").to_string()
    }

    #[test]
    fn what_is_shown_first_is_possible() {
        for work in Work::JOBS {
            for runner in Runner::ALL {
                JobSettings::of(work).with_runner(runner).check().expect("within the limits");
            }
        }
    }

    #[test]
    fn each_limit_is_named() {
        assert_eq!(
            complaint(|s| (s.runner, s.jobs) = (Runner::Threads, 65)),
            "jobs for threads must be 1 to 64, not 65"
        );
        assert_eq!(complaint(|s| s.workers = 0), "workers must be 1 to 64, not 0");
        assert_eq!(
            complaint(|s| s.sizes = Sizes::of(&[0])),
            "size (numbers to look at) must be 1 to 100 000 000, not 0"
        );
        assert!(complaint(|s| (s.jobs, s.sizes) = (10_000, Sizes::of(&[1_000_000]))).contains("all jobs"));
        assert_eq!(complaint(|s| s.crash = Some(8)), "job 8 can't crash: jobs are 0 to 7");
        assert!(complaint(|s| (s.work, s.jobs, s.texts) = (Work::Say, 1_000, 1_000)).contains("all jobs"));
        assert!(complaint(|s| s.work = Work::Count).contains("no job"));
        assert!(complaint(|s| s.texts = 0).starts_with("texts must be 1"));
        assert!(complaint(|s| s.jitter = 101).starts_with("jitter must be 0 to 100"));
    }

    #[test]
    fn sizes_vary_within_their_bounds_and_the_same_for_the_same_seed() {
        let settings = JobSettings { jitter: 50, jobs: 200, ..JobSettings::of(Work::Compute) };
        let sizes: Vec<u32> = settings.each().collect();
        assert!(sizes.iter().all(|size| (100_000..=300_000).contains(size)));
        assert!(sizes.iter().any(|&size| size < 150_000) && sizes.iter().any(|&size| size > 250_000));
        assert_eq!(sizes, settings.each().collect::<Vec<_>>());
        let other = JobSettings { seed: 8, ..settings };
        assert_ne!(sizes, other.each().collect::<Vec<_>>());
    }
}
