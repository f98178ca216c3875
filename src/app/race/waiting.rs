//! What was recorded but may not be shown yet, because a still window has to stay long enough to be read.

use super::REMEMBERED;
use crate::event::{Event, Source};
use crate::lab::report::Recording;

/// Whether there is no operation in a recording.
pub(super) fn is_empty(recording: &Recording) -> bool {
    match recording {
        Recording::Nothing => true,
        Recording::Fresh(streams) | Recording::More(streams) | Recording::Window { streams, .. } => {
            streams.iter().all(Vec::is_empty)
        }
    }
}

/// Adds a newer recording to one that has not been shown yet.
pub(super) fn merge(waiting: &mut Recording, newer: Recording) {
    match (&mut *waiting, newer) {
        (_, Recording::Nothing) => {}
        (Recording::Fresh(streams) | Recording::More(streams), Recording::More(more)) => {
            let held: usize = streams.iter().map(Vec::len).sum();
            if held > 8 * REMEMBERED {
                // Nobody has looked for long; only the newest matter, and they stand alone.
                *waiting = window(more);
                return;
            }
            if streams.len() < more.len() {
                streams.resize_with(more.len(), Vec::new);
            }
            for (stream, more) in streams.iter_mut().zip(more) {
                stream.extend(more);
            }
        }
        (Recording::Window { .. }, Recording::More(more)) => *waiting = window(more),
        (_, newer) => *waiting = newer,
    }
}

/// A stretch that stands alone.
fn window(streams: Vec<Vec<Event>>) -> Recording {
    Recording::Window { streams, base: None, last: Source::Unknown }
}
