//! The Explore screen's state: every outcome of the program, the search for them, and the selected one's witness.
//!
//! The search runs elsewhere; this says what is to be searched and takes what is reported. Searching begins when the
//! screen is shown, and anew whenever the program is another.

mod act;
mod here;
pub mod layout;
mod measured;
mod read;
pub mod witness;

use std::time::Duration;

use super::findings::Findings;
use super::message::Command;
use super::notice::Notice;
use crate::machine::Machine;
use crate::machine::explore::Progress;
use crate::machine::explore::sample::Draw;
use crate::machine::explore::service::{Order, Query, Report, Stage, Ticket};
use crate::machine::schedule::Schedule;
use witness::Witness;

pub use here::Here;
pub use measured::Measured;

/// Who asks, in tickets of this screen.
pub const ASKER: &str = "explore";
/// After how long a search stops by itself, and drawing after it.
const SEARCHING: Duration = Duration::from_secs(60);
const DRAWING: Duration = Duration::from_secs(2);
/// Memory for what drawing remembers.
const DRAWING_MEMORY: u64 = 256 << 20;
/// Seed of what is drawn: the same search shows the same again.
const SEED: u64 = 7;
/// Cells before the moment from which everything is explored that are shown.
const BEFORE: i64 = 12;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Under {
    /// What is being done.
    pub stage: Stage,
    /// How far.
    pub progress: Progress,
    /// For how many seconds this has been going on.
    pub seconds: f64,
    /// Most memory that it may use.
    pub memory: u64,
    /// Whether it was told to stop.
    pub stopping: bool,
    /// Whether the search was, and schedules are drawn only for that.
    pub was_stopped: bool,
}

impl Under {
    /// Whether it was too much, and schedules are drawn instead.
    #[must_use]
    pub fn is_drawing(&self) -> bool {
        self.stage == Stage::Drawing
    }
}

/// The state of the Explore screen.
#[derive(Debug)]
pub struct Explore {
    machine: Machine,
    /// Where exploring begins, if not at the program's start.
    here: Option<Here>,
    /// The query that is being worked on.
    ticket: Option<Ticket>,
    number: u64,
    under: Option<Under>,
    findings: Option<Findings>,
    failed: Option<String>,
    /// Whether the program has not been searched yet.
    due: bool,
    selected: usize,
    first: usize,
    shortest: bool,
    witness: Option<Witness>,
    lane: u16,
    /// The cell of the witness's lanes at the left edge, where they are longer than there is room.
    along: i64,
    wants_measured: Option<bool>,
    opened: Option<Schedule>,
    notice: Notice,
    /// What is to be told to the search although no key was pressed.
    pending: Vec<Command>,
}

impl Explore {
    pub(super) fn new(machine: Machine) -> Self {
        Explore {
            machine,
            here: None,
            ticket: None,
            number: 0,
            under: None,
            findings: None,
            failed: None,
            due: true,
            selected: 0,
            first: 0,
            shortest: false,
            witness: None,
            lane: 0,
            along: 0,
            wants_measured: None,
            opened: None,
            notice: Notice::default(),
            pending: Vec::new(),
        }
    }

    /// Another program from now on.
    pub(super) fn set_machine(&mut self, machine: Machine) {
        self.machine = machine;
        self.begin_at(None);
    }

    /// From this moment on, or from the start.
    pub(super) fn begin_at(&mut self, here: Option<Here>) {
        self.cancel();
        self.here = here;
        self.findings = None;
        self.failed = None;
        self.witness = None;
        (self.selected, self.first, self.lane) = (0, 0, 0);
        self.due = true;
    }

    fn cancel(&mut self) {
        self.under = None;
        if let Some(ticket) = self.ticket.take() {
            self.pending.push(Command::Search(Order::Cancel(ticket)));
        }
    }

    /// Gives up a search until the screen is shown again.
    pub(super) fn put_off(&mut self) -> Vec<Command> {
        if self.ticket.is_some() {
            self.cancel();
            self.due = true;
        }
        std::mem::take(&mut self.pending)
    }

    /// What is to be told to the search now; where the screen is shown, that includes what has not been searched yet.
    pub(super) fn commands(&mut self, shown: bool) -> Vec<Command> {
        let mut commands = std::mem::take(&mut self.pending);
        if shown && self.due {
            commands.push(self.search());
        }
        commands
    }

    /// Begins to search.
    fn search(&mut self) -> Command {
        self.due = false;
        self.failed = None;
        self.number += 1;
        let ticket = Ticket { asker: ASKER, number: self.number };
        self.ticket = Some(ticket);
        let query = Query::new(ticket, self.machine.clone());
        let memory = query.options.memory;
        let draw = Draw { samples: u64::MAX, seed: SEED, memory: DRAWING_MEMORY.min(memory) };
        self.under = Some(Under {
            stage: Stage::Searching,
            progress: Progress::default(),
            seconds: 0.0,
            memory,
            stopping: false,
            was_stopped: false,
        });
        Command::Search(Order::Start(Box::new(Query {
            start: self.here.as_ref().map(|here| here.state.clone()),
            time: Some(SEARCHING),
            sample: Some(draw),
            sample_time: Some(DRAWING),
            ..query
        })))
    }

    /// Takes what is reported of a search; says whether it is of this screen's.
    pub(super) fn take(&mut self, report: Report) -> bool {
        let wanted = self.ticket;
        match report {
            Report::Progress { ticket, stage, progress, elapsed } if wanted == Some(ticket) => {
                if let Some(under) = &mut self.under {
                    under.was_stopped |= under.stopping && under.stage != stage;
                    under.stopping &= under.stage == stage;
                    (under.stage, under.progress, under.seconds) = (stage, progress, elapsed.as_secs_f64());
                }
            }
            Report::Done { ticket, answer } if wanted == Some(ticket) => {
                (self.ticket, self.under) = (None, None);
                let before = self.here.as_ref().map(|here| &here.way);
                let findings = Findings::after(&self.machine, before, &answer);
                if self.selected == 0 && !findings.is_complete() {
                    // Of very many the likely ones are what was drawn; the first is most often far from all of them.
                    self.selected = likeliest(&findings);
                    self.first = self.selected.saturating_sub(2);
                }
                if self.selected == 0 && findings.is_complete() {
                    // What is wrong is what somebody looks for.
                    self.selected = findings.rows.iter().position(|row| !row.is_right()).unwrap_or(0);
                }
                self.findings = Some(findings);
                self.select(self.selected);
            }
            Report::Crashed { ticket, text } if wanted == Some(ticket) => {
                (self.ticket, self.under) = (None, None);
                self.failed = Some(text);
            }
            _ => return false,
        }
        true
    }

    /// Selects an outcome by its number, or the last where there are fewer.
    fn select(&mut self, row: usize) {
        let count = self.rows().len();
        self.selected = row.min(count.saturating_sub(1));
        self.lane = 0;
        let found = self.findings.as_ref().and_then(|findings| findings.rows.get(self.selected));
        let here = self.here.as_ref();
        self.witness = found.map(|row| Witness::new(&self.machine, here, row, !self.shortest));
        // A little of what leads to the moment from which everything is explored is shown.
        self.along = self.witness.as_ref().map_or(0, |witness| (witness.closest().begin - BEFORE).max(0));
    }

    /// Lets time pass; says whether that changed the picture.
    pub(super) fn tick(&mut self, nanos: u64) -> bool {
        self.notice.tick(nanos)
    }

    /// After how long the next tick is wanted at the latest.
    pub(super) fn next_wake(&self) -> Option<Duration> {
        self.notice.get().map(|_| Duration::from_millis(100))
    }

    /// Tells the user something for a while.
    pub(super) fn notice(&mut self, text: String) {
        self.notice.tell(text);
    }

    /// The schedule that is to be opened in Step, if one was asked for since this was asked last.
    pub(super) fn take_opened(&mut self) -> Option<Schedule> {
        self.opened.take()
    }
}

/// The outcome with the longest bar.
fn likeliest(findings: &Findings) -> usize {
    let rows = findings.rows.iter().enumerate();
    let highest = rows.max_by(|(_, a), (_, b)| a.height.total_cmp(&b.height));
    highest.map_or(0, |(row, _)| row)
}
