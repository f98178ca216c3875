//! A way to go on for ever: a round in the graph and the way to it.

use super::graph::Graph;
use super::shard::NONE;

const NEW: u8 = 0;
const ON_WAY: u8 = 1;
const DONE: u8 = 2;

/// The state at which a round begins, and the positions of its steps. `open` says which states are on rounds or after
/// them; there must be a round.
pub(super) fn round(graph: &Graph, open: &[bool]) -> Option<(u32, Vec<usize>)> {
    let mut colour = vec![NEW; open.len()];
    for root in graph.all().filter(|state| open[*state as usize]) {
        if colour[root as usize] != NEW {
            continue;
        }
        colour[root as usize] = ON_WAY;
        // The states on the way and, of each, the position that is tried next.
        let mut way = vec![(root, 0)];
        while let Some((state, position)) = way.last_mut() {
            let (here, step) = (*state, *position);
            let Some(&to) = graph.edges(here).get(step) else {
                colour[here as usize] = DONE;
                way.pop();
                continue;
            };
            *position += 1;
            if to == NONE {
                continue;
            }
            match colour[to as usize] {
                NEW => {
                    colour[to as usize] = ON_WAY;
                    way.push((to, 0));
                }
                ON_WAY => {
                    let begin = way.iter().position(|(state, _)| *state == to)?;
                    return Some((to, way[begin..].iter().map(|(_, next)| next - 1).collect()));
                }
                _ => {}
            }
        }
    }
    None
}
