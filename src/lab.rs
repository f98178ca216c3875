//! The lab: real workers, real memory, real locks.

pub mod report;
