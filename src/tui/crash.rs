//! Panics while the screen is ours.
//!
//! A panic of the thread that draws gives the terminal back, and only then is told. A panic of any other thread must
//! not: the screen is still being drawn. It is kept, the loop passes it on as a notice, and it is told again at the end.

use std::io::{self, Write};
use std::mem;
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Duration;

use parking_lot::{Mutex, const_mutex};

use super::{Error, signals, terminal, watchdog};

/// Enough to see what is wrong; a worker that crashes at every start must not fill the memory.
const KEPT: usize = 16;

/// A crash of a thread that doesn't draw.
#[derive(Clone, Debug)]
pub(super) struct Crash {
    /// The thread's name.
    pub(super) thread: String,
    /// Which thread it was, what it said and where.
    pub(super) text: String,
}

struct Kept {
    /// Not shown yet.
    fresh: Vec<Crash>,
    all: Vec<Crash>,
}

static KEPT_CRASHES: Mutex<Kept> = const_mutex(Kept { fresh: Vec::new(), all: Vec::new() });

/// Installs the hook; the calling thread is the one that draws.
pub(super) fn watch() {
    let drawing = thread::current().id();
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            // Unwinding ends the lab, which may take its time.
            watchdog::arm(Duration::from_millis(200), i32::from(Error::Crashed.exit_code()));
            terminal::give_back_at_once();
            told(info);
            say(
                "racescope: this is a mistake of ours; the terminal has been given back. Please report it with the lines above.",
            );
        } else if terminal::is_ours() {
            keep(describe(info));
            signals::wake();
        } else {
            told(info);
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> Crash {
    let current = thread::current();
    let thread = current.name().unwrap_or("without a name").to_owned();
    let payload = info.payload();
    let what = payload.downcast_ref::<&str>().copied();
    let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
    Crash { text: format!("thread '{thread}' crashed: {what}{place}"), thread }
}

fn keep(crash: Crash) {
    let mut kept = KEPT_CRASHES.lock();
    if kept.all.len() < KEPT {
        kept.all.push(crash.clone());
        kept.fresh.push(crash);
    }
}

/// What has crashed since this was asked last.
pub(super) fn take_fresh() -> Vec<Crash> {
    mem::take(&mut KEPT_CRASHES.lock().fresh)
}

/// Tells all of it, once the terminal is given back.
pub(super) fn tell_all() {
    for crash in mem::take(&mut KEPT_CRASHES.lock().all) {
        say(&format!("racescope: {}", crash.text));
    }
}

/// Standard error may be closed, or a terminal that is gone; `eprintln!` would panic.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
