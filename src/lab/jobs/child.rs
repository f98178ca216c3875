//! The child's side: a process that makes one job after another, as it is told through its input, until that ends.

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use crate::event::jobs::JobOp;
use crate::experiment::Cores;
use crate::platform::affinity;

use super::block_on::block_on;
use super::hall::end_of;
use super::hands::{Crash, Hands, Teller, Way};
use super::leash::Leash;
use super::wire::{Heard, Task};

/// What a child is called to do, by where it is to run.
pub(super) fn called(cores: Cores) -> &'static str {
    match cores {
        Cores::All => "jobs",
        Cores::One => "jobs-on-one-core",
    }
}

/// If this process was called to make jobs, it does that for all its life: says how to leave.
#[must_use]
pub(in crate::lab) fn serve(job: &str) -> Option<ExitCode> {
    let cores = [Cores::All, Cores::One].into_iter().find(|&cores| called(cores) == job)?;
    // What a panic says would be nobody's to read; that there was one is told.
    std::panic::set_hook(Box::new(|_| {}));
    Some(if live(cores).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn live(cores: Cores) -> io::Result<()> {
    if cores == Cores::One
        && let Err(why) = affinity::pin_to_one()
    {
        return say(&Heard::Refused(why.to_string()));
    }
    say(&Heard::Ready)?;
    for line in io::stdin().lock().lines() {
        let Some(task) = Task::read(line?.as_bytes()) else {
            return Err(io::Error::other("what was asked can't be understood"));
        };
        let leash = Leash::default();
        let crash = task.crash.then_some(Crash::Abort);
        let hands = Hands::new(&Pipe, &leash, Way::Thread, crash);
        let made = catch_unwind(AssertUnwindSafe(|| block_on(task.deed.make(&hands))));
        Pipe.tell(end_of(made));
    }
    Ok(())
}

fn say(heard: &Heard) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(&heard.write())?;
    out.flush()
}

/// Tells the parent.
struct Pipe;

impl Teller for Pipe {
    fn tell(&self, op: JobOp) {
        // Nobody hears it: the parent has ended, and so does this process.
        if say(&Heard::News { op, core: affinity::current_core() }).is_err() {
            std::process::exit(1);
        }
    }
}
