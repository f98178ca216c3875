//! A recorded run of real threads as a schedule: the same loads, stores and losses, one operation at a time.

use crate::app::findings::grouped;
use crate::app::race::{Activity, Race};
use crate::event::Event;
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
    let run = Run::of_events(machine, &events)
        .ok_or("The record does not fit the model: begin a new run with r and try again.")?;
    Ok((program, run.schedule()))
}

/// Whether all of the run is recorded, and little enough to be stepped through.
fn whole(race: &Race) -> Result<(), String> {
    let (recorded, dropped) = race.recorded();
    let slow = "slow down with , and begin a new run with r";
    if race.threads() > MOST_WORKERS {
        return Err(format!(
            "Runs of up to {MOST_WORKERS} {} can be opened in Step; - takes some away.",
            race.settings().kind.plural()
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
        let most = grouped(&MOST_OPERATIONS.to_string());
        return Err(format!("Runs of up to {most} operations can be opened in Step."));
    }
    Ok(())
}
