//! What happens to a download, and what the server says of its own part in it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a transfer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// It asks for the server's address and for a connection.
    #[default]
    Connecting,
    /// It has a connection, has said what it wants, and has no answer yet.
    Asking,
    /// It has the head of an answer; the body comes in.
    Receiving,
}

impl Stage {
    /// What it is doing, in JSON and in sentences.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Connecting => "connecting",
            Stage::Asking => "asking",
            Stage::Receiving => "receiving",
        }
    }
}

/// How much of a body has come, and how much there was to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bytes {
    /// Bytes that came.
    pub got: u64,
    /// Bytes that the server had announced, if it had.
    pub of: Option<u64>,
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Some(of) => write!(f, "{} of {of} bytes", self.got),
            None => write!(f, "{} bytes", self.got),
        }
    }
}

/// Why a transfer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// Nobody listens there: the connection was refused.
    Refused,
    /// The server's name has no address.
    NoSuchName,
    /// There is no way to that address.
    Unreachable,
    /// The answer's status says that this is not what was asked for.
    Status(u16),
    /// The connection was closed or broke before all had come.
    Broken(Bytes),
    /// The time was up, at this stage and with so much received.
    TimedOut(Stage, Bytes),
    /// What came is not HTTP.
    NotHttp,
    /// The system refused something; its own number for why, if it gave one.
    System(Option<i32>),
}

impl Fault {
    /// Its name in JSON and in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fault::Refused => "refused",
            Fault::NoSuchName => "no such name",
            Fault::Unreachable => "unreachable",
            Fault::Status(_) => "status",
            Fault::Broken(_) => "broken off",
            Fault::TimedOut(..) => "timed out",
            Fault::NotHttp => "not http",
            Fault::System(_) => "system",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused => f.write_str("connection refused"),
            Fault::NoSuchName => f.write_str("the server's name has no address"),
            Fault::Unreachable => f.write_str("no way to the server"),
            Fault::Status(status @ 300..400) => {
                write!(f, "status {status}: it is elsewhere, and that is not followed")
            }
            Fault::Status(status) => write!(f, "status {status}"),
            Fault::Broken(bytes) => write!(f, "broken off after {bytes}"),
            Fault::TimedOut(Stage::Connecting, _) => f.write_str("timed out: no connection"),
            Fault::TimedOut(Stage::Asking, _) => f.write_str("timed out: no answer"),
            Fault::TimedOut(Stage::Receiving, bytes) => write!(f, "timed out after {bytes}"),
            Fault::NotHttp => f.write_str("what came is not HTTP"),
            Fault::System(Some(number)) => {
                write!(f, "the system refused: {}", std::io::Error::from_raw_os_error(*number))
            }
            Fault::System(None) => f.write_str("the system refused"),
        }
    }
}

/// What the server of ours can do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Answers it as it should.
    Whole,
    /// Does not let it in: nobody listens at the address that it is sent to.
    Refused,
    /// Answers with status 500.
    Status,
    /// Breaks off in the middle of the body.
    Broken,
    /// Never answers.
    Silent,
    /// Answers, but the body comes drop by drop.
    Slow,
}

impl Fate {
    /// All of them.
    pub const ALL: [Fate; 6] =
        [Fate::Whole, Fate::Refused, Fate::Status, Fate::Broken, Fate::Silent, Fate::Slow];
    /// Those that a transfer does not survive, under a time-out at least.
    pub const FAILURES: [Fate; 5] = [Fate::Refused, Fate::Broken, Fate::Silent, Fate::Status, Fate::Slow];

    /// The name in URLs and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fate::Whole => "whole",
            Fate::Refused => "refused",
            Fate::Status => "status",
            Fate::Broken => "broken",
            Fate::Silent => "silent",
            Fate::Slow => "slow",
        }
    }
}

/// What the server counted: at any moment, and exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Requests that came in.
    pub requests: u64,
    /// Requests served at this moment: let in, and neither fully answered nor given up.
    pub now: u32,
    /// Most requests that were ever served at once.
    pub most: u32,
    /// Requests that wait at this moment to be let in, because as many as can be are served.
    pub queued: u32,
    /// Most that ever waited at once.
    pub most_queued: u32,
    /// Requests that were dealt with to their end, by [`Fate`]: by its place in [`Fate::ALL`].
    pub ended: [u64; 6],
    /// Requests whose client went away before their end.
    pub left: u64,
    /// Connections over which no request came that the server knows.
    pub not_understood: u64,
}

impl Served {
    /// Requests that were dealt with in this way, to their end.
    #[must_use]
    pub fn of(&self, fate: Fate) -> u64 {
        self.ended[fate as usize]
    }
}
