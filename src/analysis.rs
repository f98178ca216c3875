//! Findings: events in, findings out. Knows no engine, no screen and no wording.

pub mod timeline;
