//! Sweeps: the same experiment made over and over with one thing changed, so that what it changes can be seen.
//!
//! ```text
//! Plan ──▶ sweep::run ── real runs, row after row, round after round ──▶ Collected ──▶ Table ──▶ Findings
//!               ▲ in a thread of its own, with orders and reports: service
//! ```
//!
//! Runs are the lab's ([`crate::lab::batch`]), recording off and settings fixed, so that nothing of a sweep's
//! bookkeeping lies between a run's first load and its last store. A round makes one run of every row; the next
//! round begins only then, so that whatever drifts meanwhile (clock rates, other programs) hits all rows alike.
//!
//! # What the figures are
//! - *lost*: the share of all completed increments that the final count is not built on; exact in every run.
//! - *increments a second*: from the first worker's leaving the barrier to the last one's last store. *Relative*: the
//!   same over that of the row it is compared with, in the same round.
//! - *waiting*: of the workers' time, the share in which they had asked for the protection and were not let in. Looking
//!   at the clock would slow the runs down that speed is measured in, so waiting is measured in *watched runs* made
//!   beside them, one in every [`plan::WATCHED`] rounds; nothing else but fairness and holders is taken from these.
//! - *fairness*: Jain's index of how many increments each worker had completed at the moment when the first one had
//!   completed all of its own: 1 if all had come equally far, 1/n if the others had not begun. In watched runs, in which
//!   each tells every increment at once; of many threads with little to do it mostly says who got a core first.
//! - *inside*: the most workers that were ever inside the protection at once, in any run in which they were counted.
//!
//! Nothing here draws, and nothing here says in words what was found: [`findings`] are data.
//!
//! Threads, processes and tasks beside each other are a sweep of another sort: its rows have [`costs`], which are small
//! experiments of the lab's own, and what they show are verdicts on [`claims`]. [`downloads`] are runs of jobs.

pub mod claims;
pub mod costs;
pub mod downloads;
pub mod findings;
#[cfg(test)]
pub(crate) mod fixture;
pub mod plan;
pub mod service;
pub mod sweep;
pub mod table;
