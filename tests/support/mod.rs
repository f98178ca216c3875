//! The real program in a real terminal, for the `pty_*` tests.
//!
//! Everything waits for what the program writes or for its end, with a deadline that fails the test; nothing sleeps and
//! hopes. A thread of its own reads all the time, as a terminal does, so that the program never waits for us, and
//! another writes, so that we never wait for the program.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod modes;

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use modes::Modes;

/// Fails a test that hangs; far beyond what any step takes, also on busy cores.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_racescope");

/// What to run, in the environment of a modern terminal.
pub(crate) struct Start {
    command: CommandBuilder,
    size: (u16, u16),
    read: bool,
}

impl Start {
    /// The program itself.
    pub(crate) fn racescope() -> Self {
        Start::of(CommandBuilder::new(BINARY))
    }

    /// A shell script, in which `$RACESCOPE` is the program.
    pub(crate) fn script(text: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", text]);
        command.env("RACESCOPE", BINARY);
        Start::of(command)
    }

    fn of(mut command: CommandBuilder) -> Self {
        for name in ["NO_COLOR", "COLORFGBG", "LC_ALL", "LC_CTYPE", "RACESCOPE_FAULT", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LANG", "C.UTF-8");
        Start { command, size: (80, 24), read: true }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Nobody reads what it writes: the terminal is stuck.
    pub(crate) fn unread(mut self) -> Self {
        self.read = false;
        self
    }

    /// Starts it and waits for its first picture.
    pub(crate) fn shown(self) -> Session {
        let mut session = self.spawn();
        session.wait_shown();
        session
    }

    /// Starts it.
    pub(crate) fn spawn(self) -> Session {
        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).expect("a pty");
        let before = line_settings(&*pair.master);
        let mut child = pair.slave.spawn_command(self.command).expect("the program starts");
        drop(pair.slave);
        let pid =
            child.process_id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)).expect("a process id");
        let (ended, exit) = channel();
        thread::spawn(move || ended.send(child.wait().expect("the program can be waited for")));
        let hang_up = Arc::new(AtomicBool::new(false));
        let reader = self.read.then(|| pair.master.try_clone_reader().expect("a reader"));
        Session {
            output: read_along(reader, Arc::clone(&hang_up)),
            input: Some(write_along(pair.master.take_writer().expect("a writer"))),
            master: Some(pair.master),
            pid,
            exit,
            hang_up,
            parser: vt100::Parser::new(nonzero(rows), nonzero(columns), 0),
            raw: Vec::new(),
            before,
        }
    }
}

fn read_along(reader: Option<Box<dyn Read + Send>>, hang_up: Arc<AtomicBool>) -> Receiver<Vec<u8>> {
    let (send, output) = channel();
    let Some(mut reader) = reader else { return output };
    thread::spawn(move || {
        let mut bytes = vec![0; 65536];
        while let Ok(count) = reader.read(&mut bytes) {
            if count == 0 || hang_up.load(Ordering::SeqCst) || send.send(bytes[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    output
}

fn write_along(mut writer: Box<dyn Write + Send>) -> Sender<Vec<u8>> {
    let (input, receive) = channel::<Vec<u8>>();
    thread::spawn(move || {
        for bytes in receive {
            if writer.write_all(&bytes).is_err() {
                break;
            }
        }
    });
    input
}

fn nonzero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("not zero")
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// The terminal's line settings, all of them.
fn line_settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("a pty has line settings"))
}

/// A terminal with a program in it.
pub(crate) struct Session {
    master: Option<Box<dyn MasterPty + Send>>,
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Vec<u8>>,
    exit: Receiver<ExitStatus>,
    hang_up: Arc<AtomicBool>,
    pub(crate) pid: Pid,
    parser: vt100::Parser,
    /// Everything that was written to the terminal.
    pub(crate) raw: Vec<u8>,
    before: String,
}

impl Session {
    /// Types these bytes.
    pub(crate) fn send(&self, bytes: impl AsRef<[u8]>) {
        let input = self.input.as_ref().expect("the terminal is open");
        input.send(bytes.as_ref().to_vec()).expect("the writing thread lives as long as the terminal");
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the program is there");
    }

    /// Sends a signal to whoever is in the foreground of the terminal.
    pub(crate) fn signal_foreground(&self, signal: Signal) {
        let leader =
            self.master().process_group_leader().and_then(Pid::from_raw).expect("someone in the foreground");
        kill_process(leader, signal).expect("the program is there");
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.master().resize(pty_size(columns, rows)).expect("a pty can be resized");
        self.parser.set_size(nonzero(rows), nonzero(columns));
    }

    fn master(&self) -> &(dyn MasterPty + Send) {
        &**self.master.as_ref().expect("the terminal is open")
    }

    /// The screen as it is now.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The modes as they are now.
    pub(crate) fn modes(&self) -> Modes {
        Modes::of(&self.raw)
    }

    /// Waits until the screen is such, reading on meanwhile.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !holds(self.parser.screen()) {
            assert!(self.read_on(deadline), "never {what}; the screen is\n{}", self.screen().contents());
        }
    }

    /// Waits until this text is on the screen.
    #[track_caller]
    pub(crate) fn wait_text(&mut self, text: &str) {
        self.wait_until(&format!("showed {text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until the program's own screen is up and drawn.
    #[track_caller]
    pub(crate) fn wait_shown(&mut self) {
        self.wait_until("shown", |screen| {
            screen.alternate_screen() && screen.contents().contains("racescope")
        });
    }

    /// Waits until so many frames more have been shown whole.
    #[track_caller]
    pub(crate) fn wait_frames(&mut self, more: usize) {
        let deadline = Instant::now() + DEADLINE;
        let goal = self.frames() + more;
        while self.frames() < goal {
            assert!(self.read_on(deadline), "no more frames; the screen is\n{}", self.screen().contents());
        }
    }

    /// How many frames have been shown whole.
    pub(crate) fn frames(&self) -> usize {
        self.raw.windows(modes::END_OF_FRAME.len()).filter(|bytes| *bytes == modes::END_OF_FRAME).count()
    }

    /// Reads what comes next; `false` at the deadline or when nothing will come any more.
    fn read_on(&mut self, deadline: Instant) -> bool {
        match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(bytes) => {
                self.parser.process(&bytes);
                self.raw.extend(bytes);
                true
            }
            Err(_) => false,
        }
    }

    /// Waits for the end of the program and of its output; says with which status it left.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        let status = self.exit.recv_timeout(DEADLINE).unwrap_or_else(|_| {
            while self.read_on(Instant::now()) {}
            let _ = kill_process(self.pid, Signal::KILL);
            panic!("the program doesn't end; the screen is\n{}", self.screen().contents())
        });
        while self.read_on(deadline) {}
        assert_eq!(status.signal(), None, "it ends by itself, not by a signal");
        status.exit_code()
    }

    /// Waits for the end, checks the status, and that the terminal is as it was before.
    #[track_caller]
    pub(crate) fn wait_restored(&mut self, status: u32) {
        let found = self.wait_exit();
        assert_eq!(found, status, "the status; the screen is\n{}", self.screen().contents());
        self.check_given_back();
    }

    /// Quits and checks that it was quick: 150 ms in the program, the rest is for busy cores.
    #[track_caller]
    pub(crate) fn quit_quickly(&mut self) {
        let asked = Instant::now();
        self.send("q");
        self.wait_restored(0);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    }

    /// Waits until the program has made the terminal its own as far as the line settings go.
    #[track_caller]
    pub(crate) fn wait_raw(&self) {
        let deadline = Instant::now() + DEADLINE;
        while self.line_settings_are_back() {
            assert!(Instant::now() < deadline, "the terminal never becomes raw");
            thread::yield_now();
        }
    }

    pub(crate) fn line_settings_are_back(&self) -> bool {
        line_settings(self.master()) == self.before
    }

    /// The terminal is as it was before the program came.
    #[track_caller]
    pub(crate) fn check_given_back(&self) {
        assert_eq!(line_settings(self.master()), self.before, "the line settings are as they were");
        assert_eq!(self.modes().still_set(), Vec::<u16>::new(), "every mode that was set is reset");
        assert!(!self.modes().cursor_hidden(), "the cursor is back");
        assert!(!self.screen().alternate_screen() && !self.screen().hide_cursor());
        assert_eq!(self.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// The window is closed: every descriptor of the terminal's end goes. The reading thread lets go of its own when it
    /// has read once more, for which a new size gives the occasion.
    pub(crate) fn close_window(&mut self) {
        self.hang_up.store(true, Ordering::SeqCst);
        self.resize(79, 23);
        while self.output.recv_timeout(DEADLINE).is_ok() {}
        self.input = None;
        self.master = None;
    }
}

/// Nanoseconds that all threads of a process have run so far.
pub(crate) fn cpu_time(pid: Pid) -> u64 {
    let tasks =
        std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_nonzero())).expect("the process is there");
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next()?.parse::<u64>().ok())
        .sum()
}
