//! What a sweep has measured so far: its raw figures, and the table that they make.

use std::time::Duration;

use super::costs::{self, Costs};
use super::downloads::{self, Downloads};
use super::plan::{Plan, Point};
use crate::experiment::Settings;
use crate::experiment::statistics::{Spread, jain, wilson};
use crate::lab::batch::Run;

/// One run, as far as a sweep is concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// In which round, from 0.
    pub round: u32,
    /// From the first worker's leaving the barrier to the last one's last store, in nanoseconds.
    pub nanos: u64,
    /// Increments completed.
    pub completed: u64,
    /// Increments that are not in the final count.
    pub lost: u64,
    /// Increments that built on another worker's store.
    pub hand_overs: u64,
    /// Compare-and-swaps that failed.
    pub retries: u64,
    /// Most workers inside at once, where they were counted.
    pub most_holders: Option<u16>,
}

impl Sample {
    /// Of a run.
    #[must_use]
    pub fn of(run: &Run, round: u32) -> Self {
        Sample {
            round,
            nanos: run.nanos,
            completed: run.counts.completed,
            lost: run.lost(),
            hand_overs: run.counts.hand_overs,
            retries: run.counts.retries,
            most_holders: run.most_holders,
        }
    }

    /// Increments a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.completed as f64 * 1e9 / self.nanos.max(1) as f64
    }

    fn lost_share(&self) -> f64 {
        self.lost as f64 / self.completed.max(1) as f64
    }
}

/// One watched run: slower than the others, so nothing is taken from it but this.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Watched {
    /// In which round, from 0.
    pub round: u32,
    /// Nanoseconds that workers waited to be let in, all together; `None` where there is nothing to be let into.
    pub waited: Option<u64>,
    /// Nanoseconds of all workers together, each from leaving the barrier to its last store.
    pub worked: u64,
    /// How often one waited.
    pub waits: u64,
    /// Jain's index when the first one was done; `None` for a single worker.
    pub fairness: Option<f64>,
    /// Most workers inside at once.
    pub most_holders: Option<u16>,
}

impl Watched {
    /// Of a run that was watched.
    #[must_use]
    pub fn of(run: &Run, round: u32) -> Self {
        let all = |of: fn(&crate::lab::batch::Watched) -> u64| run.watched.iter().map(of).sum::<u64>();
        let progress: Vec<f64> = run.watched.iter().map(|worker| f64::from(worker.progress)).collect();
        Watched {
            round,
            waited: run.settings.protection.has_holders().then(|| all(|worker| worker.waited)),
            worked: all(|worker| worker.nanos),
            waits: all(|worker| worker.waits),
            fairness: jain(&progress).filter(|_| progress.len() > 1),
            most_holders: run.most_holders,
        }
    }

    fn waiting(&self) -> Option<f64> {
        Some(self.waited? as f64 / self.worked.max(1) as f64)
    }
}

/// Everything that was measured for one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Runs, in the order in which they were made.
    pub samples: Vec<Sample>,
    /// Watched runs.
    pub watched: Vec<Watched>,
    /// Repetitions of the experiments of [`super::plan::Sweep::Kinds`], which has no runs.
    pub costs: Vec<costs::Sample>,
    /// Runs of [`super::plan::Sweep::Downloads`].
    pub downloads: Vec<downloads::Sample>,
}

/// What was made once for a row.
#[derive(Debug)]
pub enum Made {
    /// A run.
    Run(Run),
    /// The experiments with one kind of worker.
    Costs(costs::Sample),
    /// A run of downloads.
    Downloads(downloads::Sample),
}

impl Figures {
    /// Adds what was made in this round.
    pub(super) fn add(&mut self, made: &Made, round: u32, watched: bool) {
        match made {
            Made::Run(run) if watched => self.watched.push(Watched::of(run, round)),
            Made::Run(run) => self.samples.push(Sample::of(run, round)),
            Made::Costs(costs) => self.costs.push(*costs),
            Made::Downloads(run) => {
                // As far as speed goes a download that is done is an increment.
                let (round, nanos, completed) = (run.round, run.nanos, run.done);
                self.samples.push(Sample { round, nanos, completed, ..Sample::default() });
                self.downloads.push(*run);
            }
        }
    }

    /// How many runs or repetitions there are, watched ones apart.
    #[must_use]
    pub fn made(&self) -> usize {
        self.samples.len() + self.costs.len()
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The settings of its runs.
    pub settings: Settings,
    /// Runs made, watched ones not counted, or repetitions.
    pub runs: u64,
    /// Runs that lost anything.
    pub losing: u64,
    /// Between which bounds the probability lies that a run loses anything, at 95 % confidence (Wilson's interval).
    pub losing_interval: (f64, f64),
    /// Increments completed in all runs.
    pub completed: u64,
    /// Increments lost in all runs.
    pub lost: u64,
    /// Increments of all runs that built on another worker's store.
    pub hand_overs: u64,
    /// Compare-and-swaps of all runs that failed.
    pub retries: u64,
    /// Share of a run's increments that were lost, over the runs, 0 to 1.
    pub lost_share: Option<Spread>,
    /// Increments a second, over the runs.
    pub rate: Option<Spread>,
    /// Increments a second over those of the baseline in the same round.
    pub relative: Option<Spread>,
    /// Most workers inside at once, in any run in which they were counted.
    pub most_holders: Option<u16>,
    /// Watched runs made.
    pub watched: u64,
    /// Share of the workers' time that they waited, over the watched runs, 0 to 1.
    pub waiting: Option<Spread>,
    /// Jain's index when the first worker was done, over the watched runs.
    pub fairness: Option<Spread>,
    /// What a worker costs, where that was measured instead of runs.
    pub costs: Option<Costs>,
    /// What the server counted, where there were downloads.
    pub downloads: Option<Downloads>,
}

impl Row {
    /// The row of these figures, compared with those.
    #[must_use]
    pub fn new(point: &Point, figures: &Figures, baseline: Option<&Figures>) -> Row {
        let samples = &figures.samples;
        let sum = |of: fn(&Sample) -> u64| samples.iter().map(of).sum::<u64>();
        let (runs, losing) =
            (figures.made() as u64, samples.iter().filter(|run| run.lost > 0).count() as u64);
        let watched = &figures.watched;
        let holders = samples.iter().map(|run| run.most_holders);
        let relative = |sample: &Sample| {
            // Rounds are in order, and none has two runs of a row.
            let others = &baseline?.samples;
            let other = others.binary_search_by_key(&sample.round, |other| other.round).ok()?;
            Some(sample.rate() / others[other].rate())
        };
        Row {
            settings: point.settings,
            runs,
            losing,
            losing_interval: wilson(losing, runs),
            completed: sum(|run| run.completed),
            lost: sum(|run| run.lost),
            hand_overs: sum(|run| run.hand_overs),
            retries: sum(|run| run.retries),
            lost_share: Spread::of(samples.iter().map(Sample::lost_share).collect()),
            rate: Spread::of(samples.iter().map(Sample::rate).collect()),
            relative: Spread::of(samples.iter().filter_map(relative).collect()),
            most_holders: holders.chain(watched.iter().map(|run| run.most_holders)).flatten().max(),
            watched: watched.len() as u64,
            waiting: Spread::of(watched.iter().filter_map(Watched::waiting).collect()),
            fairness: Spread::of(watched.iter().filter_map(|run| run.fairness).collect()),
            costs: (!figures.costs.is_empty()).then(|| Costs::of(&figures.costs)),
            downloads: Downloads::of(&figures.downloads),
        }
    }

    /// Lost increments over all, in all runs together, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.lost as f64 / self.completed.max(1) as f64
    }

    /// Runs that lost anything over all runs, 0 to 1.
    #[must_use]
    pub fn losing_share(&self) -> f64 {
        self.losing as f64 / self.runs.max(1) as f64
    }
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Runs made, watched ones included.
    pub done: u64,
    /// Runs to be made in all.
    pub of: u64,
    /// For how long it has been going on.
    pub elapsed: Duration,
    /// How long the rest will take if every row goes on as before; `None` before the first run has ended.
    pub remaining: Option<Duration>,
}

/// What a sweep has measured so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What was swept.
    pub plan: Plan,
    /// The rows, in the plan's order.
    pub rows: Vec<Row>,
    /// How far it is.
    pub progress: Progress,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// Runs that were void and made again, because a worker was lost, and which one it was last.
    pub void: Option<(u64, String)>,
}

impl Table {
    /// The rows of a plan before anything was measured.
    #[must_use]
    pub fn planned(plan: Plan) -> Table {
        let row = |point: &Point| Row::new(point, &Figures::default(), None);
        let progress = Progress { of: plan.all_runs(), ..Progress::default() };
        Table { plan, rows: plan.points().iter().map(row).collect(), progress, stopped: false, void: None }
    }

    /// Whether every run was made.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.progress.done >= self.progress.of
    }
}
