//! What the loop needs of whatever runs the experiment: orders in, reports out, neither ever waiting.

use crate::lab::report::{Order, Report};

/// Something that runs the experiment. Dropping it ends it; should that take long, the program leaves anyway.
pub trait Engine {
    /// Passes an order on.
    fn order(&mut self, order: Order);
    /// The next report, if there is one.
    fn poll(&mut self) -> Option<Report>;
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
