//! Findings: events in, findings out. Knows no engine, no screen and no wording.
//!
//! [`cut`] makes a window consistent, [`order`] puts the workers' events into one order of effect, [`ledger`] keeps account of them one by one,
//! [`timeline`] remembers a bounded stretch of both for whoever draws it. [`fates`] judges a whole run at once, and
//! [`finals`] what many runs came to. [`jobs`] says what became of jobs.

pub mod cut;
pub mod fates;
pub mod finals;
mod ids;
pub mod jobs;
pub mod ledger;
#[cfg(test)]
mod oracle;
pub mod order;
pub mod timeline;
