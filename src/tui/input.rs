//! From what the terminal sends to messages. Presses only: what is released is not pressed twice.

#[cfg(unix)]
mod decode;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::Input;

#[cfg(any(not(unix), test))]
mod events;
#[cfg(not(unix))]
pub(super) use events::Input;
