//! The loop: wait, apply what has come, draw when something has changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use super::input::Input;
use super::pictures::Pictures;
use super::screen::Screen;
use super::{Engine, Error, Front, copy, crash, signals, terminal, watchdog};
use crate::app::picture::Picture;
use crate::app::{Command, Message};
use crate::compare;
use crate::lab::jobs;
use crate::machine::explore::service::{self, Service};
use crate::platform::{fault, tty};

/// Frames follow each other at this distance at least: sixty a second.
const FRAME: Duration = Duration::from_micros(16_600);
/// How often the engine is asked while it has something to say.
const LIVELY: Duration = Duration::from_millis(16);
/// How often it is asked while nothing happens: often enough that what wakes it up is seen at once.
const CALM: Duration = Duration::from_millis(50);
/// For how long after the last report or order it counts as lively.
const LINGER: Duration = Duration::from_millis(300);
/// The longest step an animation may take, so that nothing leaps after a stop.
const LONGEST_STEP: Duration = Duration::from_millis(100);
/// How long quitting may take in all; design: under 200 ms.
const QUIT: Duration = Duration::from_millis(150);
/// Reports taken in one go.
const REPORTS: usize = 8;

/// Shows the program until the user leaves it. `start` starts the engine; it is called once the terminal is known to do.
///
/// # Errors
/// When there is no terminal, the system refuses something, the engine can't be started, the terminal goes away, or
/// the program crashes. The terminal is given back before this returns. While it runs, a signal may end the process.
pub fn run<F, E, S>(front: F, start: S) -> Result<(), Error>
where
    F: Front,
    E: Engine,
    S: FnOnce() -> Result<E, String>,
{
    fit()?;
    crash::watch();
    let shown = catch_unwind(AssertUnwindSafe(|| show(front, start)));
    let ended = shown.unwrap_or(Err(Error::Crashed));
    crash::tell_all();
    ended
}

/// Whether there is a terminal that can show the screen.
fn fit() -> Result<(), Error> {
    if !tty::is_terminal() {
        return Err(Error::NoTerminal("standard input and output are not both a terminal"));
    }
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(Error::NoTerminal("this terminal calls itself dumb (TERM=dumb)"));
    }
    Ok(())
}

fn show<F, E, S>(front: F, start: S) -> Result<(), Error>
where
    F: Front,
    E: Engine,
    S: FnOnce() -> Result<E, String>,
{
    let refused = |what| move |source| Error::Refused { what, source };
    let input = Input::open().map_err(refused("listen to the terminal"))?;
    watchdog::start().map_err(refused("start the thread that watches over quitting"))?;
    #[cfg(unix)]
    {
        let waker = input.waker().map_err(refused("listen to the terminal"))?;
        signals::start(&waker).map_err(refused("start the thread that listens to signals"))?;
    }
    // The engine first: what it says when it can't start belongs on the user's own screen.
    let engine = start().map_err(Error::Lab)?;
    let screen = Screen::open().map_err(Error::of_terminal("take the terminal"))?;
    let mut shell = Shell::new(front, engine, screen, input);
    let ended = shell.run();
    shell.leave(ended)
}

/// Whether the loop goes on.
enum Next {
    On,
    Quit,
}

struct Shell<F, E> {
    front: F,
    engine: E,
    pictures: Pictures,
    searches: Service,
    sweeps: compare::service::Service,
    jobs: jobs::live::Service,
    screen: Screen,
    input: Input,
    messages: Vec<Message>,
    /// When the last tick was sent.
    ticked: Instant,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
    /// When something last came from the engine or went to it.
    active: Instant,
    /// A frame is due.
    due: bool,
    /// What was drawn is lost.
    lost: bool,
}

impl<F: Front, E: Engine> Shell<F, E> {
    fn new(front: F, engine: E, screen: Screen, input: Input) -> Self {
        let now = Instant::now();
        let messages = Vec::new();
        Shell {
            front,
            engine,
            pictures: Pictures::default(),
            searches: Service::default(),
            sweeps: compare::service::Service::default(),
            jobs: jobs::live::Service::default(),
            screen,
            input,
            messages,
            ticked: now,
            drawn: None,
            active: now,
            due: true,
            lost: false,
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        let (columns, rows) = self.screen.size();
        let mut next = self.apply(Message::Resize { columns, rows });
        if self.front.asks_ground() {
            terminal::ask_ground().map_err(Error::of_terminal("write to the terminal"))?;
        }
        while matches!(next, Next::On) {
            self.draw_if_due()?;
            let pause = self.pause();
            let woken = self
                .input
                .wait(pause, &mut self.messages)
                .map_err(Error::of_terminal("read the terminal"))?;
            next = self.take_in(woken);
        }
        Ok(())
    }

    /// How long nothing needs to be done unless something comes.
    fn pause(&self) -> Duration {
        let now = Instant::now();
        let lively = now.saturating_duration_since(self.active) < LINGER;
        let mut pause = if lively { LIVELY } else { CALM };
        if let Some(wake) = self.front.next_wake() {
            pause = pause.min((self.ticked + wake).saturating_duration_since(now));
        }
        if self.due {
            let earliest = self.drawn.map_or(now, |drawn| drawn + FRAME);
            pause = pause.min(earliest.saturating_duration_since(now));
        }
        pause.max(Duration::from_millis(1))
    }

    /// Applies everything that has come, from all sides.
    fn take_in(&mut self, woken: bool) -> Next {
        let mut messages = std::mem::take(&mut self.messages);
        for message in messages.drain(..) {
            if let Next::Quit = self.apply(message) {
                return Next::Quit;
            }
        }
        self.messages = messages;
        for crash in crash::take_fresh() {
            let told = [service::THREAD, compare::service::THREAD, jobs::live::THREAD]
                .contains(&crash.thread.as_str());
            if !told && !self.engine.answers_for(&crash.thread) {
                self.front.notice(crash.text);
            }
        }
        if woken {
            // Also when the size is the same: it may have been smaller for a moment, and what lay outside is lost.
            (self.lost, self.due) = (true, true);
            self.screen.measure();
            let (columns, rows) = self.screen.size();
            if let Next::Quit = self.apply(Message::Resize { columns, rows }) {
                return Next::Quit;
            }
        }
        for _ in 0..REPORTS {
            let Some(report) = self.engine.poll() else { break };
            self.active = Instant::now();
            if let Next::Quit = self.apply(Message::Lab(Box::new(report))) {
                return Next::Quit;
            }
        }
        while let Some(picture) = self.pictures.poll() {
            self.front.show(picture);
        }
        for _ in 0..REPORTS {
            let Some(report) = self.searches.poll() else { break };
            self.active = Instant::now();
            if let Next::Quit = self.apply(Message::Search(Box::new(report))) {
                return Next::Quit;
            }
        }
        for _ in 0..REPORTS {
            let Some(report) = self.sweeps.poll() else { break };
            self.active = Instant::now();
            if let Next::Quit = self.apply(Message::Compare(Box::new(report))) {
                return Next::Quit;
            }
        }
        for _ in 0..REPORTS {
            let Some(report) = self.jobs.poll() else { break };
            self.active = Instant::now();
            if let Next::Quit = self.apply(Message::Jobs(Box::new(report))) {
                return Next::Quit;
            }
        }
        let next = self.tick();
        if let Some(window) = self.front.take_window()
            && let Err(window) = self.pictures.make(window)
        {
            self.front.show(Picture::of(window));
        }
        next
    }

    fn tick(&mut self) -> Next {
        let now = Instant::now();
        let step = now.saturating_duration_since(self.ticked).min(LONGEST_STEP);
        self.ticked = now;
        if self.front.next_wake().is_none() {
            return Next::On;
        }
        self.apply(Message::Tick(u64::try_from(step.as_nanos()).unwrap_or(u64::MAX)))
    }

    fn apply(&mut self, message: Message) -> Next {
        for command in self.front.update(message) {
            match command {
                Command::Lab(order) => {
                    self.active = Instant::now();
                    self.engine.order(order);
                }
                Command::Search(order) => {
                    self.active = Instant::now();
                    self.searches.order(order);
                }
                Command::Compare(order) => {
                    self.active = Instant::now();
                    self.sweeps.order(order);
                }
                Command::Jobs(order) => {
                    self.active = Instant::now();
                    self.jobs.order(order);
                }
                Command::Copy(text) => self.front.notice(copy::copy(&text)),
                Command::Suspend => {
                    if let Err(why) = signals::suspend() {
                        self.front.notice(why);
                    }
                }
                Command::Quit => return Next::Quit,
            }
        }
        Next::On
    }

    fn draw_if_due(&mut self) -> Result<(), Error> {
        self.due |= self.front.take_dirty();
        let now = Instant::now();
        if !self.due || self.drawn.is_some_and(|drawn| now < drawn + FRAME) {
            return Ok(());
        }
        let front = &self.front;
        self.screen.draw(self.lost, |frame| front.draw(frame)).map_err(Error::of_terminal("draw"))?;
        (self.due, self.lost, self.drawn) = (false, false, Some(now));
        Ok(())
    }

    /// Gives the terminal back, then ends the engine, however long that would like to take.
    fn leave(self, ended: Result<(), Error>) -> Result<(), Error> {
        let status = ended.as_ref().err().map_or(0, Error::exit_code);
        watchdog::arm(QUIT, i32::from(status));
        terminal::give_back();
        drop(self.screen);
        // Ends by itself or with the process; nobody waits for it.
        drop(self.searches);
        drop(self.sweeps);
        drop(self.jobs);
        while fault::get().stuck {
            thread::park();
        }
        drop(self.engine);
        ended
    }
}
