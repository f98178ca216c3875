//! Faults on order: a hook for the tests, which do every fault to the real program.
//!
//! The environment variable `RACESCOPE_FAULT` holds one fault or several, separated by commas:
//!
//! | text | what happens |
//! |---|---|
//! | `worker:3@5` | worker 3 panics in its increment 5 (both count from 0) |
//! | `collector` | the thread that collects what the workers recorded panics |
//! | `draw` | the drawing of the tenth frame panics |
//! | `spawn:2` | starting the worker thread number 2 (from 0) is refused |
//! | `part:1@3` | part 1 of a search in several parts panics at its level 3 (both count from 0) |
//! | `stuck` | quitting waits for ever for the lab to end |
//!
//! Nobody sets it by accident; what can't be read is ignored, because a hook for tests must not be a reason for the
//! program to fail.

use std::sync::OnceLock;

/// The faults that are to happen. Without any, every question costs one comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// This worker panics in this increment of its own.
    pub worker: Option<(usize, u64)>,
    /// The collector panics.
    pub collector: bool,
    /// Drawing this frame panics (counted from 1).
    pub draw: Option<u64>,
    /// Starting this worker's thread is refused.
    pub spawn: Option<usize>,
    /// This part of a search in several parts panics at this level.
    pub part: Option<(usize, u64)>,
    /// The lab never ends when it is told to.
    pub stuck: bool,
}

impl Fault {
    /// Reads what the variable holds.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut fault = Fault::default();
        for one in text.split(',') {
            let (name, value) = one.trim().split_once(':').unwrap_or((one.trim(), ""));
            match name {
                "worker" => fault.worker = numbered(value),
                "collector" => fault.collector = true,
                "draw" => fault.draw = Some(value.parse().unwrap_or(10)),
                "spawn" => fault.spawn = value.parse().ok(),
                "part" => fault.part = numbered(value),
                "stuck" => fault.stuck = true,
                _ => {}
            }
        }
        fault
    }

    /// Whether this worker is to panic in this increment.
    #[inline]
    #[must_use]
    pub fn crashes(&self, worker: usize, increment: u64) -> bool {
        self.worker == Some((worker, increment))
    }
}

/// Which one, and when: `3@5`.
fn numbered(text: &str) -> Option<(usize, u64)> {
    let (worker, increment) = text.split_once('@')?;
    Some((worker.parse().ok()?, increment.parse().ok()?))
}

/// The faults ordered for this process; read from the environment once.
#[must_use]
pub fn get() -> &'static Fault {
    static FAULT: OnceLock<Fault> = OnceLock::new();
    FAULT.get_or_init(|| {
        std::env::var("RACESCOPE_FAULT").map_or_else(|_| Fault::default(), |text| Fault::parse(&text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_read_and_nonsense_is_none() {
        let all = Fault::parse("worker:3@5, collector,draw,spawn:2,part:1@3,stuck");
        let expected = Fault {
            worker: Some((3, 5)),
            collector: true,
            draw: Some(10),
            spawn: Some(2),
            part: Some((1, 3)),
            stuck: true,
        };
        assert_eq!(all, expected);
        assert!(all.crashes(3, 5) && !all.crashes(3, 4) && !all.crashes(5, 3));
        assert_eq!(Fault::parse("draw:1").draw, Some(1));
        for nonsense in ["", "worker", "worker:3", "worker:x@y", "spawn:", "what:ever"] {
            assert_eq!(Fault::parse(nonsense), Fault::default(), "{nonsense:?}");
        }
    }
}
