//! A trace: every recorded operation, one JSON object a line, in an order of effect that is true to what was read.

use std::io::{self, Write};

use serde::Serialize;

use crate::event::{Event, Op, Seen, Source};

/// What each field of a line means; printed by `racescope race --help`.
pub const FIELDS: &str = "\
A trace is JSON Lines: an operation a line, in an order of effect that is true
to what each load read. Its fields:
  run        which run, from 1
  order      position in the run's order of effect, from 0; where each process
             has a counter of its own, in that process's order
  worker     whose operation, from 0
  iteration  which of that worker's increments it belongs to, from 1
  op         request (has to wait), acquire, load, store, retry (a
             compare-and-swap that failed), swap (one that succeeded),
             fetch-add (load and store in one) or release
  read       the value found, where the operation reads
  from       whose store was found: [worker, iteration]; null for the start
  stored     the value left behind, where the operation writes
  time_ns    when, in nanoseconds since the run began; null where no clock was
             read: at full speed one increment in 128 is stamped, one in
             512 where there is neither protection nor gap
  core       the processor core. At full speed a worker asks at both ends of
             such a stretch: all of it ran there if they agree; else null
  pid        the process, where workers are processes

Who lost, and to whom: the last read of an increment names the increment that
it is built on. Those on the way from the run's last stored line back to the
start survived, every other one is lost. Go up from a lost one to the first
survivor (or the start): its child among the survivors won over the lost one.

At full speed waits are not recorded one by one: to look before locking would
slow down the very lock that is watched.";

#[derive(Serialize)]
struct Line {
    run: u64,
    order: u64,
    worker: u16,
    iteration: u32,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<From>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<i64>,
    time_ns: Option<u64>,
    core: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
}

/// Whose store was found: the start is null, an unknown one is the word.
#[derive(Serialize)]
#[serde(untagged)]
enum From {
    Start(()),
    Increment(u16, u32),
    Unknown(&'static str),
}

fn from(seen: Seen) -> From {
    match seen.source {
        Source::Start => From::Start(()),
        Source::Store(by) => From::Increment(by.worker.0, by.iteration),
        Source::Unknown => From::Unknown("unknown"),
    }
}

fn name(op: Op) -> &'static str {
    match op {
        Op::Request => "request",
        Op::Acquire => "acquire",
        Op::Load(_) => "load",
        Op::Store(_) => "store",
        Op::Retry(_) => "retry",
        Op::Swap(_) => "swap",
        Op::FetchAdd(_) => "fetch-add",
        Op::Release => "release",
    }
}

/// Writes a run's operations, given in their order of effect; `pids` are the processes that the workers are, where they
/// are processes.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, run: u64, events: &[Event], pids: &[Option<u32>]) -> io::Result<()> {
    for (order, event) in (0..).zip(events) {
        let seen = event.op.seen();
        let line = Line {
            run,
            order,
            worker: event.increment.worker.0,
            iteration: event.increment.iteration,
            op: name(event.op),
            read: seen.map(|seen| seen.value),
            from: seen.map(from),
            stored: event.op.stored(),
            time_ns: event.time,
            core: event.core,
            pid: pids.get(event.worker().index()).copied().flatten(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Increment, Worker};

    #[test]
    fn a_line_says_what_was_read_and_from_whom() {
        let increment = Increment { worker: Worker(1), iteration: 3 };
        let found = |source| Op::Load(Seen { value: 41, source });
        let event = |op| Event { increment, op, time: Some(5), core: None };
        let events = [
            event(found(Source::Start)),
            event(found(Source::Store(Increment { worker: Worker(0), iteration: 9 }))),
            event(Op::Store(42)),
        ];
        let mut out = Vec::new();
        write(&mut out, 2, &events, &[]).expect("a vector takes everything");
        let text = String::from_utf8(out).expect("JSON is UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                r#"{"run":2,"order":0,"worker":1,"iteration":3,"op":"load","read":41,"from":null,"time_ns":5,"core":null}"#,
                r#"{"run":2,"order":1,"worker":1,"iteration":3,"op":"load","read":41,"from":[0,9],"time_ns":5,"core":null}"#,
                r#"{"run":2,"order":2,"worker":1,"iteration":3,"op":"store","stored":42,"time_ns":5,"core":null}"#,
            ]
        );
    }
}
