//! What exploring found, made ready to be shown: one row an outcome, in words and figures, whether it was searched,
//! drawn or written down. Both doors show the same findings.

mod figures;
mod rows;
#[cfg(test)]
mod tests;
mod widths;
mod words;

use std::collections::BTreeMap;

use num_bigint::BigUint;

use crate::event::Worker;
use crate::machine::explore::outcome::{Count, Coverage, Endless, Limit, Outcome};
use crate::machine::explore::service::Answer;
use crate::machine::schedule::Schedule;
use crate::machine::{Machine, State, stride};
use crate::program::value::Value;

pub use figures::{bytes, grouped, number, percent, probability, ratio, short, short_time};
pub use widths::Widths;
pub use words::{
    apart, brief, coverage, endless, may_never_end, program_words, rightness, round, total, workers,
};
pub(in crate::app) use words::{heading, label};

/// What became of the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the program is meant to do.
    Right,
    /// All workers ended, but what must hold at the end does not.
    Wrong,
    /// Workers are left, and all of them wait.
    Deadlock,
    /// An assertion or an operation failed.
    Failed,
}

/// How often an outcome was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hits {
    /// In so many schedules.
    pub hits: u64,
    /// Between which bounds its probability lies, at 95 % confidence.
    pub interval: (f64, f64),
}

/// One outcome.
#[derive(Clone, Debug)]
pub struct Row {
    /// The outcome.
    pub outcome: Outcome,
    /// What the observed variables hold: `3`, or `a 1, b 2`; what was printed after it.
    pub label: String,
    /// What became of the workers.
    pub kind: Kind,
    /// What is wrong, in words; empty where nothing is.
    pub why: String,
    /// How many schedules lead to it.
    pub schedules: Count,
    /// The same in figures that stay short.
    pub schedules_text: String,
    /// How high its bar is, 0 to 1 of the highest.
    pub height: f64,
    /// How likely it is under the uniform scheduler, where that was computed.
    pub probability: Option<f64>,
    /// How often it was drawn, where schedules were drawn.
    pub hits: Option<Hits>,
    /// A schedule that leads to it: a shortest one if the search was complete.
    pub shortest: Schedule,
    /// One with the fewest switches, where it is known.
    pub fewest_switches: Option<Schedule>,
}

impl Row {
    /// Whether it is what the program is meant to do.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.kind == Kind::Right
    }

    /// What it is called where it stands alone: with how it ends, where that is not as it should.
    #[must_use]
    pub fn name(&self) -> String {
        let values = if self.label == "–" { String::new() } else { format!(" {}", self.label) };
        match self.kind {
            Kind::Right | Kind::Wrong => self.label.clone(),
            Kind::Deadlock => format!("deadlock{values}"),
            Kind::Failed => format!("failure{values}"),
        }
    }

    /// The schedule to show.
    #[must_use]
    pub fn witness(&self, fewest_switches: bool) -> &Schedule {
        self.fewest_switches.as_ref().filter(|_| fewest_switches).unwrap_or(&self.shortest)
    }

    /// Between which bounds its probability lies by what was drawn, where anything was.
    #[must_use]
    pub fn interval(&self) -> Option<String> {
        let (low, high) = self.hits?.interval;
        Some(format!("{} – {}", probability(low.max(0.0)), probability(high.min(1.0))))
    }

    /// The fewest switches, where they are known.
    #[must_use]
    pub fn switches(&self) -> Option<String> {
        self.fewest_switches.as_ref().map(|way| grouped(&way.switches().to_string()))
    }

    /// The final count, where the program is a counter.
    #[must_use]
    pub fn value(&self) -> Option<u64> {
        match self.outcome.values.as_slice() {
            [Value::Int(value)] => u64::try_from(*value).ok(),
            _ => None,
        }
    }
}

/// Everything that was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The outcomes, in order of what the observed variables hold.
    pub rows: Vec<Row>,
    /// What the rows' labels are values of: `final`, or the variables' names.
    pub heading: String,
    /// How many schedules there are in all.
    pub schedules: Count,
    /// How much was covered.
    pub coverage: Coverage,
    /// Whether a limit of time stopped the search.
    pub out_of_time: bool,
    /// Whether outcomes that are not listed are impossible although not all was searched: they were written down.
    pub lists_all: bool,
    /// Whether it can go on for ever.
    pub endless: Endless,
    /// How likely it is never to end.
    pub endless_probability: Option<f64>,
    /// States visited.
    pub states: u64,
    /// Transitions followed.
    pub transitions: u64,
    /// Operations on the longest of the shortest ways to a state.
    pub depth: u64,
    /// Most memory held, in bytes.
    pub bytes: u64,
    /// Seconds that the search took.
    pub seconds: f64,
    /// Schedules drawn, and those of them that were given up; `None` if none were.
    pub drawn: Option<(u64, u64)>,
    /// Whether bars stand for numbers of schedules on a logarithmic scale; else for probabilities.
    pub bars_count: bool,
    /// Schedules that end right, where all were counted.
    pub right: Count,
    /// How likely it is to end right, where that was computed.
    pub right_probability: Option<f64>,
    /// Whether the program is the shared counter.
    pub is_counter: bool,
    /// To how much each worker of a counter counts, where each has memory of its own: what is observed is the parent's.
    pub own_memory: Option<u32>,
    /// Whether schedules were to be counted.
    pub wants_counts: bool,
    /// The longest of each kind of text, in characters.
    pub widths: Widths,
}

impl Findings {
    /// Makes an answer ready.
    #[must_use]
    pub fn new(machine: &Machine, answer: &Answer) -> Self {
        Findings::after(machine, None, answer)
    }

    /// The same for a query that begins where this schedule leads; those found go on from there.
    #[must_use]
    pub fn after(machine: &Machine, before: Option<&Schedule>, answer: &Answer) -> Self {
        let row = |outcome, shortest| rows::row(machine, before, outcome, shortest);
        let exploration = &answer.exploration;
        let searched = exploration.outcomes.iter().map(|found| Row {
            schedules: found.schedules.clone(),
            probability: found.probability,
            fewest_switches: found.fewest_switches.clone(),
            ..row(found.outcome.clone(), found.shortest.clone())
        });
        let mut rows: BTreeMap<Outcome, Row> = BTreeMap::new();
        rows.extend(searched.map(|row| (row.outcome.clone(), row)));
        let mut lists_all = exploration.is_complete();
        if !lists_all {
            // What is written down begins at the start.
            lists_all = before.is_none() && rows::write_down(machine, &mut rows);
            rows::add_drawn(machine, before, &mut rows, answer);
        }
        let rows: Vec<Row> = rows.into_values().collect();
        let right = rows.iter().filter(|row| row.is_right());
        let right_count =
            right.clone().fold(Count::Exact(BigUint::ZERO), |all, row| plus(all, &row.schedules));
        let right_probability = right.clone().map(|row| row.probability).sum::<Option<f64>>();
        let mut findings = Findings {
            heading: words::heading(machine.program()),
            schedules: exploration.schedules.clone(),
            coverage: exploration.coverage,
            out_of_time: answer.out_of_time,
            lists_all,
            endless: exploration.endless.clone(),
            endless_probability: exploration.endless_probability,
            states: exploration.states,
            transitions: exploration.transitions,
            depth: exploration.depth,
            bytes: exploration.bytes,
            seconds: answer.took.as_secs_f64(),
            drawn: answer.sample.as_ref().map(|sample| (sample.samples, sample.unended)),
            bars_count: !rows.is_empty() && rows.iter().all(|row| matches!(row.schedules, Count::Exact(_))),
            right: right_count,
            right_probability: right_probability.filter(|_| rows.iter().any(|row| row.probability.is_some())),
            is_counter: machine.program().shape.is_some(),
            own_memory: words::own_memory(machine.program()),
            wants_counts: answer.wants_counts,
            widths: Widths::default(),
            rows,
        };
        findings.measure();
        findings
    }

    /// The outcomes that are not what the program is meant to do.
    pub fn bad(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.is_right())
    }

    /// Whether all of it was searched.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.coverage == Coverage::Complete
    }

    /// Whether it was stopped by whoever asked.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.coverage == Coverage::Partial(Limit::Stopped) && !self.out_of_time
    }

    /// Gives each row its bar and its figures.
    fn measure(&mut self) {
        let height = |row: &Row| match &row.schedules {
            Count::Exact(count) if self.bars_count => figures::log10(&(count + 1_u32)),
            _ => likelihood(row),
        };
        let heights: Vec<f64> = self.rows.iter().map(height).collect();
        let highest = heights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for (row, height) in self.rows.iter_mut().zip(heights) {
            row.height = (height / highest).clamp(0.0, 1.0);
            row.schedules_text = match &row.schedules {
                Count::Exact(count) => number(count),
                Count::Infinite => "unbounded".into(),
                Count::Unknown => "–".into(),
            };
        }
        self.widths = Widths::of(&self.rows);
    }
}

/// How likely an outcome is, as far as is known.
fn likelihood(row: &Row) -> f64 {
    row.probability.or(row.hits.map(|hits| (hits.interval.0 + hits.interval.1) / 2.0)).unwrap_or(0.0)
}

fn plus(a: Count, b: &Count) -> Count {
    match (a, b) {
        (Count::Exact(a), Count::Exact(b)) => Count::Exact(a + b),
        (Count::Unknown, _) | (_, Count::Unknown) => Count::Unknown,
        _ => Count::Infinite,
    }
}

/// The state that a schedule leads to, and its outcome if it ends there; `None` if the schedule can't be followed.
#[must_use]
pub fn arrive(machine: &Machine, schedule: &Schedule) -> Option<(State, Option<Outcome>)> {
    let state = stride::follow(machine, schedule)?;
    let workers = || (0..state.locals.len()).map(|thread| Worker(thread as u16));
    if workers().any(|worker| machine.can_move(&state, worker)) {
        return Some((state, None));
    }
    let anyone_left = workers().any(|worker| machine.is_alive(&state, worker));
    let outcome = Outcome::of(machine, &state.shared, anyone_left);
    Some((state, Some(outcome)))
}
