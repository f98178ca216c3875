//! One experiment that is kept going while everything about it is changed: the lab behind the screen.
//!
//! A thread of its own, the collector, directs the workers, gathers what they recorded and publishes reports. Whoever
//! holds the [`Live`] only sends orders and takes reports, and never waits for either.

mod conductor;
mod harvest;
mod score;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, unbounded};

use crate::experiment::{Kind, Pace, Settings};

use super::error::LabError;
use super::report::{Order, Phase, Report};
use conductor::{Conductor, Input};

/// Reports that may wait to be taken; when there are more the lab holds what it has to say until there is room.
const WAITING_REPORTS: usize = 4;

/// The live lab. Workers and collector are put away when it goes.
#[derive(Debug)]
pub struct Live {
    inputs: Sender<Input>,
    reports: Receiver<Report>,
    collector: Option<JoinHandle<()>>,
    leave: Arc<AtomicBool>,
    /// The newest report, to tell from when the collector has crashed.
    last: Option<Report>,
    settings: Settings,
    pace: Pace,
}

impl Live {
    /// Starts an experiment. It runs at once; if its workers can't be started, the reports say so.
    ///
    /// # Errors
    /// A setting out of range, a kind of worker that can't be had, or not even one thread.
    pub fn start(settings: Settings, pace: Pace) -> Result<Self, LabError> {
        settings.check()?;
        let leave = Arc::new(AtomicBool::new(false));
        let (inputs, collector, reports) = spawn(settings, pace, &leave)?;
        Ok(Live { inputs, reports, collector: Some(collector), leave, last: None, settings, pace })
    }

    /// Gives an order.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Change(settings) => self.settings = settings,
            Order::Pace(pace) => self.pace = pace,
            _ => {}
        }
        let undelivered = self.inputs.send(Input::Order(order)).is_err();
        if undelivered && order == Order::Again {
            self.restart();
        }
    }

    /// The next report, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        match self.reports.try_recv() {
            Ok(mut report) => {
                // What can be large and is never told twice stays out of the copy.
                let recording = std::mem::take(&mut report.recording);
                let finished = std::mem::take(&mut report.finished);
                let notices = std::mem::take(&mut report.notices);
                self.last = Some(report.clone());
                Some(Report { recording, finished, notices, ..report })
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => self.crashed(),
        }
    }

    /// Told once: the collector is no more.
    fn crashed(&mut self) -> Option<Report> {
        let panic = self.collector.take()?.join().err();
        let message =
            panic.map_or_else(|| "it ended".into(), |panic| super::worker::panic_message(panic.as_ref()));
        let mut report = self.last.clone()?;
        report.phase = Phase::Failed;
        report.notices = vec![format!("the collector crashed: {message}; this run is void")];
        Some(report)
    }

    fn restart(&mut self) {
        if let Ok((inputs, collector, reports)) = spawn(self.settings, self.pace, &self.leave) {
            self.inputs = inputs;
            self.reports = reports;
            self.collector = Some(collector);
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.leave.store(true, Ordering::Relaxed);
        let _ = self.inputs.send(Input::Bell);
        if let Some(collector) = self.collector.take() {
            // Its panic, if it had one, can't be told to anybody any more.
            let _ = collector.join();
        }
    }
}

type Parts = (Sender<Input>, JoinHandle<()>, Receiver<Report>);

fn spawn(settings: Settings, pace: Pace, leave: &Arc<AtomicBool>) -> Result<Parts, LabError> {
    let (inputs, orders) = unbounded();
    let (publish, reports) = bounded(WAITING_REPORTS);
    let bell = inputs.clone();
    let leave = Arc::clone(leave);
    let crew = conductor::hire(settings.kind, pace, &bell)?;
    let collector = Builder::new()
        .name("collector".into())
        .spawn(move || Conductor::new((settings, pace), crew, orders, publish, bell, leave).conduct())
        .map_err(|why| LabError::Start { kind: Kind::Thread, number: 1, of: 1, why: why.to_string() })?;
    Ok((inputs, collector, reports))
}

#[cfg(test)]
mod tests;
