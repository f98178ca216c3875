//! What stands in the columns, a line each: for whoever sees them for the first time. Both doors show it.

use super::columns::columns;
use crate::compare::costs::What;
use crate::compare::plan::Sweep;

/// A heading, and what stands below it.
pub type Entry = (&'static str, &'static str);

const LOST: Entry =
    ("lost", "share of the increments that the final count is not built on; exact in every run");
const SECOND: Entry = (
    "a second",
    "increments a second, from the barrier at which all begin to the last store; the median of the runs",
);
const INSIDE: Entry = ("inside", "most workers that were inside the protection at once");
const MORE: Entry =
    ("one more buys", "what one permit more added, in multiples of what a single permit does");

/// The entries of a sweep, in the order of its columns.
#[must_use]
pub fn legend(sweep: Sweep) -> Vec<Entry> {
    let said = |heading| meaning(sweep, heading);
    columns(sweep).iter().filter_map(|column| said(column.heading)).collect()
}

/// What is measured of a worker of some kind.
#[must_use]
pub fn of(measure: What) -> &'static str {
    KINDS[measure as usize].1
}

fn meaning(sweep: Sweep, heading: &str) -> Option<Entry> {
    let of = match sweep {
        Sweep::Protections => PROTECTIONS,
        Sweep::Permits => PERMITS,
        Sweep::Window => WINDOW,
        Sweep::Kinds => KINDS,
        Sweep::Downloads => DOWNLOADS,
    };
    of.iter().find(|entry| entry.0 == heading).copied()
}

const PROTECTIONS: &[Entry] = &[
    LOST,
    SECOND,
    ("relative", "the same over that without protection, with as many workers, in the same round"),
    ("waiting", "of the workers' time, the share from asking for the protection to being let in"),
    INSIDE,
    (
        "fairness",
        "Jain's index of the increments made when the first worker is done: 1 where all have as many, one over their \
         number where the first was done before the others began",
    ),
];

const PERMITS: &[Entry] = &[
    LOST,
    ("runs that lose", "runs in which the final count is short by anything at all"),
    SECOND,
    ("relative", "the same over that of 1 permit, in the same round"),
    MORE,
    INSIDE,
];

const WINDOW: &[Entry] = &[
    ("runs that lose", "runs in which the final count is short by anything at all"),
    (
        "95 % interval",
        "where the true share lies with 95 % confidence, after so many runs (Wilson's interval)",
    ),
    LOST,
    ("hand-overs", "loads that read another worker's store; where there are none there is no race to see"),
    SECOND,
];

const DOWNLOADS: &[Entry] = &[
    ("a second", "downloads a second, over the whole run; the median of the runs"),
    ("relative", "the same over that of 1 permit, in the same round"),
    MORE,
    ("served at once", "most requests that the server says it served at once, in any run"),
    ("queued there", "most requests that waited in the server, because it serves only so many, in any run"),
];

const KINDS: &[Entry] = &[
    ("start", "from asking for a worker to its first action"),
    ("memory", "of each of many that wait, what is its own: without the program, and what the kernel keeps"),
    ("switch", "to another, on one core: threads wake each other, processes use pipes, tasks notify"),
    ("compute", "a piece of work for each core: how many times as fast as in a row, starting included"),
    ("small jobs", "the same with 16 pieces of some 5 µs: what starting a worker for so little costs"),
    ("sleep", "the same with workers that sleep 10 ms each"),
    ("1000 waits", "until 1000 workers that began together and sleep 20 ms each have ended"),
    ("downloads", "until 64 downloads that began together, answered after 20 ms each, have ended"),
    ("threads", "threads of the system for each of many that wait"),
    ("shared", "of increments under a lock, the share that is in the starter's counter"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_explains_a_column() {
        for sweep in Sweep::ALL {
            let all = match sweep {
                Sweep::Protections => PROTECTIONS,
                Sweep::Permits => PERMITS,
                Sweep::Window => WINDOW,
                Sweep::Kinds => KINDS,
                Sweep::Downloads => DOWNLOADS,
            };
            assert_eq!(legend(sweep), all, "{sweep}");
        }
        assert_eq!(KINDS.len(), What::ALL.len());
    }
}
