//! What is known of the counter at any size without a search: how high it can still get.

use super::Step;
use crate::event::Op as Happened;
use crate::experiment::Protection;
use crate::experiment::figures::Doing;
use crate::machine::explore::advice::Forecast;

impl Step {
    /// A final count that can't be exceeded any more; `None` where the program is not a counter.
    ///
    /// Whoever holds a value will store one more than that, whatever has happened since. So the most that can come
    /// of it is: all of them store, the one with the highest value last, and then everything else is counted. Or
    /// somebody else loads what is there now, lets all of them store in vain, and stores after them.
    pub(super) fn best(&self) -> Option<i64> {
        let shape = self.program().shape?;
        let all = i64::from(shape.threads) * i64::from(shape.iterations);
        if matches!(shape.protection, Protection::CompareAndSwap | Protection::FetchAdd) {
            return Some(all);
        }
        let (completed, counter) = self.counts()?;
        let (mut holders, mut highest, mut others) = (0, None, false);
        for row in &self.moment.rows {
            match self.timeline().doing(row.worker).0 {
                Doing::Holding(value) => {
                    holders += 1;
                    highest = highest.max(Some(value + 1));
                }
                _ => others |= row.span.is_some(),
            }
        }
        let rest = all - i64::try_from(completed).unwrap_or(all) - holders;
        let over = Some(counter).filter(|_| others || highest.is_none());
        Some(highest.max(over)? + rest)
    }

    /// Whether an update can still be lost or is lost for good, where a search was not complete.
    pub(super) fn lost_update(&self, searched: Forecast) -> Forecast {
        let (Some(shape), Some(best)) = (self.program().shape, self.best()) else { return searched };
        let all = i64::from(shape.threads) * i64::from(shape.iterations);
        let loses = match shape.protection {
            Protection::None | Protection::ReadLock => true,
            Protection::Semaphore => shape.permits > 1,
            _ => false,
        };
        let unfinished = self.moment.rows.iter().filter(|row| row.span.is_some()).count();
        match searched {
            Forecast::Unknown if best < all => Forecast::Certain(0),
            Forecast::Possible(steps) if best < all => Forecast::Certain(steps),
            Forecast::Unknown if !loses => Forecast::Excluded,
            Forecast::Unknown if unfinished > 1 && self.can_start(2) => Forecast::Possible(0),
            other => other,
        }
    }

    /// Whether so many workers have a store before them.
    fn can_start(&self, workers: usize) -> bool {
        let Some(shape) = self.program().shape else { return false };
        let mut stores = vec![0; usize::from(shape.threads)];
        for entry in self.timeline().entries() {
            if matches!(entry.event.op, Happened::Store(_)) {
                stores[entry.event.worker().index()] = entry.event.increment.iteration;
            }
        }
        stores.iter().filter(|&&done| done < shape.iterations).count() >= workers
    }
}
