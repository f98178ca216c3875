//! Which transfers fail, and of what: dealt exactly and by a seed, never drawn while they run.

use std::fmt;
use std::str::FromStr;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::event::download::Fate;
use crate::experiment::SettingError;
use crate::experiment::jobs::JobSettings;

/// What transfers are to fail of: these in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Faults {
    count: u8,
    fates: [Fate; Fate::FAILURES.len()],
}

impl Faults {
    /// Each of them in turn.
    pub const ALL: Faults = Faults { count: Fate::FAILURES.len() as u8, fates: Fate::FAILURES };

    /// In the order in which they are dealt.
    #[must_use]
    pub fn as_slice(&self) -> &[Fate] {
        &self.fates[..usize::from(self.count)]
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.as_slice().iter().map(|fate| fate.name()).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Faults {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Faults, SettingError> {
        let mut faults = Faults { count: 0, fates: Fate::FAILURES };
        for name in text.split(',') {
            let known = Fate::FAILURES.into_iter().find(|fate| fate.name() == name.trim());
            let Some(fate) = known.filter(|fate| !faults.as_slice().contains(fate)) else {
                let names = Fate::FAILURES.map(Fate::name).join(", ");
                return Err(SettingError(format!(
                    "'{text}' are no faults; name some of {names}, each once, with commas between"
                )));
            };
            faults.fates[usize::from(faults.count)] = fate;
            faults.count += 1;
        }
        Ok(faults)
    }
}

impl JobSettings {
    /// How many downloads are to fail: their share of all, rounded to the nearest whole one.
    #[must_use]
    pub fn failing(&self) -> u32 {
        let share = u64::from(self.jobs) * u64::from(self.net.failures);
        u32::try_from((share + 50) / 100).unwrap_or(self.jobs)
    }

    /// What the server is to do with each download, in the order in which they are handed in. As many fail as
    /// [`JobSettings::failing`] says, of each fault in turn; the seed decides only which they are.
    #[must_use]
    pub fn fates(&self) -> Vec<Fate> {
        let faults = self.net.faults.as_slice();
        let mut fates: Vec<Fate> = (0..self.jobs as usize)
            .map(|number| match (number as u32) < self.failing() {
                true => faults[number % faults.len()],
                false => Fate::Whole,
            })
            .collect();
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        for last in (1..fates.len()).rev() {
            let other = (u128::from(generator.next_u64()) * (last as u128 + 1)) >> 64;
            fates.swap(last, other as usize);
        }
        fates
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Work;
    use crate::experiment::download::Net;

    fn dealing(jobs: u32, failures: u8) -> JobSettings {
        let settings = JobSettings::of(Work::Download);
        JobSettings { jobs, net: Net { failures, ..settings.net }, ..settings }
    }

    #[test]
    fn failures_are_dealt_exactly_and_a_seed_deals_the_same_again() {
        for (transfers, failures, expected) in [(20, 25, 5), (20, 0, 0), (7, 100, 7), (3, 50, 2), (10, 4, 0)]
        {
            let settings = dealing(transfers, failures);
            let fates = settings.fates();
            assert_eq!(fates.len(), transfers as usize);
            let of = |fate: Fate| fates.iter().filter(|&&other| other == fate).count() as u32;
            assert_eq!(transfers - of(Fate::Whole), expected);
            for fate in Fate::FAILURES {
                assert!((expected / 5..=expected.div_ceil(5)).contains(&of(fate)), "{fate:?} of {transfers}");
            }
            assert_eq!(fates, settings.fates());
        }
        let all = dealing(40, 50);
        assert_ne!(all.fates(), JobSettings { seed: 8, ..all }.fates());
    }

    #[test]
    fn faults_are_named_each_once() {
        let faults: Faults = "silent,refused".parse().expect("faults");
        assert_eq!(faults.as_slice(), [Fate::Silent, Fate::Refused]);
        assert_eq!(faults.to_string(), "silent,refused");
        assert_eq!(Faults::ALL.to_string().parse(), Ok(Faults::ALL));
        for wrong in ["", "whole", "silent,silent", "silent,", "a,b,c,d,e,f,g"] {
            assert!(
                wrong.parse::<Faults>().expect_err(wrong).to_string().contains("refused, broken"),
                "{wrong}"
            );
        }
    }
}
