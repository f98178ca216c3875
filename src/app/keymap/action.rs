//! What keys can do, and what the table of keys is made of.

use crate::app::message::Key;
use crate::experiment::Protection;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Guard the increment with this.
    Protect(Protection),
    /// So many permits more, or fewer.
    Permits(i8),
    /// So many threads more, or fewer.
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

/// What a hint says beside its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Always the same.
    Fixed(&'static str),
    /// The number of permits.
    Permits,
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

/// Keys that belong together and share a hint.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// How the keys are written in the hint.
    pub shown: &'static str,
    /// What the hint says.
    pub hint: Hint,
    /// The keys. A click on the hint's label does what the last one does.
    pub presses: &'static [Press],
    /// How early the hint is shown while the workers run: low comes first, 0 is always shown, 255 never.
    pub running: u8,
    /// The same while they are paused.
    pub paused: u8,
}
