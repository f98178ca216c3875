//! What the loop needs of whatever runs the experiment: orders in, reports out, neither ever waiting.

use crate::lab::report::{Order, Report};

/// Something that runs the experiment. Dropping it ends it; should that take long, the program leaves anyway.
pub trait Engine {
    /// Passes an order on.
    fn order(&mut self, order: Order);
    /// The next report, if there is one.
    fn poll(&mut self) -> Option<Report>;
    /// Whether a crash of the thread of this name is the engine's to report, so that it isn't told twice.
    fn answers_for(&self, thread: &str) -> bool {
        let _ = thread;
        false
    }
}

/// An engine that does nothing, for when only the screen matters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Engine for Silent {
    fn order(&mut self, _order: Order) {}

    fn poll(&mut self) -> Option<Report> {
        None
    }
}
