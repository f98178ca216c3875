//! What keys can do, and what the table of keys is made of.

use crate::app::Screen;
use crate::app::message::Key;
use crate::experiment::Protection;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next thing that workers do.
    Work,
    /// The next kind of workers.
    Kind,
    /// Processes: one counter for all, or one each. Tasks: whether they await between load and store.
    Shared,
    /// One job crashes, or none.
    Crash,
    /// Call off the selected job.
    CallOff,
    /// Guard the increment with this.
    Protect(Protection),
    /// So many permits more, or fewer.
    Permits(i8),
    /// So many workers more, or fewer.
    Threads(i8),
    /// So many steps up the ladder of iterations, or down.
    Iterations(i8),
    /// Faster (positive) or slower.
    Pace(i8),
    /// A wider gap (positive) or a narrower one.
    Gap(i8),
    /// The next jitter.
    Jitter,
    /// All cores or one.
    Cores,
    /// Hold the workers, or let them go on.
    Pause,
    /// One operation.
    One,
    /// The rest of this run at full speed.
    Finish,
    /// Many runs at full speed, or no more of them.
    Burst,
    /// Whether the next run follows.
    Follow,
    /// A new run.
    Again,
    /// Look at this worker, or no longer.
    Focus(u16),
    /// Look at the worker so many lanes further down.
    FocusBy(i8),
    /// Select an increment so many further on.
    Select(i8),
    /// Select the newest increment (true) or the oldest.
    SelectEnd(bool),
    /// Scroll by so many pages, towards the newest where positive.
    Page(i8),
    /// Another scheduler.
    Scheduler,
    /// One step towards the selected outcome.
    Hint,
    /// Show the whole way to the selected outcome.
    Whole,
    /// Copy the schedule.
    Copy,
    /// Enter a schedule.
    Paste,
    /// To where this branch began, or over to the one before.
    Branch,
    /// Choose a program.
    Programs,
    /// Show what was really measured, or no longer.
    Measured,
    /// Take what is here on to the next screen: the recorded run to Step, Step's moment to Explore.
    Onward,
    /// The next palette.
    Theme,
    /// Show all keys.
    Help,
    /// Close, cancel, deselect: whatever is uppermost.
    Back,
    /// Another screen.
    Screen(i8),
    /// Stop until called back to the foreground.
    Suspend,
    /// Leave.
    Quit,
}

impl Action {
    /// Whether it changes the experiment.
    #[must_use]
    pub fn is_setting(self) -> bool {
        matches!(
            self,
            Action::Kind
                | Action::Shared
                | Action::Protect(_)
                | Action::Permits(_)
                | Action::Threads(_)
                | Action::Iterations(_)
        )
    }
}

/// What a hint says beside its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Always the same.
    Fixed(&'static str),
    /// What workers do.
    Work,
    /// Which job crashes.
    Crash,
    /// One text each for Race, Step, Explore and Compare.
    On(&'static str, &'static str, &'static str, &'static str),
    /// What digits do.
    Workers,
    /// Who moves next when nobody is asked.
    Scheduler,
    /// What processes share, or tasks await.
    Shared,
    /// The number of permits.
    Permits,
    /// What a worker is; in Jobs, who runs them.
    Kind,
    /// The number of threads.
    Threads,
    /// The number of iterations.
    Iterations,
    /// What fills the gap.
    Gap,
    /// The jitter.
    Jitter,
    /// The cores in use.
    Cores,
    /// Pause, or go on.
    Pause,
    /// Burst, or cancel it.
    Burst,
    /// Whether the next run follows.
    Follow,
    /// The colours in use.
    Theme,
}

/// One key, or several that mean the same.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    /// The keys.
    pub keys: &'static [Key],
    /// How they are written.
    pub shown: &'static str,
    /// What they do. For [`Action::Focus`] the digit pressed says whom.
    pub action: Action,
    /// What they do, in a sentence.
    pub help: &'static str,
}

impl Press {
    /// What they do on this screen: what is said of it alone, or what is said of all.
    #[must_use]
    pub fn help_on(&self, screen: Screen) -> &'static str {
        let own = self.help.split("; ").find_map(|part| {
            let (screens, said) = part.strip_prefix("in ")?.split_once(": ")?;
            screens.split(" and ").any(|name| name == screen.name()).then_some(said)
        });
        own.unwrap_or_else(|| self.help.split("; in ").next().unwrap_or(self.help))
    }
}

/// The screens on which keys do something, and how early their hint is shown there: low comes first, 0 is always
/// shown, 255 never.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    race: Option<(u8, u8)>,
    jobs: Option<u8>,
    step: Option<u8>,
    explore: Option<u8>,
    compare: Option<u8>,
}

impl Places {
    /// On Race's jobs too.
    pub(super) const fn jobs(self, rank: u8) -> Places {
        Places { jobs: Some(rank), ..self }
    }

    /// On Step too.
    pub(super) const fn step(self, rank: u8) -> Places {
        Places { step: Some(rank), ..self }
    }

    /// On Explore too.
    pub(super) const fn explore(self, rank: u8) -> Places {
        Places { explore: Some(rank), ..self }
    }

    /// On Compare too.
    pub(super) const fn compare(self, rank: u8) -> Places {
        Places { compare: Some(rank), ..self }
    }

    /// Whether the keys do something on this screen.
    #[must_use]
    pub fn includes(self, screen: Screen) -> bool {
        self.rank(screen, false).is_some()
    }

    /// How early the hint is shown on this screen, while its workers run or stand still; `None` where the keys do
    /// nothing.
    #[must_use]
    pub fn rank(self, screen: Screen, still: bool) -> Option<u8> {
        match screen {
            Screen::Race => self.race.map(|(running, paused)| if still { paused } else { running }),
            Screen::Jobs => self.jobs,
            Screen::Step => self.step,
            Screen::Explore => self.explore,
            Screen::Compare => self.compare,
        }
    }
}

/// Keys that belong together and share a hint.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// How the keys are written in the hint.
    pub shown: &'static str,
    /// What the hint says.
    pub hint: Hint,
    /// Where they do something.
    pub places: Places,
    /// The keys. A click on the hint's label does what the last one does.
    pub presses: &'static [Press],
}

/// Keys for Race: how early their hint is shown while the workers run, and while they are paused.
pub(super) const fn race(running: u8, paused: u8) -> Places {
    Places { race: Some((running, paused)), jobs: None, step: None, explore: None, compare: None }
}

/// Keys for Race's jobs.
pub(super) const fn jobs(rank: u8) -> Places {
    Places { race: None, jobs: Some(rank), step: None, explore: None, compare: None }
}

/// Keys for Step.
pub(super) const fn step(rank: u8) -> Places {
    Places { race: None, jobs: None, step: Some(rank), explore: None, compare: None }
}

/// Keys for Explore.
pub(super) const fn explore(rank: u8) -> Places {
    Places { race: None, jobs: None, step: None, explore: Some(rank), compare: None }
}

pub(super) const fn press(
    keys: &'static [Key],
    shown: &'static str,
    action: Action,
    help: &'static str,
) -> Press {
    Press { keys, shown, action, help }
}

pub(super) const fn row(shown: &'static str, hint: Hint, places: Places, presses: &'static [Press]) -> Row {
    Row { shown, hint, places, presses }
}

pub(super) const DIGITS: [Key; 10] = [
    Key::Char('0'),
    Key::Char('1'),
    Key::Char('2'),
    Key::Char('3'),
    Key::Char('4'),
    Key::Char('5'),
    Key::Char('6'),
    Key::Char('7'),
    Key::Char('8'),
    Key::Char('9'),
];
