//! What leaves the program: JSON and traces, of runs and of explorations. Says nothing in prose and decides nothing.

pub mod explore;
pub mod json;
pub mod step;
pub mod trace;
