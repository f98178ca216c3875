//! Scenes of downloads: some wait for a permit, some are at each stage, some have failed, each of something else.

use super::{MS, Phase, Tale};
use crate::app::jobs::Report;
use crate::app::{App, Key, Look, Message};
use crate::event::download::{Bytes, Fault, Served, Stage};
use crate::event::jobs::{Cause, JobOp};
use crate::experiment::jobs::{InRow, Outcome};
use crate::experiment::{Pace, Settings};

impl Tale {
    /// A transfer by the worker of the same number: from getting its permit on, until so many microseconds later.
    fn transfer(&mut self, job: u32, at: u64, long: u64, op: JobOp) -> &mut Self {
        let worker = job as u16;
        self.at(at).on(job, worker, JobOp::Wake).on(job, worker, JobOp::Stage(Stage::Connecting));
        self.at(at + 400).on(job, worker, JobOp::Stage(Stage::Asking));
        if matches!(op, JobOp::Done(_)) {
            self.at(at + long - 2_000).on(job, worker, JobOp::Stage(Stage::Receiving));
        }
        self.at(at + long).on(job, worker, op)
    }
}

/// Twelve downloads with 9 permits; told as far as an hour before, or all of it.
fn tale(until: u64) -> Tale {
    let mut tale = Tale::default();
    tale.queue(12);
    for job in 0..12 {
        tale.at(100 + 30 * u64::from(job)).begin(job, job as u16, None).on(job, job as u16, JobOp::Await);
    }
    let bytes = Bytes { got: 32_768, of: Some(65_536) };
    let failed = |fault| JobOp::Failed(Cause::Transfer(fault));
    for (job, at, long, op) in [
        (0, 500, 52_000, JobOp::Done(65_536)),
        (1, 510, 500_000, failed(Fault::TimedOut(Stage::Asking, Bytes::default()))),
        (2, 520, 52_400, JobOp::Done(65_536)),
        (3, 530, 53_000, JobOp::Done(65_536)),
        (4, 540, 104_000, JobOp::Done(65_536)),
        (5, 550, 104_500, JobOp::Done(65_536)),
        (6, 560, 105_000, JobOp::Done(65_536)),
        (7, 570, 156_000, JobOp::Done(65_536)),
        (8, 580, 156_500, failed(Fault::Status(500))),
        (9, 52_700, 106_000, failed(Fault::Broken(bytes))),
        (10, 53_100, 160_000, failed(Fault::TimedOut(Stage::Receiving, bytes))),
        (11, 53_800, 400, failed(Fault::Refused)),
    ] {
        tale.transfer(job, at, long, op);
    }
    tale.events.sort_by_key(|event| event.time);
    tale.events.retain(|event| event.time <= until);
    tale.time = until;
    tale
}

fn told(look: Look, until: u64, now: u32, phase: Phase) -> App {
    let mut app = App::new(Settings::default(), Pace::START, look);
    super::press(&mut app, "JJJJX[[[");
    let served = Served { requests: 11, now, most: 4, queued: now, most_queued: 5, ..Served::default() };
    let events = tale(until).events;
    let report = Report { number: 8, events, elapsed: until, phase, served: Some(served) };
    app.update(Message::Jobs(Box::new(report)));
    app.update(Message::Key(Key::Down));
    app
}

/// In the midst of it.
pub(super) fn going(look: Look) -> App {
    told(look, 54 * MS, 4, Phase::Running)
}

/// All have ended, five of them by failing.
pub(super) fn failed(look: Look) -> App {
    let row = InRow::Measured(1_720 * MS);
    let outcome = Outcome { nanos: 501 * MS, row, stopped: false, replaced: 0 };
    told(look, 501 * MS, 0, Phase::Ended(outcome))
}
