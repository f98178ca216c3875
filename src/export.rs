//! What leaves the program: JSON and traces. Says nothing in prose and decides nothing.

pub mod json;
pub mod trace;
