//! What can still come of it: the outcomes that are reachable from the moment that is looked at. A small search is
//! done at once; what it can't finish is asked of the search in the background, and until that answers, what is shown
//! says that it is a part.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::app::message::Command;
use crate::machine::explore::advice::Forecast;
use crate::machine::explore::outcome::{End, Exploration, Found, Outcome};
use crate::machine::explore::service::{Order, Query, Report, Ticket};
use crate::machine::explore::{Options, counter, explore_from};
use crate::machine::{Machine, State};
use crate::program::value::Value;
use crate::sort;

/// States that are searched at once, times workers: so many take less than half a millisecond.
const AT_ONCE: u64 = 3_000;
/// With fewer workers than that a state costs no less.
const FEW: u64 = 4;
/// States that are searched in the background, and for how long.
const STATES: u64 = 3_000_000;
const MEMORY: u64 = 256 << 20;
const TIME: Duration = Duration::from_secs(4);
/// Moments whose outcomes are remembered.
const REMEMBERED: usize = 4_096;
/// Who asks.
const ASKER: &str = "step";
/// Up to so many increments of a counter a search soon has the ways to its outcomes, known as those are without it.
const SOON: u64 = 16;

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
    /// Whether those are known without a search, so that all of them are reachable from the start.
    is_listed: bool,
    /// The outcomes as they stand at the moment that is looked at, in order.
    chips: Vec<Chip>,
    here: Arc<Exploration>,
    known: HashMap<Arc<State>, Arc<Exploration>>,
    /// The moments that are remembered, oldest first.
    order: VecDeque<Arc<State>>,
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
        let is_listed = listed.is_some();
        let all_is_complete = is_listed || here.is_complete();
        let all = listed.unwrap_or_else(|| outcomes(&here));
        let wanted = (!all_is_complete).then_some(Wanted::Start);
        let (known, order, chips) = (HashMap::new(), VecDeque::new(), Vec::new());
        let asked = None;
        let mut reach =
            Reach { all, all_is_complete, is_listed, chips, here, known, order, wanted, asked, number };
        reach.remember(&start, &Arc::clone(&reach.here));
        reach
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
        let is_large = machine.program().shape.is_none_or(|shape| shape.increments() > SOON);
        let is_known = is_large && self.is_listed(machine, state);
        !self.here.is_complete() && self.here.states < STATES / 2 && !is_known
    }

    /// Whether every outcome of the program is known to be reachable from this state without a search.
    fn is_listed(&self, machine: &Machine, state: &State) -> bool {
        self.is_listed && *state == machine.start()
    }

    fn remember(&mut self, state: &State, found: &Arc<Exploration>) {
        let state = Arc::new(state.clone());
        if self.known.insert(Arc::clone(&state), Arc::clone(found)).is_none() {
            self.order.push_back(state);
        }
        // One at a time: to forget all of them at once would be felt.
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
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
                    self.chips.clear();
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

    /// Whether no end can be reached from the moment that is looked at.
    pub(super) fn never_ends(&self) -> bool {
        self.here.is_complete() && self.here.outcomes.is_empty()
    }

    /// How this outcome can be reached from the moment that is looked at.
    #[must_use]
    pub fn way(&self, outcome: &Outcome) -> Option<&Found> {
        self.here.outcomes.iter().find(|found| found.outcome == *outcome)
    }

    /// Says of every outcome how it stands at the moment that is looked at, after [`Reach::look`]. A counter that is known
    /// not to get beyond `best` any more can't end higher, whether or not all was searched.
    pub(super) fn judge(&mut self, machine: &Machine, state: &State, best: Option<i64>) {
        if self.chips.len() != self.all.len() || !self.all_is_complete {
            self.list();
        }
        let not_found = match (self.is_listed(machine, state), self.here.is_complete()) {
            (true, _) => Standing::Reachable(None),
            (false, true) => Standing::Excluded,
            (false, false) => Standing::Unknown,
        };
        let is_too_high = |outcome: &Outcome| {
            best.is_some_and(|best| outcome.values.first().is_some_and(|value| value.as_int() > best))
        };
        for chip in &mut self.chips {
            let excluded = not_found == Standing::Unknown && is_too_high(&chip.outcome);
            chip.standing = if excluded { Standing::Excluded } else { not_found };
        }
        for found in &self.here.outcomes {
            if let Ok(index) = self.chips.binary_search_by(|chip| chip.outcome.cmp(&found.outcome)) {
                self.chips[index].standing = Standing::Reachable(Some(found.shortest.steps()));
            }
        }
    }

    /// An outcome, by its place, that is known to be reachable although no search has found it.
    pub(super) fn found(&mut self, place: usize, steps: u64) {
        if let Some(chip) = self.chips.get_mut(place) {
            chip.standing = Standing::Reachable(Some(steps));
        }
    }

    /// Lists the outcomes anew: all that are known, and where those may not be all, those from here.
    fn list(&mut self) {
        let from_here = self.here.outcomes.iter().map(|found| &found.outcome);
        let more = from_here.filter(|_| !self.all_is_complete);
        let mut all: Vec<&Outcome> = self.all.iter().chain(more).collect();
        sort::by(&mut all, Ord::cmp);
        all.dedup();
        let chip = |outcome: &Outcome| Chip { outcome: outcome.clone(), standing: Standing::Unknown };
        self.chips = all.into_iter().map(chip).collect();
    }

    /// Every outcome of the program, in order, as it stands now, and whether those are all.
    pub(super) fn chips(&self) -> (&[Chip], bool) {
        (&self.chips, self.all_is_complete)
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
    let states = AT_ONCE / (state.locals.len() as u64).max(FEW);
    let options = Options { states, cores: 1, counts: false, switches: false, ..Options::default() };
    explore_from(machine, state, &options, &mut |_| ControlFlow::Continue(()))
}
