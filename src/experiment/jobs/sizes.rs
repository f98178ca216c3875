//! How large jobs are: one size for all, or a few that take turns.

use std::fmt;
use std::str::FromStr;

use crate::experiment::SettingError;

/// Most sizes that take turns.
const MOST: usize = 8;

/// One size for all jobs, or a few that take turns: with 1000 and 2000 the first job has 1000, the second 2000, the
/// third 1000 again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sizes {
    count: u8,
    sizes: [u32; MOST],
}

impl Sizes {
    /// These sizes in turn; of more than eight the first eight, and of none a single 1.
    #[must_use]
    pub fn of(sizes: &[u32]) -> Sizes {
        let mut all = [1; MOST];
        let count = sizes.len().min(MOST);
        all[..count].copy_from_slice(&sizes[..count]);
        Sizes { count: count.max(1) as u8, sizes: all }
    }

    /// The size of this job.
    #[must_use]
    pub fn get(&self, job: u32) -> u32 {
        self.sizes[job as usize % usize::from(self.count)]
    }

    /// The sizes, each once.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.sizes[..usize::from(self.count)].iter().copied()
    }

    /// Each size changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(u32) -> u32) -> Sizes {
        let sizes: Vec<u32> = self.iter().map(change).collect();
        Sizes::of(&sizes)
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, size) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            size.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Sizes {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let sizes: Option<Vec<u32>> = text.split(',').map(|size| size.trim().parse().ok()).collect();
        match sizes {
            Some(sizes) if sizes.len() <= MOST => Ok(Sizes::of(&sizes)),
            _ => Err(SettingError(format!(
                "'{text}' is no size; say a whole number, or up to {MOST} separated by commas that take turns"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_turns_and_come_back() {
        let sizes: Sizes = "1000, 2000".parse().expect("two sizes");
        assert_eq!([0, 1, 2, 3].map(|job| sizes.get(job)), [1000, 2000, 1000, 2000]);
        assert_eq!(sizes.to_string(), "1000,2000");
        for wrong in ["", "x", "1,", "-1", "1,2,3,4,5,6,7,8,9", "99999999999"] {
            assert!(wrong.parse::<Sizes>().is_err(), "{wrong}");
        }
    }
}
