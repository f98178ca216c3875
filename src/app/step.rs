//! The Step screen's state: a run of the program, one operation at a time, forwards and backwards, and what can still
//! come of it.

mod act;
mod bounds;
pub mod line;
mod moment;
pub mod panels;
mod picture;
pub mod reach;
mod read;
pub mod real;
pub mod scale;
mod ways;
mod who;

use std::time::Duration;

use super::message::Command;
use super::notice::Notice;
use crate::analysis::timeline::Timeline;
use crate::app::race::strip::Strip;
use crate::event::Worker;
use crate::experiment::Pace;
use crate::experiment::digits::grouped;
use crate::machine::explore::outcome::Outcome;
use crate::machine::explore::service::Report;
use crate::machine::run::Run;
use crate::machine::schedule::Schedule;
use crate::machine::{Machine, State};
use picture::Picture;
use reach::Reach;
use who::Plan;

pub use crate::machine::explore::advice::Forecast;
pub use moment::{Hold, Moment, Row, Stand};
pub use who::Who;

/// What is said to be possible where a run may never end.
pub const FOR_EVER: &str = "going on for ever";

/// The seed that the first run begins with.
const SEED: u64 = 7;
/// Memory for the states of one run, in bytes; beyond it the run goes no further.
const MEMORY: usize = 256 << 20;
/// The operations that a branch left behind: from where, and who moved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Branch {
    at: usize,
    rest: Vec<Worker>,
}

/// The state of the Step screen.
#[derive(Debug)]
pub struct Step {
    run: Run,
    enabled: Vec<Worker>,
    picture: Picture,
    reach: Reach,
    moment: Moment,
    goal: Option<Outcome>,
    /// The shortest way to the selected outcome, where it is known.
    way: Option<Schedule>,
    led: Option<ways::Led>,
    who: Who,
    seed: u64,
    plan: Plan,
    branch: Option<Branch>,
    runs: bool,
    /// Whether the bar was pressed last, so that it goes along with the mouse.
    grabbed: bool,
    /// The first worker that is shown, where somebody has scrolled to it.
    scrolled: Option<u16>,
    pace: Pace,
    /// Nanoseconds since the last operation of a run that goes on by itself.
    waited: u64,
    most: usize,
    notice: Notice,
}

impl Step {
    pub(super) fn new(machine: Machine) -> Self {
        let run = Run::new(machine);
        let reach = Reach::new(run.machine(), 0);
        let mut step = Step {
            enabled: Vec::new(),
            picture: Picture::new(&run),
            reach,
            moment: Moment::default(),
            goal: None,
            way: None,
            led: None,
            who: Who::Random,
            seed: SEED,
            plan: Plan::default(),
            branch: None,
            runs: false,
            grabbed: false,
            scrolled: None,
            pace: Pace::START,
            waited: 0,
            most: most_steps(run.state()),
            notice: Notice::default(),
            run,
        };
        step.look(true);
        step
    }

    /// Another program from now on, at its start. What was chosen stays chosen.
    pub(super) fn set_machine(&mut self, machine: Machine) {
        let reach = Reach::new(&machine, self.reach.number());
        let (who, seed, pace) = (self.who, self.seed, self.pace);
        *self = Step { who, seed, pace, ..Step::new(machine) };
        self.reach = reach;
        self.look(true);
    }

    /// Looks at the moment that the run is at. `anew`: what was shown is not a beginning of what is to be.
    fn look(&mut self, anew: bool) {
        self.scrolled = None;
        self.enabled = self.run.machine().enabled(self.run.state());
        if anew {
            self.picture.begin(&self.run);
        } else {
            self.picture.follow(&self.run);
        }
        self.reach.look(self.run.machine(), self.run.state());
        self.judge();
    }

    /// What can be said now of the outcomes and the workers.
    fn judge(&mut self) {
        self.moment = Moment::of(self);
        let best = self.best();
        self.reach.judge(self.run.machine(), self.run.state(), best);
        self.find_way();
    }

    /// Follows a schedule from the start.
    ///
    /// # Errors
    /// Says which operation can't take effect, counted from 1, and why; the run stays as it was.
    pub(super) fn follow(&mut self, schedule: &Schedule) -> Result<(), (u64, String)> {
        if schedule.steps() > self.most as u64 {
            let most = grouped(self.most as u64);
            let text = format!("more than the {most} operations that there is room for");
            return Err((self.most as u64 + 1, text));
        }
        let run =
            Run::replay(self.run.machine().clone(), schedule).map_err(|why| (why.step, why.to_string()))?;
        self.leave_branch(0);
        self.run = run;
        self.runs = false;
        self.plan.clear();
        self.look(true);
        Ok(())
    }

    /// Remembers what is about to be left behind, if there is anything.
    fn leave_branch(&mut self, from: usize) {
        let rest: Vec<Worker> = self.run.steps()[from..].iter().map(|step| step.worker).collect();
        if !rest.is_empty() {
            self.branch = Some(Branch { at: from, rest });
        }
    }

    /// One operation of a worker; says whether it could be done.
    fn step(&mut self, worker: Worker) -> bool {
        if !self.enabled.contains(&worker) {
            self.refuse(worker);
            return false;
        }
        self.advance(worker);
        self.look(false);
        true
    }

    /// One operation of a worker that can move, without looking.
    fn advance(&mut self, worker: Worker) {
        let at = self.run.at();
        if self.run.steps().get(at).is_some_and(|step| step.worker == worker) {
            // The same again is no new branch.
            self.run.forward();
            return;
        }
        if self.run.has_ahead() {
            self.leave_branch(at);
            self.picture.cut(at);
        }
        self.run.step(worker);
    }

    /// Whom the chosen scheduler lets move next.
    fn chosen(&mut self) -> Option<Worker> {
        if self.run.at() >= self.most {
            let most = grouped(self.most as u64);
            self.say(format!("{most} operations are as many as there is room for."));
            return None;
        }
        self.plan.choose(self.who, self.seed, &self.run, &self.enabled)
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        self.notice.tick(nanos) | self.run_on(nanos)
    }

    /// As many operations as are due.
    fn run_on(&mut self, nanos: u64) -> bool {
        if !self.runs {
            return false;
        }
        self.waited = self.waited.saturating_add(nanos);
        let every = self.every();
        // A frame shows one moment: what comes in between need not be judged.
        let mut due = (self.waited / every).min(200);
        self.waited %= every;
        let moves = due > 0;
        while due > 0 {
            let Some(worker) = self.chosen() else {
                self.runs = false;
                break;
            };
            self.advance(worker);
            self.enabled = self.run.machine().enabled(self.run.state());
            due -= 1;
        }
        if moves {
            self.look(false);
            self.runs &= !self.enabled.is_empty();
        }
        moves
    }

    /// Nanoseconds from one operation to the next. A pace is one worker's: all of them together are so much faster.
    fn every(&self) -> u64 {
        let workers = self.run.state().locals.len().max(1) as u64;
        match self.pace {
            Pace::ByHand => 4_000_000_000,
            Pace::Every(nanos) => (nanos / workers).max(100_000),
            Pace::Full => 100_000,
        }
    }

    pub(super) fn next_wake(&self) -> Option<Duration> {
        let due = self.runs.then(|| {
            Duration::from_nanos(self.every().saturating_sub(self.waited).clamp(16_000_000, 100_000_000))
        });
        let notice = self.notice.get().map(|_| Duration::from_millis(100));
        [due, notice].into_iter().flatten().min()
    }

    /// What is to be asked of the search in the background.
    pub(super) fn ask(&mut self) -> Option<Command> {
        self.reach.ask(self.run.machine())
    }

    /// Takes what that search says; whether it changed anything.
    pub(super) fn take(&mut self, report: &Report) -> bool {
        let changed = self.reach.take(report, self.run.machine(), self.run.state());
        if changed {
            self.judge();
        }
        changed
    }

    /// Tells the user something.
    pub(super) fn notice(&mut self, text: String) {
        self.say(text);
    }

    fn say(&mut self, text: String) {
        self.notice.tell(text);
    }

    /// What was recorded up to this moment.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.picture.lanes().timeline
    }

    /// The cell after the newest operation on a track of so many columns.
    #[must_use]
    pub fn edge(&self, track: u16) -> i64 {
        self.picture.lanes().edge(self.run.steps().len(), track)
    }

    /// The same, laid out for a track of so many columns.
    #[must_use]
    pub fn strip(&self, track: u16) -> &Strip {
        self.picture.lanes().laid(self.run.steps().len(), track)
    }
}

/// Most operations of a run, so that its states fit into the memory that they may take.
fn most_steps(state: &State) -> usize {
    let registers: usize = state.locals.iter().map(|local| local.registers.len() * 16 + 96).sum();
    let shared = 400 + 16 * state.shared.variables.len() + 8 * state.shared.guards.len();
    (MEMORY / (registers + shared)).clamp(1_000, 100_000)
}

#[cfg(test)]
mod tests;
