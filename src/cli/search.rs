//! A search from the command line: its bounds, its progress, and how it is interrupted.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

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

/// Searches within the bounds, and draws schedules if that was too much. Ctrl-C stops it with what it has.
pub(super) fn search(machine: &Machine, bounds: &BoundsArgs, options: Options) -> Findings {
    let query = query(machine, bounds, options);
    let interrupted = interrupt::flag();
    let mut shown = Shown::new();
    let mut stopped_at = None;
    let answer = service::answer(&query, &mut |stage, progress| {
        shown.show(stage, progress);
        // One interrupt stops the search and leaves what is drawn quickly; the next ends the process.
        if interrupted.load(Ordering::Relaxed) && stopped_at.is_none_or(|at| at == stage) {
            stopped_at = Some(stage);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    shown.clear();
    Findings::new(machine, &answer)
}

fn query(machine: &Machine, bounds: &BoundsArgs, options: Options) -> Query {
    let query = Query::new(Ticket { asker: "command line", number: 1 }, machine.clone());
    let default = service::bounds();
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

/// Progress on the terminal's error output, if it is one.
struct Shown {
    is_terminal: bool,
    last: Instant,
    is_there: bool,
}

impl Shown {
    fn new() -> Self {
        Shown { is_terminal: io::stderr().is_terminal(), last: Instant::now(), is_there: false }
    }

    fn show(&mut self, stage: Stage, progress: &Progress) {
        if !self.is_terminal || self.last.elapsed() < SHOWN {
            return;
        }
        self.last = Instant::now();
        self.is_there = true;
        let what = match stage {
            Stage::Searching => {
                format!(
                    "searching: {} states, depth {}",
                    grouped(&progress.states.to_string()),
                    progress.depth
                )
            }
            Stage::Drawing => format!("drawing: {} operations", grouped(&progress.transitions.to_string())),
        };
        let _ = write!(io::stderr(), "\r\x1b[K{what}, {}; ctrl-c stops", bytes(progress.bytes));
    }

    fn clear(&self) {
        if self.is_there {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
