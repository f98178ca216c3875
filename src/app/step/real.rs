//! A recorded run of real threads as a schedule: the same loads, stores and losses, one operation at a time.

use std::collections::VecDeque;

use crate::app::race::{Activity, Race};
use crate::event::{Event, Op};
use crate::machine::Machine;
use crate::machine::run::Run;
use crate::machine::schedule::Schedule;
use crate::program::{CounterShape, Program, counter};

/// Most workers of a run that is opened.
const MOST_WORKERS: u16 = 16;
/// Most operations of one.
const MOST_OPERATIONS: u64 = 8_000;

/// The program and the schedule of the run that the Race screen shows.
///
/// # Errors
/// Says in a sentence why it can't be opened, and what to do.
pub fn schedule(race: &Race) -> Result<(Program, Schedule), String> {
    whole(race)?;
    let timeline = race.timeline();
    let shape = CounterShape { permits: race.settings().key().permits.max(1), ..race.settings().into() };
    let machine = Machine::new(counter::program(shape));
    let events: Vec<Event> = timeline.entries().iter().map(|entry| entry.event).collect();
    let program = machine.program().clone();
    let schedule = in_order(machine, &events)
        .ok_or("The record does not fit the model: begin a new run with r and try again.")?;
    Ok((program, schedule))
}

/// Whether all of the run is recorded, and little enough to be stepped through.
fn whole(race: &Race) -> Result<(), String> {
    let (recorded, dropped) = race.recorded();
    let slow = "slow down with , and begin a new run with r";
    if race.threads() > MOST_WORKERS {
        return Err(format!(
            "Runs of up to {MOST_WORKERS} threads can be opened in Step; - takes some away."
        ));
    }
    match race.activity() {
        Activity::Starting | Activity::Failed => return Err("There is no run to open in Step.".into()),
        Activity::Burst { .. } => return Err(format!("Of a burst only counts are kept: {slow}.")),
        Activity::Running | Activity::Ended => {}
    }
    if race.segment().is_some() {
        return Err("The settings were changed in this run: r begins one that can be opened in Step.".into());
    }
    let shown = race.timeline().entries().len() as u64;
    if race.is_window() || dropped > 0 || race.timeline().first() > 0 || shown < recorded {
        return Err(format!("Not all of this run is recorded: {slow}."));
    }
    if shown == 0 {
        return Err("Nothing has happened yet in this run.".into());
    }
    if shown > MOST_OPERATIONS {
        return Err(format!("Runs of up to {MOST_OPERATIONS} operations can be opened in Step."));
    }
    Ok(())
}

/// The schedule of these events, checked by replaying it: the same operations with the same values. Where stamps are
/// so close that somebody seems to be let in before another has left, leaving comes first.
fn in_order(machine: Machine, events: &[Event]) -> Option<Schedule> {
    let mut run = Run::new(machine);
    let mut rest: VecDeque<Event> = events.iter().filter(|event| event.op != Op::Request).copied().collect();
    while let Some(&event) = rest.front() {
        let next = if run.machine().can_move(run.state(), event.worker()) {
            0
        } else {
            let leaves = |later: &Event| {
                later.op == Op::Release && run.machine().can_move(run.state(), later.worker())
            };
            rest.iter().position(leaves)?
        };
        let event = rest.remove(next)?;
        // Workers that wait for a spin lock look again and again; only that they were let in is recorded.
        let before = run.at();
        run.step(event.worker())?;
        let happened = run.events_of(before).iter().find(|other| other.worker() == event.worker())?;
        if happened.increment != event.increment || happened.op != event.op {
            return None;
        }
    }
    Some(run.schedule())
}
