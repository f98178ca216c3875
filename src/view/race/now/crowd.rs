//! Many workers at once: who of them is worth showing, and how many do what.

use super::stale;
use crate::app::layout::Area;
use crate::app::race::Race;
use crate::event::Worker;
use crate::experiment::figures::Doing;
use crate::sort;
use crate::view::pen::{Pen, columns, grouped};

/// Who is worth showing of many, and how many do what.
pub(super) struct Crowd {
    /// Workers and whether they are stale, at most so many of each rank: focused, crashed, stale, holding, inside,
    /// waiting, between, done.
    ranks: [Vec<(Worker, bool)>; 8],
    /// How many hold a value, are inside, wait, are between increments, are done, and are stale.
    counts: [usize; 6],
    /// Increments of the one that has made the fewest and of the one that has made the most, where that is all that can
    /// be said.
    progress: Option<(u32, u32)>,
}

impl Crowd {
    /// Looks at each worker once; remembers at most so many of a rank.
    pub(super) fn of(race: &Race, most: usize) -> Self {
        let mut crowd = Crowd { ranks: Default::default(), counts: [0; 6], progress: None };
        for (now, worker) in race.workers().iter().zip((0..).map(Worker)) {
            let stale = stale(race, worker);
            let (rank, count) = match now.doing {
                Doing::Crashed | Doing::Killed => (1, None),
                Doing::Holding(_) => (if stale { 2 } else { 3 }, Some(0)),
                Doing::Inside | Doing::Leaving(_) => (4, Some(1)),
                Doing::Waiting => (5, Some(2)),
                Doing::Between => (6, Some(3)),
                Doing::Done => (7, Some(4)),
            };
            if let Some(count) = count {
                crowd.counts[count] += 1;
            }
            crowd.counts[5] += usize::from(stale);
            let rank = if race.focus() == Some(worker.0) { 0 } else { rank };
            if crowd.ranks[rank].len() < most {
                crowd.ranks[rank].push((worker, stale));
            }
        }
        crowd
    }

    /// Too fast for more: who has made the fewest increments comes first.
    pub(super) fn by_progress(race: &Race) -> Self {
        let done = |worker: &Worker| race.workers().get(worker.index()).map_or(0, |now| now.completed);
        let mut workers: Vec<Worker> = (0..race.workers().len() as u16).map(Worker).collect();
        sort::by_key(&mut workers, |worker| (race.focus() != Some(worker.0), done(worker)));
        let all = || race.workers().iter().map(|now| now.completed);
        let mut crowd = Crowd { ranks: Default::default(), counts: [0; 6], progress: None };
        crowd.progress = all().min().zip(all().max());
        crowd.ranks[0] = workers.into_iter().map(|worker| (worker, false)).collect();
        crowd
    }

    /// The workers, the most telling first.
    pub(super) fn telling(&self) -> impl Iterator<Item = &(Worker, bool)> {
        self.ranks.iter().flatten()
    }

    /// Draws how many do what.
    pub(super) fn draw(&self, area: Area, pen: &mut Pen<'_>) {
        if let Some((fewest, most)) = self.progress {
            let text = format!("{} to {} done by each", grouped(fewest.into()), grouped(most.into()));
            pen.put(area.x, area.y, &text, pen.theme.dim());
            return;
        }
        let [holding, inside, waiting, between, done, stale] = self.counts;
        let warning = format!("⚠ {} stale", grouped(stale as u64));
        let room = area.width.saturating_sub(if stale > 0 { columns(&warning) } else { 0 });
        let told = |holding_is, waiting_are| {
            let parts = [
                (holding, holding_is),
                (inside, "inside"),
                (waiting, waiting_are),
                (between, "between"),
                (done, "done"),
            ];
            parts.map(|(number, what)| (number > 0).then(|| (grouped(number as u64), what)))
        };
        let width = |part: &(String, &str)| columns(&part.0) + 1 + columns(part.1) + 2;
        let long = told("hold a value", "wait");
        let fits = long.iter().flatten().map(width).sum::<u16>() <= room;
        let mut x = area.x;
        for part in if fits { long } else { told("hold", "wait") }.iter().flatten() {
            if x + width(part) > area.x + room {
                break;
            }
            x = pen.put(x, area.y, &part.0, pen.theme.strong());
            x = pen.put(x + 1, area.y, part.1, pen.theme.dim()) + 2;
        }
        if stale > 0 {
            pen.put(x, area.y, &warning, pen.theme.alarm().patch(pen.theme.strong()));
        }
    }
}
