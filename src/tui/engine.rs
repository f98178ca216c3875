//! What the loop needs of whatever runs the experiment: orders in, reports out, neither ever waiting.

use crate::lab::live::Live;
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

impl Engine for Live {
    fn order(&mut self, order: Order) {
        Live::order(self, order);
    }

    fn poll(&mut self) -> Option<Report> {
        Live::poll(self)
    }

    fn answers_for(&self, thread: &str) -> bool {
        thread == "collector" || thread.starts_with("worker ")
    }
}
