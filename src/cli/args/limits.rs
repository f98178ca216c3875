//! Numbers of the command line. What is no number, or greater than any that could be meant, is refused with the limits;
//! those that depend on other settings are checked with them.

use crate::experiment::MAX_PERMITS;
use crate::view::pen::grouped;

const WORKERS: &str = "1 to 64 threads, 256 processes or 10 000 tasks";
const ITERATIONS: &str = "1 to 60 000 000 of a thread, 15 000 000 of a process or 250 000 of a task";
/// Most runs of one experiment.
const MOST_RUNS: u32 = 1_000_000;

/// Reads a whole number that is of this type at all.
fn whole<T: std::str::FromStr>(text: &str, limits: &str) -> Result<T, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().map_err(|_| {
        if digits { format!("it must be {limits}") } else { format!("it must be a whole number, {limits}") }
    })
}

pub(super) fn workers(text: &str) -> Result<u16, String> {
    whole(text, WORKERS)
}

pub(super) fn iterations(text: &str) -> Result<u32, String> {
    whole(text, ITERATIONS)
}

pub(super) fn permits(text: &str) -> Result<u16, String> {
    whole(text, &format!("1 to {MAX_PERMITS}"))
}

/// Any number of this type: which ones there can be is told where it is known what else was asked for.
pub(super) fn number<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    if text.is_empty() || text.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err("it must be a whole number".into());
    }
    between(text, 0, (1 << (8 * size_of::<T>().min(4))) - 1)
}

/// Schedules to draw.
pub(super) fn samples(text: &str) -> Result<u64, String> {
    between(text, 0, 1_000_000_000)
}

/// A seed or a number of words: any number that there is.
pub(super) fn any(text: &str) -> Result<u64, String> {
    between(text, 0, u64::MAX)
}

pub(super) fn cores(text: &str) -> Result<u16, String> {
    between(text, 1, 256)
}

/// Seconds for a search: up to a year.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    between(text, 0, 365 * 24 * 3_600)
}

/// Reads a whole number of these bounds.
fn between<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, String> {
    let limits = format!("{} to {}", grouped(least), grouped(most));
    let number: u64 = whole(text, &limits)?;
    let fits = T::try_from(number).ok().filter(|_| (least..=most).contains(&number));
    fits.ok_or_else(|| format!("it must be {limits}"))
}

pub(super) fn percent(text: &str) -> Result<u8, String> {
    whole(text, "0 to 100")
}

pub(super) fn runs(text: &str) -> Result<u32, String> {
    let limits = format!("1 to {}", grouped(MOST_RUNS.into()));
    let runs = whole(text, &limits)?;
    if (1..=MOST_RUNS).contains(&runs) { Ok(runs) } else { Err(format!("it must be {limits}")) }
}
