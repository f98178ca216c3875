//! The hands that make an increment: what a protection asks for, done at full speed, at full speed under watch, or
//! one held-back, stamped operation at a time. The protections are written once and don't know which.

pub(super) mod fast;
pub(super) mod held;
pub(super) mod watched;

use super::protection::occupancy::Alone;
use super::word::Word;

/// Makes the operations of one worker. A protection calls them in the order of its increment:
///
/// ```text
/// with an inside:   ask, [wait], enter, load, gap, store, leave, left
/// compare-and-swap: load, gap, swap until it succeeds
/// fetch-and-add:    fetch_add
/// ```
pub(super) trait Hands {
    /// Whether they want to know of a wait before it begins. At full speed they don't: to look before one locks costs
    /// a contended lock half its speed, so there who asks and is not in yet is taken to wait.
    const TRIES_FIRST: bool;
    /// Whether protections that let several in shall count them, where counting costs as much as the lock.
    const COUNTS_HOLDERS: bool;

    /// Beside the counter: where those show it who are alone inside.
    fn alone(&self) -> &Alone;
    /// The increment in progress, as the word that it stores names it: never 0, and no other's.
    fn mark(&self) -> u32;
    /// About to ask for the protection.
    fn ask(&mut self);
    /// Was not let in at once; what follows is waiting.
    fn wait(&mut self);
    /// Was let in.
    fn enter(&mut self);
    /// Reads the counter.
    fn load(&mut self) -> Word;
    /// What lies between load and store.
    fn gap(&mut self);
    /// Stores the successor of what was loaded: the increment is complete.
    fn store(&mut self, loaded: Word);
    /// Replaces what was loaded by its successor, if the counter still holds it: the increment is complete. Otherwise
    /// says what the counter holds.
    fn swap(&mut self, loaded: Word) -> Result<(), Word>;
    /// Adds one indivisibly: a whole increment.
    fn fetch_add(&mut self);
    /// About to leave the protection.
    fn leave(&mut self);
    /// Has left.
    fn left(&mut self);
}

/// The way in that all protections with an inside share.
#[inline(always)]
pub(super) fn get_in<H: Hands, T>(
    hands: &mut H,
    at_once: impl FnOnce() -> Option<T>,
    wait: impl FnOnce() -> T,
) -> T {
    hands.ask();
    let at_once = if H::TRIES_FIRST { at_once() } else { None };
    let inside = match at_once {
        Some(inside) => inside,
        None => {
            hands.wait();
            wait()
        }
    };
    hands.enter();
    inside
}

/// What happens inside: load, gap, store.
#[inline(always)]
pub(super) fn update<H: Hands>(hands: &mut H) {
    let loaded = hands.load();
    hands.gap();
    hands.store(loaded);
}

/// The same where only one may be inside, up to the release: a second one, were there one, would show.
#[inline(always)]
pub(super) fn update_alone<H: Hands>(hands: &mut H) {
    let mark = hands.mark();
    hands.alone().enter(mark);
    update(hands);
    hands.leave();
    hands.alone().leave(mark);
}
