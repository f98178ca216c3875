//! What can be read of the Step screen's state: by whoever draws it, and by the hints.

use super::picture::each;
use super::reach::{Chip, Standing};
use super::scale::Scale;
use super::{FOR_EVER, Moment, Step, Who};
use crate::app::explore::Here;
use crate::app::findings;
use crate::app::way::Way;
use crate::event::Worker;
use crate::experiment::Pace;
use crate::experiment::digits::grouped;
use crate::machine::explore::advice::Forecast;
use crate::machine::explore::outcome::{End, Outcome};
use crate::machine::schedule::Schedule;
use crate::program::{Op, Program};

impl Step {
    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        self.run.machine().program()
    }

    /// The program in a few words.
    #[must_use]
    pub fn program_words(&self) -> String {
        findings::program_words(self.program())
    }

    /// The moment that is looked at.
    #[must_use]
    pub fn moment(&self) -> &Moment {
        &self.moment
    }

    /// How many operations lead to it, and how many are remembered in all.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        (self.run.at(), self.run.steps().len())
    }

    /// Who moved so far, and who moves then in what is remembered, up to so many runs of each: the last ones of what
    /// was, the first ones of what comes.
    #[must_use]
    pub fn schedule(&self) -> (Schedule, Schedule) {
        (self.run.schedule(), self.run.ahead().into_iter().collect())
    }

    /// Increments completed, and the counter, where the program is one.
    #[must_use]
    pub fn counts(&self) -> Option<(u64, i64)> {
        self.program().shape.filter(|shape| !shape.has_own_memory())?;
        Some((self.picture.lanes().completed, self.run.state().shared.variables.first()?.as_int()))
    }

    /// What is going on, in a few words.
    #[must_use]
    pub fn status(&self) -> String {
        let (at, of) = self.position();
        let sign = match (self.runs, self.moment.end.is_some()) {
            (true, _) => format!("▶ {}   ", self.pace_name()),
            (_, true) => "■ ended   ".into(),
            _ => String::new(),
        };
        format!("{sign}step {} of {}", grouped(at as u64), grouped(of as u64))
    }

    /// The scheduler, with its seed where it has one.
    #[must_use]
    pub fn scheduler_name(&self) -> String {
        match self.who {
            Who::Random => format!("random {}", self.seed),
            other => other.name().into(),
        }
    }

    /// The pace of a run that goes on by itself.
    #[must_use]
    pub fn pace_name(&self) -> String {
        match self.pace {
            Pace::ByHand => "very slow".into(),
            pace => pace.to_string(),
        }
    }

    /// Whether it runs on by itself.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.runs
    }

    /// Every outcome of the program as it stands now, in order; whether those are all; and whether more is being
    /// searched.
    #[must_use]
    pub fn chips(&self) -> (&[Chip], bool, bool) {
        let (chips, lists_all) = self.reach.chips();
        (chips, lists_all, self.reach.searches())
    }

    /// States searched from here, and whether that was all of them.
    #[must_use]
    pub fn searched(&self) -> (u64, bool) {
        (self.reach.here().states, self.reach.here().is_complete())
    }

    /// The selected outcome: what was chosen, else the worst that can still be reached, else the one that was.
    #[must_use]
    pub fn goal(&self) -> Option<&Outcome> {
        self.goal_index().map(|index| &self.chips().0[index].outcome)
    }

    /// Its place among the outcomes.
    #[must_use]
    pub fn goal_index(&self) -> Option<usize> {
        let (chips, _) = self.reach.chips();
        let chosen = self.goal.as_ref().and_then(|goal| chips.iter().position(|chip| chip.outcome == *goal));
        let reachable = |chip: &Chip| matches!(chip.standing, Standing::Reachable(_));
        chosen
            .or_else(|| chips.iter().position(|chip| reachable(chip) && !chip.outcome.is_good()))
            .or_else(|| chips.iter().position(reachable))
    }

    /// The shortest way to the selected outcome, where it is known.
    #[must_use]
    pub fn way(&self) -> Option<&Schedule> {
        self.way.as_ref()
    }

    /// The same, to be shown as a whole.
    pub(in crate::app) fn whole_way(&self) -> Option<Way> {
        let way = self.way().filter(|way| way.steps() > 0)?;
        Some(Way::new(format!("shortest way to {}", self.label(self.goal()?)), way.clone()))
    }

    /// The shortest way to an outcome, where it is known.
    #[must_use]
    pub fn way_to(&self, outcome: &Outcome) -> Option<&Schedule> {
        Some(&self.reach.way(outcome)?.shortest)
    }

    /// An outcome as it is called here.
    #[must_use]
    pub fn label(&self, outcome: &Outcome) -> String {
        let values = findings::label(self.program(), outcome);
        match outcome.end {
            End::Done => values,
            End::Deadlock if values == "–" => "deadlock".into(),
            End::Deadlock => format!("deadlock {values}"),
            End::Failed(_) => format!("fails {values}"),
        }
    }

    /// Once nobody can move: what it came to, in a sentence, and whether that is what is meant to be.
    #[must_use]
    pub fn end_words(&self) -> Option<(String, bool)> {
        let end = self.moment.end.as_ref()?;
        let machine = self.run.machine();
        let what = match end.end {
            End::Deadlock => "The run has ended in a deadlock: nobody can move.".into(),
            End::Failed(failure) => format!("The run has failed in {}.", failure.describe(self.program())),
            End::Done => {
                let lost = self.counts().map(|(done, value)| i64::try_from(done).unwrap_or(i64::MAX) - value);
                let so = format!("{} {}", findings::heading(self.program()), self.label(end));
                match (lost, machine.violated(&self.run.state().shared).first()) {
                    (Some(lost), _) if lost > 0 => {
                        format!("The run has ended: {so}, {} lost.", grouped(lost.unsigned_abs()))
                    }
                    (None, Some(check)) => format!("The run has ended: {so}, but not so: {check}."),
                    _ => format!("The run has ended: {so}."),
                }
            }
        };
        Some((what, end.is_good()))
    }

    /// How moments lie on a bar of so many cells.
    #[must_use]
    pub fn scale(&self, cells: u16) -> Scale {
        let steps = self.run.steps().len();
        Scale { steps, most: cells, each: each(steps, cells) }
    }

    /// Who made this operation of those that are remembered, counted from 0.
    #[must_use]
    pub fn worker_of(&self, operation: usize) -> Option<Worker> {
        self.run.steps().get(operation).map(|step| step.worker)
    }

    /// Who moved last.
    #[must_use]
    pub fn last_worker(&self) -> Option<u16> {
        Some(self.run.steps()[self.run.at().checked_sub(1)?].worker.0)
    }

    /// The first of so many workers that are shown: where somebody has scrolled to, else the page on which the worker
    /// is that moved last.
    #[must_use]
    pub fn first_shown(&self, shown: u16) -> u16 {
        let shown = shown.max(1);
        let page = self.last_worker().unwrap_or(0) / shown * shown;
        self.scrolled.unwrap_or(page).min((self.moment.rows.len() as u16).saturating_sub(shown))
    }

    /// What can still happen: its name, whether it would be bad, and whether it can.
    #[must_use]
    pub fn forecasts(&self) -> Vec<(&'static str, Forecast)> {
        let mut rows = Vec::new();
        let program = self.program();
        let wrong = |outcome: &Outcome| outcome.end == End::Done && !outcome.holds;
        if program.shape.is_some() {
            rows.push(("a lost update", self.lost_update(self.reach.forecast(wrong))));
        } else {
            let mut asserts = !program.checks.is_empty();
            program.each_op(|op| asserts |= matches!(op, Op::Assert(..)));
            let fails = |outcome: &Outcome| wrong(outcome) || matches!(outcome.end, End::Failed(_));
            let failure = self.reach.forecast(fails);
            if asserts || matches!(failure, Forecast::Possible(_) | Forecast::Certain(_)) {
                rows.push(("a failed assertion", failure));
            }
        }
        let deadlock = match self.reach.forecast(|outcome| outcome.end == End::Deadlock) {
            // A counter's workers take one lock at most, and always give it back.
            Forecast::Unknown if program.shape.is_some() => Forecast::Excluded,
            other => other,
        };
        rows.push(("deadlock", deadlock));
        let here = self.reach.here();
        if let Some(round) = here.endless.round() {
            let steps = round.prefix.steps();
            let is_certain = self.reach.never_ends();
            let forecast =
                if is_certain { Forecast::Certain(steps.max(1)) } else { Forecast::Possible(steps) };
            rows.push((FOR_EVER, forecast));
        }
        rows
    }

    /// Why the outcome that is meant can no longer be reached, in a sentence.
    #[must_use]
    pub fn out_of_reach(&self) -> Option<String> {
        let (completed, counter) = self.counts()?;
        let right = self.chips().0.iter().find(|chip| chip.outcome.is_good())?;
        if right.standing != Standing::Excluded || self.moment.end.is_some() {
            return None;
        }
        let label = self.label(&right.outcome);
        let stale = self.moment.rows.iter().find(|row| row.warning.is_some());
        let lost = i64::try_from(completed).unwrap_or(i64::MAX) - counter;
        Some(match stale {
            Some(row) => {
                format!("{label} is out of reach: {} {}, the counter is {counter}.", row.worker, row.holds)
            }
            None if lost < 1 => {
                let workers = self.program().kind.plural();
                format!("{label} is out of reach: {workers} hold the same value, one will count.")
            }
            None if lost == 1 => format!("{label} is out of reach: an update is lost already."),
            None => {
                let lost = grouped(lost.unsigned_abs());
                format!("{label} is out of reach: {lost} updates are lost already.")
            }
        })
    }

    /// The moment that is looked at, to be explored from; `None` at the start.
    pub(in crate::app) fn here(&self) -> Option<Here> {
        Here::of(&self.run)
    }

    /// What to tell the user just now.
    #[must_use]
    pub fn told(&self) -> Option<&str> {
        self.notice.get()
    }

    /// Whether there is another branch, and how many operations came before it.
    #[must_use]
    pub fn branch(&self) -> Option<(usize, usize)> {
        self.branch.as_ref().map(|branch| (branch.at, branch.rest.len()))
    }
}
