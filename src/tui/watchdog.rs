//! Leaves when leaving takes too long: a lab that doesn't end, or a terminal that takes no more bytes.
//!
//! Its thread is started while there still are threads to be had, and sleeps until it is needed.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, const_mutex};

use super::terminal;

static ORDER: Mutex<Option<(Instant, i32)>> = const_mutex(None);
static CHANGED: Condvar = Condvar::new();

/// Starts the thread.
pub(super) fn start() -> io::Result<()> {
    thread::Builder::new().name(String::from("watchdog")).spawn(watch).map(drop)
}

/// After this time the process ends with this status, unless it has ended by then. The first order holds.
pub(super) fn arm(after: Duration, status: i32) {
    let mut order = ORDER.lock();
    if order.is_none() {
        *order = Some((Instant::now() + after, status));
        CHANGED.notify_all();
    }
}

fn watch() {
    let mut order = ORDER.lock();
    let (when, status) = loop {
        match *order {
            Some(found) => break found,
            None => CHANGED.wait(&mut order),
        }
    };
    drop(order);
    while let Some(left) = when.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        thread::sleep(left);
    }
    terminal::give_back_at_once();
    leave_now(status);
}

/// Ends the process without asking anyone: no destructors, no flushing of what others may hold a lock on.
pub(super) fn leave_now(status: i32) -> ! {
    #[cfg(unix)]
    signal_hook::low_level::exit(status);
    #[cfg(not(unix))]
    std::process::exit(status);
}
