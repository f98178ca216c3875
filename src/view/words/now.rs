//! What the workers are about to do, in words.

use crate::app::race::Race;
use crate::event::Worker;
use crate::experiment::Protection;
use crate::experiment::figures::Doing;
use crate::view::pen::{columns, grouped};

/// What would happen if the first stale worker stored next, in a line of so many columns.
#[must_use]
pub(crate) fn threat(race: &Race, room: u16) -> Option<String> {
    if race.settings().protection == Protection::CompareAndSwap {
        return None;
    }
    // Whoever has gone with an old value in hand stores nothing any more.
    let lives = |worker: &Worker| {
        !matches!(race.workers()[usize::from(worker.0)].doing, Doing::Killed | Doing::Crashed)
    };
    let mut workers = (0..race.workers().len() as u16).map(Worker).filter(lives);
    let (worker, gone) = workers.find_map(|worker| {
        let stale = race.timeline().is_stale(worker);
        let gone = if stale { race.timeline().threatened(worker) } else { None };
        Some((worker, gone?))
    })?;
    let whose = match gone {
        (one, 1) => format!("{}'s update is gone.", one.worker),
        (_, more) => format!("{} updates are gone.", grouped(more.into())),
    };
    let long = format!("If {worker} stores next, {whose}");
    Some(if columns(&long) <= room { long } else { format!("If {worker} stores, {whose}") })
}

/// Who is inside the protection, in words: `T0`, `T0, T1`, `T0, T1 and 3 more`.
#[must_use]
pub(crate) fn holders(race: &Race) -> String {
    let inside = |doing: Doing| matches!(doing, Doing::Inside | Doing::Holding(_) | Doing::Leaving(_));
    let mut names = Vec::new();
    let mut more = 0;
    for (index, now) in race.workers().iter().enumerate() {
        if inside(now.doing) {
            if names.len() < 2 {
                names.push(format!("T{index}"));
            } else {
                more += 1;
            }
        }
    }
    match (names.is_empty(), more) {
        (true, _) => "its turn".into(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}
