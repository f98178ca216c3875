//! What goes over all states once more after the search keeps to the same bounds: whoever watches can stop it, and
//! it is not begun where memory would not suffice.

use super::graph::Graph;
use super::{Progress, Watch};

/// States between two looks at whoever watches.
const CHUNK: u32 = 1 << 16;

/// It was stopped, or there was no room for it: what it would have found stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GivenUp;

/// The bounds of passes over a graph.
pub(super) struct Pass<'a, 'b> {
    watch: &'a mut Watch<'b>,
    progress: Progress,
    numbers: u64,
    memory: u64,
    since: u32,
}

impl<'a, 'b> Pass<'a, 'b> {
    /// Over this graph, whose own memory counts too.
    pub(super) fn new(graph: &Graph, memory: u64, watch: &'a mut Watch<'b>) -> Self {
        let states = graph.size() as u64;
        let progress = Progress {
            states,
            transitions: graph.transitions,
            depth: graph.depth,
            bytes: graph.bytes(),
            met: graph.met,
        };
        Pass { watch, progress, numbers: graph.numbers() as u64, memory, since: 0 }
    }

    /// Asks for so many bytes a state.
    pub(super) fn needs(&mut self, bytes_a_state: u64) -> Result<(), GivenUp> {
        self.needs_in_all(self.numbers * bytes_a_state)
    }

    /// Whether there is room for so many bytes.
    pub(super) fn has_room(&self, bytes: u64) -> bool {
        bytes + self.progress.bytes <= self.memory
    }

    /// Asks for so many bytes in all.
    pub(super) fn needs_in_all(&mut self, bytes: u64) -> Result<(), GivenUp> {
        let progress = Progress { bytes: bytes + self.progress.bytes, ..self.progress };
        if !self.has_room(bytes) || (self.watch)(&progress).is_break() { Err(GivenUp) } else { Ok(()) }
    }

    /// Says that so many more states were visited.
    pub(super) fn visits(&mut self, states: usize) -> Result<(), GivenUp> {
        self.since = self.since.saturating_add(states as u32 - 1);
        self.visit()
    }

    /// Says that one more state was visited.
    pub(super) fn visit(&mut self) -> Result<(), GivenUp> {
        self.since += 1;
        if self.since < CHUNK {
            return Ok(());
        }
        self.since = 0;
        if (self.watch)(&self.progress).is_break() { Err(GivenUp) } else { Ok(()) }
    }
}
