//! The readable report of `racescope download`. Plain text: it may be piped.
//!
//! ```text
//! 12 downloads by threads, 3 permits; from a server of our own: 65.5 kB each, answers after 50 ms, serves 4 at once
//!
//!     nr  worker  queue  permit  connect  first byte  receive  what became of it
//! ✓    0       0   0 µs       –   95 µs      50.3 ms   210 µs  65 536 bytes
//! ✗    1       1  12 µs   51 ms  105 µs            –        –  timed out: no answer
//!
//! outcome    11 done, 1 failed: 1 timed out
//! took       152 ms: 72 downloads a second; one added to the other they took 0.6 s, 3.9 times as long
//! at once    at most 3; up to 9 waited for a permit
//! server     counted 12 requests, served at most 3 at once, up to 0 waited there
//! ```

use std::fmt::Write;

use crate::analysis::jobs::transfers;
use crate::analysis::jobs::{End, Record};
use crate::app::findings::{bytes, short, short_time};
use crate::app::jobs::words::downloads::at;
use crate::cli::table::{Column, table};
use crate::event::download::Stage;
use crate::experiment::jobs::Runner;
use crate::export::download::Made;
use crate::sort;
use crate::view::pen::grouped;

/// Most transfers that are listed; those that failed come first then.
const MOST: usize = 100;

/// The report.
pub(super) fn text(made: &Made<'_>) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    let _ = write_all(&mut out, made);
    out
}

fn write_all(out: &mut String, made: &Made<'_>) -> std::fmt::Result {
    writeln!(out, "{}", heading(made))?;
    if made.outcome.stopped {
        writeln!(out, "stopped: what had not ended was called off")?;
    }
    writeln!(out)?;
    let listed = listed(made);
    let signs: Vec<char> = listed.iter().map(|&number| sign(&made.account.records()[number])).collect();
    table(out, &columns(made, &listed), &signs);
    let left_out = made.account.records().len() - listed.len();
    if left_out > 0 {
        let left_out = grouped(left_out as u64);
        writeln!(out, "   and {left_out} more, which --json lists")?;
    }
    writeln!(out)?;
    totals(out, made)
}

fn heading(made: &Made<'_>) -> String {
    let settings = made.settings;
    let by = match settings.runner {
        Runner::Row => "one after another".into(),
        Runner::Pool => format!("by a pool of {} threads", settings.workers),
        other => format!("by {}", other.title()),
    };
    let limit = match settings.net.permits {
        None => "no semaphore".into(),
        Some(1) => "1 permit".into(),
        Some(permits) => format!("{permits} permits"),
    };
    let from = if made.urls.is_empty() {
        let sizes: Vec<String> = settings.sizes.iter().map(|size| bytes(size.into())).collect();
        let sizes = sizes.join(", ");
        format!(
            "a server of our own: {} each, answers after {}, serves {} at once",
            sizes,
            milliseconds(settings.net.delay),
            settings.net.capacity
        )
    } else {
        format!("{} URLs", made.urls.len())
    };
    let (count, timeout) = (grouped(settings.jobs.into()), milliseconds(settings.net.limit));
    format!("{count} downloads {by}, {limit}, time-out {timeout}; from {from}")
}

fn milliseconds(milliseconds: u32) -> String {
    short_time(f64::from(milliseconds) / 1e3)
}

/// Which transfers are listed: all, or if they are too many those that failed and then as many as there is room for.
fn listed(made: &Made<'_>) -> Vec<usize> {
    let records = made.account.records();
    let failed = |number: &usize| matches!(records[*number].ended, Some((_, End::Failed(_))));
    let mut listed: Vec<usize> = (0..records.len()).filter(failed).collect();
    listed.extend((0..records.len()).filter(|number| !failed(number)));
    listed.truncate(MOST);
    sort::by(&mut listed, Ord::cmp);
    listed
}

fn sign(record: &Record) -> char {
    match record.ended {
        Some((_, End::Done(_))) => '✓',
        Some((_, End::Failed(_))) => '✗',
        Some((_, End::Cancelled)) | None => '·',
    }
}

fn columns(made: &Made<'_>, listed: &[usize]) -> Vec<Column> {
    let (records, times) = (made.account.records(), made.transfers.times());
    let column = |heading: &str, is_right, cell: &dyn Fn(usize) -> String| Column {
        heading: heading.to_owned(),
        is_right,
        cells: listed.iter().map(|&number| cell(number)).collect(),
    };
    let time = |nanos: u64| short_time(nanos as f64 / 1e9);
    // What took no time at all was never begun.
    let spent = |nanos: u64| if nanos == 0 { "–".into() } else { time(nanos) };
    let stage = |stage: Stage| move |number: usize| spent(times[number].stages[stage as usize]);
    let mut columns = vec![
        column("nr", true, &|number| number.to_string()),
        column("worker", true, &|number| {
            records[number].worker.map_or_else(|| "–".into(), |worker| worker.0.to_string())
        }),
        column("queue", true, &|number| time(records[number].wait(made.outcome.nanos))),
        column("permit", true, &|number| spent(times[number].permit)),
        column("connect", true, &stage(Stage::Connecting)),
        column("first byte", true, &stage(Stage::Asking)),
        column("receive", true, &stage(Stage::Receiving)),
        column("what became of it", false, &|number| became(made, number)),
    ];
    if !made.urls.is_empty() {
        columns.push(column("of", false, &|number| made.urls[number % made.urls.len()].clone()));
    }
    columns
}

fn became(made: &Made<'_>, number: usize) -> String {
    match made.account.records()[number].ended.map(|(_, end)| end) {
        Some(End::Done(bytes)) => format!("{} bytes", grouped(bytes)),
        Some(End::Failed(cause)) => cause.to_string(),
        Some(End::Cancelled) => "called off".into(),
        None => at(&made.transfers.times()[number]).unwrap_or("not begun").into(),
    }
}

fn totals(out: &mut String, made: &Made<'_>) -> std::fmt::Result {
    let tally = made.account.tally();
    write!(out, "outcome    {} done", grouped(tally.done.into()))?;
    if tally.failed > 0 {
        let causes: Vec<String> = transfers::causes(made.account)
            .into_iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        write!(out, ", {} failed: {}", grouped(tally.failed.into()), causes.join(", "))?;
    }
    if tally.cancelled > 0 {
        write!(out, ", {} called off", grouped(tally.cancelled.into()))?;
    }
    let (took, together) = (made.outcome.nanos.max(1) as f64 / 1e9, made.transfers.together() as f64 / 1e9);
    let rate = short(f64::from(tally.done) / took);
    writeln!(
        out,
        "\ntook       {}: {rate} downloads a second; one added to the other they took {}, {} times as long",
        short_time(took),
        short_time(together),
        short(together / took)
    )?;
    let most = grouped(made.transfers.most().into());
    write!(out, "at once    at most {most} went on")?;
    if made.settings.net.permits.is_some() {
        write!(out, "; up to {} waited for a permit", grouped(made.transfers.most_waiting().into()))?;
    }
    writeln!(out)?;
    let Some(served) = made.served else { return Ok(()) };
    writeln!(
        out,
        "server     counted {} requests: served at most {} at once, up to {} waited there",
        grouped(served.requests),
        grouped(served.most.into()),
        grouped(served.most_queued.into())
    )
}
