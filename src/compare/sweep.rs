//! Makes the runs of a sweep, round after round.

use std::time::{Duration, Instant};

use super::plan::{Plan, Point, Sweep, WATCHED};
use super::table::{Figures, Made, Progress, Row, Table};
use super::{costs, downloads};
use crate::experiment::{Gap, Settings};
use crate::lab::batch::{Batch, Record, Run};
use crate::lab::error::LabError;
use crate::lab::loss::Loss;

/// How often in succession a run is made that loses a worker.
const TRIES: u32 = 5;
/// Increments of each worker in the run that new workers make first.
const WARM_UP: u32 = 100;

/// What has been measured so far.
#[derive(Debug)]
pub struct Collected {
    plan: Plan,
    points: Vec<Point>,
    figures: Vec<Figures>,
    began: Instant,
    ended: Option<Duration>,
    done: u64,
    of: u64,
    /// By row: how long its runs and its watched runs have taken on the wall.
    costs: Vec<[Duration; 2]>,
    stopped: bool,
    void: Option<(u64, String)>,
}

impl Collected {
    fn new(plan: Plan) -> Self {
        let points = plan.points();
        Collected {
            plan,
            figures: vec![Figures::default(); points.len()],
            costs: vec![[Duration::ZERO; 2]; points.len()],
            points,
            began: Instant::now(),
            ended: None,
            done: 0,
            of: plan.all_runs(),
            stopped: false,
            void: None,
        }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> Table {
        let row = |(point, figures): (&Point, &Figures)| {
            Row::new(point, figures, point.baseline.and_then(|baseline| self.figures.get(baseline)))
        };
        Table {
            plan: self.plan,
            rows: self.points.iter().zip(&self.figures).map(row).collect(),
            progress: self.progress(),
            stopped: self.stopped,
            void: self.void.clone(),
        }
    }

    /// Every run of every row.
    #[must_use]
    pub fn figures(&self) -> &[Figures] {
        &self.figures
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let elapsed = self.ended.unwrap_or_else(|| self.began.elapsed());
        Progress { done: self.done, of: self.of, elapsed, remaining: self.remaining() }
    }

    /// A run was void.
    fn note_void(&mut self, loss: &Loss) {
        let before = self.void.take().map_or(0, |(count, _)| count);
        self.void = Some((before + 1, loss.to_string()));
    }

    /// How long the runs that are left will take: each what its row's took on average, or an average run where its row
    /// has none yet.
    fn remaining(&self) -> Option<Duration> {
        let spent: Duration = self.costs.iter().flatten().sum();
        let average = spent.as_secs_f64() / (self.done > 0).then_some(self.done as f64)?;
        let left = |made: usize, wanted: u32, cost: Duration| {
            let each = if made == 0 { average } else { cost.as_secs_f64() / made as f64 };
            (f64::from(wanted) - made as f64).max(0.0) * each
        };
        let rows = self.points.iter().zip(&self.figures).zip(&self.costs);
        let seconds: f64 = rows
            .map(|((point, figures), [plain, watched])| {
                let watched_runs = if point.is_watched { self.plan.runs.div_ceil(WATCHED) } else { 0 };
                left(figures.made(), self.plan.runs, *plain)
                    + left(figures.watched.len(), watched_runs, *watched)
            })
            .sum();
        Duration::try_from_secs_f64(seconds).ok()
    }
}

/// Makes every run of a plan, or as many as there are until it is told to stop, which it asks between runs and every
/// 20 ms within one; a run that is stopped does not count. `told` hears of what has been measured after every run.
///
/// # Errors
/// A figure out of range, threads or cores that can't be had, a worker that crashed.
pub fn run(
    plan: &Plan,
    stop: &dyn Fn() -> bool,
    told: &mut dyn FnMut(&Collected),
) -> Result<Collected, LabError> {
    run_rows(plan, &|_| true, stop, told)
}

/// The same of some rows only, which are asked for by their numbers.
///
/// # Errors
/// As [`run`].
pub fn run_rows(
    plan: &Plan,
    asked: &dyn Fn(usize) -> bool,
    stop: &dyn Fn() -> bool,
    told: &mut dyn FnMut(&Collected),
) -> Result<Collected, LabError> {
    plan.check()?;
    let mut collected = Collected::new(*plan);
    let mut crew = Crew::default();
    let rounds = (0..plan.runs).flat_map(|round| {
        let watched = round.is_multiple_of(WATCHED).then_some((round, true));
        [Some((round, false)), watched].into_iter().flatten()
    });
    'sweep: for (round, watched) in rounds {
        for row in (0..collected.points.len()).filter(|&row| asked(row)) {
            let point = collected.points[row];
            if watched && !point.is_watched {
                continue;
            }
            if stop() {
                collected.stopped = true;
                break 'sweep;
            }
            let began = Instant::now();
            let made = match plan.sweep {
                Sweep::Kinds => costs::repeat(plan, point.settings.kind, round, stop).map(Made::Costs),
                Sweep::Downloads => {
                    downloads::run(plan, point.settings.permits, round, stop).map(Made::Downloads)
                }
                Sweep::Protections | Sweep::Permits | Sweep::Window => {
                    crew.run(&point, watched, stop, &mut |loss| collected.note_void(loss)).map(Made::Run)
                }
            };
            let made = match made {
                Err(LabError::Stopped) => {
                    collected.stopped = true;
                    break 'sweep;
                }
                made => made?,
            };
            collected.figures[row].add(&made, round, watched);
            collected.costs[row][usize::from(watched)] += began.elapsed();
            collected.done += 1;
            told(&collected);
        }
    }
    collected.ended = Some(collected.began.elapsed());
    Ok(collected)
}

/// The workers of a sweep: never more at once than the row with the most has. Rows of as many follow each other, so that
/// workers are started once a round and not for every run.
#[derive(Debug, Default)]
struct Crew {
    batch: Option<Batch>,
    size: u16,
}

impl Crew {
    /// Has the workers that a row wants. New ones make a small run first, which does not count: what each finds anew in
    /// its memory would be the first row's.
    fn have(&mut self, settings: Settings, record: Record) -> Result<&mut Batch, LabError> {
        let warm_up = Settings { iterations: settings.iterations.min(WARM_UP), gap: Gap::NONE, ..settings };
        let is_new = settings.threads > self.size;
        let first = if is_new { warm_up } else { settings };
        let batch = match self.batch.take() {
            None => Batch::new(first, record)?,
            Some(mut batch) => {
                batch.change(first, record)?;
                batch
            }
        };
        let batch = self.batch.insert(batch);
        self.size = settings.threads;
        if is_new {
            batch.run()?;
            batch.change(settings, record)?;
        }
        Ok(batch)
    }

    /// Makes a run; again when it was void because somebody ended a worker meanwhile.
    fn run(
        &mut self,
        point: &Point,
        watched: bool,
        stop: &dyn Fn() -> bool,
        void: &mut dyn FnMut(&Loss),
    ) -> Result<Run, LabError> {
        let record = if watched { Record::Watched } else { Record::Off };
        let batch = self.have(point.settings, record)?;
        let mut last = batch.run_unless(stop)?;
        for _ in 1..TRIES {
            let Some(loss) = last.losses.first() else { return Ok(last) };
            void(loss);
            last = batch.run_unless(stop)?;
        }
        match last.losses.first() {
            None => Ok(last),
            Some(loss) => Err(LabError::Process(format!("{loss}; so it went {TRIES} times in succession"))),
        }
    }
}
