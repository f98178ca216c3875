//! Signals: ending, stopping, going on.
//!
//! A thread of their own acts on them. A flag that the loop reads would not do: the loop may be waiting for a terminal
//! that takes no more bytes, or for one that is gone.

#[cfg(unix)]
pub(super) use unix::{start, suspend, wake};

#[cfg(not(unix))]
pub(super) use other::{suspend, wake};

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::os::unix::net::UnixStream;
    use std::thread;
    use std::time::Duration;

    use parking_lot::{Mutex, const_mutex};
    use rustix::process::{Signal, kill_current_process_group};
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGWINCH};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level;

    use crate::platform::tty;
    use crate::tui::{terminal, watchdog};

    /// How long giving the terminal back may take when a signal ends the program.
    const PATIENCE: Duration = Duration::from_millis(200);

    static WAKER: Mutex<Option<UnixStream>> = const_mutex(None);

    /// Starts the thread. From now on signals end, stop and continue the program in order, and the waker is written to
    /// when the loop should look around: the size may have changed, the screen may be lost.
    pub(in crate::tui) fn start(waker: &UnixStream) -> io::Result<()> {
        *WAKER.lock() = Some(waker.try_clone()?);
        low_level::pipe::register(SIGWINCH, waker.try_clone()?)?;
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
        let listen = move || {
            loop {
                let arrived: Vec<i32> = signals.wait().collect();
                handle(&arrived);
            }
        };
        thread::Builder::new().name(String::from("signals")).spawn(listen).map(drop)
    }

    /// Signals that arrived together come in no order. One that ends the program goes first; a stop together with
    /// a continuation has been undone already.
    fn handle(arrived: &[i32]) {
        if let Some(&signal) = arrived.iter().find(|&&signal| !matches!(signal, SIGTSTP | SIGCONT)) {
            watchdog::arm(PATIENCE, 128 + signal);
            terminal::give_back();
            watchdog::leave_now(128 + signal);
        }
        if arrived.contains(&SIGCONT) {
            terminal::take_again();
            wake();
        } else if arrived.contains(&SIGTSTP) && tty::can_come_back() {
            terminal::lend();
            // SIGSTOP because the default of SIGTSTP is out of reach while it has a handler. When this returns the
            // program has been stopped and continued, and SIGCONT is on its way to us; unless it was refused.
            if low_level::raise(SIGSTOP).is_err() {
                terminal::take_again();
                wake();
            }
        }
    }

    /// Makes the loop look around.
    pub(in crate::tui) fn wake() {
        if let Some(waker) = WAKER.lock().as_mut() {
            // A full line means that it has been woken often enough.
            let _ = waker.write(&[1]);
        }
    }

    /// Stops the program as Ctrl-Z would: with everything that the shell started along with it, so that a script around
    /// it stops too and the shell gets its prompt. The signal thread does the rest.
    pub(in crate::tui) fn suspend() -> Result<(), String> {
        if !tty::can_come_back() {
            return Err(String::from("no shell is waiting to bring racescope back, so it can't be stopped"));
        }
        kill_current_process_group(Signal::TSTP).map_err(|error| format!("can't stop: {error}"))
    }
}

#[cfg(not(unix))]
mod other {
    //! Ending is the platform's business here; stopping can't be had.

    /// Nothing to wake: the loop waits in short steps here.
    pub(in crate::tui) fn wake() {}

    /// Not to be had here.
    pub(in crate::tui) fn suspend() -> Result<(), String> {
        Err(String::from("this platform can't stop a program and bring it back"))
    }
}
