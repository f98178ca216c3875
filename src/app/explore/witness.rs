//! The witness of the selected outcome: its lanes, and a sentence that says why it ends so.

use std::cmp::Ordering;

use super::Here;
use crate::analysis::timeline::{Entry, Timeline};
use crate::app::findings::{Kind, Row, grouped};
use crate::app::race::strip::Strip;
use crate::event::{Increment, Spelling, Worker};
use crate::export::step::timeline;
use crate::machine::run::Run;
use crate::machine::schedule::Schedule;
use crate::machine::{Machine, State};
use crate::program::{Op, Program};

/// Operations times workers that a witness is drawn for; of longer ones only the beginning is.
const BUDGET: u64 = 16_000;

/// Operations of a witness that is also laid out wider, where there is room, and how wide.
const SHORT: usize = 64;
const WIDER: [i64; 3] = [4, 6, 8];

/// A witness laid out.
#[derive(Debug)]
pub struct Laid {
    /// Its operations, by cell.
    pub strip: Strip,
    /// The cell at which what comes after the moment begins from which everything is explored; 0 where everything does.
    pub begin: i64,
}

/// A schedule that leads to the selected outcome.
#[derive(Debug)]
pub struct Witness {
    /// The schedule, from the program's start.
    pub schedule: Schedule,
    /// What of it comes after the moment from which everything is explored.
    pub rest: Schedule,
    /// What it does.
    pub timeline: Timeline,
    /// The same, laid out: the closest first.
    laid: Vec<Laid>,
    /// What it shows, in a sentence or two.
    pub sentence: String,
    /// Whether only its beginning is drawn.
    pub is_part: bool,
}

impl Witness {
    /// The witness of an outcome, from `here` on or from the start.
    pub(super) fn new(machine: &Machine, here: Option<&Here>, row: &Row, fewest_switches: bool) -> Self {
        let rest = row.witness(fewest_switches).clone();
        let schedule = here.map_or_else(|| rest.clone(), |here| here.whole(&rest));
        let threads = machine.program().threads.len();
        let most = BUDGET / threads.max(1) as u64;
        let is_part = schedule.steps() > most;
        let mut run = Run::new(machine.clone());
        let before = here.map_or(0, |here| here.way.steps());
        let mut led = 0;
        for (worker, step) in schedule.workers().take(most as usize).zip(1..) {
            run.step(worker);
            if step == before {
                led = run.events().len() as u64;
            }
        }
        let timeline = timeline(&run, threads);
        let mut laid = vec![Laid::new(&run, &timeline, led, None)];
        if timeline.entries().len() <= SHORT {
            laid.extend(WIDER.map(|apart| Laid::new(&run, &timeline, led, Some(apart))));
        }
        let mut sentence = match is_part {
            true if row.why.is_empty() => "Only its beginning is drawn.".into(),
            true => format!("✗ {}. Only its beginning is drawn.", row.why),
            false => sentence(&run, row, &timeline),
        };
        let (steps, switches) = (grouped(&rest.steps().to_string()), rest.switches());
        let plural = if switches == 1 { "switch" } else { "switches" };
        let from = if here.is_some() { " from there" } else { "" };
        sentence
            .push_str(&format!(" {steps} operations{from}, {} {plural}.", grouped(&switches.to_string())));
        Witness { schedule, rest, timeline, laid, sentence, is_part }
    }

    /// The witness as wide as there is room for on a track of so many columns.
    #[must_use]
    pub fn laid(&self, track: u16) -> &Laid {
        let fits = |laid: &&Laid| laid.strip.tail() < i64::from(track);
        self.laid.iter().rev().find(fits).unwrap_or(&self.laid[0])
    }

    /// The witness where there is no room to spare.
    #[must_use]
    pub fn closest(&self) -> &Laid {
        &self.laid[0]
    }
}

impl Laid {
    /// Lays out what a run did; so many events lead to the moment from which everything is explored.
    fn new(run: &Run, timeline: &Timeline, led: u64, apart: Option<i64>) -> Self {
        let mut strip = Strip::from_the_start().spelled(run.machine().program().spelling());
        match apart {
            None => strip.window(timeline),
            Some(apart) => strip.window_apart(timeline, apart),
        }
        for thread in 0..run.state().locals.len() as u16 {
            if run.machine().position(run.state(), Worker(thread)).is_none() {
                strip.leave(Worker(thread));
            }
        }
        let first = strip.items().iter().find(|item| item.entry >= led);
        let begin = if led == 0 { 0 } else { first.map_or(strip.tail(), |item| item.at) };
        Laid { strip, begin }
    }
}

fn sentence(run: &Run, row: &Row, timeline: &Timeline) -> String {
    match row.kind {
        Kind::Deadlock => deadlock(run.machine(), run),
        Kind::Failed => format!("✗ {}.", row.why),
        Kind::Right | Kind::Wrong => match loss(timeline, run.machine().program().spelling()) {
            Some(text) => text,
            None if row.kind == Kind::Wrong => format!("✗ {}.", row.why),
            None if run.machine().watches_own() => {
                "Nothing is shared: each process counts in memory of its own, and none sees another's.".into()
            }
            None if run.machine().program().shape.is_some() => {
                "Nobody stores between another's load and its store: nothing is lost.".into()
            }
            None if asserts(run.machine().program()) => {
                "All workers come to their end, and all that is asserted holds.".into()
            }
            None => "All workers come to their end.".into(),
        },
    }
}

/// Whether a program asserts anything.
fn asserts(program: &Program) -> bool {
    let mut found = !program.checks.is_empty();
    program.each_op(|op| found |= matches!(op, Op::Assert(..)));
    found
}

/// How the largest loss came about.
fn loss(timeline: &Timeline, spelling: Spelling) -> Option<String> {
    let worst = timeline
        .entries()
        .iter()
        .enumerate()
        .max_by_key(|(at, entry)| (entry.overwrote_count, usize::MAX - at));
    let (at, entry) = worst.filter(|(_, entry)| entry.overwrote_count > 0)?;
    let who = entry.event.worker();
    let stored = entry.event.op.stored()?;
    let before = timeline.entries().range(..at);
    let read = before.clone().rev().find_map(|other| {
        (other.event.increment == entry.event.increment).then(|| other.event.op.seen()).flatten()
    })?;
    let held = before.clone().rev().find_map(|other| other.event.op.stored())?;
    let all: u32 = timeline.entries().iter().filter(|entry| is_lost(timeline, entry)).count() as u32;
    let victims = victims(&entry.overwrote, entry.overwrote_count);
    let (written, read) = (spelling.write(stored), spelling.write(read.value));
    let again = match stored.cmp(&held) {
        Ordering::Equal => format!("{written} again"),
        Ordering::Less => format!("{written} where {} stood", spelling.write(held)),
        Ordering::Greater => written,
    };
    let gone = if entry.overwrote_count == 1 { "is gone" } else { "are gone" };
    let mut text = format!("✗ {who} had loaded {read} and stored {again}: {victims} {gone}.");
    if all > entry.overwrote_count {
        text.push_str(&format!(" In all {all} updates are lost."));
    }
    Some(text)
}

fn is_lost(timeline: &Timeline, entry: &Entry) -> bool {
    use crate::analysis::timeline::Fate;
    entry.event.op.stored().is_some() && matches!(timeline.fate(entry.event.increment), Fate::Lost { .. })
}

/// Whose updates, and how many: `3 of T1's updates`, `T1's update`, `5 updates`.
fn victims(listed: &[Increment], count: u32) -> String {
    // Nothing is said of whose they are where they are several workers', or not all of them are known.
    let of_one = listed.first().map(|first| first.worker).filter(|worker| {
        count as usize == listed.len() && listed.iter().all(|victim| victim.worker == *worker)
    });
    match (of_one, count) {
        (Some(worker), 1) => format!("{worker}'s update"),
        (Some(worker), count) => format!("{count} of {worker}'s updates"),
        (None, count) => format!("{} updates", grouped(&count.to_string())),
    }
}

/// Who waits for what, and who has it.
fn deadlock(machine: &Machine, run: &Run) -> String {
    let state = run.state();
    let workers = (0..state.locals.len()).map(|thread| Worker(thread as u16));
    let waits: Vec<String> = workers
        .filter(|worker| machine.is_alive(state, *worker))
        .filter_map(|worker| waiting(machine, run, state, worker))
        .collect();
    format!("✗ {}: nobody can move.", waits.join(", "))
}

fn waiting(machine: &Machine, run: &Run, state: &State, worker: Worker) -> Option<String> {
    let program = machine.program();
    let pc = machine.position(state, worker)?;
    let (what, holders) = match program.code(worker.index()).sites[pc as usize].op {
        Op::Acquire(guard, _) | Op::TryAcquire(guard, ..) => {
            (program.guards[guard.index()].name.clone(), run.holders(guard))
        }
        Op::Wake(condition) => (program.conditions[condition.index()].name.clone(), Vec::new()),
        Op::Join(other) => (format!("T{other}'s end"), Vec::new()),
        _ => return None,
    };
    let holders: Vec<String> = holders.iter().map(Worker::to_string).collect();
    let has = if holders.is_empty() { String::new() } else { format!(" ({} has it)", holders.join(", ")) };
    Some(format!("{worker} waits for {what}{has}"))
}
