//! A search from the command line: its bounds, its progress, and how it is interrupted.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::args::BoundsArgs;
use crate::app::findings::{Findings, bytes, grouped};
use crate::machine::Machine;
use crate::machine::explore::sample::Draw;
use crate::machine::explore::service::{self, Query, Stage, Ticket};
use crate::machine::explore::{Options, Progress};
use crate::platform::interrupt;

/// For how long schedules are drawn where nobody says how many.
const DRAWING: Duration = Duration::from_secs(2);
/// Memory for what drawing remembers.
const DRAWING_MEMORY: u64 = 256 << 20;
/// How often progress is shown, and after how long for the first time.
const SHOWN: Duration = Duration::from_millis(200);
/// The same where error output is no terminal.
const SAID: Duration = Duration::from_secs(5);

/// Searches within the bounds, and draws schedules if that was too much. Ctrl-C stops it with what it has.
///
/// # Errors
/// When the search crashes.
pub(super) fn search(machine: &Machine, bounds: &BoundsArgs, options: Options) -> anyhow::Result<Findings> {
    let query = query(machine, bounds, options);
    let interrupted = interrupt::flag();
    let mut shown = Shown::new();
    let mut stopped_at = None;
    let mut watch = |stage, progress: &Progress| {
        shown.show(stage, progress);
        // One interrupt stops the search and leaves what is drawn quickly; the next ends the process.
        if interrupted.load(Ordering::Relaxed) && stopped_at.is_none_or(|at| at == stage) {
            stopped_at = Some(stage);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let answer = catch_unwind(AssertUnwindSafe(|| service::answer(&query, &mut watch)));
    shown.clear();
    match answer {
        Ok(answer) => Ok(Findings::new(machine, &answer)),
        Err(why) => bail!("the search crashed: {}; this is a mistake of ours", service::said(why.as_ref())),
    }
}

fn query(machine: &Machine, bounds: &BoundsArgs, options: Options) -> Query {
    let query = Query::new(Ticket { asker: "command line", number: 1 }, machine.clone());
    let default = query.options;
    let options = Options {
        memory: bounds.memory.unwrap_or(default.memory),
        cores: bounds.cores.map_or(default.cores, usize::from),
        ..options
    };
    let samples = bounds.sample.unwrap_or(u64::MAX);
    let draw = Draw { samples, seed: bounds.seed, memory: DRAWING_MEMORY.min(options.memory) };
    Query {
        options,
        time: Some(Duration::from_secs(bounds.seconds)),
        sample: (samples > 0).then_some(draw),
        sample_time: bounds.sample.is_none().then_some(DRAWING),
        ..query
    }
}

/// Columns of a line of progress: it must not be wrapped.
const COLUMNS: usize = 79;

/// Progress on the error output: a line that changes on a terminal, now and then one more elsewhere.
struct Shown {
    is_terminal: bool,
    began: Instant,
    last: Instant,
    /// Where nobody looks: after how long the next line is written.
    next: Duration,
    is_there: bool,
}

impl Shown {
    fn new() -> Self {
        let now = Instant::now();
        Shown { is_terminal: io::stderr().is_terminal(), began: now, last: now, next: SAID, is_there: false }
    }

    fn show(&mut self, stage: Stage, progress: &Progress) {
        let wait = if self.is_terminal { SHOWN } else { self.next };
        if self.last.elapsed() < wait {
            return;
        }
        self.last = Instant::now();
        let line = line(stage, progress, self.began.elapsed().as_secs_f64());
        if !self.is_terminal {
            // A log needs to hear less and less often that it goes on.
            self.next *= 2;
            let _ = writeln!(io::stderr(), "{line}");
            return;
        }
        self.is_there = true;
        let _ = write!(io::stderr(), "\r\x1b[K{}", on_terminal(line));
    }

    fn clear(&self) {
        if self.is_there {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// How far it is, in a line: what was found first.
fn line(stage: Stage, progress: &Progress, seconds: f64) -> String {
    let figure = |number: u64| grouped(&number.to_string());
    let plural = if progress.met.outcomes == 1 { "" } else { "s" };
    let mut text = format!("{} outcome{plural} so far", figure(progress.met.outcomes));
    if progress.met.bad > 0 {
        text.push_str(&format!(" ({} wrong)", figure(progress.met.bad)));
    }
    let memory = bytes(progress.bytes);
    text.push_str(&match stage {
        Stage::Searching => {
            let rate = (progress.states as f64 / seconds.max(1e-3)) as u64;
            format!(", {} states, {} a second, {memory}", figure(progress.states), figure(rate))
        }
        Stage::Drawing => format!(", drawing: {} operations, {memory}", figure(progress.transitions)),
    });
    text
}

/// With the way out, where there is room for all of it.
fn on_terminal(line: String) -> String {
    const OUT: &str = "; ctrl-c stops";
    let room = COLUMNS.saturating_sub(line.chars().count());
    let out = if OUT.len() <= room { OUT } else { "" };
    line.chars().chain(out.chars()).take(COLUMNS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::explore::outcome::Met;

    #[test]
    fn progress_says_what_was_found_so_far_in_one_line() {
        let met = Met { outcomes: 17, bad: 16 };
        let progress = Progress { states: 1_000_000, bytes: 900_000_000, met, ..Progress::default() };
        let text = line(Stage::Searching, &progress, 0.5);
        let plain = text.replace('\u{a0}', " ");
        assert!(
            plain.starts_with("17 outcomes so far (16 wrong), 1 000 000 states, 2 000 000 a second"),
            "{plain}"
        );
        let much = Progress {
            states: u64::MAX,
            bytes: u64::MAX,
            met: Met { outcomes: u64::MAX, bad: 1 },
            ..progress
        };
        assert_eq!(on_terminal(line(Stage::Searching, &much, 1e-9)).chars().count(), COLUMNS);
        assert!(on_terminal("17 outcomes so far".into()).ends_with("; ctrl-c stops"));
        let long = "9".repeat(COLUMNS - 3);
        assert_eq!(on_terminal(long.clone()), long, "a part of the way out is none");
        let one = Progress { met: Met { outcomes: 1, bad: 0 }, ..progress };
        assert!(line(Stage::Drawing, &one, 1.0).starts_with("1 outcome so far, drawing: 0 operations"));
    }
}
