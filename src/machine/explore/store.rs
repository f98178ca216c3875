//! Room for what there are millions of: one after another is put at the end, and none is moved again.

use std::ops::{Deref, DerefMut};

use crate::platform::shared::{Plain, Row};

/// Fewest places that are asked for.
const LEAST: usize = 64;

/// A pile of numbers.
#[derive(Debug)]
pub(super) struct Pile<T: Plain> {
    row: Row<T>,
    count: usize,
}

impl<T: Plain> Pile<T> {
    /// One more.
    #[inline(always)]
    pub(super) fn push(&mut self, one: T) {
        if self.count == self.row.len() {
            self.lengthen();
        }
        self.row[self.count] = one;
        self.count += 1;
    }

    #[cold]
    #[inline(never)]
    fn lengthen(&mut self) {
        self.row.lengthen((self.count * 2).max(LEAST));
    }

    /// As many of this as are missing to so many.
    pub(super) fn fill_up(&mut self, count: usize, one: T) {
        if count > self.row.len() {
            self.row.lengthen(count.max(self.count * 2));
        }
        let more = self.count..count.max(self.count);
        self.count = more.end;
        self.row[more].fill(one);
    }

    /// Takes all away.
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    /// Bytes that are written: what was only asked for, takes none.
    pub(super) fn bytes(&self) -> usize {
        std::mem::size_of_val(&**self)
    }
}

impl<T: Plain> Default for Pile<T> {
    fn default() -> Self {
        Pile { row: Row::new(), count: 0 }
    }
}

impl<T: Plain> Deref for Pile<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.row[..self.count]
    }
}

impl<T: Plain> DerefMut for Pile<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.row[..self.count]
    }
}
