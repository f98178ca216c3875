//! Whose the terminal is. Taking it, giving it back, and writing to it only while it is ours.
//!
//! There is one terminal a process, and four parties who may have to give it back at any moment: the loop, a panic,
//! a signal, and the watchdog. So this is one place behind one lock; whoever comes second finds it given back already.
//! A frame is written whole under the lock, so that nothing is drawn on a screen that is no longer ours, and no
//! frame is cut in two by the sequences that restore it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, const_mutex};

use crate::platform::tty::{self, Modes};

/// Alternate screen, hidden cursor, buttons, wheel and dragging of the mouse in its modern form, and pastes told from keys: a schedule
/// is pasted on any line, and the digits and letters of it must not be taken for keys.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2J";
/// The same in reverse, and an end to whatever a frame may have been in the middle of.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[0m\x1b[?1049l\x1b[?25h";
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// What is the colour of your ground? (xterm's control sequences, OSC 11; whoever doesn't know it says nothing.)
const ASK_GROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// For so long an answer may be under way, and must not end up at the shell's prompt.
const ANSWER: Duration = Duration::from_millis(200);

enum State {
    Away,
    Ours,
    /// Given back while the program is stopped; to be taken again when it goes on.
    Lent,
}

static STATE: Mutex<State> = const_mutex(State::Away);
/// How the terminal was. Apart from the state, because that is locked while a frame is being written, and a terminal that
/// nobody reads from lets a write wait for ever.
static BEFORE: Mutex<Option<Modes>> = const_mutex(None);
/// When the terminal was asked something last.
static ASKED: Mutex<Option<Instant>> = const_mutex(None);
static OURS: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back when it goes out of scope.
#[derive(Debug)]
pub(super) struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal.
pub(super) fn take() -> io::Result<Guard> {
    // The guard comes first, so that half a take is given back too; and before the lock, which it needs when it goes.
    let guard = Guard(());
    let mut state = STATE.lock();
    *BEFORE.lock() = Some(Modes::raw()?);
    *state = State::Ours;
    OURS.store(true, Ordering::SeqCst);
    enter()?;
    Ok(guard)
}

fn enter() -> io::Result<()> {
    #[cfg(not(unix))]
    crossterm::execute!(io::stdout(), crossterm::event::EnableMouseCapture)?;
    tty::write_all(ENTER)
}

/// Asks the terminal for its ground; the answer comes as input.
pub(super) fn ask_ground() -> io::Result<()> {
    *ASKED.lock() = Some(Instant::now());
    tty::write_all(ASK_GROUND)
}

fn leave() {
    // Errors mean that the terminal is gone: there is nothing to restore then.
    let _ = tty::write_all(LEAVE);
    #[cfg(not(unix))]
    let _ = crossterm::execute!(io::stdout(), crossterm::event::DisableMouseCapture);
    if let Some(before) = BEFORE.lock().as_ref() {
        if ASKED.try_lock().and_then(|asked| *asked).is_some_and(|asked| asked.elapsed() < ANSWER) {
            tty::forget_input();
        }
        let _ = before.restore();
    }
    OURS.store(false, Ordering::SeqCst);
}

/// Gives the terminal back if it is ours. Waits for a frame that is just being written.
pub(super) fn give_back() {
    let mut state = STATE.lock();
    if matches!(*state, State::Ours) {
        leave();
    }
    *state = State::Away;
}

/// Gives it back even if someone is stuck in writing to it: for the watchdog, and for panics, just before the end.
pub(super) fn give_back_at_once() {
    if let Some(mut state) = STATE.try_lock_for(Duration::from_millis(20)) {
        if matches!(*state, State::Ours) {
            leave();
        }
        *state = State::Away;
    } else if OURS.load(Ordering::SeqCst) {
        tty::write_if_room(LEAVE);
        if let Some(before) = BEFORE.try_lock_for(Duration::from_millis(20)).and_then(|before| before.clone())
        {
            let _ = before.restore();
        }
    }
}

/// Gives the terminal back for the time that the program is stopped.
pub(super) fn lend() {
    let mut state = STATE.lock();
    if matches!(*state, State::Ours) {
        leave();
        *state = State::Lent;
    }
}

/// Takes it again after the program was stopped, also when it was stopped without being asked: the shell may have changed
/// the terminal since. Nothing if it was given back for good.
pub(super) fn take_again() {
    let mut state = STATE.lock();
    let taken = match *state {
        State::Away => return,
        State::Lent => Modes::raw().map(|modes| *BEFORE.lock() = Some(modes)),
        State::Ours => BEFORE.lock().as_ref().map_or(Ok(()), Modes::raw_again),
    };
    if taken.is_ok() {
        *state = State::Ours;
        OURS.store(true, Ordering::SeqCst);
        // If this fails the terminal is gone, and the loop will find that out by itself.
        let _ = enter();
    }
}

/// Whether the screen is ours at this moment.
pub(super) fn is_ours() -> bool {
    OURS.load(Ordering::SeqCst)
}

/// Shows a frame at once: terminals that know synchronized updates show nothing of it until it is whole. Does nothing
/// while the screen is not ours.
pub(super) fn present(frame: &mut Vec<u8>) -> io::Result<()> {
    frame.extend_from_slice(END_UPDATE);
    let state = STATE.lock();
    if matches!(*state, State::Ours) { tty::write_all(frame) } else { Ok(()) }
}

/// Sends a sequence between two frames. Does nothing while the screen is not ours.
pub(super) fn send(bytes: &[u8]) -> io::Result<()> {
    let state = STATE.lock();
    if matches!(*state, State::Ours) { tty::write_all(bytes) } else { Ok(()) }
}

/// Begins a frame in an empty buffer.
pub(super) fn begin(frame: &mut Vec<u8>) {
    frame.clear();
    frame.extend_from_slice(BEGIN_UPDATE);
}
