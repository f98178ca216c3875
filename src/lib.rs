//! Racescope: an oscilloscope for race conditions.
//!
//! Real threads increment one shared counter, with or without something that protects it; every load and store is
//! shown, and every lost update is accounted for.
//!
//! # The house
//! One room a module; a room imports only rooms that stand lower in this list. A test holds that line.
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`], [`tui`] | the two doors: without a screen and with one |
//! | [`view`] | from the state to a frame; knows no engine |
//! | [`app`] | the state, messages, updates, the table of keys; knows no terminal |
//! | [`export`] | what leaves the program: JSON and traces |
//! | [`analysis`] | order of effect, lost updates, fates, final counts: events in, findings out |
//! | [`compare`] | sweeps: the lab's runs over and over with one thing changed, and what that shows |
//! | [`lab`] | real workers, real memory, real locks |
//! | [`machine`] | the same as a value: any step, back again, and every interleaving; neither knows the other |
//! | [`program`] | what a worker does, as operations with source lines |
//! | [`experiment`] | what is tried: settings, their limits, figures |
//! | [`event`] | what happened: one operation of one worker |
//! | [`platform`] | what depends on the operating system |
//! | [`sort`] | puts few things in order, in little room: a tool that any room may take |
//!
//! # Where to begin
//! - What is measured, and why it is exact: [`lab`], then [`event`].
//! - How an increment comes to be lost, and to whom: [`analysis`].
//! - What a key does: [`app`]'s key map, the one table from which keys, footer, help and README come.
//!
//! # What holds always
//! - `survived + lost = completed` and `final = survived`, in every run and in every stretch of one.
//! - Nothing on screen is staged; what is dropped, sampled or estimated says so.
//! - Only [`lab`], [`tui`], the sweeps in [`compare`] and the exploration in [`machine`] start threads; only [`tui`] touches the terminal; only [`platform`] asks the operating
//!   system for what not every one has.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod compare;
pub mod event;
pub mod experiment;
pub mod export;
pub mod lab;
pub mod machine;
pub mod platform;
pub mod program;
pub mod sort;
pub mod tui;
pub mod view;
