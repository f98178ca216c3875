//! Sweeps in the background, for whoever must not wait: orders in, reports out, never more than one at a time.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::plan::Plan;
use super::sweep;
use super::table::Table;

/// The name of the thread that sweeps.
pub const THREAD: &str = "compare";
/// What has been measured is told at this distance at least: who draws it takes time from who is measured.
const EVERY: Duration = Duration::from_millis(250);

/// What is asked of the service.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Stop what is going on, then begin this. The number comes back with everything that is said about it.
    Start(u64, Plan),
    /// Stop: the sweep ends with what it has.
    Stop,
}

/// What the service says of the sweep of this number.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which sweep.
    pub number: u64,
    /// What there is to say.
    pub news: News,
}

/// What there is to say of a sweep.
#[derive(Clone, Debug)]
pub enum News {
    /// It goes on, and has measured this.
    Going(Table),
    /// It has ended, or was stopped, with this.
    Ended(Table),
    /// It could not go on; why.
    Failed(String),
}

/// What lies between the service and its thread.
#[derive(Debug, Default)]
struct Desk {
    waiting: Option<(u64, Plan)>,
    going: Option<Report>,
    ended: VecDeque<Report>,
    is_closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    bell: Condvar,
    stop: AtomicBool,
}

/// The sweeps of a program. Dropping it stops the one that is going on without waiting for it.
#[derive(Debug, Default)]
pub struct Service {
    shared: Arc<Shared>,
    has_thread: bool,
}

impl Service {
    /// Passes an order on. Never waits.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Start(number, plan) => self.start(number, plan),
            Order::Stop => {
                let mut desk = self.shared.desk.lock();
                self.shared.stop.store(true, Ordering::Relaxed);
                if let Some((number, plan)) = desk.waiting.take() {
                    // Stopped before it began: a table without a run.
                    let news = stopped_at_once(&plan);
                    desk.ended.push_back(Report { number, news });
                }
            }
        }
    }

    fn start(&mut self, number: u64, plan: Plan) {
        if !self.has_thread {
            let shared = Arc::clone(&self.shared);
            if let Err(why) = thread::Builder::new().name(THREAD.into()).spawn(move || work(&shared)) {
                let news = News::Failed(format!("the thread that sweeps could not be started: {why}"));
                self.shared.desk.lock().ended.push_back(Report { number, news });
                return;
            }
            self.has_thread = true;
        }
        let mut desk = self.shared.desk.lock();
        self.shared.stop.store(true, Ordering::Relaxed);
        desk.waiting = Some((number, plan));
        self.shared.bell.notify_all();
    }

    /// The next thing that is said, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        let mut desk = self.shared.desk.lock();
        let ended = desk.ended.pop_front();
        ended.or_else(|| desk.going.take())
    }
}

fn stopped_at_once(plan: &Plan) -> News {
    match sweep::run(plan, &|| true, &mut |_| {}) {
        Ok(collected) => News::Ended(collected.table()),
        Err(why) => News::Failed(why.to_string()),
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let mut desk = self.shared.desk.lock();
        desk.is_closed = true;
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.bell.notify_all();
    }
}

/// The sweeping thread: one plan after another until the service is dropped.
fn work(shared: &Shared) {
    loop {
        let mut desk = shared.desk.lock();
        let (number, plan) = loop {
            if desk.is_closed {
                return;
            }
            match desk.waiting.take() {
                Some(job) => break job,
                None => shared.bell.wait(&mut desk),
            }
        };
        shared.stop.store(false, Ordering::Relaxed);
        drop(desk);
        let made = catch_unwind(AssertUnwindSafe(|| follow(number, &plan, shared)));
        let news = made.unwrap_or_else(|_| News::Failed("the sweep crashed: a mistake of ours".into()));
        let mut desk = shared.desk.lock();
        // Nothing comes after the end.
        desk.going = None;
        desk.ended.push_back(Report { number, news });
    }
}

fn follow(number: u64, plan: &Plan, shared: &Shared) -> News {
    let mut told: Option<Instant> = None;
    let stop = || shared.stop.load(Ordering::Relaxed);
    let made = sweep::run(plan, &stop, &mut |collected| {
        if told.is_none_or(|when| when.elapsed() >= EVERY) {
            told = Some(Instant::now());
            let news = News::Going(collected.table());
            shared.desk.lock().going = Some(Report { number, news });
        }
    });
    match made {
        Ok(collected) => News::Ended(collected.table()),
        Err(why) => News::Failed(why.to_string()),
    }
}

#[cfg(test)]
mod tests;
