//! The door with a screen: the terminal, its signals, its keys, and the loop that ties them to the program's state.
//!
//! Nothing here decides anything about races. What it promises: the terminal is given back as it was, whatever
//! happens (`terminal`, `signals`, `crash`, `watchdog`); no input makes it panic or hang (`input`); a frame is drawn when
//! something has changed and at most sixty times a second (`run`, `screen`), and what would take longer than a frame is
//! made beside the loop (`pictures`).

mod copy;
mod crash;
mod engine;
mod error;
mod front;
mod input;
pub mod look;
mod pictures;
mod run;
mod screen;
mod signals;
mod terminal;
mod watchdog;

pub use engine::Engine;
pub use error::Error;
pub use front::Front;
pub use run::run;
