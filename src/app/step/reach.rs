//! What can still come of it: the outcomes that are reachable from the moment that is looked at. A small search is
//! done at once; what it can't finish is asked of the search in the background, and until that answers, what is shown
//! says that it is a part.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::app::message::Command;
use crate::experiment::sort;
use crate::machine::explore::advice::Forecast;
use crate::machine::explore::outcome::{End, Exploration, Found, Outcome};
use crate::machine::explore::service::{Order, Query, Report, Ticket};
use crate::machine::explore::{Options, counter, explore_from};
use crate::machine::{Machine, State};
use crate::program::value::Value;

/// States that are searched at once.
const AT_ONCE: u64 = 2_000;
/// States that are searched in the background, and for how long.
const STATES: u64 = 3_000_000;
const MEMORY: u64 = 256 << 20;
const TIME: Duration = Duration::from_secs(4);
/// Moments whose outcomes are remembered.
const REMEMBERED: usize = 4_096;
/// Who asks.
const ASKER: &str = "step";

/// Whether an outcome can still be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can; at the earliest after so many operations, where that is known.
    Reachable(Option<u64>),
    /// It can't.
    Excluded,
    /// Only a part was searched, and it was not found there.
    Unknown,
}

/// An outcome of the program, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it can still be reached.
    pub standing: Standing,
}

/// What was found.
#[derive(Debug)]
pub struct Reach {
    /// Every outcome from the start, in order, and whether those are all.
    all: Vec<Outcome>,
    all_is_complete: bool,
    here: Arc<Exploration>,
    known: HashMap<State, Arc<Exploration>>,
    /// The start and the present moment, where they are to be searched in the background.
    wanted: Option<Wanted>,
    asked: Option<(Ticket, Wanted)>,
    number: u64,
}

/// A search that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Start,
    Here(Box<State>),
}

impl Reach {
    pub(super) fn new(machine: &Machine, number: u64) -> Self {
        let start = machine.start();
        let here = Arc::new(at_once(machine, &start));
        let listed = listed(machine);
        let all_is_complete = listed.is_some() || here.is_complete();
        let all = listed.unwrap_or_else(|| outcomes(&here));
        let wanted = (!all_is_complete).then_some(Wanted::Start);
        let known = HashMap::from([(start, Arc::clone(&here))]);
        Reach { all, all_is_complete, here, known, wanted, asked: None, number }
    }

    /// Looks at this moment.
    pub(super) fn look(&mut self, machine: &Machine, state: &State) {
        let known = self.known.get(state).map(Arc::clone);
        self.here = known.unwrap_or_else(|| {
            let found = Arc::new(at_once(machine, state));
            self.remember(state, &found);
            found
        });
        let asked_start = matches!(self.asked, Some((_, Wanted::Start)));
        if self.wanted != Some(Wanted::Start) && !asked_start {
            self.wanted = self.lacks(machine, state).then(|| Wanted::Here(Box::new(state.clone())));
        }
    }

    /// Whether more could be found out about this moment by searching longer.
    fn lacks(&self, machine: &Machine, state: &State) -> bool {
        !self.here.is_complete() && self.here.states < STATES / 2 && !self.is_listed(machine, state)
    }

    /// Whether every outcome of the program is known to be reachable from this state without a search.
    fn is_listed(&self, machine: &Machine, state: &State) -> bool {
        listed(machine).is_some() && *state == machine.start()
    }

    fn remember(&mut self, state: &State, found: &Arc<Exploration>) {
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(state.clone(), Arc::clone(found));
    }

    /// What is to be asked of the search in the background now.
    pub(super) fn ask(&mut self, machine: &Machine) -> Option<Command> {
        let wanted = self.wanted.take()?;
        if self.asked.as_ref().is_some_and(|(_, asked)| *asked == wanted) {
            return None;
        }
        self.number += 1;
        let ticket = Ticket { asker: ASKER, number: self.number };
        let start = match &wanted {
            Wanted::Start => None,
            Wanted::Here(state) => Some((**state).clone()),
        };
        let options =
            Options { states: STATES, memory: MEMORY, counts: false, switches: false, ..Options::default() };
        let query = Query { start, options, time: Some(TIME), ..Query::new(ticket, machine.clone()) };
        self.asked = Some((ticket, wanted));
        Some(Command::Search(Order::Start(Box::new(query))))
    }

    /// The number of the last query, so that those of another program are told apart.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes what the search in the background says; whether that changed anything.
    pub(super) fn take(&mut self, report: &Report, machine: &Machine, state: &State) -> bool {
        let (Report::Done { ticket, .. } | Report::Crashed { ticket, .. } | Report::Progress { ticket, .. }) =
            report;
        let Some((_, wanted)) =
            self.asked.take_if(|(asked, _)| asked == ticket && !matches!(report, Report::Progress { .. }))
        else {
            return false;
        };
        if let Report::Done { answer, .. } = report {
            let found = Arc::new(answer.exploration.clone());
            match &wanted {
                Wanted::Start => {
                    self.all = outcomes(&found);
                    self.all_is_complete = found.is_complete();
                    self.remember(&machine.start(), &found);
                }
                Wanted::Here(state) => self.remember(state, &found),
            }
        }
        self.look(machine, state);
        if self.wanted.as_ref() == Some(&wanted) {
            // It went as far as it may.
            self.wanted = None;
        }
        true
    }

    /// Whether a longer search is going on.
    #[must_use]
    pub fn searches(&self) -> bool {
        self.asked.is_some()
    }

    /// What was found from the moment that is looked at.
    #[must_use]
    pub fn here(&self) -> &Exploration {
        &self.here
    }

    /// How this outcome can be reached from the moment that is looked at.
    #[must_use]
    pub fn way(&self, outcome: &Outcome) -> Option<&Found> {
        self.here.outcomes.iter().find(|found| found.outcome == *outcome)
    }

    /// Every outcome of the program, in order, as it stands now, and whether those are all.
    pub(super) fn chips(&self, machine: &Machine, state: &State) -> (Vec<Chip>, bool) {
        let is_listed = self.is_listed(machine, state);
        let mut chips: Vec<Chip> = self
            .all
            .iter()
            .map(|outcome| {
                let standing = match self.way(outcome) {
                    Some(found) => Standing::Reachable(Some(found.shortest.steps())),
                    None if is_listed => Standing::Reachable(None),
                    None if self.here.is_complete() => Standing::Excluded,
                    None => Standing::Unknown,
                };
                Chip { outcome: outcome.clone(), standing }
            })
            .collect();
        if !self.all_is_complete {
            let known = |outcome: &Outcome| self.all.contains(outcome);
            let more = self.here.outcomes.iter().filter(|found| !known(&found.outcome));
            chips.extend(more.map(|found| Chip {
                outcome: found.outcome.clone(),
                standing: Standing::Reachable(Some(found.shortest.steps())),
            }));
            sort::by(&mut chips, |a, b| a.outcome.cmp(&b.outcome));
        }
        (chips, self.all_is_complete)
    }

    /// Whether an end of this kind can still come.
    #[must_use]
    pub fn forecast(&self, test: impl Fn(&Outcome) -> bool) -> Forecast {
        self.here.forecast(test)
    }
}

/// Every outcome of the counter, where they are known at any size without a search.
fn listed(machine: &Machine) -> Option<Vec<Outcome>> {
    let shape = machine.program().shape?;
    let all = shape.right();
    let reachable = (0..=all).filter(|value| counter::is_reachable(shape, *value));
    Some(
        reachable
            .map(|value| Outcome {
                values: vec![Value::Int(i64::try_from(value).unwrap_or(i64::MAX))],
                output: Vec::new(),
                end: End::Done,
                holds: value == all,
            })
            .collect(),
    )
}

fn outcomes(exploration: &Exploration) -> Vec<Outcome> {
    exploration.outcomes.iter().map(|found| found.outcome.clone()).collect()
}

fn at_once(machine: &Machine, state: &State) -> Exploration {
    let options = Options { states: AT_ONCE, cores: 1, counts: false, switches: false, ..Options::default() };
    explore_from(machine, state, &options, &mut |_| ControlFlow::Continue(()))
}
