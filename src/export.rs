//! What leaves the program: JSON, CSV and traces, of runs, jobs, sweeps and explorations. Says nothing in prose and decides nothing.

pub mod compare;
pub mod download;
pub mod explore;
pub mod jobs;
pub mod json;
pub mod step;
pub mod trace;
