//! Racescope: an oscilloscope for race conditions.

pub mod analysis;
pub mod app;
pub mod event;
pub mod experiment;
pub mod lab;
pub mod machine;
pub mod program;
pub mod tui;
pub mod view;
