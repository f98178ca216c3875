//! Who moves when, as short text: `0x3 1 0x2` is worker 0 three times, worker 1 once, worker 0 twice.

use std::fmt;
use std::str::FromStr;

use crate::event::{Event, Op, Worker};
use crate::experiment::digits::grouped;
use crate::program::MAX_WORKERS;

/// Most operations of one schedule, so that no short text asks for endless work.
const MAX_STEPS: u64 = 1_000_000_000;

/// A schedule: runs of operations of one worker each. No two runs in a row are of the same worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    runs: Vec<(Worker, u32)>,
}

impl Schedule {
    /// Adds operations of a worker at the end.
    pub fn push(&mut self, worker: Worker, count: u32) {
        match self.runs.last_mut() {
            _ if count == 0 => {}
            Some((last, length)) if *last == worker => *length += count,
            _ => self.runs.push((worker, count)),
        }
    }

    /// This schedule, and after it another.
    #[must_use]
    pub fn then(&self, other: &Schedule) -> Self {
        let mut whole = self.clone();
        other.runs.iter().for_each(|&(worker, count)| whole.push(worker, count));
        whole
    }

    /// The schedule of a counter's recorded run, from its events in the order in which they took effect. Replaying
    /// it on the same counter gives the same events.
    #[must_use]
    pub fn of_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        // To wait is not an operation.
        events.into_iter().filter(|event| event.op != Op::Request).map(Event::worker).collect()
    }

    /// The runs: who, and how many operations in a row.
    #[must_use]
    pub fn runs(&self) -> &[(Worker, u32)] {
        &self.runs
    }

    /// Every operation's worker in order.
    pub fn workers(&self) -> impl Iterator<Item = Worker> + '_ {
        self.runs.iter().flat_map(|&(worker, count)| std::iter::repeat_n(worker, count as usize))
    }

    /// Number of operations.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.runs.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// Number of switches: points at which another worker goes on.
    #[must_use]
    pub fn switches(&self) -> u64 {
        self.runs.len().saturating_sub(1) as u64
    }
}

impl FromIterator<Worker> for Schedule {
    fn from_iter<I: IntoIterator<Item = Worker>>(workers: I) -> Self {
        let mut schedule = Schedule::default();
        workers.into_iter().for_each(|worker| schedule.push(worker, 1));
        schedule
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (worker, count)) in self.runs.iter().enumerate() {
            let space = if i == 0 { "" } else { " " };
            match count {
                1 => write!(f, "{space}{}", worker.0)?,
                _ => write!(f, "{space}{}x{count}", worker.0)?,
            }
        }
        Ok(())
    }
}

/// Where a text is not a schedule, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// The column, in characters counted from 1.
    pub column: usize,
    /// What was found there and what was expected.
    pub message: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for ScheduleError {}

impl FromStr for Schedule {
    type Err = ScheduleError;

    /// Reads runs separated by blanks: `WORKER` or `WORKERxCOUNT`.
    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut schedule = Schedule::default();
        let mut steps = 0;
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let column = text[..text.len() - rest.len()].chars().count() + 1;
            let word = rest.split_whitespace().next().unwrap_or_default();
            if word.is_empty() {
                return Ok(schedule);
            }
            let fail = |message: String| Err(ScheduleError { column, message });
            let found = |text: &str| match text {
                "" => "; found nothing".to_owned(),
                text => format!(", not '{text}'"),
            };
            let (worker, count) = word.split_once('x').unwrap_or((word, "1"));
            let Some(worker) = decimal(worker).filter(|n| *n < MAX_WORKERS as u64) else {
                return fail(format!(
                    "'{word}': expected a worker's number, 0 to {}{}",
                    MAX_WORKERS - 1,
                    found(worker)
                ));
            };
            let Some(count) = decimal(count).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0) else {
                return fail(format!(
                    "'{word}': expected how often after the x, 1 to {}{}",
                    grouped(MAX_STEPS),
                    found(count)
                ));
            };
            steps += u64::from(count);
            if steps > MAX_STEPS {
                return fail(format!("a schedule may have at most {} operations", grouped(MAX_STEPS)));
            }
            schedule.push(Worker(worker as u16), count);
            rest = &rest[word.len()..];
        }
    }
}

/// A number written in digits alone.
fn decimal(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> String {
        text.parse::<Schedule>().unwrap_err().to_string()
    }

    #[test]
    fn runs_are_joined_and_written_short() {
        let schedule: Schedule = " 0x2 0 1\t0x2 ".parse().unwrap();
        assert_eq!(schedule.to_string(), "0x3 1 0x2");
        assert_eq!((schedule.steps(), schedule.switches()), (6, 2));
        let workers: Vec<u16> = schedule.workers().map(|worker| worker.0).collect();
        assert_eq!(workers, [0, 0, 0, 1, 0, 0]);
        assert_eq!("".parse::<Schedule>().unwrap(), Schedule::default());
    }

    #[test]
    fn errors_name_the_place() {
        assert_eq!(error("0x3 a"), "column 5: 'a': expected a worker's number, 0 to 63, not 'a'");
        assert_eq!(error("64"), "column 1: '64': expected a worker's number, 0 to 63, not '64'");
        assert_eq!(
            error("0  1x0"),
            "column 4: '1x0': expected how often after the x, 1 to 1 000 000 000, not '0'"
        );
        assert_eq!(
            error("1x"),
            "column 1: '1x': expected how often after the x, 1 to 1 000 000 000; found nothing"
        );
        assert_eq!(
            error("0x+3"),
            "column 1: '0x+3': expected how often after the x, 1 to 1 000 000 000, not '+3'"
        );
        assert!(error("0x999999999 1x999999999").contains("at most 1 000 000 000 operations"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(workers in proptest::collection::vec(0_u16..64, 0..50)) {
            let schedule: Schedule = workers.into_iter().map(Worker).collect();
            prop_assert_eq!(schedule.to_string().parse::<Schedule>(), Ok(schedule));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9xé ]{0,30}") {
            let _ = text.parse::<Schedule>();
        }
    }
}
