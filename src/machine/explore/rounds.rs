//! Whether a program can be seen not to go round without going through its states.
//!
//! On a way round through states everything comes back to where it was: what is shared, and what each worker has to
//! itself. So every step of it is on a way round of its worker alone, by whatever steps were seen that worker takes
//! there, and on one of what is shared alone. Steps that are not, cannot be on it, and without them others are no longer;
//! what is shared falls into parts between which nothing goes round, and a worker must come back within one of them.
//! When no step is left there is no way round. When some are there may be one, and it has to be looked for.
//!
//! A loop that counts never comes back; a worker that waits to be notified is notified by a step that leads on.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::tables::{Move, Step};

/// Whether a way round may be made of these steps.
pub(super) fn may_be(steps: &[Step]) -> bool {
    let mut left: Vec<Step> = steps.iter().copied().filter(|step| step.to != Move::NONE).collect();
    // By number of what is shared, the part that it falls into.
    let mut parts: FxHashMap<u32, u32> = FxHashMap::default();
    loop {
        let before = left.len();
        let part = |shared: u32| parts.get(&shared).copied().unwrap_or(0);
        let own = |step: &Step| {
            let part = part(step.shared);
            ((part, step.group, step.local), (part, step.group, step.to.local))
        };
        keep_rounds(&mut left, own);
        parts = keep_rounds(&mut left, |step| (step.shared, step.to.shared));
        if left.is_empty() {
            return false;
        }
        if left.len() == before {
            return true;
        }
    }
}

/// Keeps the steps that are on ways round between places, as `ends` says from which to which each leads; gives the part
/// that each place falls into.
fn keep_rounds<P: Copy + Eq + Hash>(
    steps: &mut Vec<Step>,
    ends: impl Fn(&Step) -> (P, P),
) -> FxHashMap<P, u32> {
    let mut numbers: FxHashMap<P, u32> = FxHashMap::default();
    let mut number = |place| {
        let next = numbers.len() as u32;
        *numbers.entry(place).or_insert(next)
    };
    let edges: Vec<(u32, u32)> = steps
        .iter()
        .map(|step| {
            let (from, to) = ends(step);
            (number(from), number(to))
        })
        .collect();
    let parts = components(numbers.len(), &edges);
    let mut edge = edges.iter();
    steps.retain(|_| edge.next().is_some_and(|(from, to)| parts[*from as usize] == parts[*to as usize]));
    numbers.values_mut().for_each(|number| *number = parts[*number as usize]);
    numbers
}

/// By place, the number of the strongly connected component that it is in (Tarjan, Depth-First Search and Linear Graph
/// Algorithms, 1972).
fn components(places: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    const NEW: u32 = u32::MAX;
    // The edges by where they begin: those of a place end where those of the next one begin.
    let mut begins = vec![0_u32; places + 1];
    edges.iter().for_each(|(from, _)| begins[*from as usize + 1] += 1);
    (0..places).for_each(|place| begins[place + 1] += begins[place]);
    let (mut next, mut ends) = (begins.clone(), vec![0; edges.len()]);
    for (from, to) in edges {
        let at = &mut next[*from as usize];
        ends[*at as usize] = *to;
        *at += 1;
    }
    next.copy_from_slice(&begins);
    // When each was come upon, the earliest that it leads back to, and the component once it is known.
    let (mut found, mut least, mut parts) = (vec![NEW; places], vec![NEW; places], vec![NEW; places]);
    let (mut open, mut way, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..places as u32 {
        if found[root as usize] == NEW {
            way.push(root);
        }
        while let Some(&place) = way.last() {
            let here = place as usize;
            if found[here] == NEW {
                (found[here], least[here]) = (count, count);
                count += 1;
                open.push(place);
            }
            if next[here] < begins[here + 1] {
                let to = ends[next[here] as usize];
                next[here] += 1;
                match found[to as usize] {
                    NEW => way.push(to),
                    when if parts[to as usize] == NEW => least[here] = least[here].min(when),
                    _ => {}
                }
                continue;
            }
            way.pop();
            if let Some(before) = way.last() {
                least[*before as usize] = least[*before as usize].min(least[here]);
            }
            if least[here] == found[here] {
                while let Some(member) = open.pop() {
                    parts[member as usize] = place;
                    if member == place {
                        break;
                    }
                }
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::tables::Move;
    use super::*;

    fn step(group: u32, (local, shared): (u32, u32), to: (u32, u32)) -> Step {
        Step { group, local, shared, to: Move { local: to.0, shared: to.1 } }
    }

    #[test]
    fn components_are_those_that_lead_to_each_other() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 5), (4, 6), (1, 6)];
        let parts = components(7, &edges);
        let leads = |from: u32, to: u32| {
            let mut seen = vec![from];
            let mut at = 0;
            while at < seen.len() {
                let here = seen[at];
                for (_, to) in edges.iter().filter(|edge| edge.0 == here) {
                    if !seen.contains(to) {
                        seen.push(*to);
                    }
                }
                at += 1;
            }
            seen.contains(&to)
        };
        for (from, to) in (0..7).flat_map(|from| (0..7).map(move |to| (from, to))) {
            let is_one = leads(from, to) && leads(to, from);
            assert_eq!(parts[from as usize] == parts[to as usize], is_one, "{from} and {to}");
        }
    }

    #[test]
    fn a_loop_that_counts_is_none() {
        let steps: Vec<Step> = (0..9).map(|i| step(0, (i, 0), (i + 1, 0))).collect();
        assert!(!may_be(&steps));
        assert!(may_be(&[steps, vec![step(0, (9, 0), (3, 0))]].concat()));
    }

    #[test]
    fn what_only_others_bring_about_is_none_unless_they_go_round() {
        // One waits until it is told, and then waits again; another one tells it.
        let waits = vec![step(0, (0, 0), (1, 1)), step(0, (1, 2), (0, 0))];
        let tells = vec![step(1, (0, 1), (1, 2))];
        assert!(!may_be(&[waits.clone(), tells.clone()].concat()), "it tells once");
        assert!(may_be(&[waits, tells, vec![step(1, (1, 0), (0, 0))]].concat()), "and over and over");
    }

    #[test]
    fn what_was_read_before_does_not_come_back_where_nothing_is_written() {
        // Reads 0 or 1 and fails to exchange it for what it is not any more.
        let steps = [
            step(0, (0, 0), (1, 0)),
            step(0, (0, 1), (2, 1)),
            step(0, (1, 1), (0, 1)),
            step(0, (2, 0), (0, 0)),
        ];
        let writes = [step(0, (1, 0), (3, 1))];
        assert!(!may_be(&[&steps[..], &writes].concat()));
        let writes_back = [step(1, (0, 1), (0, 0)), step(1, (0, 0), (0, 1))];
        assert!(may_be(&[&steps[..], &writes_back].concat()));
    }
}
