//! Downloads: a server of our own on the loopback interface, and a client that tells what happens to each transfer.
//!
//! ```text
//! client ──▶ 127.0.0.1 ──▶ server: request read ──▶ queue ──▶ served by one of so many ──▶ answer
//! ```
//!
//! Both speak HTTP/1.1 over real sockets. One connection carries one transfer, so that what is measured is a whole
//! transfer and nothing is left over from the one before.
//!
//! What is absent: who downloads what, and when; and HTTPS, whose library would be a third of this program.

pub mod client;
pub mod server;
pub mod target;

#[cfg(test)]
mod tests;
