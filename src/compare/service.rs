//! Sweeps in the background, for whoever must not wait: orders in, reports out, never more than one at a time.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::plan::Plan;
use super::sweep;
use super::table::Table;
use crate::lab::desk::{Desk, Room};

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

/// What the service and its thread tell each other.
#[derive(Debug, Default)]
struct Told {
    going: Option<Report>,
    ended: VecDeque<Report>,
}

/// The sweeps of a program. Dropping it stops the one that is going on without waiting for it.
#[derive(Debug, Default)]
pub struct Service {
    desk: Desk<Plan, Told>,
}

impl Service {
    /// Passes an order on. Never waits.
    pub fn order(&mut self, order: Order) {
        match order {
            Order::Start(number, plan) => {
                if let Err(why) = self.desk.start(THREAD, (number, plan), |_| {}, work) {
                    let news = News::Failed(format!("the thread that sweeps could not be started: {why}"));
                    self.desk.book().notes.ended.push_back(Report { number, news });
                }
            }
            Order::Stop => self.desk.book().call_off(),
        }
    }

    /// The next thing that is said, if there is one.
    pub fn poll(&mut self) -> Option<Report> {
        let told = &mut self.desk.book().notes;
        let ended = told.ended.pop_front();
        ended.or_else(|| told.going.take())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.desk.close(|_| {});
    }
}

/// Makes a sweep, in the sweeping thread.
fn work(room: &Room<Plan, Told>, number: u64, plan: Plan) {
    let made = catch_unwind(AssertUnwindSafe(|| follow(number, &plan, room)));
    let news = made.unwrap_or_else(|_| News::Failed("the sweep crashed: a mistake of ours".into()));
    let told = &mut room.book().notes;
    // Nothing comes after the end.
    told.going = None;
    told.ended.push_back(Report { number, news });
}

fn follow(number: u64, plan: &Plan, room: &Room<Plan, Told>) -> News {
    let mut told: Option<Instant> = None;
    let made = sweep::run(plan, &|| room.is_called_off(number), &mut |collected| {
        if told.is_none_or(|when| when.elapsed() >= EVERY) {
            told = Some(Instant::now());
            let news = News::Going(collected.table());
            room.book().notes.going = Some(Report { number, news });
        }
    });
    match made {
        Ok(collected) => News::Ended(collected.table()),
        Err(why) => News::Failed(why.to_string()),
    }
}

#[cfg(test)]
mod tests;
