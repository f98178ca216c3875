//! What is known of the counter at any size without a search: how high it can still get, and how soon an update is
//! lost.

use super::Step;
use crate::experiment::Protection;
use crate::experiment::figures::Doing;
use crate::machine::explore::advice::Forecast;
use crate::machine::explore::counter;

impl Step {
    /// A final count that can't be exceeded any more; `None` where the program is not a counter.
    ///
    /// Whoever holds a value will store one more than that, whatever has happened since. So the most that can come
    /// of it is: all of them store, the one with the highest value last, and then everything else is counted. Or
    /// somebody else loads what is there now, lets all of them store in vain, and stores after them.
    pub(super) fn best(&self) -> Option<i64> {
        let shape = self.program().shape?;
        let all = shape.right() as i64;
        if shape.has_own_memory()
            || matches!(shape.protection, Protection::CompareAndSwap | Protection::FetchAdd)
        {
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

    /// Whether an update can still be lost, at the earliest after how many operations, or is lost already: after none.
    /// It is lost with the store that overwrites it ([`counter::next_loss`]); that it will be can be certain before.
    pub(super) fn lost_update(&self, searched: Forecast) -> Forecast {
        let (Some(shape), Some((completed, value))) = (self.program().shape, self.counts()) else {
            return if self.program().has_own_memory() { Forecast::Excluded } else { searched };
        };
        // As long as every store is built on the one before, the counter goes up by one with each.
        if i64::try_from(completed).unwrap_or(i64::MAX) > value {
            return Forecast::Certain(0);
        }
        let all = shape.right() as i64;
        let is_certain =
            self.best().is_some_and(|best| best < all) || matches!(searched, Forecast::Certain(_));
        match counter::next_loss(self.run.machine(), self.run.state()) {
            None => Forecast::Excluded,
            Some(steps) if is_certain => Forecast::Certain(steps),
            Some(steps) => Forecast::Possible(steps),
        }
    }
}
