//! Jobs: what is tried with them, what came of it so far, and how that is said.

pub mod words;
