//! What the parts of a search send each other: states that fall to another part, and where edges lead that were sent
//! there. Letters are long, so that a lock is seldom taken, and go back to be written on again.

use std::sync::Mutex;

use super::key::Key;
use super::search::lock;

/// A state that was found, by which step from which state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<const N: usize> {
    pub(super) key: Key<N>,
    /// The number of the state that it was reached from.
    pub(super) parent: u32,
    /// The position of the step there, and where the worker stands afterwards.
    pub(super) position: u8,
    pub(super) landing: u8,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) parent: u32,
    pub(super) to: u32,
    pub(super) position: u8,
    pub(super) landing: u8,
}

impl<const N: usize> Found<N> {
    /// The step, now that the number of its end is known.
    #[inline(always)]
    pub(super) fn edge(&self, to: u32) -> Edge {
        Edge { parent: self.parent, to, position: self.position, landing: self.landing }
    }
}

/// Letters for each receiver from each sender.
#[derive(Debug)]
pub(super) struct Post<T> {
    parts: usize,
    boxes: Vec<Mutex<Vec<Vec<T>>>>,
    /// By part, what it has read.
    blank: Vec<Mutex<Vec<Vec<T>>>>,
}

impl<T> Post<T> {
    pub(super) fn new(parts: usize) -> Self {
        let boxes = |count| (0..count).map(|_| Mutex::default()).collect();
        Post { parts, boxes: boxes(parts * parts), blank: boxes(parts) }
    }

    /// Sends a letter off and leaves a blank one.
    pub(super) fn send(&self, from: usize, to: usize, letter: &mut Vec<T>) {
        if letter.is_empty() {
            return;
        }
        let blank = lock(&self.blank[from]).pop().unwrap_or_default();
        lock(&self.boxes[from * self.parts + to]).push(std::mem::replace(letter, blank));
    }

    /// Reads what has come from one sender, in the order in which it was sent.
    pub(super) fn read(&self, from: usize, to: usize, mut each: impl FnMut(&[T])) {
        let letters = std::mem::take(&mut *lock(&self.boxes[from * self.parts + to]));
        for mut letter in letters {
            each(&letter);
            letter.clear();
            // About as many letters go one way as the other.
            lock(&self.blank[to]).push(letter);
        }
    }
}
