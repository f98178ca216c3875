//! From positions back to workers: the search puts workers that do the same in order, a schedule names them.

use super::key::FIELDS;
use super::searcher::apply;
use super::tables::{Move, Tables, TooNarrow};
use crate::event::Worker;
use crate::machine::schedule::Schedule;

/// Who stands where, as steps are taken.
pub(super) struct Replay<'a, 'b> {
    tables: &'a mut Tables<'b>,
    fields: [u32; FIELDS],
    threads: Vec<usize>,
}

impl<'a, 'b> Replay<'a, 'b> {
    /// At the state with these numbers, where the worker at each position is given.
    pub(super) fn new(tables: &'a mut Tables<'b>, start: &[u32], threads: &[usize]) -> Self {
        let mut fields = [0; FIELDS];
        fields[..start.len()].copy_from_slice(start);
        Replay { tables, fields, threads: threads.to_vec() }
    }

    /// Follows steps given by position; gives the workers that took them.
    pub(super) fn follow(&mut self, way: &[usize]) -> Result<Schedule, TooNarrow> {
        let groups = self.tables.crew.groups.clone();
        let mut schedule = Schedule::default();
        for &position in way {
            let step = self.tables.step(groups[position], self.fields[position + 1], self.fields[0])?;
            debug_assert_ne!(step, Move::NONE, "a way takes only steps that there are");
            schedule.push(Worker(self.threads[position] as u16), 1);
            let landing = apply(&groups, &mut self.fields, position, step);
            let thread = self.threads.remove(position);
            self.threads.insert(landing, thread);
        }
        Ok(schedule)
    }
}
