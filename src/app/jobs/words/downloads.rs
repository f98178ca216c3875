//! What is tried with downloads and what came of them, in words.

use super::{FASTER, factor, failures, time};
use crate::analysis::jobs::Account;
use crate::analysis::jobs::transfers::{At, Times, Transfers};
use crate::event::download::{Fault, Served, Stage};
use crate::experiment::jobs::{JobSettings, Outcome, Runner};

/// What a transfer is at that has not ended; `None` before it has begun.
#[must_use]
pub fn at(times: &Times) -> Option<&'static str> {
    times.now.map(|(at, _)| match at {
        At::Permit => "waits for a permit",
        At::Stage(stage) => stage.name(),
    })
}

/// What the server of our own is like, and how long a transfer may take.
#[must_use]
pub fn terms(settings: &JobSettings) -> String {
    let millis = |millis: u32| time(u64::from(millis) * 1_000_000);
    let net = &settings.net;
    format!(
        "server: answers after {}, serves {} at once; time-out {}",
        millis(net.delay),
        net.capacity,
        millis(net.limit)
    )
}

/// Why a transfer failed, in twelve columns at the most.
pub(super) fn short_fault(fault: Fault) -> String {
    match fault {
        Fault::Refused => "refused".into(),
        Fault::NoSuchName => "no such name".into(),
        Fault::Unreachable => "unreachable".into(),
        Fault::Status(status) => format!("status {status}"),
        Fault::Broken(_) => "broken off".into(),
        Fault::TimedOut(Stage::Connecting, _) => "unconnected".into(),
        Fault::TimedOut(Stage::Asking, _) => "no answer".into(),
        Fault::TimedOut(Stage::Receiving, _) => "too slow".into(),
        Fault::NotHttp => "not HTTP".into(),
        Fault::System(_) => "system".into(),
    }
}

/// What was found, in a sentence or two.
#[must_use]
pub fn found(
    settings: &JobSettings,
    account: &Account,
    transfers: &Transfers,
    served: Option<Served>,
    outcome: &Outcome,
) -> Vec<String> {
    let mut found = Vec::new();
    if outcome.stopped {
        found.push("Called off before its end.".to_owned());
    } else if settings.runner == Runner::Row {
        found.push("One after another: what every other runner is measured against.".to_owned());
    } else if let Some(times) = outcome.speed_up() {
        let why =
            if times < FASTER { why_not(settings, transfers).to_owned() } else { why(transfers, served) };
        found.push(format!("{} as fast as in a row: {why}.", factor(times)));
    }
    found.extend(failures(account, outcome));
    found
}

fn why(transfers: &Transfers, served: Option<Served>) -> String {
    let most = transfers.most();
    match served {
        Some(served) if served.most < most => {
            format!("up to {most} went on at once, of which the server served {}", served.most)
        }
        Some(_) => format!("up to {most} went on at once, and the server served them all"),
        None => format!("up to {most} went on at once"),
    }
}

fn why_not(settings: &JobSettings, transfers: &Transfers) -> &'static str {
    match transfers.most() {
        _ if settings.jobs == 1 => "there is only one download",
        _ if settings.net.capacity == 1 => "the server serves one at a time, whoever else waits there",
        _ if settings.net.permits == Some(1) => "one permit lets one go on at a time",
        0 | 1 => "only one went on at a time",
        _ => "most of the time went by with the last of them, or the cores were busy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::download::Bytes;
    use crate::event::jobs::Cause;

    #[test]
    fn a_cause_has_room_in_a_narrow_list() {
        let bytes = Bytes { got: 32_768, of: Some(65_536) };
        for fault in [
            Fault::Refused,
            Fault::NoSuchName,
            Fault::Unreachable,
            Fault::Status(500),
            Fault::Broken(bytes),
            Fault::TimedOut(Stage::Connecting, bytes),
            Fault::TimedOut(Stage::Asking, bytes),
            Fault::TimedOut(Stage::Receiving, bytes),
            Fault::NotHttp,
            Fault::System(Some(11)),
        ] {
            let said = super::super::short_cause(Cause::Transfer(fault));
            assert!(said.len() <= 12, "{said}");
        }
    }
}
