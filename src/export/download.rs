//! Downloads as JSON: one object with every transfer in it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::jobs::transfers::{self, Transfers};
use crate::analysis::jobs::{Account, End};
use crate::event::download::{Fate, Served};
use crate::experiment::jobs::{JobSettings, Outcome};

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The program's version.
    pub racescope: &'static str,
    /// The settings as run.
    pub settings: SettingsAsRun,
    /// Whether it was cancelled.
    pub stopped: bool,
    /// From handing in the first transfer to the end of the last.
    pub nanoseconds: u64,
    /// Transfers that came to their end, a second.
    pub done_per_second: f64,
    /// How long the transfers took, one added to the other, waiting for permits not included.
    pub nanoseconds_together: u64,
    /// Transfers that have what they wanted.
    pub done: u32,
    /// Transfers that failed.
    pub failed: u32,
    /// Transfers that were called off.
    pub cancelled: u32,
    /// How many failed of what.
    pub causes: BTreeMap<&'static str, u32>,
    /// Most transfers that went on at once.
    pub most_at_once: u32,
    /// Most transfers that waited for a permit at once.
    pub most_waiting: u32,
    /// What the server of our own counted; null where others were asked.
    pub server: Option<ServerFigures>,
    /// Each transfer, in the order in which they were handed in.
    pub transfers: Vec<TransferFigures>,
}

/// Settings with the names of the command line.
#[derive(Debug, Serialize)]
pub struct SettingsAsRun {
    runner: &'static str,
    transfers: u32,
    /// Threads or tasks.
    workers: u16,
    permits: Option<u16>,
    timeout_milliseconds: u32,
    /// Null where others were asked.
    server: Option<ServerAsRun>,
    urls: Vec<String>,
}

/// What the server of our own is like.
#[derive(Debug, Serialize)]
struct ServerAsRun {
    delay_milliseconds: u32,
    /// They take turns.
    size_bytes: Vec<u32>,
    capacity: u16,
    failures_percent: u8,
    faults: Vec<&'static str>,
    seed: u64,
}

/// What the server of our own counted.
#[derive(Debug, Serialize)]
pub struct ServerFigures {
    /// Requests that came in.
    pub requests: u64,
    /// Most requests that it served at once.
    pub most_at_once: u32,
    /// Most requests that waited at once to be served.
    pub most_queued: u32,
    /// Requests that it dealt with to their end, by what it did with them.
    pub ended: BTreeMap<&'static str, u64>,
    /// Requests whose client went away before that.
    pub left: u64,
}

/// One transfer. Times are nanoseconds; what never happened is null.
#[derive(Debug, Serialize)]
pub struct TransferFigures {
    /// Its number, from 0.
    pub transfer: u32,
    /// From where, where others were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the server of our own was to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dealt: Option<&'static str>,
    /// Who made it.
    pub worker: Option<u16>,
    /// When a worker took it up, and when it ended, from the start.
    pub began: Option<u64>,
    /// When it ended.
    pub ended: Option<u64>,
    /// How long it waited for a permit.
    pub permit: u64,
    /// How long it took to connect.
    pub connecting: u64,
    /// How long it waited for the head of the answer.
    pub asking: u64,
    /// How long the body took.
    pub receiving: u64,
    /// `done`, `failed` or `cancelled`.
    pub result: Option<&'static str>,
    /// Bytes of the body, if it is done.
    pub bytes: Option<u64>,
    /// What it failed of, by name.
    pub cause: Option<&'static str>,
    /// The same in a sentence.
    pub why: Option<String>,
}

/// Everything that came of a run.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The settings.
    pub settings: &'a JobSettings,
    /// The URLs of others, taken in turn.
    pub urls: &'a [String],
    /// What the server of our own was to do with each transfer.
    pub fates: &'a [Fate],
    /// What happened to the transfers.
    pub account: &'a Account,
    /// How long they took.
    pub transfers: &'a Transfers,
    /// What the server of our own counted.
    pub served: Option<&'a Served>,
    /// Whether it was called off, and the same in a row.
    pub outcome: &'a Outcome,
}

/// The report of a run.
#[must_use]
pub fn report(made: &Made<'_>) -> Report {
    let tally = made.account.tally();
    let settings = made.settings;
    let net = &settings.net;
    let server = ServerAsRun {
        delay_milliseconds: net.delay,
        size_bytes: settings.sizes.iter().collect(),
        capacity: net.capacity,
        failures_percent: net.failures,
        faults: net.faults.as_slice().iter().map(|fate| fate.name()).collect(),
        seed: settings.seed,
    };
    Report {
        racescope: env!("CARGO_PKG_VERSION"),
        settings: SettingsAsRun {
            runner: settings.runner.name(),
            transfers: settings.jobs,
            workers: settings.crew(),
            permits: net.permits,
            timeout_milliseconds: net.limit,
            server: made.urls.is_empty().then_some(server),
            urls: made.urls.to_vec(),
        },
        stopped: made.outcome.stopped,
        nanoseconds: made.outcome.nanos,
        done_per_second: f64::from(tally.done) * 1e9 / made.outcome.nanos.max(1) as f64,
        nanoseconds_together: made.transfers.together(),
        done: tally.done,
        failed: tally.failed,
        cancelled: tally.cancelled,
        causes: transfers::causes(made.account).into_iter().collect(),
        most_at_once: made.transfers.most(),
        most_waiting: made.transfers.most_waiting(),
        server: made.served.map(server_figures),
        transfers: (0..settings.jobs).filter_map(|number| transfer(made, number)).collect(),
    }
}

fn server_figures(served: &Served) -> ServerFigures {
    ServerFigures {
        requests: served.requests,
        most_at_once: served.most,
        most_queued: served.most_queued,
        ended: Fate::ALL.map(|fate| (fate.name(), served.of(fate))).into_iter().collect(),
        left: served.left,
    }
}

fn transfer(made: &Made<'_>, number: u32) -> Option<TransferFigures> {
    let index = number as usize;
    let (record, times) = (made.account.records().get(index)?, made.transfers.times().get(index)?);
    let end = record.ended.map(|(_, end)| end);
    let cause = match end {
        Some(End::Failed(cause)) => Some(cause),
        _ => None,
    };
    let [connecting, asking, receiving] = times.stages;
    Some(TransferFigures {
        transfer: number,
        url: (!made.urls.is_empty()).then(|| made.urls[index % made.urls.len()].clone()),
        dealt: made.fates.get(index).map(|fate| fate.name()),
        worker: record.worker.map(|worker| worker.0),
        began: record.began,
        ended: record.ended.map(|(time, _)| time),
        permit: times.permit,
        connecting,
        asking,
        receiving,
        result: end.map(|end| match end {
            End::Done(_) => "done",
            End::Failed(_) => "failed",
            End::Cancelled => "cancelled",
        }),
        bytes: record.result(),
        cause: cause.map(transfers::name),
        why: cause.map(|cause| cause.to_string()),
    })
}
