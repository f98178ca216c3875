//! Racescope: an oscilloscope for race conditions.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod event;
pub mod experiment;
pub mod export;
pub mod lab;
pub mod platform;
pub mod tui;
pub mod view;
