//! Where the rows come from: what was searched, what is written down without a search, what was drawn.

use std::collections::BTreeMap;

use super::words;
use super::{Hits, Kind, Row};
use crate::machine::Machine;
use crate::machine::explore::counter;
use crate::machine::explore::outcome::{Count, End, Outcome};
use crate::machine::explore::service::Answer;
use crate::machine::schedule::Schedule;
use crate::program::value::Value;

/// Beyond so many increments only the extreme outcomes of a counter are listed.
const MOST_LISTED: u64 = 20_000;

/// An outcome and a way to it, without counts.
pub(super) fn row(machine: &Machine, before: Option<&Schedule>, outcome: Outcome, shortest: Schedule) -> Row {
    let kind = match outcome.end {
        End::Done if outcome.holds => Kind::Right,
        End::Done => Kind::Wrong,
        End::Deadlock => Kind::Deadlock,
        End::Failed(_) => Kind::Failed,
    };
    Row {
        label: words::label(machine.program(), &outcome),
        why: words::why(
            machine,
            &outcome,
            &before.map_or_else(|| shortest.clone(), |way| way.then(&shortest)),
        ),
        kind,
        outcome,
        schedules: Count::Unknown,
        schedules_text: String::new(),
        height: 0.0,
        probability: None,
        hits: None,
        shortest,
        fewest_switches: None,
    }
}

/// Adds the final counts of a counter that can be reached by schedules that nobody had to search for; says whether
/// these are all.
pub(super) fn write_down(machine: &Machine, rows: &mut BTreeMap<Outcome, Row>) -> bool {
    let Some(shape) = machine.program().shape else { return false };
    let (least, right) = (counter::least(shape), shape.right());
    let is_short = right <= MOST_LISTED;
    let values: Vec<u64> = if is_short { (least..=right).collect() } else { vec![least, right] };
    for value in values {
        let holds = value == right;
        let outcome =
            Outcome { values: vec![Value::Int(value as i64)], output: Vec::new(), end: End::Done, holds };
        if !rows.contains_key(&outcome)
            && let Some(row) = written(machine, &outcome)
        {
            rows.insert(outcome, row);
        }
    }
    // That a protection holds is not shown by writing schedules down.
    if rows.len() > 1 { is_short } else { counter::holds(machine).is_some() }
}

/// The row of a counter's outcome, with a schedule that is written down.
fn written(machine: &Machine, outcome: &Outcome) -> Option<Row> {
    let [Value::Int(value)] = outcome.values.as_slice() else { return None };
    let witness = counter::witness(machine.program().shape?, u64::try_from(*value).ok()?)?;
    Some(Row { fewest_switches: Some(witness.clone()), ..row(machine, None, outcome.clone(), witness) })
}

/// Adds how often each outcome was drawn; those that nothing else has found have a witness that was drawn with them.
pub(super) fn add_drawn(
    machine: &Machine,
    before: Option<&Schedule>,
    rows: &mut BTreeMap<Outcome, Row>,
    answer: &Answer,
) {
    let drawn = answer.sample.iter().flat_map(|sample| &sample.outcomes);
    for (at, drawn) in drawn.enumerate() {
        let hits = Some(Hits { hits: drawn.hits, interval: drawn.interval });
        if let Some(known) = rows.get_mut(&drawn.outcome) {
            known.hits = hits;
            continue;
        }
        let found = match answer.witnesses.get(at) {
            Some(witness) => Some(row(machine, before, drawn.outcome.clone(), witness.clone())),
            None => written(machine, &drawn.outcome),
        };
        if let Some(found) = found {
            rows.insert(drawn.outcome.clone(), Row { hits, ..found });
        }
    }
}
